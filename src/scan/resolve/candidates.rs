use crate::graph::ReferenceKind;

use super::packages::SOURCE_EXTENSIONS;

/// The paths that `path` may stand for, best first.
///
/// Stylesheets and pictures are named exactly. An import may leave the extension out, name a folder with an index, or
/// name the `.js` file that a `.ts` file becomes (TypeScript, "module resolution").
pub fn candidates(path: &str, kind: ReferenceKind) -> impl Iterator<Item = String> {
    let mut candidates = vec![path.to_owned()];
    if kind != ReferenceKind::StyleImport && kind != ReferenceKind::SourceMap {
        for (written, sources) in [
            (".js", &[".ts", ".tsx", ".jsx", ".mjs"][..]),
            (".mjs", &[".mts"]),
            (".cjs", &[".cts"]),
            (".jsx", &[".tsx"]),
        ] {
            if let Some(stem) = path.strip_suffix(written) {
                candidates.extend(sources.iter().map(|extension| format!("{stem}{extension}")));
            }
        }
    }
    if kind.is_of_module() {
        for stem in [path.to_owned(), format!("{path}/index")] {
            candidates.extend(SOURCE_EXTENSIONS.map(|extension| format!("{stem}{extension}")));
        }
    }
    candidates.into_iter()
}
