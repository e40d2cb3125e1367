//! A calculator's inputs as a JSON Schema (2020-12), for forms and for programs.
//!
//! Everything in it is derived from the declared inputs, so a form drawn from it asks exactly what the computation
//! reads. What JSON Schema has no word for stands under `x-` names: the kind of an input (`x-kind`), its units with the
//! range accepted in each (`x-units`), and the range the formula was derived with (`x-derivation`). There are no
//! defaults, because nothing has one.

use serde_json::{Map, Value, json};

use crate::definition::Calculator;
use crate::input::{Choice, Input, Kind, Level, Part};
use crate::measure::Measure;

impl Calculator {
    /// The JSON Schema of the inputs. Properties stand in the order in which a form should ask.
    pub fn schema(&self) -> Value {
        let mut schema = object(self.inputs);
        schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
        schema.insert("title".to_owned(), self.title.into());
        schema.insert("description".to_owned(), self.purpose.into());
        Value::Object(schema)
    }
}

fn object(inputs: &[Input]) -> Map<String, Value> {
    let properties: Map<String, Value> =
        inputs.iter().map(|input| (input.name.to_owned(), property(input))).collect();
    let names = |wanted: fn(&&Input) -> bool| -> Vec<&str> {
        inputs.iter().filter(wanted).map(|input| input.name).collect()
    };
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    schema.insert("required".to_owned(), names(|input| input.required).into());
    schema.insert("additionalProperties".to_owned(), false.into());
    // Objects have no order in JSON, forms do.
    schema.insert("x-order".to_owned(), names(|_| true).into());
    schema
}

fn property(input: &Input) -> Value {
    let mut property = match input.kind {
        Kind::Number { measure, unit, .. } => number(input, measure, unit),
        Kind::Integer { min, max, levels } => integer(min, max, levels),
        Kind::Boolean => fields(json!({ "x-kind": "boolean", "type": "boolean" })),
        Kind::Choice(options) => choice(options),
        Kind::Items(parts) => items(parts),
        Kind::Date => fields(json!({ "x-kind": "date", "type": "string", "format": "date" })),
        Kind::Records { fields, max } => records(fields, max),
    };
    property.insert("title".to_owned(), input.title.into());
    if !input.help.is_empty() {
        property.insert("description".to_owned(), input.help.into());
    }
    if let Some((low, high)) = input.derivation {
        property.insert("x-derivation".to_owned(), json!([low, high]));
    }
    Value::Object(property)
}

/// A plain number in the declared unit, or an object that names its unit.
fn number(input: &Input, measure: &'static Measure, unit: &'static str) -> Map<String, Value> {
    let range = input.range();
    let in_unit = |symbol: &str| {
        let (low, high) = range?;
        let ends = [measure.convert(low, unit, symbol)?, measure.convert(high, unit, symbol)?];
        Some(json!({ "unit": symbol, "minimum": ends[0], "maximum": ends[1] }))
    };
    let declared = measure.unit(unit).map_or(unit, |declared| declared.symbol);
    let others = measure.units.iter().map(|other| other.symbol).filter(|symbol| *symbol != declared);
    let units: Vec<Value> = std::iter::once(declared).chain(others).filter_map(in_unit).collect();
    let symbols: Vec<&str> = units.iter().filter_map(|unit| unit["unit"].as_str()).collect();
    let mut plain = fields(json!({ "type": "number" }));
    if let Some((low, high)) = range {
        plain.insert("minimum".to_owned(), low.into());
        plain.insert("maximum".to_owned(), high.into());
    }
    fields(json!({
        "x-kind": "number",
        "oneOf": [plain, {
            "type": "object",
            "properties": { "value": { "type": "number" }, "unit": { "enum": symbols } },
            "required": ["value", "unit"],
            "additionalProperties": false,
        }],
        "x-units": units,
    }))
}

fn integer(min: i64, max: i64, levels: &[Level]) -> Map<String, Value> {
    let mut property =
        fields(json!({ "x-kind": "integer", "type": "integer", "minimum": min, "maximum": max }));
    if !levels.is_empty() {
        property.insert("oneOf".to_owned(), grades(levels).into());
    }
    property
}

fn choice(options: &[Choice]) -> Map<String, Value> {
    let options: Vec<Value> =
        options.iter().map(|option| json!({ "const": option.value, "title": option.title })).collect();
    fields(json!({ "x-kind": "choice", "type": "string", "oneOf": options }))
}

fn items(parts: &[Part]) -> Map<String, Value> {
    let each: Vec<Value> = parts
        .iter()
        .map(|part| {
            let mut item = integer(part.min, part.max, part.levels);
            item.insert("title".to_owned(), part.title.into());
            Value::Object(item)
        })
        .collect();
    let count = each.len();
    fields(json!({
        "x-kind": "items", "type": "array", "prefixItems": each, "items": false, "minItems": count, "maxItems": count
    }))
}

fn records(inputs: &[Input], max: usize) -> Map<String, Value> {
    fields(json!({
        "x-kind": "records", "type": "array", "items": object(inputs), "minItems": 1, "maxItems": max
    }))
}

fn grades(levels: &[Level]) -> Vec<Value> {
    levels.iter().map(|level| json!({ "const": level.value, "title": level.title })).collect()
}

/// The members of an object literal.
fn fields(literal: Value) -> Map<String, Value> {
    match literal {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::registry;

    #[test]
    fn a_number_may_be_plain_or_name_its_unit() {
        let schema = registry::find("wells_pe").expect("a calculator").schema();
        let pulse = &schema["properties"]["heart_rate"];
        assert_eq!(pulse["oneOf"][0]["type"], "number");
        assert_eq!(pulse["x-units"][0]["unit"], "/min");
        assert_eq!(pulse["oneOf"][1]["required"], json!(["value", "unit"]));
    }

    #[test]
    fn every_input_is_described_in_order_and_nothing_has_a_default() {
        for calculator in registry::all() {
            let schema = calculator.schema();
            let names: Vec<&str> = calculator.inputs.iter().map(|input| input.name).collect();
            assert_eq!(schema["x-order"], json!(names), "{}", calculator.id);
            for name in names {
                let property = &schema["properties"][name];
                assert!(property["x-kind"].is_string() && property["title"].is_string(), "{}", calculator.id);
            }
            assert!(!schema.to_string().contains("\"default\""), "{}", calculator.id);
        }
    }

    #[test]
    fn ranges_are_given_in_every_unit() {
        for calculator in registry::all() {
            let schema = calculator.schema();
            let properties = schema["properties"].as_object().expect("properties");
            for property in properties.values().filter(|property| property["x-kind"] == "number") {
                for unit in property["x-units"].as_array().expect("units") {
                    let end = |name: &str| unit[name].as_f64().expect("an end of a range");
                    assert!(end("minimum") < end("maximum"), "{}: {unit}", calculator.id);
                }
                assert_ne!(property["x-units"], Value::Array(Vec::new()), "{}", calculator.id);
            }
        }
    }
}
