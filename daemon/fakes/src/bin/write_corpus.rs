//! `write-corpus KIND FOLDER [SEED [FILES FOLDERS]]`: writes the synthetic documents where another program can read them.
//!
//! For trying a real Nextcloud or another reader with the material of the tests: KIND is `clinic`, `bulk` or
//! `hostile`. The files of each owner go into a folder of their own, shared ones to `alice`. The program refuses to
//! write over anything: the folder must not exist yet.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use voiceassist_fakes::corpus::{Corpus, Owner, hostile};

const USAGE: &str = "usage: write-corpus clinic|bulk|hostile FOLDER [SEED [FILES FOLDERS]]";
/// The shell's code for wrong usage.
const WRONG_USAGE: u8 = 64;
const DEFAULT_FILES: u64 = 1_000;
const DEFAULT_FOLDERS: u64 = 50;

#[expect(clippy::print_stderr, reason = "the only voice of a command-line program")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default: u64| arguments.get(index).map_or(Ok(default), |text| text.parse());
    let (Some(kind), Some(folder)) = (arguments.first(), arguments.get(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(WRONG_USAGE);
    };
    let (Ok(seed), Ok(files), Ok(folders)) =
        (number(2, 1), number(3, DEFAULT_FILES), number(4, DEFAULT_FOLDERS))
    else {
        eprintln!("{USAGE}");
        return ExitCode::from(WRONG_USAGE);
    };
    let files = match kind.as_str() {
        "clinic" => placed(Corpus::clinic(seed)),
        "bulk" => placed(Corpus::bulk(seed, size(files), size(folders))),
        "hostile" => hostile().into_iter().map(|file| (format!("alice/{}", file.path), file.bytes)).collect(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(WRONG_USAGE);
        }
    };
    match write(Path::new(folder), &files) {
        Ok(()) => {
            eprintln!("{} files written to {folder}", files.len());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("write-corpus: writing to {folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn placed(corpus: Corpus) -> Vec<(String, Vec<u8>)> {
    let home = |owner| match owner {
        Owner::Alice | Owner::Shared => "alice",
        Owner::Bob => "bob",
    };
    corpus.files.into_iter().map(|file| (format!("{}/{}", home(file.owner), file.path), file.bytes)).collect()
}

fn write(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Box<dyn Error>> {
    fs::create_dir(folder)?;
    for (path, bytes) in files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}
