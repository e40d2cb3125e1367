//! Interpretation bands: which label a number falls into and what its source says about it.
//!
//! A table is read from the top, the first row whose upper bound holds wins, so each threshold is written once and its
//! side (`<` or `≤`) is visible. A band says what was observed in the people studied; it never says what to do.

/// The upper end of a band or of a step of points.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    /// Up to and including.
    AtMost(f64),
    /// Up to, not including.
    Below(f64),
    /// Everything that is left.
    Open,
    /// Never by the number alone: the computation sets this label by a rule of its own.
    ByRule,
}

impl Bound {
    /// Whether `value` lies under this bound.
    pub fn holds(self, value: f64) -> bool {
        match self {
            Self::AtMost(limit) => value <= limit,
            Self::Below(limit) => value < limit,
            Self::Open => true,
            Self::ByRule => false,
        }
    }
}

/// One row of a table of bands.
#[derive(Debug)]
pub struct Band {
    /// Where it ends.
    pub upto: Bound,
    /// Short label, part of the result.
    pub label: &'static str,
    /// What the source reports for this band.
    pub meaning: &'static str,
}

/// A table of bands over one output.
#[derive(Debug)]
pub struct Bands {
    /// Name of the label in the result, e.g. `band` or `two_level`.
    pub key: &'static str,
    /// The number it is read from.
    pub of: &'static str,
    /// What the table tells, e.g. "Two-level model".
    pub title: &'static str,
    /// Rows in rising order; the last is open.
    pub rows: &'static [Band],
}

/// A band that ends at `limit`, inclusive.
pub const fn at_most(limit: f64, label: &'static str, meaning: &'static str) -> Band {
    Band { upto: Bound::AtMost(limit), label, meaning }
}

/// A band that ends before `limit`.
pub const fn below(limit: f64, label: &'static str, meaning: &'static str) -> Band {
    Band { upto: Bound::Below(limit), label, meaning }
}

/// The last band.
pub const fn above(label: &'static str, meaning: &'static str) -> Band {
    Band { upto: Bound::Open, label, meaning }
}

/// A band that does not follow from the number alone.
pub const fn by_rule(label: &'static str, meaning: &'static str) -> Band {
    Band { upto: Bound::ByRule, label, meaning }
}

impl Bands {
    /// The row `value` falls into.
    pub fn row(&self, value: f64) -> Option<&'static Band> {
        self.rows.iter().find(|row| row.upto.holds(value))
    }

    /// The row with this label, for tables whose label the calculator decides itself.
    pub fn labelled(&self, label: &str) -> Option<&'static Band> {
        self.rows.iter().find(|row| row.label == label)
    }

    /// The extent of a row in words, e.g. "> 4 to ≤ 6".
    pub fn extent(&self, label: &str) -> String {
        let Some(position) = self.rows.iter().position(|row| row.label == label) else {
            return String::new();
        };
        let limit_before = self.rows[..position].iter().rev().find_map(|row| match row.upto {
            Bound::AtMost(limit) => Some(format!("> {limit}")),
            Bound::Below(limit) => Some(format!("≥ {limit}")),
            Bound::Open | Bound::ByRule => None,
        });
        let to = match self.rows[position].upto {
            Bound::AtMost(limit) => Some(format!("≤ {limit}")),
            Bound::Below(limit) => Some(format!("< {limit}")),
            Bound::Open => None,
            Bound::ByRule => return "by rule".to_owned(),
        };
        match (limit_before, to) {
            (Some(from), Some(to)) => format!("{from} to {to}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => "any".to_owned(),
        }
    }
}
