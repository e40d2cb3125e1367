//! Equivalent doses of systemic corticosteroids.
//!
//! Anti-inflammatory equivalence for oral or intravenous use, not mineralocorticoid. Betamethasone is 0.6 mg in
//! most textbooks and 0.75 mg in some tables; 0.6 is used here and the answer says so.

use crate::definition::{Calculator, Example, Status, decimal, document, rises};
use crate::input::{Choice, Input, choice};
use crate::measure;
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "steroid_equiv",
    title: "Corticosteroid equivalence",
    synonyms: &["steroid conversion", "prednisone equivalent", "glucocorticoid equivalence"],
    specialties: &["endocrinology", "clinical pharmacology", "rheumatology"],
    purpose: "Dose of one corticosteroid that equals a dose of another.",
    population: "Oral and intravenous use in adults; not for inhaled, topical or depot forms.",
    inputs: &[
        Input::number("dose_mg", "Dose", &measure::chemistry::DOSE, "mg").synonyms(&["dose"]),
        Input::choice("from", "From", STEROIDS).synonyms(&["from"]),
        Input::choice("to", "To", STEROIDS).synonyms(&["to"]),
    ],
    outputs: &[decimal("dose_mg", "Equivalent dose", "mg")],
    bands: &[],
    formula: "Dose · equivalent of the target / equivalent of the origin; mg equal: hydrocortisone 20, \
                 cortisone 25, prednisone and prednisolone 5, methylprednisolone and triamcinolone 4, \
                 dexamethasone 0.75, betamethasone 0.6.",
    rounding: "Four decimals; nothing is rounded to a tablet.",
    version: "textbook table",
    sources: &[document(
        "Liapi C, Chrousos GP, Glucocorticoids, in: Pediatric Pharmacology, 2nd \
                 edition",
        1992,
    )],
    status: Status::Verified,
    notes: &[],
    bounded: false,
    monotone: &[rises("dose_mg", "dose_mg")],
    example: Example {
        inputs: r#"{"dose_mg":23.3,"from":"hydrocortisone","to":"methylprednisolone"}"#,
        expected: r#"{"dose_mg":4.66}"#,
        origin: "worked by hand: 23.3 · 4 / 20",
    },
    compute,
};

const STEROIDS: &[Choice] = &[
    choice("hydrocortisone", "Hydrocortisone"),
    choice("cortisone", "Cortisone"),
    choice("prednisone", "Prednisone"),
    choice("prednisolone", "Prednisolone"),
    choice("methylprednisolone", "Methylprednisolone"),
    choice("triamcinolone", "Triamcinolone"),
    choice("dexamethasone", "Dexamethasone"),
    choice("betamethasone", "Betamethasone"),
];

/// Milligrams with equal anti-inflammatory effect.
const EQUAL: [(&str, f64); 8] = [
    ("hydrocortisone", 20.0),
    ("cortisone", 25.0),
    ("prednisone", 5.0),
    ("prednisolone", 5.0),
    ("methylprednisolone", 4.0),
    ("triamcinolone", 4.0),
    ("dexamethasone", 0.75),
    ("betamethasone", 0.6),
];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let equal = |name: &'static str| {
        let drug = values.choice(name)?;
        let found = EQUAL.iter().find(|(steroid, _)| *steroid == drug).map(|(_, milligrams)| *milligrams);
        found.ok_or_else(|| Refusal::unusable(name, "This corticosteroid is not in the table."))
    };
    let (dose, from, to) = (values.number("dose_mg")?, equal("from")?, equal("to")?);
    let named = values.is("from", "betamethasone")? || values.is("to", "betamethasone")?;
    Ok(Outcome::new()
        .number("dose_mg", settled(dose * to / from))
        .working(format!("{dose} · {to} / {from}"))
        .note_if(named, "Betamethasone counts as 0.6 mg; some tables use 0.75 mg."))
}
