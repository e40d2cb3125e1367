//! National Early Warning Score 2.
//!
//! Two scales of saturation: the second is for people whose target is 88 to 92 % and counts high saturation only under
//! oxygen. A single item of three points raises a low total to "low-medium".

use crate::bands::{Bands, Bound, above, at_most, by_rule};
use crate::definition::{Calculator, Example, Status, boolean, document, points};
use crate::input::{Input, choice};
use crate::outcome::{Outcome, Tally, ladder};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "news2",
    title: "NEWS2",
    synonyms: &["NEWS", "National Early Warning Score", "early warning score"],
    specialties: &["emergency medicine", "internal medicine", "intensive care", "nursing"],
    purpose: "How far vital signs depart from normal.",
    population: "From 16 years, not pregnant.",
    inputs: &[
        patient::RESPIRATORY_RATE.cuts(&[8.0, 11.0, 20.0, 24.0]),
        patient::SATURATION.named("spo2").cuts(&[83.0, 85.0, 87.0, 91.0, 93.0, 95.0, 97.0]),
        Input::boolean("scale2", "Saturation by scale 2")
            .help("Only for people with hypercapnic respiratory failure whose target is 88 to 92 %.")
            .synonyms(&["scale 2", "hypercapnic", "target 88 to 92"]),
        Input::boolean("on_oxygen", "Breathes supplemental oxygen")
            .synonyms(&["on oxygen", "supplemental oxygen"]),
        patient::SYSTOLIC.cuts(&[90.0, 100.0, 110.0, 220.0]),
        patient::HEART_RATE.cuts(&[40.0, 50.0, 90.0, 110.0, 130.0]),
        Input::choice(
            "consciousness",
            "Consciousness (ACVPU)",
            &[
                choice("A", "Alert").or(&["a", "alert"]),
                choice("C", "New confusion").or(&["c", "confusion"]),
                choice("V", "Responds to voice").or(&["v", "voice"]),
                choice("P", "Responds to pain").or(&["p", "pain"]),
                choice("U", "Unresponsive").or(&["u", "unresponsive"]),
            ],
        )
        .synonyms(&["alert", "confused", "responds to voice", "responds to pain", "unresponsive"]),
        patient::TEMPERATURE.cuts(&[35.0, 36.0, 38.0, 39.0]),
    ],
    outputs: &[points("score", "NEWS2"), boolean("single_three", "One item of three points")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Clinical risk",
        rows: &[
            at_most(4.0, "low", "0 to 4 in all: low clinical risk."),
            by_rule("low-medium", "0 to 4 in all with 3 points in one item: low-medium clinical risk."),
            at_most(
                6.0,
                "medium",
                "5 or 6 in all: medium clinical risk; the threshold for an urgent response.",
            ),
            above("high", "7 and more in all: high clinical risk; the threshold for an emergency response."),
        ],
    }],
    formula: "Points of 0 to 3 for respiratory rate, saturation (scale 1 or 2), systolic, pulse, consciousness and \
              temperature, 2 for oxygen; 0 to 20.",
    rounding: "Whole points, nothing is rounded.",
    version: "2017",
    sources: &[document(
        "Royal College of Physicians, National Early Warning Score (NEWS) 2, London 2017",
        2017,
    )],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[],
    example: Example {
        inputs: r#"{"resp_rate":21,"spo2":94,"scale2":false,"on_oxygen":true,"sbp":110,"heart_rate":91,"consciousness":"A",
            "temp_c":38.1}"#,
        expected: r#"{"score":8,"band":"high"}"#,
        origin: "worked by hand from the chart of the 2017 report",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.steps(
        "resp_rate",
        &[
            (Bound::AtMost(8.0), 3.0),
            (Bound::AtMost(11.0), 1.0),
            (Bound::AtMost(20.0), 0.0),
            (Bound::AtMost(24.0), 2.0),
            (Bound::Open, 3.0),
        ],
    )?;
    let oxygen = values.yes("on_oxygen")?;
    tally.add(
        "spo2",
        values.title("spo2"),
        saturation(values.number("spo2")?, values.yes("scale2")?, oxygen),
    );
    tally.flag("on_oxygen", 2.0)?;
    tally.steps(
        "sbp",
        &[
            (Bound::AtMost(90.0), 3.0),
            (Bound::AtMost(100.0), 2.0),
            (Bound::AtMost(110.0), 1.0),
            (Bound::Below(220.0), 0.0),
            (Bound::Open, 3.0),
        ],
    )?;
    tally.steps(
        "heart_rate",
        &[
            (Bound::AtMost(40.0), 3.0),
            (Bound::AtMost(50.0), 1.0),
            (Bound::AtMost(90.0), 0.0),
            (Bound::AtMost(110.0), 1.0),
            (Bound::AtMost(130.0), 2.0),
            (Bound::Open, 3.0),
        ],
    )?;
    tally.when("consciousness", "not alert", !values.is("consciousness", "A")?, 3.0);
    tally.steps(
        "temp_c",
        &[
            (Bound::AtMost(35.0), 3.0),
            (Bound::AtMost(36.0), 1.0),
            (Bound::AtMost(38.0), 0.0),
            (Bound::AtMost(39.0), 1.0),
            (Bound::Open, 2.0),
        ],
    )?;
    let score = tally.whole();
    let single_three = tally.each_whole().contains(&3);
    let outcome = Outcome::of(tally).integer("score", score).boolean("single_three", single_three);
    Ok(if single_three && score <= 4 { outcome.text("band", "low-medium") } else { outcome })
}

/// Scale 1 for everybody, scale 2 for a target of 88 to 92 %.
fn saturation(percent: f64, scale2: bool, oxygen: bool) -> f64 {
    let low: Steps = if scale2 {
        &[
            (Bound::AtMost(83.0), 3.0),
            (Bound::AtMost(85.0), 2.0),
            (Bound::AtMost(87.0), 1.0),
            (Bound::AtMost(92.0), 0.0),
        ]
    } else {
        &[(Bound::AtMost(91.0), 3.0), (Bound::AtMost(93.0), 2.0), (Bound::AtMost(95.0), 1.0)]
    };
    let high: Steps = if scale2 && oxygen {
        &[(Bound::AtMost(94.0), 1.0), (Bound::AtMost(96.0), 2.0), (Bound::Open, 3.0)]
    } else {
        &[]
    };
    let steps: Vec<(Bound, f64)> = low.iter().chain(high).copied().collect();
    ladder(percent, &steps)
}

/// Steps of one item.
type Steps = &'static [(Bound, f64)];
