//! When somebody's time is taken, and when it is not.
//!
//! Taken is what is in calendars of the person's own that are not transparent, unless it is itself transparent, was
//! called off or declined; whole days take whole days. Free are the gaps within working hours. Nothing is said of what
//! takes the time. Working hours are by the asker's clock, so that a day with a clock change has an hour more or fewer.

use chrono::{DateTime, Datelike as _, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use voiceassist_dav::icalendar::Zone;
use voiceassist_store::calendars::ItemKind;

use super::{Diary, DiaryError, shown, span};

/// The longest span that is asked for at once.
pub const MAX_FREE_SPAN: TimeDelta = TimeDelta::days(92);

/// What to look for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FreeRequest {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// By whose clock.
    pub zone: Zone,
    /// When work begins.
    pub opens: NaiveTime,
    /// When it ends.
    pub closes: NaiveTime,
    /// On which days.
    pub days: Vec<Weekday>,
    /// The shortest gap that is told.
    pub at_least: TimeDelta,
}

impl FreeRequest {
    /// Half hours and more from eight to six on Monday to Friday.
    pub fn new(from: DateTime<Utc>, to: DateTime<Utc>, zone: Zone) -> Self {
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self {
            from,
            to,
            zone,
            opens: hour(8),
            closes: hour(18),
            days: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri],
            at_least: TimeDelta::minutes(30),
        }
    }
}

/// A stretch of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    /// From when, as the asker's clock shows it.
    pub start: DateTime<FixedOffset>,
    /// Until when.
    pub end: DateTime<FixedOffset>,
}

/// What is taken and what is free.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Availability {
    /// The zone of every time in it, by name.
    pub zone: String,
    /// Taken, what overlaps or touches joined.
    pub busy: Vec<Slot>,
    /// Free within working hours.
    pub free: Vec<Slot>,
}

type Stretch = (DateTime<Utc>, DateTime<Utc>);

impl Diary<'_> {
    /// When the person's time is taken, and when it is free within working hours.
    pub async fn availability(&self, request: &FreeRequest) -> Result<Availability, DiaryError> {
        let span = span(request.from, request.to, &request.zone, MAX_FREE_SPAN)?;
        if request.closes <= request.opens || request.days.is_empty() {
            return Err(DiaryError::Hours);
        }
        let placed = self.placed(ItemKind::Event, &span, &request.zone).await?;
        let taken = placed.iter().filter(|one| one.what.what.busy && one.end > one.start);
        let busy = joined(taken.map(|one| (one.start.max(span.from), one.end.min(span.to))));
        let free = gaps(request, &busy);
        self.record(busy.len()).await?;
        let slot = |(start, end): &Stretch| Slot {
            start: shown(*start, &request.zone),
            end: shown(*end, &request.zone),
        };
        Ok(Availability {
            zone: request.zone.name(),
            busy: busy.iter().map(slot).collect(),
            free: free.iter().map(slot).collect(),
        })
    }
}

/// Stretches in order, with those that overlap or touch made one.
fn joined(stretches: impl Iterator<Item = Stretch>) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = stretches.collect();
    all.sort_unstable();
    let mut joined: Vec<Stretch> = Vec::new();
    for (start, end) in all {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}

/// What is left of working hours.
fn gaps(request: &FreeRequest, busy: &[Stretch]) -> Vec<Stretch> {
    let mut gaps = Vec::new();
    let last = request.zone.local(request.to).date();
    let mut day: Option<NaiveDate> = Some(request.zone.local(request.from).date());
    while let Some(date) = day.filter(|date| *date <= last) {
        day = date.checked_add_days(Days::new(1));
        if !request.days.contains(&date.weekday()) {
            continue;
        }
        let at = |time| request.zone.resolve(date.and_time(time)).at;
        let (opens, end) = (at(request.opens).max(request.from), at(request.closes).min(request.to));
        let mut keep = |from: DateTime<Utc>, to: DateTime<Utc>| {
            if to > from && to - from >= request.at_least {
                gaps.push((from, to));
            }
        };
        let mut start = opens;
        for (from, to) in busy.iter().filter(|(from, to)| *to > opens && *from < end) {
            keep(start, *from);
            start = start.max(*to);
        }
        keep(start, end);
    }
    gaps
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use voiceassist_dav::icalendar::Zone;

    use super::{FreeRequest, gaps, joined};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn request(from: &str, to: &str, zone: &str) -> FreeRequest {
        FreeRequest::new(at(from), at(to), Zone::named(zone).expect("a zone"))
    }

    fn told(request: &FreeRequest, busy: &[(&str, &str)]) -> Vec<String> {
        let busy = joined(busy.iter().map(|(from, to)| (at(from), at(to))));
        gaps(request, &busy)
            .iter()
            .map(|(from, to)| format!("{}–{}", from.format("%dT%H:%M"), to.format("%H:%M")))
            .collect()
    }

    #[test]
    fn gaps_are_what_is_left_of_working_hours() {
        let monday = request("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "UTC");
        let busy = [
            ("2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z"),
            ("2026-11-23T09:30:00Z", "2026-11-23T10:30:00Z"),
            ("2026-11-23T10:45:00Z", "2026-11-23T12:00:00Z"),
            ("2026-11-23T17:00:00Z", "2026-11-23T20:00:00Z"),
        ];
        assert_eq!(
            told(&monday, &busy),
            ["23T08:00–09:00", "23T12:00–17:00"],
            "a quarter of an hour is not told"
        );
        let short = FreeRequest { at_least: TimeDelta::minutes(15), ..monday };
        assert_eq!(told(&short, &busy).len(), 3);
    }

    #[test]
    fn working_hours_are_by_the_askers_clock_over_a_clock_change() {
        let week = request("2026-10-23T00:00:00Z", "2026-10-27T00:00:00Z", "Europe/Berlin");
        assert_eq!(told(&week, &[]), ["23T06:00–16:00", "26T07:00–17:00"]);
        let tokyo = request("2026-11-22T15:00:00Z", "2026-11-23T15:00:00Z", "Asia/Tokyo");
        assert_eq!(told(&tokyo, &[]), ["22T23:00–09:00"], "Monday in Tokyo begins on Sunday in UTC");
    }

    #[test]
    fn a_weekend_and_a_full_day_have_no_gaps() {
        assert!(told(&request("2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z", "UTC"), &[]).is_empty());
        let full = [("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z")];
        assert!(told(&request("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "UTC"), &full).is_empty());
    }
}
