//! ICO: several pictures, each a PNG or a bitmap without its file header.

use super::Kept;
use super::bytes::{u16_le, u32_le};
use crate::graph::Dimensions;

const HEADER: usize = 6;
const ENTRY: usize = 16;

/// Of the largest picture in it.
pub fn measure(bytes: &[u8]) -> Option<Dimensions> {
    let entries = (0..usize::from(u16_le(bytes, 4)?)).map(|nth| {
        let at = HEADER + nth * ENTRY;
        // 0 stands for 256 or more; then a PNG says it itself.
        let side = |at: usize| bytes.get(at).map(|&side| if side == 0 { 256 } else { u32::from(side) });
        let embedded = bytes.get(u32_le(bytes, at + 12)? as usize..).and_then(super::png::measure);
        embedded.or(Some(Dimensions { width: side(at)?, height: side(at + 1)? }))
    });
    entries.flatten().max_by_key(|size| (u64::from(size.width) * u64::from(size.height), size.width))
}

/// Whether every picture that it names is there.
pub fn check(bytes: &[u8]) -> Result<(), Kept> {
    let n_entries = u16_le(bytes, 4).map_or(0, usize::from);
    let is_there = |nth: usize| {
        let at = HEADER + nth * ENTRY;
        let (size, offset) = (u32_le(bytes, at + 8)?, u32_le(bytes, at + 12)?);
        bytes.get(offset as usize..(offset as usize).checked_add(size as usize)?).map(drop)
    };
    if n_entries == 0 {
        return Err(Kept::Undecodable("there is no picture in it".to_owned()));
    }
    match (0..n_entries).find(|&nth| is_there(nth).is_none()) {
        Some(nth) => Err(Kept::Undecodable(format!("picture {} of {n_entries} is cut off", nth + 1))),
        None => Ok(()),
    }
}
