//! The audit log: what is acknowledged is there, nothing is left out between, and nothing of it can be changed.

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;
use voiceassist_fakes::postgres::TestDatabase;
use voiceassist_model::{AccountId, ChunkId, DocumentId, ManualClock, SeededRandomness};
use voiceassist_store::audit::checkpoint::Checkpoint;
use voiceassist_store::audit::signature::{AuditKey, generate_pem};
use voiceassist_store::audit::{Action, Actor, Entry, Fault, Filter, Outcome, Subject, Unaudited};
use voiceassist_store::{Store, StoreError};

use crate::clinic::{Clinic, MASTER, migrated, start_of_time, store_at};

/// Records enough for every kind of damage.
const RECORDS: u64 = 9;
/// Where a checkpoint stands.
const CHECKPOINT: u64 = 5;

pub(crate) fn audit_key() -> AuditKey {
    AuditKey::from_pkcs8_pem(generate_pem(&SeededRandomness::new(7)).as_bytes()).unwrap()
}

pub(crate) async fn fresh() -> (TestDatabase, Store) {
    let database = migrated().await;
    let store = store_at(database.url(), &Arc::new(ManualClock::at(start_of_time())), MASTER, 1).await;
    (database, store)
}

pub(crate) fn document(number: u128) -> DocumentId {
    DocumentId::from_uuid(Uuid::from_u128(number))
}

fn person(number: u128) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(1_000 + number))
}

fn passage(number: u128) -> ChunkId {
    ChunkId::from_uuid(Uuid::from_u128(2_000 + number))
}

/// A chain of shows, and a checkpoint about its middle.
pub(crate) async fn filled(store: &Store, records: u64) -> Checkpoint {
    let mut checkpoint = None;
    for number in 1..=records {
        let shown = (1..=u128::from(number % 4)).map(document);
        let entry = Entry::showing(person(1), Action::SearchShow, shown, [passage(u128::from(number))]);
        let receipt = store.audit().append(entry[0].clone().count("passages", 1)).await.unwrap();
        assert_eq!(receipt.sequence, number);
        if number == CHECKPOINT {
            checkpoint = Some(Checkpoint::sign(&audit_key(), receipt, start_of_time()).unwrap());
        }
    }
    checkpoint.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_writers_of_two_replicas_make_one_chain_without_a_gap() {
    const WRITERS: u64 = 64;
    const EACH: u64 = 20;
    let (database, store) = fresh().await;
    let clock = Arc::new(ManualClock::at(start_of_time()));
    let other = store_at(database.url(), &clock, MASTER, 2).await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = if writer % 2 == 0 { store.clone() } else { other.clone() };
            tokio::spawn(async move {
                let mut mine = Vec::new();
                for number in 0..EACH {
                    let entry = Entry::new(Actor::Daemon, Action::DaemonStart);
                    let entry = entry.count("writer", writer).count("number", number);
                    mine.push(store.audit().append(entry).await.unwrap());
                }
                mine
            })
        })
        .collect();
    let mut acknowledged = BTreeSet::new();
    for writer in writers {
        let mine = writer.await.unwrap();
        assert!(mine.is_sorted_by_key(|receipt| receipt.sequence), "a writer's records are in its order");
        for receipt in mine {
            assert_eq!(store.audit().hash_at(receipt.sequence).await.unwrap(), Some(receipt.hash));
            assert!(acknowledged.insert(receipt.sequence), "{} was given twice", receipt.sequence);
        }
    }
    assert!(acknowledged.into_iter().eq(1..=WRITERS * EACH));
    let finding = store.audit().verify(&[]).await.unwrap().unwrap();
    assert_eq!(finding.records, WRITERS * EACH);
}

#[tokio::test]
async fn a_writer_that_goes_away_stops_nobody() {
    let (_database, store) = fresh().await;
    let entry = || Entry::new(Actor::Daemon, Action::DaemonStart);
    for _ in 0..20 {
        let gone = store.audit();
        let impatient = tokio::time::timeout(std::time::Duration::ZERO, gone.append(entry()));
        let _ = impatient.await;
        store.audit().append(entry()).await.unwrap();
    }
    let finding = store.audit().verify(&[]).await.unwrap().unwrap();
    assert!((20..=40).contains(&finding.records), "{}", finding.records);
}

