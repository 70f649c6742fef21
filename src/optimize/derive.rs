//! Makes other files of a source: WebP and smaller pictures, WOFF2.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::{Extra, Printed};
use crate::config::Variants;
use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs::{self, Staging};
use crate::graph::{Dimensions, DraftBody, Kind, SourceFile};
use crate::kinds::font::{self, Fault};
use crate::kinds::image::{Kept, Raster, decode};
use crate::path::UrlPath;
use crate::store::MadeFile;

/// The size of the picture in a file that was made, if one was, or why none can be.
type Form = Result<Option<Dimensions>, Kept>;

/// What making other files needs to know of the build.
pub struct Derive<'a> {
    pub cx: &'a Context<'a>,
    pub staging: &'a Staging,
    /// Logical names that sources have: those win.
    pub taken: &'a BTreeSet<UrlPath>,
}

impl Derive<'_> {
    /// Adds the other forms of a picture that the settings ask for.
    pub fn picture(&self, file: &SourceFile, logical: &UrlPath, printed: &mut Printed) {
        let settings = &self.cx.settings.images;
        let wanted = settings.variants.iter().find(|variants| variants.of.is_match(file.path.as_str()));
        let (Some(wanted), Some(dimensions)) = (wanted, printed.dimensions) else { return };
        match self.variants(file, logical, wanted, dimensions, printed) {
            Ok(()) => {}
            Err(fault) => self.cx.report(*fault),
        }
    }

    fn variants(
        &self,
        file: &SourceFile,
        logical: &UrlPath,
        wanted: &Variants,
        dimensions: Dimensions,
        printed: &mut Printed,
    ) -> Result<(), Box<Diagnostic>> {
        let unreadable = |error| Diagnostic::unreadable(file.path.as_str(), &fs::reason(&error));
        let (_, hash) = self.cx.reads.hash(&file.on_disk).map_err(unreadable)?;
        let source = OnceCell::new();
        let raster = || -> Result<&Raster, Kept> {
            let decoded = source.get_or_init(|| {
                let bytes = self.cx.reads.read(&file.on_disk).map_err(|error| Kept::Undecodable(fs::reason(&error)))?;
                decode(file.kind, &bytes)
            });
            decoded.as_ref().map_err(Clone::clone)
        };
        let full = (wanted.webp && file.kind != Kind::Webp).then_some(None);
        let widths = wanted.widths.iter().copied().filter(|&width| width < dimensions.width).map(Some);
        let limit = size_of(&printed.body);
        for width in full.into_iter().chain(widths) {
            let name = match width {
                Some(width) => UrlPath::new(format!("{}.{width}w.webp", logical.split_extension().0).as_ref()),
                None => Some(logical.with_extension("webp")),
            };
            let Some(name) = name.filter(|name| !self.taken.contains(name)) else { continue };
            let made = self.made("variant", &(hash, file.kind, width, wanted.quality), || {
                Ok(raster()?.to_webp(width, wanted.quality))
            });
            match made.map_err(|fault| self.describe(file, fault))? {
                (Ok(Some(size)), Some(body)) if size_of(&body) < limit => {
                    printed.extras.push(Extra { logical: name, kind: Kind::Webp, body, dimensions: Some(size) });
                }
                (Ok(_), _) => {}
                (Err(kept), _) => return Err(no_variants(file, &kept)),
            }
        }
        if wanted.placeholder {
            let hash = self.cx.store.memo("placeholder", &(hash, file.kind), &[], || raster().map(Raster::placeholder));
            printed.placeholder = hash.as_ref().clone().map_err(|kept| no_variants(file, &kept))?;
        }
        Ok(())
    }

    /// A file that is remembered, and the size of the picture in it.
    fn made(
        &self,
        step: &str,
        parts: &impl serde::Serialize,
        make: impl FnOnce() -> Result<Option<(Dimensions, Vec<u8>)>, Kept>,
    ) -> std::io::Result<(Form, Option<DraftBody>)> {
        let made = self.cx.store.memo_file(
            step,
            parts,
            || self.staging.file(),
            |path| match make() {
                Ok(Some((size, bytes))) => fs::write(path, &bytes).map(|()| Ok(Some(size))),
                Ok(None) => Ok(Ok(None)),
                Err(kept) => Ok(Err(kept)),
            },
        )?;
        Ok((made.value, made.file.map(body)))
    }

    fn describe(&self, file: &SourceFile, error: std::io::Error) -> Box<Diagnostic> {
        let path = file.path.on_disk(self.staging.output_root());
        Box::new(fs::OutputError::unwritable(&path)(error).into_diagnostic(&self.cx.settings.root))
    }

    /// Checks a font, and adds it as WOFF2 if the settings ask for that.
    pub fn font(&self, file: &SourceFile, logical: &UrlPath, printed: &mut Printed) {
        let DraftBody::Copy { hash, .. } = &printed.body else { return };
        let woff2 = Some(logical.with_extension("woff2"));
        let wanted =
            woff2.filter(|name| self.cx.settings.images.woff2 && name != logical && !self.taken.contains(name));
        let parts = (*hash, wanted.is_some());
        let made = self.cx.store.memo_file(
            "font",
            &parts,
            || self.staging.file(),
            |path| -> Result<Option<Fault>, std::io::Error> {
                let bytes = self.cx.reads.read(&file.on_disk)?;
                let packed = font::check(&bytes).and_then(|()| match wanted {
                    Some(_) => font::to_woff2(&bytes),
                    None => Ok(None),
                });
                match packed {
                    Ok(Some(packed)) => fs::write(path, &packed).map(|()| None),
                    Ok(None) => Ok(None),
                    Err(fault) => Ok(Some(fault)),
                }
            },
        );
        match made {
            Ok(made) => {
                self.cx.report_all(made.value.map(|fault| broken_font(file, &fault)));
                if let (Some(logical), Some(made)) = (wanted, made.file) {
                    printed.extras.push(Extra { logical, kind: Kind::Font, body: body(made), dimensions: None });
                }
            }
            Err(error) => self.cx.report(*self.describe(file, error)),
        }
    }
}

