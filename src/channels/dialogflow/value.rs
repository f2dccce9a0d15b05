//! What an agent gives as the value of a parameter: text, a number, a list of them, or a structure.

use serde_json::{Map, Value};

use crate::understanding::Slots;

/// Parameters by their names.
pub type Parameters = Map<String, Value>;

/// Where the structures of Google's own entities have what was counted or named.
const FIELDS: [&str; 5] = ["value", "amount", "number", "name", "original"];
/// How deep lists and structures are looked into.
const DEPTH: usize = 4;

/// The texts of a parameter's value, those of a list one by one. In a structure the field counts that has the
/// parameter's own name, or one of Google's. A quantity that is filled with anything else is `?`, and not none.
pub fn texts(name: &str, value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    gather(name, value, DEPTH, &mut all);
    if name == "quantity" && all.is_empty() && !is_blank(value) {
        all.push("?".to_owned());
    }
    all
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(is_blank),
        Value::Object(fields) => fields.values().all(is_blank),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn gather(name: &str, value: &Value, depth: usize, into: &mut Vec<String>) {
    if depth == 0 || into.len() >= Slots::MAX_ITEMS {
        return;
    }
    match value {
        Value::String(text) if !text.trim().is_empty() => into.push(text.trim().to_owned()),
        // A number has lost the zeros before it, and a PIN may have some.
        Value::Number(number) if name != "digits" => into.push(written(number)),
        Value::Array(items) => {
            for item in items.iter().take(Slots::MAX_ITEMS) {
                gather(name, item, depth - 1, into);
            }
        }
        Value::Object(fields) => {
            let field = std::iter::once(name).chain(FIELDS).find_map(|field| fields.get(field));
            if let Some(field) = field {
                gather(name, field, depth - 1, into);
            }
        }
        _ => {}
    }
}

/// Every number of a proto3 `Value` is a double: 2 comes as `2.0` too.
fn written(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(whole) if whole.fract() == 0.0 && whole.abs() < 1e15 => format!("{whole:.0}"),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::texts;

    #[test]
    fn text_numbers_lists_and_structures_have_texts() {
        for (name, value, expected) in [
            ("item", json!(" paper towels "), vec!["paper towels"]),
            ("quantity", json!(2), vec!["2"]),
            ("quantity", json!(2.0), vec!["2"]),
            ("quantity", json!({ "amount": 3.0, "unit": "pack" }), vec!["3"]),
            ("item", json!(["milk", "", "eggs"]), vec!["milk", "eggs"]),
            ("item", json!([{ "item": "milk", "size": "large" }]), vec!["milk"]),
            ("item", json!(null), vec![]),
            ("item", json!(true), vec![]),
            ("item", json!({ "color": "red" }), vec![]),
            ("quantity", json!({ "color": "red" }), vec!["?"]),
            ("quantity", json!(true), vec!["?"]),
            ("quantity", json!([[[[[2]]]]]), vec!["?"]),
            ("quantity", json!([null, " ", {}]), vec![]),
            ("digits", json!("0042"), vec!["0042"]),
            ("digits", json!(42), vec![]),
            ("item", json!([[[[["too deep"]]]]]), vec![]),
        ] {
            assert_eq!(texts(name, &value), expected, "{value}");
        }
        assert_eq!(texts("item", &json!(vec!["milk"; 100])).len(), 8);
    }
}
