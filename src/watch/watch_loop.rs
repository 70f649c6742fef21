use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::change::change_of;
use super::folders::Folders;
use super::reach::{PollReason, reason, remote_file_system};
use super::watch_state::{WatchState, Work};
use crate::config::Settings;
use crate::context::{Progress, Session};
use crate::diagnostic::{Code, Diagnostic};
use crate::fs;
use crate::inputs::{Reads, Trace, View};
use crate::pipeline::{Build, build_in};

/// What the loop hears.
pub enum Message {
    File(notify::Result<notify::Event>),
    /// End now.
    Stop,
}

/// What the loop tells.
pub enum Told<'a> {
    /// Changes are found by looking again and again.
    Polling(&'a PollReason),
    /// What was built, after how many changed paths; 0 for the first build.
    Built { settings: &'a Settings, build: &'a Build, changed: usize },
    /// The configuration cannot be used; the output stays as it is.
    Misconfigured(&'a [Diagnostic]),
    /// Everything is watched: from here on no change is missed.
    Watching { folders: usize },
}

pub struct WatchOptions {
    /// The project's folder, as in the settings.
    pub root: PathBuf,
    /// Look again and again instead of waiting for events.
    pub poll: bool,
}

/// What loading the settings gave.
pub type Loaded = Result<Settings, Vec<Diagnostic>>;

/// Between two looks when polling; longer where a look takes long.
const POLL: Duration = Duration::from_millis(300);

/// A look may take one part in this many of the time.
const POLL_SHARE: u32 = 8;

/// How long the system may take to tell of a file that was written for a trial.
const TRIAL: Duration = Duration::from_millis(500);

/// When nothing happened for so long, what was computed is brought to the disk.
const IDLE: Duration = Duration::from_millis(700);

/// Beyond so many paths, looking at everything is no more work than looking for each.
const MANY: usize = 64;

/// A `git` command that takes longer than this has died and left its lock.
const GIT_TAKES: Duration = Duration::from_secs(30);

/// How a watch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was told to.
    Stopped,
    /// Another assetc has the output folder; the first build says which.
    Refused,
}

/// Builds, and builds again on every change, until it is told to stop.
///
/// `load` loads the settings; it is called again when a file that it read through the given reads has changed.
pub fn watch(
    options: &WatchOptions,
    messages: (Sender<Message>, Receiver<Message>),
    progress: &dyn Progress,
    load: &dyn Fn(&Reads) -> Loaded,
    tell: &mut dyn FnMut(Told),
) -> End {
    let (sender, receiver) = messages;
    let mut this = Loop {
        options,
        receiver,
        progress,
        load,
        tell,
        start: Instant::now(),
        state: WatchState::default(),
        reach: Reach::Polling(POLL),
        config: Config { view: Arc::new(View::new(&options.root, &options.root)), inputs: None, faults: Vec::new() },
        project: None,
        unsaved: None,
        git_lock: git_lock(&options.root),
    };
    match this.build(0) {
        Some(build) if is_locked(&build) => return End::Refused,
        _ => {}
    }
    match find_reach(options, sender) {
        Ok(folders) => this.reach = Reach::Events(folders),
        Err(reason) => this.poll(&reason),
    }
    this.watch_folders(true);
    this.check_reach();
    (this.tell)(Told::Watching { folders: this.reach.folders() });
    this.run();
    End::Stopped
}

fn find_reach(options: &WatchOptions, sender: Sender<Message>) -> Result<Folders, PollReason> {
    if options.poll {
        return Err(PollReason::Asked);
    }
    if let Some(name) = remote_file_system(&options.root) {
        return Err(PollReason::FileSystem(name));
    }
    let handler = move |event: notify::Result<notify::Event>| {
        // Reads are events too; they are dropped here, where they cost least.
        if event.as_ref().map_or(true, |event| event.need_rescan() || change_of(event).is_some()) {
            // When nobody listens any more, the process is about to end.
            let _ = sender.send(Message::File(event));
        }
    };
    Folders::new(handler).map_err(|error| reason(&error))
}

fn is_locked(build: &Build) -> bool {
    build.report.is_none() && build.diagnostics.iter().any(|diagnostic| diagnostic.code == Code::OutputLocked)
}

/// How changes come to be known.
enum Reach {
    Events(Folders),
    /// By a look at everything, again and again; the time between two.
    Polling(Duration),
}

impl Reach {
    fn folders(&self) -> usize {
        match self {
            Self::Events(folders) => folders.len(),
            Self::Polling(_) => 0,
        }
    }
}

/// What the settings were loaded from.
struct Config {
    view: Arc<View>,
    /// `None` before the first time.
    inputs: Option<Trace>,
    /// What is wrong with it.
    faults: Vec<Diagnostic>,
}

