//! A stand-in for the program's `extract --confined` in the tests of this crate.
//!
//! It does what the program does (open, confine, read, print) and, on request, what a captured reader would try: to
//! connect, to write a file, to start a program, to take all memory, to run forever. Each attempt prints what came of
//! it, so that the tests can show that confinement holds and not only that it was asked for.

use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use voiceassist_rag::extract::confine::{ConfineSettings, confine, run};
use voiceassist_rag::extract::{ExtractLimits, ExtractSettings, Recogniser};

#[expect(clippy::print_stdout, reason = "printing is what the program is for")]
fn main() -> ExitCode {
    let mut name = String::new();
    let (mut files, mut alone) = (Vec::new(), false);
    let mut attempt = None;
    let mut confinement = ConfineSettings::default();
    let mut settings = ExtractSettings { limits: ExtractLimits::default(), ..ExtractSettings::default() };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap_or_default();
        match argument.as_str() {
            "--name" => name = value(),
            "--" => files = arguments.by_ref().map(PathBuf::from).collect(),
            "--alone" => alone = true,
            "--memory" => confinement.memory_bytes = value().parse().unwrap_or(0),
            "--cpu" => confinement.cpu_seconds = value().parse().unwrap_or(0),
            "--pdftotext" => {
                let program = PathBuf::from(value());
                confinement.permit_program = Some(program.clone());
                settings.pdftotext = Some(program);
            }
            "--ocr" => {
                let program = PathBuf::from(value());
                confinement.permit_program = Some(program.clone());
                settings.recogniser = Some(Recogniser {
                    program,
                    languages: Recogniser::LANGUAGES.to_owned(),
                    pages: Recogniser::PAGES,
                });
            }
            "--languages" => {
                if let Some(recogniser) = &mut settings.recogniser {
                    recogniser.languages = value();
                }
            }
            "--attempt" => attempt = Some(value()),
            _ => return ExitCode::from(64),
        }
    }
    if alone && files.len() > 1 {
        // As a document does that brings its reader down.
        std::process::abort();
    }
    match attempt {
        Some(attempt) => println!("{}", captured(&attempt, &confinement)),
        None => println!("{}", run(&files, &name, &settings, &confinement)),
    }
    ExitCode::SUCCESS
}

/// What a captured reader would try, and what came of it.
fn captured(attempt: &str, confinement: &ConfineSettings) -> String {
    let report = confine(confinement);
    let told = |result: std::io::Result<()>| match result {
        Ok(()) => "done".to_owned(),
        Err(error) => format!("refused: {:?}", error.kind()),
    };
    match attempt {
        "report" => report.to_string(),
        "connect" => told(TcpStream::connect("127.0.0.1:9").map(drop)),
        "read" => told(std::fs::read("/etc/passwd").map(drop)),
        "write" => told(std::fs::write(std::env::temp_dir().join("voiceassist-captured"), b"x")),
        "start" => told(Command::new("/bin/true").status().map(drop)),
        "memory" => {
            let hoard: Vec<Vec<u8>> = (0..1 << 16).map(|_| vec![1; 1 << 20]).collect();
            hoard.len().to_string()
        }
        "garbage" => "{".to_owned(),
        "fail" => std::process::exit(3),
        "forever" => loop {
            std::hint::spin_loop();
        },
        "sleep" => {
            std::thread::sleep(Duration::from_mins(10));
            String::new()
        }
        _ => String::new(),
    }
}
