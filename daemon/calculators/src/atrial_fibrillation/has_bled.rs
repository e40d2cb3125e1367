//! HAS-BLED: bleeding under anticoagulation.
//!
//! "H" is uncontrolled pressure now (systolic above 160), not a history of hypertension. A high score names what can be
//! corrected.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, decimal, paper, points, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "has_bled",
    title: "HAS-BLED",
    synonyms: &["HASBLED", "bleeding risk in atrial fibrillation"],
    specialties: &["cardiology", "internal medicine", "primary care"],
    purpose: "Risk of major bleeding in people with atrial fibrillation under anticoagulation.",
    population: "Adults with atrial fibrillation who take or are to take a vitamin K antagonist.",
    inputs: &[
        patient::AGE.derived(18.0, 125.0).cuts(&[65.0]),
        patient::SYSTOLIC.help("Now; a controlled hypertension does not count.").cuts(&[160.0]),
        Input::number("drinks_per_week", "Alcoholic drinks a week", &measure::PLAIN, "1")
            .plausible(0.0, 500.0)
            .synonyms(&["drinks per week", "alcohol", "drinks"])
            .cuts(&[8.0]),
        Input::boolean("renal_disease", "Abnormal kidney function")
            .help("Dialysis, transplant, or creatinine above 2.26 mg/dL (200 µmol/L).")
            .synonyms(&["renal disease", "kidney disease", "dialysis", "kidney transplant"]),
        Input::boolean("liver_disease", "Abnormal liver function")
            .help("Cirrhosis, bilirubin above twice, or enzymes above three times the limit.")
            .synonyms(&["liver disease", "cirrhosis"]),
        Input::boolean("stroke", "Earlier stroke").synonyms(&["stroke", "prior stroke", "cva"]),
        Input::boolean("bleeding_history", "Earlier major bleeding or predisposition to it")
            .synonyms(&["bleeding history", "previous bleeding", "anaemia", "bleeding"]),
        Input::boolean("labile_inr", "Labile INR")
            .help("Less than 60 % of the time in the therapeutic range.")
            .synonyms(&["labile inr", "unstable inr"]),
        Input::boolean("antiplatelet_or_nsaid", "Takes antiplatelets or NSAIDs").synonyms(&[
            "aspirin", "clopidogrel", "antiplatelet", "antiplatelets", "nsaid", "nsaids", "ibuprofen",
            "naproxen",
        ]),
    ],
    outputs: &[
        points("score", "HAS-BLED"),
        decimal("bleeds_per_100_patient_years", "Major bleeds", "per 100 patient-years"),
    ],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Risk of major bleeding",
        rows: &[
            at_most(1.0, "low", "About 1.0 to 1.1 major bleeds per 100 patient-years."),
            at_most(2.0, "moderate", "1.9 major bleeds per 100 patient-years."),
            above("high", "3.7 and more major bleeds per 100 patient-years."),
        ],
    }],
    formula: "One point each: systolic above 160, kidney, liver, stroke, bleeding, labile INR, age above 65, antiplatelets \
              or NSAIDs, 8 or more drinks a week; 0 to 9.",
    rounding: "Whole points; rates as printed in the paper for 0 to 4.",
    version: "2010",
    sources: &[paper("Pisters R et al., Chest 2010;138:1093", 2010, "10.1378/chest.10-0134")],
    status: Status::Verified,
    notes: &["Pressure counts only if it is uncontrolled now, above 160 mmHg."],
    bounded: true,
    monotone: &[rises("age", "score"), rises("sbp", "score"), rises("drinks_per_week", "score")],
    example: Example {
        inputs: r#"{"age":66,"sbp":160,"drinks_per_week":8,"renal_disease":false,"liver_disease":false,"stroke":true,
            "bleeding_history":false,"labile_inr":false,"antiplatelet_or_nsaid":true}"#,
        expected: r#"{"score":4,"band":"high","bleeds_per_100_patient_years":8.7}"#,
        origin: "worked by hand from the table of the 2010 paper",
    },
    compute,
};

/// Major bleeds per 100 patient-years for 0 to 4 points; higher scores were too few to give a rate.
const BLEEDS: [f64; 5] = [1.13, 1.02, 1.88, 3.74, 8.70];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.when("sbp", "above 160 mmHg", values.number("sbp")? > 160.0, 1.0);
    tally.flags(&["renal_disease", "liver_disease", "stroke", "bleeding_history", "labile_inr"], 1.0)?;
    tally.when("age", "above 65", values.number("age")?.floor() > 65.0, 1.0);
    tally.flag("antiplatelet_or_nsaid", 1.0)?;
    tally.when("drinks_per_week", "8 or more", values.number("drinks_per_week")? >= 8.0, 1.0);
    let score = tally.whole();
    let outcome = Outcome::of(tally).integer("score", score);
    let rate = usize::try_from(score).ok().and_then(|score| BLEEDS.get(score));
    Ok(match rate {
        Some(rate) => outcome.number("bleeds_per_100_patient_years", *rate),
        None => outcome
            .nothing("bleeds_per_100_patient_years")
            .note("Too few patients scored above 4 to give a rate."),
    })
}
