//! Buckets in a real Redis, and what is left of them when there is none.
//!
//! Nothing waits for a bucket to fill: what Redis keeps is made older instead. Where no Redis is installed, what needs one
//! says that it was left out.
#![expect(clippy::print_stderr, reason = "what is left out is said")]

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use voiceassist_fakes::redis::{Impostor, PrivateRedis};
use voiceassist_store::shared_rates::{Bucket, Level, ONE, SharedRates};
use zeroize::Zeroizing;

/// Comes back so slowly that a test sees nothing of it.
const SLOW: Bucket = Bucket { kind: "requests", burst: 20, per_minute: 1 };
const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn redis() -> Option<PrivateRedis> {
    let redis = PrivateRedis::start().unwrap();
    if redis.is_none() {
        eprintln!("left out: redis-server is not installed");
    }
    redis
}

fn replica(url: &str) -> SharedRates {
    SharedRates::new(&SecretString::from(url), Zeroizing::new([7; 32]), Duration::from_secs(20)).unwrap()
}

/// Has every bucket be so many seconds older.
fn age(redis: &PrivateRedis, seconds: i64) {
    for key in redis.keys().unwrap() {
        let kept = redis.command(&["GET", &key]).unwrap();
        let (level, at) = kept.lines().nth(1).unwrap().split_once(' ').unwrap();
        let at = at.parse::<i64>().unwrap() - seconds * 1_000_000;
        redis.command(&["SET", &key, &format!("{level} {at}"), "KEEPTTL"]).unwrap();
    }
}

async fn draw(replica: &SharedRates, whose: &str, buckets: &[Bucket]) -> Vec<Level> {
    replica.draw(whose.as_bytes(), buckets, NOW).await.unwrap()
}

#[tokio::test]
async fn many_who_draw_at_once_by_two_replicas_get_what_the_bucket_holds() {
    let Some(redis) = redis() else { return };
    let replicas = [replica(&redis.url()), replica(&redis.url())];
    for replica in &replicas {
        assert!(!replica.was_counting());
        assert!(replica.is_counting(NOW).await && replica.was_counting());
    }
    let draws = (0..64).map(|place| draw(&replicas[place % 2], "alice", &[SLOW]));
    let levels: Vec<Level> = futures::future::join_all(draws).await.into_iter().flatten().collect();
    let left: HashSet<u64> =
        levels.iter().filter(|level| level.admitted).map(|level| level.units / ONE).collect();
    assert_eq!(levels.iter().filter(|level| level.admitted).count(), 20);
    assert_eq!(left, (0..20).collect(), "each was told what was left after their own");
    assert_eq!(draw(&replicas[0], "bob", &[SLOW]).await[0].units / ONE, 19, "nobody else draws from it");
}

#[tokio::test]
async fn what_was_used_comes_back_at_the_rate_and_never_beyond_what_the_bucket_holds() {
    let Some(redis) = redis() else { return };
    let replica = replica(&redis.url());
    let admitted = async |at_most: usize| {
        let mut admitted = 0;
        while admitted < at_most && draw(&replica, "alice", &[SLOW]).await[0].admitted {
            admitted += 1;
        }
        admitted
    };
    assert_eq!(admitted(50).await, 20);
    for (seconds, expected) in [(0, 0), (180, 3), (1_140, 19), (1_000_000_000, 20), (-1_000_000, 0), (60, 1)]
    {
        age(&redis, seconds);
        assert_eq!(admitted(50).await, expected, "after {seconds} seconds");
    }
}

#[tokio::test]
async fn a_request_draws_from_the_second_bucket_only_what_the_first_had() {
    let Some(redis) = redis() else { return };
    let replica = replica(&redis.url());
    let small = Bucket { kind: "questions", burst: 2, per_minute: 1 };
    let first = Bucket { burst: 4, ..SLOW };
    let mut seen = Vec::new();
    for _ in 0..6 {
        let levels = draw(&replica, "alice", &[first, small]).await;
        seen.push(levels.iter().map(|level| (level.admitted, level.units / ONE)).collect::<Vec<_>>());
    }
    assert_eq!(
        seen,
        [
            vec![(true, 3), (true, 1)],
            vec![(true, 2), (true, 0)],
            vec![(true, 1), (false, 0)],
            vec![(true, 0), (false, 0)],
            vec![(false, 0)],
            vec![(false, 0)],
        ]
    );
}

#[tokio::test]
async fn another_limit_holds_from_the_next_draw_on() {
    let Some(redis) = redis() else { return };
    let replica = replica(&redis.url());
    draw(&replica, "alice", &[SLOW]).await;
    let lower = draw(&replica, "alice", &[Bucket { burst: 5, ..SLOW }]).await[0];
    assert_eq!((lower.admitted, lower.units / ONE), (true, 4));
    let higher = draw(&replica, "alice", &[Bucket { burst: 100, ..SLOW }]).await[0];
    assert_eq!((higher.admitted, higher.units / ONE), (true, 3), "what is gone comes back at the new rate");
    let whole = u32::MAX;
    let huge =
        draw(&replica, "bob", &[Bucket { kind: "requests", burst: whole, per_minute: whole }]).await[0];
    assert!(huge.admitted);
}

