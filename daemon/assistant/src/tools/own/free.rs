//! "When am I free for 30 minutes on Friday?", "Am I free at half past three?"
//!
//! Only the person's own calendars can be read: of anybody else nothing is known, and that is said. What takes no time (transparent,
//! called off, declined) leaves its time free. A span that is asked about as such is answered as it is; days are looked through within
//! working hours.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc, Weekday};
use voiceassist_store::Page;

use super::agenda::cited;
use super::wish::{What, Wish};
use super::{Answer, Desk, MAX_SHOWN, OwnError};
use crate::diary::{AgendaRequest, Appointment, FreeRequest, MAX_FREE_SPAN};
use crate::when::{Shape, When};

/// How long somebody needs who does not say it.
const USUAL: TimeDelta = TimeDelta::minutes(30);
/// How far is looked when no day is said.
const AHEAD: TimeDelta = TimeDelta::days(7);
/// Appointments of a span that are read.
const MAX_READ: u32 = 200;

impl Desk<'_> {
    pub(super) async fn free(&self, wish: &Wish) -> Result<Option<Answer>, OwnError> {
        let What::Free { minutes, others } = &wish.what else { return Ok(None) };
        let looked = self.looked_at_time().await?;
        let mut answer = Answer::default();
        if wish.tentative && !self.knows_any(others).await? {
            return Ok(None);
        }
        if looked.is_nothing() {
            self.no_calendars(&mut answer);
            return Ok(Some(answer));
        }
        if !others.is_empty() {
            let names = self.voice.list(others, ["and", "und"]);
            answer.note(if self.voice.german {
                format!("Nur die eigenen Kalender können gelesen werden; ob {names} frei ist, ist hier nicht bekannt.")
            } else {
                format!("Only your own calendars can be read; whether {names} is free is not known here.")
            });
        }
        let when = wish.when.clone().unwrap_or_else(|| self.coming());
        for remark in self.voice.remarks(&when) {
            answer.note(remark);
        }
        let needs = minutes.map(|minutes| TimeDelta::minutes(i64::from(minutes)));
        match when.shape {
            Shape::Moment => {
                let to = when.from + needs.unwrap_or(USUAL);
                let asked = When { to: to.max(when.to), ..when };
                self.whether(&asked, needs, &mut answer).await?;
            }
            Shape::Hours if needs.is_none() => self.whether(&when, None, &mut answer).await?,
            _ => self.gaps(&when, needs.unwrap_or(USUAL), &mut answer).await?,
        }
        self.say_looked(&mut answer, &looked, true);
        Ok(Some(answer))
    }

    async fn knows_any(&self, others: &[String]) -> Result<bool, OwnError> {
        for other in others {
            if !self.candidates(other).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn coming(&self) -> When {
        When { from: self.voice.now, to: self.voice.now + AHEAD, shape: Shape::Days, remarks: Vec::new() }
    }

    /// Whether a span is free, and what takes it.
    async fn whether(
        &self,
        when: &When,
        needs: Option<TimeDelta>,
        answer: &mut Answer,
    ) -> Result<(), OwnError> {
        let voice = &self.voice;
        let zone = voice.zone.name();
        let taken = self.taken(when).await?;
        let said = voice.within(when);
        let length = needs.filter(|_| when.shape == Shape::Moment).map(|needs| {
            let minutes = needs.num_minutes();
            if voice.german { format!(" für {minutes} Minuten") } else { format!(" for {minutes} minutes") }
        });
        let length = length.unwrap_or_default();
        if taken.is_empty() {
            let next = self.next_taken(when.to).await?;
            let until = next.filter(|_| when.shape == Shape::Moment).map(|start| {
                let at = if voice.day_of(start) == voice.day_of(when.from) {
                    voice.time(start)
                } else {
                    voice.moment(start)
                };
                if voice.german {
                    format!(", der nächste Termin beginnt {at}")
                } else {
                    format!("; the next appointment begins at {at}")
                }
            });
            let until = until.unwrap_or_default();
            answer.note(if voice.german {
                format!("Ja: {said} ({zone}) ist{length} frei{until}.")
            } else {
                format!("Yes: {said} ({zone}) you are free{length}{until}.")
            });
            return Ok(());
        }
        let whole = taken.iter().any(|one| one.start.to_utc() <= when.from && one.end.to_utc() >= when.to);
        let text = match (whole || when.shape == Shape::Moment, voice.german) {
            (true, false) => format!("No: {said} ({zone}) you are not free{length}:"),
            (false, false) => format!("Not all of it: {said} ({zone}) is partly taken:"),
            (true, true) => format!("Nein: {said} ({zone}) ist nicht frei:"),
            (false, true) => format!("Nicht ganz: {said} ({zone}) ist zum Teil belegt:"),
        };
        answer.note(text);
        let several = voice.day_of(when.from) != voice.day_of(when.to - TimeDelta::seconds(1));
        for one in taken.iter().take(MAX_SHOWN) {
            answer.fact(self.appointment(one, several), cited(one));
        }
        if taken.len() > MAX_SHOWN {
            answer.note(voice.more(taken.len() - MAX_SHOWN));
        }
        Ok(())
    }

    /// What takes the person's time in a span.
    async fn taken(&self, when: &When) -> Result<Vec<Appointment>, OwnError> {
        let request = AgendaRequest {
            from: when.from,
            to: when.to,
            zone: self.voice.zone.clone(),
            calendar: None,
            query: None,
        };
        let agenda = self.diary.agenda(&request, &Page::first(MAX_READ)).await?;
        Ok(agenda
            .appointments
            .items
            .into_iter()
            .filter(|one| one.busy && !one.cancelled && one.end > one.start)
            .collect())
    }

    /// When the next thing that day begins.
    async fn next_taken(&self, from: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, OwnError> {
        let day = When { from, to: from + TimeDelta::hours(24), shape: Shape::Hours, remarks: Vec::new() };
        let taken = self.taken(&day).await?;
        let next = taken.iter().map(|one| one.start.to_utc()).filter(|start| *start >= from).min();
        Ok(next.filter(|next| self.voice.day_of(*next) == self.voice.day_of(from)))
    }

    /// The gaps of days.
    async fn gaps(&self, when: &When, needs: TimeDelta, answer: &mut Answer) -> Result<(), OwnError> {
        let voice = &self.voice;
        let from = when.from.max(voice.now);
        let to = when.to.min(from + MAX_FREE_SPAN);
        if to <= from {
            answer.note(voice.say("This time is over.", "Diese Zeit ist vorbei."));
            return Ok(());
        }
        let mut request = FreeRequest::new(from, to, voice.zone.clone());
        request.at_least = needs;
        let (first, last) = (voice.day_of(when.from), voice.day_of(when.to - TimeDelta::seconds(1)));
        let is_off = |day: Weekday| matches!(day, Weekday::Sat | Weekday::Sun);
        // Who asks about a weekend means it.
        if is_off(first.weekday()) && is_off(last.weekday()) && (last - first).num_days() <= 1 {
            request.days = vec![Weekday::Sat, Weekday::Sun];
        }
        let found = self.diary.availability(&request).await?;
        let hours = format!("{}–{}", request.opens.format("%H:%M"), request.closes.format("%H:%M"));
        let (span, zone, minutes) = (voice.span(when), voice.zone.name(), needs.num_minutes());
        let span = if when.from < voice.now && first == voice.today() && first == last {
            format!("{span}, {} {}", voice.say("from", "ab"), voice.time(voice.now))
        } else {
            span
        };
        if found.free.is_empty() {
            answer.note(if voice.german {
                format!("{span} ({zone}): zwischen {hours} ist keine Lücke von {minutes} Minuten.")
            } else {
                format!("{span} ({zone}): no gap of {minutes} minutes within {hours}.")
            });
            return Ok(());
        }
        let several = first != last;
        let shown: Vec<String> = found
            .free
            .iter()
            .take(MAX_SHOWN)
            .map(|slot| {
                let hours = voice.hours(slot.start.to_utc(), slot.end.to_utc());
                if several { format!("{} {hours}", voice.short(slot.start.date_naive())) } else { hours }
            })
            .collect();
        let shown = shown.join(", ");
        answer.note(if voice.german {
            format!("{span} ({zone}): frei für {minutes} Minuten oder länger zwischen {hours}: {shown}.")
        } else {
            format!("{span} ({zone}): free for {minutes} minutes or more within {hours}: {shown}.")
        });
        if found.free.len() > MAX_SHOWN {
            answer.note(voice.more(found.free.len() - MAX_SHOWN));
        }
        Ok(())
    }
}