#[tokio::test]
async fn the_database_refuses_every_change_of_a_record_and_every_gap() {
    let (database, store) = fresh().await;
    filled(&store, RECORDS).await;
    let refused = |statement: &str| {
        let quiet = format!(
            "do $$ begin {statement}; raise exception 'it was done'; exception when sqlstate 'VA002' then null; \
             when sqlstate 'VA003' then null; end $$"
        );
        database.psql(&quiet);
    };
    refused("update audit_records set outcome = 'failed' where sequence = 2");
    refused("update audit_records set outcome = 'failed' where false");
    refused("delete from audit_records where sequence = 9");
    refused("truncate audit_records");
    refused("set local session_replication_role = replica; delete from audit_records");
    let copy = |at: u64| {
        format!(
            "insert into audit_records select {at}, at, actor_kind, actor, action, subjects, outcome, details, previous, hash
             from audit_records where sequence = 1"
        )
    };
    refused(&copy(RECORDS + 2));
    refused(&copy(RECORDS + 2).replace("where sequence = 1", "where sequence = 2"));
    assert_eq!(store.audit().verify(&[]).await.unwrap().unwrap().records, RECORDS);
}

/// A chain without its protection, as somebody has it who owns the database.
struct Unguarded {
    database: TestDatabase,
    store: Store,
    checkpoint: Checkpoint,
}

impl Unguarded {
    async fn open() -> Self {
        let (database, store) = fresh().await;
        let checkpoint = filled(&store, RECORDS).await;
        database.psql(
            "alter table audit_records disable trigger user;
             alter table audit_records drop constraint audit_records_pkey;
             alter table audit_records drop constraint audit_records_sequence_check;
             alter table audit_records drop constraint audit_records_subjects_check;
             alter table audit_records drop constraint audit_records_actor_check;
             alter table audit_records drop constraint audit_records_hash_check;
             create table saved as table audit_records",
        );
        Self { database, store, checkpoint }
    }

    /// Changes rows, and says which record must be named.
    async fn damaged(&self, statement: &str, expected: Fault) {
        let checkpoints = std::slice::from_ref(&self.checkpoint);
        let before = self.store.audit().verify(checkpoints).await.unwrap().unwrap();
        assert_eq!((before.records, before.vouched_to), (RECORDS, CHECKPOINT));
        self.database.psql(statement);
        let found = self.store.audit().verify(checkpoints).await.unwrap();
        assert_eq!(found, Err(expected), "{statement}");
        self.database.psql("delete from audit_records; insert into audit_records table saved");
    }
}

#[tokio::test]
async fn every_column_that_is_changed_names_its_record() {
    let chain = Unguarded::open().await;
    let changed = Fault::Changed { sequence: 4 };
    let unreadable = Fault::Unreadable { sequence: 4 };
    for (column, value, expected) in [
        ("at", "at + interval '1 microsecond'", changed),
        ("actor_kind", "'daemon'", changed),
        ("actor_kind", "'Ärztin'", unreadable),
        ("actor", "set_byte(actor, 3, get_byte(actor, 3) # 1)", changed),
        ("actor", "''", changed),
        ("actor", "actor || '\\x00'", unreadable),
        ("action", "'document.show'", changed),
        ("action", "'document.show\"'", unreadable),
        ("subjects", "set_byte(subjects, 5, get_byte(subjects, 5) # 128)", changed),
        ("subjects", "set_byte(subjects, 0, 2)", changed),
        ("subjects", "set_byte(subjects, 0, 200)", unreadable),
        ("subjects", "substring(subjects from 18)", changed),
        ("subjects", "subjects || '\\x01'", unreadable),
        ("subjects", "''", changed),
        ("outcome", "'refused'", changed),
        ("details", "'{\"passages\":2}'", changed),
        ("details", "'{}'", changed),
        ("details", "'{\"passages\": 1}'", unreadable),
        ("details", "'{\"passages\":1'", unreadable),
        ("previous", "set_byte(previous, 31, get_byte(previous, 31) # 1)", changed),
        ("hash", "set_byte(hash, 0, get_byte(hash, 0) # 1)", changed),
        ("hash", "''", unreadable),
    ] {
        // Record 3 shows three documents, so that its subjects can be shortened; record 4 shows none of them.
        let (at, expected) = if column == "subjects" {
            (
                3,
                match expected {
                    Fault::Changed { .. } => Fault::Changed { sequence: 3 },
                    _ => Fault::Unreadable { sequence: 3 },
                },
            )
        } else {
            (4, expected)
        };
        let statement = format!("update audit_records set {column} = {value} where sequence = {at}");
        chain.damaged(&statement, expected).await;
    }
}

