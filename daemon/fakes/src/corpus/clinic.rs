//! The documents of the invented clinic, and the questions of the demo.
//!
//! The texts lie in `daemon/fakes/corpus`, one file each. The seed decides versions and dates of review, so that two
//! corpora differ in their bytes but not in what they say.

use super::render::{Edition, render};
use super::sequence::Sequence;
use super::source::Source;
use super::{CorpusFile, Owner};

/// Every source.
const SOURCES: [&str; 31] = [
    include_str!("../../corpus/anaphylaxis-kit.md"),
    include_str!("../../corpus/anticoagulation-after-ablation.md"),
    include_str!("../../corpus/blood-transfusion-checks.md"),
    include_str!("../../corpus/consent-form-scan.md"),
    include_str!("../../corpus/contrast-allergy.md"),
    include_str!("../../corpus/discharge-letter.md"),
    include_str!("../../corpus/falls-prevention.md"),
    include_str!("../../corpus/faxed-consult-scan.md"),
    include_str!("../../corpus/fridge-log-scan.md"),
    include_str!("../../corpus/hand-hygiene-audit.md"),
    include_str!("../../corpus/hypoglycaemia-ward.md"),
    include_str!("../../corpus/insulin-sliding-scale.md"),
    include_str!("../../corpus/interpreter-services.md"),
    include_str!("../../corpus/isolation-rules.md"),
    include_str!("../../corpus/mri-safety-screening.md"),
    include_str!("../../corpus/needle-stick-exposure.md"),
    include_str!("../../corpus/oxygen-therapy.md"),
    include_str!("../../corpus/paediatric-fever-triage.md"),
    include_str!("../../corpus/potassium-replacement.md"),
    include_str!("../../corpus/pressure-ulcer.md"),
    include_str!("../../corpus/referral-letter.md"),
    include_str!("../../corpus/research-notes.md"),
    include_str!("../../corpus/section-meeting-minutes.md"),
    include_str!("../../corpus/sepsis-bundle.md"),
    include_str!("../../corpus/staff-rota-policy.md"),
    include_str!("../../corpus/telephone-list.md"),
    include_str!("../../corpus/vaccine-cold-chain.md"),
    include_str!("../../corpus/visiting-hours.md"),
    include_str!("../../corpus/ward-handover-notes.md"),
    include_str!("../../corpus/waste-segregation.md"),
    include_str!("../../corpus/wound-care.md"),
];
const MONTHS: [&str; 6] = ["January", "February", "March", "April", "May", "June"];
const DAYS: usize = 28;

/// A question that the demo asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoQuestion {
    /// In plain words.
    pub question: &'static str,
    /// Words that the answer contains.
    pub answer_contains: &'static str,
    /// The document that answers.
    pub path: &'static str,
    /// The page of the answer.
    pub page: u32,
    /// Who may read it.
    pub readable_by: Owner,
}

/// Three questions; the last has its answer in a document that only Bob may read.
pub fn demo_questions() -> Vec<DemoQuestion> {
    vec![
        DemoQuestion {
            question: "When is anticoagulation restarted after atrial fibrillation ablation?",
            answer_contains: "four hours after the sheath has been removed",
            path: "Clinic/Protocols/Cardiology/Anticoagulation after ablation.pdf",
            page: 2,
            readable_by: Owner::Shared,
        },
        DemoQuestion {
            question: "How is a patient with a known contrast allergy pre-medicated before an elective scan?",
            answer_contains: "prednisolone 40 mg by mouth 12 hours and 2 hours before the scan",
            path: "Clinic/Protocols/Radiology/Contrast allergy pre-medication.docx",
            page: 1,
            readable_by: Owner::Shared,
        },
        DemoQuestion {
            question: "What did the tilt table test of Marguerite Fenwick show?",
            answer_contains: "a pause of 11 seconds after 19 minutes",
            path: "Private/Letters/Referral of Marguerite Fenwick.pdf",
            page: 1,
            readable_by: Owner::Bob,
        },
    ]
}

/// All documents, rendered.
pub(super) fn files(seed: u64) -> Vec<CorpusFile> {
    let mut sequence = Sequence::new(seed);
    SOURCES
        .iter()
        .filter_map(|text| Source::parse(text))
        .map(|source| {
            let edition = edition(&mut sequence);
            render(&source, &edition, sequence.next())
        })
        .collect()
}

/// A version and a date of review.
pub(super) fn edition(sequence: &mut Sequence) -> Edition {
    Edition {
        version: format!("{}.{}", 1 + sequence.below(5), sequence.below(10)),
        reviewed: format!("{} {} 2026", 1 + sequence.below(DAYS), sequence.pick(&MONTHS)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::Format;
    use super::super::{font, text};
    use super::*;

    #[test]
    fn every_source_can_be_parsed_and_keeps_all_its_facts() {
        for text in SOURCES {
            let source = Source::parse(text).unwrap_or_else(|| panic!("not a source: {text:.80}"));
            let file = render(&source, &edition(&mut Sequence::new(1)), 1);
            let lost: Vec<_> = source
                .facts
                .iter()
                .filter(|(question, _)| !file.facts.iter().any(|fact| fact.question == *question))
                .collect();
            assert!(!source.facts.is_empty() && lost.is_empty(), "{}: {lost:?}", source.path);
        }
    }

    #[test]
    fn sources_hold_only_characters_that_their_format_can_show() {
        for source in SOURCES.iter().filter_map(|text| Source::parse(text)) {
            let plain = text::plain(&source);
            let shown = match source.format {
                Format::Latin1 => text::latin1(&plain),
                Format::Pdf | Format::PdfTwoColumns | Format::Scan => font::win_ansi(&plain),
                _ => continue,
            };
            let questions = |bytes: &[u8]| bytes.split(|byte| *byte == b'?').count();
            assert_eq!(questions(plain.as_bytes()), questions(&shown), "{}", source.path);
        }
    }
}
