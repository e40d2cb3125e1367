//! Calculated serum osmolality and osmolal gap.
//!
//! Ethanol is divided by 3.7, not by its molecular 4.6, because it raises measured osmolality more than its
//! concentration (Purssell). The gap is what neither sodium, glucose, urea nor the ethanol given explains.

use crate::bands::{Bands, above, at_most, below};
use crate::definition::{Calculator, Example, Status, decimal, paper, rises};
use crate::input::Input;
use crate::measure;
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "osmolality",
    title: "Serum osmolality and osmolal gap",
    synonyms: &["osmolarity", "osmol gap", "osmolar gap"],
    specialties: &["nephrology", "toxicology", "emergency medicine"],
    purpose: "Osmolality expected from sodium, glucose, urea and ethanol, and what is left unexplained.",
    population: "Adults; suspected poisoning or hyponatraemia.",
    inputs: &[
        patient::SODIUM,
        patient::GLUCOSE.plausible(0.0, 3000.0),
        patient::UREA_NITROGEN,
        Input::number("ethanol_mgdl", "Ethanol", &measure::chemistry::ETHANOL, "mg/dL")
            .help("0 if none was measured or suspected; it must be stated.")
            .synonyms(&["ethanol", "alcohol level"]),
        Input::number("measured", "Measured osmolality", &measure::chemistry::OSMOLALITY, "mOsm/kg")
            .synonyms(&["measured osmolality", "osmolality"]),
    ],
    outputs: &[
        decimal("calculated", "Calculated osmolality", "mOsm/kg"),
        decimal("calculated_with_ethanol", "Calculated osmolality with ethanol", "mOsm/kg"),
        decimal("gap", "Osmolal gap", "mOsm/kg"),
    ],
    bands: &[Bands {
        key: "band",
        of: "gap",
        title: "Osmolal gap",
        rows: &[
            below(-10.0, "negative", "Below −10: check the measurements."),
            at_most(10.0, "normal", "Up to 10 mOsm/kg."),
            above(
                "raised",
                "Above 10 mOsm/kg: unmeasured osmoles, for example toxic alcohols, \
                 mannitol or ketones.",
            ),
        ],
    }],
    formula: "2 · Na + glucose/18 + urea nitrogen/2.8 (+ ethanol/3.7); gap: measured − calculated with \
                 ethanol.",
    rounding: "Four decimals.",
    version: "2001",
    sources: &[paper("Purssell RA et al., Ann Emerg Med 2001;38:653", 2001, "10.1067/mem.2001.119455")],
    status: Status::Verified,
    notes: &[],
    bounded: false,
    monotone: &[rises("sodium", "calculated"), rises("glucose_mgdl", "calculated"), rises("measured", "gap")],
    example: Example {
        inputs: r#"{"sodium":137,"glucose_mgdl":432,"bun_mgdl":75,"ethanol_mgdl":0,"measured":380}"#,
        expected: r#"{"calculated":324.7857,"calculated_with_ethanol":324.7857,"gap":55.2143}"#,
        origin: "worked by hand: 274 + 24 + 26.7857",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (sodium, glucose) = (values.number("sodium")?, values.number("glucose_mgdl")?);
    let (urea, ethanol) = (values.number("bun_mgdl")?, values.number("ethanol_mgdl")?);
    let calculated = 2.0 * sodium + glucose / 18.0 + urea / 2.8;
    let with_ethanol = calculated + ethanol / 3.7;
    Ok(Outcome::new()
        .number("calculated", calculated)
        .number("calculated_with_ethanol", with_ethanol)
        .number("gap", settled(values.number("measured")? - with_ethanol))
        .working(format!("2 · {sodium} + {glucose}/18 + {urea}/2.8 + {ethanol}/3.7"))
        .note_if(ethanol > 0.0, "The gap is what remains after the ethanol given."))
}
