//! `voiceassist eval extract`: what part of known strings is read from documents, in order, and what that costs.
//!
//! Every file goes through the limited child that the daemon uses, one after the other. Blanks count as one blank, and
//! so does what stands between the cells of a row; nothing else is forgiven. A file that cannot be read misses all its
//! strings, and one that should be refused must be refused for the reason that was named. The time of a file is that of
//! its child from start to end; its memory is the most the child has held, as the child saw itself.

mod gold;
mod score;

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;
use voiceassist_rag::extract::child::ChildReader;

use crate::cli::lines::Lines;
use crate::cli::{Context, Failure};
use gold::{Expected, Gold};
use score::Score;

/// Longest line of a set, in bytes.
const LONGEST_LINE: u64 = 16 << 20;

/// Arguments of `eval extract`.
#[derive(Debug, clap::Args)]
pub struct ExtractArguments {
    /// Lines `{"file": "…", "required": ["…", …]}`, the strings in the order of reading. `path` and `strings` mean the
    /// same; files are looked for beside this one. Optional: `type`; `page`, of all strings or, as `{"text", "page"}`,
    /// of one; `error` instead of strings, when the file is to be refused.
    #[arg(long, value_name = "FILE")]
    gold: PathBuf,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
    /// Fail when less than this share of the strings is found in order.
    #[arg(long, value_name = "SHARE")]
    at_least: Option<f64>,
}

/// What became of one file.
#[derive(Debug, Serialize)]
struct FileResult {
    file: String,
    r#type: String,
    pages: usize,
    truncated: bool,
    required: usize,
    found: usize,
    in_order: usize,
    missing: Vec<String>,
    misplaced: Vec<String>,
    /// The reason for which it was not read.
    error: Option<String>,
    seconds: f64,
    peak_bytes: Option<u64>,
}

/// Sums over files.
#[derive(Debug, Default, Serialize)]
struct Sum {
    files: usize,
    required: usize,
    found: usize,
    in_order: usize,
    /// The share of strings found in order.
    share: f64,
    pages: usize,
    seconds: f64,
    pages_per_second: f64,
    peak_bytes: u64,
}

/// Measures and prints.
pub async fn run(context: &Context, arguments: &ExtractArguments) -> Result<(), Failure> {
    // The child does not stand where this process does, so it is told whole paths.
    let gold = std::path::absolute(&arguments.gold)?;
    let folder = gold.parent().unwrap_or(Path::new("/")).to_owned();
    let reader = crate::wiring::reader(&context.unchecked_config()?)?;
    let mut lines = Lines::open(&arguments.gold, LONGEST_LINE)?;
    let (mut results, mut unusable) = (Vec::new(), 0_u64);
    while let Some((number, line)) = lines.next()? {
        match gold::read(line, LONGEST_LINE) {
            Ok(gold) => results.push(measure(&reader, &folder, &gold).await),
            Err(reason) => {
                unusable += 1;
                eprintln!("voiceassist: line {number}: {reason}");
            }
        }
    }
    let total = sum(results.iter());
    print(arguments.json, &results, &total)?;
    if unusable > 0 {
        eprintln!("voiceassist: {unusable} lines could not be used");
        return Err(Failure::Partial);
    }
    if let Some(floor) = arguments.at_least.filter(|floor| total.share < *floor) {
        eprintln!(
            "voiceassist: {:.4} of the strings were found in order, {floor} were asked for",
            total.share
        );
        return Err(Failure::Partial);
    }
    Ok(())
}

/// Reads one file and looks for its strings.
async fn measure(reader: &ChildReader, folder: &Path, gold: &Gold) -> FileResult {
    let path = folder.join(&gold.file);
    let start = Instant::now();
    let (read, peak_bytes) = if path.is_file() {
        let (read, peak) = reader.read_measured(&path, &gold.name()).await;
        (read.map_err(|failure| failure.reason.code().to_owned()), peak)
    } else {
        (Err("no_such_file".to_owned()), None)
    };
    let seconds = start.elapsed().as_secs_f64();
    let (score, pages, truncated) = match (&read, &gold.expected) {
        (Ok(document), Expected::Strings(strings)) => {
            (Score::of(document, strings), document.pages.len(), document.truncated)
        }
        (Ok(document), Expected::Error(reason)) => (Score::none(&[reason]), document.pages.len(), false),
        (Err(code), Expected::Error(reason)) if code == reason => (Score::whole(1), 0, false),
        (Err(_), expected) => (Score::none(&expected.labels()), 0, false),
    };
    FileResult {
        file: gold.file.display().to_string(),
        r#type: gold.label(),
        pages,
        truncated,
        required: score.required,
        found: score.found,
        in_order: score.in_order,
        missing: score.missing,
        misplaced: score.misplaced,
        error: read.err(),
        seconds,
        peak_bytes,
    }
}

fn sum<'r>(results: impl Iterator<Item = &'r FileResult>) -> Sum {
    let mut sum = Sum::default();
    for result in results {
        sum.files += 1;
        sum.required += result.required;
        sum.found += result.found;
        sum.in_order += result.in_order;
        sum.pages += result.pages;
        sum.seconds += result.seconds;
        sum.peak_bytes = sum.peak_bytes.max(result.peak_bytes.unwrap_or(0));
    }
    sum.share = if sum.required == 0 { 0.0 } else { sum.in_order as f64 / sum.required as f64 };
    sum.pages_per_second = if sum.seconds > 0.0 { sum.pages as f64 / sum.seconds } else { 0.0 };
    sum
}

fn print(json: bool, results: &[FileResult], total: &Sum) -> Result<(), Failure> {
    let mut types: Vec<&str> = results.iter().map(|result| result.r#type.as_str()).collect();
    types.sort_unstable();
    types.dedup();
    let by_type =
        types.into_iter().map(|name| (name, sum(results.iter().filter(|result| result.r#type == name))));
    if json {
        let by_type: std::collections::BTreeMap<&str, Sum> = by_type.collect();
        let all = serde_json::json!({ "files": results, "by_type": by_type, "total": total });
        println!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    println!("{:>9} {:>6} {:>8} {:>8}  file", "in order", "pages", "seconds", "MiB");
    for result in results {
        let hits = format!("{}/{}", result.in_order, result.required);
        let peak = result.peak_bytes.map_or("-".to_owned(), |bytes| mebibytes(bytes).to_string());
        let file = &result.file;
        println!("{hits:>9} {:>6} {:>8.2} {peak:>8}  {file}", result.pages, result.seconds);
        if let Some(error) = &result.error {
            println!("{:>35}not read: {error}", "");
        }
        for (what, strings) in [("missing", &result.missing), ("out of order", &result.misplaced)] {
            for string in strings {
                println!("{:>35}{what}: {string:?}", "");
            }
        }
    }
    for (name, sum) in by_type {
        println!("{name}: {:.4} of {} strings in {} files", sum.share, sum.required, sum.files);
    }
    println!(
        "all: {:.4} of {} strings in {} files; {} pages in {:.1} s ({:.1} a second); at most {} MiB",
        total.share,
        total.required,
        total.files,
        total.pages,
        total.seconds,
        total.pages_per_second,
        mebibytes(total.peak_bytes)
    );
    Ok(())
}

fn mebibytes(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}
