//! What readers make of documents, well-meant and hostile.
//!
//! The clinic's documents are read in this process, because they are ours; whatever is hostile is also read as the
//! daemon reads it, in a confined child.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use voiceassist_fakes::corpus::{Corpus, CorpusFile, hostile};
use voiceassist_model::Reason;
use voiceassist_rag::extract::child::{ChildReader, ChildSettings, MAX_TOGETHER};
use voiceassist_rag::extract::{BlockKind, ExtractSettings, Extracted, Line, Reader, read, report};

pub(crate) fn extracted(file: &CorpusFile) -> Extracted {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    read(&mut Cursor::new(&file.bytes), name, &ExtractSettings::default())
        .unwrap_or_else(|error| panic!("{}: {error}", file.path))
}

pub(crate) fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The stand-in for the program, built beside the tests.
fn program() -> PathBuf {
    example("confined_reader")
}

fn example(name: &str) -> PathBuf {
    let tests = std::env::current_exe().unwrap_or_default();
    // The tests lie in `deps`, the examples beside it.
    tests.parent().and_then(Path::parent).unwrap_or(Path::new("")).join("examples").join(name)
}

pub(crate) fn reader(arguments: &[&str], timeout: Duration) -> ChildReader {
    let arguments = arguments.iter().map(Into::into).collect();
    ChildReader::new(ChildSettings { timeout, ..ChildSettings::new(program(), arguments) })
}

fn attempt(what: &str) -> String {
    attempt_with(&[], what)
}

fn attempt_with(arguments: &[&str], what: &str) -> String {
    let output = Command::new(program())
        .args(arguments)
        .args(["--attempt", what])
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", program().display()));
    assert!(output.status.success(), "{what}: {}", output.status);
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn every_fact_of_the_clinic_is_read_on_its_page() {
    let corpus = Corpus::clinic(1);
    for file in corpus.files.iter().filter(|file| !file.scanned) {
        let document = extracted(file);
        assert_eq!(document.pages.len(), file.pages as usize, "pages of {}", file.path);
        for fact in &file.facts {
            let page = &document.pages[fact.page as usize - 1];
            let text = collapsed(&page.text);
            let found = text.contains(&collapsed(&fact.answer_contains));
            assert!(found, "{}: {:?} is not in\n{}", file.path, fact.answer_contains, page.text);
        }
    }
}

#[test]
fn blocks_cover_the_words_of_every_page_in_order() {
    for file in Corpus::clinic(1).files.iter().filter(|file| !file.scanned) {
        for page in extracted(file).pages {
            let chars: Vec<char> = page.text.chars().collect();
            let mut end = 0;
            for block in &page.blocks {
                let (start, stop) = (block.span.start as usize, block.span.end as usize);
                assert!(start >= end && stop <= chars.len() && start < stop, "{}", file.path);
                end = stop;
            }
        }
    }
}

#[test]
fn scans_are_told_as_documents_without_text() {
    for file in Corpus::clinic(1).files.iter().filter(|file| file.scanned) {
        let told = report(&mut Cursor::new(&file.bytes), &file.path, &ExtractSettings::default());
        assert_eq!(told.error.map(|error| error.code), Some(Reason::NoText), "{}", file.path);
        assert_eq!(told.mime, "application/pdf");
    }
}

#[tokio::test]
async fn scans_are_recognised_in_the_child_where_that_is_set_up() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("document");
    let recogniser = example("recognise_stand_in");
    let arguments = ["--ocr", recogniser.to_str().expect("path")];
    for file in Corpus::clinic(1).files.iter().filter(|file| file.scanned) {
        std::fs::write(&path, &file.bytes).expect("file");
        let document =
            reader(&arguments, Duration::from_mins(1)).read(&path, "scan.pdf").await.expect("read");
        assert_eq!(document.pages.len(), file.pages as usize);
        for page in &document.pages {
            // The stand-in says what it was given: the whole page, upright, at the resolution of the scanner.
            assert_eq!(page.text, "picture of 1654 by 2339 dots at 200 eng", "{}", file.path);
            assert_eq!(page.confidence, Some(64));
            let [Line(span, area)] = page.printed[..] else { panic!("one line: {:?}", page.printed) };
            assert_eq!(span.end as usize, page.text.chars().count());
            assert!(area.left > 0 && area.top > 0 && area.bottom < 2_500 && area.right < 9_500, "{area:?}");
        }
        assert_eq!(document.note(), Some(Reason::LowConfidence));
    }
}

#[tokio::test]
async fn a_recogniser_that_never_ends_goes_with_its_reader() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("document");
    std::fs::write(&path, b"\x89PNG\r\n\x1a\nsleep").expect("file");
    let recogniser = example("recognise_stand_in");
    // No other test asks for this language.
    let arguments = ["--ocr", recogniser.to_str().expect("path"), "--languages", "never_ending"];
    let failure = reader(&arguments, Duration::from_secs(2)).read(&path, "scan.png").await;
    assert_eq!(failure.map_err(|failure| failure.reason), Err(Reason::ReaderStopped));
    // What was killed is listed until the kernel has taken it down; a survivor sleeps for ten minutes.
    let gone = async {
        while running_with("never_ending") > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_mins(1), gone).await.is_ok(), "the recogniser goes on");
}

