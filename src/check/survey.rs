use std::path::Path;

use ignore::WalkBuilder;
use rayon::prelude::*;

use crate::config::Settings;
use crate::diagnostic::Diagnostic;
use crate::fs;
use crate::path::ProjectPath;
use crate::templates::Language;

/// The files of a project that a check reads.
#[derive(Default)]
pub struct Found {
    /// Sorted.
    pub templates: Vec<TemplatePath>,
    /// Files that may name assets: Python and other code, templates, data. Sorted.
    pub texts: Vec<ProjectPath>,
    /// What lies in folders called `static` of the project's apps: the folder, and the file's name below it. Sorted.
    pub app_files: Vec<(ProjectPath, String)>,
    /// Virtual environments in the project.
    pub environments: Vec<ProjectPath>,
    /// Whether the settings load `{% static %}` for every template.
    pub builtins: bool,
    pub faults: Vec<Diagnostic>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TemplatePath {
    pub path: ProjectPath,
    pub language: Language,
}

/// Text files that may hold the name of an asset.
const TEXTS: [&str; 16] =
    ["py", "html", "htm", "txt", "json", "yaml", "yml", "toml", "md", "js", "ts", "tsx", "jsx", "rb", "php", "ex"];

/// Walks the project once. What git ignores, what is installed and what was built are passed over.
pub fn survey(settings: &Settings) -> Found {
    let django = fs::is_file(&settings.root.join("manage.py"));
    let (root, output_root) = (settings.root.clone(), settings.output_root.clone());
    let walk = WalkBuilder::new(&settings.root)
        .parents(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .follow_links(false)
        .filter_entry(move |entry| {
            let path = entry.path();
            let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            !folder || path == root || (path != output_root && !is_foreign(path))
        })
        .build();
    let mut found = Found::default();
    for entry in walk.flatten() {
        let Some(path) = ProjectPath::below(&settings.root, entry.path()) else { continue };
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            found.add(path, django);
        }
    }
    found.environments = environments(settings);
    found.templates.sort();
    found.texts.sort();
    found.app_files.sort();
    found.builtins = found.texts.par_iter().any(|path| loads_static_everywhere(settings, path));
    found
}

impl Found {
    fn add(&mut self, path: ProjectPath, django: bool) {
        if let Some((folder, name)) = in_static_folder(path.as_str())
            && let Some(folder) = ProjectPath::new(Path::new(folder))
        {
            self.app_files.push((folder, name.to_owned()));
            return;
        }
        let extension = path.file_name().rsplit_once('.').map_or("", |(_, extension)| extension);
        let language = Language::of(path.as_str(), django);
        if language.is_some() || TEXTS.contains(&extension) {
            self.texts.push(path.clone());
        }
        self.templates.extend(language.map(|language| TemplatePath { path, language }));
    }
}

/// `shop/static/shop/x.css` lies in `shop/static` and is called `shop/x.css`. A `static` at the top belongs to no app.
fn in_static_folder(path: &str) -> Option<(&str, &str)> {
    let at = path.find("/static/")? + "/static".len();
    Some((&path[..at], &path[at + 1..]))
}

/// Installed packages, virtual environments, and what `collectstatic` made.
fn is_foreign(folder: &Path) -> bool {
    folder.ends_with("node_modules")
        || folder.ends_with("site-packages")
        || ["pyvenv.cfg", "staticfiles.json", "CACHEDIR.TAG"].iter().any(|mark| fs::is_file(&folder.join(mark)))
}

/// Virtual environments are hidden or ignored by git, so the walk does not meet them.
fn environments(settings: &Settings) -> Vec<ProjectPath> {
    let listed = fs::list(&settings.root).unwrap_or_default();
    let paths = listed.iter().filter_map(|(name, _)| ProjectPath::new(Path::new(name)));
    paths.filter(|path| fs::is_file(&path.on_disk(&settings.root).join("pyvenv.cfg"))).collect()
}

fn loads_static_everywhere(settings: &Settings, path: &ProjectPath) -> bool {
    let is_settings = path.as_str().ends_with(".py") && path.as_str().contains("settings");
    let on_disk = path.on_disk(&settings.root);
    is_settings
        && fs::read(&on_disk).is_ok_and(|bytes| {
            let text = String::from_utf8_lossy(&bytes);
            text.contains("builtins") && text.contains("django.templatetags.static")
        })
}
