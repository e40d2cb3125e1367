//! The occurrences of an object within a window.
//!
//! Instances are counted in the local time of the series and resolved one by one, so that nine o'clock stays nine
//! o'clock. `EXDATE` removes, `RDATE` adds, a changed instance replaces its original wherever it was moved, and one with
//! `THISANDFUTURE` moves and changes all later ones. A changed instance that belongs to no instance of the series is
//! shown all the same: somebody was invited to it. Caps: instances looked at and occurrences given, per object; what
//! meets one says so in [`Expansion::truncated`], and what was found until then stands.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::moment::Moment;
use super::read::{CalendarObject, Item, Length, ONE_DAY};
use super::rule::Budget;
use super::zone::{Fit, Zone};

/// How far the clocks of two zones may differ, and a day more for whole days.
const WINDOW_MARGIN: TimeDelta = TimeDelta::days(2);
/// The longest a single occurrence may last and still be found by a window that it only reaches into.
const MAX_REACH: TimeDelta = TimeDelta::days(400);

/// The caps of one expansion.
#[derive(Debug, Clone, Copy)]
pub struct ExpansionLimits {
    /// Instances looked at.
    pub steps: usize,
    /// Occurrences given.
    pub occurrences: usize,
}

impl Default for ExpansionLimits {
    fn default() -> Self {
        Self { steps: 50_000, occurrences: 5_000 }
    }
}

/// From when to when; the end is not part of it.
#[derive(Debug, Clone)]
pub struct Window {
    /// The first instant.
    pub start: DateTime<Utc>,
    /// The first instant after it.
    pub end: DateTime<Utc>,
    /// The zone dates and floating times are read in.
    pub viewer: Zone,
}

/// What an occurrence's times are bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeKind {
    /// Whole days, wherever one is.
    AllDay,
    /// What a clock shows, wherever one is.
    Floating,
    /// Instants.
    Zoned,
}

/// One occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Which changed instance it comes from; `None` for the master.
    pub override_index: Option<usize>,
    /// Which instance of a series it is, in the local time of the series; `None` when there is no series.
    pub recurrence: Option<NaiveDateTime>,
    /// What its times are bound to.
    pub kind: TimeKind,
    /// The zone of a [`TimeKind::Zoned`].
    pub zone: Option<Zone>,
    /// What the clock there shows at its start, as written.
    pub local_start: NaiveDateTime,
    /// What it shows at its end.
    pub local_end: NaiveDateTime,
    /// Its start, for the viewer of the window.
    pub start: DateTime<Utc>,
    /// Its end.
    pub end: DateTime<Utc>,
    /// How the written start met a clock change.
    pub fit: Fit,
}

/// All occurrences of one object in a window.
#[derive(Debug, Clone, Default)]
pub struct Expansion {
    /// By their start.
    pub occurrences: Vec<Occurrence>,
    /// Whether a cap was met: there may be more.
    pub truncated: bool,
    /// Whether the series goes on for ever.
    pub endless: bool,
}

impl CalendarObject {
    /// The item an occurrence comes from.
    pub fn item(&self, occurrence: &Occurrence) -> Option<&Item> {
        match occurrence.override_index {
            Some(index) => self.overrides.get(index),
            None => self.master.as_ref(),
        }
    }

    /// The occurrences that overlap the window.
    pub fn occurrences(&self, window: &Window, limits: ExpansionLimits) -> Expansion {
        Expander { object: self, window, limits, budget: Budget::new(limits.steps) }.run()
    }
}

struct Expander<'a> {
    object: &'a CalendarObject,
    window: &'a Window,
    limits: ExpansionLimits,
    budget: Budget,
}

/// How a master or a changed instance places an occurrence.
struct Placed<'a> {
    item: &'a Item,
    override_index: Option<usize>,
    start: Moment,
    length: &'a Length,
    /// The length is that of an additional date, whose end stands where it is written.
    additional: bool,
    recurrence: Option<NaiveDateTime>,
}

impl<'a> Expander<'a> {
    fn run(mut self) -> Expansion {
        let mut expansion = Expansion::default();
        let series_zone = self.series_zone();
        let changed = self.changed(&series_zone);
        if let Some((master, start)) =
            self.object.master.as_ref().and_then(|item| Some((item, item.start.clone()?)))
        {
            expansion.endless = master.rules.iter().any(super::rule::Rule::is_endless);
            let instances = self.instances(master, &start, &series_zone);
            for (local, length) in instances {
                if changed.contains_key(&local) {
                    continue;
                }
                let placed = self.placed(master, &start, local, length, &changed, &series_zone);
                self.push(&placed, &mut expansion);
            }
        }
        for (local, index) in &changed {
            let Some(item) = self.object.overrides.get(*index) else { continue };
            let Some(start) = item.start.clone() else { continue };
            let (length, recurrence) = (&item.length, Some(*local));
            let placed =
                Placed { item, override_index: Some(*index), start, length, additional: false, recurrence };
            self.push(&placed, &mut expansion);
        }
        expansion.truncated |= self.budget.is_spent();
        expansion.occurrences.sort_by_key(|occurrence| (occurrence.start, occurrence.end));
        expansion
    }

