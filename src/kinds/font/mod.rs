//! Fonts: recognised, checked, and packed as WOFF2.
//!
//! In: a file's bytes. Out: whether it is whole, and the same font as WOFF2, read again and compared. Not here: which fonts a
//! user wants packed (`optimize`).

mod sfnt;

use serde::{Deserialize, Serialize};

/// Why a font was left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// It is none, or not whole; the reason.
    Damaged(String),
    /// What was packed does not unpack to the same font.
    Changed,
}

/// Larger fonts than this are not packed: it takes seconds for each megabyte.
const LARGEST: usize = 32 << 20;

/// Whether it is a font, whole as far as its header tells.
pub fn check(bytes: &[u8]) -> Result<(), Fault> {
    let damaged = |reason: &str| Err(Fault::Damaged(reason.to_owned()));
    match bytes {
        [] => damaged("the file is empty"),
        // WOFF and WOFF2 state their length (WOFF 2.0, section 4.1).
        [b'w', b'O', b'F', b'F' | b'2', ..] => match bytes.get(8..12).and_then(|length| length.try_into().ok()) {
            Some(length) if u32::from_be_bytes(length) as usize == bytes.len() => Ok(()),
            _ => damaged("it is cut off, or longer than it says"),
        },
        [b't', b't', b'c', b'f', ..] => Ok(()),
        _ if sfnt::is_one(bytes) => match sfnt::tables(bytes) {
            Some(_) => Ok(()),
            None => damaged("it is cut off"),
        },
        _ => damaged("it does not begin as one"),
    }
}

/// A TrueType or OpenType font as WOFF2; `None` for what is none of these, or would not be smaller.
pub fn to_woff2(bytes: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    if !sfnt::is_one(bytes) || bytes.len() > LARGEST {
        return Ok(None);
    }
    let before = sfnt::tables(bytes).ok_or_else(|| Fault::Damaged("it is cut off".to_owned()))?;
    let packed =
        woofwoof::compress(bytes, "", 11, true).ok_or_else(|| Fault::Damaged("it cannot be read".to_owned()))?;
    let unpacked = woofwoof::decompress(&packed).ok_or(Fault::Changed)?;
    let after = sfnt::tables(&unpacked).ok_or(Fault::Changed)?;
    if !sfnt::are_equal(&before, &after) {
        return Err(Fault::Changed);
    }
    Ok((packed.len() < bytes.len()).then_some(packed))
}

#[cfg(test)]
mod tests;
