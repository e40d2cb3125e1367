//! From evidence to a class.
//!
//! Evidence is joined over the whole document, because the name stands on the first page and the diagnosis on the
//! third. A patient's number or a person beside words of health is `Health`. A telephone or a clinician in a
//! protocol is the clinic's own, unless the text also tells one patient's story: an age, a day, a pronoun. What has
//! persons but nothing of health is `Personal`, what has neither is `Internal`, and what cannot be judged is `Health`.

use voiceassist_model::Sensitivity;

use crate::detect::Detector;
use crate::language::Familiarity;
use crate::span::{Finding, Kind};
use crate::vocabulary::is_health;

/// Findings less sure than this are no evidence.
const LEAST_CONFIDENCE: f32 = 0.5;

/// Rules that find people by what they are at a clinic.
const STAFF_RULES: [&str; 3] = ["staff_title", "degree", "salutation"];

/// The class of a text.
pub fn classify(text: &str) -> Sensitivity {
    classify_pages([text])
}

/// The class of a document, its evidence joined over all pages.
pub fn classify_pages<'a>(pages: impl IntoIterator<Item = &'a str>) -> Sensitivity {
    Detector::default().classify_pages(pages)
}

/// The class of one text that may be sent out: a turn of a conversation, a query. Recall first: a clinic's assistant
/// is told of patients, so whatever points at a person is `Health`.
pub fn classify_turn(text: &str) -> Sensitivity {
    Detector::default().classify_turn(text)
}

pub(crate) fn pages<'a>(detector: &Detector, pages: impl IntoIterator<Item = &'a str>) -> Sensitivity {
    let mut evidence = Evidence::default();
    for page in pages {
        evidence.add(detector, page);
    }
    evidence.class()
}

pub(crate) fn turn(detector: &Detector, text: &str) -> Sensitivity {
    if detector.detect(text).is_empty() { pages(detector, [text]) } else { Sensitivity::Health }
}

/// What speaks for which class.
#[derive(Clone, Copy, Debug, Default)]
struct Evidence {
    /// Numbers and days that only one patient has.
    patients: usize,
    /// Names of people not known to be staff, and other ways to a person.
    persons: usize,
    /// Telephones, addresses and the like, a clinic's own or a person's.
    contacts: usize,
    /// Days of a year.
    days: usize,
    /// Words of health.
    health: usize,
    /// Signs that the text tells of one patient.
    story: usize,
    familiarity: Familiarity,
}

impl Evidence {
    fn add(&mut self, detector: &Detector, text: &str) {
        for finding in detector.detect(text).iter().filter(|finding| finding.confidence >= LEAST_CONFIDENCE) {
            self.add_finding(finding);
        }
        let mut previous = String::new();
        for word in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '/'))) {
            if word.is_empty() {
                continue;
            }
            let lower = word.to_lowercase();
            if lower.starts_with(char::is_alphabetic) {
                self.familiarity.count(&lower);
            }
            if is_health(&lower) || is_measured(&lower) {
                self.health += 1;
            }
            if tells_story(&lower, &previous) {
                self.story += 1;
            }
            previous = lower;
        }
    }

    fn add_finding(&mut self, finding: &Finding) {
        if finding.kind.is_of_a_patient() || finding.rule == "date_of_birth" {
            self.patients += 1;
        } else if finding.kind.is_of_a_person() && !STAFF_RULES.contains(&finding.rule) {
            self.persons += 1;
        } else if finding.kind.is_contact() {
            self.contacts += 1;
        } else if finding.kind == Kind::Date {
            self.days += 1;
        }
    }

    fn class(self) -> Sensitivity {
        if self.familiarity.is_empty() || self.familiarity.is_foreign() {
            return Sensitivity::Health;
        }
        let traces = self.contacts + self.days;
        let about_somebody = self.patients > 0 || self.persons > 0 || (traces > 0 && self.story > 0);
        if about_somebody && (self.health > 0 || self.patients > 0) {
            return Sensitivity::Health;
        }
        if about_somebody {
            return Sensitivity::Personal;
        }
        Sensitivity::Internal
    }
}

/// Units that stand behind a patient's values.
fn is_measured(word: &str) -> bool {
    matches!(word, "mg" | "mcg" | "mg/dl" | "mmol/l" | "mmhg" | "bid" | "tid" | "prn" | "iu")
}

/// Words that tell of one patient and not of patients in general.
fn tells_story(word: &str, previous: &str) -> bool {
    matches!(word, "year-old" | "yo" | "y/o" | "he" | "she" | "his" | "her" | "him" | "hers")
        || (word == "old" && matches!(previous, "years" | "year"))
        || (matches!(word, "patient" | "pt") && matches!(previous, "this" | "my" | "our"))
        || matches!(word, "admitted" | "presented" | "discharged" | "complains" | "denies" | "implanted")
}
