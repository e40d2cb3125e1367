//! The limits and times that administrators may change while the daemon runs.
//!
//! Each has a name, a unit and bounds, said once here for the database, the HTTP side and the command line. What was changed wins over the
//! configuration until it is taken back. Refused, with every reason at once: a number outside the bounds, and numbers
//! that contradict each other. Nothing that guards content is among them: who may do what, what may leave the house and how fresh a
//! sign-in has to be are the configuration's alone.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

/// Something that may be changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Setting {
    /// Requests of one person in a minute.
    RequestsOfAPerson,
    /// Of those, questions, searches and texts to be looked through.
    QuestionsOfAPerson,
    /// Requests from one address in a minute that prove nobody.
    FailuresOfAnAddress,
    /// Minutes until an unused session is over.
    SessionIdle,
    /// Minutes until any session is over.
    SessionAbsolute,
    /// Days until what is kept for a person is purged whose user Nextcloud no longer knows.
    DataOfPeopleGone,
    /// Days for which the keys of finished writes are known.
    FinishedWrites,
}

/// Why a change is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// Outside the bounds of the setting.
    OutOfBounds(Setting),
    /// Larger than a setting that includes it.
    MoreThan(Setting),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfBounds(setting) => {
                let bounds = setting.bounds();
                write!(f, "must be from {} to {} {}", bounds.start(), bounds.end(), setting.unit())
            }
            Self::MoreThan(other) => write!(f, "must not be more than `{}`", other.name()),
        }
    }
}

impl Setting {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::RequestsOfAPerson,
        Self::QuestionsOfAPerson,
        Self::FailuresOfAnAddress,
        Self::SessionIdle,
        Self::SessionAbsolute,
        Self::DataOfPeopleGone,
        Self::FinishedWrites,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RequestsOfAPerson => "requests_of_a_person",
            Self::QuestionsOfAPerson => "questions_of_a_person",
            Self::FailuresOfAnAddress => "failures_of_an_address",
            Self::SessionIdle => "session_idle",
            Self::SessionAbsolute => "session_absolute",
            Self::DataOfPeopleGone => "data_of_people_gone",
            Self::FinishedWrites => "finished_writes",
        }
    }

    /// What it counts: `per_minute`, `minutes` or `days`.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::RequestsOfAPerson | Self::QuestionsOfAPerson | Self::FailuresOfAnAddress => "per_minute",
            Self::SessionIdle | Self::SessionAbsolute => "minutes",
            Self::DataOfPeopleGone | Self::FinishedWrites => "days",
        }
    }

    /// What it may be changed to. The lower bounds leave an administrator able to change it back.
    pub const fn bounds(self) -> RangeInclusive<u32> {
        match self {
            Self::RequestsOfAPerson => 60..=100_000,
            Self::QuestionsOfAPerson => 1..=10_000,
            Self::FailuresOfAnAddress => 5..=10_000,
            Self::SessionIdle => 5..=10_080,
            Self::SessionAbsolute => 15..=10_080,
            Self::DataOfPeopleGone => 1..=3_650,
            Self::FinishedWrites => 7..=3_650,
        }
    }

    /// By its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }

    /// The setting that includes it, and must not be less.
    const fn within(self) -> Option<Self> {
        match self {
            Self::QuestionsOfAPerson => Some(Self::RequestsOfAPerson),
            Self::SessionIdle => Some(Self::SessionAbsolute),
            _ => None,
        }
    }
}

/// What was changed; anything else is as configured.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Edited(BTreeMap<Setting, u32>);

impl Edited {
    /// As it was kept. What is out of bounds, for instance because another release had others, counts as not changed.
    pub fn of(kept: impl IntoIterator<Item = (Setting, u32)>) -> Self {
        Self(kept.into_iter().filter(|(setting, value)| setting.bounds().contains(value)).collect())
    }

