//! Path data (SVG 2, section 9.3), read into absolute segments and written as short as it goes.
//!
//! All sums are exact. Rounding, where asked for, rounds absolute coordinates, so that errors do not add up.

use super::number::{Number, is_blank, needs_blank};

type Point = (Number, Number);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Segment {
    Move(Point),
    Line(Point),
    Cubic(Point, Point, Point),
    Quadratic(Point, Point),
    Arc { radii: Point, rotation: Number, large: bool, sweep: bool, to: Point },
    Close,
}

/// More segments than this are left as they are.
const MOST_SEGMENTS: usize = 200_000;

/// The shortest that means the same as `data`, number by number.
///
/// `None` when `data` is not quite right: what a browser makes of such a path is its own affair.
pub fn shorten(data: &str) -> Option<String> {
    read(data).map(|segments| print(&segments))
}

/// The shortest that should look the same as `data`, its coordinates rounded to `digits` behind the point.
pub fn simplified(data: &str, digits: u32) -> Option<String> {
    let segments = read(data)?;
    Some(print(&simplify(segments.into_iter().map(|segment| rounded(segment, digits)))))
}

/// For tests: whether two paths are the same.
#[cfg(test)]
pub fn segments(data: &str) -> Option<impl PartialEq + std::fmt::Debug> {
    read(data)
}

fn rounded(segment: Segment, digits: u32) -> Segment {
    let round = |(x, y): Point| (x.rounded(digits), y.rounded(digits));
    match segment {
        Segment::Move(to) => Segment::Move(round(to)),
        Segment::Line(to) => Segment::Line(round(to)),
        Segment::Cubic(first, second, to) => Segment::Cubic(round(first), round(second), round(to)),
        Segment::Quadratic(control, to) => Segment::Quadratic(round(control), round(to)),
        Segment::Arc { radii: (x, y), rotation, large, sweep, to } => {
            // A radius of 0 would be a line.
            let radius = |radius: Number| match radius.rounded(digits) {
                Number::ZERO => radius.rounded(digits + 2),
                rounded => rounded,
            };
            let circle = x == y;
            let rotation = if circle { Number::ZERO } else { rotation.rounded(digits + 1) };
            Segment::Arc { radii: (radius(x), radius(y)), rotation, large, sweep, to: round(to) }
        }
        Segment::Close => Segment::Close,
    }
}

/// Drops what nobody sees: curves that are straight are lines, lines of no length go, and so do moves that nothing follows and
/// a last line to where closing would draw it.
fn simplify(segments: impl Iterator<Item = Segment>) -> Vec<Segment> {
    let mut simple: Vec<Segment> = Vec::new();
    let (mut at, mut start) = ((Number::ZERO, Number::ZERO), (Number::ZERO, Number::ZERO));
    for segment in segments {
        let segment = match segment {
            Segment::Cubic(first, second, to) if is_between(first, at, to) && is_between(second, at, to) => {
                Segment::Line(to)
            }
            Segment::Quadratic(control, to) if is_between(control, at, to) => Segment::Line(to),
            other => other,
        };
        match (segment, simple.last()) {
            // A line of no length shows only as the cap of a line of nothing else.
            (Segment::Line(to), Some(last)) if to == at && !matches!(last, Segment::Move(_)) => continue,
            (Segment::Move(_), Some(Segment::Move(_))) => drop(simple.pop()),
            (Segment::Close, Some(Segment::Line(to))) if *to == start && simple.len() > 2 => {
                let is_lone = matches!(simple[simple.len() - 2], Segment::Move(_));
                if !is_lone {
                    simple.pop();
                }
            }
            _ => {}
        }
        if let Segment::Move(to) = segment {
            start = to;
        }
        at = end(segment, start);
        simple.push(segment);
    }
    if matches!(simple.last(), Some(Segment::Move(_))) && simple.len() > 1 {
        simple.pop();
    }
    simple
}

/// Whether `point` lies on the straight line between two others.
fn is_between(point: Point, from: Point, to: Point) -> bool {
    let span = |a: Number, b: Number| i128::from(b.minus(a).units());
    let cross = span(from.0, to.0) * span(from.1, point.1) - span(from.1, to.1) * span(from.0, point.0);
    let within = |from: Number, at: Number, to: Number| (from <= at && at <= to) || (to <= at && at <= from);
    cross == 0 && within(from.0, point.0, to.0) && within(from.1, point.1, to.1)
}

