use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Names;

/// A manifest that a reader of another framework knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ManifestFormat {
    /// `.vite/manifest.json`, for django-vite and vite_ruby.
    Vite,
    /// `manifest.json`, Vite's form where Laravel's `@vite` looks for it.
    Laravel,
    /// `mix-manifest.json`, for Laravel Mix's `mix()`.
    Mix,
    /// `.manifest.json`, for Rails with Propshaft.
    Propshaft,
    /// `.sprockets-manifest-….json`, for Rails with Sprockets.
    Sprockets,
    /// `cache_manifest.json`, for Phoenix.
    Phoenix,
    /// `manifest.json`, for `json_manifest_path` of Symfony's asset component.
    Symfony,
    /// `entrypoints.json`, for Symfony's Encore bundle.
    Encore,
    /// `manifest.json`, `importmap.json` and `entrypoint.….json`, for Symfony's AssetMapper.
    AssetMapper,
    /// `webpack-stats.json`, for django-webpack-loader.
    WebpackLoader,
    /// `assets.json`: the file to serve for each name, for Go, Hugo and your own code.
    Flat,
}

impl ManifestFormat {
    /// The name in `assetc.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vite => "vite",
            Self::Laravel => "laravel",
            Self::Mix => "mix",
            Self::Propshaft => "propshaft",
            Self::Sprockets => "sprockets",
            Self::Phoenix => "phoenix",
            Self::Symfony => "symfony",
            Self::Encore => "encore",
            Self::AssetMapper => "asset-mapper",
            Self::WebpackLoader => "webpack-loader",
            Self::Flat => "flat",
        }
    }

    /// The file in the output folder that holds it, or the first of several.
    pub fn file(self) -> &'static str {
        match self {
            Self::Vite => ".vite/manifest.json",
            Self::Laravel | Self::Symfony | Self::AssetMapper => "manifest.json",
            Self::Mix => "mix-manifest.json",
            Self::Propshaft => ".manifest.json",
            // Sprockets takes the first file of this form; the digits mean nothing to it.
            Self::Sprockets => ".sprockets-manifest-a55e7c00a55e7c00a55e7c00a55e7c00.json",
            Self::Phoenix => "cache_manifest.json",
            Self::Encore => "entrypoints.json",
            Self::WebpackLoader => "webpack-stats.json",
            Self::Flat => "assets.json",
        }
    }

    /// How fingerprinted names must be made for this reader; `None` where any will do.
    ///
    /// Propshaft's `Asset#digested?` and Sprockets' `PathDigestUtils` look for a dash and at least seven digits;
    /// Phoenix' `mix phx.digest` digests anew what has not a dash and 32 of them.
    pub fn demanded_names(self) -> Option<Names> {
        match self {
            Self::Propshaft | Self::Sprockets => Some(Names { separator: '-', length: 12 }),
            Self::Phoenix => Some(Names { separator: '-', length: 32 }),
            _ => None,
        }
    }

    /// Whether the reader knows fingerprints of this form.
    pub fn accepts(self, names: &Names) -> bool {
        match self {
            Self::Phoenix => names.separator == '-' && names.length == 32,
            Self::Propshaft | Self::Sprockets => names.separator == '-',
            _ => true,
        }
    }
}