    /// What it was changed to, if it was.
    pub fn get(&self, setting: Setting) -> Option<u32> {
        self.0.get(&setting).copied()
    }

    /// What is in force where this is configured.
    pub fn or(&self, setting: Setting, configured: u32) -> u32 {
        self.get(setting).unwrap_or(configured)
    }

    /// This with further changes, of which `None` takes one back, if they can hold together with what is configured.
    pub fn with(
        &self,
        changes: &[(Setting, Option<u32>)],
        configured: impl Fn(Setting) -> Option<u32>,
    ) -> Result<Self, Vec<(Setting, Wrong)>> {
        let mut next = self.clone();
        let mut wrong = Vec::new();
        for &(setting, value) in changes {
            match value {
                Some(value) if !setting.bounds().contains(&value) => {
                    wrong.push((setting, Wrong::OutOfBounds(setting)));
                }
                Some(value) => _ = next.0.insert(setting, value),
                None => _ = next.0.remove(&setting),
            }
        }
        let in_force = |setting| next.get(setting).or_else(|| configured(setting));
        for setting in Setting::ALL {
            let Some(outer) = setting.within() else { continue };
            let is_touched = changes.iter().any(|(changed, _)| [setting, outer].contains(changed));
            if is_touched
                && in_force(setting).zip(in_force(outer)).is_some_and(|(inner, outer)| inner > outer)
            {
                wrong.push((setting, Wrong::MoreThan(outer)));
            }
        }
        if wrong.is_empty() { Ok(next) } else { Err(wrong) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Edited, Setting, Wrong};

    fn configured(setting: Setting) -> Option<u32> {
        match setting {
            Setting::RequestsOfAPerson => Some(1_200),
            Setting::SessionAbsolute => Some(720),
            Setting::FinishedWrites => None,
            _ => Some(30),
        }
    }

    #[test]
    fn what_was_changed_wins_until_it_is_taken_back() {
        let idle = Setting::SessionIdle;
        let edited = Edited::default().with(&[(idle, Some(15))], configured).unwrap();
        assert_eq!((edited.or(idle, 30), Edited::default().or(idle, 30)), (15, 30));
        assert_eq!(edited.with(&[(idle, None)], configured).unwrap(), Edited::default());
    }

    #[test]
    fn every_reason_is_told_at_once_and_names_where_it_is() {
        let changes = [
            (Setting::QuestionsOfAPerson, Some(0)),
            (Setting::SessionIdle, Some(800)),
            (Setting::DataOfPeopleGone, Some(9_999)),
        ];
        let wrong = Edited::default().with(&changes, configured).unwrap_err();
        assert_eq!(
            wrong,
            [
                (Setting::QuestionsOfAPerson, Wrong::OutOfBounds(Setting::QuestionsOfAPerson)),
                (Setting::DataOfPeopleGone, Wrong::OutOfBounds(Setting::DataOfPeopleGone)),
                (Setting::SessionIdle, Wrong::MoreThan(Setting::SessionAbsolute)),
            ]
        );
        assert_eq!(wrong[1].1.to_string(), "must be from 1 to 3650 days");
        let taken_back = Edited::of([(Setting::SessionAbsolute, 60), (Setting::SessionIdle, 60)]);
        assert!(taken_back.with(&[(Setting::SessionAbsolute, Some(40))], configured).is_err());
    }

    #[test]
    fn what_is_kept_and_out_of_bounds_counts_as_not_changed() {
        let edited = Edited::of([(Setting::SessionIdle, 1), (Setting::SessionAbsolute, 60)]);
        assert_eq!(
            (edited.get(Setting::SessionIdle), edited.get(Setting::SessionAbsolute)),
            (None, Some(60))
        );
    }

    #[test]
    fn names_are_distinct_and_understood_again() {
        assert!(Setting::ALL.iter().all(|setting| Setting::from_name(setting.name()) == Some(*setting)));
        assert_eq!(Setting::from_name("nonsense"), None);
    }
}
