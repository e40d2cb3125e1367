//! What asking models has cost: limits hold for requests at the same time, and the unused part comes back.

use chrono::TimeDelta;
use voiceassist_store::model_spending::{Allowance, Amount, Granted, Limit};

use crate::clinic::Clinic;

const ASKED: Amount = Amount { tokens: 400, cost: 90 };

fn tokens(limit: u64) -> Limit {
    Limit { tokens: Some(limit), cost: None }
}

#[tokio::test]
async fn a_persons_day_and_everybodys_month_are_limits_of_their_own() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    let spending = clinic.store.model_spending();
    let allowance = Allowance { person_daily: tokens(800), monthly: tokens(1_200) };
    for _ in 0..2 {
        assert!(matches!(spending.set_aside(alice, ASKED, &allowance).await.unwrap(), Granted::Yes(_)));
    }
    assert_eq!(spending.set_aside(alice, ASKED, &allowance).await.unwrap(), Granted::PersonUsedUp);
    assert!(matches!(spending.set_aside(bob, ASKED, &allowance).await.unwrap(), Granted::Yes(_)));
    assert_eq!(spending.set_aside(bob, ASKED, &allowance).await.unwrap(), Granted::WholeUsedUp);
    assert_eq!(spending.today_of(bob).await.unwrap(), ASKED, "what was refused is not counted");
    assert_eq!(spending.this_month().await.unwrap(), Amount { tokens: 1_200, cost: 270 });

    clinic.clock.advance(TimeDelta::days(1));
    assert_eq!(spending.today_of(alice).await.unwrap(), Amount::default(), "a day ends");
    assert_eq!(spending.set_aside(alice, ASKED, &allowance).await.unwrap(), Granted::WholeUsedUp);
    clinic.clock.advance(TimeDelta::days(31));
    assert!(matches!(spending.set_aside(alice, ASKED, &allowance).await.unwrap(), Granted::Yes(_)));
}

#[tokio::test]
async fn a_limit_may_be_money_and_the_unused_part_comes_back() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let spending = clinic.store.model_spending();
    let limit = Limit { tokens: None, cost: Some(100) };
    let allowance = Allowance { person_daily: limit, monthly: Limit::default() };
    let Granted::Yes(set_aside) = spending.set_aside(alice, ASKED, &allowance).await.unwrap() else {
        panic!("there is enough")
    };
    assert_eq!(spending.set_aside(alice, ASKED, &allowance).await.unwrap(), Granted::PersonUsedUp);
    let cost = Amount { tokens: 50, cost: 10 };
    spending.settle(set_aside, cost).await.unwrap();
    assert_eq!(spending.today_of(alice).await.unwrap(), cost);
    assert_eq!(spending.this_month().await.unwrap(), cost);
    assert!(matches!(spending.set_aside(alice, ASKED, &allowance).await.unwrap(), Granted::Yes(_)));
}

#[tokio::test]
async fn requests_at_the_same_time_do_not_overspend_together() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let allowance = Allowance { person_daily: tokens(4_000), monthly: Limit::default() };
    let asked = (0..24).map(|_| clinic.store.model_spending().set_aside(alice, ASKED, &allowance));
    let granted = futures::future::try_join_all(asked).await.unwrap();
    assert_eq!(granted.iter().filter(|granted| matches!(granted, Granted::Yes(_))).count(), 10);
    assert_eq!(clinic.store.model_spending().today_of(alice).await.unwrap().tokens, 4_000);
}
