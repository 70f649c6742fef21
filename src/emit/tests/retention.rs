use super::*;

/// The versions of `a.js` that are there under fingerprinted names.
fn versions(site: &Site) -> Vec<String> {
    let names =
        site.names().into_iter().filter(|name| name.starts_with("a.") && name.len() == "a.0123456789ab.js".len());
    let mut texts: Vec<_> = names.map(|name| site.read(&name)).collect();
    texts.sort();
    texts
}

fn release(site: &Site, text: &str, day: u64) -> Published {
    site.now.set((1_000 + day) * DAY);
    let published = site.build(&[("a.js", text)]);
    site.check_manifest();
    assert_eq!(published.retained, site.manifest().retained.len());
    published
}

#[test]
fn old_files_stay_for_some_releases_and_days() {
    let site = Site::production();
    release(&site, "1", 0);
    release(&site, "2", 20);
    release(&site, "3", 21);
    assert_eq!(versions(&site), ["1", "2", "3"]);
    // The first is neither among the last three nor younger than a week; the others are young.
    assert_eq!(release(&site, "4", 22).removed, 1);
    assert_eq!(versions(&site), ["2", "3", "4"]);
    let published = release(&site, "5", 23);
    assert_eq!(published.expires, Some(1_027 * DAY), "the second release, published on day 20");
    assert_eq!(versions(&site), ["2", "3", "4", "5"]);
    let retained: Vec<_> = site.manifest().retained.iter().map(|path| site.read(path.as_str())).collect();
    assert_eq!(retained.len(), 3);
    assert!(!retained.contains(&"5".to_owned()));
    // Time alone makes them expire, at the next build.
    let published = release(&site, "5", 40);
    assert_eq!((published.unchanged, published.removed, published.written.len()), (2, 1, 0));
    assert_eq!(published.expires, None, "the last three stay until there is another");
    assert_eq!(versions(&site), ["3", "4", "5"]);
}

#[test]
fn building_the_same_again_is_no_release() {
    let site = Site::production();
    release(&site, "1", 0);
    for day in 1..9 {
        release(&site, "2", day * 10);
    }
    assert_eq!(versions(&site), ["1", "2"]);
}

#[test]
fn going_back_to_an_earlier_version_needs_no_new_file() {
    let site = Site::production();
    release(&site, "1", 0);
    release(&site, "2", 1);
    let published = release(&site, "1", 2);
    assert_eq!(published.written, BTreeSet::from([url_path("a.js")]));
    assert_eq!(versions(&site), ["1", "2"]);
    assert_eq!(site.manifest().retained.len(), 1);
}

#[test]
fn a_retained_file_that_somebody_deleted_is_not_listed() {
    let site = Site::production();
    release(&site, "1", 0);
    let first = site.manifest().files[&url_path("a.js")].path.clone();
    release(&site, "2", 1);
    fs::remove_file(site.out(first.as_str())).unwrap();
    release(&site, "2", 1);
    assert_eq!(site.manifest().retained, []);
}

#[test]
fn a_lost_ledger_keeps_what_the_manifest_names() {
    let site = Site::production();
    release(&site, "1", 0);
    release(&site, "2", 1);
    fs::remove_file(site.out(".assetc-ledger.json")).unwrap();
    release(&site, "3", 30);
    assert_eq!(versions(&site), ["1", "2", "3"]);
    release(&site, "4", 60);
    release(&site, "5", 61);
    assert_eq!(versions(&site), ["3", "4", "5"]);
}

#[test]
fn a_lost_ledger_changes_nothing_else() {
    let site = Site::production();
    let sources: Sources = &[("css/a.css", "a{}"), ("js/m.js", "m"), ("t.txt", "text")];
    site.build(sources);
    let before = site.tree();
    fs::write(site.out(".assetc-ledger.json"), "{ damaged").unwrap();
    let published = site.build(sources);
    assert_eq!((published.written.len(), published.unchanged), (0, 6));
    fs::remove_file(site.out(".assetc-ledger.json")).unwrap();
    site.build(&[("css/a.css", "b{}")]);
    site.build(sources);
    let mut after = site.tree();
    after.retain(|name, _| before.contains_key(name) && name != ".assetc-ledger.json" && name != "assetc.json");
    assert!(after.iter().all(|(name, bytes)| before[name] == *bytes));
}