#[tokio::test]
async fn redis_holds_nobodys_name_and_nothing_for_ever() {
    let Some(redis) = redis() else { return };
    let replica = replica(&redis.url());
    for whose in ["person\0alice", "address\x00203.0.113.7"] {
        draw(&replica, whose, &[SLOW]).await;
    }
    let other =
        SharedRates::new(&redis.url().into(), Zeroizing::new([8; 32]), Duration::from_secs(20)).unwrap();
    draw(&other, "person\0alice", &[SLOW]).await;
    let keys = redis.keys().unwrap();
    assert_eq!(keys.len(), 3, "another key hides differently: {keys:?}");
    for key in keys {
        let kept = redis.command(&["GET", &key]).unwrap();
        assert!(key.starts_with("voiceassist:rate:{") && key.ends_with("}:requests"), "{key}");
        for word in ["alice", "203.0.113.7", "person", "address"] {
            assert!(!key.contains(word) && !kept.contains(word), "{key} {kept}");
        }
        let lives: i64 = redis.command(&["TTL", &key]).unwrap().trim()[1..].parse().unwrap();
        assert!((1..=61).contains(&lives), "until it is full again: {lives}");
    }
}

#[tokio::test]
async fn a_redis_that_died_is_asked_again_after_a_while_and_not_before() {
    let Some(mut redis) = redis() else { return };
    let replica = replica(&redis.url());
    assert_eq!(draw(&replica, "alice", &[SLOW]).await[0].units / ONE, 19);
    redis.kill();
    assert_eq!(replica.draw(b"alice", &[SLOW], NOW).await, None);
    assert!(!replica.was_counting());
    redis.start_again().unwrap();
    let soon = NOW + TimeDelta::seconds(1);
    assert_eq!(replica.draw(b"alice", &[SLOW], soon).await, None, "nobody waits for it meanwhile");
    let later = NOW + TimeDelta::seconds(2);
    assert!(replica.is_counting(later).await && replica.was_counting());
    assert!(replica.draw(b"alice", &[SLOW], later).await.unwrap()[0].admitted);
}

#[tokio::test]
async fn a_key_that_is_somebody_elses_admits_nobody() {
    let Some(redis) = redis() else { return };
    let replica = replica(&redis.url());
    draw(&replica, "alice", &[SLOW]).await;
    let key = redis.keys().unwrap().remove(0);
    redis.command(&["DEL", &key]).unwrap();
    redis.command(&["LPUSH", &key, "somebody"]).unwrap();
    assert_eq!(replica.draw(b"alice", &[SLOW], NOW).await, None);
    redis.command(&["SET", &key, "no numbers"]).unwrap();
    let later = NOW + TimeDelta::seconds(2);
    let level = replica.draw(b"alice", &[SLOW], later).await.unwrap()[0];
    assert_eq!(level.units / ONE, 19, "what cannot be read is begun anew");
}

#[tokio::test]
async fn what_is_no_redis_admits_nobody() {
    for words in [
        "",
        "+OK\r\n",
        ":1\r\n",
        "*2\r\n:1\r\n:99999999999999\r\n",
        "*2\r\n:1\r\n:-1\r\n",
        "*4\r\n:1\r\n:0\r\n:1\r\n:0\r\n",
        "*0\r\n",
        "*-1\r\n",
        "$-1\r\n",
        "$999999999999\r\n",
        "*1000000000\r\n:1\r\n",
        "-NOSCRIPT\r\n",
        "-LOADING alice\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "\0\0\0\u{1}",
    ] {
        let impostor = Impostor::saying(words).await.unwrap();
        let url = SecretString::from(impostor.url());
        let replica = SharedRates::new(&url, Zeroizing::new([7; 32]), Duration::from_millis(200)).unwrap();
        for seconds in [0, 2, 4] {
            let now = NOW + TimeDelta::seconds(seconds);
            assert_eq!(replica.draw(b"alice", &[SLOW], now).await, None, "{words:?}");
        }
        assert!(!replica.was_counting());
    }
    let nested = "*1\r\n".repeat(100_000);
    let impostor = Impostor::saying(nested).await.unwrap();
    assert_eq!(replica(&impostor.url()).draw(b"alice", &[SLOW], NOW).await, None);
}

#[test]
fn an_address_that_is_none_is_refused_without_repeating_it() {
    for url in ["", "http://redis.clinic.example", "redis://:secret@", "secret"] {
        let error =
            SharedRates::new(&SecretString::from(url), Zeroizing::new([7; 32]), Duration::from_secs(1));
        let text = format!("{:?}", error.expect_err(url));
        assert!(!text.contains("secret"), "{text}");
    }
}
