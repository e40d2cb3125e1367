//! Events and tasks: when they take place, in the clear, and what they say, sealed.
//!
//! An occurrence is a row, so that "what is on Thursday" is one range of an index. Instants are kept as such; whole days
//! and times without a zone are kept as what a clock shows, and a question about them names its own clock's span
//! ([`Span`]), so that a birthday is on its day wherever one asks. Only the owner's rows are ever given, none while the
//! owner reads nothing, and none of somebody else's calendar that no listing named lately.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use voiceassist_model::{AccountId, CollectionId, CollectionObjectId};

use crate::collections::TRUSTED_FOR;
use crate::collections::objects::place;
use crate::error::{During as _, Result, StoreError};
use crate::{Store, Transaction};

/// What is longer is looked for apart, by its end.
const LONG: TimeDelta = TimeDelta::days(7);
/// What is no longer, which is nearly everything, began so shortly before a span that it touches. What lies between the
/// two has an index of its own, so that a question about a day does not look at a week.
const SHORT: TimeDelta = TimeDelta::hours(24);

/// What an occurrence is of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// An event.
    Event,
    /// A task; its time is when it is due.
    Task,
}

impl ItemKind {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Task => "task",
        }
    }
}

/// What an occurrence's times are bound to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Times {
    /// They are instants.
    Zoned,
    /// Whole days, wherever one is: what a clock shows, kept as if it were UTC.
    AllDay,
    /// What a clock shows, wherever one is, kept as if it were UTC.
    Floating,
    /// There are none.
    Undated,
}

impl Times {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Zoned, Self::AllDay, Self::Floating, Self::Undated];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Zoned => "zoned",
            Self::AllDay => "all_day",
            Self::Floating => "floating",
            Self::Undated => "undated",
        }
    }

    fn from_name(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|times| times.as_str() == name);
        found.ok_or(StoreError::Corrupt { what: "times of an occurrence" })
    }
}

/// An occurrence to be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewOccurrence {
    /// Of what.
    pub kind: ItemKind,
    /// What its times are bound to.
    pub times: Times,
    /// When it begins; of a task, when it is due.
    pub start: DateTime<Utc>,
    /// When it has ended.
    pub end: DateTime<Utc>,
    /// Which part of the object's note describes it.
    pub item: u32,
    /// Which instance of a series it is: when that would have begun unchanged.
    pub original: Option<DateTime<Utc>>,
    /// Whether it takes its person's time. Asked for, only what is in a calendar of their own does.
    pub busy: bool,
    /// Whether a task is done.
    pub done: bool,
    /// Whether it was called off.
    pub cancelled: bool,
}

/// An occurrence as it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// Of which object.
    pub object: CollectionObjectId,
    /// In which calendar.
    pub collection: CollectionId,
    /// The rest.
    pub what: NewOccurrence,
}

/// A stretch of time, by the world's clock and by the asker's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub to: DateTime<Utc>,
    /// What the asker's clock shows at the first.
    pub local_from: NaiveDateTime,
    /// What it shows at the last.
    pub local_to: NaiveDateTime,
}

/// Somebody who organises or comes.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Participant {
    /// The address.
    pub address: String,
    /// The name, if one was given.
    pub name: Option<String>,
    /// What was answered, as `PARTSTAT` writes it.
    pub answer: String,
}

voiceassist_model::debug_without_text!(Participant { answer; address });

/// What one part of an object says.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Item {
    /// What it is called.
    pub summary: String,
    /// What is said about it.
    pub description: String,
    /// Where.
    pub location: String,
    /// An address of it.
    pub url: Option<String>,
    /// `STATUS`, upper case.
    pub status: Option<String>,
    /// `CLASS`, upper case.
    pub class: Option<String>,
    /// Its categories.
    pub categories: Vec<String>,
    /// 1 to 9.
    pub priority: Option<u8>,
    /// How much of a task is done.
    pub percent: Option<u8>,
    /// The zone it was written in, by name.
    pub zone: Option<String>,
    /// Whether it belongs to a series.
    pub recurs: bool,
    /// Who organises it.
    pub organizer: Option<Participant>,
    /// Who comes, the first of them.
    pub attendees: Vec<Participant>,
    /// How many come in all.
    pub attendee_count: u32,
}

voiceassist_model::debug_without_text!(Item { status, recurs, attendee_count; summary, description, location });

