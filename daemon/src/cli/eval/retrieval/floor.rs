//! Figures that must not get worse.
//!
//! A file names figures and their bounds: least values, except for the calibration error, which has a greatest. Besides,
//! "not below" names parts of the search that it must not fall behind. A name that no figure has is an error, so that a
//! misspelt floor does not hold up nothing.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use super::report::Report;

/// The one figure that is better when it is smaller.
const ERROR: &str = "ece";
/// The figures by which the search is compared with its parts.
const COMPARED: [&str; 2] = ["recall@10", "ndcg@10"];
/// Rounding of the figures, and one question of a thousand.
const TOLERANCE: f64 = 0.001;

/// What is asked of a run.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Floor {
    /// Bounds by the name of the figure.
    figures: BTreeMap<String, f64>,
    /// Parts whose recall@10 and nDCG@10 are a bound as well.
    #[serde(default)]
    not_below: Vec<String>,
}

/// The floor of a file.
pub(super) fn read(path: &Path) -> anyhow::Result<Floor> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("reading {} as a floor", path.display()))
}

/// What a run fell short of, a line each.
pub(super) fn missed(floor: &Floor, report: &Report) -> Vec<String> {
    let figures: BTreeMap<&str, f64> = report.named().into_iter().collect();
    let parts: BTreeMap<&str, BTreeMap<&str, f64>> =
        report.baselines().map(|(name, part)| (name, part.named().into_iter().collect())).collect();
    let mut missed = Vec::new();
    for (name, bound) in &floor.figures {
        missed.extend(short_of(name, figures.get(name.as_str()).copied(), *bound));
    }
    for part in &floor.not_below {
        let Some(part_figures) = parts.get(part.as_str()) else {
            missed.push(format!("{part} was not measured"));
            continue;
        };
        for name in COMPARED {
            let bound = part_figures.get(name).copied().unwrap_or(0.0) - TOLERANCE;
            let short = short_of(name, figures.get(name).copied(), bound);
            missed.extend(short.map(|line| format!("{line} of {part}")));
        }
    }
    missed
}

fn short_of(name: &str, found: Option<f64>, bound: f64) -> Option<String> {
    let Some(found) = found else { return Some(format!("{name} was not measured")) };
    let (holds, side) = if name == ERROR { (found <= bound, "above") } else { (found >= bound, "below") };
    (!holds).then(|| format!("{name} is {found:.4}, {side} the bound of {bound:.4}"))
}

#[cfg(test)]
mod tests {
    use super::short_of;

    #[test]
    fn an_error_has_a_greatest_value_and_everything_else_a_least() {
        assert!(short_of("ndcg@10", Some(0.9), 0.9).is_none());
        assert!(short_of("ndcg@10", Some(0.89), 0.9).is_some_and(|line| line.contains("below")));
        assert!(short_of("ece", Some(0.04), 0.05).is_none());
        assert!(short_of("ece", Some(0.06), 0.05).is_some_and(|line| line.contains("above")));
    }

    #[test]
    fn a_figure_nobody_measured_holds_up_nothing() {
        assert!(short_of("ndgc@10", None, 0.9).is_some_and(|line| line.contains("not measured")));
    }
}
