//! One dosing table: its bands, the rules they must keep, and the lookup of a value.
//!
//! Limits say themselves on which side they are closed (`from`/`above`, `to`/`below`), because labels differ and half of
//! all mistakes happen exactly on a limit. A value is found by comparison alone; nothing is rounded first.

use serde::{Deserialize, Serialize};

use super::Fault;

/// What a table is drawn against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Creatinine clearance by Cockcroft-Gault, mL/min.
    Crcl,
    /// Estimated glomerular filtration rate, mL/min/1.73 m².
    Egfr,
    /// Child-Pugh class.
    ChildPugh,
}

impl Measure {
    /// The measure's name and unit as a reader sees them.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Crcl => "creatinine clearance (Cockcroft-Gault), mL/min",
            Self::Egfr => "eGFR, mL/min/1.73 m²",
            Self::ChildPugh => "Child-Pugh class",
        }
    }
}

/// Whether more than one source stands behind a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// Entered once and compared with nothing: to be checked against the current label before use.
    Unverified,
    /// A second, named source agreed.
    SecondSource,
}

impl Verification {
    /// The status in words, as shown beside every answer.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unverified => "unverified",
            Self::SecondSource => "agrees with a second source",
        }
    }
}

/// Child-Pugh class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ChildPughClass {
    /// 5 to 6 points.
    A,
    /// 7 to 9 points.
    B,
    /// 10 to 15 points.
    C,
}

/// One row of a table. Either limits or classes are set, never both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Lower limit that belongs to the band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// Lower limit that does not belong to the band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// Upper limit that belongs to the band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// Upper limit that does not belong to the band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
    /// Child-Pugh classes of the row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<ChildPughClass>,
    /// What the source states for this row.
    pub dose: String,
}

impl Band {
    /// Whether a value lies in this band.
    pub fn holds(&self, value: f64) -> bool {
        self.classes.is_empty()
            && self.from.is_none_or(|limit| value >= limit)
            && self.above.is_none_or(|limit| value > limit)
            && self.to.is_none_or(|limit| value <= limit)
            && self.below.is_none_or(|limit| value < limit)
    }

    /// The band in words: `15 to 50`, `above 50`, `below 15`, `A, B`.
    pub fn range(&self) -> String {
        if !self.classes.is_empty() {
            let names: Vec<String> = self.classes.iter().map(|class| format!("{class:?}")).collect();
            return names.join(", ");
        }
        let lower = match (self.from, self.above) {
            (Some(limit), _) if limit > 0.0 => Some(format!("{limit} or more")),
            (_, Some(limit)) => Some(format!("above {limit}")),
            _ => None,
        };
        let upper = match (self.to, self.below) {
            (Some(limit), _) => Some(format!("{limit} or less")),
            (_, Some(limit)) => Some(format!("below {limit}")),
            _ => None,
        };
        match (lower, upper) {
            (Some(lower), Some(upper)) => format!("{lower} and {upper}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => "any value".to_owned(),
        }
    }

    /// Lower limit and whether it belongs to the band.
    fn lower(&self) -> Option<(f64, bool)> {
        match (self.from, self.above) {
            (Some(limit), None) => Some((limit, true)),
            (None, Some(limit)) => Some((limit, false)),
            _ => None,
        }
    }

    /// Upper limit and whether it belongs to the band.
    fn upper(&self) -> Option<(f64, bool)> {
        match (self.to, self.below) {
            (Some(limit), None) => Some((limit, true)),
            (None, Some(limit)) => Some((limit, false)),
            _ => None,
        }
    }
}

/// A dosing table for one drug and one indication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// What the drug is given for, or the regimen the table starts from.
    pub indication: String,
    /// Where the source applies: `US` or `EU`.
    pub region: String,
    /// What the bands are drawn against.
    pub measure: Measure,
    /// The rows, lowest first.
    pub bands: Vec<Band>,
    /// What the source states for dialysis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialysis: Option<String>,
    /// What a reader must know beside the rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Document the rows are taken from.
    pub source: String,
    /// Month of entry, `YYYY-MM`; labels change afterwards.
    pub entered: String,
    /// Whether a second source agreed.
    pub verification: Verification,
    /// The second source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_source: Option<String>,
}

impl Table {
    /// The band a clearance or filtration rate falls into; nothing for a Child-Pugh table or a value below zero.
    pub fn band_for(&self, value: f64) -> Option<&Band> {
        self.bands.iter().find(|band| band.holds(value))
    }

    /// The row of a Child-Pugh class; nothing for a table drawn against a number.
    pub fn band_for_class(&self, class: ChildPughClass) -> Option<&Band> {
        self.bands.iter().find(|band| band.classes.contains(&class))
    }

