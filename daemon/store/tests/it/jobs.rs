//! The queue.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures::StreamExt as _;
use tokio::sync::Mutex;
use uuid::Uuid;
use voiceassist_model::{AccountId, DocumentId};
use voiceassist_store::{Enqueue, Job, Lane, Leased, Page, Store, StoreError};

use crate::clinic::{Clinic, MASTER, start_of_time};

const LEASE: TimeDelta = TimeDelta::seconds(60);

fn document(number: u128) -> DocumentId {
    DocumentId::from_uuid(Uuid::from_u128(number))
}

fn ingest(number: u128) -> Job {
    Job::IngestDocument { document: document(number) }
}

async fn claim(store: &Store) -> Option<Leased> {
    store.jobs().claim("worker", &Lane::ALL, LEASE).await.unwrap()
}

fn lost<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::LeaseLost))
}

#[tokio::test]
async fn a_job_exists_exactly_if_its_cause_does() {
    let clinic = Clinic::open().await;
    let mut tx = clinic.store.begin().await.unwrap();
    clinic.store.jobs().enqueue(&mut tx, ingest(1)).await.unwrap();
    assert!(claim(&clinic.store).await.is_none(), "not before the commit");
    tx.rollback().await.unwrap();
    assert!(claim(&clinic.store).await.is_none(), "not after a rollback");
    let mut tx = clinic.store.begin().await.unwrap();
    clinic.store.jobs().enqueue(&mut tx, ingest(1)).await.unwrap();
    drop(tx);
    let mut tx = clinic.store.begin().await.unwrap();
    clinic.store.jobs().enqueue(&mut tx, ingest(2)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claim(&clinic.store).await.unwrap().job, ingest(2));
}

#[tokio::test]
async fn what_a_first_look_leaves_behind_waits_for_everybody_elses_work() {
    let clinic = Clinic::open().await;
    let jobs = clinic.store.jobs();
    for number in 1..=3 {
        jobs.enqueue_now(Enqueue::new(ingest(number)).in_lane(Lane::Backlog)).await.unwrap();
        clinic.clock.advance(TimeDelta::seconds(1));
    }
    clinic.clock.advance(TimeDelta::hours(1));
    jobs.enqueue_now(ingest(9)).await.unwrap();
    // A newer wish for one of them takes it to the front.
    jobs.enqueue_now(ingest(3)).await.unwrap();
    let mut taken = Vec::new();
    while let Some(leased) = claim(&clinic.store).await {
        taken.push((leased.job, leased.lane));
    }
    let expected = [(3, Lane::Bulk), (9, Lane::Bulk), (1, Lane::Backlog), (2, Lane::Backlog)]
        .map(|(number, lane)| (ingest(number), lane));
    assert_eq!(taken, expected);
}

#[tokio::test]
async fn a_job_like_one_that_waits_folds_into_it_and_the_more_urgent_wish_wins() {
    let clinic = Clinic::open().await;
    let jobs = clinic.store.jobs();
    let later = start_of_time() + TimeDelta::hours(1);
    let first = jobs.enqueue_now(Enqueue::new(ingest(1)).at(later)).await.unwrap();
    assert!(claim(&clinic.store).await.is_none());
    let second = jobs.enqueue_now(Enqueue::new(ingest(1)).in_lane(Lane::Interactive)).await.unwrap();
    assert_eq!(first, second);
    let leased = claim(&clinic.store).await.unwrap();
    assert_eq!((leased.id, leased.lane), (first, Lane::Interactive));
    assert!(claim(&clinic.store).await.is_none());
}

#[tokio::test]
async fn a_cause_that_comes_while_the_job_runs_is_not_lost() {
    let clinic = Clinic::open().await;
    let jobs = clinic.store.jobs();
    jobs.enqueue_now(ingest(1)).await.unwrap();
    let running = claim(&clinic.store).await.unwrap();
    let next = jobs.enqueue_now(ingest(1)).await.unwrap();
    assert_ne!(next, running.id);
    assert!(claim(&clinic.store).await.is_none(), "never two at a time about the same document");
    jobs.finish(&running).await.unwrap();
    assert_eq!(claim(&clinic.store).await.unwrap().id, next);
}

