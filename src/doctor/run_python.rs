use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::Patient;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fs;

/// The settings that matter, as the project's own Python tells them.
#[derive(Clone, Debug, Deserialize)]
pub struct DjangoSettings {
    /// Major and minor version.
    pub django: (u32, u32),
    pub debug: bool,
    pub static_url: Option<String>,
    pub static_root: Option<PathBuf>,
    /// `STATICFILES_DIRS`.
    pub directories: Vec<PathBuf>,
    /// Of the storage for static files.
    pub backend: String,
    /// Whether the settings module names `STATICFILES_STORAGE`.
    pub staticfiles_storage: bool,
    pub middleware: Vec<String>,
    /// Where the finders find `assetc.json`.
    pub found: Option<PathBuf>,
    /// Plain names that WhiteNoise would call immutable.
    pub immutable: Vec<String>,
}

const SCRIPT: &str = include_str!("dump_settings.py");

/// A settings module that takes longer waits for something.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// The Python of the project: its own virtual environment's, else the one that is active, else the system's.
pub fn find_python(root: &Path, active: Option<&Path>) -> PathBuf {
    let own = [".venv", "venv", "env"].map(|name| root.join(name));
    let environments = own.iter().map(PathBuf::as_path).chain(active);
    let pythons = environments.flat_map(|folder| [folder.join("bin/python"), folder.join("Scripts/python.exe")]);
    pythons.into_iter().find(|python| fs::is_file(python)).unwrap_or_else(|| "python3".into())
}

/// What `manage.py` sets as `DJANGO_SETTINGS_MODULE`.
pub fn settings_module(root: &Path) -> Option<String> {
    let bytes = fs::read(&root.join("manage.py")).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let (_, rest) = text.split_once("DJANGO_SETTINGS_MODULE")?;
    let mut quoted = rest.split(['"', '\'']).skip(1).map(str::trim);
    quoted
        .find(|text| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '_'))
        .map(str::to_owned)
}

/// Runs the Python.
///
/// # Errors
/// It cannot be run, or the settings cannot be imported.
pub fn read_settings(patient: &Patient) -> Result<DjangoSettings, Diagnostic> {
    let mut command = Command::new(&patient.python);
    command.args(["-c", SCRIPT]).current_dir(&patient.settings.root);
    command.env("DJANGO_SETTINGS_MODULE", &patient.module).env("PYTHONDONTWRITEBYTECODE", "1");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let no_python = |why: String| {
        Diagnostic::error(Code::NoPython, format!("`{}` could not be run: {why}", patient.python.display()))
            .hint("activate the project's virtual environment, or name its Python with `--python`")
    };
    let child = command.spawn().map_err(|error| no_python(fs::reason(&error)))?;
    let said = wait(child).map_err(|error| no_python(fs::reason(&error)))?;
    let Said { done, out, err } = said;
    let dumped = out.split("<<<assetc ").last().and_then(|rest| rest.split_once(" assetc>>>"));
    if let Some(settings) = dumped.filter(|_| done).and_then(|(json, _)| serde_json::from_str(json).ok()) {
        return Ok(settings);
    }
    let reason = err.trim().lines().last().unwrap_or("it said nothing in a minute").to_owned();
    if reason.contains("No module named 'django'") {
        return Err(no_python("it has no Django".to_owned()));
    }
    let fault = format!("the settings `{}` could not be read: {reason}", patient.module);
    let place = err.lines().rev().find_map(|line| line.trim().strip_prefix("File \"")?.split_once('"'));
    let diagnostic = Diagnostic::error(Code::SettingsFailed, fault)
        .hint("`python manage.py check` shows the whole traceback; `--settings` names another module");
    Err(match place {
        Some((file, rest)) if file != "<string>" => {
            let file = Path::new(file).strip_prefix(&patient.settings.root).unwrap_or(Path::new(file));
            let line = rest.split(',').find_map(|part| part.trim().strip_prefix("line "));
            diagnostic.at(Place::file(format!("{}:{}", file.display(), line.unwrap_or("1"))))
        }
        _ => diagnostic,
    })
}

struct Said {
    done: bool,
    out: String,
    err: String,
}

/// Waits as long as the limit allows, then ends it. Both pipes are read meanwhile, else a talkative settings module would stop.
fn wait(mut child: Child) -> std::io::Result<Said> {
    let reader = |stream: Option<Box<dyn Read + Send>>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut stream) = stream {
                // What could be read before the process was ended is all there is.
                let _ = stream.read_to_end(&mut bytes);
            }
            String::from_utf8_lossy(&bytes).into_owned()
        })
    };
    let out = reader(child.stdout.take().map(|stream| Box::new(stream) as _));
    let err = reader(child.stderr.take().map(|stream| Box::new(stream) as _));
    let started = Instant::now();
    let done = loop {
        if let Some(status) = child.try_wait()? {
            break status.success();
        }
        if started.elapsed() > TIME_LIMIT {
            child.kill()?;
            child.wait()?;
            break false;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    Ok(Said { done, out: out.join().unwrap_or_default(), err: err.join().unwrap_or_default() })
}
