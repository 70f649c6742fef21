use super::*;

fn encode(color: ColorType, depth: BitDepth, samples: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 64, 64);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_source_gamma(png::ScaledFloat::new(0.5));
    encoder.add_text_chunk("Comment".into(), "made by a test".into()).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(samples).unwrap();
    writer.finish().unwrap();
    bytes
}

fn gradient(n: usize) -> Vec<u8> {
    (0..n).map(|at| (at % 64 * 4) as u8).collect()
}

fn rgb() -> Vec<u8> {
    encode(ColorType::Rgb, BitDepth::Eight, &gradient(64 * 64 * 3))
}

#[test]
fn pixels_stay_and_bytes_go() {
    for (color, depth, bytes_per_pixel) in [
        (ColorType::Rgba, BitDepth::Eight, 4),
        (ColorType::Rgb, BitDepth::Eight, 3),
        (ColorType::Rgb, BitDepth::Sixteen, 6),
        (ColorType::GrayscaleAlpha, BitDepth::Eight, 2),
        (ColorType::Grayscale, BitDepth::Sixteen, 2),
    ] {
        let png = encode(color, depth, &gradient(64 * 64 * bytes_per_pixel));
        let optimized = optimize(&png, 2).unwrap().expect("smaller");
        assert!(optimized.len() < png.len());
        assert!(shows_the_same(&png, &optimized).unwrap());
    }
}

#[test]
fn gamma_is_kept_and_text_is_not() {
    let png = rgb();
    let optimized = optimize(&png, 2).unwrap().expect("smaller");
    let holds = |bytes: &[u8], chunk: &[u8]| bytes.windows(4).any(|at| at == chunk);
    assert!(holds(&png, b"tEXt") && !holds(&optimized, b"tEXt"));
    assert!(holds(&optimized, b"gAMA"));
}

#[test]
fn an_optimized_picture_is_left_alone() {
    let once = optimize(&rgb(), 2).unwrap().expect("smaller");
    assert_eq!(optimize(&once, 2), Ok(None));
}

#[test]
fn one_different_sample_is_noticed() {
    let mut samples = gradient(64 * 64 * 3);
    samples[5] ^= 1;
    let other = encode(ColorType::Rgb, BitDepth::Eight, &samples);
    assert!(!shows_the_same(&rgb(), &other).unwrap());
}

#[test]
fn damage_is_an_answer_and_never_a_panic() {
    let png = rgb();
    for damaged in [&b""[..], b"not a picture", &png[..20], &png[..png.len() / 2]] {
        assert!(matches!(optimize(damaged, 2), Err(Kept::Undecodable(_))));
    }
    for at in (0..png.len()).step_by(7) {
        let mut damaged = png.clone();
        damaged[at] ^= 0xff;
        let _ = optimize(&damaged, 0);
    }
}

#[test]
fn a_bomb_is_refused_before_it_is_decoded() {
    let mut png = rgb();
    png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]); // 60,000 × 60,000
    let crc = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(optimize(&png, 2), Err(Kept::Undecodable("60000 × 60000 pixels are 10299 MB decoded".into())));
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
