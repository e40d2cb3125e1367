//! ABCD2 score after a transient ischaemic attack.
//!
//! Pressure counts if either value reaches its limit; weakness counts two and speech disturbance one only without
//! weakness.

use crate::bands::{Bands, Bound, above, at_most};
use crate::definition::{Calculator, Example, Status, paper, points, rises};
use crate::input::{Input, choice};
use crate::measure;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "abcd2",
    title: "ABCD2 score",
    synonyms: &["TIA risk", "ABCD²"],
    specialties: &["neurology", "emergency medicine", "primary care"],
    purpose: "Early risk of stroke after a transient ischaemic attack.",
    population: "Adults with a transient ischaemic attack.",
    inputs: &[
        patient::AGE.cuts(&[60.0]),
        patient::SYSTOLIC.cuts(&[140.0]),
        patient::DIASTOLIC.cuts(&[90.0]),
        Input::choice(
            "clinical",
            "Clinical features",
            &[
                choice("weakness", "Weakness of one side").or(&["unilateral_weakness"]),
                choice("speech", "Speech disturbance without weakness").or(&[
                    "speech_only",
                    "speech_disturbance",
                    "speech_impairment",
                    "speech_without_weakness",
                ]),
                choice("other", "Neither").or(&["none", "neither"]),
            ],
        )
        .synonyms(&["clinical features", "weakness", "speech disturbance"]),
        Input::number("duration_min", "Duration of symptoms", &measure::chemistry::DURATION, "min")
            .synonyms(&["duration", "lasted"])
            .cuts(&[10.0, 60.0]),
        patient::DIABETES,
    ],
    outputs: &[points("score", "ABCD2 score")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Stroke within 2 days",
        rows: &[
            at_most(3.0, "low", "1.0 % within 2 days."),
            at_most(5.0, "moderate", "4.1 % within 2 days."),
            above("high", "8.1 % within 2 days."),
        ],
    }],
    formula: "Age 60 or more 1; pressure 140 systolic or 90 diastolic or more 1; weakness 2, speech \
                 disturbance alone 1; 60 min or more 2, 10 to 59 min 1; diabetes 1; 0 to 7.",
    rounding: "Whole points.",
    version: "2007",
    sources: &[paper("Johnston SC et al., Lancet 2007;369:283", 2007, "10.1016/S0140-6736(07)60150-0")],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("age", "score"),
        rises("sbp", "score"),
        rises("dbp", "score"),
        rises("duration_min", "score"),
        rises("diabetes", "score"),
    ],
    example: Example {
        inputs: r#"{"age":63,"sbp":84,"dbp":93,"clinical":"weakness","duration_min":80,"diabetes":false}"#,
        expected: r#"{"score":6,"band":"high"}"#,
        origin: "worked by hand from the table of the 2007 paper: 1 + 1 + 2 + 2",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    use Bound::{Below, Open};
    let mut tally = Tally::new(values);
    tally.when("age", "60 years or more", values.number("age")? >= 60.0, 1.0);
    let raised = values.number("sbp")? >= 140.0 || values.number("dbp")? >= 90.0;
    tally.add("sbp", "Blood pressure 140/90 mmHg or more", f64::from(raised));
    let clinical = match values.choice("clinical")? {
        "weakness" => 2.0,
        "speech" => 1.0,
        _ => 0.0,
    };
    tally.add("clinical", values.title("clinical"), clinical);
    tally.steps("duration_min", &[(Below(10.0), 0.0), (Below(60.0), 1.0), (Open, 2.0)])?;
    tally.flag("diabetes", 1.0)?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
