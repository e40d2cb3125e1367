//! Days, times and lists in sentences, in the asker's language and by their clock.
//!
//! A time is always said with its day, and an answer with its zone. The hour that comes twice when clocks go back is said with its
//! offset, because nothing else tells the two apart. Nothing here reads anything.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta, Utc};
use voiceassist_dav::icalendar::{Fit, Zone};

use crate::when::{Remark, Shape, When};

/// What an answer is said in, by whose clock, and when.
#[derive(Clone, Debug)]
pub(crate) struct Voice {
    pub(crate) german: bool,
    pub(crate) zone: Zone,
    pub(crate) now: DateTime<Utc>,
}

const WEEKDAYS: [[&str; 7]; 2] = [
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
];
const MONTHS: [[&str; 12]; 2] = [
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ],
    [
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
        "November", "Dezember",
    ],
];

impl Voice {
    /// One of two wordings.
    pub(crate) fn say<'t>(&self, english: &'t str, german: &'t str) -> &'t str {
        if self.german { german } else { english }
    }

    pub(super) fn today(&self) -> NaiveDate {
        self.zone.local(self.now).date()
    }

    /// `Thursday, 26 November 2026`.
    pub(super) fn day(&self, day: NaiveDate) -> String {
        let (weekday, date) = (self.weekday(day), self.date(day));
        format!("{weekday}, {date}")
    }

    /// `26 November 2026`.
    pub(crate) fn date(&self, day: NaiveDate) -> String {
        let dot = self.say("", ".");
        format!("{}{dot} {} {}", day.day(), self.month(day), day.year())
    }

    /// `Thu 26 Nov`.
    pub(super) fn short(&self, day: NaiveDate) -> String {
        let cut = |name: &str, letters: usize| name.chars().take(letters).collect::<String>();
        let weekday = cut(self.weekday(day), if self.german { 2 } else { 3 });
        let month = cut(self.month(day), 3);
        let year = if day.year() == self.today().year() { String::new() } else { format!(" {}", day.year()) };
        if self.german {
            format!("{weekday} {}.{}.{}", day.day(), day.month(), year.trim_start())
        } else {
            format!("{weekday} {} {month}{year}", day.day())
        }
    }