#[tokio::test]
async fn rows_that_are_removed_moved_or_repeated_name_the_first_that_is_wrong() {
    let chain = Unguarded::open().await;
    let swapped = "update audit_records set sequence = 10 - sequence where sequence in (3, 7)";
    let renumbered = "delete from audit_records where sequence = 6;
                      update audit_records set sequence = sequence - 1 where sequence > 6";
    let repeated = "insert into audit_records select * from audit_records where sequence = 2";
    for (statement, expected) in [
        (swapped, Fault::Changed { sequence: 3 }),
        (renumbered, Fault::Changed { sequence: 6 }),
        (repeated, Fault::Repeated { sequence: 2 }),
        ("delete from audit_records where sequence = 6", Fault::Missing { sequence: 6, found: 7 }),
        ("delete from audit_records where sequence <= 2", Fault::Missing { sequence: 1, found: 3 }),
        ("delete from audit_records where sequence >= 5", Fault::CutOff { sequence: 5, known: CHECKPOINT }),
        ("delete from audit_records", Fault::CutOff { sequence: 1, known: CHECKPOINT }),
    ] {
        chain.damaged(statement, expected).await;
    }
}

#[tokio::test]
async fn a_chain_that_goes_on_elsewhere_is_not_added_to() {
    let (database, store) = fresh().await;
    filled(&store, RECORDS).await;
    database.psql(
        "alter table audit_records disable trigger user; delete from audit_records where sequence >= 8",
    );
    let entry = || Entry::new(Actor::Daemon, Action::DaemonStart);
    let error = store.audit().append(entry()).await.unwrap_err();
    let StoreError::Unrecorded { source } = &error else { panic!("{error:?}") };
    assert!(matches!(**source, StoreError::Unrecorded { .. } | StoreError::AuditChanged), "{source:?}");
    assert!(format!("{error:?}").contains("AuditChanged"));
    assert_eq!(store.audit().end().await.unwrap().unwrap().sequence, 7);
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_done() {
    let (database, store) = fresh().await;
    store.audit().hidden_id(Subject::Document(document(1))).await.unwrap();
    database.psql("alter table audit_records rename to elsewhere");
    let mut done = false;
    let entry = Entry::new(Actor::Operator, Action::PairingAdd);
    let result: Result<(), Unaudited<StoreError>> = store
        .audit()
        .around(entry, async {
            done = true;
            Ok(())
        })
        .await;
    assert!(matches!(result, Err(Unaudited::NotBegun(StoreError::Unrecorded { .. }))), "{result:?}");
    assert!(!done);
}

#[tokio::test]
async fn an_action_is_recorded_before_and_after_with_its_end() {
    let (_database, store) = fresh().await;
    let entry = Entry::new(Actor::Operator, Action::PairingAdd).about(Subject::Account(person(1)));
    let audit = store.audit();
    let done: Result<u8, Unaudited<&str>> = audit.around(entry.clone(), async { Ok(7) }).await;
    assert_eq!(done.unwrap(), 7);
    let failed: Result<u8, Unaudited<&str>> = audit.around(entry, async { Err("no") }).await;
    assert!(matches!(failed, Err(Unaudited::Action("no"))));
    let outcomes: Vec<String> = audit
        .find(&Filter::default(), None, 10)
        .await
        .unwrap()
        .into_iter()
        .map(|record| record.outcome)
        .collect();
    assert_eq!(outcomes, ["failed", "begun", "done", "begun"]);
}

#[tokio::test]
async fn a_record_within_a_transaction_goes_with_it() {
    let (_database, store) = fresh().await;
    let entry = [Entry::new(Actor::Daemon, Action::ScopeChange)];
    let mut tx = store.begin().await.unwrap();
    store.audit().append_in(&mut tx, &entry).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(store.audit().end().await.unwrap(), None);
    let mut tx = store.begin().await.unwrap();
    let receipt = store.audit().append_in(&mut tx, &entry).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.audit().end().await.unwrap(), Some(receipt));
}

