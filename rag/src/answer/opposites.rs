//! Whether two sentences say the contrary of each other in words.
//!
//! Two ways are seen. One sentence denies what the other says: "is recommended", "is not recommended", "is
//! contraindicated". Or they use words that are opposites: "is stopped", "is continued". Both must speak of the same under
//! the same numbers and conditions. Whatever is less plain stays unseen, because a contradiction that is none would be
//! told with two sources: double negations, a sentence that holds both opposites, and two sentences that each name
//! something the other does not.

use std::collections::HashSet;

use unicode_segmentation::UnicodeSegmentation as _;

use super::question::stems;
use super::support;

/// Content words that two sentences must share.
const LEAST_COMMON: usize = 2;
/// The share of content words from which two sentences are about the same, when one says all that the other names.
const ALL_OF_ONE: f32 = 0.5;
/// The same when each names something the other does not.
const EACH_ITS_OWN: f32 = 0.8;
/// Words that judge and name nothing.
const JUDGEMENTS: &str = "recommended recommend indicated contraindicated advised advisable avoid avoided appropriate \
                          suitable allowed permitted used use needed necessary required should must may possible still";
/// Words that begin a condition.
const CONDITIONS: [&str; 8] = ["if", "unless", "except", "only", "until", "provided", "when", "wenn"];
/// Words and their opposites.
const OPPOSITES: [(&str, &str); 8] = [
    (
        "start started begin begun continue continued resume resumed restart restarted kept",
        "stop stopped discontinue discontinued withhold withheld pause paused suspend suspended omitted interrupted",
    ),
    (
        "increase increased increases raise raised raises",
        "decrease decreased decreases reduce reduced reduces",
    ),
    ("safe harmless", "unsafe harmful dangerous"),
    ("effective", "ineffective"),
    ("permitted allowed", "forbidden prohibited"),
    ("higher", "lower"),
    ("required mandatory", "optional unnecessary"),
    ("weitergegeben fortgesetzt", "abgesetzt pausiert"),
];

/// What a sentence holds of a matter.
#[derive(Clone, Debug)]
pub(super) struct Stance {
    /// Content words without judgement.
    about: HashSet<String>,
    denied: HashSet<String>,
    numbers: HashSet<String>,
    /// For each pair of opposites whether the first and whether the second is there.
    poles: [(bool, bool); OPPOSITES.len()],
    has_condition: bool,
    /// Denied twice, or with both opposites.
    is_unclear: bool,
}

impl Stance {
    pub(super) fn of(text: &str) -> Self {
        let all = support::words(text);
        let judgements = stems(JUDGEMENTS);
        let sides = OPPOSITES.map(|(one, other)| (stems(one), stems(other)));
        let has = |side: &HashSet<String>| !side.is_disjoint(&all);
        let poles = std::array::from_fn(|at| (has(&sides[at].0), has(&sides[at].1)));
        let is_pole =
            |stem: &String| sides.iter().any(|(one, other)| one.contains(stem) || other.contains(stem));
        let about =
            all.iter().filter(|stem| !judgements.contains(*stem) && !is_pole(stem)).cloned().collect();
        let denials = text.unicode_words().filter(|word| support::is_denial(word)).count();
        Self {
            about,
            denied: support::denied(text),
            numbers: support::numbers(text),
            poles,
            has_condition: text
                .unicode_words()
                .any(|word| CONDITIONS.contains(&word.to_lowercase().as_str())),
            is_unclear: denials > 1 || poles.contains(&(true, true)),
        }
    }

    /// Whether the other says the contrary.
    pub(super) fn opposes(&self, other: &Self) -> bool {
        let comparable = !self.is_unclear
            && !other.is_unclear
            && self.numbers == other.numbers
            && self.has_condition == other.has_condition;
        if !comparable || !self.is_about_the_same(other) {
            return false;
        }
        match (self.is_denied_beside(other), other.is_denied_beside(self)) {
            (Some(one), Some(two)) => (one != two) != self.is_at_another_pole(other),
            _ => false,
        }
    }

    fn is_about_the_same(&self, other: &Self) -> bool {
        let common = self.about.intersection(&other.about).count();
        let all = self.about.union(&other.about).count();
        let is_within = common == self.about.len() || common == other.about.len();
        let least = if is_within { ALL_OF_ONE } else { EACH_ITS_OWN };
        common >= LEAST_COMMON && common as f32 >= least * all as f32
    }

    /// Whether this denies most of what both speak of; nothing when it denies a part of it.
    fn is_denied_beside(&self, other: &Self) -> Option<bool> {
        let common: Vec<&String> = self.about.intersection(&other.about).collect();
        let denied = common.iter().filter(|stem| self.denied.contains(**stem)).count();
        match denied {
            0 => Some(false),
            most if 2 * most >= common.len() => Some(true),
            _ => None,
        }
    }

    fn is_at_another_pole(&self, other: &Self) -> bool {
        self.poles
            .iter()
            .zip(&other.poles)
            .any(|poles| matches!(poles, ((true, false), (false, true)) | ((false, true), (true, false))))
    }
}

#[cfg(test)]
mod tests {
    use super::Stance;

    fn oppose(one: &str, other: &str) -> bool {
        let (one, other) = (Stance::of(one), Stance::of(other));
        assert_eq!(one.opposes(&other), other.opposes(&one), "both ways");
        one.opposes(&other)
    }

    #[test]
    fn what_one_denies_and_the_other_says_is_contrary() {
        for (one, other) in [
            ("Metformin is recommended in heart failure.", "Metformin is not recommended in heart failure."),
            ("Metformin is recommended in heart failure.", "Metformin is contraindicated in heart failure."),
            ("NSAIDs may be used after bypass surgery.", "NSAIDs should be avoided after bypass surgery."),
            (
                "Apixaban is stopped before cataract surgery.",
                "Apixaban is continued before cataract surgery.",
            ),
            (
                "The vaccine is safe in pregnancy and lactation.",
                "The vaccine is harmful in pregnancy and lactation.",
            ),
            ("Oral steroids shorten the croup.", "Oral steroids don't shorten the croup."),
        ] {
            assert!(oppose(one, other), "{one} / {other}");
        }
    }

    #[test]
    fn other_subjects_numbers_conditions_and_two_negations_are_not_contrary() {
        for (one, other) in [
            ("Metformin is recommended in heart failure.", "Metformin is recommended in heart failure."),
            ("Metformin is recommended in heart failure.", "Insulin is not recommended in pregnancy."),
            ("Metformin is given above an eGFR of 45.", "Metformin is not given below an eGFR of 30."),
            (
                "Metformin is stopped in severe renal failure.",
                "Metformin is continued in mild renal failure.",
            ),
            (
                "Apixaban is given after ablation.",
                "Apixaban is not given after ablation if there is bleeding.",
            ),
            (
                "Metformin is not contraindicated in heart failure.",
                "Metformin is recommended in heart failure.",
            ),
            (
                "Apixaban is not stopped before cataract surgery.",
                "Apixaban is continued before cataract surgery.",
            ),
            ("", "Metformin is not recommended."),
        ] {
            assert!(!oppose(one, other), "{one} / {other}");
        }
    }
}
