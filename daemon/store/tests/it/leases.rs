//! Leadership.

use chrono::TimeDelta;
use voiceassist_store::StoreError;

use crate::clinic::{Clinic, MASTER};

const TTL: TimeDelta = TimeDelta::seconds(30);

#[tokio::test]
async fn one_of_many_becomes_leader() {
    let clinic = Clinic::open().await;
    let mut candidates = Vec::new();
    for number in 0..8 {
        let store = clinic.store.clone();
        candidates.push(tokio::spawn(async move {
            store.leases().acquire("schedule", &format!("replica-{number}"), TTL).await.unwrap()
        }));
    }
    let mut leaders = 0;
    for candidate in candidates {
        leaders += usize::from(candidate.await.unwrap().is_some());
    }
    assert_eq!(leaders, 1);
}

#[tokio::test]
async fn a_silent_leader_is_followed_and_refused_when_it_wakes_up() {
    let clinic = Clinic::open().await;
    let other = clinic.another_store(MASTER, 2).await;
    let mut first = clinic.store.leases().acquire("schedule", "one", TTL).await.unwrap().unwrap();
    assert!(other.leases().acquire("schedule", "two", TTL).await.unwrap().is_none());
    clinic.pass(20);
    clinic.store.leases().renew(&mut first, TTL).await.unwrap();
    clinic.pass(20);
    assert!(other.leases().acquire("schedule", "two", TTL).await.unwrap().is_none(), "renewed in time");
    clinic.pass(10);
    let error = clinic.store.leases().renew(&mut first, TTL).await.unwrap_err();
    assert!(matches!(error, StoreError::LeaseLost), "an expired lease is lost even if nobody took it");

    let second = other.leases().acquire("schedule", "two", TTL).await.unwrap().unwrap();
    assert!(second.token > first.token);
    let mut tx = clinic.store.begin().await.unwrap();
    let error = clinic.store.leases().hold(&mut tx, &first).await.unwrap_err();
    assert!(matches!(error, StoreError::LeaseLost));
    other.leases().hold(&mut tx, &second).await.unwrap();
}

#[tokio::test]
async fn a_released_duty_is_free_at_once_and_a_lost_one_is_not_given_away() {
    let clinic = Clinic::open().await;
    let leases = clinic.store.leases();
    let first = leases.acquire("schedule", "one", TTL).await.unwrap().unwrap();
    leases.release(first.clone()).await.unwrap();
    let second = leases.acquire("schedule", "two", TTL).await.unwrap().unwrap();
    leases.release(first).await.unwrap();
    assert!(leases.acquire("schedule", "three", TTL).await.unwrap().is_none(), "the second still leads");
    assert!(leases.acquire("another duty", "three", TTL).await.unwrap().is_some());
    leases.release(second).await.unwrap();
}