#[tokio::test]
async fn who_saw_this_document_has_an_answer_and_the_table_names_nobody() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    let audit = clinic.store.audit();
    for (reader, number) in [(alice, 1), (bob, 1), (bob, 2)] {
        clinic.pass(60);
        let entries = Entry::showing(reader, Action::AnswerShow, [document(number)], [passage(number)]);
        audit.append_all(entries).await.unwrap();
    }
    let about = |number| Filter { subject: Some(Subject::Document(document(number))), ..Filter::default() };
    let seen = audit.find(&about(1), None, 10).await.unwrap();
    let readers: Vec<_> = seen.iter().map(|record| record.actor.unwrap()).collect();
    let alices = audit.hidden_id(Subject::Account(alice)).await.unwrap();
    let bobs = audit.hidden_id(Subject::Account(bob)).await.unwrap();
    assert_eq!(readers, [bobs, alices], "the newest first");
    let by_bob = Filter { actor: Some(Actor::Person(bob)), ..about(1) };
    assert_eq!(audit.find(&by_bob, None, 10).await.unwrap().len(), 1);
    assert_eq!(audit.find(&about(3), None, 10).await.unwrap().len(), 0);
    let by_passage = Filter { subject: Some(Subject::Passage(passage(2))), ..Filter::default() };
    assert_eq!(audit.find(&by_passage, None, 10).await.unwrap().len(), 1);
    let late = Filter { since: Some(clinic.clock_now()), ..Filter::default() };
    assert_eq!(audit.find(&late, None, 10).await.unwrap().len(), 1);
    let early = Filter { until: Some(clinic.clock_now()), ..Filter::default() };
    assert_eq!(audit.find(&early, None, 10).await.unwrap().len(), 2);
    assert_eq!(audit.find(&Filter::default(), Some(2), 10).await.unwrap().len(), 1, "a page goes on");
    let refused = Filter { outcome: Some(Outcome::Refused), ..Filter::default() };
    assert_eq!(audit.find(&refused, None, 10).await.unwrap().len(), 0);
    let whole_table = clinic.database.psql("select * from audit_records").replace('-', "");
    for id in [alice.as_uuid(), bob.as_uuid(), document(1).as_uuid(), passage(2).as_uuid()] {
        assert!(!whole_table.contains(&id.simple().to_string()), "{id} stands in the table");
    }
}

#[tokio::test]
async fn what_shows_more_than_one_record_holds_makes_more() {
    let (_database, store) = fresh().await;
    let shown = (0..300).map(document);
    let entries = Entry::showing(person(1), Action::ConversationShow, shown.clone().chain(shown), []);
    assert_eq!(entries.len(), 2, "each is named once");
    assert_eq!(store.audit().append_all(entries).await.unwrap().sequence, 2);
    let last = Filter { subject: Some(Subject::Document(document(299))), ..Filter::default() };
    assert_eq!(store.audit().find(&last, None, 10).await.unwrap().len(), 1);
    assert!(Entry::showing(person(1), Action::AnswerShow, [], []).is_empty());
}

#[tokio::test]
async fn replicas_hide_ids_with_one_key() {
    let (database, store) = fresh().await;
    let clock = Arc::new(ManualClock::at(start_of_time()));
    let other = store_at(database.url(), &clock, MASTER, 9).await;
    let (one, two) = (store.audit(), other.audit());
    let subject = Subject::Document(document(1));
    let (one, two) = tokio::join!(one.hidden_id(subject), two.hidden_id(subject));
    assert_eq!(one.unwrap(), two.unwrap());
}

#[tokio::test]
async fn a_role_of_its_own_runs_the_daemon_and_cannot_touch_the_log() {
    let (database, store) = fresh().await;
    let role = format!("runtime_{}", database.name());
    database.psql(&format!("create role \"{role}\" login"));
    store.grant_runtime(&role).await.unwrap();
    store.grant_runtime(&role).await.unwrap();
    let url = database.url().replace("//postgres@", &format!("//{role}@"));
    let runtime = store_at(&url, &Arc::new(ManualClock::at(start_of_time())), MASTER, 3).await;
    assert_eq!(runtime.role().await.unwrap(), role);
    runtime.unlock().await.unwrap();
    let instance = runtime.instances().ensure("https://cloud.clinic.example/").await.unwrap();
    assert!(runtime.paired_apps().add(instance, &[1; 32]).await.unwrap().is_some());
    filled(&runtime, RECORDS).await;
    assert!(runtime.audit().protection().await.unwrap().is_separate());
    let owner = store.audit().protection().await.unwrap();
    assert!(owner.is_superuser && !owner.is_separate() && owner.has_triggers);
    for statement in [
        "update audit_records set outcome = 'failed'",
        "delete from audit_records",
        "truncate audit_records",
        "alter table audit_records disable trigger user",
        "drop table audit_records",
        "create trigger mine after insert on audit_records execute function refuse_audit_change()",
        "delete from _sqlx_migrations",
    ] {
        database.psql(&format!(
            "do $$ begin set local role \"{role}\"; {statement}; raise exception 'it was allowed'; \
             exception when insufficient_privilege then null; end $$"
        ));
    }
    assert_eq!(runtime.audit().verify(&[]).await.unwrap().unwrap().records, RECORDS);
    runtime.close().await;
    database.psql(&format!("drop owned by \"{role}\"; drop role \"{role}\""));
}