/// What an object says.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Note {
    /// Its parts: the master first, then the changed instances.
    pub items: Vec<Item>,
    /// Codes of what could not be used.
    pub defects: Vec<String>,
}

/// An object with what it says.
#[derive(Clone, PartialEq, Eq)]
pub struct Described {
    /// Where it is, as a request target.
    pub location: String,
    /// What it says.
    pub note: Note,
}

voiceassist_model::debug_without_text!(Described { note; location });

/// Events and tasks.
#[derive(Clone, Copy)]
pub struct Calendars<'a> {
    pub(crate) store: &'a Store,
}

struct Row {
    object_id: Uuid,
    collection_id: Uuid,
    times: String,
    start_at: DateTime<Utc>,
    end_at: DateTime<Utc>,
    item: i32,
    original_at: Option<DateTime<Utc>>,
    busy: bool,
    done: bool,
    cancelled: bool,
}

impl Row {
    fn read(self, kind: ItemKind) -> Result<Occurrence> {
        Ok(Occurrence {
            object: CollectionObjectId::from_uuid(self.object_id),
            collection: CollectionId::from_uuid(self.collection_id),
            what: NewOccurrence {
                kind,
                times: Times::from_name(&self.times)?,
                start: self.start_at,
                end: self.end_at,
                item: u32::try_from(self.item)
                    .map_err(|_| StoreError::Corrupt { what: "part of an occurrence" })?,
                original: self.original_at,
                busy: self.busy,
                done: self.done,
                cancelled: self.cancelled,
            },
        })
    }
}

