//! Criteria of the systemic inflammatory response.
//!
//! Two criteria have alternatives: carbon dioxide is needed only if the respiratory rate alone does not meet its
//! criterion, immature cells only if the white count does not.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, boolean, falls, paper, points, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "sirs",
    title: "SIRS criteria",
    synonyms: &["SIRS", "systemic inflammatory response syndrome"],
    specialties: &["emergency medicine", "intensive care", "infectious disease"],
    purpose: "Whether a systemic inflammatory response is present.",
    population: "Adults.",
    inputs: &[
        patient::TEMPERATURE.cuts(&[36.0, 38.0]),
        patient::HEART_RATE.cuts(&[90.0]),
        patient::RESPIRATORY_RATE.cuts(&[20.0]),
        Input::number("paco2", "Arterial carbon dioxide (PaCO₂)", &measure::GAS_PRESSURE, "mmHg")
            .help("Needed if the respiratory rate is 20 or less.")
            .synonyms(&["paco2", "pco2"])
            .cuts(&[32.0])
            .optional(),
        patient::WHITE_CELLS.cuts(&[4.0, 12.0]),
        Input::number("bands_pct", "Immature neutrophils (bands)", &measure::PERCENT, "%")
            .help("Needed if the white count is between 4 and 12.")
            .synonyms(&["bands", "immature neutrophils", "left shift"])
            .cuts(&[10.0])
            .optional(),
    ],
    outputs: &[points("score", "Criteria met"), boolean("positive", "Two or more")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Reading",
        rows: &[
            at_most(
                1.0,
                "negative",
                "Fewer than two criteria: not a systemic inflammatory response by definition.",
            ),
            above("positive", "Two or more criteria: a systemic inflammatory response by definition."),
        ],
    }],
    formula: "One point each: temperature above 38 or below 36 °C; heart rate above 90; respiratory rate above 20 or PaCO₂ \
              below 32 mmHg; white cells above 12 or below 4 or immature cells above 10 %; 0 to 4.",
    rounding: "A count, nothing is rounded.",
    version: "1992",
    sources: &[paper("Bone RC et al., Chest 1992;101:1644", 1992, "10.1378/chest.101.6.1644")],
    status: Status::Verified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("heart_rate", "score"),
        rises("resp_rate", "score"),
        falls("paco2", "score"),
        rises("bands_pct", "score"),
    ],
    example: Example {
        inputs: r#"{"temp_c":{"value":100.4,"unit":"°F"},"heart_rate":91,"resp_rate":21,"wbc_k":12,"bands_pct":10}"#,
        expected: r#"{"score":2,"positive":true}"#,
        origin: "worked by hand from the criteria of 1992",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    let temperature = values.number("temp_c")?;
    tally.when("temp_c", "above 38 or below 36 °C", !(36.0..=38.0).contains(&temperature), 1.0);
    tally.when("heart_rate", "above 90 /min", values.number("heart_rate")? > 90.0, 1.0);
    let breathing = values.number("resp_rate")? > 20.0 || values.number("paco2")? < 32.0;
    tally.when("resp_rate", "above 20 /min, or PaCO₂ below 32 mmHg", breathing, 1.0);
    let white_cells = !(4.0..=12.0).contains(&values.number("wbc_k")?) || values.number("bands_pct")? > 10.0;
    tally.when("wbc_k", "above 12 or below 4, or bands above 10 %", white_cells, 1.0);
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score).boolean("positive", score >= 2))
}
