//! `voiceassist extract`: the text of one file.
//!
//! The same reader the daemon uses. With `--confined` the process first gives up memory, files and the network, which
//! is how the daemon starts it on every document; a person who runs it by hand gets the same text either way.

use std::fs::File;
use std::path::PathBuf;

use voiceassist_rag::extract::child::MAX_TOGETHER;
use voiceassist_rag::extract::confine::{self, ConfineSettings};
use voiceassist_rag::extract::{self, ExtractLimits, ExtractSettings, Recogniser};

use super::Failure;

/// Arguments of `extract`.
#[derive(Debug, clap::Args)]
pub struct ExtractArguments {
    /// Print one JSON object: mime, pages, truncated, error.
    #[arg(long)]
    json: bool,
    /// Give up every right that reading does not need, then read.
    #[arg(long)]
    confined: bool,
    /// The document's real name, when the file is a copy under another one.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Largest file read, in bytes.
    #[arg(long, default_value_t = ExtractLimits::default().input_bytes)]
    max_bytes: u64,
    /// Pages read at most.
    #[arg(long, default_value_t = ExtractLimits::default().pages)]
    max_pages: u32,
    /// Characters read at most.
    #[arg(long, default_value_t = ExtractLimits::default().characters)]
    max_chars: usize,
    /// Memory the confined reader may take, in bytes.
    #[arg(long, default_value_t = ConfineSettings::default().memory_bytes)]
    memory_bytes: u64,
    /// Processor time the confined reader may take, in seconds.
    #[arg(long, default_value_t = ConfineSettings::default().cpu_seconds)]
    cpu_seconds: u64,
    /// Tesseract, to recognise the text in pictures and scans. Without it they have none.
    #[arg(long, value_name = "PROGRAM")]
    ocr_program: Option<PathBuf>,
    /// The languages to recognise, as Tesseract names them, joined by `+`.
    #[arg(long, value_name = "LANGUAGES", default_value = Recogniser::LANGUAGES, value_parser = languages)]
    ocr_languages: String,
    /// Pictures recognised at most.
    #[arg(long, default_value_t = Recogniser::PAGES)]
    ocr_pages: u32,
    /// The file. With --confined several, each told on a line of its own.
    #[arg(required = true, num_args = 1..=MAX_TOGETHER)]
    files: Vec<PathBuf>,
}

fn languages(text: &str) -> Result<String, &'static str> {
    if Recogniser::are_languages(text) {
        Ok(text.to_owned())
    } else {
        Err("names of languages joined by +, such as eng+deu")
    }
}

/// Reads and prints.
pub fn run(arguments: &ExtractArguments) -> Result<(), Failure> {
    let Some(first) = arguments.files.first().filter(|_| arguments.confined || arguments.files.len() == 1)
    else {
        return Err(Failure::Other(anyhow::anyhow!("without --confined one file is read at a time")));
    };
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => first.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    };
    let settings = ExtractSettings {
        limits: ExtractLimits {
            input_bytes: arguments.max_bytes,
            pages: arguments.max_pages,
            characters: arguments.max_chars,
            ..ExtractLimits::default()
        },
        recogniser: arguments.ocr_program.clone().map(|program| Recogniser {
            program,
            languages: arguments.ocr_languages.clone(),
            pages: arguments.ocr_pages,
        }),
        ..ExtractSettings::default()
    };
    if arguments.confined {
        let confinement = ConfineSettings {
            permit_program: arguments.ocr_program.clone(),
            memory_bytes: arguments.memory_bytes,
            cpu_seconds: arguments.cpu_seconds,
            ..ConfineSettings::default()
        };
        println!("{}", confine::run(&arguments.files, &name, &settings, &confinement));
        return Ok(());
    }
    let mut file =
        File::open(first).map_err(|error| anyhow::anyhow!("opening {}: {error}", first.display()))?;
    let document = extract::report(&mut file, &name, &settings);
    if arguments.json {
        println!("{}", document.to_public_json());
        return Ok(());
    }
    for page in &document.pages {
        println!("--- page {} ---\n{}", page.page, page.text);
    }
    if document.truncated {
        eprintln!("The document is longer than the limits; only its first part was read.");
    }
    match document.error {
        Some(error) => Err(Failure::Other(anyhow::anyhow!("{}: {}", error.code.code(), error.message))),
        None => Ok(()),
    }
}