fn end(segment: Segment, start: Point) -> Point {
    match segment {
        Segment::Move(to)
        | Segment::Line(to)
        | Segment::Cubic(_, _, to)
        | Segment::Quadratic(_, to)
        | Segment::Arc { to, .. } => to,
        Segment::Close => start,
    }
}

/// Takes numbers off the front of path data.
struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches(is_blank);
    }

    fn skip_separator(&mut self) {
        self.skip_blanks();
        if let Some(rest) = self.rest.strip_prefix(',') {
            self.rest = rest;
            self.skip_blanks();
        }
    }

    fn number(&mut self) -> Option<Number> {
        self.skip_separator();
        let (number, rest) = Number::read(self.rest)?;
        self.rest = rest;
        Some(number)
    }

    /// `0` or `1`, which nothing need follow.
    fn flag(&mut self) -> Option<bool> {
        self.skip_separator();
        let flag = self.rest.as_bytes().first().filter(|byte| matches!(byte, b'0' | b'1'))?;
        self.rest = &self.rest[1..];
        Some(*flag == b'1')
    }

    fn point(&mut self, origin: Point) -> Option<Point> {
        Some((self.number()?.plus(origin.0), self.number()?.plus(origin.1)))
    }
}

fn read(data: &str) -> Option<Vec<Segment>> {
    let mut reader = Reader { rest: data };
    let mut segments: Vec<Segment> = Vec::new();
    let zero = (Number::ZERO, Number::ZERO);
    let (mut at, mut start) = (zero, zero);
    let mut command = None;
    reader.skip_blanks();
    while let Some(next) = reader.rest.chars().next() {
        if next.is_ascii_alphabetic() {
            reader.rest = &reader.rest[1..];
            command = Some(next);
        } else {
            // More numbers repeat the command; after a move they are lines, and after a close there can be none.
            command = match command? {
                'M' => Some('L'),
                'm' => Some('l'),
                'Z' | 'z' => return None,
                same => Some(same),
            };
        }
        let letter = command?;
        if segments.is_empty() && !matches!(letter, 'M' | 'm') {
            return None;
        }
        let origin = if letter.is_ascii_lowercase() { at } else { zero };
        let segment = match letter.to_ascii_uppercase() {
            'M' => Segment::Move(reader.point(origin)?),
            'L' => Segment::Line(reader.point(origin)?),
            'H' => Segment::Line((reader.number()?.plus(origin.0), at.1)),
            'V' => Segment::Line((at.0, reader.number()?.plus(origin.1))),
            'C' => Segment::Cubic(reader.point(origin)?, reader.point(origin)?, reader.point(origin)?),
            'S' => Segment::Cubic(reflected_cubic(segments.last(), at), reader.point(origin)?, reader.point(origin)?),
            'Q' => Segment::Quadratic(reader.point(origin)?, reader.point(origin)?),
            'T' => Segment::Quadratic(reflected_quadratic(segments.last(), at), reader.point(origin)?),
            'A' => Segment::Arc {
                radii: (reader.number()?, reader.number()?),
                rotation: reader.number()?,
                large: reader.flag()?,
                sweep: reader.flag()?,
                to: reader.point(origin)?,
            },
            'Z' => Segment::Close,
            _ => return None,
        };
        if let Segment::Move(to) = segment {
            start = to;
        }
        at = end(segment, start);
        if !at.0.is_small() || !at.1.is_small() || segments.len() == MOST_SEGMENTS {
            return None;
        }
        segments.push(segment);
        reader.skip_separator();
    }
    Some(segments)
}

fn mirror(point: Point, at: Point) -> Point {
    (at.0.plus(at.0.minus(point.0)), at.1.plus(at.1.minus(point.1)))
}

fn reflected_cubic(last: Option<&Segment>, at: Point) -> Point {
    match last {
        Some(Segment::Cubic(_, second, _)) => mirror(*second, at),
        _ => at,
    }
}

fn reflected_quadratic(last: Option<&Segment>, at: Point) -> Point {
    match last {
        Some(Segment::Quadratic(control, _)) => mirror(*control, at),
        _ => at,
    }
}

/// Path data as it is written: what stands last decides what the next may leave out.
#[derive(Default)]
struct Writer {
    out: String,
    /// The letter that more numbers would repeat.
    repeats: Option<char>,
    last_number: String,
}

