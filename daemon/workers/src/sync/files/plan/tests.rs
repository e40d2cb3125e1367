//! What two snapshots of one folder say.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use voiceassist_model::DocumentId;
use voiceassist_store::entries::{Entry, ObservedEntry};

use super::FolderPlan;

fn look_at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
}

fn seen(file_id: i64, name: &str, etag: &str) -> ObservedEntry {
    ObservedEntry {
        file_id,
        parent: Some(1),
        path: format!("/{name}"),
        name: name.to_owned(),
        is_folder: name.ends_with("folder"),
        etag: etag.to_owned(),
        size: 10,
        mime: None,
        modified_at: Some(look_at() - TimeDelta::days(1)),
        upload_time: Some((look_at() - TimeDelta::days(1)).timestamp()),
        permissions: "RGDNVW".to_owned(),
        mount_type: None,
    }
}

fn known(entry: &ObservedEntry) -> Entry {
    Entry {
        file_id: entry.file_id,
        parent: entry.parent,
        path: entry.path.clone(),
        name: entry.name.clone(),
        is_folder: entry.is_folder,
        etag: Some(entry.etag.clone()),
        size: entry.size,
        mime: entry.mime.clone(),
        modified_at: entry.modified_at,
        upload_time: entry.upload_time,
        permissions: entry.permissions.clone(),
        mount_type: None,
        document: Some(DocumentId::from_uuid(Uuid::from_u128(
            u128::try_from(entry.file_id).expect("positive"),
        ))),
        last_seen_run: Uuid::nil(),
    }
}

fn compare(local: &[Entry], remote: Vec<ObservedEntry>) -> FolderPlan {
    FolderPlan::compare(1, "new".to_owned(), local, remote, Some(look_at()))
}

#[test]
fn equal_snapshots_ask_for_nothing() {
    let file = seen(2, "a.pdf", "e");
    let plan = compare(&[known(&file)], vec![file]);
    assert_eq!(
        plan.to_string(),
        "folder 1: 0 arrived, 0 changed, 0 missing, 0 folders to list, 0 to read again"
    );
}

#[test]
fn a_rename_is_a_change_of_the_same_file() {
    let plan = compare(&[known(&seen(2, "a.pdf", "e"))], vec![seen(2, "b.pdf", "e")]);
    assert_eq!((plan.changed, plan.arrived, plan.missing), (vec![2], vec![], vec![]));
}

#[test]
fn the_same_etag_with_another_upload_time_is_a_change() {
    let mut now = seen(2, "a.pdf", "e");
    let before = known(&now);
    now.upload_time = Some(look_at().timestamp());
    assert_eq!(compare(&[before], vec![now]).changed, [2]);
}

#[test]
fn only_folders_whose_etag_moved_are_listed_next() {
    let same = seen(2, "same folder", "e");
    let moved = seen(3, "moved folder", "new");
    let plan = compare(&[known(&same), known(&seen(3, "moved folder", "old"))], vec![same, moved]);
    assert_eq!(plan.descend, [3]);
}

#[test]
fn a_folder_without_a_stored_etag_is_listed_again() {
    let folder = seen(2, "folder", "e");
    let mut unsettled = known(&folder);
    unsettled.etag = None;
    assert_eq!(compare(&[unsettled], vec![folder]).descend, [2]);
}

#[test]
fn what_is_not_listed_is_missing() {
    assert_eq!(compare(&[known(&seen(2, "a.pdf", "e"))], vec![]).missing, [2]);
}

#[test]
fn an_unexplained_change_puts_recent_files_in_doubt() {
    let old = seen(2, "old.pdf", "e");
    let mut recent = seen(3, "recent.pdf", "e");
    recent.upload_time = Some((look_at() - TimeDelta::seconds(1)).timestamp());
    let plan = compare(&[known(&old), known(&recent)], vec![old, recent.clone()]);
    assert_eq!(plan.doubtful, [known(&recent).document.expect("a document")]);
}

#[test]
fn an_explained_change_may_hide_another_one_behind_it() {
    let mut recent = seen(3, "recent.pdf", "e");
    recent.upload_time = Some(look_at().timestamp());
    let before = known(&recent);
    let plan = compare(
        &[before.clone(), known(&seen(2, "old.pdf", "e"))],
        vec![recent, seen(2, "old.pdf", "e"), seen(4, "new.pdf", "e")],
    );
    assert_eq!(plan.doubtful, [before.document.expect("a document")]);
}

#[test]
fn a_file_that_changed_visibly_is_not_in_doubt_as_well() {
    let mut recent = seen(3, "recent.pdf", "e");
    recent.upload_time = Some(look_at().timestamp());
    let changed = ObservedEntry { etag: "f".to_owned(), ..recent.clone() };
    assert!(compare(&[known(&recent)], vec![changed]).doubtful.is_empty());
}

#[test]
fn without_upload_times_an_unexplained_change_puts_the_files_modified_last_in_doubt() {
    let undated = |file_id: i64| {
        let mut file = seen(file_id, &format!("{file_id}.pdf"), "e");
        file.upload_time = None;
        file.modified_at = Some(look_at() - TimeDelta::days(file_id));
        file
    };
    let files: Vec<ObservedEntry> = (2..102).map(undated).collect();
    let local: Vec<Entry> = files.iter().map(known).collect();
    let doubtful = compare(&local, files.clone()).doubtful;
    let newest: Vec<DocumentId> = local.iter().take(32).filter_map(|entry| entry.document).collect();
    assert_eq!(doubtful, newest);
    let explained: Vec<ObservedEntry> = files.into_iter().chain([seen(200, "new.pdf", "e")]).collect();
    assert!(compare(&local, explained).doubtful.is_empty());
}
