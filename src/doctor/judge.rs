use std::path::{Path, PathBuf};

use super::DjangoSettings;
use crate::config::{Mode, Settings};
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::manifest::Manifest;
use crate::fs;
use crate::path::ProjectPath;

type Judge = fn(&Settings, &DjangoSettings, Option<&Manifest>) -> Option<Diagnostic>;

/// What is wrong with the settings.
pub fn judge(settings: &Settings, django: &DjangoSettings, manifest: Option<&Manifest>) -> Vec<Diagnostic> {
    let judges: [Judge; 8] = [
        static_url,
        ignored_setting,
        output_not_found,
        static_root,
        whitenoise_order,
        immutable_test,
        double_hashing,
        development_build,
    ];
    judges.iter().filter_map(|judge| judge(settings, django, manifest)).collect()
}

fn static_url(_: &Settings, django: &DjangoSettings, _: Option<&Manifest>) -> Option<Diagnostic> {
    let url = django.static_url.as_deref().unwrap_or_default();
    if url.is_empty() {
        return Some(
            Diagnostic::error(Code::StaticUrl, "`STATIC_URL` is not set").hint("write `STATIC_URL = \"/static/\"`"),
        );
    }
    let fault = format!("`STATIC_URL` is `{url}`, without a slash at its end");
    (!url.ends_with('/'))
        .then(|| Diagnostic::error(Code::StaticUrl, fault).hint(format!("write `STATIC_URL = \"{url}/\"`")))
}

fn ignored_setting(_: &Settings, django: &DjangoSettings, _: Option<&Manifest>) -> Option<Diagnostic> {
    if !django.staticfiles_storage || django.django < (5, 1) {
        return None;
    }
    let (major, minor) = django.django;
    let fault = format!("`STATICFILES_STORAGE` is set, and Django {major}.{minor} ignores it");
    Some(
        Diagnostic::error(Code::IgnoredSetting, fault)
            .note(format!("the storage is `{}`", django.backend))
            .hint("move its value to `STORAGES = {\"staticfiles\": {\"BACKEND\": …}}`, with `\"default\"` beside it"),
    )
}

fn output_not_found(settings: &Settings, django: &DjangoSettings, _: Option<&Manifest>) -> Option<Diagnostic> {
    let output = &settings.output_root;
    let here = |path: &Path| path.parent().is_some_and(|folder| same(folder, output));
    if django.found.as_deref().is_some_and(here) || django.directories.iter().any(|folder| same(folder, output)) {
        return None;
    }
    let shown = shown(settings, output);
    Some(
        Diagnostic::error(Code::OutputNotFound, format!("Django does not look into the output folder `{shown}`"))
            .hint(format!("write `STATICFILES_DIRS = [BASE_DIR / \"{shown}\"]`")),
    )
}

fn static_root(settings: &Settings, django: &DjangoSettings, _: Option<&Manifest>) -> Option<Diagnostic> {
    let Some(root) = &django.static_root else {
        let fault = "`STATIC_ROOT` is not set, so nothing can be collected";
        return Some(
            Diagnostic::warning(Code::StaticRoot, fault).hint("write `STATIC_ROOT = BASE_DIR / \"staticfiles\"`"),
        );
    };
    let root = absolute(settings, root);
    let mut sources = django.directories.iter().chain([&settings.output_root]);
    let inside = sources
        .find(|folder| root.starts_with(absolute(settings, folder)) || absolute(settings, folder).starts_with(&root))?;
    let fault = format!(
        "`STATIC_ROOT` (`{}`) and `{}`, from which files are collected, lie in each other",
        shown(settings, &root),
        shown(settings, inside)
    );
    Some(Diagnostic::error(Code::StaticRoot, fault).hint("write `STATIC_ROOT = BASE_DIR / \"staticfiles\"`"))
}

const WHITENOISE: &str = "whitenoise.middleware.WhiteNoiseMiddleware";
const SECURITY: &str = "django.middleware.security.SecurityMiddleware";

