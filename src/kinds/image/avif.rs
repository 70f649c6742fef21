//! AVIF: measured only. Its boxes are those of ISO/IEC 14496-12 and 23008-12 (HEIF).

use super::Kept;
use super::bytes::{array, u16_be, u32_be};
use crate::graph::Dimensions;

/// The primary item's size, turned as its `irot` says.
pub fn measure(bytes: &[u8]) -> Option<Dimensions> {
    let meta = find(bytes, b"meta")?.get(4..)?;
    let primary = primary_item(find(meta, b"pitm")?)?;
    let iprp = find(meta, b"iprp")?;
    let properties: Vec<_> = Boxes(find(iprp, b"ipco")?).collect();
    let (mut size, mut turned) = (None, false);
    for index in associations(find(iprp, b"ipma")?, primary)? {
        let Some((name, body)) = properties.get(index.checked_sub(1)?) else { continue };
        match name {
            b"ispe" => size = Some((u32_be(body, 4)?, u32_be(body, 8)?)),
            b"irot" => turned = body.first()? & 1 == 1,
            _ => {}
        }
    }
    let (width, height) = size?;
    Some(if turned { Dimensions { width: height, height: width } } else { Dimensions { width, height } })
}

/// Whether the outermost boxes fill the file.
pub fn check(bytes: &[u8]) -> Result<(), Kept> {
    let whole = Boxes(bytes)
        .map(|(_, body)| body)
        .last()
        .is_some_and(|body| body.as_ptr_range().end == bytes.as_ptr_range().end);
    if whole { Ok(()) } else { Err(Kept::Undecodable("it is cut off or damaged".to_owned())) }
}

/// The boxes that lie one after the other; ends at the first that is not whole.
struct Boxes<'b>(&'b [u8]);

impl<'b> Iterator for Boxes<'b> {
    type Item = ([u8; 4], &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let name = array(self.0, 4)?;
        let (header, size) = match u32_be(self.0, 0)? {
            0 => (8, self.0.len()),
            1 => (16, usize::try_from(u64::from_be_bytes(array(self.0, 8)?)).ok()?),
            size => (8, size as usize),
        };
        let body = self.0.get(header..size)?;
        self.0 = &self.0[size..];
        Some((name, body))
    }
}

fn find<'b>(bytes: &'b [u8], name: &[u8; 4]) -> Option<&'b [u8]> {
    Boxes(bytes).find(|(found, _)| found == name).map(|(_, body)| body)
}

fn primary_item(pitm: &[u8]) -> Option<u32> {
    if *pitm.first()? == 0 { u16_be(pitm, 4).map(u32::from) } else { u32_be(pitm, 4) }
}

/// The properties of an item, counted from 1.
fn associations(ipma: &[u8], item: u32) -> Option<Vec<usize>> {
    let (version, wide) = (*ipma.first()?, ipma.get(3)? & 1 == 1);
    let mut at = 8;
    for _ in 0..u32_be(ipma, 4)? {
        let id = if version == 0 { u16_be(ipma, at)?.into() } else { u32_be(ipma, at)? };
        at += if version == 0 { 2 } else { 4 };
        let count = usize::from(*ipma.get(at)?);
        at += 1;
        let index = |nth: usize| match wide {
            true => u16_be(ipma, at + 2 * nth).map(|index| usize::from(index & 0x7fff)),
            false => ipma.get(at + nth).map(|&index| usize::from(index & 0x7f)),
        };
        if id == item {
            return (0..count).map(index).collect();
        }
        at += if wide { 2 * count } else { count };
    }
    None
}