    /// The zone whose local time counts the instances.
    fn series_zone(&self) -> Zone {
        let start = self.object.master.as_ref().and_then(|item| item.start.as_ref());
        let first = start.or_else(|| {
            self.object.overrides.first().and_then(|item| item.recurrence_id.as_ref()).map(|id| &id.moment)
        });
        first.and_then(Moment::zone).unwrap_or(Zone::Utc)
    }

    /// The changed instances, by what they change.
    fn changed(&self, series_zone: &Zone) -> BTreeMap<NaiveDateTime, usize> {
        let mut changed = BTreeMap::new();
        for (index, item) in self.object.overrides.iter().enumerate() {
            if let Some(id) = &item.recurrence_id {
                let local = self.series_local(&id.moment, series_zone);
                // Of two changes of one instance the later revision stands.
                let newer = |other: &usize| {
                    self.object.overrides.get(*other).is_none_or(|other| other.sequence <= item.sequence)
                };
                if changed.get(&local).is_none_or(newer) {
                    changed.insert(local, index);
                }
            }
        }
        changed
    }

    /// A moment in the local time of the series. A date given for a series of times names that day's instance.
    fn series_local(&self, moment: &Moment, series_zone: &Zone) -> NaiveDateTime {
        let start = self.object.master.as_ref().and_then(|item| item.start.as_ref());
        match (moment, start) {
            (Moment::Date(date), Some(start)) if !start.is_date() => date.and_time(start.local().time()),
            (_, Some(Moment::Date(_))) => moment.local().date().and_time(chrono::NaiveTime::MIN),
            (_, Some(Moment::Floating(_))) => moment.local(),
            _ => moment.local_in(series_zone),
        }
    }