/// How many programs have this in their command line and have not ended.
fn running_with(argument: &str) -> usize {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter(|process| {
            let arguments = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
            let state = std::fs::read_to_string(process.path().join("stat")).unwrap_or_default();
            String::from_utf8_lossy(&arguments).contains(argument) && !state.contains(") Z ")
        })
        .count()
}

#[test]
fn headings_are_known_in_every_format() {
    for file in Corpus::clinic(1).files.iter().filter(|file| !file.scanned) {
        if file.media_type == "text/plain" {
            continue;
        }
        let document = extracted(file);
        let headings = document
            .pages
            .iter()
            .flat_map(|page| &page.blocks)
            .filter(|block| matches!(block.kind, BlockKind::Heading(_)))
            .count();
        assert!(headings > 0, "{} has no heading", file.path);
    }
}

#[tokio::test]
async fn a_confined_child_survives_everything_hostile_and_says_what_it_was() {
    let folder = tempfile::tempdir().expect("folder");
    let reader = reader(&[], Duration::from_mins(1));
    for (index, file) in hostile().into_iter().enumerate() {
        let path = folder.path().join(index.to_string());
        std::fs::write(&path, &file.bytes).expect("file");
        let name = file.path.strip_prefix("Inbox/").unwrap_or(&file.path);
        match (reader.read(&path, name).await, file.reason) {
            (Ok(document), None) => {
                let text = collapsed(&document.whole_text());
                let wanted = file.must_contain.map(collapsed).unwrap_or_default();
                assert!(text.contains(&wanted), "{}: {:?} is missing", file.path, file.must_contain);
                if let Some(unwanted) = file.must_not_contain {
                    assert!(!text.contains(unwanted), "{}: {unwanted:?} came out", file.path);
                }
            }
            (Err(failure), Some(reason)) => {
                assert_eq!(failure.reason.code(), reason, "{} ({})", file.path, file.why);
            }
            (Ok(_), Some(reason)) => panic!("{} ({}) was read, expected {reason}", file.path, file.why),
            (Err(failure), None) => panic!("{} ({}) was refused: {failure}", file.path, file.why),
        }
    }
}

#[tokio::test]
async fn the_child_reads_what_this_process_reads() {
    let folder = tempfile::tempdir().expect("folder");
    let reader = reader(&[], Duration::from_mins(1));
    let mut seen = Vec::new();
    for file in Corpus::clinic(1).files.iter().filter(|file| !file.scanned) {
        if seen.contains(&file.media_type) {
            continue;
        }
        seen.push(file.media_type);
        let path = folder.path().join("document");
        std::fs::write(&path, &file.bytes).expect("file");
        let name = file.path.rsplit('/').next().unwrap_or_default();
        assert_eq!(reader.read(&path, name).await.expect("read"), extracted(file), "{}", file.path);
    }
}

#[test]
fn confinement_takes_hold() {
    let report = attempt("report");
    assert!(report.contains("limits full") && report.contains("seccomp full"), "{report}");
}

#[test]
fn a_captured_reader_cannot_connect_read_write_or_start_anything() {
    for what in ["connect", "read", "write", "start"] {
        assert!(attempt(what).starts_with("refused"), "{what}: {}", attempt(what));
    }
}

#[test]
fn a_permitted_program_starts_and_nothing_else_is_opened_for_it() {
    let permitted = ["--pdftotext", "/bin/true"];
    assert_eq!(attempt_with(&permitted, "start"), "done");
    for what in ["connect", "write"] {
        assert!(attempt_with(&permitted, what).starts_with("refused"), "{what}");
    }
}

#[tokio::test]
async fn a_reader_that_wants_all_memory_or_all_time_is_stopped() {
    let file = tempfile::NamedTempFile::new().expect("file");
    let cases: [(&[&str], u64); 3] = [
        (&["--memory", "400000000", "--attempt", "memory"], 30),
        (&["--cpu", "1", "--attempt", "forever"], 30),
        (&["--attempt", "sleep"], 1),
    ];
    for (arguments, seconds) in cases {
        let failure = reader(arguments, Duration::from_secs(seconds)).read(file.path(), "x").await;
        assert_eq!(failure.map_err(|failure| failure.reason), Err(Reason::ReaderStopped), "{arguments:?}");
    }
}

