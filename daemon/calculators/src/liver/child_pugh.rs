//! Child-Pugh score of cirrhosis.
//!
//! Every limit value belongs to the middle row: bilirubin of exactly 2 or 3 mg/dL, albumin of exactly 2.8 or 3.5
//! g/dL and INR of exactly 1.7 or 2.3 all give 2 points. Cholestatic disease has bilirubin limits of its own, which
//! are used only when it is named.

use crate::bands::{Bands, Bound, above, at_most};
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::{Input, choice, level};
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "child_pugh",
    title: "Child-Pugh score",
    synonyms: &["Child-Turcotte-Pugh", "CTP score"],
    specialties: &["hepatology", "gastroenterology", "surgery"],
    purpose: "Severity of cirrhosis and its class A, B or C.",
    population: "Adults with cirrhosis.",
    inputs: &[
        patient::BILIRUBIN.cuts(&[2.0, 3.0, 4.0, 10.0]),
        patient::ALBUMIN.cuts(&[2.8, 3.5]),
        patient::INR.cuts(&[1.7, 2.3]),
        Input::choice(
            "ascites",
            "Ascites",
            &[
                choice("none", "None"),
                choice("mild", "Mild, or controlled by medication"),
                choice("moderate_severe", "Moderate to severe, or refractory"),
            ],
        )
        .synonyms(&["ascites"]),
        Input::grade(
            "encephalopathy_grade",
            "Encephalopathy (West Haven grade)",
            0,
            4,
            &[
                level(0, "None"),
                level(1, "Grade 1"),
                level(2, "Grade 2"),
                level(3, "Grade 3"),
                level(4, "Grade 4, coma"),
            ],
        )
        .synonyms(&["encephalopathy", "encephalopathy grade", "hepatic encephalopathy"]),
        Input::boolean("cholestatic", "Primary biliary cholangitis or sclerosing cholangitis")
            .optional()
            .help(
                "Uses bilirubin limits of 4 and 10 mg/dL. Without it the usual limits \
                 of 2 and 3 mg/dL are used, and the answer says so.",
            )
            .synonyms(&["primary biliary cholangitis", "primary sclerosing cholangitis", "pbc", "psc"]),
    ],
    outputs: &[points("score", "Child-Pugh score")],
    bands: &[Bands {
        key: "cls",
        of: "score",
        title: "Class",
        rows: &[
            at_most(6.0, "A", "Well compensated."),
            at_most(9.0, "B", "Significant functional compromise."),
            above("C", "Decompensated."),
        ],
    }],
    formula: "Bilirubin below 2, 2 to 3, above 3 mg/dL; albumin above 3.5, 2.8 to 3.5, below 2.8 g/dL; INR \
                 below 1.7, 1.7 to 2.3, above 2.3; ascites none, mild, moderate to severe; encephalopathy none, \
                 grade 1–2, grade 3–4: 1, 2 or 3 points each; 5 to 15.",
    rounding: "Whole points.",
    version: "1973",
    sources: &[paper("Pugh RN et al., Br J Surg 1973;60:646", 1973, "10.1002/bjs.1800600817")],
    status: Status::Verified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("bilirubin", "score"),
        falls("albumin", "score"),
        rises("inr", "score"),
        rises("encephalopathy_grade", "score"),
    ],
    example: Example {
        inputs: r#"{"bilirubin":1.3,"albumin":3.2,"inr":2.5,"ascites":"mild","encephalopathy_grade":0}"#,
        expected: r#"{"score":9,"cls":"B"}"#,
        origin: "worked by hand from the table of the 1973 paper: 1 + 2 + 3 + 2 + 1",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    use Bound::{AtMost, Below, Open};
    let cholestatic = values.yes("cholestatic").unwrap_or(false);
    let (low, high) = if cholestatic { (4.0, 10.0) } else { (2.0, 3.0) };
    let mut tally = Tally::new(values);
    tally.steps("bilirubin", &[(Below(low), 1.0), (AtMost(high), 2.0), (Open, 3.0)])?;
    tally.steps("albumin", &[(Below(2.8), 3.0), (AtMost(3.5), 2.0), (Open, 1.0)])?;
    tally.steps("inr", &[(Below(1.7), 1.0), (AtMost(2.3), 2.0), (Open, 3.0)])?;
    let ascites = match values.choice("ascites")? {
        "none" => 1.0,
        "mild" => 2.0,
        _ => 3.0,
    };
    tally.add("ascites", values.title("ascites"), ascites);
    tally.steps("encephalopathy_grade", &[(AtMost(0.0), 1.0), (AtMost(2.0), 2.0), (Open, 3.0)])?;
    let score = tally.whole();
    Ok(Outcome::of(tally)
        .integer("score", score)
        .working(format!("Bilirubin limits used: {low} and {high} mg/dL.")))
}
