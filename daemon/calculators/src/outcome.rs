//! What a computation hands back, and the counting of points on the way.
//!
//! [`Tally`] adds points and remembers for each what gave them, so that a score can always be taken apart. [`Outcome`]
//! holds the named results; the engine rounds decimals as the outputs declare and adds the bands.

use serde::Serialize;
use serde_json::{Value, json};

use crate::bands::Bound;
use crate::refusal::Refusal;
use crate::values::Values;

/// Named results with their working.
#[derive(Debug, Default)]
pub struct Outcome {
    pub(crate) results: Vec<(&'static str, Value)>,
    pub(crate) sub_scores: Vec<SubScore>,
    pub(crate) working: Vec<String>,
    pub(crate) notes: Vec<String>,
}

/// What one item contributed.
#[derive(Debug, Clone, Serialize)]
pub struct SubScore {
    /// The input or component.
    pub name: &'static str,
    /// Its label.
    pub title: String,
    /// Its points.
    pub points: f64,
}

impl Outcome {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The points of a tally become the sub-scores.
    pub fn of(tally: Tally<'_>) -> Self {
        Self { sub_scores: tally.parts, ..Self::default() }
    }

    /// A number; a number that does not exist (not finite) becomes null.
    #[must_use]
    pub fn number(self, key: &'static str, value: f64) -> Self {
        self.with(key, json!(value))
    }

    /// A whole number.
    #[must_use]
    pub fn integer(self, key: &'static str, value: i64) -> Self {
        self.with(key, json!(value))
    }

    /// Yes or no.
    #[must_use]
    pub fn boolean(self, key: &'static str, value: bool) -> Self {
        self.with(key, json!(value))
    }

    /// A word or date.
    #[must_use]
    pub fn text(self, key: &'static str, value: impl Into<String>) -> Self {
        self.with(key, Value::String(value.into()))
    }

    /// A result that does not exist for these inputs; say why in a note.
    #[must_use]
    pub fn nothing(self, key: &'static str) -> Self {
        self.with(key, Value::Null)
    }

    /// One line of the working, with the numbers in it.
    #[must_use]
    pub fn working(mut self, line: impl Into<String>) -> Self {
        self.working.push(line.into());
        self
    }

    /// Something to know about this very result.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// A note if something holds.
    #[must_use]
    pub fn note_if(self, holds: bool, note: &str) -> Self {
        if holds { self.note(note) } else { self }
    }

    fn with(mut self, key: &'static str, value: Value) -> Self {
        self.results.push((key, value));
        self
    }
}

/// Points being added up.
#[derive(Debug)]
pub struct Tally<'a> {
    values: &'a Values,
    parts: Vec<SubScore>,
}

impl<'a> Tally<'a> {
    /// No points yet.
    pub fn new(values: &'a Values) -> Self {
        Self { values, parts: Vec::new() }
    }

    /// `points` if the yes-or-no input `name` is yes.
    pub fn flag(&mut self, name: &'static str, points: f64) -> Result<(), Refusal> {
        let holds = self.values.yes(name)?;
        self.add(name, self.values.title(name), if holds { points } else { 0.0 });
        Ok(())
    }

    /// The same `points` for each of several yes-or-no inputs.
    pub fn flags(&mut self, names: &[&'static str], points: f64) -> Result<(), Refusal> {
        names.iter().try_for_each(|name| self.flag(name, points))
    }

    /// `points` if a condition on an input holds; `what` names the condition, e.g. "above 100 /min".
    pub fn when(&mut self, name: &'static str, what: &str, holds: bool, points: f64) {
        let title = format!("{} {what}", self.values.title(name));
        self.add(name, title, if holds { points } else { 0.0 });
    }

    /// Points by steps of a number: the first bound that holds gives them.
    pub fn steps(&mut self, name: &'static str, steps: &[(Bound, f64)]) -> Result<(), Refusal> {
        let value = self.values.number(name)?;
        self.add(name, self.values.title(name), ladder(value, steps));
        Ok(())
    }

    /// Points that were counted elsewhere.
    pub fn add(&mut self, name: &'static str, title: impl Into<String>, points: f64) {
        self.parts.push(SubScore { name, title: title.into(), points });
    }

    /// The sum.
    pub fn total(&self) -> f64 {
        self.parts.iter().map(|part| part.points).sum()
    }

    /// The points of each part so far, in order.
    #[expect(clippy::cast_possible_truncation, reason = "points are small whole numbers")]
    pub fn each_whole(&self) -> Vec<i64> {
        self.parts.iter().map(|part| part.points.round() as i64).collect()
    }

    /// The sum of a score that has only whole points.
    #[expect(clippy::cast_possible_truncation, reason = "points are small whole numbers")]
    pub fn whole(&self) -> i64 {
        self.total().round() as i64
    }
}

/// The points of the first step whose bound holds for `value`; 0 if none does.
pub fn ladder(value: f64, steps: &[(Bound, f64)]) -> f64 {
    steps.iter().find(|(bound, _)| bound.holds(value)).map_or(0.0, |(_, points)| *points)
}

/// What a table gives for a whole score; the last entry holds for all higher scores, the first for all lower.
pub fn by_score(table: &[f64], score: i64) -> f64 {
    let at = usize::try_from(score.max(0)).unwrap_or(usize::MAX).min(table.len().saturating_sub(1));
    table.get(at).copied().unwrap_or(f64::NAN)
}