/// What is built: the settings, and what the session knows.
struct Project {
    settings: Settings,
    session: Session,
    /// What the last build read.
    inputs: Trace,
    /// What earlier builds read, as long as none since was done: one that fails early reads less than it depends on.
    before: BTreeSet<PathBuf>,
}

struct Loop<'a> {
    options: &'a WatchOptions,
    receiver: Receiver<Message>,
    progress: &'a dyn Progress,
    load: &'a dyn Fn(&Reads) -> Loaded,
    tell: &'a mut dyn FnMut(Told),
    start: Instant,
    state: WatchState,
    reach: Reach,
    config: Config,
    /// `None` until the settings could be loaded once.
    project: Option<Project>,
    /// Whether the last build was done, while what it computed is in memory only.
    unsaved: Option<bool>,
    git_lock: Option<PathBuf>,
}

impl Loop<'_> {
    fn run(&mut self) {
        loop {
            let message = match self.patience() {
                Some(patience) => self.receiver.recv_timeout(patience),
                None => self.receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match message {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(Message::File(event)) => self.note(event),
                Err(RecvTimeoutError::Timeout) => match self.reach {
                    Reach::Polling(_) => self.look_at_everything(),
                    Reach::Events(_) => self.act(),
                },
            }
        }
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// How long to wait for a message; `None`: for ever.
    fn patience(&self) -> Option<Duration> {
        if let Reach::Polling(pause) = self.reach {
            return Some(pause);
        }
        let due = self.state.due().map(|due| due.saturating_sub(self.now()));
        due.or(self.unsaved.map(|_| IDLE))
    }

    fn note(&mut self, event: notify::Result<notify::Event>) {
        let now = self.now();
        let Reach::Events(folders) = &self.reach else { return };
        match event {
            Ok(event) if event.need_rescan() => self.state.note_everything(now),
            Ok(event) => {
                let Some(change) = change_of(&event) else { return };
                for path in event.paths.iter().flat_map(|path| folders.names_of(path)) {
                    self.state.note(now, path, change);
                }
            }
            Err(_) => self.state.note_everything(now),
        }
    }

    /// Nothing has happened for as long as was waited for.
    fn act(&mut self) {
        let now = self.now();
        if self.state.due().is_none() {
            return self.save();
        }
        let git_is_at_work = self.git_lock.as_ref().is_some_and(|lock| fs::stat(lock).is_ok());
        if git_is_at_work && self.state.since(now) < GIT_TAKES {
            return self.state.postpone(now);
        }
        if self.lost_a_file() && self.state.wait_once(now) {
            return;
        }
        if let Some(work) = self.state.take(now) {
            self.look_at(&work);
        }
    }

    /// Whether a file that the last build read is gone: it may be about to come back.
    fn lost_a_file(&self) -> bool {
        let Some(project) = &self.project else { return false };
        self.state.paths().take(MANY).any(|path| project.session.view.knows_file(path) && fs::stat(path).is_err())
    }

    /// Builds if what changed is anything that the last build or the configuration depends on.
    fn look_at(&mut self, work: &Work) {
        let views = self.project.iter().map(|project| &project.session.view).chain([&self.config.view]);
        let mut folders_moved = work.everything;
        for view in views {
            if work.everything || work.paths.len() > MANY {
                view.forget_all();
            } else {
                work.paths.iter().for_each(|path| view.forget_below(path));
            }
        }
        if let Reach::Events(folders) = &self.reach {
            let is_folder = |path: &PathBuf| folders.is_watched(path) || fs::is_folder(path);
            folders_moved |= work.paths.len() > MANY || work.paths.iter().any(is_folder);
        }
        if !self.holds() {
            self.build(work.paths.len().max(1));
            self.watch_folders(folders_moved);
        } else if folders_moved {
            self.watch_folders(true);
        }
    }

    fn look_at_everything(&mut self) {
        let started = Instant::now();
        self.look_at(&Work { paths: Vec::new(), everything: true });
        self.save();
        self.reach = Reach::Polling(POLL.max(started.elapsed() * POLL_SHARE));
    }

    /// Whether nothing has changed since the last build that it, or the configuration, depends on.
    fn holds(&self) -> bool {
        let config = self.config.inputs.as_ref().is_some_and(|inputs| inputs.holds(&self.config.view));
        let built = |project: &Project| {
            let holds = || project.inputs.holds(&project.session.view);
            project.session.run(&project.settings, holds).unwrap_or(false)
        };
        config && self.project.as_ref().is_none_or(built)
    }

    /// Loads the settings if they changed, and builds. `None` when there are no settings to build with.
    fn build(&mut self, changed: usize) -> Option<Build> {
        if !self.load_config() {
            return None;
        }
        let project = self.project.as_mut()?;
        let build = build_in(&project.session, &project.settings, self.progress);
        let read = project.inputs.folders(&project.settings.root);
        project.inputs = build.inputs.clone();
        match build.report {
            Some(_) => project.before.clear(),
            None => project.before.extend(read),
        }
        self.unsaved = Some(build.report.is_some());
        (self.tell)(Told::Built { settings: &project.settings, build: &build, changed });
        Some(build)
    }

    /// Whether there are settings that can be used.
    fn load_config(&mut self) -> bool {
        if self.config.inputs.as_ref().is_some_and(|inputs| inputs.holds(&self.config.view)) {
            if !self.config.faults.is_empty() {
                (self.tell)(Told::Misconfigured(&self.config.faults));
            }
            return self.config.faults.is_empty();
        }
        let reads = Reads::new(Arc::clone(&self.config.view));
        let loaded = (self.load)(&reads);
        self.config.inputs = Some(reads.trace());
        let settings = match loaded {
            Ok(settings) => {
                self.config.faults.clear();
                settings
            }
            Err(faults) => {
                (self.tell)(Told::Misconfigured(&faults));
                self.config.faults = faults;
                return false;
            }
        };
        match &mut self.project {
            Some(project) => {
                if format!("{settings:?}") != format!("{:?}", project.settings) {
                    project.session.change_settings(&project.settings, &settings);
                    project.settings = settings;
                }
            }
            None => {
                let session = Session::lasting(&settings);
                self.project = Some(Project { settings, session, inputs: Trace::default(), before: BTreeSet::new() });
            }
        }
        true
    }

    /// Watches what the last build and the configuration depend on. What happens before a folder is watched causes no
    /// event, so after that it is looked at once more.
    fn watch_folders(&mut self, moved: bool) {
        let mut moved = moved;
        loop {
            let wanted = self.wanted_folders();
            let Reach::Events(folders) = &mut self.reach else { return };
            let new = match folders.watch_exactly(wanted, moved) {
                Ok(new) => new,
                Err(error) => return self.poll(&reason(&error)),
            };
            if new.is_empty() {
                return;
            }
            let views = self.project.iter().map(|project| &project.session.view).chain([&self.config.view]);
            for view in views {
                if new.len() > MANY {
                    view.forget_all()
                } else {
                    new.iter().for_each(|folder| view.forget_below(folder))
                }
            }
            if self.holds() {
                return;
            }
            self.build(1);
            moved = true;
        }
    }

    fn wanted_folders(&self) -> BTreeSet<PathBuf> {
        let root = &self.options.root;
        let mut wanted = BTreeSet::from([root.clone()]);
        wanted.extend(self.config.inputs.iter().flat_map(|inputs| inputs.folders(root)));
        if let Some(project) = &self.project {
            wanted.extend(project.inputs.folders(&project.settings.root));
            wanted.extend(project.before.iter().cloned());
        }
        wanted
    }

    /// Writes a file for a trial: where that causes no event, nothing else will.
    fn check_reach(&mut self) {
        let Reach::Events(_) = &self.reach else { return };
        let trial = self.options.root.join(format!(".assetc-trial-{}", std::process::id()));
        if fs::write(&trial, b"").is_err() {
            // Whoever may not write here is not served worse for it.
            return;
        }
        let _ = fs::remove_file(&trial);
        let until = Instant::now() + TRIAL;
        while let Ok(message) = self.receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
            let Message::File(event) = message else {
                // To be heard again by the loop, which has not begun.
                return self.stop_at_once();
            };
            if event.as_ref().is_ok_and(|event| event.paths.contains(&trial)) {
                return;
            }
            self.note(event);
        }
        self.poll(&PollReason::Silent);
    }

    /// Makes the loop end with its first look at the messages.
    fn stop_at_once(&mut self) {
        // A receiver whose sender is gone hears nothing more.
        self.receiver = std::sync::mpsc::channel().1;
    }

    fn poll(&mut self, reason: &PollReason) {
        self.reach = Reach::Polling(POLL);
        (self.tell)(Told::Polling(reason));
    }

    /// Brings what was computed to the disk.
    fn save(&mut self) {
        if let (Some(done), Some(project)) = (self.unsaved.take(), &self.project) {
            project.session.store.flush(done);
        }
    }
}

/// The file that git holds while it changes the work tree that `root` lies in.
fn git_lock(root: &Path) -> Option<PathBuf> {
    let git = root.ancestors().map(|folder| folder.join(".git")).find(|git| fs::stat(git).is_ok())?;
    if fs::is_folder(&git) {
        return Some(git.join("index.lock"));
    }
    // A work tree beside the repository: a file that names its folder.
    let text = String::from_utf8(fs::read(&git).ok()?).ok()?;
    Some(git.parent()?.join(text.strip_prefix("gitdir:")?.trim()).join("index.lock"))
}
