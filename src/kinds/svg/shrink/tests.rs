use proptest::prelude::*;

use super::*;

const HEAD: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24""#;

fn svg(inner: &str) -> String {
    format!("{HEAD}>{inner}</svg>")
}

#[track_caller]
fn smaller(text: &str) -> String {
    let smaller = shrink(text).unwrap_or_else(|| panic!("not smaller: {text}"));
    let (before, after) = (Drawing::of(text), Drawing::of(&smaller));
    assert_eq!(before.is_some(), after.is_some());
    assert!(before.is_none_or(|before| before.is_shown_by(&smaller, Noise::OneLineOfSamples)), "{smaller}");
    assert_eq!(shrink(&smaller), None, "{smaller}");
    smaller
}

#[test]
fn notes_and_blanks_go() {
    let text = format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x.dtd\">\n<!-- made by hand -->\n{HEAD}
    xmlns:inkscape=\"http://www.inkscape.org/namespaces/inkscape\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" version=\"1.1\" inkscape:pageopacity=\"0\">
  <metadata><dc:title>x</dc:title></metadata>
  <inkscape:grid/>
  <path d='M0,0 L10,0 10,10 z' inkscape:label='x'/>
</svg>\n"
    );
    assert_eq!(smaller(&text), svg(r#"<path d="M0 0H10V10z"/>"#));
}

#[test]
fn a_licence_stays() {
    let text = svg("<!--! MIT --><!-- other --><path d=\"M0 0h9v9z\"/>");
    assert_eq!(smaller(&text), svg("<!--! MIT --><path d=\"M0 0h9v9z\"/>"));
}

#[test]
fn what_a_page_may_ask_for_stays() {
    let text = format!(
        "{HEAD} width=\"24px\" role=\"img\" aria-labelledby=\"t d\" class=\"icon\" tabindex=\"0\" data-x=\"1\">
  <title id=\"t\"> A  title </title> <desc id=\"d\">About it</desc>
  <g id=\"used-elsewhere\"> <path id=\"p\" d=\"M 0 0 h 10 v 10 z\"/> </g> <a href=\"/x\"> <circle r=\"2.0\"/> </a>
</svg>"
    );
    assert_eq!(
        smaller(&text),
        format!(
            "{HEAD} width=\"24\" role=\"img\" aria-labelledby=\"t d\" class=\"icon\" tabindex=\"0\" data-x=\"1\"><title id=\"t\"> A  title </title><desc id=\"d\">About it</desc>\
             <g id=\"used-elsewhere\"><path id=\"p\" d=\"M0 0H10V10z\"/></g><a href=\"/x\"><circle r=\"2\"/></a></svg>"
        )
    );
}

#[test]
fn scripts_styles_and_animations_keep_everything_but_notes() {
    for inner in [
        "<rect id=\"box\" width=\"10.0\" height=\"10.00\" onclick=\"go()\"/>",
        "<script>document.querySelector('rect').remove()</script><rect width=\"10.0\" height=\"10\"/>",
        "<style>@media (prefers-color-scheme: dark) { rect { fill: #ffffff } }</style><rect width=\"10.0\" height=\"10\"/>",
        "<style>rect:hover { fill: red }</style><rect width=\"10.0\" height=\"10\"/>",
        "<rect opacity=\"0\" width=\"10.0\" height=\"10\"><animate attributeName=\"opacity\" to=\"1.0\" dur=\"1s\"/></rect>",
    ] {
        assert_eq!(smaller(&svg(&format!("<!-- note -->{inner}"))), svg(inner));
    }
}

#[test]
fn a_sprite_is_not_emptied() {
    let text = "<svg xmlns=\"http://www.w3.org/2000/svg\" style=\"display:none\">
  <symbol id=\"a\" viewBox=\"0 0 16 16\">
    <path fill=\"#ff0000\" d=\"M 8.00001 0 L 16 16 L 0 16 Z\"/>
  </symbol>
</svg>";
    assert_eq!(
        smaller(text),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" style=\"display:none\"><symbol id=\"a\" viewBox=\"0 0 16 16\"><path fill=\"red\" d=\"M8.00001 0 16 16H0z\"/></symbol></svg>"
    );
}

#[test]
fn text_is_kept_to_the_blank() {
    let inner = "<text xml:space=\"preserve\" x=\"1.0\"> a  <tspan> b </tspan>\n c</text>";
    assert_eq!(smaller(&svg(&format!("<!-- note -->\n{inner}\n"))), svg(inner));
    let html = "<foreignObject><p xmlns=\"http://www.w3.org/1999/xhtml\">hi <b>you</b></p></foreignObject>";
    assert_eq!(shrink(&svg(&format!("<!-- note -->{html}"))), None);
}

#[test]
fn paths_say_the_same_in_fewer_characters() {
    for (data, short) in [
        ("M 10 10 L 20 10 L 20 20 Z", "M10 10H20V20z"),
        ("M10.50,10.50 l 0.5,-0.5", "m10.5 10.5.5-.5"),
        ("M0 0C1 1 2 2 3 3C4 4 5 4 6 3", "M0 0C1 1 2 2 3 3S5 4 6 3"),
        ("M1 1Q2 2 3 1Q4 0 5 1", "M1 1Q2 2 3 1T5 1"),
        ("M1 1a 5 5 0 0 1 0.5 0.5", "M1 1a5 5 0 01.5.5"),
        ("M1 1A5 5 0 1110.5.5", "M1 1A5 5 0 1110.5.5"),
        ("M1e1 1e-1", "M10 .1"),
        ("M0 0Zl1 1", "M0 0zL1 1"),
    ] {
        assert_eq!(path_data::shorten(data).as_deref(), Some(short));
    }
    for bad in ["", "L1 1", "M1", "M1 1 L", "M0 0z1 1", "M0 0 L 1 1 x", "M0 0A1 1 0 2 0 1 1", "M99999999999 0"] {
        assert!(matches!(path_data::shorten(bad).as_deref(), None | Some("")), "{bad}");
    }
}

#[test]
fn values_say_the_same_in_fewer_characters() {
    let text = svg(
        "<g transform=\"matrix(1 0 0 1 2.50 0)\"><g fill=\"#ffffff\" style=\"stroke: rgb(255, 0, 0); stroke-width: 2px; -inkscape-x: y\">\
                    <path d=\"M1 1h9v9\"/><path d=\"M2 2h9v9\" stroke=\"#aabbcc\"/></g></g>",
    );
    assert_eq!(
        smaller(&text),
        svg("<g transform=\"translate(2.5)\"><g fill=\"#fff\" style=\"stroke:red;stroke-width:2\">\
             <path d=\"M1 1h9v9\"/><path d=\"M2 2h9v9\" stroke=\"#abc\"/></g></g>")
    );
}

#[test]
fn references_and_entities_survive() {
    let text = format!(
        "<!DOCTYPE svg [<!ENTITY c \"#ff0000\">]>{HEAD} xmlns:xlink=\"http://www.w3.org/1999/xlink\">\n<defs><linearGradient id=\"0\"><stop stop-color=\"&c;\"/></linearGradient></defs>\
         <image xlink:href=\"assetc_ref0_00000000\" width=\"9\" height=\"9\"/><rect fill=\"url(#0)\" width=\"5\" height=\"5\"/></svg>"
    );
    assert_eq!(
        smaller(&text),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 24 24\"><defs><linearGradient id=\"0\"><stop stop-color=\"red\"/></linearGradient></defs>\
         <image xlink:href=\"assetc_ref0_00000000\" width=\"9\" height=\"9\"/><path fill=\"url(#0)\" d=\"M0 0H5V5H0z\"/></svg>"
    );
}

#[test]
fn rounding_stops_where_it_could_be_seen() {
    // A unit is ten pixels of the magnifying glass, so two digits would move a point by a tenth of a pixel.
    let text = svg("<path d=\"M1.123456 1.123456L20.654321 3.123456 9.111111 22.987654z\"/>");
    assert_eq!(smaller(&text), svg("<path d=\"M1.123 1.123l19.531 2L9.111 22.988z\"/>"));
    let scaled =
        svg("<g transform=\"scale(100)\"><path d=\"M.1123456.1123456L.2065432.0312345.0911111.2298765z\"/></g>");
    assert!(shrink(&scaled).is_none_or(|scaled| scaled.contains(".11235")), "{:?}", shrink(&scaled));
}

#[test]
fn what_explodes_or_nests_deep_is_not_drawn() {
    let mut bomb = "<g id=\"a0\"><path d=\"M0 0h1\"/></g>".to_owned();
    for n in 1..40 {
        let used = format!("<use href=\"#a{}\"/>", n - 1).repeat(10);
        bomb += &format!("<g id=\"a{n}\">{used}</g>");
    }
    let _ = shrink(&svg(&bomb));
    let _ = shrink(&svg(
        "<g id=\"a\"><use href=\"#a\"/></g><g id=\"b\"><use href=\"#c\"/></g><g id=\"c\"><use href=\"#b\"/></g>",
    ));
    let _ = shrink(&svg(&format!("{}{}", "<g>".repeat(1000), "</g>".repeat(1000))));
    assert_eq!(shrink(&svg(&"<path d=\"M0 0h1\"/>\n".repeat(60_000))), None);
    for size in ["0", "-5", "1e30", "NaN"] {
        let _ = shrink(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"{size}\"><path d=\"M 0 0 h 1\"/></svg>"
        ));
    }
}

