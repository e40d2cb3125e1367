//! A stand-in for Tesseract in the tests of this crate.
//!
//! It takes the arguments that Tesseract takes, reads the picture from standard input and prints the table that Tesseract
//! prints, in which its words say what it was given. A picture whose bytes ask it to sleeps instead, for longer than any
//! reading may take.

use std::io::{self, Read as _};
use std::process::ExitCode;
use std::time::Duration;

#[expect(clippy::print_stdout, reason = "printing is what the program is for")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let mut picture = Vec::new();
    if arguments[..2] != ["stdin", "stdout"] || io::stdin().read_to_end(&mut picture).is_err() {
        return ExitCode::FAILURE;
    }
    if picture.ends_with(b"sleep") {
        std::thread::sleep(Duration::from_mins(10));
    }
    let head = String::from_utf8_lossy(&picture[..picture.len().min(32)]).into_owned();
    let mut words = head.split_whitespace();
    let (Some("P5"), Some(width), Some(height), Some("255")) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return ExitCode::FAILURE;
    };
    let (dots, languages) = (after("--dpi").unwrap_or_default(), after("-l").unwrap_or_default());
    let text = format!("picture of {width} by {height} dots at {dots} {languages}");
    println!("level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext");
    println!("1\t1\t0\t0\t0\t0\t0\t0\t{width}\t{height}\t-1\t");
    for (place, word) in text.split(' ').enumerate() {
        let left = 100 + 120 * place;
        println!("5\t1\t1\t1\t1\t1\t{left}\t300\t100\t40\t64.2\t{word}");
    }
    println!("5\t1\t1\t1\t1\t1\t0\t0\t10\t10\t3.1\t|~");
    ExitCode::SUCCESS
}
