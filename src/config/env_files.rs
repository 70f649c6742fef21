//! Variables for scripts: those of the environment and of `.env` files whose names begin with `PUBLIC_`.

use std::collections::BTreeMap;

use super::settings::Mode;

/// What a variable's name must begin with to be seen by scripts: everything else may be a secret.
pub const PUBLIC: &str = "PUBLIC_";

/// The files that may hold variables, each winning over those before it.
pub fn env_file_names(mode: Mode) -> [String; 4] {
    let mode = mode.as_str();
    [".env".to_owned(), ".env.local".to_owned(), format!(".env.{mode}"), format!(".env.{mode}.local")]
}

/// The public variables of a `.env` file: `NAME=value`, one a line, `export` before it or not. A value in double quotes knows
/// `\n`, `\r`, `\t`, `\"` and `\\` and may go over several lines, as one in single quotes or backticks may; one without quotes ends at
/// ` #`. Lines that are none of this are somebody else's business.
pub fn public_variables(text: &str) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while !rest.is_empty() {
        let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
        let Some((name, value)) = line.split_once('=') else {
            rest = below;
            continue;
        };
        let name = name.trim();
        let name = name.strip_prefix("export").filter(|name| name.starts_with([' ', '\t'])).unwrap_or(name).trim();
        let at = value.len() - value.trim_start().len() + line.len() - value.len();
        let value = match rest[at..].chars().next() {
            Some(quote @ ('"' | '\'' | '`')) if !name.starts_with('#') => match quoted(&rest[at + 1..], quote) {
                Some((value, length)) => {
                    let end = at + 1 + length;
                    rest = rest[end..].split_once('\n').map_or("", |(_, below)| below);
                    value
                }
                None => {
                    rest = below;
                    value.trim().to_owned()
                }
            },
            _ => {
                rest = below;
                value.split_once(" #").map_or(value, |(value, _)| value).trim().to_owned()
            }
        };
        if name.starts_with(PUBLIC) {
            variables.insert(name.to_owned(), value);
        }
    }
    variables
}

/// What stands before the closing quote, and how many bytes that and the quote take.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            _ if character == quote => return Some((value, at + 1)),
            '\\' if quote == '"' => match characters.next()?.1 {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                escaped @ ('"' | '\\') => value.push(escaped),
                other => value.extend(['\\', other]),
            },
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_env_files() {
        let text = "# PUBLIC_NOT=1\nSECRET=x\nPUBLIC_A=1 # one\r\nexport PUBLIC_B = 'a # \"b\"'\nPUBLIC_C=\"x\\ny\\\"\n z\" # c\n\
            nonsense\nPUBLIC_D=\nPUBLIC_E=\"open\nPUBLIC_F=`it's`\nPUBLIC_A=2\nPUBLIC_G=a#b=c";
        let variables = public_variables(text);
        let expected = [
            ("PUBLIC_A", "2"),
            ("PUBLIC_B", "a # \"b\""),
            ("PUBLIC_C", "x\ny\"\n z"),
            ("PUBLIC_D", ""),
            ("PUBLIC_E", "\"open"),
            ("PUBLIC_F", "it's"),
            ("PUBLIC_G", "a#b=c"),
        ];
        let variables: Vec<(&str, &str)> =
            variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(variables, expected);
    }
}
