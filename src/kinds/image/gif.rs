//! GIF: measured, and freed of comments and XMP metadata. The picture's own blocks are kept byte for byte.

use super::Kept;
use super::bytes::u16_le;
use crate::graph::Dimensions;

pub fn measure(bytes: &[u8]) -> Option<Dimensions> {
    Some(Dimensions { width: u16_le(bytes, 6)?.into(), height: u16_le(bytes, 8)?.into() })
}

/// Everything but comments and XMP (GIF89a, sections 24 and 26).
pub fn optimize(bytes: &[u8]) -> Result<Option<Vec<u8>>, Kept> {
    let blocks = blocks(bytes).ok_or_else(|| Kept::Undecodable("it is cut off or damaged".to_owned()))?;
    if blocks.iter().all(|block| !block.metadata) {
        return Ok(None);
    }
    Ok(Some(blocks.iter().filter(|block| !block.metadata).flat_map(|block| block.bytes).copied().collect()))
}

struct Block<'b> {
    bytes: &'b [u8],
    metadata: bool,
}

/// The file cut into its blocks; what follows the trailer is left out. `None` when it is not whole.
fn blocks(bytes: &[u8]) -> Option<Vec<Block<'_>>> {
    let mut blocks = Vec::new();
    let mut at = 13 + color_table(*bytes.get(10)?);
    blocks.push(Block { bytes: bytes.get(..at)?, metadata: false });
    loop {
        let start = at;
        let metadata = match *bytes.get(at)? {
            0x2c => {
                // The descriptor, its color table, and the least code size.
                at = sub_blocks(bytes, at + 10 + color_table(*bytes.get(at + 9)?) + 1)?;
                false
            }
            0x21 => {
                let label = *bytes.get(at + 1)?;
                let is_xmp = label == 0xff && bytes.get(at + 3..at + 14).is_some_and(|name| name == b"XMP DataXMP");
                at = sub_blocks(bytes, at + 2)?;
                label == 0xfe || is_xmp
            }
            0x3b => {
                blocks.push(Block { bytes: &bytes[at..=at], metadata: false });
                return Some(blocks);
            }
            _ => return None,
        };
        blocks.push(Block { bytes: bytes.get(start..at)?, metadata });
    }
}

/// How many bytes the color table takes that these flags announce.
fn color_table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Behind the sub-blocks that begin at `at`.
fn sub_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
