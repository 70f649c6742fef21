//! How values that refer to sources are written and read back without their texts.

use std::cell::RefCell;
use std::sync::Arc;

use serde::de::Deserializer;
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::Source;
use crate::path::ProjectPath;

thread_local! {
    static KNOWN: RefCell<Vec<Arc<Source>>> = const { RefCell::new(Vec::new()) };
}

/// While `run` runs on this thread, a source that is one of `known` is written as its number, and read back as that very source.
pub fn with_known<T>(known: &[Arc<Source>], run: impl FnOnce() -> T) -> T {
    KNOWN.replace(known.to_vec());
    let result = run();
    KNOWN.take();
    result
}

/// A source as it is stored.
#[derive(Serialize, Deserialize)]
enum Stored<'s> {
    Known(usize),
    Whole(ProjectPath, std::borrow::Cow<'s, str>),
}

fn store(source: &Arc<Source>) -> Stored<'_> {
    let same =
        |known: &Arc<Source>| Arc::ptr_eq(known, source) || known.path == source.path && known.text == source.text;
    match KNOWN.with_borrow(|known| known.iter().position(same)) {
        Some(number) => Stored::Known(number),
        None => Stored::Whole(source.path.clone(), source.text.as_str().into()),
    }
}

fn restore<E: serde::de::Error>(stored: Stored) -> Result<Arc<Source>, E> {
    match stored {
        Stored::Known(number) => KNOWN
            .with_borrow(|known| known.get(number).cloned())
            .ok_or_else(|| E::custom("a source that is not among the known ones")),
        Stored::Whole(path, text) => Ok(Source::new(path, text.into_owned())),
    }
}

/// For `#[serde(with = "…")]` on an optional source and what is said of it.
pub mod serde_source {
    use super::*;

    pub fn serialize<S: Serializer, T: Serialize>(
        value: &Option<(Arc<Source>, T)>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().map(|(source, rest)| (store(source), rest)).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
        deserializer: D,
    ) -> Result<Option<(Arc<Source>, T)>, D::Error> {
        let value: Option<(Stored, T)> = Option::deserialize(deserializer)?;
        value.map(|(stored, rest)| Ok((restore(stored)?, rest))).transpose()
    }
}

/// For `#[serde(with = "…")]` on a list of sources.
pub mod serde_sources {
    use super::*;

    pub fn serialize<S: Serializer>(sources: &[Arc<Source>], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(sources.iter().map(store))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Arc<Source>>, D::Error> {
        let stored: Vec<Stored> = Vec::deserialize(deserializer)?;
        stored.into_iter().map(restore).collect()
    }
}
