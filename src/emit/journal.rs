use std::io;
use std::path::{Path, PathBuf};

use crate::fs::{self, Staging};

/// Called before each change of the output folder. An error counts as the failure of that change.
pub type Hook<'h> = &'h dyn Fn(&Path) -> io::Result<()>;

/// Changes the output folder step by step, each step atomic, and remembers how to take every step back.
pub struct Journal<'s> {
    staging: &'s Staging,
    hook: Hook<'s>,
    done: Vec<Done>,
}

enum Done {
    Created(PathBuf),
    /// What was at `path` is kept as `backup`.
    Replaced {
        path: PathBuf,
        backup: PathBuf,
    },
    CreatedFolder(PathBuf),
    RemovedFolder(PathBuf),
}

/// The step that failed. Those before it were taken back, except for `not_restored`.
#[derive(Debug)]
pub struct Failure {
    pub path: PathBuf,
    pub error: io::Error,
    pub not_restored: Vec<PathBuf>,
}

impl<'s> Journal<'s> {
    pub fn new(staging: &'s Staging, hook: Hook<'s>) -> Self {
        Self { staging, hook, done: Vec::new() }
    }

    /// Moves a staged file to where nothing is.
    pub fn place(&mut self, staged: &Path, path: &Path) -> Result<(), Failure> {
        self.step(path, || fs::move_new(staged, path))?;
        self.done.push(Done::Created(path.to_owned()));
        Ok(())
    }

    /// Moves a staged file over one that is there: at no instant is there none.
    pub fn replace(&mut self, staged: &Path, path: &Path) -> Result<(), Failure> {
        let backup = self.staging.file();
        self.step(path, || fs::stand_in(path, &backup))?;
        self.step(path, || fs::move_over(staged, path))?;
        self.done.push(Done::Replaced { path: path.to_owned(), backup });
        Ok(())
    }

    pub fn remove(&mut self, path: &Path) -> Result<(), Failure> {
        let backup = self.staging.file();
        self.step(path, || fs::move_over(path, &backup))?;
        self.done.push(Done::Replaced { path: path.to_owned(), backup });
        Ok(())
    }

    pub fn create_folder(&mut self, path: &Path) -> Result<(), Failure> {
        if self.step(path, || fs::create_folder(path))? {
            self.done.push(Done::CreatedFolder(path.to_owned()));
        }
        Ok(())
    }

    pub fn remove_folder(&mut self, path: &Path) -> Result<(), Failure> {
        self.step(path, || fs::remove_empty_folder(path))?;
        self.done.push(Done::RemovedFolder(path.to_owned()));
        Ok(())
    }

    /// Takes everything back, the last step first; completes `failure` with what would not go back.
    pub fn roll_back(self, failure: Failure) -> Failure {
        let mut not_restored = Vec::new();
        for done in self.done.into_iter().rev() {
            let (result, path) = match done {
                Done::Created(path) => (fs::remove_file(&path), path),
                Done::Replaced { path, backup } => (fs::move_over(&backup, &path), path),
                Done::CreatedFolder(path) => (fs::remove_empty_folder(&path), path),
                Done::RemovedFolder(path) => (fs::create_folder(&path).map(drop), path),
            };
            if result.is_err() {
                not_restored.push(path);
            }
        }
        Failure { not_restored, ..failure }
    }

    fn step<T>(&self, path: &Path, change: impl FnOnce() -> io::Result<T>) -> Result<T, Failure> {
        let fail = |error| Failure { path: path.to_owned(), error, not_restored: Vec::new() };
        (self.hook)(path).and_then(|()| change()).map_err(fail)
    }
}