#[tokio::test]
async fn a_cause_not_yet_committed_keeps_a_waiting_job_from_running_too_early() {
    let clinic = Clinic::open().await;
    let jobs = clinic.store.jobs();
    jobs.enqueue_now(ingest(1)).await.unwrap();
    let mut tx = clinic.store.begin().await.unwrap();
    jobs.enqueue(&mut tx, ingest(1)).await.unwrap();
    assert!(claim(&clinic.store).await.is_none(), "it would not see what the transaction does");
    tx.commit().await.unwrap();
    assert!(claim(&clinic.store).await.is_some());
}

#[tokio::test]
async fn lanes_go_in_order_and_a_worker_takes_only_its_own() {
    let clinic = Clinic::open().await;
    let jobs = clinic.store.jobs();
    let sync = Job::SyncFiles { account: AccountId::from_uuid(Uuid::from_u128(9)) };
    let access = Job::SetAccess { document: document(2) };
    for job in [ingest(1), sync, access] {
        jobs.enqueue_now(job).await.unwrap();
    }
    let interactive = jobs.claim("worker", &[Lane::Interactive], LEASE).await.unwrap().unwrap();
    assert_eq!(interactive.job, sync);
    jobs.release(&interactive).await.unwrap();
    assert_eq!(clinic.drain_jobs().await, [access, sync, ingest(1)]);
}

#[tokio::test]
async fn an_expired_lease_is_taken_over_and_the_late_worker_is_refused_everything() {
    let clinic = Clinic::open().await;
    let other = clinic.another_store(MASTER, 2).await;
    clinic.store.jobs().enqueue_now(ingest(1)).await.unwrap();
    let mut late = claim(&clinic.store).await.unwrap();
    clinic.pass(59);
    assert!(claim(&other).await.is_none(), "the lease still holds");
    clinic.pass(2);
    let taken = claim(&other).await.unwrap();
    assert_eq!((taken.id, taken.attempts), (late.id, 2));

    let jobs = clinic.store.jobs();
    assert!(lost(&jobs.extend(&mut late, LEASE).await));
    assert!(lost(&jobs.finish(&late).await));
    assert!(lost(&jobs.retry(&late, LEASE, "late").await));
    assert!(lost(&jobs.release(&late).await));
    assert!(lost(&jobs.bury(&late, "late").await));
    let mut tx = clinic.store.begin().await.unwrap();
    assert!(lost(&jobs.hold(&mut tx, &late).await));
    assert!(lost(&jobs.finish_in(&mut tx, &late).await));
    drop(tx);
    assert_eq!(jobs.stats().await.unwrap().dead, 0);
    other.jobs().finish(&taken).await.unwrap();
    assert_eq!(jobs.stats().await.unwrap().unfinished(), 0);
}

#[tokio::test]
async fn an_extended_lease_holds_longer() {
    let clinic = Clinic::open().await;
    clinic.store.jobs().enqueue_now(ingest(1)).await.unwrap();
    let mut leased = claim(&clinic.store).await.unwrap();
    clinic.pass(50);
    let until = clinic.store.jobs().extend(&mut leased, LEASE).await.unwrap();
    assert_eq!(until, start_of_time() + TimeDelta::seconds(110));
    clinic.pass(50);
    assert!(claim(&clinic.store).await.is_none());
    clinic.store.jobs().finish(&leased).await.unwrap();
}

#[tokio::test]
async fn nobody_takes_a_job_while_its_holder_is_inside_a_transaction() {
    let clinic = Clinic::open().await;
    clinic.store.jobs().enqueue_now(ingest(1)).await.unwrap();
    let leased = claim(&clinic.store).await.unwrap();
    let mut tx = clinic.store.begin().await.unwrap();
    clinic.store.jobs().hold(&mut tx, &leased).await.unwrap();
    clinic.pass(3_600);
    assert!(claim(&clinic.store).await.is_none(), "expired, but held");
    clinic.store.jobs().finish_in(&mut tx, &leased).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(clinic.store.jobs().stats().await.unwrap().unfinished(), 0);
}