impl Calendars<'_> {
    /// A person's events, or dated tasks, that touch a span, by their start as it is kept; at most `limit`.
    pub async fn occurrences(
        self,
        account: AccountId,
        kind: ItemKind,
        span: &Span,
        limit: u32,
    ) -> Result<Vec<Occurrence>> {
        let (local_from, local_to) = (span.local_from.and_utc(), span.local_to.and_utc());
        let earliest = span.from.min(local_from);
        let rows = sqlx::query_as!(
            Row,
            r#"
            with near as (
                select * from occurrences
                 where account_id = $1 and kind = $2 and start_at >= $12 and start_at < $8
                   and end_at - start_at <= interval '24 hours'
                union all
                select * from occurrences
                 where account_id = $1 and kind = $2 and not is_long and end_at - start_at > interval '24 hours'
                   and start_at >= $7 and start_at < $8
                union all
                select * from occurrences
                 where account_id = $1 and kind = $2 and is_long and end_at > $9 and start_at < $8
            )
            select o.object_id as "object_id!", o.collection_id as "collection_id!", o.times as "times!",
                   o.start_at as "start_at!", o.end_at as "end_at!", o.item as "item!", o.original_at,
                   (o.busy and c.kind = 'own' and not c.transparent) as "busy!", o.done as "done!", o.cancelled as "cancelled!"
              from near o
              join collections c on c.id = o.collection_id
              join accounts a on a.id = o.account_id
             where account_works(a.state) and (c.kind <> 'shared' or c.seen_at >= $10)
               and case o.times
                   when 'undated' then false
                   when 'zoned' then o.start_at < $4 and (o.end_at > $3 or o.start_at = o.end_at and o.start_at >= $3)
                   else o.start_at < $6 and (o.end_at > $5 or o.start_at = o.end_at and o.start_at >= $5)
                   end
             order by o.start_at, o.object_id, o.number limit $11
            "#,
            account.as_uuid(),
            kind.as_str(),
            span.from,
            span.to,
            local_from,
            local_to,
            earliest - LONG,
            span.to.max(local_to),
            earliest,
            self.store.now() - TRUSTED_FOR,
            i64::from(limit),
            earliest - SHORT
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading an agenda")?;
        rows.into_iter().map(|row| row.read(kind)).collect()
    }

    /// A person's open tasks, those without a date last; at most `limit`. Tasks due after `before` are left out.
    pub async fn open_tasks(
        self,
        account: AccountId,
        before: Option<DateTime<Utc>>,
        limit: u32,
    ) -> Result<Vec<Occurrence>> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            select o.object_id, o.collection_id, o.times, o.start_at, o.end_at, o.item, o.original_at,
                   o.busy as "busy!", o.done, o.cancelled
              from occurrences o
              join collections c on c.id = o.collection_id
              join accounts a on a.id = o.account_id
             where o.account_id = $1 and o.kind = 'task' and not o.done and not o.cancelled
               and account_works(a.state) and (c.kind <> 'shared' or c.seen_at >= $3)
               and ($2::timestamptz is null or o.times <> 'undated' and o.start_at < $2)
             order by o.times = 'undated', o.start_at, o.object_id, o.number limit $4
            "#,
            account.as_uuid(),
            before,
            self.store.now() - TRUSTED_FOR,
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading tasks")?;
        rows.into_iter().map(|row| row.read(ItemKind::Task)).collect()
    }

    /// What these objects of a person say. Those of others are absent.
    pub async fn describe(
        self,
        account: AccountId,
        objects: &[CollectionObjectId],
    ) -> Result<HashMap<CollectionObjectId, Described>> {
        let ids: Vec<Uuid> = objects.iter().map(|object| object.as_uuid()).collect();
        let rows = sqlx::query!(
            r#"
            select o.id, o.location, o.note as "note!" from collection_objects o join accounts a on a.id = o.account_id
             where o.account_id = $1 and o.id = any($2) and o.state = 'read' and account_works(a.state)
            "#,
            account.as_uuid(),
            &ids
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading what events say")?;
        let mut described = HashMap::with_capacity(rows.len());
        for row in rows {
            let location = self.store.open_text(place(row.id, "location"), &row.location).await?;
            let note = self.store.open_bytes(place(row.id, "note"), &row.note).await?;
            let note = serde_json::from_slice(&note)
                .map_err(|_| StoreError::Corrupt { what: "description of an event" })?;
            described.insert(CollectionObjectId::from_uuid(row.id), Described { location, note });
        }
        Ok(described)
    }

    /// Puts occurrences in the place of those that these objects had.
    pub(crate) async fn replace_occurrences(
        self,
        tx: &mut Transaction,
        account: AccountId,
        collection: CollectionId,
        objects: &[Uuid],
        new: &[(Uuid, &NewOccurrence)],
    ) -> Result<()> {
        sqlx::query!("delete from occurrences where object_id = any($1)", objects)
            .execute(tx.connection())
            .await
            .during("forgetting occurrences")?;
        if new.is_empty() {
            return Ok(());
        }
        let mut next: HashMap<Uuid, i32> = HashMap::new();
        let (mut ids, mut numbers) = (Vec::with_capacity(new.len()), Vec::with_capacity(new.len()));
        for (object, _) in new {
            let number = next.entry(*object).or_insert(0);
            ids.push(*object);
            numbers.push(*number);
            *number += 1;
        }
        let column = |read: fn(&NewOccurrence) -> bool| -> Vec<bool> {
            new.iter().map(|(_, occurrence)| read(occurrence)).collect()
        };
        let kinds: Vec<String> = new.iter().map(|(_, one)| one.kind.as_str().to_owned()).collect();
        let times: Vec<String> = new.iter().map(|(_, one)| one.times.as_str().to_owned()).collect();
        let starts: Vec<DateTime<Utc>> = new.iter().map(|(_, one)| one.start).collect();
        let ends: Vec<DateTime<Utc>> = new.iter().map(|(_, one)| one.end).collect();
        let items: Vec<i32> =
            new.iter().map(|(_, one)| i32::try_from(one.item).unwrap_or(i32::MAX)).collect();
        let originals: Vec<Option<DateTime<Utc>>> = new.iter().map(|(_, one)| one.original).collect();
        sqlx::query!(
            r#"
            insert into occurrences (account_id, collection_id, object_id, number, kind, times, start_at, end_at,
                                     is_long, item, original_at, busy, done, cancelled)
            select $1, $2, input.* from unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::timestamptz[],
                   $8::timestamptz[], $9::boolean[], $10::int[], $11::timestamptz[], $12::boolean[], $13::boolean[],
                   $14::boolean[]) as input
            "#,
            account.as_uuid(),
            collection.as_uuid(),
            &ids,
            &numbers,
            &kinds,
            &times,
            &starts,
            &ends,
            &column(|one| one.end - one.start > LONG),
            &items,
            &originals as &[Option<DateTime<Utc>>],
            &column(|one| one.busy),
            &column(|one| one.done),
            &column(|one| one.cancelled)
        )
        .execute(tx.connection())
        .await
        .during("keeping occurrences")?;
        Ok(())
    }
}
