//! Writes texts and learns the classifier's weights from them.
//!
//! `cargo run --release -p voiceassist-phi --example train` renews `src/classifier/weights.bin`; with `--check` it says
//! whether the file is what the texts make. Every text is written here, from templates of ours and from the word lists in
//! `vocabulary/`, by dice with a seed: no text of anybody is read, and the same program makes the same bytes everywhere.
//! With `--texts N` it prints texts and their identifiers instead, to be looked at.

mod numbers;
mod people;
mod places;
mod plain;
mod write;

use std::io::Write as _;

use crate::write::Writer;

/// Texts that are learnt from.
const TEXTS: usize = 180_000;
/// How often all are gone over.
const ROUNDS: usize = 5;
/// Where the dice begin.
const SEED: u64 = 20_261_123;

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers speaks on its terminal"
)]
fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let first = arguments.first().map(String::as_str);
    let amount = |at: usize, standard: usize| {
        arguments.get(at).and_then(|count| count.parse().ok()).unwrap_or(standard)
    };
    let mut writer = Writer::new(SEED);
    if first == Some("--texts") {
        let mut out = std::io::stdout().lock();
        for _ in 0..amount(1, 20) {
            let example = writer.example();
            let said: Vec<&str> =
                example.spans.iter().map(|(range, _)| &example.text[range.clone()]).collect();
            writeln!(out, "{}\n    {said:?}", example.text)?;
        }
        return Ok(());
    }
    let examples: Vec<_> = (0..TEXTS).map(|_| writer.example()).collect();
    let bytes: usize = examples.iter().map(|example| example.text.len()).sum();
    println!("{} texts of {bytes} bytes", examples.len());
    let weights = voiceassist_phi::learn(&examples, ROUNDS, SEED);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/classifier/weights.bin");
    if first == Some("--check") {
        if std::fs::read(path)? == weights {
            println!("the weights are what the texts make");
            return Ok(());
        }
        eprintln!("the weights are not what the texts make");
        std::process::exit(1);
    }
    let path = arguments.first().map_or(path, String::as_str);
    std::fs::write(path, weights)?;
    println!("wrote {path}");
    Ok(())
}
