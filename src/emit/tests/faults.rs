use super::*;

/// Old files replaced, removed, retained and left alone, new ones created, folders made and emptied.
const BEFORE: Sources =
    &[("css/a.css", "1"), ("img/p.png", "p"), ("old/gone.txt", "gone"), ("same.js", "s"), ("x", "file")];
const AFTER: Sources =
    &[("css/a.css", "2"), ("new/deep/t.txt", "t"), ("img/q.png", "q"), ("same.js", "s"), ("x/y.css", "y")];

fn site(mode: Mode) -> Site {
    let site = Site::new(mode);
    site.write("css/user.css", "a user's");
    site.write("old/user.txt", "a user's");
    site.build(BEFORE);
    site
}

/// The tree that a build without any trouble leaves.
fn smooth(mode: Mode) -> BTreeMap<String, Vec<u8>> {
    let site = site(mode);
    site.build(AFTER);
    site.tree()
}

#[test]
fn a_fault_at_any_step_changes_nothing() {
    for mode in [Mode::Production, Mode::Development] {
        let expected = smooth(mode);
        for step in 0.. {
            let site = site(mode);
            let before = site.tree();
            let (result, said) = site.build_in_trouble(AFTER, Trouble::Fault(step)).unwrap();
            if result.is_ok() {
                assert!(step > 15, "only {step} steps");
                assert_eq!(site.tree(), expected);
                break;
            }
            assert!(said.starts_with("error[unwritable-output]: could not write `static/"), "{said}");
            assert!(said.contains("no storage space") && !said.contains("note:"), "{said}");
            assert_eq!(site.tree(), before, "after a fault at step {step}");
            site.build(AFTER);
            assert_eq!(site.tree(), expected);
        }
    }
}

#[test]
fn a_kill_at_any_step_leaves_whole_files_that_the_next_build_knows() {
    for mode in [Mode::Production, Mode::Development] {
        let expected = smooth(mode);
        for step in 0.. {
            let site = site(mode);
            if site.build_in_trouble(AFTER, Trouble::Kill(step)).is_some() {
                assert!(step > 15, "only {step} steps");
                break;
            }
            site.check_manifest();
            site.build(AFTER);
            assert_eq!(site.tree(), expected, "after a kill at step {step}");
        }
    }
}

#[test]
fn a_kill_at_any_step_lets_the_sources_go_back() {
    for mode in [Mode::Production, Mode::Development] {
        let expected = site(mode).tree();
        for step in 0.. {
            let site = site(mode);
            if site.build_in_trouble(AFTER, Trouble::Kill(step)).is_some() {
                break;
            }
            site.build(BEFORE);
            let mut tree = site.tree();
            if mode == Mode::Production {
                // If the manifest was published it was a release, whose files are kept; and its number is used.
                tree.retain(|name, _| expected.contains_key(name) && name != ".assetc-ledger.json");
                let retained = site.manifest().retained;
                assert!(retained.is_empty() || tree.remove("assetc.json").is_some());
                for (name, bytes) in tree {
                    assert_eq!(expected[&name], bytes, "{name} after a kill at step {step}");
                }
            } else {
                assert_eq!(tree, expected, "after a kill at step {step}");
            }
        }
    }
}

#[test]
fn a_release_that_was_never_visible_is_none() {
    let site = Site::production();
    site.build(&[("a.js", "1")]);
    // The ledger of intent is in place, the manifest is not.
    assert!(site.build_in_trouble(&[("a.js", "2")], Trouble::Kill(3)).is_none());
    site.build(&[("a.js", "1")]);
    assert_eq!(site.manifest().retained, []);
    assert_eq!(site.names().len(), 4);
}

#[test]
fn a_first_build_that_fails_leaves_no_folder() {
    let site = Site::production();
    for step in 0.. {
        let (result, _) = site.build_in_trouble(&[("css/a.css", "a"), ("b.txt", "b")], Trouble::Fault(step)).unwrap();
        if result.is_ok() {
            break;
        }
        assert!(!site.out("").exists(), "after a fault at step {step}");
    }
}

#[test]
fn a_real_refusal_is_told_and_undone() {
    let site = Site::development();
    site.build(&[("b.css", "1")]);
    let before = site.tree();
    // A name longer than file systems take: staging does not notice, publishing does.
    let long = format!("css/{}.css", "x".repeat(300));
    let (result, said) = site.try_build(&[("a.css", "a"), ("b.css", "2"), (&long, "x")]);
    assert!(result.is_err());
    let said = said.replace(&"x".repeat(300), "xxx");
    insta::assert_snapshot!(said, @r"
    error[unwritable-output]: could not write `static/css/xxx.css`: File name too long
      at static/css/xxx.css
      hint: build again; if it stays, choose another folder with `--out`
    ");
    assert_eq!(site.tree(), before);
}
