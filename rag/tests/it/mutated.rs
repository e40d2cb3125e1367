//! A thousand damaged documents, read as the daemon reads them.
//!
//! Every kind of document is cut, spliced and has its bytes turned by a seeded generator, and each of the thousand goes
//! through a confined child. Whatever comes out is a document or a reason; no child outlives its reading, and none takes
//! more memory than it is given.

use std::path::Path;
use std::time::Duration;

use voiceassist_fakes::corpus::{Corpus, hostile};
use voiceassist_model::Reason;

use crate::extract::reader;
use crate::formats;

const FILES: usize = 1_000;
/// What a child may take at most; its own program and the parser's tables are part of it.
const MEMORY_BYTES: u64 = 1 << 30;

/// A generator that is the same everywhere (`SplitMix64`).
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit.max(1) as u64).unwrap_or(0)
    }

    fn damage(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(8) {
            let (at, length) = (self.below(bytes.len()), self.below(64));
            match self.below(6) {
                0 => bytes.truncate(at.max(1)),
                1 => bytes[at] ^= 1 << self.below(8),
                2 => bytes[at] = 0xff,
                3 => {
                    let end = (at + length).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, piece);
                }
                4 => {
                    let end = (at + length).min(bytes.len());
                    bytes.drain(at..end);
                    if bytes.is_empty() {
                        bytes.push(b'x');
                    }
                }
                _ => {
                    let end = (at + length).min(bytes.len());
                    bytes[at..end].fill(u8::try_from(self.below(256)).unwrap_or(0));
                }
            }
        }
    }
}

/// One well-made document of every kind, by name.
fn originals() -> Vec<(String, Vec<u8>)> {
    let mut originals: Vec<(String, Vec<u8>)> = formats::documents();
    let mut seen: Vec<&str> = Vec::new();
    for file in Corpus::clinic(1).files {
        if !seen.contains(&file.media_type) {
            seen.push(file.media_type);
            originals.push((file.path, file.bytes));
        }
    }
    let small = hostile().into_iter().filter(|file| file.bytes.len() < 200_000);
    originals.extend(small.map(|file| (file.path, file.bytes)));
    originals.retain(|(_, bytes)| !bytes.is_empty());
    originals
}

/// Children of this process that have not been waited for.
fn children() -> Vec<String> {
    let own = std::process::id();
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{own}/task")) else { return Vec::new() };
    tasks
        .flatten()
        .filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

#[tokio::test]
async fn a_thousand_damaged_documents_cost_themselves_and_nothing_else() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("document");
    let originals = originals();
    let mut sequence = Sequence(20_261_123);
    let reader = reader(&[], Duration::from_mins(1));
    let (mut read, mut peak) = (0, 0);
    for number in 0..FILES {
        let (name, original) = &originals[number % originals.len()];
        let mut bytes = original.clone();
        sequence.damage(&mut bytes);
        std::fs::write(&path, &bytes).expect("file");
        let name = Path::new(name).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (outcome, bytes) = reader.read_measured(&path, &name).await;
        match outcome {
            Ok(document) => {
                assert!(document.pages.iter().any(|page| !page.text.trim().is_empty()), "{number}: {name}");
                read += 1;
            }
            Err(failure) => assert_ne!(failure.reason, Reason::Internal, "{number}: {name}: {failure}"),
        }
        peak = peak.max(bytes.unwrap_or(0));
    }
    assert!(read > FILES / 4, "{read} of {FILES} could still be read");
    assert!(peak > 0 && peak < MEMORY_BYTES, "{peak}");
    assert_eq!(children(), Vec::<String>::new());
}
