use clap::{CommandFactory, Parser};

use super::args::Args;
use super::*;
use crate::diagnostic::Code;

fn parse(line: &str) -> Result<Args, clap::Error> {
    Args::try_parse_from(line.split_whitespace())
}

#[test]
fn flags_are_unique_and_documented() {
    fn walk(command: &clap::Command, missing: &mut Vec<String>) {
        let undocumented = command.get_arguments().filter(|argument| argument.get_help().is_none());
        missing.extend(undocumented.map(|argument| format!("{} {}", command.get_name(), argument.get_id())));
        if command.get_about().is_none() {
            missing.push(command.get_name().to_owned());
        }
        command.get_subcommands().for_each(|inner| walk(inner, missing));
    }
    let command = Args::command();
    command.clone().debug_assert();
    let mut missing = Vec::new();
    walk(&command, &mut missing);
    assert_eq!(missing, [""; 0]);
}

#[test]
fn a_wrong_command_line_is_refused() {
    for line in [
        "assetc",
        "assetc buld",
        "assetc build x",
        "assetc build --mode prod",
        "assetc build -j 0",
        "assetc build -j 9999",
        "assetc build --json --quiet",
        "assetc build --json -v",
        "assetc build -q -v",
        "assetc build --color red",
        "assetc build --no-such-flag",
        "assetc build --root",
        "assetc clean --no-cache",
        "assetc schema x",
        "assetc explain no-such-code",
        "assetc build --out a --out b",
    ] {
        let error = parse(line).expect_err(line);
        assert_eq!(error.exit_code(), 2, "{line}");
    }
    let told = parse("assetc explain unresolved-refrence").unwrap_err().to_string();
    assert!(told.contains("a similar value exists: 'unresolved-reference'"), "{told}");
}

#[test]
fn a_right_command_line_is_understood() {
    for line in [
        "assetc clean --root a --config b",
        "assetc build --no-cache",
        "assetc build",
        "assetc build --root a --config b --mode development --out c -j 3 --strict --json",
        "assetc --color never build -q",
        "assetc build -v --color always",
        "assetc schema",
        "assetc schema config",
        "assetc schema report",
        "assetc schema manifest",
        "assetc explain",
        "assetc explain unresolved-reference",
    ] {
        parse(line).expect(line);
    }
    for line in ["assetc --help", "assetc -h", "assetc build --help", "assetc --version"] {
        assert_eq!(parse(line).expect_err(line).exit_code(), 0, "{line}");
    }
}

#[test]
fn every_code_is_explained_and_listed() {
    let list = explain::explanation(None);
    assert_eq!(list.lines().count(), Code::ALL.len());
    for code in Code::ALL {
        assert!(list.contains(code.as_str()));
        let text = explain::explanation(Some(code.as_str()));
        let (name, rest) = text.split_once("\n\n").unwrap();
        assert_eq!(name, code.as_str());
        let (meaning, fix) = rest.split_once("\n\n").unwrap_or((rest, "")); // Some need no fix.
        assert!(meaning.len() > 20 && rest.ends_with(".\n"), "{code}: {rest}");
        assert!(!fix.is_empty() || *code == Code::PictureChanged, "{code} does not say what to do");
        assert!(rest.lines().all(|line| !line.starts_with(' ')), "{code}");
    }
}

#[test]
fn every_schema_is_json() {
    for name in [SchemaName::Config, SchemaName::Report, SchemaName::Manifest] {
        let value: serde_json::Value = serde_json::from_str(&schema(name)).unwrap();
        assert!(value["title"].is_string() && value["description"].is_string());
    }
}