#[tokio::test]
async fn a_failed_job_waits_its_pause_counts_its_tries_and_keeps_the_error() {
    let clinic = Clinic::open().await;
    let jobs = clinic.store.jobs();
    jobs.enqueue_now(Enqueue::new(ingest(1)).traced(Some("00-trace".to_owned()))).await.unwrap();
    let first = claim(&clinic.store).await.unwrap();
    jobs.retry(&first, TimeDelta::seconds(30), &"x".repeat(2_000)).await.unwrap();
    assert!(claim(&clinic.store).await.is_none());
    assert_eq!(jobs.next_run_at(&Lane::ALL).await.unwrap(), Some(start_of_time() + TimeDelta::seconds(30)));
    clinic.pass(30);
    let second = claim(&clinic.store).await.unwrap();
    assert_eq!((second.attempts, second.trace.as_deref()), (2, Some("00-trace")));
    assert_eq!(second.enqueued_at, start_of_time());
    assert_eq!(clinic.database.psql("select length(last_error) from jobs").trim(), "500");
    jobs.release(&second).await.unwrap();
    assert_eq!(claim(&clinic.store).await.unwrap().attempts, 2, "a released try does not count");
}

#[tokio::test]
async fn a_failed_job_folds_into_the_one_that_came_in_meanwhile() {
    let clinic = Clinic::open().await;
    let jobs = clinic.store.jobs();
    jobs.enqueue_now(ingest(1)).await.unwrap();
    let leased = claim(&clinic.store).await.unwrap();
    let newer = jobs.enqueue_now(ingest(1)).await.unwrap();
    jobs.retry(&leased, TimeDelta::hours(1), "unreachable").await.unwrap();
    let next = claim(&clinic.store).await.unwrap();
    assert_eq!((next.id, next.attempts), (newer, 2), "at once, with the tries carried over");
    jobs.finish(&next).await.unwrap();
    assert_eq!(jobs.stats().await.unwrap().unfinished(), 0);
}

#[tokio::test]
async fn a_given_up_job_is_kept_with_its_reason_until_somebody_decides() {
    let clinic = Clinic::open().await;
    let jobs = clinic.store.jobs();
    for number in 1..=3 {
        jobs.enqueue_now(ingest(number)).await.unwrap();
        clinic.pass(1);
        let leased = claim(&clinic.store).await.unwrap();
        jobs.bury(&leased, "too many tries").await.unwrap();
    }
    let page = jobs.dead_letters(&Page::first(2)).await.unwrap();
    assert_eq!(
        page.items.iter().map(|letter| letter.job).collect::<Vec<_>>(),
        [Some(ingest(3)), Some(ingest(2))]
    );
    let rest = jobs.dead_letters(&Page::after(page.next.unwrap(), 2)).await.unwrap();
    assert_eq!(rest.items[0].reason, "too many tries");
    assert_eq!((rest.items[0].job, rest.next), (Some(ingest(1)), None));

    assert!(jobs.requeue(page.items[0].id).await.unwrap());
    assert!(!jobs.requeue(page.items[0].id).await.unwrap());
    assert!(jobs.discard(page.items[1].id).await.unwrap());
    let revived = claim(&clinic.store).await.unwrap();
    assert_eq!((revived.job, revived.attempts), (ingest(3), 1));
    assert_eq!(jobs.stats().await.unwrap().dead, 1);
}