fn body(made: MadeFile) -> DraftBody {
    match made {
        MadeFile { path: file, hash, size, movable: true } => DraftBody::Staged { file, hash, size },
        MadeFile { path: file, hash, size, movable: false } => DraftBody::Copy { file, hash, size },
    }
}

fn size_of(body: &DraftBody) -> u64 {
    match body {
        DraftBody::Staged { size, .. } | DraftBody::Copy { size, .. } => *size,
        DraftBody::Text { piece, .. } => piece.text.len() as u64,
    }
}

fn no_variants(file: &SourceFile, kept: &Kept) -> Box<Diagnostic> {
    let reason = match kept {
        Kept::Undecodable(reason) => reason.clone(),
        Kept::Misnamed(found) => format!("it is of the kind {}", found.noun()),
        Kept::Changed => "it would look different".to_owned(),
    };
    let message = format!("no other forms of `{}` were made: {reason}", file.path);
    Box::new(
        Diagnostic::warning(Code::NoVariants, message)
            .at(Place::file(file.path.as_str()))
            .hint("let the globs of `images.variants` in assetc.toml pass it over"),
    )
}

fn broken_font(file: &SourceFile, fault: &Fault) -> Diagnostic {
    let path = &file.path;
    let message = match fault {
        Fault::Damaged(reason) => format!("`{path}` is no font that browsers load: {reason}; it was copied as it is"),
        Fault::Changed => format!("packing `{path}` as WOFF2 would have changed it; it was copied as it is"),
    };
    Diagnostic::warning(Code::BrokenFont, message)
        .at(Place::file(path.as_str()))
        .hint("get the font again from where it came from, or remove it")
}
