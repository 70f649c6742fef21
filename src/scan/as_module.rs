//! Files that are no scripts, as the text of one.

use std::fmt::Write;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::read_text::{read_bytes, read_text};
use crate::context::Context;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::{Load, SourceFile};
use crate::source::{Source, Span};

/// The module that `file` becomes; `None` when it cannot be read, which is reported then.
pub fn as_module(cx: &Context, file: &SourceFile, load: Load) -> Option<Arc<Source>> {
    let text = match load {
        Load::AsKind | Load::Styles => return read_text(cx, file, Code::InvalidUtf8),
        Load::Json | Load::RequiredJson => {
            let source = read_text(cx, file, Code::InvalidUtf8)?;
            match json_module(&source.text, load) {
                Ok(text) => text,
                Err(error) => {
                    cx.report(invalid_json(&source, &error));
                    return None;
                }
            }
        }
        Load::Text => {
            let source = read_text(cx, file, Code::InvalidUtf8)?;
            format!("export default {};\n", quoted(source.text.strip_prefix('\u{feff}').unwrap_or(&source.text)))
        }
        Load::Bytes => {
            let encoded = base64(&read_bytes(cx, file)?);
            format!(
                "export default /*#__PURE__*/ Uint8Array.from(/*#__PURE__*/ atob(\"{encoded}\"), (byte) => byte.charCodeAt(0));\n"
            )
        }
        Load::Address => {
            let name = utf8_percent_encode(file.path.file_name(), IN_ADDRESS);
            format!("export default /*#__PURE__*/ new URL(\"./{name}\", import.meta.url).href;\n")
        }
        Load::DataUrl => format!("export default \"{}\";\n", data_url(file, &read_bytes(cx, file)?)),
        Load::Nothing => "module.exports = {};\n".to_owned(),
    };
    Some(Source::new(file.path.clone(), text))
}

/// What stands for itself in the path of an address.
const IN_ADDRESS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');

/// JSON is an expression of JavaScript, but for keys `__proto__`, which set the prototype there.
fn json_module(text: &str, load: Load) -> Result<String, serde_json::Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    let members: Members = serde_json::from_str(text)?;
    // Or a key that an escape hides.
    let proto = text.contains("__proto__") || text.contains("\\u");
    let value = match proto {
        true => format!("JSON.parse({})", quoted(text)),
        false => text.to_owned(),
    };
    if load == Load::RequiredJson {
        return Ok(format!("module.exports = {value};\n"));
    }
    let named = match members {
        Members::Of(members) if !proto => members,
        _ => return Ok(format!("export default {value};\n")),
    };
    // Each under a name of its own, so that what nobody imports can be left out.
    let mut module = String::new();
    let mut default = Vec::new();
    for (nth, (key, value)) in named.iter().enumerate() {
        // Of two equal keys the last one counts.
        if named[nth + 1..].iter().any(|(later, _)| later == key) {
            continue;
        }
        let value = value.get();
        // Writing to a string cannot fail.
        let _ = match is_plain_name(key) {
            true => writeln!(module, "export var {key} = {value};"),
            false => Ok(()),
        };
        default.push(match is_plain_name(key) {
            true => key.clone(),
            false => format!("{}: {value}", quoted(key)),
        });
    }
    let _ = writeln!(module, "export default {{ {} }};", default.join(", "));
    Ok(module)
}

/// The members of an object in their order; anything else is only checked.
enum Members<'a> {
    Of(Vec<(String, &'a RawValue)>),
    None,
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("JSON")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members::Of(members))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Members<'de>, A::Error> {
                while list.next_element::<&RawValue>()?.is_some() {}
                Ok(Members::None)
            }

            fn visit_str<E>(self, _: &str) -> Result<Members<'de>, E> {
                Ok(Members::None)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Members<'de>, E> {
                Ok(Members::None)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Members<'de>, E> {
                Ok(Members::None)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Members<'de>, E> {
                Ok(Members::None)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Members<'de>, E> {
                Ok(Members::None)
            }

            fn visit_unit<E>(self) -> Result<Members<'de>, E> {
                Ok(Members::None)
            }
        }

        deserializer.deserialize_any(Reader)
    }
}

fn invalid_json(source: &Arc<Source>, error: &serde_json::Error) -> Diagnostic {
    let start: usize = source.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let at = (start + error.column().saturating_sub(1)).min(source.text.len());
    let at = (0..=at).rev().find(|&at| source.text.is_char_boundary(at)).unwrap_or(0);
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or(&words);
    Diagnostic::error(Code::InvalidJson, format!("`{}` is not valid JSON: {words}", source.path))
        .at(Place::span(source, Span::new(at, at)))
        .hint("strings and keys stand in double quotes, and no comma follows the last item")
}

/// Whether a key can be a variable of a module.
fn is_plain_name(key: &str) -> bool {
    const RESERVED: &str = " arguments await break case catch class const continue debugger default delete do else enum eval export \
        extends false finally for function if implements import in instanceof interface let new null package private protected \
        public return static super switch this throw true try typeof var void while with yield ";
    let mut characters = key.chars();
    let begins = |at: char| at.is_ascii_alphabetic() || at == '_' || at == '$';
    characters.next().is_some_and(begins)
        && characters.all(|at| begins(at) || at.is_ascii_digit())
        && !RESERVED.contains(&format!(" {key} "))
}

/// A text as a string of JavaScript. JSON's form is one (ECMA-262 since 2019).
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn data_url(file: &SourceFile, bytes: &[u8]) -> String {
    let extension = file.path.file_name().rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    let media_type = match extension.as_str() {
        "apng" => "image/apng",
        "avif" => "image/avif",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "otf" => "font/otf",
        "ttf" => "font/ttf",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "html" => "text/html",
        "txt" => "text/plain",
        "json" => "application/json",
        "pdf" => "application/pdf",
        "wasm" => "application/wasm",
        "xml" => "text/xml",
        _ => "application/octet-stream",
    };
    format!("data:{media_type};base64,{}", base64(bytes))
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().enumerate().fold(0u32, |word, (at, &byte)| word | u32::from(byte) << (16 - 8 * at));
        for at in 0..4 {
            text.push(if at <= chunk.len() { DIGITS[(word >> (18 - 6 * at)) as usize & 63].into() } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_becomes_names_that_can_be_left_out() {
        let module =
            json_module(" {\"name\": \"a\", \"class\": 1, \"x-y\": [1, 2], \"name\": \"b\"}\n", Load::Json).unwrap();
        assert_eq!(module, "export var name = \"b\";\nexport default { \"class\": 1, \"x-y\": [1, 2], name };\n");
        assert_eq!(json_module("[1]", Load::Json).unwrap(), "export default [1];\n");
        assert_eq!(json_module("null", Load::Json).unwrap(), "export default null;\n");
        assert_eq!(json_module("-1.5e3", Load::RequiredJson).unwrap(), "module.exports = -1.5e3;\n");
        assert!(json_module("{\"a\": 1,}", Load::Json).is_err());
        assert!(json_module("{} x", Load::Json).is_err());
    }

    #[test]
    fn a_key_proto_is_a_key() {
        let text = "{\"a\": {\"__proto__\": 1}}";
        assert_eq!(json_module(text, Load::Json).unwrap(), format!("export default JSON.parse({});\n", quoted(text)));
        assert!(json_module("{\"__pr\\u006fto__\": 1}", Load::Json).unwrap().contains("JSON.parse"));
    }

    #[test]
    fn base64_of_every_remainder() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
