//! FIB-4 index of liver fibrosis.
//!
//! The lower limit depends on age: 1.30, and 2.0 from 65 years on, because age itself drives the index up. The
//! index is not valid below 35 years; younger patients are flagged.

use crate::bands::{Bands, above, at_most, below};
use crate::definition::{Calculator, Example, Status, decimal, falls, paper, rises};
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "fib4",
    title: "FIB-4 index",
    synonyms: &["FIB-4", "fibrosis 4"],
    specialties: &["hepatology", "gastroenterology", "primary care"],
    purpose: "Likelihood of advanced liver fibrosis from age and routine blood values.",
    population: "Adults with chronic liver disease; derived in HIV and hepatitis C coinfection, validated in \
                 fatty liver disease. Less reliable below 35 years and in acute hepatitis.",
    inputs: &[
        patient::AGE.derived(35.0, 125.0).cuts(&[65.0]),
        patient::AST,
        patient::ALT,
        patient::PLATELETS.plausible(1.0, 5000.0),
    ],
    outputs: &[decimal("value", "FIB-4", "")],
    bands: &[Bands {
        key: "band",
        of: "value",
        title: "Advanced fibrosis",
        rows: &[
            below(1.3, "low", "Advanced fibrosis unlikely (limit 2.0 from 65 years on)."),
            at_most(2.67, "indeterminate", "Neither likely nor unlikely."),
            above("high", "Advanced fibrosis likely."),
        ],
    }],
    formula: "age · AST / (platelets · √ALT).",
    rounding: "Four decimals; the band is read from these.",
    version: "2006, age limit 2017",
    sources: &[
        paper("Sterling RK et al., Hepatology 2006;43:1317", 2006, "10.1002/hep.21178"),
        paper(
            "McPherson S et al., Am J Gastroenterol 2017;112:740 (limit from 65 \
                 years)",
            2017,
            "10.1038/ajg.2016.453",
        ),
    ],
    status: Status::Verified,
    notes: &[],
    bounded: false,
    monotone: &[
        rises("age", "value"),
        rises("ast", "value"),
        falls("alt", "value"),
        falls("platelets_k", "value"),
    ],
    example: Example {
        inputs: r#"{"age":76,"ast":55,"alt":74,"platelets_k":355}"#,
        expected: r#"{"value":1.3688,"band":"low"}"#,
        origin: "worked by hand: 76 · 55 / (355 · √74) = 1.3688, below 2.0 at 76 years",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (age, ast) = (values.number("age")?, values.number("ast")?);
    let (alt, platelets) = (values.number("alt")?, values.number("platelets_k")?);
    let value = age * ast / (platelets * alt.sqrt());
    let low = if age >= 65.0 { 2.0 } else { 1.3 };
    let band = match settled(value) {
        index if index < low => "low",
        index if index > 2.67 => "high",
        _ => "indeterminate",
    };
    Ok(Outcome::new()
        .number("value", value)
        .text("band", band)
        .working(format!("{age} · {ast} / ({platelets} · √{alt}); lower limit used: {low}.")))
}