    fn weekday(&self, day: NaiveDate) -> &'static str {
        WEEKDAYS[usize::from(self.german)][day.weekday().num_days_from_monday() as usize]
    }

    fn month(&self, day: NaiveDate) -> &'static str {
        MONTHS[usize::from(self.german)][day.month0() as usize]
    }

    /// `15:30`; with its offset where that hour comes twice.
    pub(super) fn time(&self, at: DateTime<Utc>) -> String {
        let local = self.zone.local(at);
        let shown = local.format("%H:%M").to_string();
        if self.zone.resolve(local).fit == Fit::Overlap {
            return format!("{shown} (UTC{})", self.zone.offset(at));
        }
        shown
    }

    pub(crate) fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        self.zone.local(at).date()
    }

    /// `Thu 26 Nov, 15:30`.
    pub(super) fn moment(&self, at: DateTime<Utc>) -> String {
        format!("{}, {}", self.short(self.day_of(at)), self.time(at))
    }

    /// `15:30–16:00`, with the day of the end where it is another.
    pub(super) fn hours(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> String {
        let (start, end) = (self.time(from), self.time(to));
        let (first, last) = (self.day_of(from), self.day_of(to));
        if from == to {
            return start;
        }
        // Midnight ends the day before.
        let is_midnight = end.starts_with("00:00") && last.pred_opt() == Some(first);
        match (first == last, is_midnight) {
            (true, _) => format!("{start}–{end}"),
            (_, true) => format!("{start}–24:00"),
            _ => format!("{start}–{}, {end}", self.short(last)),
        }
    }

    /// What a span is called at the beginning of a sentence: `On Thursday, 26 November 2026, 12:00–18:00`.
    pub(super) fn span(&self, when: &When) -> String {
        let (first, last) = (self.day_of(when.from), self.day_of(when.to - TimeDelta::seconds(1)));
        match when.shape {
            Shape::Moment => format!("{}, {} {}", self.on(first), self.say("at", "um"), self.clock(when)),
            Shape::Hours => format!("{}, {}", self.on(first), self.hours(when.from, when.to)),
            Shape::Days if first == last => self.on(first),
            Shape::Days => {
                format!(
                    "{} {} {} {}",
                    self.say("From", "Von"),
                    self.day(first),
                    self.say("to", "bis"),
                    self.day(last)
                )
            }
            Shape::Since => format!("{} {}", self.say("Since", "Seit"), self.day(first)),
            Shape::Until => format!("{} {}", self.say("Until", "Bis"), self.day(last)),
        }
    }

    /// The clock of a moment, both where it comes twice.
    fn clock(&self, when: &When) -> String {
        let local = self.zone.local(when.from);
        local.format("%H:%M").to_string()
    }

    /// `Today, Thursday, 26 November 2026`, or `On …`.
    fn on(&self, day: NaiveDate) -> String {
        let today = self.today();
        let name = if day == today {
            self.say("Today", "Heute")
        } else if today.checked_add_days(Days::new(1)) == Some(day) {
            self.say("Tomorrow", "Morgen")
        } else if today.checked_sub_days(Days::new(1)) == Some(day) {
            self.say("Yesterday", "Gestern")
        } else {
            return format!("{} {}", self.say("On", "Am"), self.day(day));
        };
        format!("{name}, {}", self.day(day))
    }

    /// The same within a sentence.
    pub(super) fn within(&self, when: &When) -> String {
        let span = self.span(when);
        let mut letters = span.chars();
        letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
    }

    /// How a span was read, where it can be meant otherwise.
    pub(super) fn remarks(&self, when: &When) -> Vec<String> {
        when.remarks.iter().map(|remark| self.remark(*remark)).collect()
    }

    fn remark(&self, remark: Remark) -> String {
        match remark {
            Remark::Today(day) => {
                let name = WEEKDAYS[usize::from(self.german)][day.num_days_from_monday() as usize];
                format!("{name} {}.", self.say("is read as today", "ist als heute verstanden"))
            }
            Remark::NextWeek(day) => format!(
                "{} {}.",
                self.say("“Next” is read as the day of next week,", "„Nächsten“ ist als der Tag der nächsten Woche verstanden,"),
                self.date(day)
            ),
            Remark::OtherWeekday(day) => format!(
                "{} {} {}; {}.",
                self.date(day),
                self.say("is a", "ist ein"),
                self.weekday(day),
                self.say("the date is taken", "das Datum gilt")
            ),
            Remark::Skipped => self
                .say(
                    "This time does not exist that day, because clocks go forward; the hour after it is meant.",
                    "Diese Uhrzeit gibt es an dem Tag nicht, weil die Uhr vorgestellt wird; gemeint ist die Stunde danach.",
                )
                .to_owned(),
            Remark::Twice => self
                .say(
                    "This time comes twice that day, because clocks go back; both are looked at.",
                    "Diese Uhrzeit gibt es an dem Tag zweimal, weil die Uhr zurückgestellt wird; beide sind gemeint.",
                )
                .to_owned(),
        }
    }

    /// `1 appointment`, `3 appointments`.
    pub(super) fn count(count: usize, one: &str, many: &str) -> String {
        format!("{count} {}", if count == 1 { one } else { many })
    }

    /// `And 12 more.`
    pub(super) fn more(&self, count: usize) -> String {
        if self.german { format!("Und {count} weitere.") } else { format!("And {count} more.") }
    }

    /// `a, b and c`.
    pub(super) fn list(&self, names: &[String], joint: [&str; 2]) -> String {
        let joint = joint[usize::from(self.german)];
        match names {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., last] => format!("{} {joint} {last}", first.join(", ")),
        }
    }

    /// With a dot at its end, if it has none.
    pub(super) fn ended(mut sentence: String) -> String {
        if !sentence.ends_with(['.', '!', '?', '”', '“']) {
            sentence.push('.');
        }
        sentence
    }

    /// Words as somebody said them.
    pub(crate) fn quoted(&self, text: &str) -> String {
        if self.german { format!("„{text}“") } else { format!("“{text}”") }
    }
}

#[cfg(test)]
mod tests {
    use voiceassist_dav::icalendar::Zone;

    use super::Voice;
    use crate::when::{Direction, OneOrTwo, Standpoint, read};

    fn voice(german: bool, zone: &str) -> Voice {
        let now = "2026-10-24T10:00:00Z".parse().expect("an instant");
        Voice { german, zone: Zone::named(zone).expect("a zone"), now }
    }

    fn said(text: &str, german: bool) -> String {
        let voice = voice(german, "Europe/Berlin");
        let standpoint = Standpoint { now: voice.now, zone: voice.zone.clone(), looks: Direction::Ahead };
        match read(text, &standpoint).map(|said| said.when) {
            Some(OneOrTwo::One(when)) => voice.span(&when),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn spans_are_said_as_people_say_them() {
        for (text, german, expected) in [
            ("today", false, "Today, Saturday, 24 October 2026"),
            ("tomorrow afternoon", false, "Tomorrow, Sunday, 25 October 2026, 12:00–18:00"),
            ("on Thursday at 3", false, "On Thursday, 29 October 2026, at 15:00"),
            ("next week", false, "From Monday, 26 October 2026 to Sunday, 1 November 2026"),
            ("am Donnerstag", true, "Am Donnerstag, 29. Oktober 2026"),
            ("heute Abend", true, "Heute, Samstag, 24. Oktober 2026, 18:00–24:00"),
        ] {
            assert_eq!(said(text, german), expected, "{text}");
        }
    }

    #[test]
    fn the_hour_that_comes_twice_is_told_apart() {
        let voice = voice(false, "Europe/Berlin");
        let [first, second, after] = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"]
            .map(|at| at.parse().expect("an instant"));
        assert_eq!(voice.time(first), "02:30 (UTC+02:00)");
        assert_eq!(voice.time(second), "02:30 (UTC+01:00)");
        assert_eq!(voice.time(after), "03:30");
        assert_eq!(voice.short(voice.day_of(after)), "Sun 25 Oct");
    }
}
