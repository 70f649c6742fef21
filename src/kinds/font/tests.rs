use super::*;

/// A font of three tables whose bytes mean nothing.
fn font() -> Vec<u8> {
    let tables: [(&[u8; 4], &[u8]); 2] = [(b"cmap", &[1; 40]), (b"name", &[2; 24])];
    let mut bytes = vec![0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0];
    let mut offset = 12 + 16 * tables.len() as u32;
    for (name, table) in tables {
        bytes.extend(name);
        bytes.extend([0; 4]);
        bytes.extend(offset.to_be_bytes());
        bytes.extend((table.len() as u32).to_be_bytes());
        offset += table.len() as u32;
    }
    tables.iter().for_each(|(_, table)| bytes.extend(*table));
    bytes
}

#[test]
fn fonts_are_checked_as_far_as_their_header_tells() {
    assert_eq!(check(&font()), Ok(()));
    assert_eq!(check(&font()[..60]), Err(Fault::Damaged("it is cut off".into())));
    assert_eq!(check(b""), Err(Fault::Damaged("the file is empty".into())));
    assert_eq!(check(b"<svg>"), Err(Fault::Damaged("it does not begin as one".into())));
    let mut woff = b"wOF2\0\x01\0\0\0\0\0\x14".to_vec();
    woff.resize(20, 0);
    assert_eq!(check(&woff), Ok(()));
    assert_eq!(check(&woff[..18]), Err(Fault::Damaged("it is cut off, or longer than it says".into())));
}

#[test]
fn one_changed_table_is_noticed_and_a_signature_is_not() {
    let font = font();
    let before = sfnt::tables(&font).unwrap();
    let mut after = before.clone();
    assert!(sfnt::are_equal(&before, &after));
    after.insert(*b"name", &[3; 24]);
    assert!(!sfnt::are_equal(&before, &after));
    let mut after = before.clone();
    after.insert(*b"DSIG", &[3; 24]);
    assert!(sfnt::are_equal(&before, &after));
    after.remove(b"cmap");
    assert!(!sfnt::are_equal(&before, &after));
}

#[test]
fn damage_is_an_answer() {
    let font = font();
    for at in 0..font.len() {
        let mut damaged = font.clone();
        damaged[at] ^= 0xff;
        let _ = (check(&damaged), to_woff2(&damaged), to_woff2(&font[..at]));
    }
}