fn whitenoise_order(_: &Settings, django: &DjangoSettings, _: Option<&Manifest>) -> Option<Diagnostic> {
    let hint = format!("put `\"{WHITENOISE}\"` right behind `\"{SECURITY}\"`");
    let Some(at) = django.middleware.iter().position(|name| name == WHITENOISE) else {
        let uses = django.backend.starts_with("whitenoise.") || django.backend.ends_with("AssetcWhiteNoiseStorage");
        let fault = "the storage is WhiteNoise's, and its middleware is not in `MIDDLEWARE`";
        return uses.then(|| Diagnostic::warning(Code::WhiteNoiseOrder, fault).hint(hint));
    };
    let before = django.middleware[..at].iter().find(|name| *name != SECURITY);
    let after = django.middleware[at..].iter().any(|name| name == SECURITY);
    let fault = match before {
        Some(before) => format!("WhiteNoise's middleware comes after `{before}`"),
        None if after => "WhiteNoise's middleware comes before `SecurityMiddleware`".to_owned(),
        None => return None,
    };
    Some(Diagnostic::warning(Code::WhiteNoiseOrder, fault).hint(hint))
}

fn immutable_test(_: &Settings, django: &DjangoSettings, _: Option<&Manifest>) -> Option<Diagnostic> {
    let name = django.immutable.first()?;
    let fault = format!("`WHITENOISE_IMMUTABLE_FILE_TEST` matches `{name}`, which has no fingerprint");
    Some(
        Diagnostic::error(Code::ImmutableTest, fault)
            .note("browsers keep such a file for ten years, whatever becomes of it")
            .hint("use what `assetc headers whitenoise` prints"),
    )
}

fn double_hashing(settings: &Settings, django: &DjangoSettings, manifest: Option<&Manifest>) -> Option<Diagnostic> {
    const STOCK: [&str; 2] = [
        "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
        "whitenoise.storage.CompressedManifestStaticFilesStorage",
    ];
    let (logical, file) = manifest?.files.iter().find(|(logical, file)| file.path != **logical)?;
    if !STOCK.contains(&django.backend.as_str()) {
        return None;
    }
    // `assetc collect` gives the names that it finds there to the stock storages.
    let collected = django.static_root.as_ref().map(|root| absolute(settings, root).join("staticfiles.json"));
    let collected = collected.and_then(|path| fs::read(&path).ok());
    let ours = format!("\"{logical}\": \"{}\"", file.path);
    if collected.is_some_and(|bytes| String::from_utf8_lossy(&bytes).contains(&ours)) {
        return None;
    }
    let storage = django.backend.rsplit('.').next().unwrap_or_default();
    Some(
        Diagnostic::warning(Code::DoubleHashing, format!("`{storage}` hashes again what assetc has hashed"))
            .note(format!("`{logical}` has the name `{}` already", file.path))
            .hint(
                "use `assetc.storage.AssetcStaticFilesStorage` (or `AssetcWhiteNoiseStorage`), or `assetc collect`, or \
                 `fingerprint = false` under `[output]`",
            ),
    )
}

fn development_build(_: &Settings, django: &DjangoSettings, manifest: Option<&Manifest>) -> Option<Diagnostic> {
    let development = manifest.is_some_and(|manifest| manifest.mode == Mode::Development);
    let fault = "the build is one for development, and `DEBUG` is off";
    (development && !django.debug).then(|| Diagnostic::error(Code::DevelopmentBuild, fault).hint("run `assetc build`"))
}

fn absolute(settings: &Settings, path: &Path) -> PathBuf {
    let path = settings.root.join(path);
    fs::canonicalize(&path).unwrap_or(path)
}

fn same(a: &Path, b: &Path) -> bool {
    a == b || fs::canonicalize(a).ok().zip(fs::canonicalize(b).ok()).is_some_and(|(a, b)| a == b)
}

fn shown(settings: &Settings, path: &Path) -> String {
    ProjectPath::below(&settings.root, path).map_or(path.display().to_string(), |path| path.to_string())
}
