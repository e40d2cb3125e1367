//! Due date, conception and gestational age from the last period.
//!
//! Naegele's rule with a correction for the length of the cycle: a cycle of 35 days moves everything by seven days.
//! "On" is the day of the question and always given; there is no clock in here.

use crate::definition::{Calculator, Example, Status, document, integer, paper, text};
use crate::input::Input;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "pregnancy_dating",
    title: "Pregnancy dating",
    synonyms: &["due date", "EDD", "gestational age", "Naegele", "estimated date of delivery"],
    specialties: &["obstetrics", "primary care"],
    purpose: "Due date and gestational age from the first day of the last period.",
    population: "Pregnancies after a spontaneous, regular cycle; ultrasound in the first trimester is more exact.",
    inputs: &[
        Input::date("lmp", "First day of the last period")
            .synonyms(&["last menstrual period", "lmp", "last period"]),
        Input::integer("cycle_days", "Length of the cycle in days", 15, 90)
            .help("28 if regular and average; it must be stated.")
            .synonyms(&["cycle", "cycle length"]),
        Input::date("on", "Day of the question").synonyms(&["today", "on"]),
    ],
    outputs: &[
        text("edd", "Due date"),
        text("conception", "Estimated conception"),
        integer("ga_weeks", "Completed weeks", "weeks"),
        integer("ga_days", "Further days", "days"),
    ],
    bands: &[],
    formula: "Due date: last period + 280 d + (cycle − 28); conception: last period + 14 d + (cycle − 28); \
                 gestational age: days since (last period + cycle − 28), in weeks and days.",
    rounding: "Whole days.",
    version: "Naegele with cycle correction",
    sources: &[
        paper(
            "ACOG Committee Opinion 700, Obstet Gynecol 2017;129:e150",
            2017,
            "10.1097/AOG.0000000000002046",
        ),
        document(
            "Naegele's rule, after FK Naegele's textbook; only the year of the \
                 present form is given",
            1940,
        ),
    ],
    status: Status::Verified,
    notes: &[
        "By ACOG 700 an ultrasound replaces this date if it differs by more than 5 days up to 8 weeks 6 \
            days, 7 days up to 15 weeks 6 days, 10 days up to 21 weeks 6 days, 14 days up to 27 weeks 6 \
            days, and 21 days after that.",
    ],
    bounded: false,
    monotone: &[],
    example: Example {
        inputs: r#"{"lmp":"2023-05-03","cycle_days":35,"on":"2023-09-04"}"#,
        expected: r#"{"edd":"2024-02-14","conception":"2023-05-24","ga_weeks":16,"ga_days":5}"#,
        origin: "worked by hand on the calendar",
    },
    compute,
};

/// Longest gestational age in days that passes without a note: 44 weeks.
const LONGEST: i64 = 308;

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (period, on) = (values.date("lmp")?, values.date("on")?);
    let shift = values.integer("cycle_days")? - 28;
    let day = |days: i64| {
        period
            .plus_days(days + shift)
            .ok_or_else(|| Refusal::unusable("lmp", "The dates leave the years 1900 to 2199."))
    };
    let (due, conception) = (day(280)?, day(14)?);
    let age = on.days_since(period) - shift;
    let outcome = Outcome::new()
        .text("edd", due.to_string())
        .text("conception", conception.to_string())
        .working(format!("Correction for the cycle: {shift} days; gestational age {age} days."));
    if age < 0 {
        return Ok(outcome
            .nothing("ga_weeks")
            .nothing("ga_days")
            .note("The day lies before the corrected start of the pregnancy; there is no gestational age."));
    }
    Ok(outcome
        .integer("ga_weeks", age / 7)
        .integer("ga_days", age % 7)
        .note_if(age > LONGEST, "More than 44 weeks: check the dates."))
}
