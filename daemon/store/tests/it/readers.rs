//! Readers: observed in trees, interned as sets, followed by the index.

use std::collections::{BTreeMap, BTreeSet};

use voiceassist_model::{AccountId, Randomness as _, SeededRandomness};
use voiceassist_store::{Job, StoreError};

use crate::clinic::{Clinic, MASTER, chunk_id, file, folder, sorted};

#[tokio::test]
async fn the_same_readers_share_one_set_however_many_documents() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    let shared: Vec<_> = (10..30).map(|id| file(id, 1, &format!("/{id}.pdf"), "x")).collect();
    clinic.observe(alice, &shared).await;
    clinic.observe(bob, &shared).await;
    let set = clinic.set_of(10).await;
    for file_id in 11..30 {
        assert_eq!(clinic.set_of(file_id).await, set);
    }
    assert_eq!(clinic.readers(10).await, sorted(vec![alice, bob]));
    let sets = clinic.database.psql("select count(*) from access_sets");
    assert_eq!(sets.trim(), "3", "each person's own and the shared one");
    assert_eq!(
        clinic.store.access().sweep().await.unwrap(),
        2,
        "nothing is left that only one of them reads"
    );
    assert_eq!(clinic.store.access().sets_of(alice).await.unwrap(), [set]);
    assert_eq!(clinic.store.access().sets_of(bob).await.unwrap(), [set]);
}

#[tokio::test]
async fn a_second_reader_costs_one_change_of_access_and_no_reading() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "x")]).await;
    let id = clinic.ingest(10, &["words"]).await;
    let before = clinic.document(10).await;
    clinic.drain_jobs().await;

    let applied = clinic.observe(bob, &[file(10, 2, "/From Alice.pdf", "x")]).await;
    assert!(applied[0].change.created && !applied[0].change.content);
    let after = clinic.document(10).await;
    assert_eq!((after.version, after.state), (before.version, before.state));
    assert_eq!(after.index_access_set, before.access_set, "the index does not know yet");
    let set = after.access_set.unwrap();
    assert_eq!(clinic.drain_jobs().await, [Job::MoveAccess { set }]);
    assert_eq!(clinic.store.access().behind(set, 10).await.unwrap(), [id]);
    assert_eq!(clinic.store.access().written(&[id], set).await.unwrap(), 0);
    assert!(clinic.store.access().behind(set, 10).await.unwrap().is_empty());
    assert_eq!(clinic.document(10).await.index_access_set, after.access_set);
}

#[tokio::test]
async fn a_new_version_seen_by_many_is_read_once() {
    let clinic = Clinic::open().await;
    let people = [clinic.person("alice").await, clinic.person("bob").await, clinic.person("cleo").await];
    for etag in ["v1", "v2"] {
        let mut raised = 0;
        for person in people {
            let applied = clinic.observe(person, &[file(10, 1, "/a.pdf", etag)]).await;
            raised += usize::from(applied[0].change.content);
        }
        assert_eq!(raised, 1, "{etag}");
        assert_eq!(clinic.drain_jobs().await.len(), 1, "{etag}");
    }
    assert_eq!(clinic.document(10).await.version, 2);
}

#[tokio::test]
async fn when_one_of_two_readers_goes_the_document_stays_for_the_other() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    for person in [alice, bob] {
        clinic.observe(person, &[file(10, 1, "/a.pdf", "x")]).await;
    }
    let id = clinic.ingest(10, &["words"]).await;
    clinic.drain_jobs().await;
    let vanished = clinic.vanish(bob, &[10]).await;
    assert_eq!((vanished.documents_purged, vanished.access_changed), (0, 1));
    assert_eq!(clinic.readers(10).await, [alice]);
    let set = clinic.set_of(10).await;
    assert_eq!(clinic.drain_jobs().await, [Job::MoveAccess { set }]);
    assert_eq!(clinic.store.access().behind(set, 10).await.unwrap(), [id]);
}

