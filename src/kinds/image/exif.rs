//! What a browser heeds of EXIF: the orientation, and a resolution that changes the natural size.

use super::bytes::array;

const ORIENTATION: u16 = 0x0112;
const EXIF_IFD: u16 = 0x8769;
const PIXEL_X_DIMENSION: u16 = 0xa002;
const PIXEL_Y_DIMENSION: u16 = 0xa003;

/// 1 to 8; `None` when none is given. `exif` begins with the TIFF header.
pub fn orientation(exif: &[u8]) -> Option<u8> {
    let exif = Exif::of(exif)?;
    let value = exif.value(exif.first()?, ORIENTATION)?;
    u8::try_from(value).ok().filter(|value| (1..=8).contains(value))
}

/// Whether width and height change places.
pub fn is_turned(orientation: u8) -> bool {
    orientation >= 5
}

/// Whether it claims another size than the picture has: browsers that heed EXIF's resolution do so only then.
pub fn claims_another_size(exif: &[u8], width: u32, height: u32) -> bool {
    let claim = || {
        let exif = Exif::of(exif)?;
        let folder = exif.value(exif.first()?, EXIF_IFD)? as usize;
        let side = |tag, side| exif.value(folder, tag).is_some_and(|claimed| claimed != side);
        Some(side(PIXEL_X_DIMENSION, width) || side(PIXEL_Y_DIMENSION, height))
    };
    claim().unwrap_or(false)
}

/// The payload of a marker or chunk that says nothing but the orientation.
pub fn only_orientation(orientation: u8) -> Vec<u8> {
    let mut exif = b"MM\0*\0\0\0\x08\0\x01".to_vec();
    exif.extend(ORIENTATION.to_be_bytes());
    exif.extend([0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);
    exif
}

/// TIFF 6.0, section 2.
struct Exif<'b> {
    bytes: &'b [u8],
    big_endian: bool,
}

impl<'b> Exif<'b> {
    fn of(bytes: &'b [u8]) -> Option<Self> {
        let big_endian = match bytes.get(..4)? {
            b"MM\0*" => true,
            b"II*\0" => false,
            _ => return None,
        };
        Some(Self { bytes, big_endian })
    }

    fn first(&self) -> Option<usize> {
        self.u32(4).map(|at| at as usize)
    }

    /// A whole number of the folder of entries at `folder`.
    fn value(&self, folder: usize, tag: u16) -> Option<u32> {
        let entries = (0..usize::from(self.u16(folder)?)).map(|nth| folder + 2 + nth * 12);
        let entry = entries.into_iter().find(|&entry| self.u16(entry) == Some(tag))?;
        match self.u16(entry + 2)? {
            3 => self.u16(entry + 8).map(u32::from),
            4 => self.u32(entry + 8),
            _ => None,
        }
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let bytes = array(self.bytes, at)?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes = array(self.bytes, at)?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }
}
