//! Carrying out the difference of one collection, batch by batch, and going on with series whose window moved.
//!
//! Objects are read on a thread of their own kind, a batch at a time; one that makes the reader fail outright is found
//! and put aside like any other that cannot be read.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use voiceassist_dav::ETag;
use voiceassist_dav::collections::{Ask, Difference, Fetched, Known, Location, ObjectType, Unfetched, Way};
use voiceassist_store::collections::objects::{NewObject, ReadObject, Taking};
use voiceassist_store::collections::{Collection, CollectionClass};
use voiceassist_store::{Lane, Store};

use super::home::Remote;
use super::{Look, Trouble};
use crate::JobError;
use crate::sync::calendars::{self, AHEAD, Reading};
use crate::sync::contacts;

/// Objects fetched and applied at once.
const BATCH: usize = 50;
/// More objects than this at once are indexed after what everybody else waits for.
const BACKLOG: usize = 1_000;
/// Series gone on with after one question.
const SERIES_BATCH: u32 = 50;
/// Objects forgotten with one statement.
const FORGET_BATCH: usize = 1_000;
/// A series is gone on with once so much of the window ahead is missing.
const SLACK: TimeDelta = TimeDelta::days(30);
/// Series gone on with in one look at most; the rest waits for the next.
const EXPANDED_PER_LOOK: u64 = 2_000;
/// The version of an object of which the server gave none: no server's is like it, so the object differs from any.
const NO_VERSION: &str = "\"voiceassist-none\"";
/// Why an object that made the reader fail outright is put aside.
const READER_FAILED: &str = "reader_failed";

/// What is held of a collection. Nothing is read of one that did not move.
pub(super) async fn known(
    store: &Store,
    remote: &Remote,
    own: Option<&Collection>,
    ask: Ask,
) -> Result<Known, JobError> {
    let Some(own) = own else { return Ok(Known::default()) };
    let token = own.sync_token.clone();
    if ask == Ask::Follow && token.is_some() && token == remote.token {
        return Ok(Known { token, objects: BTreeMap::new() });
    }
    let none =
        ETag::parse(NO_VERSION).map_err(|error| JobError::give_up("naming an object's version", error))?;
    let mut objects = BTreeMap::new();
    for object in store.collections().objects(own.id).await? {
        let Ok(location) = Location::parse(&object.location) else { continue };
        let etag = object.etag.and_then(|etag| ETag::parse(&etag).ok()).unwrap_or_else(|| none.clone());
        objects.insert(location, etag);
    }
    Ok(Known { token, objects })
}

