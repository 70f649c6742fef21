use std::path::Path;

use crate::config::Names;
use crate::hash::ContentHash;
use crate::path::UrlPath;

/// `css/app.css` → `css/app.4f3e2a1d9b0c.css`: the form of Django's own storages, which WhiteNoise knows as immutable.
///
/// The last extension stays last (`app.css.map` → `app.css.4f3e2a1d9b0c.map`); a name without one gets the
/// fingerprint at its end.
pub fn final_name(logical: &UrlPath, hash: ContentHash, names: &Names) -> UrlPath {
    let fingerprint = hash.fingerprint(names.length);
    let separator = names.separator;
    let name = match logical.split_extension() {
        (stem, Some(extension)) => format!("{stem}{separator}{fingerprint}.{extension}"),
        (stem, None) => format!("{stem}{separator}{fingerprint}"),
    };
    // Only a path segment was lengthened, so it is still a path.
    UrlPath::new(Path::new(&name)).unwrap_or_else(|| logical.clone())
}
