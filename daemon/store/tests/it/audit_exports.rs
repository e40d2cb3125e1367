//! An export proves itself: whatever is changed in it, the first record that cannot be believed is named.

use proptest::prelude::*;
use proptest::sample::Index;
use voiceassist_model::SeededRandomness;
use voiceassist_store::audit::checkpoint::Checkpoint;
use voiceassist_store::audit::export::{ExportFault, ExportFinding, ExportWriter, verify};
use voiceassist_store::audit::signature::{AuditKey, PublicKey, generate_pem};
use voiceassist_store::audit::{Digest, Fault, Receipt, Record};

use crate::audit::{audit_key, filled, fresh};
use crate::clinic::start_of_time;

const RECORDS: u64 = 8;

/// An export of a real chain with a checkpoint after its fifth record, and that checkpoint as it was kept elsewhere.
struct Exported {
    lines: Vec<String>,
    kept: Checkpoint,
}

async fn exported() -> Exported {
    let (_database, store) = fresh().await;
    let kept = filled(&store, RECORDS).await;
    let mut out = Vec::new();
    let done = store.audit().export(0, std::slice::from_ref(&kept), &audit_key(), &mut out).await.unwrap();
    assert_eq!((done.records, done.unreadable), (RECORDS, 0));
    let text = String::from_utf8(out).unwrap();
    Exported { lines: text.lines().map(|line| format!("{line}\n")).collect(), kept }
}

fn check(lines: &[String]) -> Result<ExportFinding, ExportFault> {
    verify(lines.concat().as_bytes(), &[], &[audit_key().public()])
}

fn first_bad(lines: &[String]) -> u64 {
    match check(lines).unwrap_err() {
        ExportFault::Chain { fault, .. } => fault.first_bad(),
        ExportFault::NoEnd { after } => after + 1,
        other => panic!("no record is named: {other}"),
    }
}

/// The lines that are records, with their numbers.
fn records(lines: &[String]) -> Vec<(usize, Record)> {
    let read = |(at, line): (usize, &String)| Some((at, Record::from_line(line.trim_end()).ok()?));
    lines.iter().enumerate().filter_map(read).collect()
}

#[tokio::test]
async fn an_untouched_export_holds_and_says_what_it_holds() {
    let export = exported().await;
    let found = check(&export.lines).unwrap();
    assert_eq!((found.first, found.chain.records, found.chain.vouched_to), (1, RECORDS, RECORDS));
    assert_eq!(found.chain.checkpoints, 2);
    assert_eq!(found.key, audit_key().public());
    let with_kept = verify(export.lines.concat().as_bytes(), &[export.kept], &[]).unwrap();
    assert_eq!(with_kept.chain.checkpoints, 3);
}

#[tokio::test]
async fn a_part_of_the_log_can_be_exported_and_proves_itself_too() {
    let (_database, store) = fresh().await;
    let kept = filled(&store, RECORDS).await;
    for after in [0, 1, 5, RECORDS] {
        let mut out = Vec::new();
        store.audit().export(after, std::slice::from_ref(&kept), &audit_key(), &mut out).await.unwrap();
        let found = verify(out.as_slice(), std::slice::from_ref(&kept), &[audit_key().public()]).unwrap();
        assert_eq!((found.first, found.chain.records), (after + 1, RECORDS - after));
    }
    assert!(store.audit().export(RECORDS + 1, &[], &audit_key(), Vec::new()).await.is_err());
}

#[tokio::test]
async fn every_changed_byte_is_noticed_and_in_a_record_names_it() {
    let export = exported().await;
    let numbers: std::collections::BTreeMap<usize, u64> =
        records(&export.lines).into_iter().map(|(at, record)| (at, record.sequence)).collect();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let change = (any::<Index>(), any::<Index>(), 1..=255_u8);
    let outcome = runner.run(&change, |(line, byte, with)| {
        let at = line.index(export.lines.len());
        let mut bytes: Vec<Vec<u8>> = export.lines.iter().map(|line| line.clone().into_bytes()).collect();
        let byte = byte.index(bytes[at].len());
        bytes[at][byte] ^= with;
        let found = verify(bytes.concat().as_slice(), &[], &[audit_key().public()]);
        match (found, numbers.get(&at)) {
            (Ok(_), _) => prop_assert!(false, "line {at}, byte {byte}: nothing noticed"),
            (Err(ExportFault::Chain { fault, .. }), Some(number)) => {
                prop_assert_eq!(fault.first_bad(), *number, "line {}, byte {}", at, byte);
            }
            (Err(other), Some(_)) => prop_assert!(false, "line {at}, byte {byte}: {other}"),
            (Err(_), None) => {}
        }
        Ok(())
    });
    outcome.unwrap();
}

