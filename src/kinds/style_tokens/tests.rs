use super::*;

fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
    Tokens::new(text).filter(|token| !token.is_blank()).map(|token| (token.kind, token.text(text))).collect()
}

fn values(text: &str) -> Vec<String> {
    let worth = |token: &Token| matches!(token.kind, TokenKind::Url { .. } | TokenKind::String { .. });
    Tokens::new(text).filter(worth).map(|token| value(token, text).0).collect()
}

#[test]
fn tokens_cover_the_text_without_gaps() {
    for text in
        ["a{b:url( c )}", "\\", "\"a\\", "url(", "url(\\", "/*", "é\u{feff}{", "1e3url(x)", "@", "#", "-", "-->-"]
    {
        let mut at = 0;
        for token in Tokens::new(text) {
            assert_eq!(token.start, at, "{text}");
            assert!(token.end > at, "{text}");
            at = token.end;
        }
        assert_eq!(at, text.len(), "{text}");
    }
}

#[test]
fn urls_are_told_from_what_only_looks_like_them() {
    use TokenKind::*;
    assert_eq!(kinds("url(a)"), [(Url { closed: true }, "url(a)")]);
    assert_eq!(kinds("URL( a )"), [(Url { closed: true }, "URL( a )")]);
    assert_eq!(kinds("\\75rl(a)"), [(Url { closed: true }, "\\75rl(a)")]);
    assert_eq!(kinds("url(a b)"), [(BadUrl, "url(a b)")]);
    assert_eq!(kinds("url(a'b)"), [(BadUrl, "url(a'b)")]);
    assert_eq!(kinds("url(a"), [(Url { closed: false }, "url(a")]);
    assert_eq!(kinds("url( 'a')")[0], (Function, "url("));
    assert_eq!(kinds("x-url(a)")[0], (Function, "x-url("));
    assert_eq!(kinds("1url(a)")[0], (Other, "1url"));
    assert_eq!(kinds("#url(a)")[0], (Other, "#url"));
    assert_eq!(kinds("@url(a)")[0], (AtKeyword, "@url"));
    assert_eq!(kinds("/*url(a)*/ 'url(b)'"), [(String { closed: true }, "'url(b)'")]);
    assert_eq!(kinds("<!--url(a)")[1], (Url { closed: true }, "url(a)"));
}

#[test]
fn values_have_their_escapes_undone() {
    assert_eq!(values(r#"url(a\ b\).png)"#), ["a b).png"]);
    assert_eq!(values("url(a\\20 )"), ["a "]);
    assert_eq!(values("url( a )"), ["a"]);
    assert_eq!(values("'a\\\nb' 'a\\\r\nb' '\\e9 t\\0000e9t' '\\0 '"), ["ab", "ab", "étét", "\u{fffd}"]);
    assert_eq!(values("'a\\'b'"), ["a'b"]);
    assert_eq!(values("'a\\"), ["a"]);
}

#[test]
fn a_quoted_url_is_a_string_and_nothing_else() {
    let find = |text| {
        let mut tokens = Tokens::new(text);
        let function = tokens.next().unwrap();
        quoted_url(function, &tokens).map(|(string, end)| (string.text(text), end))
    };
    assert_eq!(find("url( 'a' /**/ )x"), Some(("'a'", 15)));
    assert_eq!(find("url('a' b)"), None);
    assert_eq!(find("src('a')"), None);
}
