//! Anion gap with albumin correction, delta gap and delta ratio.
//!
//! The gap is taken without potassium. The delta ratio compares the rise of the uncorrected gap above 12 with the
//! fall of bicarbonate below 24; at a bicarbonate of 24 it does not exist and is left empty.

use crate::bands::{Bands, above, at_most, below};
use crate::definition::{Calculator, Example, Status, decimal, document, falls, rises};
use crate::input::Input;
use crate::measure;
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "anion_gap",
    title: "Anion gap",
    synonyms: &["AG", "delta ratio", "delta gap", "albumin corrected anion gap"],
    specialties: &["nephrology", "intensive care", "emergency medicine"],
    purpose: "Unmeasured anions in metabolic acidosis.",
    population: "Adults; reference values depend on the laboratory.",
    inputs: &[
        patient::SODIUM,
        Input::number("chloride", "Chloride", &measure::chemistry::ION, "mmol/L")
            .plausible(40.0, 200.0)
            .synonyms(&["chloride", "cl"]),
        Input::number("bicarbonate", "Bicarbonate", &measure::chemistry::ION, "mmol/L")
            .plausible(1.0, 80.0)
            .synonyms(&["bicarbonate", "hco3", "total co2"])
            .cuts(&[24.0]),
        patient::ALBUMIN.help("For the corrected gap; every g/dL below 4 hides 2.5 mmol/L."),
    ],
    outputs: &[
        decimal("ag", "Anion gap", "mmol/L"),
        decimal("ag_albumin_corrected", "Anion gap corrected for albumin", "mmol/L"),
        decimal("delta_gap", "Delta gap", "mmol/L"),
        decimal("delta_ratio", "Delta ratio", ""),
    ],
    bands: &[
        Bands {
            key: "gap_band",
            of: "ag",
            title: "Anion gap without potassium",
            rows: &[
                below(8.0, "low", "Below 8: often low albumin or a laboratory error."),
                at_most(12.0, "normal", "8 to 12 mmol/L (up to 16 if potassium is counted)."),
                above("raised", "Above 12 mmol/L."),
            ],
        },
        Bands {
            key: "delta_band",
            of: "delta_ratio",
            title: "Delta ratio",
            rows: &[
                below(0.4, "hyperchloraemic", "Below 0.4: hyperchloraemic acidosis without gap."),
                below(
                    1.0,
                    "mixed",
                    "0.4 to below 1: gap and hyperchloraemic acidosis together (0.4 to 0.8 \
                 in the source).",
                ),
                at_most(2.0, "pure gap", "1 to 2: pure high-gap acidosis."),
                above(
                    "added metabolic alkalosis",
                    "Above 2: high-gap acidosis with metabolic alkalosis or chronic \
                 respiratory acidosis.",
                ),
            ],
        },
    ],
    formula: "Na − Cl − HCO3; corrected: + 2.5 · (4 − albumin); delta gap: gap − 12; delta ratio: (gap − 12) / \
                 (24 − HCO3).",
    rounding: "Four decimals.",
    version: "1998 correction",
    sources: &[document("Figge J et al., Crit Care Med 1998;26:1807", 1998)],
    status: Status::Verified,
    notes: &[],
    bounded: false,
    monotone: &[
        rises("sodium", "ag"),
        falls("chloride", "ag"),
        falls("bicarbonate", "ag"),
        falls("albumin", "ag_albumin_corrected"),
    ],
    example: Example {
        inputs: r#"{"sodium":136,"chloride":97,"bicarbonate":16,"albumin":3.5}"#,
        expected: r#"{"ag":23,"ag_albumin_corrected":24.25,"delta_gap":11,"delta_ratio":1.375}"#,
        origin: "worked by hand from the definitions",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (sodium, chloride) = (values.number("sodium")?, values.number("chloride")?);
    let (bicarbonate, albumin) = (values.number("bicarbonate")?, values.number("albumin")?);
    let gap = settled(sodium - chloride - bicarbonate);
    let fall = settled(24.0 - bicarbonate);
    let outcome = Outcome::new()
        .number("ag", gap)
        .number("ag_albumin_corrected", settled(gap + 2.5 * (4.0 - albumin)))
        .number("delta_gap", settled(gap - 12.0))
        .working(format!("{sodium} − {chloride} − {bicarbonate} = {gap}; + 2.5 · (4 − {albumin})"));
    if fall.abs() < f64::EPSILON {
        return Ok(outcome
            .nothing("delta_ratio")
            .note("The delta ratio does not exist at a bicarbonate of exactly 24 mmol/L."));
    }
    Ok(outcome
        .number("delta_ratio", settled((gap - 12.0) / fall))
        .note_if(fall < 0.0, "Bicarbonate is above 24 mmol/L: the delta ratio has no acid-base meaning."))
}
