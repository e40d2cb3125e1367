//! STOP-BANG: how likely obstructive sleep apnoea is.
//!
//! The neck limits depend on sex in the version used here (43 cm in men, 41 cm in women); the first paper had 40 cm for
//! all. Commercial use of the questionnaire needs the owner's permission.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, paper, points, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "stop_bang",
    title: "STOP-BANG",
    synonyms: &["STOPBANG", "sleep apnoea score", "sleep apnea"],
    specialties: &["anaesthesia", "sleep medicine", "primary care"],
    purpose: "Risk of obstructive sleep apnoea.",
    population: "Adults before an operation; later validated in sleep clinics.",
    inputs: &[
        Input::boolean("snoring", "Snores loudly")
            .help("Louder than talking, or heard through closed doors.")
            .synonyms(&["snoring", "snores"]),
        Input::boolean("tired", "Tired, fatigued or sleepy by day")
            .synonyms(&["tired", "sleepy", "fatigued"]),
        Input::boolean("observed_apnea", "Somebody saw breathing stop in sleep")
            .synonyms(&["observed apnea", "observed apnoea", "stops breathing"]),
        Input::boolean("hypertension", "High blood pressure, or treated for it")
            .synonyms(&["hypertension", "high blood pressure"]),
        patient::BODY_MASS_INDEX.cuts(&[35.0]),
        patient::AGE.derived(18.0, 125.0).cuts(&[50.0]),
        Input::number("neck_cm", "Neck circumference", &measure::LENGTH, "cm")
            .plausible(15.0, 120.0)
            .synonyms(&["neck circumference", "neck", "collar"])
            .cuts(&[41.0, 43.0]),
        patient::SEX,
    ],
    outputs: &[points("score", "STOP-BANG")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Risk of obstructive sleep apnoea",
        rows: &[
            at_most(2.0, "low", "Low risk of moderate to severe sleep apnoea."),
            at_most(4.0, "intermediate", "Intermediate risk of moderate to severe sleep apnoea."),
            above("high", "High risk of moderate to severe sleep apnoea."),
        ],
    }],
    formula: "One point each: snoring, tired, observed apnoea, hypertension, body mass index above 35, age above 50, neck \
              43 cm or more in men or 41 cm or more in women, male; 0 to 8.",
    rounding: "Age in completed years; whole points.",
    version: "2008, neck limits by sex",
    sources: &[paper("Chung F et al., Anesthesiology 2008;108:812", 2008, "10.1097/ALN.0b013e31816d83e4")],
    status: Status::Unverified,
    notes: &["Neck limits by sex, 43 and 41 cm; the first paper used 40 cm for all."],
    bounded: true,
    monotone: &[rises("bmi", "score"), rises("age", "score"), rises("neck_cm", "score")],
    example: Example {
        inputs: r#"{"snoring":true,"tired":true,"observed_apnea":false,"hypertension":true,"bmi":35,"age":51,
            "neck_cm":43,"sex":"male"}"#,
        expected: r#"{"score":6,"band":"high"}"#,
        origin: "worked by hand from the questionnaire",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.flags(&["snoring", "tired", "observed_apnea", "hypertension"], 1.0)?;
    tally.when("bmi", "above 35 kg/m²", values.number("bmi")? > 35.0, 1.0);
    tally.when("age", "above 50", values.number("age")?.floor() > 50.0, 1.0);
    let male = values.is("sex", "male")?;
    let limit = if male { 43.0 } else { 41.0 };
    tally.when("neck_cm", &format!("{limit} cm or more"), values.number("neck_cm")? >= limit, 1.0);
    tally.when("sex", "male", male, 1.0);
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