#[tokio::test]
async fn records_that_are_removed_repeated_or_moved_name_the_first_that_is_wrong() {
    let export = exported().await;
    let places = records(&export.lines);
    for (number, (at, record)) in places.iter().enumerate() {
        let mut without = export.lines.clone();
        without.remove(*at);
        assert_eq!(first_bad(&without), record.sequence, "without record {}", record.sequence);
        let mut twice = export.lines.clone();
        twice.insert(at + 1, export.lines[*at].clone());
        assert_eq!(first_bad(&twice), record.sequence, "record {} twice", record.sequence);
        for (other, later) in &places[number + 1..] {
            let mut swapped = export.lines.clone();
            swapped.swap(*at, *other);
            assert_eq!(first_bad(&swapped), record.sequence, "{} and {}", record.sequence, later.sequence);
        }
    }
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_missed_wherever_the_cut_is() {
    let export = exported().await;
    let text = export.lines.concat();
    for length in (0..text.len()).step_by(43) {
        let cut = &text.as_bytes()[..length];
        assert!(verify(cut, &[], &[audit_key().public()]).is_err(), "cut to {length} bytes");
    }
    for (at, record) in records(&export.lines) {
        assert_eq!(first_bad(&export.lines[..at]), record.sequence);
    }
}

#[tokio::test]
async fn an_older_export_in_the_place_of_a_newer_is_told_by_a_checkpoint_kept_elsewhere() {
    let (_database, store) = fresh().await;
    filled(&store, 6).await;
    let mut older = Vec::new();
    store.audit().export(0, &[], &audit_key(), &mut older).await.unwrap();
    let entry = voiceassist_store::audit::Entry::new(
        voiceassist_store::audit::Actor::Daemon,
        voiceassist_store::audit::Action::DaemonStop,
    );
    let end = store.audit().append(entry).await.unwrap();
    let kept = Checkpoint::sign(&audit_key(), end, start_of_time()).unwrap();
    assert!(verify(older.as_slice(), &[], &[]).is_ok());
    match verify(older.as_slice(), &[kept], &[]).unwrap_err() {
        ExportFault::Chain { fault: Fault::CutOff { sequence, known }, .. } => {
            assert_eq!((sequence, known), (7, 7));
        }
        other => panic!("{other}"),
    }
}

/// The chain from this record on as somebody would make it who can compute hashes.
fn rewritten(records: &[Record], from: u64) -> Vec<Record> {
    let mut made: Vec<Record> = Vec::new();
    for record in records {
        let mut record = record.clone();
        if record.sequence == from {
            record.subjects.clear();
        }
        record.previous = made.last().map_or(Digest::ORIGIN, |last| last.hash);
        record.hash = record.computed_hash();
        made.push(record);
    }
    made
}

#[tokio::test]
async fn a_chain_that_was_written_anew_is_told_by_the_first_checkpoint_after_the_change() {
    let export = exported().await;
    let original: Vec<Record> = records(&export.lines).into_iter().map(|(_, record)| record).collect();
    for from in 1..=RECORDS {
        let anew = rewritten(&original, from);
        let lines: Vec<String> = export
            .lines
            .iter()
            .map(|line| match Record::from_line(line.trim_end()) {
                Ok(record) => format!("{}\n", anew[usize::try_from(record.sequence).unwrap() - 1].to_line()),
                Err(_) => line.clone(),
            })
            .collect();
        let named = first_bad(&lines);
        let expected = if from <= 5 { 1 } else { 6 };
        assert_eq!(named, expected, "written anew from {from}; the stretch begins after the last checkpoint");
    }
}

#[tokio::test]
async fn a_chain_written_anew_and_signed_by_a_stranger_is_not_believed() {
    let export = exported().await;
    let original: Vec<Record> = records(&export.lines).into_iter().map(|(_, record)| record).collect();
    let stranger = AuditKey::from_pkcs8_pem(generate_pem(&SeededRandomness::new(66)).as_bytes()).unwrap();
    let mut forged = Vec::new();
    let mut writer = ExportWriter::begin(&mut forged, Receipt { sequence: 0, hash: Digest::ORIGIN }).unwrap();
    let mut end = None;
    for record in rewritten(&original, 2) {
        writer.record(&record).unwrap();
        end = Some(Receipt { sequence: record.sequence, hash: record.hash });
    }
    writer.checkpoint(&Checkpoint::sign(&stranger, end.unwrap(), start_of_time()).unwrap()).unwrap();
    writer.end(&stranger, start_of_time()).unwrap();
    let trusted: &[PublicKey] = &[audit_key().public()];
    match verify(forged.as_slice(), &[], trusted).unwrap_err() {
        ExportFault::Untrusted { key, .. } => assert_eq!(key, stranger.public()),
        other => panic!("{other}"),
    }
    assert_eq!(
        verify(forged.as_slice(), &[], &[]).unwrap().key,
        stranger.public(),
        "whose key it is, is said"
    );
    match verify(forged.as_slice(), &[export.kept], &[]).unwrap_err() {
        ExportFault::Chain { fault, .. } => assert_eq!(fault.first_bad(), 1),
        other => panic!("{other}"),
    }
}

#[test]
fn checkpoints_are_found_in_a_log_and_no_byte_of_one_can_be_changed() {
    let end = Receipt { sequence: 1_234, hash: Digest([0xab; 32]) };
    let checkpoint = Checkpoint::sign(&audit_key(), end, start_of_time()).unwrap();
    let line = checkpoint.to_string();
    let log = format!("nothing\nNov 23 09:00:00 host voiceassist[7]: {{\"msg\":\"{line}\"}}\n{line}\n");
    let found = Checkpoint::all_in(&log);
    assert_eq!((found.checkpoints, found.bad.len()), (vec![checkpoint.clone(), checkpoint], 0));
    for at in "voiceassist-checkpoint".len()..line.len() {
        let mut bytes = line.clone().into_bytes();
        bytes[at] ^= 1;
        let changed = format!("{}\n", String::from_utf8(bytes).unwrap());
        let found = Checkpoint::all_in(&changed);
        assert_eq!((found.checkpoints.len(), found.bad.len()), (0, 1), "byte {at}");
    }
    let torn = Checkpoint::all_in(&line[..100]);
    assert!(torn.ends_torn && torn.bad.is_empty() && torn.checkpoints.is_empty());
}
