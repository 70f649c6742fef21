//! Decimal numbers, exact, and written in as few characters as SVG allows.

/// Digits behind the point that are kept when nothing is rounded: browsers compute with floats of half as many.
pub const DIGITS: u32 = 8;
const ONE: i64 = 10i64.pow(DIGITS);

/// Larger numbers are not touched: sums of them must not overflow.
const LARGEST: i64 = 1_000_000_000;

/// A decimal number, counted in units of 10⁻⁸.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(i64);

impl Number {
    pub const ZERO: Self = Self(0);
    pub const ONE: Self = Self(ONE);

    /// The number at the start of `text` (SVG 2, section 9.3.9), and what follows it. `None` also when it is too large.
    pub fn read(text: &str) -> Option<(Self, &str)> {
        let bytes = text.as_bytes();
        let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
        let negative = bytes.first() == Some(&b'-');
        let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let whole = &text[at..at + digits(at)];
        at += whole.len();
        let mut fraction = "";
        if bytes.get(at) == Some(&b'.') {
            fraction = &text[at + 1..at + 1 + digits(at + 1)];
            at += 1 + fraction.len();
        }
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut exponent = 0i32;
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
            let length = digits(at + 1 + sign);
            // `2em`: the letter belongs to a unit.
            if length > 0 {
                exponent = text[at + 1..at + 1 + sign + length].parse().ok()?;
                at += 1 + sign + length;
            }
        }
        let magnitude = scale(whole, fraction, exponent)?;
        Some((Self(if negative { -magnitude } else { magnitude }), &text[at..]))
    }

    /// The whole text as a number.
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number)
    }

    /// The nearest with this many digits behind the point; halves go away from zero.
    pub fn rounded(self, digits: u32) -> Self {
        let unit = 10i64.pow(DIGITS - digits.min(DIGITS));
        let half = if self.0 < 0 { -(unit / 2) } else { unit / 2 };
        Self((self.0 + half) / unit * unit)
    }

    pub fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    pub fn minus(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }

    /// Whether sums of many such numbers cannot overflow.
    pub fn is_small(self) -> bool {
        self.0.abs() / ONE < LARGEST
    }

    /// How many units of 10⁻⁸ it is.
    pub fn units(self) -> i64 {
        self.0
    }

    pub fn to_f64(self) -> f64 {
        self.0 as f64 / ONE as f64
    }

    /// Such as `.5` or `-3`.
    pub fn print(self, out: &mut String) {
        if self.0 < 0 {
            out.push('-');
        }
        let magnitude = self.0.unsigned_abs();
        let (whole, fraction) = (magnitude / ONE as u64, magnitude % ONE as u64);
        if whole > 0 || fraction == 0 {
            out.push_str(&whole.to_string());
        }
        if fraction > 0 {
            let digits = format!("{fraction:0width$}", width = DIGITS as usize);
            out.push('.');
            out.push_str(digits.trim_end_matches('0'));
        }
    }
}

fn scale(whole: &str, fraction: &str, exponent: i32) -> Option<i64> {
    if whole.len() + fraction.len() > 30 || exponent.abs() > 30 {
        return None;
    }
    // Digits and exponent as one whole number and a power of ten.
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let power = exponent - fraction.len() as i32 + DIGITS as i32;
    let scaled = if power >= 0 {
        digits.checked_mul(10i128.checked_pow(power as u32)?)?
    } else {
        let unit = 10i128.checked_pow(power.unsigned_abs())?;
        (digits + unit / 2) / unit
    };
    let scaled = i64::try_from(scaled).ok()?;
    (scaled / ONE < LARGEST).then_some(scaled)
}

/// The numbers of a list that blanks and commas separate; `None` when something else is in it.
pub fn read_list(mut text: &str) -> Option<Vec<Number>> {
    let mut numbers = Vec::new();
    loop {
        text = text.trim_start_matches(|at: char| is_blank(at) || at == ',');
        if text.is_empty() {
            return Some(numbers);
        }
        let (number, rest) = Number::read(text)?;
        numbers.push(number);
        text = rest;
    }
}

/// White space of SVG's grammars.
pub fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

/// Appends numbers, with a blank only where two would run together.
pub fn print_list(numbers: &[Number], out: &mut String) {
    let mut last = String::new();
    for (nth, number) in numbers.iter().enumerate() {
        let mut text = String::new();
        number.print(&mut text);
        if nth > 0 && needs_blank(&last, &text) {
            out.push(' ');
        }
        out.push_str(&text);
        last = text;
    }
}

/// Whether `next` would be read as a part of `last`.
pub fn needs_blank(last: &str, next: &str) -> bool {
    !(next.starts_with('-') || (next.starts_with('.') && last.contains('.')))
}
