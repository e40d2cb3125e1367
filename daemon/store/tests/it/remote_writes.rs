//! Writes to Nextcloud by idempotency key: found again, carried out by one at a time, sealed.

use chrono::TimeDelta;
use voiceassist_model::AccountId;
use voiceassist_store::remote_writes::{NewWrite, Planned, RemoteWrite, WriteEnd, WriteState};
use voiceassist_store::{ContentHash, Job, StoreError};

use crate::clinic::Clinic;

const TTL: TimeDelta = TimeDelta::seconds(60);

async fn plan(clinic: &Clinic, account: AccountId, key: &str, kind: &'static str, request: &str) -> Planned {
    let write = NewWrite {
        account,
        key,
        kind,
        digest: ContentHash::of(request.as_bytes()),
        request: request.as_bytes(),
    };
    clinic.store.remote_writes().plan(write).await.unwrap()
}

async fn planned(clinic: &Clinic, account: AccountId, key: &str) -> RemoteWrite {
    match plan(clinic, account, key, "save", "Mrs Example.txt").await {
        Planned::Write(write) => write,
        Planned::OtherRequest => panic!("the key is new"),
    }
}

fn done(result: &[u8]) -> WriteEnd<'_> {
    WriteEnd {
        state: WriteState::Done,
        reason: None,
        result: Some(result),
        file_id: Some(7),
        etag: Some("\"a\""),
    }
}

#[tokio::test]
async fn a_key_finds_its_own_request_and_refuses_another() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    let first = planned(&clinic, alice, "k").await;
    assert_eq!((first.state, first.attempts), (WriteState::Planned, 0));
    assert_eq!(planned(&clinic, alice, "k").await, first);
    assert_eq!(plan(&clinic, alice, "k", "save", "other").await, Planned::OtherRequest);
    assert_eq!(plan(&clinic, alice, "k", "delete", "Mrs Example.txt").await, Planned::OtherRequest);
    assert_ne!(planned(&clinic, bob, "k").await.id, first.id, "keys belong to an account");
}

#[tokio::test]
async fn one_at_a_time_carries_a_write_out_and_a_dead_one_is_followed() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let write = planned(&clinic, alice, "k").await;
    let writes = clinic.store.remote_writes();
    let (first, state) = writes.claim(write.id, TTL).await.unwrap().unwrap();
    assert_eq!(state, WriteState::Planned);
    assert!(writes.claim(write.id, TTL).await.unwrap().is_none(), "somebody has it");
    writes.mark_sent(first, TTL).await.unwrap();
    clinic.pass(59);
    writes.extend(first, TTL).await.unwrap();
    clinic.pass(59);
    assert!(writes.claim(write.id, TTL).await.unwrap().is_none(), "kept up");

    clinic.pass(2);
    let (second, state) = writes.claim(write.id, TTL).await.unwrap().unwrap();
    assert_eq!(state, WriteState::Sent, "the next one knows that something may have been sent");
    let late = [
        writes.mark_sent(first, TTL).await,
        writes.extend(first, TTL).await,
        writes.finish(first, done(b"late")).await,
    ];
    assert!(late.iter().all(|late| matches!(late, Err(StoreError::LeaseLost))), "{late:?}");
    writes.release(first).await.unwrap();
    writes.finish(second, done(b"result")).await.unwrap();
    assert!(writes.claim(write.id, TTL).await.unwrap().is_none(), "finished");
    let found = writes.find(write.id).await.unwrap().unwrap();
    assert_eq!((found.state, found.result.as_deref()), (WriteState::Done, Some(&b"result"[..])));
    assert_eq!(planned(&clinic, alice, "k").await, found);
    assert_eq!(clinic.drain_jobs().await, [Job::SyncFiles { account: alice }], "the mirror learns at once");
}

#[tokio::test]
async fn a_claim_that_ran_out_sends_nothing_even_if_nobody_followed() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let write = planned(&clinic, alice, "k").await;
    let writes = clinic.store.remote_writes();
    let (claim, _) = writes.claim(write.id, TTL).await.unwrap().unwrap();
    clinic.pass(61);
    assert!(matches!(writes.mark_sent(claim, TTL).await, Err(StoreError::LeaseLost)));
}

#[tokio::test]
async fn a_refusal_is_final_and_an_unknown_end_is_not() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let writes = clinic.store.remote_writes();
    for (key, state, again) in [("r", WriteState::Refused, false), ("u", WriteState::Unknown, true)] {
        let write = planned(&clinic, alice, key).await;
        let (claim, _) = writes.claim(write.id, TTL).await.unwrap().unwrap();
        let end = WriteEnd { state, reason: Some("changed"), result: None, file_id: None, etag: None };
        writes.finish(claim, end).await.unwrap();
        let found = planned(&clinic, alice, key).await;
        assert_eq!((found.state, found.reason.as_deref()), (state, Some("changed")));
        assert_eq!(writes.claim(write.id, TTL).await.unwrap().is_some(), again, "{key}");
    }
    assert!(clinic.drain_jobs().await.is_empty(), "nothing was written");
}

#[tokio::test]
async fn what_is_kept_of_a_write_is_sealed_and_goes_in_time_and_with_the_account() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let writes = clinic.store.remote_writes();
    let write = planned(&clinic, alice, "letter for Mrs Example").await;
    let open = planned(&clinic, alice, "still open").await;
    let (claim, _) = writes.claim(write.id, TTL).await.unwrap().unwrap();
    writes.finish(claim, done(b"Mrs Example.txt")).await.unwrap();
    let row = clinic.database.psql(
        "select encode(key_hash || request_digest || request || coalesce(result, ''), 'escape') from remote_writes",
    );
    assert!(!row.contains("Example") && !row.contains("letter"), "{row}");

    assert_eq!(writes.sweep(write.created_at).await.unwrap(), 0, "not yet");
    clinic.pass(1);
    assert_eq!(writes.sweep(clinic.store.clock().now()).await.unwrap(), 1);
    assert!(writes.find(write.id).await.unwrap().is_none());
    assert!(writes.find(open.id).await.unwrap().is_some(), "an unfinished one stays");
    clinic.store.accounts().remove(alice).await.unwrap();
    assert!(writes.find(open.id).await.unwrap().is_none());
}
