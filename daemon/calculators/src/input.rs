//! What a calculator asks for: name, unit, accepted range, and the words people use for it.
//!
//! Inputs are constants built by chaining, e.g. `patient::AGE.derived(40.0, 79.0).cuts(&[65.0])`. The declaration is
//! the only place that knows an input: forms, the JSON schema, the reading of values and the filling in from free text
//! are all derived from it. Nothing has a default value.

use crate::measure::Measure;

/// One input of a calculator.
#[derive(Debug, Clone, Copy)]
pub struct Input {
    /// Field name in JSON.
    pub name: &'static str,
    /// Label in a form.
    pub title: &'static str,
    /// What exactly is meant, e.g. "worst value in 24 h".
    pub help: &'static str,
    /// Words and phrases people use for it, lower case, for filling in from free text.
    pub synonyms: &'static [&'static str],
    /// Its type.
    pub kind: Kind,
    /// Whether the calculation needs it. An absent optional input leaves out the outputs that need it.
    pub required: bool,
    /// Values the formula was derived with, in the input's unit; outside is flagged.
    pub derivation: Option<(f64, f64)>,
    /// Values at which points or the formula change, for bounding a score and for testing both sides.
    pub cuts: &'static [f64],
}

/// The type of an input.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A measured number.
    Number {
        /// What is measured.
        measure: &'static Measure,
        /// The unit of a plain number, one of the measure's.
        unit: &'static str,
        /// Accepted range in that unit, if narrower than the measure's.
        plausible: Option<(f64, f64)>,
    },
    /// A whole number of things or grades.
    Integer {
        /// Lowest.
        min: i64,
        /// Highest.
        max: i64,
        /// What each grade means; empty for a count.
        levels: &'static [Level],
    },
    /// Yes or no.
    Boolean,
    /// One of several words.
    Choice(&'static [Choice]),
    /// A fixed list of graded items, each a whole number from 0.
    Items(&'static [Part]),
    /// A calendar day, `YYYY-MM-DD`.
    Date,
    /// A list of objects with inputs of their own.
    Records {
        /// Inputs of one object.
        fields: &'static [Input],
        /// Most objects accepted.
        max: usize,
    },
}

/// One option of a choice.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// Value in JSON.
    pub value: &'static str,
    /// Label in a form.
    pub title: &'static str,
    /// Other values that mean the same.
    pub aliases: &'static [&'static str],
}

/// One grade of a graded input.
#[derive(Debug, Clone, Copy)]
pub struct Level {
    /// The grade.
    pub value: i64,
    /// What it means.
    pub title: &'static str,
}

/// One item of a list of graded items.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// What is graded.
    pub title: &'static str,
    /// Lowest grade.
    pub min: i64,
    /// Highest grade.
    pub max: i64,
    /// What the grades mean; empty if numbers suffice.
    pub levels: &'static [Level],
}

/// An option of a choice.
pub const fn choice(value: &'static str, title: &'static str) -> Choice {
    Choice { value, title, aliases: &[] }
}

/// A grade of a graded input.
pub const fn level(value: i64, title: &'static str) -> Level {
    Level { value, title }
}

/// An item graded from 0 to `max`.
pub const fn part(title: &'static str, max: i64, levels: &'static [Level]) -> Part {
    Part { title, min: 0, max, levels }
}

impl Choice {
    /// Other values that mean the same.
    #[must_use]
    pub const fn or(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Whether `text` names this option.
    pub fn is_named(&self, text: &str) -> bool {
        self.value == text || self.aliases.contains(&text)
    }
}

impl Input {
    const fn new(name: &'static str, title: &'static str, kind: Kind) -> Self {
        Self { name, title, help: "", synonyms: &[], kind, required: true, derivation: None, cuts: &[] }
    }

    /// A measured number; `unit` is the unit of a plain number.
    pub const fn number(
        name: &'static str,
        title: &'static str,
        measure: &'static Measure,
        unit: &'static str,
    ) -> Self {
        Self::new(name, title, Kind::Number { measure, unit, plausible: None })
    }

    /// A whole number from `min` to `max`.
    pub const fn integer(name: &'static str, title: &'static str, min: i64, max: i64) -> Self {
        Self::new(name, title, Kind::Integer { min, max, levels: &[] })
    }

    /// A grade, each with its meaning.
    pub const fn grade(
        name: &'static str,
        title: &'static str,
        min: i64,
        max: i64,
        levels: &'static [Level],
    ) -> Self {
        Self::new(name, title, Kind::Integer { min, max, levels })
    }

    /// Yes or no.
    pub const fn boolean(name: &'static str, title: &'static str) -> Self {
        Self::new(name, title, Kind::Boolean)
    }

    /// One of several words.
    pub const fn choice(name: &'static str, title: &'static str, options: &'static [Choice]) -> Self {
        Self::new(name, title, Kind::Choice(options))
    }

    /// A fixed list of graded items.
    pub const fn items(name: &'static str, title: &'static str, parts: &'static [Part]) -> Self {
        Self::new(name, title, Kind::Items(parts))
    }

    /// A calendar day.
    pub const fn date(name: &'static str, title: &'static str) -> Self {
        Self::new(name, title, Kind::Date)
    }

    /// A list of 1 to `max` objects.
    pub const fn records(
        name: &'static str,
        title: &'static str,
        fields: &'static [Input],
        max: usize,
    ) -> Self {
        Self::new(name, title, Kind::Records { fields, max })
    }

    /// Says what exactly is meant.
    #[must_use]
    pub const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// Words people use for it, lower case.
    #[must_use]
    pub const fn synonyms(mut self, synonyms: &'static [&'static str]) -> Self {
        self.synonyms = synonyms;
        self
    }

    /// Another field name for a shared input.
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Another label for a shared input.
    #[must_use]
    pub const fn titled(mut self, title: &'static str) -> Self {
        self.title = title;
        self
    }

    /// Accepted range of a number in its unit, instead of the measure's.
    #[must_use]
    pub const fn plausible(mut self, low: f64, high: f64) -> Self {
        if let Kind::Number { measure, unit, .. } = self.kind {
            self.kind = Kind::Number { measure, unit, plausible: Some((low, high)) };
        }
        self
    }

    /// The range the formula was derived with; a value outside is computed and flagged.
    #[must_use]
    pub const fn derived(mut self, low: f64, high: f64) -> Self {
        self.derivation = Some((low, high));
        self
    }

    /// Values at which points change.
    #[must_use]
    pub const fn cuts(mut self, cuts: &'static [f64]) -> Self {
        self.cuts = cuts;
        self
    }

    /// Not needed for the main result.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// The accepted range of a number or whole number, in its unit.
    pub fn range(&self) -> Option<(f64, f64)> {
        match self.kind {
            Kind::Number { plausible: Some(range), .. } => Some(range),
            Kind::Number { measure, unit, plausible: None } => measure.plausible_in(unit),
            Kind::Integer { min, max, .. } => Some((min as f64, max as f64)),
            _ => None,
        }
    }

    /// The unit of a plain number.
    pub fn unit(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Number { unit, .. } => Some(unit),
            _ => None,
        }
    }
}
