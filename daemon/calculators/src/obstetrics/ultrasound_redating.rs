//! Whether an ultrasound changes the due date, by ACOG.
//!
//! The limit depends on the gestational age by the last period on the day of the scan; a difference on the limit
//! does not change the date.

use crate::definition::{Calculator, Example, Status, boolean, integer, paper};
use crate::input::Input;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "ultrasound_redating",
    title: "Redating by ultrasound",
    synonyms: &["ultrasound dating", "ACOG 700"],
    specialties: &["obstetrics"],
    purpose: "Whether an ultrasound differs enough from the last period to change the due date.",
    population: "Singleton pregnancies with a known last period.",
    inputs: &[
        Input::integer("lmp_weeks", "Weeks by the last period", 4, 44)
            .help("Completed weeks on the day of the scan.")
            .synonyms(&["weeks by lmp"])
            .cuts(&[9.0, 16.0, 22.0, 28.0]),
        Input::integer("lmp_days", "Further days by the last period", 0, 6).synonyms(&["days by lmp"]),
        Input::integer("us_weeks", "Weeks by ultrasound", 4, 44).synonyms(&["weeks by ultrasound"]),
        Input::integer("us_days", "Further days by ultrasound", 0, 6).synonyms(&["days by ultrasound"]),
    ],
    outputs: &[
        integer("difference_days", "Difference", "days"),
        integer("limit_days", "Limit", "days"),
        boolean("redate", "Due date changes to ultrasound"),
    ],
    bands: &[],
    formula: "Limits: up to 8 w 6 d 5 days, up to 15 w 6 d 7, up to 21 w 6 d 10, up to 27 w 6 d 14, from 28 w \
                 21; changed if the difference is larger.",
    rounding: "Whole days.",
    version: "2017",
    sources: &[paper(
        "ACOG Committee Opinion 700, Obstet Gynecol 2017;129:e150",
        2017,
        "10.1097/AOG.0000000000002046",
    )],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[],
    example: Example {
        inputs: r#"{"lmp_weeks":8,"lmp_days":6,"us_weeks":8,"us_days":0}"#,
        expected: r#"{"difference_days":6,"limit_days":5,"redate":true}"#,
        origin: "worked by hand from the table of the committee opinion",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let days = |weeks, days| Ok::<i64, Refusal>(values.integer(weeks)? * 7 + values.integer(days)?);
    let difference = (days("lmp_weeks", "lmp_days")? - days("us_weeks", "us_days")?).abs();
    let limit = match values.integer("lmp_weeks")? {
        ..9 => 5,
        9..16 => 7,
        16..22 => 10,
        22..28 => 14,
        _ => 21,
    };
    Ok(Outcome::new()
        .integer("difference_days", difference)
        .integer("limit_days", limit)
        .boolean("redate", difference > limit)
        .note_if(limit == 21, "From 28 weeks on a small fetus may be growth-restricted rather than younger."))
}
