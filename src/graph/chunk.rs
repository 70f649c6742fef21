use super::{Bundle, ModuleId};
use crate::path::UrlPath;

/// Index into the list of chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChunkId(pub usize);

/// One output to be: which name it has and which modules it is made of.
#[derive(Debug)]
pub struct Chunk {
    pub logical: UrlPath,
    pub body: ChunkBody,
    /// Whether a page may name it. What is not an entry exists only under its fingerprinted name.
    pub entry: bool,
}

#[derive(Debug)]
pub enum ChunkBody {
    Module(ModuleId),
    /// Linked modules, named after one of them.
    Bundle {
        module: ModuleId,
        bundle: Box<Bundle>,
    },
    /// An entry that other modules import too: its code lies in a chunk of its own, which this only loads, so that
    /// a page that loads both runs it once.
    Facade {
        of: ChunkId,
        module: ModuleId,
    },
}

impl Chunk {
    /// The module that this chunk stands for.
    pub fn module(&self) -> ModuleId {
        match self.body {
            ChunkBody::Module(module) | ChunkBody::Bundle { module, .. } | ChunkBody::Facade { module, .. } => module,
        }
    }
}
