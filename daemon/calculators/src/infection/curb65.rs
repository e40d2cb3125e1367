//! CURB-65 and CRB-65 for pneumonia from the community.
//!
//! Urea counts above 7 mmol/L, which is above 19.6 mg/dL of urea nitrogen; exactly 7 does not count. CRB-65 is the same
//! without urea and is given beside it.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "curb65",
    title: "CURB-65",
    synonyms: &["CURB65", "CRB-65", "pneumonia severity"],
    specialties: &["pulmonology", "emergency medicine", "infectious disease", "primary care"],
    purpose: "Risk of death within 30 days of pneumonia acquired in the community.",
    population: "Adults with pneumonia acquired in the community, in hospital or emergency department.",
    inputs: &[
        Input::boolean("confusion", "New confusion")
            .help("Mental test score of 8 or less, or new disorientation in person, place or time.")
            .synonyms(&["confusion", "confused", "disoriented"]),
        Input::number("urea_mmol", "Urea", &measure::UREA, "mmol/L")
            .synonyms(&["urea", "blood urea"])
            .cuts(&[7.0]),
        patient::RESPIRATORY_RATE.cuts(&[30.0]),
        patient::SYSTOLIC.cuts(&[90.0]),
        patient::DIASTOLIC.cuts(&[60.0]),
        patient::AGE.derived(18.0, 125.0).cuts(&[65.0]),
    ],
    outputs: &[points("score", "CURB-65"), points("crb65", "CRB-65")],
    bands: &[
        Bands {
            key: "band",
            of: "score",
            title: "Severity by CURB-65",
            rows: &[
                at_most(1.0, "low", "About 1.5 % died within 30 days."),
                at_most(2.0, "intermediate", "About 9.2 % died within 30 days."),
                above("severe", "About 22 % died within 30 days."),
            ],
        },
        Bands {
            key: "crb65_band",
            of: "crb65",
            title: "Risk by CRB-65 (without urea)",
            rows: &[
                at_most(0.0, "low", "Fewer than 1 % died within 30 days."),
                at_most(2.0, "intermediate", "1 to 10 % died within 30 days."),
                above("high", "More than 10 % died within 30 days."),
            ],
        },
    ],
    formula: "One point each: confusion, urea above 7 mmol/L, respiratory rate 30 or more, systolic below 90 or diastolic 60 \
              or less, age 65 or more; 0 to 5.",
    rounding: "Whole points, nothing is rounded.",
    version: "2003",
    sources: &[paper("Lim WS et al., Thorax 2003;58:377", 2003, "10.1136/thorax.58.5.377")],
    status: Status::Verified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("urea_mmol", "score"),
        rises("resp_rate", "score"),
        falls("sbp", "score"),
        falls("dbp", "score"),
        rises("age", "score"),
        rises("age", "crb65"),
    ],
    example: Example {
        inputs: r#"{"confusion":false,"urea_mmol":{"value":19.6,"unit":"mg/dL"},"resp_rate":30,"sbp":90,"dbp":60,"age":65}"#,
        expected: r#"{"score":3,"band":"severe","crb65":3}"#,
        origin: "worked by hand from the rule of the 2003 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.flag("confusion", 1.0)?;
    tally.when("resp_rate", "30 /min or more", values.number("resp_rate")? >= 30.0, 1.0);
    let low_pressure = values.number("sbp")? < 90.0 || values.number("dbp")? <= 60.0;
    tally.when("sbp", "below 90 mmHg, or diastolic 60 mmHg or less", low_pressure, 1.0);
    tally.when("age", "65 or more", values.number("age")? >= 65.0, 1.0);
    let without_urea = tally.whole();
    tally.when("urea_mmol", "above 7 mmol/L", values.number("urea_mmol")? > 7.0, 1.0);
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score).integer("crb65", without_urea))
}
