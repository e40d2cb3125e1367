//! The schema: it can be applied twice, and it is the one that is committed.

use std::sync::Arc;

use voiceassist_fakes::postgres::TestDatabase;
use voiceassist_model::ManualClock;
use voiceassist_store::SchemaState;

use crate::clinic::{MASTER, start_of_time, store_at};

#[tokio::test]
async fn migrating_twice_changes_nothing() {
    let database = TestDatabase::create();
    let store = store_at(database.url(), &Arc::new(ManualClock::at(start_of_time())), MASTER, 1).await;
    let SchemaState::Behind { pending } = store.schema_state().await.unwrap() else {
        panic!("an empty database lacks every step");
    };
    assert_eq!(store.migrate().await.unwrap().applied, pending);
    assert_eq!(store.schema_state().await.unwrap(), SchemaState::Current);
    let first = describe(&database);
    assert_eq!(store.migrate().await.unwrap().applied, 0);
    assert_eq!(describe(&database), first);
}

#[tokio::test]
async fn a_schema_of_a_newer_release_is_recognised() {
    let database = TestDatabase::create();
    let store = store_at(database.url(), &Arc::new(ManualClock::at(start_of_time())), MASTER, 1).await;
    store.migrate().await.unwrap();
    database.psql(
        "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
         values (29990101000000, 'from the future', '2999-01-01', true, '', 0)",
    );
    assert_eq!(store.schema_state().await.unwrap(), SchemaState::Ahead { unknown: 1 });
}

#[tokio::test]
async fn every_step_together_makes_the_committed_schema() {
    let database = TestDatabase::create();
    let store = store_at(database.url(), &Arc::new(ManualClock::at(start_of_time())), MASTER, 1).await;
    store.migrate().await.unwrap();
    let committed = include_str!("../../../../migrations/schema.sql");
    assert!(
        describe(&database).trim() == committed.trim(),
        "migrations/schema.sql is out of date; script/prepare-queries renews it"
    );
}

fn describe(database: &TestDatabase) -> String {
    database.psql(include_str!("../describe_schema.sql"))
}
