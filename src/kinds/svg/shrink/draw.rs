//! Draws an SVG, to see whether a change of its text shows.

use std::panic::{AssertUnwindSafe, catch_unwind};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// The longest sides, in pixels, at which a picture is compared: an icon, and one that fills a column.
const SIDES: [u32; 2] = [96, 256];

/// Each pixel is the mean of this many by this many: one sample that falls to the other side of an edge is noise of the rasteriser.
const OVERSAMPLING: u32 = 4;

/// How far a channel of a pixel may differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Noise {
    /// Not at all.
    None,
    /// By what one line of samples makes of 255 that falls to the other side of an edge. The rasteriser has 16 lines of samples in a
    /// pixel here; a long edge that lies on one of them flips it when the edge moves by nothing that could be seen.
    OneLineOfSamples,
}

/// An SVG drawn at every size that is compared.
pub struct Drawing {
    size: (u32, u32),
    samples: Vec<Pixmap>,
}

impl Drawing {
    /// `None` when it cannot be drawn.
    pub fn of(text: &str) -> Option<Self> {
        caught(|| {
            let tree = parse(text)?;
            let samples = SIDES.iter().map(|&side| draw(&tree, side)).collect::<Option<_>>()?;
            Some(Self { size: size(&tree), samples })
        })
    }

    /// Whether another SVG has the same size and, within `noise`, the same pixels.
    pub fn is_shown_by(&self, text: &str, noise: Noise) -> bool {
        let is_shown = || {
            let tree = parse(text)?;
            let same = |(samples, &side): (&Pixmap, &u32)| {
                draw(&tree, side).is_some_and(|others| look_the_same(samples, &others, noise))
            };
            Some(self.size == size(&tree) && self.samples.iter().zip(&SIDES).all(same))
        };
        caught(is_shown).unwrap_or(false)
    }
}

/// What a panic in the rasteriser leaves behind is not used.
fn caught<T>(job: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(job)).ok().flatten()
}

fn parse(text: &str) -> Option<Tree> {
    Tree::from_str(text, &Options::default()).ok()
}

fn size(tree: &Tree) -> (u32, u32) {
    (tree.size().width().to_bits(), tree.size().height().to_bits())
}

fn draw(tree: &Tree, side: u32) -> Option<Pixmap> {
    let size = tree.size();
    let scale = side as f32 / size.width().max(size.height());
    // A picture may be a thousand times as long as it is high.
    let pixels = |length: f32| ((length * scale).ceil() as u32).clamp(1, side) * OVERSAMPLING;
    let mut pixmap = Pixmap::new(pixels(size.width()), pixels(size.height()))?;
    let scale = scale * OVERSAMPLING as f32;
    resvg::render(tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    Some(pixmap)
}

fn look_the_same(left: &Pixmap, right: &Pixmap, noise: Noise) -> bool {
    if (left.width(), left.height()) != (right.width(), right.height()) {
        return false;
    }
    if noise == Noise::None {
        return left.data() == right.data();
    }
    // Most rows are equal sample by sample.
    let row = left.width() as usize * 4;
    let rows = row * OVERSAMPLING as usize;
    let pairs = left.data().chunks(rows).zip(right.data().chunks(rows));
    pairs.into_iter().all(|(left, right)| left == right || means_are_near(left, right, row))
}

/// For one row of pixels, which is several rows of samples.
fn means_are_near(left: &[u8], right: &[u8], row: usize) -> bool {
    const SIDE: usize = OVERSAMPLING as usize;
    // Of the sum of all samples of a pixel: 255 in one of its lines, which is a quarter of one line of samples of a sample.
    const LINE: i32 = 255 * OVERSAMPLING as i32 / 4;
    (0..row / 4 / SIDE).all(|pixel| {
        (0..4).all(|channel| {
            let mut difference = 0;
            for line in 0..SIDE {
                for sample in 0..SIDE {
                    let at = line * row + (pixel * SIDE + sample) * 4 + channel;
                    difference += i32::from(left[at]) - i32::from(right[at]);
                }
            }
            difference.abs() <= LINE
        })
    })
}