#[tokio::test]
async fn a_kind_of_a_newer_release_is_left_alone_and_an_unknown_form_is_given_up() {
    let clinic = Clinic::open().await;
    let jobs = clinic.store.jobs();
    jobs.enqueue_now(ingest(1)).await.unwrap();
    jobs.enqueue_now(ingest(2)).await.unwrap();
    clinic.database.psql(&format!(
        "update jobs set kind = 'transcribe_call' where subject = '{}';
         update jobs set payload = jsonb_set(payload, '{{v}}', '99') where subject = '{}'",
        document(1),
        document(2)
    ));
    assert!(claim(&clinic.store).await.is_none());
    let dead = jobs.dead_letters(&Page::first(10)).await.unwrap().items;
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].job, dead[0].kind.as_str()), (None, "ingest_document"));
    assert_eq!(jobs.stats().await.unwrap().unfinished(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_workers_never_get_the_same_job_and_never_two_of_one_document() {
    let clinic = Clinic::open().await;
    let mut tx = clinic.store.begin().await.unwrap();
    let mut all = Vec::new();
    for number in 0..60 {
        all.push(Enqueue::new(ingest(number)));
        all.push(Enqueue::new(Job::SetAccess { document: document(number) }));
    }
    assert_eq!(clinic.store.jobs().enqueue_all(&mut tx, &all).await.unwrap(), 120);
    tx.commit().await.unwrap();
    let busy = Arc::new(Mutex::new(HashSet::new()));
    let mut workers = Vec::new();
    for number in 0..6 {
        let (store, busy) = (clinic.another_store(MASTER, 100 + number).await, Arc::clone(&busy));
        workers.push(tokio::spawn(async move {
            let mut done = Vec::new();
            loop {
                let Some(leased) = claim(&store).await else {
                    if store.jobs().stats().await.unwrap().unfinished() == 0 {
                        return done;
                    }
                    continue;
                };
                let (Job::IngestDocument { document } | Job::SetAccess { document }) = leased.job else {
                    unreachable!()
                };
                assert!(busy.lock().await.insert(document), "two workers on one document");
                tokio::task::yield_now().await;
                busy.lock().await.remove(&document);
                store.jobs().finish(&leased).await.unwrap();
                done.push(leased.job);
            }
        }));
    }
    let mut done = Vec::new();
    for worker in workers {
        done.extend(worker.await.unwrap());
    }
    assert_eq!(done.len(), 120);
    assert_eq!(done.into_iter().collect::<HashSet<_>>().len(), 120);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn opposite_orders_of_enqueueing_do_not_block_each_other() {
    let clinic = Clinic::open().await;
    let forward: Vec<Enqueue> = (0..200).map(|number| Enqueue::new(ingest(number))).collect();
    let backward: Vec<Enqueue> = forward.iter().rev().cloned().collect();
    let mut writers = Vec::new();
    for order in [forward, backward].into_iter().cycle().take(8) {
        let store = clinic.store.clone();
        writers.push(tokio::spawn(async move {
            let mut tx = store.begin().await.unwrap();
            store.jobs().enqueue_all(&mut tx, &order).await.unwrap();
            tx.commit().await.unwrap();
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(clinic.store.jobs().stats().await.unwrap().unfinished(), 200);
}

#[tokio::test]
async fn waiting_workers_are_woken_by_the_commit_and_not_before() {
    let clinic = Clinic::open().await;
    let mut wakeups = Box::pin(clinic.store.jobs().wakeups());
    let soon = Duration::from_secs(10);
    tokio::time::timeout(soon, wakeups.next()).await.unwrap();
    let mut tx = clinic.store.begin().await.unwrap();
    clinic.store.jobs().enqueue(&mut tx, ingest(1)).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(100), wakeups.next()).await.is_err());
    tx.commit().await.unwrap();
    assert_eq!(tokio::time::timeout(soon, wakeups.next()).await.unwrap(), Some(()));
}

#[tokio::test]
async fn listening_survives_a_lost_connection() {
    let clinic = Clinic::open().await;
    let mut wakeups = Box::pin(clinic.store.jobs().wakeups());
    let soon = Duration::from_secs(20);
    tokio::time::timeout(soon, wakeups.next()).await.unwrap();
    clinic.database.psql(
        "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%' and pid <> pg_backend_pid()",
    );
    tokio::time::timeout(soon, wakeups.next()).await.expect("the loss itself wakes");
    clinic.store.jobs().enqueue_now(ingest(1)).await.unwrap();
    tokio::time::timeout(soon, wakeups.next()).await.expect("and so does the next job");
}

#[tokio::test]
async fn the_queue_is_told_in_numbers() {
    let clinic = Clinic::open().await;
    let jobs = clinic.store.jobs();
    for number in 1..=3 {
        jobs.enqueue_now(ingest(number)).await.unwrap();
    }
    jobs.enqueue_now(Enqueue::new(ingest(4)).at(start_of_time() + TimeDelta::hours(1))).await.unwrap();
    let leased = claim(&clinic.store).await.unwrap();
    clinic.pass(90);
    let stats = jobs.stats().await.unwrap();
    let bulk = stats.lanes.iter().find(|lane| lane.lane == Lane::Bulk).unwrap();
    assert_eq!((bulk.waiting, bulk.running, bulk.delayed), (2, 1, 1));
    assert_eq!(bulk.oldest_age, Some(TimeDelta::seconds(90)));
    assert_eq!(stats.lanes[0].oldest_age, None);
    assert!(jobs.is_unfinished(&leased.job).await.unwrap());
    assert!(!jobs.is_unfinished(&ingest(77)).await.unwrap());
}
