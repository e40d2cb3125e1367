//! Documents and questions as files give them.
//!
//! Ids may be strings or numbers. Fields that are not known are ignored, because published sets carry many. A line that
//! cannot be used ends the evaluation with its number: figures over part of a set would be figures of another set.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde_json::Value;

use super::super::lines::{Line, Lines};

/// Longest line, in bytes.
const LONGEST_LINE: u64 = 64 << 20;
/// Most lines of one file.
const MAX_LINES: usize = 2_000_000;

/// Grades by document id; only those above zero.
pub(super) type Relevant = BTreeMap<String, f64>;

/// One document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) id: String,
    pub(super) title: Option<String>,
    pub(super) text: String,
}

/// One question.
#[derive(Debug, PartialEq)]
pub(super) struct Query {
    pub(super) id: String,
    pub(super) text: String,
    /// Empty when it has no answer in the corpus.
    pub(super) relevant: Relevant,
    /// What the file says about whether there is an answer; where it says nothing, relevant documents say it.
    said: Option<bool>,
}

impl Query {
    /// The place of each relevant document in a ranking, from 1.
    pub(super) fn places(&self, ranked: &[String]) -> Vec<Option<usize>> {
        self.relevant
            .keys()
            .map(|id| ranked.iter().position(|one| one == id).map(|place| place + 1))
            .collect()
    }

    /// Whether the corpus holds an answer.
    pub(super) fn is_answerable(&self) -> bool {
        !self.relevant.is_empty()
    }

    /// Whether an answer is expected: some documents of the corpus answer it, even if the file does not say which.
    pub(super) fn has_answer(&self) -> bool {
        self.said.unwrap_or_else(|| self.is_answerable())
    }
}

/// The documents of a file.
pub(super) fn documents(path: &Path) -> anyhow::Result<Vec<Document>> {
    let documents = lines(path, document)?;
    unique(path, documents.iter().map(|document| &document.id))?;
    Ok(documents)
}

/// The questions of a file. Relevant documents that the corpus does not have are said on standard error and count as not
/// relevant, so a question whose documents are all missing has no answer.
pub(super) fn queries(path: &Path, documents: &[Document]) -> anyhow::Result<Vec<Query>> {
    let known: HashSet<&str> = documents.iter().map(|document| document.id.as_str()).collect();
    let mut queries = lines(path, query)?;
    unique(path, queries.iter().map(|query| &query.id))?;
    let mut missing = 0_usize;
    for query in &mut queries {
        let before = query.relevant.len();
        query.relevant.retain(|id, _| known.contains(id.as_str()));
        missing += before - query.relevant.len();
    }
    if missing > 0 {
        eprintln!(
            "{missing} relevant documents are not in the corpus; questions left without any count as unanswerable"
        );
    }
    Ok(queries)
}

fn lines<T>(path: &Path, read: impl Fn(&Value) -> Result<T, String>) -> anyhow::Result<Vec<T>> {
    let mut lines = Lines::open(path, LONGEST_LINE)?;
    let mut items = Vec::new();
    while let Some((number, line)) = lines.next()? {
        let named = |reason: String| anyhow::anyhow!("{}, line {number}: {reason}", path.display());
        if items.len() >= MAX_LINES {
            return Err(named(format!("more than {MAX_LINES} lines")));
        }
        let Line::Whole(line) = line else {
            return Err(named(format!("longer than {} MiB", LONGEST_LINE >> 20)));
        };
        let value: Value = serde_json::from_slice(&line)
            .map_err(|error| named(format!("no JSON at column {}", error.column())))?;
        items.push(read(&value).map_err(named)?);
    }
    if items.is_empty() { Err(anyhow::anyhow!("{} holds no line", path.display())) } else { Ok(items) }
}

fn unique<'a>(path: &Path, ids: impl Iterator<Item = &'a String>) -> anyhow::Result<()> {
    let mut seen = HashSet::new();
    for id in ids {
        if !seen.insert(id) {
            anyhow::bail!("{}: the id {id:?} is there twice", path.display());
        }
    }
    Ok(())
}

