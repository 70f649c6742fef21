//! What goes between a build and a worker: postcard values, each behind its length in four bytes, little end first.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::kinds::sass::{Compiled, Fault, Found, Request, Syntax};

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum ToWorker {
    Compile(Request),
    /// The answer to [`FromWorker::Canonicalize`].
    Found(Result<Option<Found>, String>),
    /// The answer to [`FromWorker::Load`].
    Loaded(Result<Option<(String, Syntax)>, String>),
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum FromWorker {
    Canonicalize { url: String, from: String, for_import: bool },
    Load { path: String },
    Done(Result<Compiled, Fault>),
}

pub(super) fn write(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let bytes = postcard::to_stdvec(message).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&bytes)?;
    to.flush()
}

/// Fails at the end of the stream too.
pub(super) fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let mut bytes = Vec::new();
    from.take(u32::from_le_bytes(length).into()).read_to_end(&mut bytes)?;
    postcard::from_bytes(&bytes).map_err(io::Error::other)
}
