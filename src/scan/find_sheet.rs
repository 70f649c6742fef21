//! Which file a Sass URL means in one folder (Sass documentation, "Finding the file").

use std::path::{Path, PathBuf};

/// What answers to a URL.
#[derive(Debug, PartialEq, Eq)]
pub enum Sheet {
    One(PathBuf),
    /// Several do.
    Ambiguous(Vec<PathBuf>),
    None,
}

/// The sheet that `url` means in `folder`; `is_file` is asked for each candidate. With `for_import` there are also
/// import-only files, which win.
pub fn find_sheet(folder: &Path, url: &str, for_import: bool, is_file: &dyn Fn(&Path) -> bool) -> Sheet {
    let path = folder.join(url);
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Sheet::None;
    };
    if url.is_empty() || url.ends_with('/') || matches!(name, "." | "..") {
        return index(&path, for_import, is_file);
    }
    let written =
        [".scss", ".sass", ".css"].into_iter().find_map(|extension| Some((name.strip_suffix(extension)?, extension)));
    if let Some((stem, extension)) = written {
        let import_only = || tier(folder, &format!("{stem}.import"), &[extension], is_file);
        let first = if for_import && extension != ".css" { import_only() } else { Sheet::None };
        return first.or_else(|| tier(folder, stem, &[extension], is_file));
    }
    let import_only = || tier(folder, &format!("{name}.import"), &[".scss", ".sass"], is_file);
    let first = if for_import { import_only() } else { Sheet::None };
    first
        .or_else(|| tier(folder, name, &[".scss", ".sass"], is_file))
        .or_else(|| tier(folder, name, &[".css"], is_file))
        .or_else(|| index(&path, for_import, is_file))
}

fn index(folder: &Path, for_import: bool, is_file: &dyn Fn(&Path) -> bool) -> Sheet {
    let import_only = || tier(folder, "index.import", &[".scss", ".sass"], is_file);
    let first = if for_import { import_only() } else { Sheet::None };
    first
        .or_else(|| tier(folder, "index", &[".scss", ".sass"], is_file))
        .or_else(|| tier(folder, "index", &[".css"], is_file))
}

/// Files that none of is better than another.
fn tier(folder: &Path, stem: &str, extensions: &[&str], is_file: &dyn Fn(&Path) -> bool) -> Sheet {
    let candidates =
        extensions.iter().flat_map(|extension| [format!("_{stem}{extension}"), format!("{stem}{extension}")]);
    let mut found: Vec<PathBuf> = candidates.map(|name| folder.join(name)).filter(|path| is_file(path)).collect();
    match found.len() {
        0 => Sheet::None,
        1 => Sheet::One(found.remove(0)),
        _ => Sheet::Ambiguous(found),
    }
}

impl Sheet {
    fn or_else(self, next: impl FnOnce() -> Sheet) -> Sheet {
        match self {
            Self::None => next(),
            found => found,
        }
    }
}
