//! Body mass index, body surface and the weights used for dosing.
//!
//! Devine's ideal weight counts inches above five feet and does not exist below 152 cm (at 100 cm it would give 2.6
//! kg); there it is left empty together with the adjusted weight, and the answer says so. Adjusted weight below
//! ideal weight is shown, with the warning that it must not be used.

use crate::bands::{Bands, above, below};
use crate::definition::{Calculator, Example, Status, decimal, document, falls, paper, rises};
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "body_size",
    title: "Body size: BMI, surface, ideal, adjusted and lean weight",
    synonyms: &[
        "BMI", "body mass index", "BSA", "body surface area", "ideal body weight", "IBW",
        "adjusted body weight", "lean body mass", "Devine", "Mosteller",
    ],
    specialties: &["internal medicine", "clinical pharmacology", "nutrition"],
    purpose: "Body mass index, body surface area and the weights used for dosing.",
    population: "Adults; body mass index bands are those of the WHO for adults.",
    inputs: &[patient::SEX, patient::HEIGHT.plausible(20.0, 275.0).cuts(&[152.0]), patient::WEIGHT],
    outputs: &[
        decimal("bmi", "Body mass index", "kg/m²"),
        decimal("bsa_mosteller", "Body surface (Mosteller)", "m²"),
        decimal("bsa_dubois", "Body surface (DuBois)", "m²"),
        decimal("ibw", "Ideal weight (Devine)", "kg"),
        decimal("adjbw", "Adjusted weight", "kg"),
        decimal("lbm_boer", "Lean mass (Boer)", "kg"),
    ],
    bands: &[Bands {
        key: "bmi_band",
        of: "bmi",
        title: "WHO class of body mass index",
        rows: &[
            below(18.5, "underweight", "Below 18.5 kg/m²."),
            below(25.0, "normal", "18.5 to 24.9 kg/m²."),
            below(30.0, "overweight", "25 to 29.9 kg/m²."),
            below(35.0, "obesity class I", "30 to 34.9 kg/m²."),
            below(40.0, "obesity class II", "35 to 39.9 kg/m²."),
            above("obesity class III", "40 kg/m² or more."),
        ],
    }],
    formula: "Weight / height²; √(cm · kg / 3600); 0.007184 · kg^0.425 · cm^0.725; 50 (women 45.5) + 2.3 · \
                 (inches − 60); ideal + 0.4 · (actual − ideal); men 0.407 kg + 0.267 cm − 19.2, women 0.252 kg + \
                 0.473 cm − 48.3.",
    rounding: "Four decimals; the band is read from these.",
    version: "1916 to 1987",
    sources: &[
        paper("Mosteller RD, N Engl J Med 1987;317:1098", 1987, "10.1056/NEJM198710223171717"),
        document("DuBois D, DuBois EF, Arch Intern Med 1916;17:863", 1916),
        document("Devine BJ, Drug Intell Clin Pharm 1974;8:650", 1974),
        paper("Boer P, Am J Physiol 1984;247:F632", 1984, "10.1152/ajprenal.1984.247.4.F632"),
    ],
    status: Status::Verified,
    notes: &[],
    bounded: false,
    monotone: &[
        rises("weight_kg", "bmi"),
        falls("height_cm", "bmi"),
        rises("weight_kg", "bsa_mosteller"),
        rises("height_cm", "bsa_mosteller"),
    ],
    example: Example {
        inputs: r#"{"sex":"male","height_cm":194.9,"weight_kg":94.5}"#,
        expected: r#"{"bmi":24.8776,"bsa_mosteller":2.2619,"bsa_dubois":2.2701,"ibw":88.4843,"adjbw":90.8906,"lbm_boer":71.2998}"#,
        origin: "worked by hand from the published formulas",
    },
    compute,
};

/// Shortest height in cm for which Devine's formula is used.
const SHORTEST: f64 = 152.0;

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let female = values.is("sex", "female")?;
    let (height, weight) = (values.number("height_cm")?, values.number("weight_kg")?);
    let lean =
        if female { 0.252 * weight + 0.473 * height - 48.3 } else { 0.407 * weight + 0.267 * height - 19.2 };
    let outcome = Outcome::new()
        .number("bmi", settled(weight / (height / 100.0).powi(2)))
        .number("bsa_mosteller", (height * weight / 3600.0).sqrt())
        .number("bsa_dubois", 0.007_184 * weight.powf(0.425) * height.powf(0.725));
    let outcome = if lean > 0.0 {
        outcome.number("lbm_boer", lean)
    } else {
        outcome.nothing("lbm_boer").note("Boer's formula gives no positive lean mass at this size.")
    };
    let Some(ideal) = ideal_weight(height, female) else {
        return Ok(outcome
            .nothing("ibw")
            .nothing("adjbw")
            .note("Ideal and adjusted weight by Devine do not exist below 152 cm."));
    };
    Ok(outcome.number("ibw", ideal).number("adjbw", ideal + 0.4 * (weight - ideal)).note_if(
        weight < ideal,
        "Actual weight is below ideal: the adjusted weight must not be used for dosing.",
    ))
}

/// Ideal weight in kg by Devine; none below the height it was made for.
pub(crate) fn ideal_weight(height_cm: f64, female: bool) -> Option<f64> {
    let base = if female { 45.5 } else { 50.0 };
    (height_cm >= SHORTEST).then(|| base + 2.3 * (height_cm / 2.54 - 60.0))
}
