//! Checks a value against a JSON Schema, for tests: the keywords that our schemas use, and a panic at any other.

use serde_json::{Map, Value};

/// Whether the value is what the schema says.
pub(crate) fn conforms(schema: &Value, value: &Value) -> bool {
    check(schema, schema, value)
}

fn check(root: &Value, schema: &Value, value: &Value) -> bool {
    let Value::Object(keywords) = schema else { return schema == &Value::Bool(true) };
    keywords.iter().all(|(keyword, wanted)| match keyword.as_str() {
        "$ref" => {
            let pointer = wanted.as_str().and_then(|reference| reference.strip_prefix('#')).expect("a local reference");
            check(root, root.pointer(pointer).expect("a reference that leads somewhere"), value)
        }
        "type" => list(wanted).iter().any(|name| is_a(name.as_str().unwrap_or_default(), value)),
        "const" => wanted == value,
        "enum" => list(wanted).contains(value),
        "anyOf" => list(wanted).iter().any(|schema| check(root, schema, value)),
        "oneOf" => list(wanted).iter().filter(|schema| check(root, schema, value)).count() == 1,
        "properties" => members(value)
            .iter()
            .filter_map(|(key, value)| Some((wanted.get(key)?, value)))
            .all(|(schema, value)| check(root, schema, value)),
        "additionalProperties" => {
            let named = |key: &str| keywords.get("properties").is_some_and(|named| named.get(key).is_some());
            members(value).iter().filter(|(key, _)| !named(key)).all(|(_, value)| check(root, wanted, value))
        }
        "required" => list(wanted).iter().all(|key| value.get(key.as_str().unwrap_or_default()).is_some()),
        "items" => value.as_array().into_iter().flatten().all(|item| check(root, wanted, item)),
        "minimum" => value.as_f64().is_none_or(|number| Some(number) >= wanted.as_f64()),
        "maximum" => value.as_f64().is_none_or(|number| Some(number) <= wanted.as_f64()),
        "$schema" | "$defs" | "title" | "description" | "format" | "examples" | "default" => true,
        keyword => panic!("the checker does not know `{keyword}`"),
    })
}

fn is_a(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        name => panic!("there is no type `{name}`"),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn members(value: &Value) -> &Map<String, Value> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NONE)
}
