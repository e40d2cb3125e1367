//! Pulmonary Embolism Rule-out Criteria.
//!
//! The rule has one answer only: with none of eight criteria, in somebody whom the clinician already thinks unlikely to
//! have an embolism, it was excluded. A positive criterion means that the rule does not apply, nothing more.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, boolean, falls, integer, paper, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "perc",
    title: "PERC rule for pulmonary embolism",
    synonyms: &["PERC", "Pulmonary Embolism Rule-out Criteria"],
    specialties: &["emergency medicine", "pulmonology"],
    purpose: "Whether pulmonary embolism is excluded without a D-dimer when it is already thought unlikely.",
    population: "Adults whose pre-test probability the clinician estimates below 15 %. Not for anybody else.",
    inputs: &[
        patient::AGE.cuts(&[50.0]),
        patient::HEART_RATE.cuts(&[100.0]),
        patient::SATURATION.help("On room air.").cuts(&[95.0]),
        Input::boolean("unilateral_leg_swelling", "Swelling of one leg").synonyms(&[
            "unilateral leg swelling",
            "one leg swollen",
            "leg swelling",
        ]),
        patient::HAEMOPTYSIS,
        Input::boolean("surgery_or_trauma_4wk", "Surgery or trauma within 4 weeks")
            .help("With intubation or admission to hospital.")
            .synonyms(&["recent surgery", "recent trauma", "surgery", "trauma"]),
        patient::PREVIOUS_THROMBOEMBOLISM,
        Input::boolean("estrogen_use", "Takes oestrogen")
            .help("Contraceptive, replacement or other oestrogen.")
            .synonyms(&["estrogen", "oestrogen", "contraceptive pill", "hormone replacement"]),
    ],
    outputs: &[
        integer("criteria_positive", "Criteria present", "of 8"),
        boolean("rule_out", "All criteria absent"),
    ],
    bands: &[Bands {
        key: "band",
        of: "criteria_positive",
        title: "Reading of the rule",
        rows: &[
            at_most(
                0.0,
                "negative",
                "With a low clinical suspicion (below 15 %), fewer than 2 % had an embolism within 45 days.",
            ),
            above(
                "not applicable",
                "The rule does not exclude an embolism; this is not a positive test for one.",
            ),
        ],
    }],
    formula: "Counts: age 50 or more, heart rate 100 or more, saturation below 95 %, one leg swollen, haemoptysis, recent \
              surgery or trauma, earlier thromboembolism, oestrogen. Excluded only at 0.",
    rounding: "A count, nothing is rounded.",
    version: "2004, validated 2008",
    sources: &[
        paper("Kline JA et al., J Thromb Haemost 2004;2:1247", 2004, "10.1111/j.1538-7836.2004.00790.x"),
        paper("Kline JA et al., J Thromb Haemost 2008;6:772", 2008, "10.1111/j.1538-7836.2008.02944.x"),
    ],
    status: Status::Verified,
    notes: &["Holds only where the clinician's own estimate is below 15 %."],
    bounded: true,
    monotone: &[
        rises("age", "criteria_positive"),
        rises("heart_rate", "criteria_positive"),
        falls("sao2", "criteria_positive"),
    ],
    example: Example {
        inputs: r#"{"age":49,"heart_rate":99,"sao2":95,"unilateral_leg_swelling":false,"hemoptysis":false,
            "surgery_or_trauma_4wk":false,"previous_pe_dvt":false,"estrogen_use":false}"#,
        expected: r#"{"criteria_positive":0,"rule_out":true,"band":"negative"}"#,
        origin: "worked by hand from the criteria of the 2004 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.when("age", "50 or more", values.number("age")? >= 50.0, 1.0);
    tally.when("heart_rate", "100 /min or more", values.number("heart_rate")? >= 100.0, 1.0);
    tally.when("sao2", "below 95 %", values.number("sao2")? < 95.0, 1.0);
    tally.flags(
        &[
            "unilateral_leg_swelling",
            "hemoptysis",
            "surgery_or_trauma_4wk",
            "previous_pe_dvt",
            "estrogen_use",
        ],
        1.0,
    )?;
    let count = tally.whole();
    Ok(Outcome::of(tally).integer("criteria_positive", count).boolean("rule_out", count == 0))
}
