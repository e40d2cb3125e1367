//! `voiceassist calculate`: medical calculators on the command line.
//!
//! Needs neither a configuration nor a server. One calculation at a time from `--json`, or many from `--jsonl`, line by
//! line as they come. On a terminal the working, the bands and the source are shown; elsewhere, and with
//! `--json-output`, the answer is JSON. What a calculator refuses is named per input and nothing is assumed.

use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use voiceassist_calculators::{Calculator, registry};

use super::Failure;
use super::lines::{Line, Lines};

mod display;

/// Longest line of a `--jsonl` file, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// Arguments of `calculate`.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["id", "jsonl", "list", "search", "show"]))]
pub struct CalculateArguments {
    /// The calculator, e.g. `wells_dvt`.
    #[arg(requires = "json")]
    id: Option<String>,
    /// Its inputs as a JSON object; `-` reads it from standard input.
    #[arg(long, value_name = "OBJECT", requires = "id")]
    json: Option<String>,
    /// Lines `{id, calculator, inputs}`; answers `{id, result}` or `{id, error}`. `-` is standard input.
    #[arg(long, value_name = "FILE")]
    jsonl: Option<PathBuf>,
    /// List all calculators.
    #[arg(long)]
    list: bool,
    /// Find calculators by name, synonym or specialty.
    #[arg(long, value_name = "WORDS")]
    search: Option<String>,
    /// Show what a calculator asks for and where it comes from.
    #[arg(long, value_name = "ID")]
    show: Option<String>,
    /// Print JSON even on a terminal.
    #[arg(long)]
    json_output: bool,
}

/// Calculates, lists or shows.
pub fn run(arguments: &CalculateArguments) -> Result<(), Failure> {
    let as_json = arguments.json_output || !io::stdout().is_terminal();
    if let Some(path) = &arguments.jsonl {
        return many(path);
    }
    if let Some(id) = &arguments.show {
        let calculator = find(id)?;
        return print(&if as_json {
            pretty(&described(calculator))
        } else {
            display::calculator(calculator)
        });
    }
    if let (Some(id), Some(inputs)) = (&arguments.id, &arguments.json) {
        return one(find(id)?, inputs, as_json);
    }
    list(arguments.search.as_deref().unwrap_or_default(), as_json)
}

fn list(words: &str, as_json: bool) -> Result<(), Failure> {
    let found = if words.is_empty() { registry::all().collect() } else { registry::search(words) };
    if found.is_empty() {
        return Err(Failure::NothingFound);
    }
    if as_json {
        let lines = found.iter().map(|calculator| {
            json!({
                "id": calculator.id, "title": calculator.title, "synonyms": calculator.synonyms,
                "specialties": calculator.specialties, "purpose": calculator.purpose, "status": calculator.status,
            })
        });
        return print(&pretty(&lines.collect()));
    }
    print(&display::list(&found))
}

fn one(calculator: &'static Calculator, inputs: &str, as_json: bool) -> Result<(), Failure> {
    let text = if inputs == "-" { standard_input()? } else { inputs.to_owned() };
    let inputs: Map<String, Value> = serde_json::from_str(&text)
        .map_err(|error| anyhow::anyhow!("the inputs are not a JSON object: {error}"))?;
    match calculator.calculate(&inputs) {
        Ok(calculation) if as_json => print(&pretty(&serde_json::to_value(&calculation)?)),
        Ok(calculation) => print(&display::calculation(calculator, &calculation)),
        Err(refusal) if as_json => {
            print(&pretty(&json!({ "error": refusal })))?;
            Err(Failure::Partial)
        }
        Err(refusal) => {
            eprint!("{}", display::refusal(&refusal));
            Err(Failure::Partial)
        }
    }
}

/// Answers each line as it comes; one that cannot be answered does not stop the others.
fn many(path: &Path) -> Result<(), Failure> {
    let mut lines = Lines::open(path, LONGEST_LINE)?;
    let mut output = io::stdout().lock();
    let mut failed = false;
    while let Some((number, line)) = lines.next()? {
        let answer = match line {
            Line::Whole(line) => answer(&line, number),
            Line::TooLong => {
                json!({ "id": null, "error": message(&format!("line {number} is too long")) })
            }
        };
        failed |= answer.get("error").is_some();
        writeln!(output, "{answer}")?;
    }
    output.flush()?;
    if failed { Err(Failure::Partial) } else { Ok(()) }
}

fn answer(line: &[u8], number: u64) -> Value {
    let parsed: Value = match serde_json::from_slice(line) {
        Ok(parsed) => parsed,
        Err(error) => {
            return json!({ "id": null, "error": message(&format!("line {number} is not JSON: {error}")) });
        }
    };
    let id = &parsed["id"];
    let Some(calculator) = parsed["calculator"].as_str().and_then(registry::find) else {
        return json!({ "id": id, "error": message("`calculator` names no calculator") });
    };
    let Some(inputs) = parsed["inputs"].as_object() else {
        return json!({ "id": id, "error": message("`inputs` is not an object") });
    };
    match calculator.calculate(inputs) {
        Ok(calculation) => json!({ "id": id, "result": calculation }),
        Err(refusal) => {
            let mut error = json!(refusal);
            error["message"] = refusal.to_string().into();
            json!({ "id": id, "error": error })
        }
    }
}

fn message(text: &str) -> Value {
    json!({ "message": text })
}

fn find(id: &str) -> Result<&'static Calculator, Failure> {
    registry::find(id).ok_or_else(|| {
        let near: Vec<&str> = registry::search(id).iter().take(3).map(|calculator| calculator.id).collect();
        let hint = if near.is_empty() {
            "see --list".to_owned()
        } else {
            format!("did you mean {}?", near.join(", "))
        };
        Failure::Other(anyhow::anyhow!("there is no calculator {id:?}; {hint}"))
    })
}

/// What `--show` prints as JSON: the same as the HTTP interface.
fn described(calculator: &'static Calculator) -> Value {
    json!({
        "id": calculator.id, "title": calculator.title, "synonyms": calculator.synonyms,
        "specialties": calculator.specialties, "purpose": calculator.purpose, "population": calculator.population,
        "formula": calculator.formula, "rounding": calculator.rounding, "version": calculator.version,
        "status": calculator.status, "status_words": calculator.status.words(), "notes": calculator.notes,
        "sources": calculator.sources, "schema": calculator.schema(), "outputs": calculator.outputs,
    })
}

fn standard_input() -> io::Result<String> {
    let mut text = String::new();
    io::stdin().lock().take(LONGEST_LINE).read_to_string(&mut text)?;
    Ok(text)
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Writes without the panic of `print!` when the reader has gone.
fn print(text: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()?;
    Ok(())
}