#[tokio::test]
async fn when_the_last_reader_goes_the_text_goes_and_the_index_is_told_which_points() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "x")]).await;
    let id = clinic.ingest(10, &["one", "two"]).await;
    clinic.drain_jobs().await;
    assert_eq!(clinic.vanish(alice, &[10]).await.documents_purged, 1);
    assert!(clinic.store.documents().find(id).await.unwrap().is_none());
    assert_eq!(clinic.store.chunks().count().await.unwrap(), 0);
    assert_eq!(clinic.drain_jobs().await, [Job::RemoveDocument { document: id }]);
    let mut gone = clinic.store.chunks().gone(id).await.unwrap();
    let mut expected = vec![chunk_id(id, "one"), chunk_id(id, "two")];
    gone.sort_unstable();
    expected.sort_unstable();
    assert_eq!(gone, expected);
    assert_eq!(clinic.store.chunks().forget_gone(id, &gone).await.unwrap(), 2);
    assert!(clinic.store.chunks().gone(id).await.unwrap().is_empty());

    clinic.observe(alice, &[file(10, 1, "/a.pdf", "x")]).await;
    assert_ne!(clinic.document(10).await.id, id, "what comes back is a new document");
}

#[tokio::test]
async fn readers_that_change_back_before_the_index_followed_are_still_put_right() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "x")]).await;
    let id = clinic.ingest(10, &["words"]).await;
    let only_alice = clinic.set_of(10).await;
    clinic.observe(bob, &[file(10, 2, "/a.pdf", "x")]).await;
    let both = clinic.set_of(10).await;
    clinic.drain_jobs().await;
    // A worker has written `both` into the index, and bob has left before it says so.
    clinic.vanish(bob, &[10]).await;
    clinic.drain_jobs().await;
    assert_eq!(clinic.store.access().written(&[id], both).await.unwrap(), 1);
    assert_eq!(clinic.drain_jobs().await, [Job::MoveAccess { set: only_alice }]);
    assert_eq!(clinic.store.access().written(&[id], only_alice).await.unwrap(), 0);
    assert!(clinic.drain_jobs().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn people_who_meet_the_same_files_at_the_same_moment_all_become_readers() {
    let clinic = Clinic::open().await;
    let mut people = Vec::new();
    for number in 0..6 {
        people.push(clinic.person(&format!("person-{number}")).await);
    }
    let shared: Vec<_> = (10..40).map(|id| file(id, 1, &format!("/{id}.pdf"), "x")).collect();
    let mut syncs = Vec::new();
    for (number, person) in people.clone().into_iter().enumerate() {
        let (store, run, mut listing) =
            (clinic.another_store(MASTER, 50 + number as u64).await, clinic.run(), shared.clone());
        if number % 2 == 1 {
            listing.reverse();
        }
        syncs.push(tokio::spawn(async move {
            let mut tx = store.begin().await.unwrap();
            store.entries().apply(&mut tx, person, run, &listing).await.unwrap();
            tx.commit().await.unwrap();
        }));
    }
    for sync in syncs {
        sync.await.unwrap();
    }
    for file_id in 10..40 {
        assert_eq!(clinic.readers(file_id).await, sorted(people.clone()));
    }
    assert_eq!(clinic.drain_jobs().await.len(), 30, "each read once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_who_leaves_while_another_arrives_neither_keeps_nor_loses_the_document() {
    for round in 0..8_u64 {
        let clinic = Clinic::open().await;
        let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
        clinic.observe(alice, &[file(10, 1, "/a.pdf", "x")]).await;
        let (leaving, arriving) =
            (clinic.another_store(MASTER, 60 + round).await, clinic.another_store(MASTER, 70 + round).await);
        let (first, second) = (clinic.run(), clinic.run());
        let leave = tokio::spawn(async move {
            let mut tx = leaving.begin().await.unwrap();
            leaving.entries().vanish(&mut tx, alice, first, &[10]).await.unwrap();
            tx.commit().await.unwrap();
        });
        let arrive = tokio::spawn(async move {
            for _ in 0..5 {
                let mut tx = arriving.begin().await.unwrap();
                match arriving.entries().apply(&mut tx, bob, second, &[file(10, 2, "/a.pdf", "x")]).await {
                    Ok(_) => return tx.commit().await.unwrap(),
                    Err(error) => assert!(error.is_transient(), "{error:?}"),
                }
            }
            panic!("five times unlucky");
        });
        leave.await.unwrap();
        arrive.await.unwrap();
        assert_eq!(clinic.readers(10).await, [bob], "round {round}");
    }
}

#[tokio::test]
async fn random_shares_always_end_with_the_readers_the_trees_show() {
    let clinic = Clinic::open().await;
    let mut people = Vec::new();
    for number in 0..4 {
        people.push(clinic.person(&format!("person-{number}")).await);
    }
    let randomness = SeededRandomness::new(2_026);
    let mut model: BTreeMap<i64, BTreeSet<AccountId>> = BTreeMap::new();
    for step in 0..150 {
        let mut dice = [0; 3];
        randomness.fill(&mut dice);
        let (person, file_id) = (people[usize::from(dice[0] % 4)], 10 + i64::from(dice[1] % 6));
        if dice[2] % 5 < 3 {
            clinic
                .observe(person, &[file(file_id, 1, &format!("/{file_id}.pdf"), &format!("v{}", step / 40))])
                .await;
            model.entry(file_id).or_default().insert(person);
        } else {
            clinic.vanish(person, &[file_id]).await;
            model.entry(file_id).or_default().remove(&person);
        }
    }
    for (file_id, readers) in &model {
        let found = match clinic.find_document(*file_id).await {
            Some(_) => clinic.readers(*file_id).await,
            None => Vec::new(),
        };
        assert_eq!(found, readers.iter().copied().collect::<Vec<_>>(), "file {file_id}");
        for person in &people {
            let visible = match clinic.find_document(*file_id).await {
                Some(document) => {
                    let sets = clinic.store.access().sets_of(*person).await.unwrap();
                    sets.contains(&document.access_set.unwrap())
                }
                None => false,
            };
            assert_eq!(visible, readers.contains(person), "file {file_id}, {person}");
        }
    }
    let copies = clinic.database.psql(
        "select count(*) from access_sets a join access_sets b on a.members = b.members and a.id < b.id
         union all select count(*) from documents d where not exists (select from entries e where e.document_id = d.id)",
    );
    assert_eq!(
        copies.split_whitespace().collect::<Vec<_>>(),
        ["0", "0"],
        "no set twice, no document without reader"
    );
}

#[tokio::test]
async fn one_more_reader_of_many_documents_is_one_set_and_one_job() {
    let clinic = Clinic::open().await;
    let (alice, bob, cleo) =
        (clinic.person("alice").await, clinic.person("bob").await, clinic.person("cleo").await);
    let private: Vec<_> = (10..20).map(|id| file(id, 1, &format!("/{id}.pdf"), "x")).collect();
    let shared: Vec<_> = (20..60).map(|id| file(id, 1, &format!("/{id}.pdf"), "x")).collect();
    clinic.observe(alice, &[private, shared.clone()].concat()).await;
    clinic.observe(bob, &shared).await;
    for id in 10..60 {
        clinic.ingest(id, &["words"]).await;
    }
    clinic.drain_jobs().await;
    let before = clinic.set_of(20).await;

    clinic.observe(cleo, &shared).await;
    let after = clinic.set_of(20).await;
    assert_eq!(clinic.readers(20).await, sorted(vec![alice, bob, cleo]));
    assert_eq!(clinic.drain_jobs().await, [Job::MoveAccess { set: after }]);
    assert_eq!(clinic.store.access().behind(after, 100).await.unwrap().len(), 40);

    // Those who remain find by the old set until the index has followed, so it is kept until then.
    clinic.store.access().sweep().await.unwrap();
    assert!(clinic.store.access().sets_of(bob).await.unwrap().contains(&before));
    let behind = clinic.store.access().behind(after, 100).await.unwrap();
    clinic.store.access().written(&behind, after).await.unwrap();
    clinic.store.access().sweep().await.unwrap();
    assert_eq!(clinic.store.access().sets_of(bob).await.unwrap(), [after]);

    clinic.vanish(cleo, &(20..60).collect::<Vec<_>>()).await;
    let back = clinic.set_of(20).await;
    assert_eq!(clinic.readers(20).await, sorted(vec![alice, bob]));
    assert_eq!(clinic.drain_jobs().await, [Job::MoveAccess { set: back }]);
    assert!(clinic.store.access().sets_of(cleo).await.unwrap() == [after], "until the index has followed");
}

#[tokio::test]
async fn an_unplanned_failure_says_the_operation_and_no_value() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let poisoned = folder(1, None, "/Canary\0path", "r");
    let mut tx = clinic.store.begin().await.unwrap();
    let error = clinic.store.entries().apply(&mut tx, alice, clinic.run(), &[poisoned]).await.unwrap_err();
    assert!(matches!(error, StoreError::Database { .. }));
    assert!(!format!("{error:?} {error}").contains("Canary"), "{error:?}");
    assert!(!error.is_transient());
}
