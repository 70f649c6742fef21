use super::*;

fn url(path: &str) -> UrlPath {
    UrlPath::new(Path::new(path)).unwrap()
}

#[test]
fn project_paths_are_normal_and_stay_inside() {
    let path = |text| ProjectPath::new(Path::new(text)).map(|path| path.to_string());
    assert_eq!(path("a/./b/../c.css").as_deref(), Some("a/c.css"));
    assert_eq!(path("../a"), None);
    assert_eq!(path("a/../../b"), None);
    assert_eq!(path("/a"), None);
}

#[test]
fn files_of_packages_may_lie_outside() {
    let path = |absolute| ProjectPath::from_root(Path::new("/work/site"), Path::new(absolute)).to_string();
    assert_eq!(path("/work/site/node_modules/a/b.js"), "node_modules/a/b.js");
    assert_eq!(path("/work/node_modules/a/b.js"), "../node_modules/a/b.js");
    assert_eq!(path("/work/sites/b.js"), "../sites/b.js");
    assert_eq!(path("/store/b.js"), "../../store/b.js");
}

#[test]
fn relative_urls_climb_only_as_far_as_needed() {
    let from = |there: &str, here: &str| url(there).relative_url_from(&url(here));
    assert_eq!(from("img/a.png", "css/app.css"), "../img/a.png");
    assert_eq!(from("css/b.css", "css/app.css"), "b.css");
    assert_eq!(from("a.png", "x/y/z.css"), "../../a.png");
    assert_eq!(from("x/y/a.png", "x/b.css"), "y/a.png");
    assert_eq!(from("css", "css/app.css"), "../css");
    assert_eq!(from("css/app.css", "css/app.css"), "app.css");
}

#[test]
fn relative_urls_need_no_further_escaping() {
    let to = |there: &str| url(there).relative_url_from(&url("app.css"));
    assert_eq!(to("team photo (1)'\"&<é>.png"), "team%20photo%20%281%29%27%22%26%3C%C3%A9%3E.png");
    assert_eq!(to("a@2x.png"), "a@2x.png");
}

#[test]
fn extensions_are_split_as_python_does() {
    assert_eq!(url("js/app.js.map").split_extension(), ("js/app.js", Some("map")));
    assert_eq!(url("a.b/LICENSE").split_extension(), ("a.b/LICENSE", None));
    assert_eq!(url("a/.htaccess").split_extension(), ("a/.htaccess", None));
}

#[test]
fn imports_name_packages_or_addresses() {
    for ours in ["./a", "../a?raw", "react", "@a/b", "#internal", "node:fs", "@/x"] {
        assert!(!is_address(ours), "{ours}");
    }
    for address in ["", "/static/a.js", "//cdn/a.js", "https://cdn/a.js", "data:text/javascript,1"] {
        assert!(is_address(address), "{address}");
    }
}
