use super::*;

/// The build fails with these words and changes nothing.
#[track_caller]
fn refused(site: &Site, sources: Sources) -> String {
    let before = site.tree();
    let (result, said) = site.try_build(sources);
    assert!(result.is_err(), "{said}");
    assert_eq!(site.tree(), before);
    said
}

#[test]
fn a_file_that_we_did_not_write_is_in_the_way() {
    let site = Site::production();
    site.write("css/a.css", "a user's");
    site.write("js/b.js", "another");
    insta::assert_snapshot!(refused(&site, &[("css/a.css", "a"), ("js/b.js", "b"), ("c.css", "c")]), @r"
    error[not-ours]: `static/css/a.css` is in the way of `assets/css/a.css`, and assetc did not write it
      at static/css/a.css
      hint: move or delete `static/css/a.css`, or add `assets/css/a.css` to `ignore` in `assetc.toml`
    error[not-ours]: `static/js/b.js` is in the way of `assets/js/b.js`, and assetc did not write it
      at static/js/b.js
      hint: move or delete `static/js/b.js`, or add `assets/js/b.js` to `ignore` in `assetc.toml`
    ");
}

#[test]
fn a_file_of_the_same_bytes_is_not_in_the_way() {
    let site = Site::development();
    site.write("a.css", "same");
    assert_eq!(site.build(&[("a.css", "same")]).unchanged, 1);
    // And is ours from now on.
    site.build(&[("a.css", "other")]);
    assert_eq!(site.read("a.css"), "other");
}

#[test]
fn a_file_that_was_edited_by_hand_is_in_the_way() {
    let site = Site::production();
    site.build(&[("a.css", "a")]);
    site.write("a.css", "edited");
    let words = refused(&site, &[("a.css", "a")]);
    insta::assert_snapshot!(words, @r"
    error[edited-by-hand]: `static/a.css` was edited by hand, and `assets/a.css` is written to it
      at static/a.css
      hint: make the edit in `assets/a.css`, then delete `static/a.css`; the next build writes it anew
    ");
    assert_eq!(refused(&site, &[("a.css", "b")]), words);
    fs::remove_file(site.out("a.css")).unwrap();
    site.build(&[("a.css", "b")]);
}

#[test]
fn an_edit_that_is_what_the_source_became_is_fine() {
    let site = Site::development();
    site.build(&[("a.css", "a")]);
    site.write("a.css", "b");
    assert_eq!(site.build(&[("a.css", "b")]).unchanged, 1);
}

#[test]
fn an_emptied_file_of_ours_is_written_anew() {
    let site = Site::development();
    site.build(&[("a.css", "a"), ("gone.css", "b")]);
    for name in ["a.css", "gone.css", "assetc.json", ".assetc-ledger.json"] {
        site.write(name, "");
    }
    site.write(".assetc-ledger.json", &String::from_utf8(ledger_of(&["a.css", "gone.css"])).unwrap());
    assert_eq!(site.build(&[("a.css", "a")]).removed, 1);
    assert_eq!(site.names(), [".assetc-ledger.json", "a.css", "assetc.json"]);
}

fn ledger_of(names: &[&str]) -> Vec<u8> {
    let files = names.iter().map(|name| (url_path(name), BTreeSet::from([ContentHash::of(b"a")])));
    Ledger { files: files.collect(), releases: Vec::new() }.to_bytes()
}

#[test]
fn an_edited_file_without_a_source_stays_and_is_forgotten() {
    let site = Site::development();
    site.build(&[("a.css", "a"), ("b.css", "b")]);
    site.write("b.css", "edited");
    let (result, said) = site.try_build(&[("a.css", "a")]);
    assert_eq!(result.unwrap().removed, 0);
    insta::assert_snapshot!(said, @r"
    warning[edited-by-hand]: `static/b.css` has no source any more, but was edited by hand, so it was left there
      at static/b.css
      hint: delete it if nothing uses it; assetc will not touch it again
    ");
    site.build(&[("a.css", "a")]);
    assert_eq!(site.read("b.css"), "edited");
    assert!(refused(&site, &[("b.css", "b")]).starts_with("error[not-ours]"));
}

#[test]
fn a_strict_build_refuses_to_leave_it() {
    let mut site = Site::development();
    site.build(&[("a.css", "a"), ("b.css", "b")]);
    site.write("b.css", "edited");
    site.settings.strict = true;
    assert!(refused(&site, &[("a.css", "2")]).starts_with("error[edited-by-hand]"));
}

#[test]
fn a_folder_where_a_file_must_go() {
    let site = Site::development();
    site.build(&[("img/logo/a.png", "ours")]);
    site.write("img/logo/mine.txt", "a user's");
    insta::assert_snapshot!(refused(&site, &[("img/logo", "file")]), @r"
    error[not-ours]: the folder `static/img/logo` is in the way of `assets/img/logo`, which is written to a file of that name
      at static/img/logo
      note: it holds `static/img/logo/mine.txt`, which assetc did not write
      hint: move or delete the folder, or add `assets/img/logo` to `ignore` in `assetc.toml`
    ");
}

#[test]
fn a_file_where_a_folder_must_go() {
    let site = Site::development();
    site.write("img", "a user's");
    insta::assert_snapshot!(refused(&site, &[("img/a.png", "a"), ("img/b.png", "b")]), @r"
    error[not-ours]: `static/img` is in the way of `assets/img/a.png`, and assetc did not write it
      at static/img
      hint: move or delete `static/img`, or add `assets/img/a.png` to `ignore` in `assetc.toml`
    ");
}

#[test]
fn an_edited_file_where_a_folder_must_go() {
    let site = Site::development();
    site.build(&[("img", "ours")]);
    site.write("img", "edited");
    insta::assert_snapshot!(refused(&site, &[("img/a.png", "a")]), @r"
    error[edited-by-hand]: `static/img` was edited by hand, and `assets/img/a.png` is written to it
      at static/img
      hint: make the edit in `assets/img/a.png`, then delete `static/img`; the next build writes it anew
    ");
}

#[test]
fn the_manifests_name_is_taken() {
    let site = Site::development();
    site.write("assetc.json", "{\"mine\": true}");
    insta::assert_snapshot!(refused(&site, &[("a.css", "a")]), @r"
    error[not-ours]: `static/assetc.json` is in the way of the manifest of that name, and assetc did not write it
      at static/assetc.json
      hint: move or delete `static/assetc.json`; the next build writes it anew
    ");
    fs::remove_file(site.out("assetc.json")).unwrap();
    site.build(&[("a.css", "a")]);
    site.write("assetc.json", "{}");
    insta::assert_snapshot!(refused(&site, &[("a.css", "a")]), @r"
    error[edited-by-hand]: `static/assetc.json` was edited by hand, and every build writes it
      at static/assetc.json
      hint: move or delete `static/assetc.json`; the next build writes it anew
    ");
}

#[test]
fn two_outputs_want_one_name() {
    let site = Site::development();
    let said = refused(&site, &[("a", "file"), ("a/b.css", "b"), ("assetc.json", "x"), ("c.css", "1"), ("c.css", "2")]);
    insta::assert_snapshot!(said, @r"
    error[name-claimed-twice]: `assets/a/b.css` needs `static/a` to be a folder, and `assets/a` is written to it
      at assets/a/b.css
      hint: rename one of the two sources
    error[name-claimed-twice]: `assets/assetc.json` would be written over assetc's manifest, `static/assetc.json`
      at assets/assetc.json
      hint: rename or move this source
    error[name-claimed-twice]: `assets/c.css` and `assets/c.css` would both be written to `static/c.css`
      at assets/c.css
      hint: rename one of the two sources
    ");
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn nothing_is_written_through_a_link() {
        let site = Site::development();
        let elsewhere = TempDir::new().unwrap();
        fs::write(elsewhere.path().join("a.css"), "a user's").unwrap();
        fs::create_dir_all(site.out("")).unwrap();
        symlink(elsewhere.path(), site.out("css")).unwrap();
        symlink(elsewhere.path().join("a.css"), site.out("b.css")).unwrap();
        symlink("nowhere", site.out("c.css")).unwrap();
        let said = refused(&site, &[("css/a.css", "a"), ("css/b.css", "a"), ("b.css", "b"), ("c.css", "c")]);
        insta::assert_snapshot!(said, @r"
        error[not-ours]: `static/b.css` is a symbolic link in the way of `assets/b.css`, and assetc writes through no link
          at static/b.css
          hint: delete the link, or choose the folder that it leads to with `--out`
        error[not-ours]: `static/c.css` is a symbolic link in the way of `assets/c.css`, and assetc writes through no link
          at static/c.css
          hint: delete the link, or choose the folder that it leads to with `--out`
        error[not-ours]: `static/css` is a symbolic link in the way of `assets/css/a.css`, and assetc writes through no link
          at static/css
          hint: delete the link, or choose the folder that it leads to with `--out`
        ");
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
        assert_eq!(fs::read_to_string(elsewhere.path().join("a.css")).unwrap(), "a user's");
    }

    #[test]
    fn nothing_is_removed_behind_a_link() {
        let site = Site::development();
        site.build(&[("css/a.css", "a"), ("b.css", "b")]);
        let elsewhere = TempDir::new().unwrap();
        fs::rename(site.out("css"), elsewhere.path().join("css")).unwrap();
        symlink(elsewhere.path().join("css"), site.out("css")).unwrap();
        site.build(&[("b.css", "b")]);
        assert_eq!(fs::read_to_string(elsewhere.path().join("css/a.css")).unwrap(), "a");
        assert!(site.out("css").is_symlink());
    }

    #[test]
    fn the_output_folder_itself_may_be_a_link() {
        let site = Site::development();
        let elsewhere = TempDir::new().unwrap();
        symlink(elsewhere.path(), &site.settings.output_root).unwrap();
        site.build(&[("css/a.css", "a")]);
        assert_eq!(fs::read_to_string(elsewhere.path().join("css/a.css")).unwrap(), "a");
    }
}