/// A way to write a segment.
struct Form {
    letter: char,
    /// Printed; flags stand alone.
    arguments: Vec<Argument>,
}

enum Argument {
    Number(Number),
    Flag(bool),
}

impl Writer {
    fn text(&self, form: &Form) -> (String, String) {
        let mut text = String::new();
        let mut last = self.last_number.clone();
        let mut glued = true;
        if self.repeats != Some(form.letter) {
            text.push(form.letter);
            glued = false;
        }
        for (nth, argument) in form.arguments.iter().enumerate() {
            let mut printed = String::new();
            match argument {
                Argument::Number(number) => number.print(&mut printed),
                Argument::Flag(flag) => printed.push(if *flag { '1' } else { '0' }),
            }
            let after_flag = nth > 0 && matches!(form.arguments[nth - 1], Argument::Flag(_));
            let first = nth == 0 && !glued;
            if !first && !after_flag && needs_blank(&last, &printed) {
                text.push(' ');
            }
            text.push_str(&printed);
            last = if matches!(argument, Argument::Flag(_)) { String::new() } else { printed };
        }
        (text, last)
    }

    fn write_shortest(&mut self, forms: &[Form]) {
        let shortest = forms.iter().map(|form| (form, self.text(form))).min_by_key(|(_, (text, _))| text.len());
        let Some((form, (text, last))) = shortest else { return };
        self.out.push_str(&text);
        self.last_number = last;
        self.repeats = match form.letter {
            'M' => Some('L'),
            'm' => Some('l'),
            'z' => None,
            letter => Some(letter),
        };
    }
}

fn print(segments: &[Segment]) -> String {
    // The first move means the same in both forms, but then lines are repeated in another.
    let (absolute, relative) = (print_from(segments, 'M'), print_from(segments, 'm'));
    if relative.len() < absolute.len() { relative } else { absolute }
}

fn print_from(segments: &[Segment], first: char) -> String {
    let mut writer = Writer::default();
    let zero = (Number::ZERO, Number::ZERO);
    let (mut at, mut start) = (zero, zero);
    for (nth, segment) in segments.iter().enumerate() {
        let last = nth.checked_sub(1).map(|last| &segments[last]);
        let mut forms = forms(segment, last, at);
        if nth == 0 {
            forms.retain(|form| form.letter == first);
        }
        writer.write_shortest(&forms);
        if let Segment::Move(to) = segment {
            start = *to;
        }
        at = end(*segment, start);
    }
    writer.out
}

/// Every way to write a segment, the absolute ones first.
fn forms(segment: &Segment, last: Option<&Segment>, at: Point) -> Vec<Form> {
    let mut forms = Vec::new();
    for (origin, relative) in [((Number::ZERO, Number::ZERO), false), (at, true)] {
        let from = |(x, y): Point| [Argument::Number(x.minus(origin.0)), Argument::Number(y.minus(origin.1))];
        let mut form = |letter: char, arguments: Vec<Argument>| {
            let letter = if relative { letter.to_ascii_lowercase() } else { letter };
            forms.push(Form { letter, arguments });
        };
        match *segment {
            Segment::Move(to) => form('M', from(to).into()),
            Segment::Line(to) => {
                if to.1 == at.1 {
                    form('H', vec![Argument::Number(to.0.minus(origin.0))]);
                }
                if to.0 == at.0 {
                    form('V', vec![Argument::Number(to.1.minus(origin.1))]);
                }
                form('L', from(to).into());
            }
            Segment::Cubic(first, second, to) => {
                if first == reflected_cubic(last, at) {
                    form('S', from(second).into_iter().chain(from(to)).collect());
                }
                form('C', from(first).into_iter().chain(from(second)).chain(from(to)).collect());
            }
            Segment::Quadratic(control, to) => {
                if control == reflected_quadratic(last, at) {
                    form('T', from(to).into());
                }
                form('Q', from(control).into_iter().chain(from(to)).collect());
            }
            Segment::Arc { radii, rotation, large, sweep, to } => {
                let shape = [Argument::Number(radii.0), Argument::Number(radii.1), Argument::Number(rotation)];
                let flags = [Argument::Flag(large), Argument::Flag(sweep)];
                form('A', shape.into_iter().chain(flags).chain(from(to)).collect());
            }
            Segment::Close => {
                forms.push(Form { letter: 'z', arguments: Vec::new() });
                return forms;
            }
        }
    }
    forms
}