/// Fetches these objects and puts them in the place of what was held of them.
pub(super) async fn fetch(
    look: &mut Look<'_>,
    remote: &Remote,
    own: &Collection,
    wanted: &[Location],
) -> Result<(), Trouble> {
    if wanted.is_empty() {
        return Ok(());
    }
    let reader = Arc::new(Reader::of(look).await?);
    let kind = match look.class {
        CollectionClass::Calendar => ObjectType::Calendar,
        CollectionClass::AddressBook => ObjectType::Contact,
    };
    let lane = if wanted.len() > BACKLOG { Lane::Backlog } else { Lane::Bulk };
    for batch in wanted.chunks(BATCH) {
        let answers = look.connected.client.objects(&remote.location, kind, batch).await?;
        let gone: Vec<Location> = answers
            .iter()
            .filter(|(_, answer)| matches!(answer, Err(Unfetched::Gone)))
            .map(|(location, _)| location.clone())
            .collect();
        let objects = read(&reader, answers).await;
        look.report.read += objects.iter().filter(|object| object.outcome.is_ok()).count() as u64;
        look.report.quarantined += objects.iter().filter(|object| object.outcome.is_err()).count() as u64;
        let collections = look.context.store.collections();
        let taking = Taking { lane, moved: look.elsewhere.take(look.class, &objects) };
        let mut tx = look.context.store.begin().await?;
        collections.apply_objects_in(&mut tx, look.account, own.id, &objects, &taking).await?;
        let gone: Vec<&str> = gone.iter().map(Location::key).collect();
        look.report.forgotten += collections.forget_objects(&mut tx, own.id, &gone).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Forgets what is gone, and notes how far the mirror came.
pub(super) async fn settle(
    look: &mut Look<'_>,
    own: &Collection,
    difference: &Difference,
) -> Result<(), Trouble> {
    let collections = look.context.store.collections();
    let mut tx = look.context.store.begin().await?;
    for batch in difference.forget.chunks(FORGET_BATCH) {
        let keys: Vec<&str> = batch.iter().map(Location::key).collect();
        look.report.forgotten += collections.forget_objects(&mut tx, own.id, &keys).await?;
    }
    let token = difference.token.as_deref().or(own.sync_token.as_deref());
    let compared = matches!(difference.way, Way::Compared(_)) && difference.unreadable == 0;
    collections.advance(&mut tx, own.id, token, compared).await?;
    tx.commit().await?;
    Ok(())
}

/// Goes on with series of which too little ahead is kept, because time has passed.
pub(super) async fn go_on(look: &mut Look<'_>) -> Result<(), Trouble> {
    let collections = look.context.store.collections();
    let before = look.context.clock.now() + AHEAD - SLACK;
    while look.report.expanded < EXPANDED_PER_LOOK {
        let series = collections.unexpanded(look.account, before, SERIES_BATCH).await?;
        if series.is_empty() {
            return Ok(());
        }
        let reader = Arc::new(Reader::of(look).await?);
        for one in &series {
            let read = reader.read_alone(one.text.clone()).await.unwrap_or_else(|_| ReadObject {
                note: calendars::NOTHING.to_owned(),
                ..ReadObject::default()
            });
            let mut tx = look.context.store.begin().await?;
            collections.expand(&mut tx, look.account, one, &read).await?;
            tx.commit().await?;
            look.report.expanded += 1;
        }
    }
    Ok(())
}

/// How objects of a class are read.
enum Reader {
    Events(Reading),
    Contacts,
}

impl Reader {
    async fn of(look: &mut Look<'_>) -> Result<Self, Trouble> {
        if look.class == CollectionClass::AddressBook {
            return Ok(Self::Contacts);
        }
        if look.addresses.is_none() {
            look.addresses = Some(look.connected.client.homes().await?.addresses);
        }
        let addresses = look.addresses.clone().unwrap_or_default();
        Ok(Self::Events(Reading { now: look.context.clock.now(), addresses }))
    }

    /// What an object says, and the text that is kept of it.
    fn read(&self, text: String) -> (String, Result<ReadObject, &'static str>) {
        match self {
            Self::Events(reading) => {
                let read = calendars::read(&text, reading);
                (text, read)
            }
            Self::Contacts => match contacts::read(&text) {
                Ok((kept, read)) => (kept, Ok(read)),
                Err(reason) => (text, Err(reason)),
            },
        }
    }

    /// Reads one object where a failure of the reader hurts nothing else.
    async fn read_alone(self: &Arc<Self>, text: String) -> Result<ReadObject, &'static str> {
        let reader = Arc::clone(self);
        tokio::task::spawn_blocking(move || reader.read(text).1).await.unwrap_or(Err(READER_FAILED))
    }
}

async fn read(reader: &Arc<Reader>, answers: Vec<(Location, Result<Fetched, Unfetched>)>) -> Vec<NewObject> {
    let mut objects = Vec::with_capacity(answers.len());
    let mut texts = Vec::with_capacity(answers.len());
    for (location, answer) in answers {
        let mut object = NewObject {
            location: location.as_str().to_owned(),
            key: location.key().to_owned(),
            etag: None,
            text: None,
            outcome: Err(READER_FAILED),
        };
        match answer {
            Ok(fetched) => {
                object.etag = Some(fetched.etag.to_string());
                texts.push((objects.len(), fetched.text));
                objects.push(object);
            }
            Err(Unfetched::Gone) => {}
            Err(unfetched) => {
                object.outcome = Err(unfetched.code());
                objects.push(object);
            }
        }
    }
    let all = Arc::new(texts);
    let (together, on) = (Arc::clone(reader), Arc::clone(&all));
    let done = tokio::task::spawn_blocking(move || {
        on.iter().map(|(at, text)| (*at, together.read(text.clone()))).collect::<Vec<_>>()
    });
    let read = match done.await {
        Ok(read) => read,
        Err(_) => one_by_one(reader, &all).await,
    };
    for (at, (text, outcome)) in read {
        if let Some(object) = objects.get_mut(at) {
            object.text = Some(text);
            object.outcome = outcome;
        }
    }
    objects
}

type ReadText = (String, Result<ReadObject, &'static str>);

/// The same, finding the one that makes the reader fail.
async fn one_by_one(reader: &Arc<Reader>, texts: &[(usize, String)]) -> Vec<(usize, ReadText)> {
    let mut read = Vec::with_capacity(texts.len());
    for (at, text) in texts {
        let (alone, own) = (Arc::clone(reader), text.clone());
        let outcome = tokio::task::spawn_blocking(move || alone.read(own)).await;
        read.push((*at, outcome.unwrap_or_else(|_| (text.clone(), Err(READER_FAILED)))));
    }
    read
}
