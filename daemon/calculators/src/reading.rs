//! Reading a JSON object into the values of a calculator.
//!
//! Every problem is collected, not only the first. A number is accepted plain, in the unit the input declares, or as
//! `{"value": 115, "unit": "µmol/L"}`, which is converted. `null` is the same as absent. A name that no input has is
//! refused, because a misspelt input would otherwise be a missing one nobody sees.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::date::Date;
use crate::input::{Choice, Input, Kind, Part};
use crate::refusal::{Problem, ProblemKind};
use crate::values::{Given, Values};

/// Longest name of a caller that is repeated in a problem; values never are.
const ECHO: usize = 40;

/// One value as it was used.
#[derive(Debug, Clone, Serialize)]
pub struct Used {
    /// The input.
    pub name: String,
    /// Its label.
    pub title: &'static str,
    /// The value in the input's unit.
    pub value: Value,
    /// That unit; empty if it has none.
    pub unit: &'static str,
    /// What was given, if it was converted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<Value>,
}

/// What was read.
#[derive(Debug)]
pub struct Reading {
    /// Values that could be used.
    pub values: Values,
    /// The same for the reader.
    pub used: Vec<Used>,
    /// Everything that was wrong or missing.
    pub problems: Vec<Problem>,
    /// Values outside the range the formula was derived with, as sentences.
    pub outside: Vec<String>,
}

/// Reads `object` for these inputs.
pub fn read(inputs: &'static [Input], object: &Map<String, Value>) -> Reading {
    let mut reading =
        Reading { values: Values::of(inputs), used: Vec::new(), problems: Vec::new(), outside: Vec::new() };
    for input in inputs {
        match object.get(input.name) {
            None | Some(Value::Null) if input.required => {
                reading.problem(input, input.name.to_owned(), ProblemKind::Missing, missing(input));
            }
            None | Some(Value::Null) => {}
            Some(value) => reading.take(input, value),
        }
    }
    for name in object.keys().filter(|name| inputs.iter().all(|input| input.name != name.as_str())) {
        let shown: String = name.chars().take(ECHO).collect();
        reading.problems.push(Problem {
            input: shown.clone(),
            title: shown.clone(),
            kind: ProblemKind::Unknown,
            detail: format!("{shown:?} is not an input of this calculator."),
        });
    }
    reading
}

impl Reading {
    fn take(&mut self, input: &'static Input, value: &Value) {
        let result = match input.kind {
            Kind::Number { .. } => number(input, value),
            Kind::Integer { min, max, .. } => whole(value, min, max).map(|n| (Given::Integer(n), n.into())),
            Kind::Boolean => boolean(value),
            Kind::Choice(options) => option(value, options),
            Kind::Date => date(value),
            Kind::Items(parts) => return self.items(input, value, parts),
            Kind::Records { fields, max } => return self.records(input, value, fields, max),
        };
        match result {
            Ok((given, shown)) => {
                let original = value.is_object().then(|| value.clone());
                self.accept(input, given, shown, original);
            }
            Err((kind, detail)) => {
                self.problem(input, input.name.to_owned(), kind, format!("{} {detail}", input.title));
            }
        }
    }

    fn accept(&mut self, input: &'static Input, given: Given, shown: Value, original: Option<Value>) {
        let number = match given {
            Given::Number(number) => Some(number),
            Given::Integer(whole) => Some(whole as f64),
            _ => None,
        };
        if let (Some(number), Some((low, high))) = (number, input.derivation)
            && !(low..=high).contains(&number)
        {
            let unit = input.unit().unwrap_or_default();
            self.outside.push(format!(
                "{} of {number} {unit} is outside the range the formula was derived with ({low} to {high} {unit}): the \
                 result is an extrapolation.",
                input.title
            ));
        }
        self.values.set(input.name, given);
        self.used.push(Used {
            name: input.name.to_owned(),
            title: input.title,
            value: shown,
            unit: input.unit().unwrap_or_default(),
            given: original,
        });
    }

    fn items(&mut self, input: &'static Input, value: &Value, parts: &'static [Part]) {
        let Some(list) = value.as_array().filter(|list| list.len() == parts.len()) else {
            let detail = format!("{} must be a list of {} whole numbers.", input.title, parts.len());
            return self.problem(input, input.name.to_owned(), ProblemKind::WrongType, detail);
        };
        let mut grades = Vec::with_capacity(parts.len());
        for (at, (part, value)) in parts.iter().zip(list).enumerate() {
            let name = format!("{}[{at}]", input.name);
            if value.is_null() {
                let detail = format!("{} is missing.", part.title);
                self.problem_titled(part.title, name, ProblemKind::Missing, detail);
                continue;
            }
            match whole(value, part.min, part.max) {
                Ok(grade) => grades.push(grade),
                Err((kind, detail)) => {
                    self.problem_titled(part.title, name, kind, format!("{} {detail}", part.title));
                }
            }
        }
        if grades.len() == parts.len() {
            let shown = Value::from(grades.clone());
            self.accept(input, Given::Items(grades), shown, None);
        }
    }

