//! "When is my next appointment with Bob?", "When did I last see Dr. Smith?"

use chrono::TimeDelta;
use voiceassist_model::Outcome;
use voiceassist_store::collections::CollectionClass;

use super::agenda::cited;
use super::wish::{What, Wish};
use super::{Answer, Desk, OwnError};
use crate::diary::Appointment;
use crate::when::{Shape, When};

/// How far is looked, nearer first.
const REACHES: [TimeDelta; 3] = [TimeDelta::days(3), TimeDelta::days(60), TimeDelta::days(731)];
/// How far back: single events are kept longer than series.
const BEHIND: [TimeDelta; 3] = [TimeDelta::days(14), TimeDelta::days(120), TimeDelta::days(1_000)];

impl Desk<'_> {
    pub(super) async fn next(&self, wish: &Wish) -> Result<Option<Answer>, OwnError> {
        let What::Next { back } = wish.what else { return Ok(None) };
        let looked = self.looked_at(CollectionClass::Calendar).await?;
        let mut answer = Answer::default();
        if looked.is_nothing() {
            if wish.tentative {
                return Ok(None);
            }
            self.no_calendars(&mut answer);
            return Ok(Some(answer));
        }
        let found = if back { self.latest(wish).await? } else { self.coming_up(wish).await? };
        let (voice, filter) = (&self.voice, self.filter_said(wish));
        let zone = voice.zone.name();
        if let Some(one) = found {
            let text = match (back, voice.german) {
                (false, false) => {
                    format!("Your next appointment{filter} ({zone}): {}", self.appointment(&one, true))
                }
                (true, false) => {
                    format!("Your last appointment{filter} ({zone}): {}", self.appointment(&one, true))
                }
                (false, true) => {
                    format!("Nächster Termin{filter} ({zone}): {}", self.appointment(&one, true))
                }
                (true, true) => format!("Letzter Termin{filter} ({zone}): {}", self.appointment(&one, true)),
            };
            answer.fact(text, cited(&one));
            self.say_looked(&mut answer, &looked, false);
            return Ok(Some(answer));
        }
        if wish.tentative {
            return Ok(None);
        }
        answer.outcome = Some(Outcome::NotFound);
        answer.note(match (back, voice.german) {
            (false, false) => {
                format!("There is no coming appointment{filter} in your calendars within two years.")
            }
            (true, false) => format!("There is no past appointment{filter} in your calendars."),
            (false, true) => {
                format!("In den Kalendern steht in den nächsten zwei Jahren kein Termin{filter}.")
            }
            (true, true) => format!("In den Kalendern steht kein vergangener Termin{filter}."),
        });
        self.say_looked(&mut answer, &looked, true);
        Ok(Some(answer))
    }

    async fn coming_up(&self, wish: &Wish) -> Result<Option<Appointment>, OwnError> {
        let now = self.voice.now;
        let named = wish.with.is_some() || wish.about.is_some();
        for reach in REACHES {
            let mut when = When { from: now, to: now + reach, shape: Shape::Hours, remarks: Vec::new() };
            if let Some(said) = &wish.when {
                (when.from, when.to) = (said.from.max(now), said.to);
            }
            if when.to <= when.from {
                return Ok(None);
            }
            let (found, _) = self.appointments(&when, wish).await?;
            // Whole days and what takes no time count only when they were asked for.
            let next = found.into_iter().find(|one| {
                !one.cancelled && one.start.to_utc() >= now && (named || one.busy && one.days.is_none())
            });
            if next.is_some() || wish.when.is_some() {
                return Ok(next);
            }
        }
        Ok(None)
    }

    async fn latest(&self, wish: &Wish) -> Result<Option<Appointment>, OwnError> {
        let now = self.voice.now;
        for reach in BEHIND {
            let when = When { from: now - reach, to: now, shape: Shape::Hours, remarks: Vec::new() };
            let (found, _) = self.appointments(&when, wish).await?;
            let last = found.into_iter().rev().find(|one| !one.cancelled && one.end.to_utc() <= now);
            if last.is_some() {
                return Ok(last);
            }
        }
        Ok(None)
    }
}