/// A number as people and programs write it.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        (-50..50i32).prop_map(|n| n.to_string()),
        (-5000..5000i32).prop_map(|n| format!("{:.2}", f64::from(n) / 100.0)),
        (-5_000_000..5_000_000i32).prop_map(|n| format!("{:.5}", f64::from(n) / 100_000.0)),
        (1..99i32).prop_map(|n| format!("{n}e-1")),
    ]
}

fn command() -> impl Strategy<Value = String> {
    let letters = "MmLlHhVvCcSsQqTtAaZz".chars().collect::<Vec<_>>();
    (prop::sample::select(letters), prop::collection::vec(number(), 7), any::<[bool; 2]>()).prop_map(
        |(letter, n, flags)| {
            let count = match letter.to_ascii_uppercase() {
                'Z' => 0,
                'H' | 'V' => 1,
                'M' | 'L' | 'T' => 2,
                'S' | 'Q' => 4,
                'C' => 6,
                _ => {
                    let [large, sweep] = flags.map(u8::from);
                    return format!("{letter}{} {} {} {large} {sweep} {} {}", n[0], n[1], n[2], n[3], n[4]);
                }
            };
            format!("{letter}{}", n[..count].join(","))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Read again, a shortened path is the same; and it cannot be shortened again.
    #[test]
    fn a_shortened_path_is_the_same_path(commands in prop::collection::vec(command(), 1..12)) {
        let data = format!("M0 0{}", commands.concat());
        let short = path_data::shorten(&data).unwrap();
        prop_assert!(short.len() <= data.len(), "{short}");
        prop_assert_eq!(path_data::segments(&short), path_data::segments(&data));
        prop_assert_eq!(path_data::shorten(&short), Some(short));
    }

    #[test]
    fn any_path_looks_the_same(commands in prop::collection::vec(command(), 1..8), stroke in any::<bool>()) {
        let paint = if stroke { "fill=\"none\" stroke=\"#000000\"" } else { "fill-rule=\"evenodd\"" };
        let text = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-60 -60 120 120\"><path {paint} d=\"M0 0 {}\"/></svg>", commands.concat());
        if let Some(short) = shrink(&text) {
            let before = Drawing::of(&text).unwrap();
            prop_assert!(before.is_shown_by(&short, Noise::OneLineOfSamples), "{text}\n{short}");
        }
    }

    #[test]
    fn damage_never_panics(cut in 0..400usize, byte in any::<char>()) {
        let mut text = svg("<!-- c --><g transform=\"rotate(3 1,2)\" style=\"fill:#fff;stroke:url(#a)\"><path d=\"M1 2c3 4 5 6 7 8z\"/><rect x=\"1px\" width=\"5%\" height=\"3\"/></g>");
        let at = text.char_indices().map(|(at, _)| at).nth(cut % text.len()).unwrap_or(0);
        text.replace_range(at..=at, &byte.to_string());
        if let Some(short) = shrink(&text) {
            prop_assert!(short.len() < text.len());
        }
    }
}
