#![expect(clippy::disallowed_types, reason = "looked up by key only; its order reaches nothing")]

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::hash::ContentHash;

/// Builds for which a value that none of them used is kept: an edit is often taken back.
const PATIENCE: u64 = 4;

/// Values as they are, shared.
#[derive(Default)]
pub struct Memory {
    values: Mutex<HashMap<ContentHash, Entry>>,
    build: AtomicU64,
}

struct Entry {
    value: Arc<dyn Any + Send + Sync>,
    /// The last build that used it.
    used: u64,
}

impl Memory {
    pub fn get<V: Any + Send + Sync>(&self, key: ContentHash) -> Option<Arc<V>> {
        let build = self.build.load(Ordering::Relaxed);
        let value = {
            let mut values = self.lock();
            let entry = values.get_mut(&key)?;
            entry.used = build;
            Arc::clone(&entry.value)
        };
        value.downcast().ok()
    }

    pub fn put<V: Any + Send + Sync>(&self, key: ContentHash, value: Arc<V>) {
        let used = self.build.load(Ordering::Relaxed);
        self.lock().insert(key, Entry { value, used });
    }

    /// Lets go of what the last builds did not use.
    pub fn end_build(&self) {
        let build = self.build.fetch_add(1, Ordering::Relaxed);
        self.lock().retain(|_, entry| entry.used + PATIENCE > build);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ContentHash, Entry>> {
        // Each change is one insertion, so a panic elsewhere leaves nothing half done.
        self.values.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
