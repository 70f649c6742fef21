//! What a browser makes of what is built.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::django::{build_site, django_python};
use crate::toolbox::{ASSETC, chromium, empty_folder, node, run};

/// A page of each template, the basket and the gallery included.
const PAGES: [&str; 4] = ["/", "/sencha/", "/journal/", "/journal/first-flush/"];

#[test]
fn the_example_site_works_and_looks_the_same_in_both_modes() {
    let python = django_python("5.2", (3, 10));
    let development = build_site("browser", "development");
    let production = build_site("browser", "production");
    run(Command::new(&python)
        .args(["manage.py", "collectstatic", "--noinput"])
        .current_dir(&production)
        .env("SITE_STORAGE", "whitenoise"));

    let pictures = empty_folder("browser-pictures");
    visit(&python, &development, &[("SITE_DEBUG", "1")], &pictures.join("development"));
    visit(&python, &production, &[("SITE_DEBUG", "0"), ("SITE_STORAGE", "whitenoise")], &pictures.join("production"));
    let mut compare = node("compare-pictures.mjs");
    println!("{}", run(compare.arg(pictures.join("development")).arg(pictures.join("production"))));
}

#[track_caller]
fn visit(python: &Path, site: &Path, settings: &[(&str, &str)], pictures: &Path) {
    let server = Server::start(python, site, settings);
    let mut visit = node("visit-site.mjs");
    visit.arg(chromium()).arg(&server.origin).arg(pictures).args(PAGES);
    println!("{}", run(&mut visit));
}

/// Django's own server; it ends with this value.
struct Server {
    process: Child,
    origin: String,
}

impl Server {
    #[track_caller]
    fn start(python: &Path, site: &Path, settings: &[(&str, &str)]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(python);
        command.args(["manage.py", "runserver", "--noreload", &address.to_string()]).current_dir(site);
        let process =
            command.envs(settings.iter().copied()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let server = Self { process, origin: format!("http://{address}") };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(start.elapsed() < Duration::from_secs(60), "Django does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const MAIN: &str = r#"import { explode } from "./lib/explode";

interface Unused { readonly a: string }
enum Level { Low, High }

/* é漢😀 */ function outer<T extends Level>(level: T): void {
    explode(Level[level] as string);
}

outer(Level.High);
"#;

const EXPLODE: &str = r#"// A comment, which is no code.
type Message = string;

export function explode<T extends Message>(message: T): never {
    const words: string[] = [message, "é漢😀"]; throw new TypeError(words.join());
}
"#;

const CLASSIC: &str = r#"// Nothing is imported here, so this is a classic script.
type Row = { id: number };
function first(rows: Row[]): number {
    return rows![0]!.id;
}
first([]);
"#;

// An uncaught error is reported where it was made: at `new`, not at `throw`.
#[test]
fn an_exception_in_typescript_is_reported_at_its_line_and_column() {
    let site = project_that_throws("throws-development");
    build(&site, &["--mode", "development"]);
    let mut called = frames(&site, "ts/main.js", "module");
    // The call of the function around the bundle, which no source wrote.
    let around = called.pop().expect("a frame");
    assert!(around.starts_with("main.js:") && around.ends_with(" is not mapped"), "{around}");
    assert_eq!(
        called,
        [
            place("lib/explode.ts", EXPLODE, "new TypeError"),
            place("lib/explode.ts", EXPLODE, "new TypeError"),
            place("main.ts", MAIN, "explode(Level"),
            place("main.ts", MAIN, "outer(Level.High)"),
        ]
    );
    assert_eq!(
        frames(&site, "ts/classic.js", "classic"),
        [
            place("classic.ts", CLASSIC, "id;"),
            place("classic.ts", CLASSIC, "id;"),
            place("classic.ts", CLASSIC, "first([])")
        ]
    );
}

#[test]
fn source_maps_of_minified_scripts_lead_to_the_statement() {
    let site = project_that_throws("throws-production");
    fs::write(site.join("assetc.toml"), "[output]\nsource_maps = true\n").unwrap();
    build(&site, &[]);
    assert_eq!(frames(&site, "ts/main.js", "module")[0], place("lib/explode.ts", EXPLODE, "new TypeError"));
    assert_eq!(frames(&site, "ts/classic.js", "classic")[0], place("classic.ts", CLASSIC, "id;"));
}

#[track_caller]
fn project_that_throws(name: &str) -> PathBuf {
    let site = empty_folder(name);
    let folder = site.join("assets/ts");
    fs::create_dir_all(folder.join("lib")).unwrap();
    fs::write(folder.join("main.ts"), MAIN).unwrap();
    fs::write(folder.join("lib/explode.ts"), EXPLODE).unwrap();
    fs::write(folder.join("classic.ts"), CLASSIC).unwrap();
    site
}

#[track_caller]
fn build(site: &Path, args: &[&str]) {
    run(Command::new(ASSETC).arg("build").arg("--root").arg(site).args(args));
}

/// Where the exception is, then the frames of its stack; of the sources only their path below `ts`.
#[track_caller]
fn frames(site: &Path, script: &str, kind: &str) -> Vec<String> {
    let mut locate = node("locate-exception.mjs");
    locate.arg(chromium()).arg(site.join("static")).args([script, kind]);
    let said = run(&mut locate);
    said.lines().map(|line| line.rsplit_once("ts/").map_or(line, |(_, place)| place).to_owned()).collect()
}

/// Line and column of the first such text, from 1, in UTF-16 units as browsers count.
#[track_caller]
fn place(file: &str, source: &str, text: &str) -> String {
    let at = source.find(text).expect("the text is there");
    let line_start = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = source[..at].matches('\n').count() + 1;
    let column = source[line_start..at].encode_utf16().count() + 1;
    format!("{file}:{line}:{column}")
}

/// Whatever imports what, and under which conditions: the bundle means what the sheets mean.
#[test]
fn bundled_imports_have_the_cascade_of_the_sheets() {
    let number = "150";
    let site = empty_folder("import-order");
    run(node("import-order.mjs").arg("write").arg(site.join("assets")).arg(number));
    build(&site, &[]);
    let mut compare = node("import-order.mjs");
    compare.arg("compare").arg(chromium()).arg(site.join("assets")).arg(site.join("static")).arg(number);
    println!("{}", run(&mut compare));
}
