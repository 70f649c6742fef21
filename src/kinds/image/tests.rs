use proptest::prelude::*;

use super::*;

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/picture/every_kind/assets/img/", $name))
    };
}

const SAMPLES: [(Kind, &[u8], u32, u32); 12] = [
    (Kind::Jpeg, sample!("turned.jpg"), 37, 61),
    (Kind::Jpeg, sample!("gray.jpeg"), 61, 37),
    (Kind::Jpeg, sample!("four-inks.jpg"), 61, 37),
    (Kind::Jpeg, sample!("progressive.jpg"), 61, 37),
    (Kind::Png, sample!("turned.png"), 37, 61),
    (Kind::Png, sample!("moving.apng"), 61, 37),
    (Kind::Gif, sample!("moving.gif"), 61, 37),
    (Kind::Webp, sample!("exact.webp"), 61, 37),
    (Kind::Webp, sample!("lossy.webp"), 61, 37),
    (Kind::Webp, sample!("moving.webp"), 61, 37),
    (Kind::Avif, sample!("small.avif"), 61, 37),
    (Kind::Ico, sample!("favicon.ico"), 32, 32),
];

const EFFORT: Effort = Effort { png: 2 };

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|at| at == wanted)
}

fn smaller(kind: Kind, bytes: &[u8]) -> Vec<u8> {
    optimize(kind, bytes, EFFORT).unwrap().expect("smaller")
}

#[test]
fn every_kind_is_measured_as_it_is_shown() {
    for (kind, bytes, width, height) in SAMPLES {
        assert_eq!(measure(kind, bytes), Ok(Dimensions { width, height }), "{kind:?}");
    }
}

#[test]
fn what_was_made_smaller_cannot_be_made_smaller_again() {
    for (kind, bytes, width, height) in SAMPLES {
        let Some(smaller) = optimize(kind, bytes, EFFORT).unwrap() else { continue };
        assert_eq!(measure(kind, &smaller), Ok(Dimensions { width, height }), "{kind:?}");
        assert_eq!(optimize(kind, &smaller, EFFORT), Ok(None), "{kind:?}");
    }
}

#[test]
fn a_jpeg_keeps_its_profile_and_its_orientation_and_nothing_else() {
    let before = sample!("turned.jpg");
    let after = smaller(Kind::Jpeg, before);
    assert!(holds(before, b"nobody sees") && holds(before, b"a comment"));
    assert!(!holds(&after, b"nobody sees") && !holds(&after, b"a comment"));
    assert!(holds(&after, b"ICC_PROFILE\0"));
    assert_eq!(measure(Kind::Jpeg, &after), Ok(Dimensions { width: 37, height: 61 }));
}

#[test]
fn a_jpeg_of_four_inks_or_with_a_second_picture_is_left_alone() {
    assert_eq!(optimize(Kind::Jpeg, sample!("four-inks.jpg"), EFFORT), Ok(None));
    let jpeg = sample!("gray.jpeg");
    for second in [&b"MPF\0"[..], b"urn:iso:std:iso:ts:21496:-1\0"] {
        let mut segment = vec![0xff, 0xe2, 0, second.len() as u8 + 2];
        segment.extend(second);
        let with_second = [&jpeg[..2], &segment, &jpeg[2..]].concat();
        assert_eq!(optimize(Kind::Jpeg, &with_second, EFFORT), Ok(None));
    }
    assert!(optimize(Kind::Jpeg, jpeg, EFFORT).unwrap().is_some());
}

#[test]
fn a_jpeg_that_a_decoder_would_mend_is_left_alone() {
    let jpeg = sample!("turned.jpg");
    let cut = &jpeg[..jpeg.len() * 3 / 4];
    let Err(Kept::Undecodable(reason)) = optimize(Kind::Jpeg, cut, EFFORT) else { panic!("it is cut off") };
    assert_eq!(reason, "parts of it are cut off or damaged");
}