fn document(value: &Value) -> Result<Document, String> {
    let title = value.get("title").and_then(Value::as_str).map(str::trim).filter(|title| !title.is_empty());
    Ok(Document { id: id(value)?, title: title.map(str::to_owned), text: text(value)? })
}

fn query(value: &Value) -> Result<Query, String> {
    let said = value.get("answerable").and_then(Value::as_bool);
    let mut relevant = match value.get("relevant") {
        None | Some(Value::Null) => Relevant::new(),
        Some(Value::Object(grades)) => grades
            .iter()
            .map(|(id, grade)| Ok((id.clone(), of_grade(grade)?)))
            .collect::<Result<_, String>>()?,
        Some(Value::Array(ids)) => {
            ids.iter().map(|id| Ok((of_id(id)?, 1.0))).collect::<Result<_, String>>()?
        }
        Some(_) => return Err("`relevant` is neither an object nor a list".to_owned()),
    };
    relevant.retain(|_, grade| said != Some(false) && *grade > 0.0);
    Ok(Query { id: id(value)?, text: text(value)?, relevant, said })
}

fn id(value: &Value) -> Result<String, String> {
    of_id(value.get("id").ok_or("no `id`")?)
}

fn of_id(value: &Value) -> Result<String, String> {
    match value {
        Value::String(id) => Ok(id.clone()),
        Value::Number(id) => Ok(id.to_string()),
        _ => Err("an id is neither a string nor a number".to_owned()),
    }
}

fn of_grade(value: &Value) -> Result<f64, String> {
    let grade = match value {
        Value::Bool(relevant) => Some(f64::from(u8::from(*relevant))),
        value => value.as_f64(),
    };
    grade.ok_or_else(|| "a grade is not a number".to_owned())
}

fn text(value: &Value) -> Result<String, String> {
    match value.get("text").or_else(|| value.get("question")) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err("`text` is not a string".to_owned()),
        None => Err("no `text`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{document, queries, query};

    #[test]
    fn ids_may_be_numbers_and_unknown_fields_are_ignored() {
        let read = document(&json!({ "id": 7, "text": "A", "title": " B ", "year": 2020 })).unwrap();
        assert_eq!((read.id.as_str(), read.title.as_deref()), ("7", Some("B")));
        assert_eq!(document(&json!({ "id": "x", "text": "A", "title": " " })).unwrap().title, None);
        assert!(document(&json!({ "id": "x" })).unwrap_err().contains("text"));
    }

    #[test]
    fn a_question_without_relevant_documents_or_said_to_have_no_answer_has_none() {
        let asked = |more: serde_json::Value| {
            let mut value = json!({ "id": "q", "text": "t" });
            value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            query(&value).unwrap().is_answerable()
        };
        assert!(asked(json!({ "relevant": { "a": 1 } })));
        assert!(asked(json!({ "relevant": ["a"] })));
        assert!(!asked(json!({})));
        assert!(!asked(json!({ "relevant": {} })));
        assert!(!asked(json!({ "relevant": { "a": 0 } })));
        assert!(!asked(json!({ "relevant": { "a": 2 }, "answerable": false })));
        assert!(query(&json!({ "id": "q", "text": "t", "relevant": { "a": "much" } })).is_err());
        assert!(query(&json!({ "id": "q", "text": "t", "answerable": true })).unwrap().has_answer());
        assert!(!query(&json!({ "id": "q", "text": "t" })).unwrap().has_answer());
    }

    #[test]
    fn an_id_that_is_there_twice_and_a_line_that_is_no_json_end_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let twice = "{\"id\":1,\"text\":\"a\"}\n{\"id\":1,\"text\":\"b\"}\n";
        std::fs::write(file.path(), twice).unwrap();
        assert!(super::documents(file.path()).unwrap_err().to_string().contains("twice"));
        std::fs::write(file.path(), "{\"id\":1,\"text\":\"a\"}\nnothing\n").unwrap();
        assert!(queries(file.path(), &[]).unwrap_err().to_string().contains("line 2"));
    }
}
