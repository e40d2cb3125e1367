//! "What do I have on Thursday afternoon?", "How many meetings do I have tomorrow?"
//!
//! Appointments of a span, with somebody or about something if that was said. What was called off is told apart and not counted, and an
//! event that was written by another clock is told by both.

use std::fmt::Write as _;

use chrono::{Days, NaiveTime};
use voiceassist_model::{CitedKind, ItemCitation};
use voiceassist_store::Page;
use voiceassist_store::collections::CollectionClass;

use super::saying::Voice;
use super::wish::{What, Wish};
use super::{Answer, Desk, MAX_SHOWN, OwnError};
use crate::diary::{AgendaRequest, Appointment};
use crate::when::{Shape, When};

/// Appointments that are read to be counted.
const MAX_READ: u32 = 200;

impl Desk<'_> {
    pub(super) async fn agenda(&self, wish: &Wish) -> Result<Option<Answer>, OwnError> {
        let voice = &self.voice;
        let when = wish.when.clone().unwrap_or_else(|| self.today());
        let looked = self.looked_at(CollectionClass::Calendar).await?;
        let mut answer = Answer::default();
        if looked.is_nothing() {
            self.no_calendars(&mut answer);
            return Ok(Some(answer));
        }
        let (found, cut) = self.appointments(&when, wish).await?;
        let (on, off): (Vec<Appointment>, Vec<Appointment>) =
            found.into_iter().partition(|one| !one.cancelled);
        for remark in voice.remarks(&when) {
            answer.note(remark);
        }
        let filter = self.filter_said(wish);
        let zone = voice.zone.name();
        if on.is_empty() {
            let text = if voice.german {
                format!("{} ({zone}) steht{filter} nichts in den Kalendern.", voice.span(&when))
            } else {
                format!("{} ({zone}) there is nothing{filter} in your calendars.", voice.span(&when))
            };
            answer.note(text);
        } else {
            let many = if cut { voice.say("more than ", "mehr als ") } else { "" };
            let count = Voice::count(
                on.len(),
                voice.say("appointment", "Termin"),
                voice.say("appointments", "Termine"),
            );
            let text = if voice.german {
                format!("{} ({zone}){filter}: {many}{count}.", voice.span(&when))
            } else {
                format!(
                    "{} ({zone}) you {} {many}{count}{filter}.",
                    voice.span(&when),
                    if when.to <= voice.now { "had" } else { "have" }
                )
            };
            answer.note(text);
        }
        let counts = matches!(wish.what, What::Agenda { count: true });
        let several = when.shape != Shape::Moment
            && voice.day_of(when.from) != voice.day_of(when.to - chrono::TimeDelta::seconds(1));
        if !counts {
            for one in on.iter().skip(wish.skip).take(MAX_SHOWN) {
                answer.fact(self.appointment(one, several), cited(one));
            }
            let left = on.len().saturating_sub(wish.skip + MAX_SHOWN);
            if left > 0 {
                answer.note(voice.more(left));
            }
            for one in off.iter().take(MAX_SHOWN) {
                let text =
                    format!("{}: {}", voice.say("Called off", "Abgesagt"), self.appointment(one, several));
                answer.fact(text, cited(one));
            }
        }
        self.say_looked(&mut answer, &looked, on.is_empty());
        Ok(Some(answer))
    }

    /// Appointments of a span, with somebody and about something if that was said; whether there are more.
    pub(super) async fn appointments(
        &self,
        when: &When,
        wish: &Wish,
    ) -> Result<(Vec<Appointment>, bool), OwnError> {
        let mut found: Vec<Appointment> = Vec::new();
        let mut cut = false;
        for query in self.queries(wish).await? {
            let request =
                AgendaRequest { from: when.from, to: when.to, zone: voice_zone(self), calendar: None, query };
            let agenda = self.diary.agenda(&request, &Page::first(MAX_READ)).await?;
            cut |= agenda.appointments.next.is_some();
            for one in agenda.appointments.items {
                if !found.iter().any(|known| known.event == one.event && known.start == one.start) {
                    found.push(one);
                }
            }
        }
        found.sort_by_key(|one| (one.start, one.event));
        Ok((found, cut))
    }

    /// What events are asked for: the words of a topic with the name of somebody, or with one of their addresses.
    pub(super) async fn queries(&self, wish: &Wish) -> Result<Vec<Option<String>>, OwnError> {
        let topic = wish.about.clone().unwrap_or_default();
        let Some(whom) = &wish.with else {
            return Ok(vec![Some(topic).filter(|topic| !topic.is_empty())]);
        };
        let mut names = vec![crate::people::matching::telling(whom).join(" ")];
        let people = match &wish.somebody {
            Some(somebody) => vec![somebody.clone()],
            None => self.candidates(whom).await?,
        };
        names.extend(people.into_iter().flat_map(|person| person.addresses));
        names.dedup();
        Ok(names.into_iter().map(|name| Some(format!("{name} {topic}").trim().to_owned())).collect())
    }

    /// ` with Bob about the echo`.
    pub(super) fn filter_said(&self, wish: &Wish) -> String {
        let voice = &self.voice;
        let mut said = String::new();
        if let Some(with) = &wish.with {
            _ = write!(said, " {} {with}", voice.say("with", "mit"));
        }
        if let Some(about) = &wish.about {
            _ = write!(said, " {} {}", voice.say("about", "zu"), voice.quoted(about));
        }
        said
    }

    /// One appointment in a sentence.
    pub(super) fn appointment(&self, one: &Appointment, with_day: bool) -> String {
        let voice = &self.voice;
        let (start, end) = (one.start.to_utc(), one.end.to_utc());
        let mut when = match one.days {
            Some((first, last)) if first == last => {
                let all_day = voice.say("all day", "ganztägig");
                if with_day { format!("{}, {all_day}", voice.short(first)) } else { all_day.to_owned() }
            }
            Some((first, last)) => {
                format!("{}, {}–{}", voice.say("all day", "ganztägig"), voice.short(first), voice.short(last))
            }
            None if with_day => format!("{}, {}", voice.short(voice.day_of(start)), voice.hours(start, end)),
            None if voice.day_of(start) == voice.day_of(end) || voice.hours(start, end).contains("24:00") => {
                voice.hours(start, end)
            }
            None => format!("{}, {}", voice.short(voice.day_of(start)), voice.hours(start, end)),
        };
        // Where it was written by another clock, that is said as well.
        if let Some(zone) = one.written_zone.as_deref().and_then(voiceassist_dav::icalendar::Zone::named)
            && one.days.is_none()
            && !one.floating
            && zone.name() != "UTC"
            && zone.offset(start) != voice.zone.offset(start)
        {
            _ = write!(when, " ({} {})", zone.local(start).format("%H:%M"), zone.name());
        }
        let name = if one.summary.is_empty() {
            voice.say("without a title", "ohne Titel")
        } else {
            one.summary.as_str()
        };
        let place = if one.location.is_empty() { String::new() } else { format!(", {}", one.location) };
        format!("{when}: {name}{place} ({}).", one.calendar_name)
    }

    pub(super) fn no_calendars(&self, answer: &mut Answer) {
        answer.outcome = Some(voiceassist_model::Outcome::NotFound);
        answer.note(self.voice.say(
            "No calendar of yours has been mirrored yet, so nothing can be said about your day.",
            "Es ist noch kein Kalender abgeglichen, darum lässt sich über den Tag nichts sagen.",
        ));
    }

    /// Today.
    pub(super) fn today(&self) -> When {
        let zone = &self.voice.zone;
        let at = |day: chrono::NaiveDate| zone.resolve(day.and_time(NaiveTime::MIN)).at;
        let today = self.voice.today();
        let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
        When { from: at(today), to: at(tomorrow), shape: Shape::Days, remarks: Vec::new() }
    }
}

fn voice_zone(desk: &Desk<'_>) -> crate::diary::Zone {
    desk.voice.zone.clone()
}

/// The event that a sentence was read from.
pub(super) fn cited(one: &Appointment) -> ItemCitation {
    ItemCitation {
        kind: CitedKind::Event,
        id: one.event.as_uuid(),
        title: one.summary.clone(),
        link: one.link.clone(),
    }
}
