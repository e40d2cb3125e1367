//! `voiceassist intent`: what questions want, and what would be asked back about them.
//!
//! Needs neither a configuration nor a server nor a model; the rules are those of the conversation. Lines are read, worked
//! on and printed one after the other. A line that cannot be used is named by its number on standard error and the rest
//! goes on; the exit code says so in the end.

use std::path::PathBuf;

use serde_json::{Value, json};
use voiceassist_assistant::intent;

use super::Failure;
use super::lines::{self, Line};

/// Longest line, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// Arguments of `intent`.
#[derive(Debug, clap::Args)]
pub struct IntentArguments {
    /// Lines `{"id": …, "text": "…"}`; `-` is standard input. The text may also be called `question` or `query`, and
    /// `history` may hold what was asked before, as strings or as `{role, text}`. Prints `{id, intent, ambiguous,
    /// missing, question, options}` for each.
    #[arg(long, value_name = "FILE")]
    jsonl: PathBuf,
}

/// One question.
struct Item {
    id: Value,
    text: String,
    history: Vec<String>,
}

/// Works through the lines.
pub fn run(arguments: &IntentArguments) -> Result<(), Failure> {
    lines::answer(&arguments.jsonl, LONGEST_LINE, |line| item(line).map(|item| read(&item)))
}

fn read(item: &Item) -> Value {
    let reading = intent::read(&item.text, &item.history);
    let missing: Vec<&str> = reading.missing.iter().map(|slot| slot.as_str()).collect();
    let ambiguous = reading.is_ambiguous();
    let (question, options) = reading.asked.map(|asked| (asked.question, asked.options)).unzip();
    json!({
        "id": item.id,
        "intent": reading.intent.as_str(),
        "ambiguous": ambiguous,
        "missing": missing,
        "question": question,
        "options": options.unwrap_or_default(),
    })
}

/// The question of a line, or what is wrong with the line, without its content.
fn item(line: Line) -> Result<Item, String> {
    let Line::Whole(line) = line else {
        return Err(format!("is longer than {} MiB", LONGEST_LINE >> 20));
    };
    let value: Value =
        serde_json::from_slice(&line).map_err(|error| format!("is not JSON at column {}", error.column()))?;
    if !value.is_object() {
        return Err("is not a JSON object".to_owned());
    }
    let id = value.get("id").cloned().ok_or("has no `id`")?;
    let text =
        ["text", "question", "query"].iter().find_map(|name| value.get(*name)).ok_or("has no `text`")?;
    let text = text.as_str().ok_or("has a `text` that is not a string")?.to_owned();
    let history = match value.get("history") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(turns)) => turns.iter().filter_map(asked).collect(),
        Some(_) => return Err("has a `history` that is not an array".to_owned()),
    };
    Ok(Item { id, text, history })
}

/// What the person said in an earlier turn; nothing for what was answered.
fn asked(turn: &Value) -> Option<String> {
    if let Some(text) = turn.as_str() {
        return Some(text.to_owned());
    }
    let by_person = turn
        .get("role")
        .and_then(Value::as_str)
        .is_none_or(|role| matches!(role, "user" | "person" | "human"));
    let text = ["text", "content", "question", "query"].iter().find_map(|name| turn.get(*name)?.as_str());
    text.filter(|_| by_person).map(str::to_owned)
}