    /// Checks everything the lookup and a reader rely on.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if self.bands.is_empty() {
            return Err(Fault::NoBand);
        }
        self.check_texts()?;
        match self.measure {
            Measure::ChildPugh => self.check_classes(),
            Measure::Crcl | Measure::Egfr => self.check_limits(),
        }
    }

    fn check_texts(&self) -> Result<(), Fault> {
        let doses = self.bands.iter().map(|band| band.dose.as_str());
        let required = [self.indication.as_str(), &self.region, &self.source].into_iter().chain(doses);
        if required.into_iter().any(|text| text.trim().is_empty()) || !is_month(&self.entered) {
            return Err(Fault::MissingText);
        }
        let named = self.second_source.as_deref().is_some_and(|text| !text.trim().is_empty());
        if named != (self.verification == Verification::SecondSource) {
            return Err(Fault::Verification);
        }
        let spoken = self.bands.iter().map(|band| band.dose.as_str());
        let spoken = spoken.chain(self.notes.iter().map(String::as_str)).chain(self.dialysis.as_deref());
        if spoken.into_iter().any(gives_advice) {
            return Err(Fault::Advice);
        }
        Ok(())
    }

    fn check_classes(&self) -> Result<(), Fault> {
        let limited = |band: &Band| band.from.or(band.above).or(band.to).or(band.below).is_some();
        let mut classes: Vec<ChildPughClass> =
            self.bands.iter().flat_map(|band| band.classes.clone()).collect();
        classes.sort_unstable();
        let complete = classes == [ChildPughClass::A, ChildPughClass::B, ChildPughClass::C];
        if !complete || self.bands.iter().any(limited) {
            return Err(Fault::Classes);
        }
        Ok(())
    }

    fn check_limits(&self) -> Result<(), Fault> {
        let doubled = |band: &Band| {
            band.lower().is_none() || (band.to.is_some() && band.below.is_some()) || !band.classes.is_empty()
        };
        if self.bands.iter().any(doubled) {
            return Err(Fault::Limits);
        }
        let starts =
            self.bands.first().and_then(Band::lower).is_some_and(|(limit, closed)| closed && limit <= 0.0);
        let ends = self.bands.last().and_then(Band::upper).is_some();
        if !starts || ends {
            return Err(Fault::NotCovering);
        }
        self.bands.windows(2).try_for_each(|pair| match pair {
            [one, next] => check_seam(one, next),
            _ => Ok(()),
        })
    }
}

/// Two neighbouring bands must meet in one limit that belongs to exactly one of them.
fn check_seam(one: &Band, next: &Band) -> Result<(), Fault> {
    let (Some((end, closed)), Some((start, open))) = (one.upper(), next.lower()) else {
        return Err(Fault::NotCovering);
    };
    // Limits are printed numbers read from the same file: equal means written alike.
    let meets = end.total_cmp(&start).is_eq();
    let lower = one.lower().map_or(0.0, |(limit, _)| limit);
    if end < start || (meets && !closed && !open) {
        return Err(Fault::Gap);
    }
    if end > start || (closed && open) || end <= lower {
        return Err(Fault::Overlap);
    }
    Ok(())
}

fn is_month(text: &str) -> bool {
    let Some((year, month)) = text.split_once('-') else { return false };
    let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(year, 4) && digits(month, 2) && ("01"..="12").contains(&month)
}

/// Words in which a table would speak in its own voice instead of its source's.
fn gives_advice(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphabetic());
    words.any(|word| matches!(word, "treat" | "prescribe" | "administer" | "we" | "you" | "your"))
}

#[cfg(test)]
mod tests {
    use super::ChildPughClass::{A, B, C};
    use super::*;

    fn band(from: Option<f64>, above: Option<f64>, to: Option<f64>, below: Option<f64>) -> Band {
        Band { from, above, to, below, classes: Vec::new(), dose: "x".to_owned() }
    }

    fn table(bands: Vec<Band>) -> Table {
        Table {
            indication: "i".to_owned(),
            region: "US".to_owned(),
            measure: Measure::Crcl,
            bands,
            dialysis: None,
            notes: Vec::new(),
            source: "s".to_owned(),
            entered: "2026-11".to_owned(),
            verification: Verification::Unverified,
            second_source: None,
        }
    }

    #[test]
    fn bands_that_meet_in_one_limit_pass() {
        let bands = vec![band(Some(0.0), None, Some(50.0), None), band(None, Some(50.0), None, None)];
        assert_eq!(table(bands).check(), Ok(()));
    }

    #[test]
    fn a_gap_an_overlap_and_a_missing_end_are_refused() {
        let first = band(Some(0.0), None, None, Some(50.0));
        let cases = [
            (vec![first.clone(), band(None, Some(50.0), None, None)], Fault::Gap),
            (vec![first.clone(), band(Some(51.0), None, None, None)], Fault::Gap),
            (vec![first.clone(), band(Some(49.0), None, None, None)], Fault::Overlap),
            (
                vec![band(Some(0.0), None, Some(50.0), None), band(Some(50.0), None, None, None)],
                Fault::Overlap,
            ),
            (vec![first.clone()], Fault::NotCovering),
            (vec![band(Some(5.0), None, None, None)], Fault::NotCovering),
            (vec![band(Some(0.0), Some(0.0), None, None)], Fault::Limits),
            (vec![], Fault::NoBand),
        ];
        for (bands, fault) in cases {
            assert_eq!(table(bands).check(), Err(fault));
        }
    }

    #[test]
    fn a_table_without_source_or_with_advice_is_refused() {
        let whole = || table(vec![band(Some(0.0), None, None, None)]);
        assert_eq!(Table { source: " ".to_owned(), ..whole() }.check(), Err(Fault::MissingText));
        assert_eq!(Table { entered: "2026-13".to_owned(), ..whole() }.check(), Err(Fault::MissingText));
        assert_eq!(
            Table { second_source: Some("b".to_owned()), ..whole() }.check(),
            Err(Fault::Verification)
        );
        assert_eq!(Table { notes: vec!["Treat at once.".to_owned()], ..whole() }.check(), Err(Fault::Advice));
    }

    #[test]
    fn a_class_named_twice_or_missing_is_refused() {
        let row =
            |classes: &[ChildPughClass]| Band { classes: classes.to_vec(), ..band(None, None, None, None) };
        let liver = |bands| Table { measure: Measure::ChildPugh, ..table(bands) };
        assert_eq!(liver(vec![row(&[A]), row(&[B, C])]).check(), Ok(()));
        assert_eq!(liver(vec![row(&[A]), row(&[B])]).check(), Err(Fault::Classes));
        assert_eq!(liver(vec![row(&[A, B]), row(&[B, C])]).check(), Err(Fault::Classes));
    }
}
