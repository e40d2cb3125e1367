//! Urine anion gap as an estimate of renal ammonium excretion.
//!
//! Negative when the kidney answers an acidosis with ammonium, positive when it does not.

use crate::bands::{Bands, above, below};
use crate::definition::{Calculator, Example, Status, decimal, document, falls, rises};
use crate::input::Input;
use crate::measure;
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "urine_anion_gap",
    title: "Urine anion gap",
    synonyms: &["UAG"],
    specialties: &["nephrology"],
    purpose: "Renal ammonium excretion in hyperchloraemic metabolic acidosis.",
    population: "Hyperchloraemic metabolic acidosis without unmeasured anions in urine.",
    inputs: &[
        Input::number("urine_na", "Sodium in urine", &measure::chemistry::ION, "mmol/L")
            .synonyms(&["urine sodium"]),
        Input::number("urine_k", "Potassium in urine", &measure::chemistry::ION, "mmol/L")
            .synonyms(&["urine potassium"]),
        Input::number("urine_cl", "Chloride in urine", &measure::chemistry::ION, "mmol/L")
            .synonyms(&["urine chloride"]),
    ],
    outputs: &[decimal("value", "Urine anion gap", "mmol/L")],
    bands: &[Bands {
        key: "band",
        of: "value",
        title: "Sign",
        rows: &[
            below(
                0.0,
                "negative",
                "Ammonium excretion is appropriate: speaks for intestinal loss of \
                 bicarbonate.",
            ),
            above("zero or positive", "Ammonium excretion is low: speaks for renal tubular acidosis."),
        ],
    }],
    formula: "Na + K − Cl, all in urine.",
    rounding: "Four decimals.",
    version: "1988",
    sources: &[document("Batlle DC et al., N Engl J Med 1988;318:594", 1988)],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[rises("urine_na", "value"), falls("urine_cl", "value")],
    example: Example {
        inputs: r#"{"urine_na":30,"urine_k":20,"urine_cl":80}"#,
        expected: r#"{"value":-30.0,"band":"negative"}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (sodium, potassium) = (values.number("urine_na")?, values.number("urine_k")?);
    let chloride = values.number("urine_cl")?;
    Ok(Outcome::new()
        .number("value", settled(sodium + potassium - chloride))
        .working(format!("{sodium} + {potassium} − {chloride}")))
}