#[tokio::test]
async fn a_reader_that_prints_nonsense_or_fails_is_our_own_fault() {
    let file = tempfile::NamedTempFile::new().expect("file");
    for what in ["garbage", "fail"] {
        let failure = reader(&["--attempt", what], Duration::from_secs(30)).read(file.path(), "x").await;
        assert_eq!(failure.map_err(|failure| failure.reason), Err(Reason::Internal), "{what}");
    }
    let missing = ChildReader::new(ChildSettings::new("/nonexistent/reader".into(), Vec::new()));
    let failure = missing.read(file.path(), "x").await;
    assert_eq!(failure.map_err(|failure| failure.reason), Err(Reason::Internal));
}

#[tokio::test]
async fn more_documents_than_share_a_child_are_read_by_several_in_order() {
    let directory = tempfile::tempdir().expect("a directory");
    let paths: Vec<PathBuf> = (0..=MAX_TOGETHER + 3)
        .map(|number| {
            let path = directory.path().join(format!("{number}.eml"));
            let text = format!("From: a@example.test\r\nSubject: Echo\r\n\r\nThe dose is {number} mg.\r\n");
            std::fs::write(&path, text).expect("written");
            path
        })
        .collect();
    let files: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let read = reader(&[], Duration::from_secs(30)).read_together(&files, "message.eml").await;
    assert_eq!(read.len(), files.len());
    for (number, read) in read.into_iter().enumerate() {
        assert!(read.expect("read").pages[0].text.contains(&format!("The dose is {number} mg.")));
    }
}

#[tokio::test]
async fn documents_that_share_a_child_are_read_as_by_one_of_their_own() {
    let directory = tempfile::tempdir().expect("a directory");
    let message = |number: usize| {
        let text =
            format!("From: a@example.test\r\nSubject: Echo {number}\r\n\r\nThe dose is {number} mg.\r\n");
        let path = directory.path().join(format!("{number}.eml"));
        std::fs::write(&path, if number == 3 { "\0\0\0\0".to_owned() } else { text }).expect("written");
        path
    };
    let mut paths: Vec<PathBuf> = (0..6).map(message).collect();
    paths.push(directory.path().join("missing.eml"));
    let files: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    // The second reader ends early when it is given more than one document.
    for arguments in [[].as_slice(), &["--alone"]] {
        let reader = reader(arguments, Duration::from_secs(30));
        let together = reader.read_together(&files, "message.eml").await;
        assert_eq!(together.len(), files.len());
        for (number, (read, file)) in together.iter().zip(&files).enumerate() {
            let alone = reader.read(file, "message.eml").await;
            match (read, &alone) {
                (Ok(read), Ok(alone)) => {
                    assert_eq!(read.pages, alone.pages);
                    assert!(read.pages[0].text.contains(&format!("The dose is {number} mg.")));
                }
                (Err(read), Err(alone)) => {
                    assert_eq!(read.reason, alone.reason);
                    assert!(number == 3 || number == 6, "{number}");
                }
                _ => panic!("{number} is read in one way only"),
            }
        }
    }
}

#[tokio::test]
async fn a_reader_that_prints_too_much_is_stopped() {
    let file = tempfile::NamedTempFile::new().expect("file");
    std::fs::write(file.path(), "word ".repeat(10_000)).expect("text");
    let settings = ChildSettings { output_bytes: 1_000, ..ChildSettings::new(program(), Vec::new()) };
    let failure = ChildReader::new(settings).read(file.path(), "long.txt").await;
    assert_eq!(failure.map_err(|failure| failure.reason), Err(Reason::ReaderStopped));
}

#[test]
fn the_command_prints_four_fields_and_two_per_page() {
    let printed =
        report(&mut Cursor::new("One.\u{c}Two."), "a.txt", &ExtractSettings::default()).to_public_json();
    let value: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    let expected = serde_json::json!({
        "mime": "text/plain",
        "pages": [{ "page": 1, "text": "One." }, { "page": 2, "text": "Two." }],
        "truncated": false,
        "error": null,
    });
    assert_eq!(value, expected);
}

#[test]
fn the_command_prints_an_error_as_code_and_sentence() {
    let printed = report(&mut Cursor::new(""), "a.txt", &ExtractSettings::default()).to_public_json();
    let value: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(value["error"]["code"], "empty");
    assert_eq!(value["error"]["message"], Reason::Empty.explanation());
    assert_eq!(value["pages"], serde_json::json!([]));
}

#[test]
fn an_input_over_the_limit_is_refused_unread() {
    let mut settings = ExtractSettings::default();
    settings.limits.input_bytes = 10;
    let told = report(&mut Cursor::new("eleven bytes"), "a.txt", &settings);
    assert_eq!(told.error.map(|error| error.code), Some(Reason::TooLarge));
}

#[test]
fn a_long_document_is_cut_and_says_so() {
    let mut settings = ExtractSettings::default();
    settings.limits.characters = 8;
    let document = read(&mut Cursor::new("One two three."), "a.txt", &settings).expect("text");
    assert!(document.truncated);
    assert_eq!(document.pages[0].text, "One two ");
}
