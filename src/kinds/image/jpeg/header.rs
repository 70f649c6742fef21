use super::super::bytes::u16_be;

/// What stands before the first scan (ITU-T T.81, annex B).
pub struct Header<'b> {
    /// The code of the frame's marker, which says how it is coded: 0xc0 for baseline, 0xc2 for progressive.
    pub frame: u8,
    /// Bits of a sample.
    pub precision: u8,
    pub width: u32,
    pub height: u32,
    pub components: u8,
    /// The application segments, as marker code and payload.
    pub segments: Vec<(u8, &'b [u8])>,
    /// How often the whole picture is passed over, about: the start-of-scan markers of the file.
    pub scans: u64,
}

impl<'b> Header<'b> {
    /// `None` when it is not whole.
    pub fn read(bytes: &'b [u8]) -> Option<Self> {
        let mut header =
            Self { frame: 0, precision: 0, width: 0, height: 0, components: 0, segments: Vec::new(), scans: 0 };
        let mut at = 2;
        loop {
            if *bytes.get(at)? != 0xff {
                return None;
            }
            let code = *bytes.get(at + 1)?;
            match code {
                // Any number of fill bytes may stand before a marker.
                0xff => at += 1,
                0x01 | 0xd0..=0xd8 => at += 2,
                0xd9 => return None,
                _ => {
                    let length = usize::from(u16_be(bytes, at + 2)?);
                    let payload = bytes.get(at + 4..at + 2 + length.max(2))?;
                    match code {
                        0xda => {
                            // In coded data 0xff is followed by 0, so these are markers.
                            header.scans = bytes[at..].windows(2).filter(|pair| *pair == [0xff, 0xda]).count() as u64;
                            return (header.frame != 0 && header.width > 0 && header.height > 0).then_some(header);
                        }
                        // Of the frames, without the tables that have codes between them.
                        0xc0..=0xcf if !matches!(code, 0xc4 | 0xc8 | 0xcc) => {
                            header.frame = code;
                            header.precision = *payload.first()?;
                            header.height = u16_be(payload, 1)?.into();
                            header.width = u16_be(payload, 3)?.into();
                            header.components = *payload.get(5)?;
                        }
                        0xe0..=0xef => header.segments.push((code, payload)),
                        _ => {}
                    }
                    at += 2 + length.max(2);
                }
            }
        }
    }
}
