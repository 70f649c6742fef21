use crate::graph::Kind;

/// What the first bytes say the file is (WHATWG MIME Sniffing, section 6.1); `None` when it is no picture that we know.
pub fn sniff(bytes: &[u8]) -> Option<Kind> {
    let brand = bytes.get(8..12).unwrap_or_default();
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Kind::Png),
        [0xff, 0xd8, 0xff, ..] => Some(Kind::Jpeg),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Kind::Gif),
        [b'R', b'I', b'F', b'F', ..] if brand == b"WEBP" => Some(Kind::Webp),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] if matches!(brand, b"avif" | b"avis") => Some(Kind::Avif),
        // An icon, or a cursor, which browsers read from `.ico` too.
        [0, 0, 1 | 2, 0, ..] => Some(Kind::Ico),
        _ => None,
    }
}
