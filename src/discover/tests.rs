use super::*;
use crate::config::RootPattern;
use find_roots::RootPatterns;

fn patterns(texts: &[&str]) -> RootPatterns {
    let pattern = |text: &&str| RootPattern { text: (*text).to_owned(), ..RootPattern::default() };
    RootPatterns::new(&texts.iter().map(pattern).collect::<Vec<_>>())
}

#[test]
fn the_walk_enters_only_what_can_matter() {
    let patterns = patterns(&["assets", "*/assets", "apps/**/front"]);
    for entered in ["", "assets", "assets/css/a.css", "shop", "shop/assets/x", "apps", "apps/a/b/c", "apps/front/a"] {
        assert!(patterns.may_hold(entered), "{entered}");
    }
    for passed_over in ["shop/templates", "node_modules", ".git", "assets/.git", "assets/a.css~", "a/b/assets"] {
        assert!(!patterns.may_hold(passed_over), "{passed_over}");
    }
    assert!(patterns.is_root("shop/assets") && patterns.is_root("apps/front") && patterns.is_root("apps/x/front"));
    assert!(!patterns.is_root("shop") && !patterns.is_root("assets/css"));
}

#[test]
fn a_dot_folder_or_node_modules_is_a_root_only_when_spelled_out() {
    assert!(patterns(&[".front/assets"]).may_hold(".front/assets/a.css"));
    assert!(patterns(&["node_modules/x/dist"]).may_hold("node_modules/x/dist/a.js"));
    assert!(!patterns(&["*/assets"]).may_hold("node_modules"));
    assert!(!patterns(&["**/assets"]).may_hold(".venv"));
}

#[test]
fn the_nearest_root_names_a_file() {
    let path = |text: &str| ProjectPath::new(Path::new(text)).unwrap();
    let roots = [path("assets"), path("assets/vendor"), path("shop/assets")];
    let logical = |text: &str| locate(&roots, &path(text)).map(|at| (at.logical.to_string(), at.partial));
    assert_eq!(logical("assets/ts/main.ts"), Some(("ts/main.js".into(), false)));
    assert_eq!(logical("assets/vendor/x.css"), Some(("x.css".into(), false)));
    assert_eq!(logical("shop/assets/shop/_p/a.mjs"), Some(("shop/_p/a.js".into(), true)));
    assert_eq!(logical("assets/img/_a.png"), Some(("img/_a.png".into(), false)));
    assert_eq!(logical("other/a.css"), None);
}
