//! DAS28 of rheumatoid arthritis, with CRP and with ESR.
//!
//! The two forms are not interchangeable: the CRP form runs lower. Either marker may be left out; at least one is
//! needed.

use crate::bands::{Bands, above, at_most, below};
use crate::definition::{Calculator, Example, Status, decimal, document, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "das28",
    title: "DAS28",
    synonyms: &["disease activity score", "rheumatoid arthritis activity"],
    specialties: &["rheumatology"],
    purpose: "Activity of rheumatoid arthritis.",
    population: "Adults with rheumatoid arthritis.",
    inputs: &[
        Input::integer("tender_joints", "Tender joints of 28", 0, 28).synonyms(&["tender joints"]),
        Input::integer("swollen_joints", "Swollen joints of 28", 0, 28).synonyms(&["swollen joints"]),
        Input::number("global_health", "Global health by the patient", &measure::PERCENT, "%")
            .help("Visual scale from 0 (best) to 100 mm.")
            .synonyms(&["global health", "vas"]),
        Input::number("crp", "C-reactive protein", &measure::chemistry::CRP, "mg/L")
            .optional()
            .help("For DAS28-CRP.")
            .synonyms(&["crp"]),
        Input::number("esr", "Erythrocyte sedimentation rate", &measure::PLAIN, "1")
            .plausible(1.0, 200.0)
            .optional()
            .help("In mm in the first hour, for DAS28-ESR.")
            .synonyms(&["esr", "sedimentation rate"]),
    ],
    outputs: &[decimal("das28_crp", "DAS28-CRP", ""), decimal("das28_esr", "DAS28-ESR", "")],
    bands: &[
        Bands {
            key: "crp_band",
            of: "das28_crp",
            title: "Activity by CRP",
            rows: &[
                below(2.6, "remission", "Below 2.6."),
                at_most(3.2, "low", "2.6 to 3.2."),
                at_most(5.1, "moderate", "Above 3.2 to 5.1."),
                above("high", "Above 5.1."),
            ],
        },
        Bands {
            key: "esr_band",
            of: "das28_esr",
            title: "Activity by ESR",
            rows: &[
                below(2.6, "remission", "Below 2.6."),
                at_most(3.2, "low", "2.6 to 3.2."),
                at_most(5.1, "moderate", "Above 3.2 to 5.1."),
                above("high", "Above 5.1."),
            ],
        },
    ],
    formula: "0.56 √tender + 0.28 √swollen + 0.014 global health + (0.36 ln(CRP + 1) + 0.96 or 0.70 ln ESR).",
    rounding: "Four decimals; the bands are read from these.",
    version: "1995",
    sources: &[document(
        "Prevoo ML et al., Arthritis Rheum 1995;38:44 (ESR); CRP form: \
                 www.das-score.nl",
        1995,
    )],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[
        rises("tender_joints", "das28_crp"),
        rises("swollen_joints", "das28_esr"),
        rises("esr", "das28_esr"),
        rises("crp", "das28_crp"),
    ],
    example: Example {
        inputs: r#"{"tender_joints":4,"swollen_joints":4,"global_health":50,"crp":9,"esr":30}"#,
        expected: r#"{"das28_crp":4.1689,"das28_esr":4.7608}"#,
        origin: "worked by hand: 1.12 + 0.56 + 0.70 = 2.38; + 0.36 ln 10 + 0.96; + 0.70 ln 30",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (tender, swollen) = (values.number("tender_joints")?, values.number("swollen_joints")?);
    let joints = 0.56 * tender.sqrt() + 0.28 * swollen.sqrt() + 0.014 * values.number("global_health")?;
    let (protein, rate) = (values.optional_number("crp"), values.optional_number("esr"));
    if protein.is_none() && rate.is_none() {
        return Err(Refusal::missing("crp", "C-reactive protein or the sedimentation rate is missing."));
    }
    let outcome = Outcome::new();
    let outcome = match protein {
        Some(level) => outcome.number("das28_crp", joints + 0.36 * (level + 1.0).ln() + 0.96),
        None => outcome.nothing("das28_crp"),
    };
    Ok(match rate {
        Some(level) => outcome.number("das28_esr", joints + 0.70 * level.ln()),
        None => outcome.nothing("das28_esr"),
    })
}