    /// The instances near the window in the local time of the series, before changes.
    fn instances(
        &mut self,
        master: &'a Item,
        start: &Moment,
        series_zone: &Zone,
    ) -> BTreeMap<NaiveDateTime, Option<&'a Length>> {
        let first = start.local();
        let near = self.near(series_zone);
        let mut instances: BTreeMap<NaiveDateTime, Option<&'a Length>> = BTreeMap::new();
        // A start outside of the window is not near it, and its own end may still reach in.
        instances.insert(first, None);
        for rule in &master.rules {
            let until = rule.until_local(series_zone);
            let found = rule.expand(first, until, near.clone(), start.is_date(), &mut self.budget);
            instances.extend(found.into_iter().map(|local| (local, None)));
        }
        for date in &master.additional {
            instances.insert(self.series_local(&date.start, series_zone), date.length.as_ref());
        }
        for moment in &master.excluded {
            let local = self.series_local(moment, series_zone);
            if moment.is_date() && !start.is_date() {
                instances.retain(|instance, _| instance.date() != local.date());
            } else {
                instances.remove(&local);
            }
        }
        instances
    }

    /// The window in the local time of the series, wide enough for what reaches into it or is moved into it.
    fn near(&self, series_zone: &Zone) -> std::ops::Range<NaiveDateTime> {
        let mut before = WINDOW_MARGIN + self.reach();
        let mut after = WINDOW_MARGIN;
        for item in &self.object.overrides {
            if let (Some(id), Some(start)) =
                (item.recurrence_id.as_ref().filter(|id| id.and_future), &item.start)
            {
                let moved = (start.local() - id.moment.local()).abs().min(MAX_REACH);
                before = before.max(WINDOW_MARGIN + self.reach() + moved);
                after = after.max(WINDOW_MARGIN + moved);
            }
        }
        let start = series_zone.local(self.window.start);
        let end = series_zone.local(self.window.end);
        start.checked_sub_signed(before).unwrap_or(start)..end.checked_add_signed(after).unwrap_or(end)
    }

    /// How long the longest item lasts.
    fn reach(&self) -> TimeDelta {
        let items = self.object.master.iter().chain(&self.object.overrides);
        let lengths = items.flat_map(|item| {
            let start = item.start.as_ref().map_or_else(NaiveDateTime::default, Moment::local);
            let own = item.additional.iter().filter_map(|date| date.length.as_ref());
            std::iter::once(&item.length).chain(own).map(move |length| match length {
                Length::Unsaid => ONE_DAY,
                Length::Until(end) => end.local() - start,
                Length::For(span) => span.after_local(start) - start,
            })
        });
        lengths.max().unwrap_or(ONE_DAY).clamp(ONE_DAY, MAX_REACH)
    }

    /// What an unchanged instance looks like: like the master, or like the last change for this and all later ones.
    fn placed(
        &self,
        master: &'a Item,
        start: &Moment,
        local: NaiveDateTime,
        length: Option<&'a Length>,
        changed: &BTreeMap<NaiveDateTime, usize>,
        series_zone: &Zone,
    ) -> Placed<'a> {
        let recurrence = (master.recurs() || !changed.is_empty()).then_some(local);
        let future = changed.range(..local).rev().find_map(|(id, index)| {
            let item = self.object.overrides.get(*index)?;
            item.recurrence_id.as_ref().filter(|id| id.and_future)?;
            Some((*id, *index, item, item.start.as_ref()?))
        });
        let Some((id, index, item, moved)) = future else {
            let start = at_local(start, local);
            let (additional, length) = (length.is_some(), length.unwrap_or(&master.length));
            return Placed { item: master, override_index: None, start, length, additional, recurrence };
        };
        // The distance between the change's place and its new start, by the clocks of the series.
        let distance = moved.local_in(series_zone) - id;
        let shifted = local.checked_add_signed(distance).unwrap_or(local);
        let start = match moved {
            Moment::Zoned { zone, .. } if zone != series_zone => {
                let local = zone.local(series_zone.resolve(shifted).at);
                Moment::Zoned { local, zone: zone.clone() }
            }
            other => at_local(other, shifted),
        };
        Placed {
            item,
            override_index: Some(index),
            start,
            length: &item.length,
            additional: false,
            recurrence,
        }
    }

    fn push(&mut self, placed: &Placed<'_>, expansion: &mut Expansion) {
        let occurrence = self.occurrence(placed);
        let instant = occurrence.start == occurrence.end;
        let overlaps = occurrence.start < self.window.end
            && (occurrence.end > self.window.start || instant && occurrence.start >= self.window.start);
        if !overlaps {
            return;
        }
        if expansion.occurrences.len() >= self.limits.occurrences {
            expansion.truncated = true;
            return;
        }
        expansion.occurrences.push(occurrence);
    }

    fn occurrence(&self, placed: &Placed<'_>) -> Occurrence {
        let viewer = &self.window.viewer;
        let zone = placed.start.zone();
        let clock = zone.as_ref().unwrap_or(viewer);
        let local_start = placed.start.local();
        let resolved = clock.resolve(local_start);
        let (local_end, end) = if let (Some(zone), Some(own)) = (&zone, placed.item.start.as_ref()) {
            let end = zoned_end(placed, own, zone, resolved.at).max(resolved.at);
            (zone.local(end), end)
        } else {
            let local_end = local_end(placed).max(local_start);
            (local_end, viewer.resolve(local_end).at.max(resolved.at))
        };
        let kind = match &placed.start {
            Moment::Date(_) => TimeKind::AllDay,
            Moment::Floating(_) => TimeKind::Floating,
            Moment::Zoned { .. } | Moment::Utc(_) => TimeKind::Zoned,
        };
        Occurrence {
            override_index: placed.override_index,
            recurrence: placed.recurrence,
            kind,
            zone,
            local_start,
            local_end,
            start: resolved.at,
            end,
            fit: resolved.fit,
        }
    }
}

/// The same kind of moment at another local time.
fn at_local(like: &Moment, local: NaiveDateTime) -> Moment {
    match like {
        Moment::Date(_) => Moment::Date(local.date()),
        Moment::Floating(_) => Moment::Floating(local),
        Moment::Zoned { zone, .. } => Moment::Zoned { local, zone: zone.clone() },
        Moment::Utc(_) => Moment::Utc(local.and_utc()),
    }
}

/// An end that was written gives an exact length, a duration counts days by the calendar (RFC 5545 section 3.8.5.3).
fn zoned_end(placed: &Placed<'_>, own: &Moment, zone: &Zone, at: DateTime<Utc>) -> DateTime<Utc> {
    let exact = |length: TimeDelta| at.checked_add_signed(length).unwrap_or(at);
    match placed.length {
        Length::Unsaid => at,
        Length::For(span) => span.after(placed.start.local(), zone),
        Length::Until(end) if placed.additional => end.instant(zone),
        Length::Until(end) => exact(end.instant(zone) - own.instant(zone)),
    }
}

fn local_end(placed: &Placed<'_>) -> NaiveDateTime {
    let start = placed.start.local();
    let own = placed.item.start.as_ref().map_or(start, Moment::local);
    let day = |end: NaiveDateTime| {
        if placed.start.is_date() && end <= start {
            start.checked_add_signed(ONE_DAY).unwrap_or(end)
        } else {
            end
        }
    };
    match placed.length {
        Length::Unsaid => day(start),
        Length::For(span) => day(span.after_local(start)),
        Length::Until(end) if placed.additional => day(end.local()),
        Length::Until(end) => day(start.checked_add_signed(end.local() - own).unwrap_or(start)),
    }
}
