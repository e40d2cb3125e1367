//! From evidence to a class.
//!
//! Evidence is joined over the whole document, because the name stands on the first page and the diagnosis on the
//! third. A patient's number or a person beside words of health is `Health`. A telephone or a clinician in a
//! protocol is the clinic's own, unless the text also tells one patient's story: an age, a day, a pronoun. What has
//! persons but nothing of health is `Personal`, what has neither is `Internal`, and what cannot be judged is `Health`.
//!
//! A turn of a conversation is judged more sternly: whoever asks a clinic's assistant about a person speaks of a
//! patient, so any evidence makes it `Health`. Only what reads as published (long, about many people, with nobody's
//! numbers in it) may hold months, places and authors.

use voiceassist_model::Sensitivity;

use crate::detect::Detector;
use crate::language::Familiarity;
use crate::lexicon::{Marks, marks};
use crate::span::{Finding, Kind};
use crate::words::{Word, fold};

/// Findings less sure than this are no evidence of a document.
const LEAST_CONFIDENCE: f32 = 0.5;
/// Texts of fewer words than this are never taken for published.
const LEAST_PUBLISHED: usize = 45;
/// Words about many people, at least this many in a published text.
const LEAST_PLURALS: usize = 2;

/// Rules that find people by what they are at a clinic.
const STAFF_RULES: [&str; 3] = ["name.doctor", "name.degree", "name.staff"];
/// Rules that find names by their letters or their place in a sentence, not by a cue.
const UNCUED_NAMES: [&str; 9] = [
    "name.listed", "name.unknown", "name.acts", "name.again", "name.initials", "name.lower", "name.upper",
    "name.degree", "name.owner",
];
/// How the rules of the classifier begin: it goes by weak signs, without a cue.
const UNCUED_RULES: &str = "model.";

/// Whether words read as published: many, about many people, and none that only notes and letters use.
pub(crate) fn reads_as_published(words: &[Word<'_>]) -> bool {
    let (mut plurals, mut previous) = (0, "");
    for word in words.iter().filter(|word| word.is_word()) {
        if is_of_notes(&word.folded, previous) {
            return false;
        }
        plurals += usize::from(is_about_many(&word.folded));
        previous = &word.folded;
    }
    words.len() >= LEAST_PUBLISHED && plurals >= LEAST_PLURALS
}

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
        evidence.add(&detector.detect(page), page);
    }
    evidence.class()
}

pub(crate) fn turn(detector: &Detector, text: &str) -> Sensitivity {
    let (findings, suspected) = detector.detect_or_suspect(text);
    let mut evidence = Evidence::default();
    evidence.add(&findings, text);
    if findings.is_empty() {
        let class = evidence.class();
        return if suspected { class.join(Sensitivity::Health) } else { class };
    }
    if evidence.is_published() { Sensitivity::Internal } else { Sensitivity::Health }
}

/// What speaks for which class.
#[derive(Clone, Copy, Debug, Default)]
struct Evidence {
    /// Numbers and days that only one patient has.
    patients: usize,
    /// Names of people not known to be staff, and other ways to a person.
    persons: usize,
    /// Of these, names without a cue.
    uncued: usize,
    /// Telephones, addresses and the like, a clinic's own or a person's.
    contacts: usize,
    /// Of these, web addresses.
    links: usize,
    /// Days of a year.
    days: usize,
    /// Words of health.
    health: usize,
    /// Signs that the text tells of one patient.
    story: usize,
    /// Titles, record words and the like that only a note has.
    note: usize,
    /// Words about many people.
    plurals: usize,
    words: usize,
    familiarity: Familiarity,
}

impl Evidence {
    fn add(&mut self, findings: &[Finding], text: &str) {
        for finding in findings.iter().filter(|finding| finding.confidence >= LEAST_CONFIDENCE) {
            self.add_finding(finding);
        }
        let mut previous = String::new();
        for word in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '/'))) {
            if word.is_empty() {
                continue;
            }
            self.add_word(word, &mut previous);
        }
    }

    fn add_word(&mut self, word: &str, previous: &mut String) {
        let lower = word.to_lowercase();
        self.words += 1;
        if lower.starts_with(char::is_alphabetic) {
            self.familiarity.count(&lower);
        }
        if marks(&fold(&lower)).any(Marks::HEALTH) || is_measured(&lower) {
            self.health += 1;
        }
        self.story += usize::from(tells_story(&lower, previous));
        self.note += usize::from(is_of_notes(&lower, previous));
        self.plurals += usize::from(is_about_many(&lower));
        *previous = lower;
    }

    fn add_finding(&mut self, finding: &Finding) {
        if finding.rule.starts_with(UNCUED_RULES) {
            self.persons += 1;
            self.uncued += 1;
        } else if finding.kind.is_of_a_patient() || finding.rule == "date.birth" {
            self.patients += 1;
        } else if finding.kind.is_of_a_person() && !STAFF_RULES.contains(&finding.rule) {
            self.persons += 1;
            self.uncued += usize::from(UNCUED_NAMES.contains(&finding.rule));
        } else if finding.kind.is_contact() {
            self.contacts += 1;
            self.links += usize::from(finding.kind == Kind::Url);
        } else if finding.kind == Kind::Date {
            self.days += 1;
        }
    }

    /// Whether the text reads as published: about many, with nothing in it but months, places, links and authors.
    fn is_published(&self) -> bool {
        let about_many = self.words >= LEAST_PUBLISHED && self.plurals >= LEAST_PLURALS && self.note == 0;
        about_many && self.patients == 0 && self.persons == self.uncued && self.contacts == self.links
    }

    fn class(self) -> Sensitivity {
        if self.familiarity.is_empty() || self.familiarity.is_foreign() {
            return Sensitivity::Health;
        }
        if self.is_published() {
            return Sensitivity::Internal;
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

/// Words of notes and letters, which published text does not use.
fn is_of_notes(word: &str, previous: &str) -> bool {
    matches!(
        word,
        "pt" | "mr"
            | "mrs"
            | "ms"
            | "y/o"
            | "yo"
            | "year-old"
            | "dob"
            | "mrn"
            | "ssn"
            | "herr"
            | "frau"
            | "dear"
            | "sincerely"
            | "denies"
            | "a/p"
    ) || (word == "patient" && matches!(previous, "this" | "my" | "our" | "your"))
}

/// Words about many people, studies and diseases at large.
fn is_about_many(word: &str) -> bool {
    matches!(
        word,
        "patients"
            | "participants"
            | "subjects"
            | "individuals"
            | "people"
            | "women"
            | "men"
            | "children"
            | "adults"
            | "infants"
            | "families"
            | "study"
            | "studies"
            | "trial"
            | "trials"
            | "cohort"
            | "results"
            | "cases"
            | "groups"
            | "controls"
            | "respondents"
            | "students"
            | "researchers"
            | "scientists"
            | "disorders"
            | "diseases"
            | "symptoms"
            | "treatments"
            | "resources"
            | "americans"
            | "population"
            | "prevalence"
            | "significantly"
            | "mutations"
            | "genes"
            | "gene"
            | "hospitals"
            | "physicians"
            | "clinicians"
            | "surgeons"
            | "guidelines"
            | "recommendations"
            | "surveys"
            | "survey"
            | "randomized"
            | "odds"
            | "median"
            | "mean"
            | "syndrome"
            | "inherited"
            | "affected"
            | "doctors"
            | "risk"
            | "centers"
    )
}
