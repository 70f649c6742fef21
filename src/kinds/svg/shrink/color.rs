//! Colors, written as short as CSS allows.

/// The color in the fewest characters; `None` when it is no color that is known, or cannot be shorter.
pub fn shorten(color: &str) -> Option<String> {
    let lower = color.trim().to_ascii_lowercase();
    let rgb = hexadecimal(&lower).or_else(|| function(&lower)).or_else(|| named(&lower))?;
    let [r, g, b] = rgb;
    let hex = if rgb.iter().all(|channel| channel >> 4 == channel & 15) {
        format!("#{:x}{:x}{:x}", r & 15, g & 15, b & 15)
    } else {
        format!("#{r:02x}{g:02x}{b:02x}")
    };
    let name = NAMES.iter().find(|(_, value)| *value == rgb).map(|(name, _)| (*name).to_owned());
    let shortest = name.filter(|name| name.len() <= hex.len()).unwrap_or(hex);
    (shortest.len() < color.len() || (shortest.len() == color.len() && lower == shortest && shortest != color))
        .then_some(shortest)
}

fn hexadecimal(color: &str) -> Option<[u8; 3]> {
    let digits = color.strip_prefix('#')?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let parse = |range: std::ops::Range<usize>| u8::from_str_radix(&digits[range], 16).ok();
    match digits.len() {
        3 => Some([parse(0..1)? * 17, parse(1..2)? * 17, parse(2..3)? * 17]),
        6 => Some([parse(0..2)?, parse(2..4)?, parse(4..6)?]),
        _ => None,
    }
}

/// `rgb(1, 2, 3)` with whole numbers.
fn function(color: &str) -> Option<[u8; 3]> {
    let arguments = color.strip_prefix("rgb(")?.strip_suffix(')')?;
    let mut channels = arguments.split(',').map(|channel| channel.trim().parse::<u8>());
    let rgb = [channels.next()?.ok()?, channels.next()?.ok()?, channels.next()?.ok()?];
    channels.next().is_none().then_some(rgb)
}

fn named(color: &str) -> Option<[u8; 3]> {
    let long = [
        ("white", [255, 255, 255]),
        ("black", [0, 0, 0]),
        ("yellow", [255, 255, 0]),
        ("fuchsia", [255, 0, 255]),
        ("magenta", [255, 0, 255]),
    ];
    NAMES.iter().chain(&long).find(|(name, _)| *name == color).map(|(_, rgb)| *rgb)
}

/// The names that are no longer than their hexadecimal form (CSS Color 4, section 6.1).
const NAMES: [(&str, [u8; 3]); 31] = [
    ("azure", [0xf0, 0xff, 0xff]),
    ("beige", [0xf5, 0xf5, 0xdc]),
    ("bisque", [0xff, 0xe4, 0xc4]),
    ("brown", [0xa5, 0x2a, 0x2a]),
    ("coral", [0xff, 0x7f, 0x50]),
    ("gold", [0xff, 0xd7, 0]),
    ("gray", [0x80, 0x80, 0x80]),
    ("green", [0, 0x80, 0]),
    ("indigo", [0x4b, 0, 0x82]),
    ("ivory", [0xff, 0xff, 0xf0]),
    ("khaki", [0xf0, 0xe6, 0x8c]),
    ("linen", [0xfa, 0xf0, 0xe6]),
    ("maroon", [0x80, 0, 0]),
    ("navy", [0, 0, 0x80]),
    ("olive", [0x80, 0x80, 0]),
    ("orange", [0xff, 0xa5, 0]),
    ("orchid", [0xda, 0x70, 0xd6]),
    ("peru", [0xcd, 0x85, 0x3f]),
    ("pink", [0xff, 0xc0, 0xcb]),
    ("plum", [0xdd, 0xa0, 0xdd]),
    ("purple", [0x80, 0, 0x80]),
    ("red", [0xff, 0, 0]),
    ("salmon", [0xfa, 0x80, 0x72]),
    ("sienna", [0xa0, 0x52, 0x2d]),
    ("silver", [0xc0, 0xc0, 0xc0]),
    ("snow", [0xff, 0xfa, 0xfa]),
    ("tan", [0xd2, 0xb4, 0x8c]),
    ("teal", [0, 0x80, 0x80]),
    ("tomato", [0xff, 0x63, 0x47]),
    ("violet", [0xee, 0x82, 0xee]),
    ("wheat", [0xf5, 0xde, 0xb3]),
];