    fn records(&mut self, input: &'static Input, value: &Value, fields: &'static [Input], max: usize) {
        let Some(list) = value.as_array().filter(|list| (1..=max).contains(&list.len())) else {
            let detail = format!("{} must be a list of 1 to {max} objects.", input.title);
            return self.problem(input, input.name.to_owned(), ProblemKind::WrongType, detail);
        };
        let mut records = Vec::with_capacity(list.len());
        let before = self.problems.len();
        for (at, value) in list.iter().enumerate() {
            let Some(object) = value.as_object() else {
                let detail = format!("{} number {} must be an object.", input.title, at + 1);
                self.problem(input, format!("{}[{at}]", input.name), ProblemKind::WrongType, detail);
                continue;
            };
            let inner = read(fields, object);
            let inside = |name: &str| format!("{}[{at}].{name}", input.name);
            self.problems.extend(
                inner
                    .problems
                    .into_iter()
                    .map(|problem| Problem { input: inside(&problem.input), ..problem }),
            );
            self.used.extend(inner.used.into_iter().map(|used| Used { name: inside(&used.name), ..used }));
            self.outside.extend(inner.outside);
            records.push(inner.values);
        }
        if self.problems.len() == before {
            self.values.set(input.name, Given::Records(records));
        }
    }

    fn problem(&mut self, input: &'static Input, name: String, kind: ProblemKind, detail: String) {
        self.problem_titled(input.title, name, kind, detail);
    }

    fn problem_titled(&mut self, title: &str, name: String, kind: ProblemKind, detail: String) {
        self.problems.push(Problem { input: name, title: title.to_owned(), kind, detail });
    }
}

type Read = Result<(Given, Value), (ProblemKind, String)>;

/// A number in the input's unit, converted if another was named.
fn number(input: &'static Input, value: &Value) -> Read {
    let Kind::Number { measure, unit, .. } = input.kind else {
        return Err((ProblemKind::WrongType, "is not a number.".to_owned()));
    };
    let units = || measure.units.iter().map(|unit| unit.symbol).collect::<Vec<_>>().join(", ");
    let (plain, spelled) = match value {
        Value::Number(number) => (number.as_f64(), None),
        Value::Object(object) => {
            let known = object.keys().all(|key| key == "value" || key == "unit");
            let spelled = object.get("unit").and_then(Value::as_str);
            if !known || spelled.is_none() {
                return Err((ProblemKind::WrongType, quantity_shape(unit)));
            }
            (object.get("value").and_then(Value::as_f64), spelled)
        }
        _ => (None, None),
    };
    let Some(plain) = plain else {
        return Err((ProblemKind::WrongType, quantity_shape(unit)));
    };
    let converted = match spelled {
        None => plain,
        Some(spelled) => measure.reading(plain, spelled, unit).ok_or_else(|| {
            (ProblemKind::UnknownUnit, format!("cannot be given in this unit; accepted: {}.", units()))
        })?,
    };
    let (low, high) = input.range().unwrap_or((f64::MIN, f64::MAX));
    if !(low..=high).contains(&converted) {
        return Err((ProblemKind::Implausible, format!("must lie between {low} and {high} {unit}.")));
    }
    Ok((Given::Number(converted), converted.into()))
}

fn quantity_shape(unit: &str) -> String {
    format!("must be a number in {unit}, or an object with value and unit.")
}

fn missing(input: &Input) -> String {
    match input.unit() {
        Some(unit) if unit.chars().any(char::is_alphabetic) => {
            format!("{} ({unit}) is missing.", input.title)
        }
        _ => format!("{} is missing.", input.title),
    }
}

fn whole(value: &Value, min: i64, max: i64) -> Result<i64, (ProblemKind, String)> {
    let number = value.as_i64().or_else(|| {
        let number = value.as_f64().filter(|n| n.fract().abs() < f64::EPSILON && n.abs() < 1e15)?;
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and below 1e15")]
        let whole = number as i64;
        Some(whole)
    });
    let Some(number) = number else {
        return Err((ProblemKind::WrongType, format!("must be a whole number from {min} to {max}.")));
    };
    if !(min..=max).contains(&number) {
        return Err((ProblemKind::Implausible, format!("must lie between {min} and {max}.")));
    }
    Ok(number)
}

fn boolean(value: &Value) -> Read {
    let yes = value.as_bool().ok_or((ProblemKind::WrongType, "must be true or false.".to_owned()))?;
    Ok((Given::Boolean(yes), yes.into()))
}

fn option(value: &Value, options: &'static [Choice]) -> Read {
    let names = || options.iter().map(|option| option.value).collect::<Vec<_>>().join(", ");
    let text =
        value.as_str().ok_or_else(|| (ProblemKind::WrongType, format!("must be one of: {}.", names())))?;
    let found = options.iter().find(|option| option.is_named(text));
    let found = found.ok_or_else(|| (ProblemKind::NotAnOption, format!("must be one of: {}.", names())))?;
    Ok((Given::Choice(found.value), found.value.into()))
}

fn date(value: &Value) -> Read {
    let wrong = |_| (ProblemKind::WrongType, "must be a date written YYYY-MM-DD.".to_owned());
    let day = value.as_str().unwrap_or_default().parse::<Date>().map_err(wrong)?;
    Ok((Given::Date(day), day.to_string().into()))
}
