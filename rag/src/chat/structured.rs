//! An answer as JSON, turned back into sentences with their marks while it arrives.
//!
//! Where an endpoint keeps to a schema, the model is asked for sentences that each list their sources, so that a citation
//! is never lost in the wording. Each finished sentence becomes a line of plain text with its numbers in square brackets,
//! which is what everything behind this expects; so the same rules decide what is shown, however a model answered. An
//! answer that is no JSON after all is passed on as it is. What is half, odd or too long is left out, never guessed.

use serde::Deserialize;
use serde_json::{Value, json};

/// Bytes of one sentence with everything around it.
const MAX_SENTENCE: usize = 16 * 1024;
/// Numbers of sources of one sentence.
const MAX_SOURCES: usize = 8;

/// What the model is told in addition to its instructions.
pub(super) const INSTRUCTIONS: &str = " Reply with one JSON object and nothing else: {\"sentences\": [{\"text\": \
     \"One sentence.\", \"sources\": [1]}]}, where `sources` are the numbers of the sources that the sentence stands on. \
     Leave the numbers out of the text itself. If the sources do not answer the question, give an empty list.";

/// The schema of such an answer, as `response_format` takes it.
pub(super) fn response_format() -> Value {
    json!({
        "type": "json_schema",
        "json_schema": {"name": "answer", "strict": true, "schema": {
            "type": "object",
            "properties": {"sentences": {"type": "array", "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "sources": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["text", "sources"],
                "additionalProperties": false,
            }}},
            "required": ["sentences"],
            "additionalProperties": false,
        }},
    })
}

/// Reads an answer as it arrives.
#[derive(Debug, Default)]
pub(super) struct Reading {
    form: Form,
    /// The sentence that is open, from its brace.
    open: String,
    depth: u32,
    in_string: bool,
    is_escaped: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Form {
    /// Nothing but white space or a fence has come.
    #[default]
    Unknown,
    Json,
    /// The endpoint did not keep to the schema.
    Plain,
}

#[derive(Deserialize)]
struct Sentence {
    text: String,
    sources: Vec<u32>,
}

impl Reading {
    /// Takes letters and gives the plain text that is finished.
    pub(super) fn push(&mut self, letters: &str) -> String {
        let mut out = String::new();
        match self.form {
            Form::Plain => out.push_str(letters),
            Form::Json => letters.chars().for_each(|c| self.take(c, &mut out)),
            Form::Unknown => {
                self.open.push_str(letters);
                self.recognise(&mut out);
            }
        }
        out
    }

    /// The rest: of an answer whose form never showed, what came.
    pub(super) fn finish(&mut self) -> String {
        if self.form == Form::Unknown { std::mem::take(&mut self.open) } else { String::new() }
    }

    fn recognise(&mut self, out: &mut String) {
        let begun = self.open.trim_start();
        // Some models put a fence around their JSON.
        let inside = begun.trim_start_matches('`');
        let inside = inside.strip_prefix("json").unwrap_or(inside).trim_start();
        let is_fence = begun.starts_with('`');
        let may_become_fence = is_fence && "json".starts_with(inside);
        if inside.starts_with('{') {
            self.form = Form::Json;
            let begun = inside.to_owned();
            self.open.clear();
            begun.chars().for_each(|c| self.take(c, out));
        } else if !inside.is_empty() && !may_become_fence {
            self.form = Form::Plain;
            out.push_str(&std::mem::take(&mut self.open));
        }
    }

    /// One character of JSON. A sentence is an object within the outermost one.
    fn take(&mut self, c: char, out: &mut String) {
        let was_inside = self.depth >= 2;
        if self.in_string {
            self.in_string = self.is_escaped || c != '"';
            self.is_escaped = !self.is_escaped && c == '\\';
        } else {
            match c {
                '"' => self.in_string = true,
                '{' => self.depth += 1,
                '}' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        if self.depth < 2 && !was_inside {
            return;
        }
        if self.open.len() < MAX_SENTENCE {
            self.open.push(c);
        }
        if self.depth < 2 {
            let sentence = std::mem::take(&mut self.open);
            if let Ok(sentence) = serde_json::from_str::<Sentence>(&sentence) {
                out.push_str(&line(&sentence));
            }
        }
    }
}

/// The sentence with a full stop and its marks.
fn line(sentence: &Sentence) -> String {
    let text = sentence.text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return String::new();
    }
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    let marks: Vec<String> =
        sentence.sources.iter().take(MAX_SOURCES).map(|number| format!("[{number}]")).collect();
    format!("{text}{stop} {}\n", marks.concat())
}

#[cfg(test)]
mod tests {
    use super::Reading;

    fn check(answer: &str, expected: &str) {
        let letters: Vec<char> = answer.chars().collect();
        for size in [1, 3, 7, answer.len().max(1)] {
            let mut reading = Reading::default();
            let mut out = String::new();
            for piece in letters.chunks(size) {
                out.push_str(&reading.push(&piece.iter().collect::<String>()));
            }
            out.push_str(&reading.finish());
            assert_eq!(out, expected, "in pieces of {size}");
        }
    }

    #[test]
    fn each_sentence_becomes_a_line_with_its_marks() {
        check(
            r#"{"sentences": [{"text": "A is 5 mg", "sources": [1]}, {"sources": [2, 3], "text": "B \"is\" {7} mg."}]}"#,
            "A is 5 mg. [1]\nB \"is\" {7} mg. [2][3]\n",
        );
        check("```json\n{\"sentences\": [{\"text\": \"A.\", \"sources\": [1]}]}\n```", "A. [1]\n");
    }

    #[test]
    fn what_is_no_json_is_passed_on() {
        check("A is 5 mg [1]. B is 7 mg [2].", "A is 5 mg [1]. B is 7 mg [2].");
        check("NO_ANSWER", "NO_ANSWER");
        check("", "");
    }

    #[test]
    fn what_is_half_or_odd_is_left_out() {
        check(r#"{"sentences": []}"#, "");
        check(r#"{"sentences": [{"text": "A is 5 mg.", "sources": [1]}, {"text": "B is"#, "A is 5 mg. [1]\n");
        check(r#"{"sentences": [{"text": 5, "sources": [1]}, {"text": " ", "sources": []}]}"#, "");
        check(r#"{"answer": "A is 5 mg."}"#, "");
    }
}