#[test]
fn a_jpeg_that_claims_to_be_huge_is_refused_before_it_is_decoded() {
    let mut jpeg = sample!("gray.jpeg").to_vec();
    let frame = jpeg.windows(2).position(|at| at == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
    let Err(Kept::Undecodable(reason)) = optimize(Kind::Jpeg, &jpeg, EFFORT) else { panic!("it is too large") };
    assert_eq!(reason, "65500 × 65500 pixels in 1 passes are too many");
}

#[test]
fn metadata_goes_and_frames_stay() {
    let gif = smaller(Kind::Gif, sample!("moving.gif"));
    assert!(!holds(&gif, b"nobody sees") && holds(&gif, b"NETSCAPE2.0"));
    let exact = smaller(Kind::Webp, sample!("exact.webp"));
    assert!(!holds(&exact, b"xmpmeta") && holds(&exact, b"ICCP"));
    assert!(exact.len() < sample!("exact.webp").len() * 9 / 10);
    let lossy = smaller(Kind::Webp, sample!("lossy.webp"));
    assert!(!holds(&lossy, b"XMP ") && holds(&lossy, b"VP8 "));
    let moving = smaller(Kind::Png, sample!("moving.apng"));
    assert!(holds(&moving, b"acTL") && holds(&moving, b"fdAT"));
}

#[test]
fn a_wrong_extension_is_named() {
    for (kind, bytes, ..) in SAMPLES {
        let other = if kind == Kind::Png { Kind::Gif } else { Kind::Png };
        assert_eq!(measure(other, bytes), Err(Kept::Misnamed(kind)));
        assert_eq!(optimize(other, bytes, EFFORT), Err(Kept::Misnamed(kind)));
    }
    assert_eq!(measure(Kind::Png, b""), Err(Kept::Undecodable("the file is empty".into())));
    assert_eq!(measure(Kind::Png, b"<html>"), Err(Kept::Undecodable("it does not begin as one".into())));
}

#[test]
fn a_picture_that_is_cut_off_is_an_answer() {
    for (kind, bytes, ..) in SAMPLES {
        for length in [4, 12, 20, 40, bytes.len() / 2, bytes.len() - 30] {
            let _ = measure(kind, &bytes[..length]);
            assert!(!matches!(optimize(kind, &bytes[..length], EFFORT), Ok(Some(_))), "{kind:?} of {length} bytes");
        }
        let half = optimize(kind, &bytes[..bytes.len() / 2], EFFORT);
        // One of four inks is not even looked at.
        assert!(half.is_err() || holds(bytes, b"Adobe"), "{kind:?}");
    }
}

#[test]
fn a_resolution_that_changes_the_size_is_kept() {
    let exif = exif::only_orientation(3);
    assert!(!exif::claims_another_size(&exif, 61, 37));
    // A folder with one entry, which leads to a second with the width that a browser may show it at.
    let mut other = b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0".to_vec();
    other.extend(b"\x01\0\x02\xa0\x04\0\x01\0\0\0\x1e\0\0\0\0\0\0\0");
    assert!(exif::claims_another_size(&other, 61, 37) && !exif::claims_another_size(&other, 30, 37));
}

#[test]
fn other_forms_are_turned_as_the_picture_is_shown() {
    for (kind, bytes, width, height) in SAMPLES {
        let raster = match decode(kind, bytes) {
            Ok(raster) => raster,
            // An animation, four inks, or a kind that is not decoded.
            Err(Kept::Undecodable(_)) => continue,
            Err(other) => panic!("{kind:?}: {other:?}"),
        };
        assert_eq!(raster.size, Dimensions { width, height }, "{kind:?}");
        let (size, webp) = raster.to_webp(Some(20), 75).unwrap();
        assert_eq!(measure(Kind::Webp, &webp), Ok(size), "{kind:?}");
        assert_eq!(size.width, 20);
        let (size, webp) = raster.to_webp(None, 75).unwrap();
        assert_eq!((measure(Kind::Webp, &webp), size), (Ok(raster.size), raster.size));
        assert!(raster.placeholder().unwrap().len() < 60);
    }
    // A profile goes along.
    let (_, webp) = decode(Kind::Jpeg, sample!("turned.jpg")).unwrap().to_webp(None, 75).unwrap();
    assert!(holds(&webp, b"ICCP"));
    // What is lossless stays so.
    let png = decode(Kind::Png, sample!("turned.png")).unwrap();
    let again = decode(Kind::Webp, &png.to_webp(None, 1).unwrap().1).unwrap();
    assert!(png.shows_the_same_as(&again));
    for (kind, sample) in [
        (Kind::Gif, &sample!("moving.gif")[..]),
        (Kind::Jpeg, sample!("four-inks.jpg")),
        (Kind::Png, sample!("moving.apng")),
        (Kind::Webp, sample!("moving.webp")),
    ] {
        assert!(matches!(decode(kind, sample), Err(Kept::Undecodable(_))), "{kind:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done to a picture, the answer is an answer, and what is written can be read again.
    #[test]
    fn damage_never_panics(
        sample in 0..SAMPLES.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let (kind, bytes, ..) = SAMPLES[sample];
        let mut damaged = bytes.to_vec();
        for (at, byte) in edits {
            let at = at.index(damaged.len());
            damaged[at] = byte;
        }
        if let Some(cut) = cut {
            damaged.truncate(cut.index(bytes.len()));
        }
        let measured = measure(kind, &damaged);
        let _ = decode(kind, &damaged);
        if let Ok(Some(smaller)) = optimize(kind, &damaged, Effort { png: 0 }) {
            prop_assert!(smaller.len() < damaged.len());
            prop_assert_eq!(measure(kind, &smaller), measured);
            let again = optimize(kind, &smaller, Effort { png: 0 });
            prop_assert!(again.is_ok(), "{again:?}");
        }
    }
}
