//! A line of the set: a file, and what must be read in it.
//!
//! The spellings that such sets use are all taken; what cannot be meant is refused with a word about what is wrong, and
//! without quoting the line.

use std::path::PathBuf;

use serde_json::{Map, Value};
use voiceassist_model::Reason;

use crate::cli::lines::Line;

/// One file of the set.
#[derive(Debug)]
pub(super) struct Gold {
    pub(super) file: PathBuf,
    pub(super) expected: Expected,
    kind: Option<String>,
}

/// What must become of it.
#[derive(Debug)]
pub(super) enum Expected {
    /// These are read, in this order.
    Strings(Vec<Required>),
    /// It is refused for this reason.
    Error(String),
}

/// A string, and the page it must be on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Required {
    pub(super) text: String,
    pub(super) page: Option<u32>,
}

impl Gold {
    /// The name that the reader is told: its own, or the type as an ending where it has none.
    pub(super) fn name(&self) -> String {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match &self.kind {
            Some(kind) if self.file.extension().is_none() && !kind.contains('/') => format!("{name}.{kind}"),
            _ => name,
        }
    }

    /// Under what it is summed up.
    pub(super) fn label(&self) -> String {
        let ending = || self.file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        self.kind.clone().or_else(ending).unwrap_or_else(|| "unknown".to_owned())
    }
}

impl Expected {
    /// What to name when all of it is missing.
    pub(super) fn labels(&self) -> Vec<&str> {
        match self {
            Self::Strings(strings) => strings.iter().map(|required| required.text.as_str()).collect(),
            Self::Error(reason) => vec![reason.as_str()],
        }
    }
}

/// The file of a line, or what is wrong with the line.
pub(super) fn read(line: Line, longest: u64) -> Result<Gold, String> {
    let Line::Whole(line) = line else {
        return Err(format!("is longer than {} MiB", longest >> 20));
    };
    let value: Value =
        serde_json::from_slice(&line).map_err(|error| format!("is not JSON at column {}", error.column()))?;
    let Value::Object(object) = value else { return Err("is not a JSON object".to_owned()) };
    let file = one_of(&object, &["file", "path"])?.ok_or("has no `file` and no `path`")?;
    let file = file.as_str().filter(|file| !file.is_empty()).ok_or("has a `file` that is not a name")?;
    let kind = text_of(&object, "type")?;
    let page = page_of(object.get("page"))?;
    let expected = match (one_of(&object, &["required", "strings"])?, text_of(&object, "error")?) {
        (Some(strings), None) => Expected::Strings(required(strings, page)?),
        (None, Some(code)) if Reason::ALL.iter().any(|reason| reason.code() == code) => Expected::Error(code),
        (None, Some(_)) => return Err("has an `error` that no document is refused for".to_owned()),
        (Some(_), Some(_)) => return Err("has both strings and an `error`".to_owned()),
        (None, None) => return Err("has no `required`, no `strings` and no `error`".to_owned()),
    };
    Ok(Gold { file: PathBuf::from(file), expected, kind })
}

/// The value of the one of these names that is there.
fn one_of<'v>(object: &'v Map<String, Value>, names: &[&str]) -> Result<Option<&'v Value>, String> {
    let mut there = names.iter().filter_map(|name| object.get(*name));
    let first = there.next();
    if there.next().is_some() {
        return Err(format!("has more than one of {}", names.join(", ")));
    }
    Ok(first)
}

fn text_of(object: &Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("has a `{name}` that is not a string")),
    }
}

fn page_of(page: Option<&Value>) -> Result<Option<u32>, String> {
    match page {
        None | Some(Value::Null) => Ok(None),
        Some(page) => page
            .as_u64()
            .and_then(|page| u32::try_from(page).ok())
            .filter(|page| *page > 0)
            .map(Some)
            .ok_or_else(|| "has a `page` that is not a number from 1".to_owned()),
    }
}

fn required(strings: &Value, page: Option<u32>) -> Result<Vec<Required>, String> {
    let strings = strings.as_array().ok_or("has strings that are not a list")?;
    if strings.is_empty() {
        return Err("requires nothing".to_owned());
    }
    strings.iter().map(|string| one(string, page)).collect()
}

fn one(string: &Value, page: Option<u32>) -> Result<Required, String> {
    let (text, own) = match string {
        Value::String(text) => (text.as_str(), None),
        Value::Object(object) => {
            let text = one_of(object, &["text", "string"])?.and_then(Value::as_str);
            (text.ok_or("has a string without `text`")?, page_of(object.get("page"))?)
        }
        _ => return Err("has a required string that is none".to_owned()),
    };
    if text.trim().is_empty() {
        return Err("has an empty required string".to_owned());
    }
    Ok(Required { text: text.to_owned(), page: own.or(page) })
}

#[cfg(test)]
mod tests {
    use super::{Expected, Line, Required, read};

    fn line(text: &str) -> Result<super::Gold, String> {
        read(Line::Whole(text.as_bytes().to_vec()), 1 << 20)
    }

    #[test]
    fn every_spelling_is_taken() {
        for text in [
            r#"{"file": "a.pdf", "required": ["x", {"text": "y", "page": 2}]}"#,
            r#"{"path": "a.pdf", "strings": ["x", {"string": "y", "page": 2}], "type": null}"#,
        ] {
            let gold = line(text).expect(text);
            let Expected::Strings(strings) = &gold.expected else { panic!("{text}") };
            let required = |text: &str, page| Required { text: text.to_owned(), page };
            assert_eq!(strings, &[required("x", None), required("y", Some(2))]);
            assert_eq!((gold.name().as_str(), gold.label().as_str()), ("a.pdf", "pdf"));
        }
        let gold = line(r#"{"file": "scan", "type": "pdf", "error": "no_text"}"#).expect("a refusal");
        assert_eq!(gold.name(), "scan.pdf");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, part) in [
            ("{", "not JSON"),
            ("[]", "not a JSON object"),
            (r#"{"required": ["x"]}"#, "no `file`"),
            (r#"{"file": "a", "path": "b", "required": ["x"]}"#, "more than one"),
            (r#"{"file": "a"}"#, "no `required`"),
            (r#"{"file": "a", "required": "x"}"#, "not a list"),
            (r#"{"file": "a", "required": []}"#, "requires nothing"),
            (r#"{"file": "a", "required": [" "]}"#, "empty"),
            (r#"{"file": "a", "required": [7]}"#, "is none"),
            (r#"{"file": "a", "required": ["x"], "page": 0}"#, "from 1"),
            (r#"{"file": "a", "error": "bored"}"#, "no document is refused for"),
        ] {
            let told = line(text).expect_err(text);
            assert!(told.contains(part), "{text}: {told}");
        }
    }
}
