//! Whom a person had to do with: organisers and participants of their events.
//!
//! Counts events of the last year and the next weeks, so that of two people of one name the one who is met comes first;
//! and makes people known who have no card at all.

use std::collections::HashMap;

use chrono::TimeDelta;
use voiceassist_model::{AccountId, CollectionObjectId};
use voiceassist_store::calendars::{ItemKind, Span};
use voiceassist_store::contacts::Reach;
use voiceassist_store::{Store, StoreError};

use super::matching::Wanted;
use super::{Known, Person, Source};

/// How far back events count.
const BEHIND: TimeDelta = TimeDelta::days(365);
/// How far ahead.
const AHEAD: TimeDelta = TimeDelta::days(60);
/// Occurrences that are looked at.
const MAX_OCCURRENCES: u32 = 10_000;
/// Events whose participants are read.
const MAX_EVENTS: usize = 2_000;
/// Events unsealed with one statement.
const AT_ONCE: usize = 500;
/// How much one event together adds, and how many count.
const WEIGHT: f32 = 0.005;
const MOST: u32 = 10;

/// Somebody's part in events.
#[derive(Clone, Default)]
pub(super) struct Met {
    name: String,
    events: u32,
}

/// Addresses, in lower case, and how often each had a part in the person's events.
pub(super) async fn met(store: &Store, account: AccountId) -> Result<HashMap<String, Met>, StoreError> {
    let now = store.clock().now();
    let (from, to) = (now - BEHIND, now + AHEAD);
    let span = Span { from, to, local_from: from.naive_utc(), local_to: to.naive_utc() };
    let rows = store.calendars().occurrences(account, ItemKind::Event, &span, MAX_OCCURRENCES).await?;
    let mut times: HashMap<CollectionObjectId, u32> = HashMap::new();
    for row in &rows {
        *times.entry(row.object).or_default() += 1;
    }
    let mut events: Vec<CollectionObjectId> = times.keys().copied().collect();
    events.sort_unstable();
    events.truncate(MAX_EVENTS);
    let mut met: HashMap<String, Met> = HashMap::new();
    for some in events.chunks(AT_ONCE) {
        for (object, described) in store.calendars().describe(account, some).await? {
            let count = times.get(&object).copied().unwrap_or(1);
            let Some(item) = described.note.items.first() else { continue };
            for person in item.organizer.iter().chain(&item.attendees) {
                let known = met.entry(person.address.to_lowercase()).or_default();
                known.events = known.events.saturating_add(count);
                if known.name.is_empty() {
                    known.name = person.name.clone().unwrap_or_default();
                }
            }
        }
    }
    Ok(met)
}

/// Adds what was met to those who match, and those who match and have no card.
pub(super) fn weigh(found: &mut Vec<Person>, met: &HashMap<String, Met>, wanted: &Wanted) {
    for person in found.iter_mut() {
        let addresses = person.emails.iter().filter_map(|email| met.get(&email.value.to_lowercase()));
        person.met = addresses.map(|own| own.events).fold(0, u32::saturating_add);
        person.score += person.met.min(MOST) as f32 * WEIGHT;
    }
    let has_card = |address: &str| {
        found.iter().any(|person| person.emails.iter().any(|email| email.value.eq_ignore_ascii_case(address)))
    };
    let mut strangers = Vec::new();
    for (address, own) in met {
        if has_card(address) {
            continue;
        }
        let Some(score) = wanted.score_name(&own.name, address) else { continue };
        let email = Reach { value: address.clone(), ..Reach::default() };
        strangers.push(Person {
            name: if own.name.is_empty() { address.clone() } else { own.name.clone() },
            kind: "individual".to_owned(),
            organization: None,
            units: Vec::new(),
            title: None,
            role: None,
            phones: Vec::new(),
            emails: vec![email],
            addresses: Vec::new(),
            categories: Vec::new(),
            known_from: vec![Known { contact: None, source: Source::History, link: None }],
            met: own.events,
            score: score + own.events.min(MOST) as f32 * WEIGHT,
        });
    }
    strangers.sort_by(|one, other| {
        one.emails.first().map(|email| &email.value).cmp(&other.emails.first().map(|email| &email.value))
    });
    found.append(&mut strangers);
}
