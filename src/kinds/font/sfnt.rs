//! The container of TrueType and OpenType fonts (OpenType 1.9, "Organization of an OpenType Font").

use std::collections::BTreeMap;

pub type Tables<'b> = BTreeMap<[u8; 4], &'b [u8]>;

/// What packing may write in another way: outlines, which are transformed, and their index; `head`, which says that they are; a
/// signature, which no longer holds (WOFF 2.0, section 5).
const REWRITTEN: [&[u8; 4]; 4] = [b"glyf", b"loca", b"head", b"DSIG"];

pub fn is_one(bytes: &[u8]) -> bool {
    matches!(bytes, [0, 1, 0, 0, ..] | [b'O', b'T', b'T', b'O', ..] | [b't', b'r', b'u', b'e', ..])
}

/// `None` when a table lies outside of the file.
pub fn tables(bytes: &[u8]) -> Option<Tables<'_>> {
    let n_tables = u16::from_be_bytes(bytes.get(4..6)?.try_into().ok()?);
    let table = |nth: usize| {
        let entry = bytes.get(12 + 16 * nth..28 + 16 * nth)?;
        let number = |at: usize| Some(u32::from_be_bytes(entry.get(at..at + 4)?.try_into().ok()?) as usize);
        let (offset, length) = (number(8)?, number(12)?);
        Some((entry[..4].try_into().ok()?, bytes.get(offset..offset.checked_add(length)?)?))
    };
    (0..usize::from(n_tables)).map(table).collect()
}

/// Whether two fonts have the same tables, byte for byte where packing leaves them alone.
pub fn are_equal(left: &Tables, right: &Tables) -> bool {
    let signed = |name: &&[u8; 4]| **name != b"DSIG"[..];
    let names = |tables: &Tables| tables.keys().filter(signed).copied().collect::<Vec<_>>();
    let kept = |(name, bytes): (&[u8; 4], &&[u8])| REWRITTEN.contains(&name) || right.get(name) == Some(bytes);
    names(left) == names(right) && left.iter().all(kept)
}
