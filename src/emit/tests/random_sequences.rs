use proptest::prelude::*;

use super::*;

const NAMES: [&str; 7] = ["a.css", "css/b.css", "css/deep/c.js", "img/p.png", "x", "x/y.txt", "x/z/w.css"];
const TEXTS: [&str; 3] = ["one", "two 2", ""];
const USERS: [(&str, &str); 3] = [("css/user.css", "mine"), ("img/deep/user.png", "mine too"), ("user.txt", "")];

#[derive(Clone, Debug)]
struct Step {
    mode: Mode,
    sources: Vec<(&'static str, &'static str)>,
    trouble: Trouble,
    /// Seconds that pass before it.
    pause: u64,
}

fn step() -> impl Strategy<Value = Step> {
    let mode = prop_oneof![3 => Just(Mode::Production), 1 => Just(Mode::Development)];
    let sources = proptest::collection::vec(proptest::option::of(0..TEXTS.len()), NAMES.len());
    let trouble = prop_oneof![
        2 => Just(Trouble::None),
        2 => (0..40usize).prop_map(Trouble::Kill),
        1 => (0..40usize).prop_map(Trouble::Fault),
    ];
    (mode, sources, trouble, 0..9 * DAY).prop_map(|(mode, sources, trouble, pause)| {
        let chosen = NAMES.iter().zip(sources).filter_map(|(name, text)| Some((*name, TEXTS[text?])));
        let mut sources: Vec<_> = chosen.collect();
        // A name is either a file or a folder.
        if sources.iter().any(|(name, _)| *name == "x") {
            sources.retain(|(name, _)| !name.starts_with("x/"));
        }
        Step { mode, sources, trouble, pause }
    })
}

/// What a build of these sources into an empty folder leaves, beside a user's own files.
fn clean(mode: Mode, sources: Sources) -> (BTreeMap<String, Vec<u8>>, Manifest) {
    let site = Site::new(mode);
    add_users_files(&site);
    site.build(sources);
    (visible(&site, &[]), site.manifest())
}

fn add_users_files(site: &Site) {
    for (name, text) in USERS {
        site.write(name, text);
    }
}

/// The tree without the ledger, the manifest, and what is only retained.
fn visible(site: &Site, retained: &[UrlPath]) -> BTreeMap<String, Vec<u8>> {
    let mut tree = site.tree();
    tree.retain(|name, _| !matches!(&**name, ".assetc-ledger.json" | "assetc.json"));
    retained.iter().for_each(|path| drop(tree.remove(path.as_str())));
    let files: Vec<_> = tree.keys().filter(|name| !name.ends_with('/')).cloned().collect();
    // Folders that hold only what is retained.
    tree.retain(|name, _| !name.ends_with('/') || files.iter().any(|file| file.starts_with(name)));
    tree
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_builds_kills_and_faults_ends_as_a_clean_build(steps in proptest::collection::vec(step(), 1..8)) {
        let mut site = Site::production();
        add_users_files(&site);
        for step in &steps {
            site.switch(step.mode);
            site.now.set(site.now.get() + step.pause);
            let before = site.tree();
            match site.build_in_trouble(&step.sources, step.trouble) {
                Some((Err(Stopped), said)) => {
                    prop_assert!(said.contains("no storage space"), "{}", said);
                    let mut before = before;
                    before.retain(|name, _| !name.starts_with(".assetc-staging") && name != ".assetc-lock");
                    prop_assert_eq!(site.tree(), before);
                }
                Some((Ok(_), said)) => prop_assert_eq!(said, ""),
                None => {}
            }
            site.check_manifest();
            for (name, text) in USERS {
                prop_assert_eq!(site.read(name), text);
            }
        }
        let last = steps.last().unwrap();
        site.build(&last.sources);
        site.check_manifest();
        let (tree, manifest) = clean(last.mode, &last.sources);
        prop_assert_eq!(visible(&site, &site.manifest().retained), tree);
        prop_assert_eq!(Manifest { retained: Vec::new(), ..site.manifest() }, manifest);
        if last.mode == Mode::Development {
            prop_assert!(site.manifest().retained.is_empty());
        }
        // Nothing of ours is left that the ledger does not know.
        let ledger = Ledger::load(&site.settings.output_root, UNIX_EPOCH).unwrap();
        let files = site.names().into_iter().filter(|name| !name.ends_with('/') && name != ".assetc-ledger.json");
        for name in files.filter(|name| !USERS.iter().any(|(user, _)| user == name)) {
            prop_assert!(ledger.owns(&url_path(&name)), "{}", name);
        }
    }
}
