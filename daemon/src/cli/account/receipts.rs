//! `voiceassist account receipts`: what went with people who were removed.

use serde_json::json;
use voiceassist_store::receipts::Receipt;
use voiceassist_store::{Page, Store};

use super::Failure;

/// Receipts read in one round.
const PAGE: u32 = 100;

/// Prints them, the newest first.
pub(super) async fn run(store: &Store, as_json: bool) -> Result<(), Failure> {
    let mut page = Page::first(PAGE);
    let mut any = false;
    loop {
        let listed = store.receipts().list(&page).await?;
        for receipt in &listed.items {
            any = true;
            if as_json {
                println!("{}", described(receipt));
            } else {
                print(receipt);
            }
        }
        match listed.next {
            Some(next) => page = Page { after: Some(next), limit: PAGE },
            None => break,
        }
    }
    if !any && !as_json {
        println!("Nobody was removed.");
    }
    Ok(())
}

/// A receipt for programs.
pub(super) fn described(receipt: &Receipt) -> serde_json::Value {
    let digest: String =
        receipt.account_digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    json!({
        "receipt": receipt.id,
        "instance": receipt.instance,
        "account_sha256": digest,
        "cause": receipt.cause.as_str(),
        "begun_at": receipt.begun_at,
        "removed_at": receipt.removed_at,
        "completed_at": receipt.completed_at,
        "entries": receipt.entries,
        "documents_purged": receipt.documents_purged,
        "documents_kept": receipt.documents_kept,
        "chunks": receipt.chunks,
        "conversations": receipt.conversations,
        "messages": receipt.messages,
        "collection_objects": receipt.collection_objects,
        "jobs_cancelled": receipt.jobs_cancelled,
        "points_pending": receipt.points_pending,
    })
}

fn print(receipt: &Receipt) {
    let state = match (receipt.removed_at, receipt.completed_at) {
        (_, Some(_)) => "complete".to_owned(),
        (Some(_), None) => format!("{} points still to leave the index", receipt.points_pending),
        (None, None) => "not finished yet".to_owned(),
    };
    println!(
        "{} {} {}: {} entries, {} documents and {} pieces of text purged, {} documents kept for others, {} \
         conversations with {} messages, {} events and contacts, {} jobs taken back; {state}",
        receipt.id,
        receipt.begun_at.format("%Y-%m-%d %H:%M:%S UTC"),
        receipt.cause.as_str(),
        receipt.entries,
        receipt.documents_purged,
        receipt.chunks,
        receipt.documents_kept,
        receipt.conversations,
        receipt.messages,
        receipt.collection_objects,
        receipt.jobs_cancelled,
    );
}
