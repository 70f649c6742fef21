use std::io::Read;
use std::path::Path;

use proptest::prelude::*;

use super::*;

const CODINGS: [Coding; 4] = [Coding::Brotli, Coding::Gzip, Coding::Zopfli, Coding::Zstd];

fn decompress(bytes: &[u8], coding: Coding) -> Vec<u8> {
    let mut out = Vec::new();
    match coding {
        Coding::Brotli => drop(brotli::Decompressor::new(bytes, 4096).read_to_end(&mut out).unwrap()),
        Coding::Zstd => out = zstd::stream::decode_all(bytes).unwrap(),
        Coding::Gzip | Coding::Zopfli => {
            let size = u32::from_le_bytes(bytes[bytes.len() - 4..].try_into().unwrap());
            out = vec![0; size as usize];
            let length = libdeflater::Decompressor::new().gzip_decompress(bytes, &mut out).unwrap();
            assert_eq!(length, out.len());
        }
    }
    out
}

#[test]
fn every_coding_gives_the_bytes_back_and_the_same_bytes_each_time() {
    let text = (0..500).map(|n| format!(".item-{n} {{ margin: {}px }}\n", n * 7919 % 100)).collect::<String>();
    for coding in CODINGS {
        let compressed = compress(text.as_bytes(), coding).unwrap();
        assert!(compressed.len() < text.len() / 3, "{coding:?}: {}", compressed.len());
        assert!(decompress(&compressed, coding) == text.as_bytes(), "{coding:?}");
        assert!(compress(text.as_bytes(), coding).unwrap() == compressed, "{coding:?}");
    }
}

#[test]
fn gzip_holds_no_time_and_no_name() {
    let text = "a { color: red }\n".repeat(100);
    for coding in [Coding::Gzip, Coding::Zopfli] {
        let compressed = compress(text.as_bytes(), coding).unwrap();
        // RFC 1952, section 2.3: no flags, so no name, and a time of 0.
        assert_eq!(compressed[3..8], [0; 5], "{coding:?}");
    }
}

#[test]
fn little_is_not_worth_a_file() {
    assert!(is_worth_it(2000, 1900) && !is_worth_it(2000, 1901));
    assert!(is_worth_it(100_000, 95_000) && !is_worth_it(100_000, 95_001));
    for coding in CODINGS {
        assert_eq!(compress(b"", coding), None);
        assert_eq!(compress(&[b'a'; 100], coding), None);
        assert!(compress(&[b'a'; 300], coding).is_some());
    }
}

#[test]
fn what_is_compressed_already_is_not_compressed_again() {
    assert!(EXTENSIONS.is_sorted());
    let is = |name: &str| is_compressible(&UrlPath::new(Path::new(name)).unwrap());
    for name in ["a.css", "a.JS", "img/a.svg", "a.css.0123456789ab.map", "f.ttf", "favicon.ico", "app.wasm"] {
        assert!(is(name), "{name}");
    }
    for name in ["a.png", "a.jpg", "a.woff2", "a.woff", "a.webp", "a.gz", "a.js.br", "a.mp4", "js", "a.zip"] {
        assert!(!is(name), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_come_back(seed in proptest::collection::vec(any::<u8>(), 1..400), repeats in 1..60usize) {
        let bytes = seed.repeat(repeats);
        for coding in [Coding::Brotli, Coding::Gzip, Coding::Zstd] {
            if let Some(compressed) = compress(&bytes, coding) {
                prop_assert!(compressed.len() < bytes.len());
                prop_assert_eq!(&decompress(&compressed, coding), &bytes);
            }
        }
    }
}
