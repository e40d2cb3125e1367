//! `voiceassist phi`: identifiers in texts, found or replaced.
//!
//! Needs neither a configuration nor a server, and sends nothing anywhere. Lines are read, worked on and printed one
//! after the other, so a file may be of any size. A line that cannot be used is named by its number on standard error and
//! the rest goes on; the exit code says so in the end. What a text holds is printed where it was asked for and nowhere
//! else.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};
use voiceassist_model::Randomness as _;
use voiceassist_phi::{Detector, Mark, Style, SurrogateKey, Surrogates};

use super::Failure;
use super::lines::{self, Line};

/// Longest line, in bytes.
const LONGEST_LINE: u64 = 64 << 20;

/// Arguments of `phi`.
#[derive(Debug, clap::Args)]
pub struct PhiArguments {
    /// Lines `{"id": …, "text": "…"}`; `-` is standard input. Prints `{id, class, spans: [{start, end, type,
    /// confidence}]}` for each, with offsets in Unicode code points.
    #[arg(long, value_name = "FILE")]
    jsonl: PathBuf,
    /// Print `{id, text}` with surrogates instead: other names for names, other days for days.
    #[arg(long)]
    redact: bool,
    /// With `--redact`: tags like `[NAME-K7Q2]` instead of what looks real.
    #[arg(long, requires = "redact")]
    tags: bool,
    /// With `--redact`: a file that holds a secret; runs with the same one give the same surrogates. Without it they are
    /// new every time, the same within a run.
    #[arg(long, requires = "redact", value_name = "FILE")]
    key_file: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Item {
    id: Value,
    text: String,
}

/// What is done with each text.
enum Work {
    Detect,
    Redact { key: SurrogateKey, style: Style },
}

/// Works through the lines.
pub fn run(arguments: &PhiArguments) -> Result<(), Failure> {
    let work = work(arguments)?;
    let detector = Detector::new();
    lines::answer(&arguments.jsonl, LONGEST_LINE, |line| read(line).map(|item| work.on(&detector, &item)))
}

fn work(arguments: &PhiArguments) -> Result<Work, Failure> {
    if !arguments.redact {
        return Ok(Work::Detect);
    }
    let key = if let Some(path) = &arguments.key_file {
        let secret =
            std::fs::read(path).map_err(|error| anyhow::anyhow!("reading {}: {error}", path.display()))?;
        SurrogateKey::derived(&[secret.trim_ascii_end()])
    } else {
        let mut secret = [0; 32];
        voiceassist_model::OsRandomness.fill(&mut secret);
        SurrogateKey::new(secret)
    };
    let style = if arguments.tags { Style::Tags } else { Style::Realistic };
    Ok(Work::Redact { key, style })
}

/// The item of a line, or what is wrong with the line, without its content.
fn read(line: Line) -> Result<Item, String> {
    let Line::Whole(line) = line else {
        return Err(format!("is longer than {} MiB", LONGEST_LINE >> 20));
    };
    let value: Value =
        serde_json::from_slice(&line).map_err(|error| format!("is not JSON at column {}", error.column()))?;
    if !value.is_object() {
        return Err("is not a JSON object".to_owned());
    }
    match (value.get("id"), value.get("text")) {
        (None, _) => Err("has no `id`".to_owned()),
        (_, None) => Err("has no `text`".to_owned()),
        (_, Some(text)) if !text.is_string() => Err("has a `text` that is not a string".to_owned()),
        _ => serde_json::from_value(value).map_err(|_| "is not of the form {id, text}".to_owned()),
    }
}

impl Work {
    fn on(&self, detector: &Detector, item: &Item) -> Value {
        let findings = detector.detect(&item.text);
        match self {
            Self::Detect => {
                let spans: Vec<Value> = findings
                    .iter()
                    .map(|finding| {
                        json!({
                            "start": finding.chars.start,
                            "end": finding.chars.end,
                            "type": finding.kind.as_str(),
                            "confidence": hundredths(finding.confidence),
                        })
                    })
                    .collect();
                let class = detector.classify_turn(&item.text).as_str();
                json!({ "id": item.id, "class": class, "spans": spans })
            }
            Self::Redact { key, style } => {
                let marks = findings.iter().map(Mark::from).collect();
                // Each text is a document of its own: a surrogate need not avoid the words of the others.
                let mut surrogates = Surrogates::new(key.clone(), *style);
                let text = surrogates.redact(&[(&item.text, marks)]).pop().unwrap_or_default();
                json!({ "id": item.id, "text": text })
            }
        }
    }
}

fn hundredths(confidence: f32) -> f64 {
    (f64::from(confidence) * 100.0).round() / 100.0
}
