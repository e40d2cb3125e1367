//! MELD in its three versions: the original of UNOS (2002), MELD-Na of the OPTN (2016) and MELD 3.0 (2023).
//!
//! The bounds decide more than the coefficients: bilirubin, INR and creatinine below 1 count as 1, creatinine stops
//! at 4.0 (MELD 3.0: at 3.0), and dialysis sets it to that ceiling whatever was measured. MELD-Na starts from the
//! MELD already rounded to a whole number, and only above 11.

use crate::bands::{Bands, above, below};
use crate::definition::{Calculator, Example, Status, decimal, document, falls, paper, points, rises};
use crate::input::Input;
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "meld",
    title: "MELD, MELD-Na and MELD 3.0",
    synonyms: &["MELD-Na", "MELD 3.0", "model for end-stage liver disease"],
    specialties: &["hepatology", "gastroenterology", "transplantation"],
    purpose: "Risk of death within 90 days in advanced liver disease.",
    population: "Adults with chronic liver disease; from 12 years for MELD 3.0. Not valid under warfarin, which \
                 raises the INR without liver disease.",
    inputs: &[
        patient::BILIRUBIN.cuts(&[1.0]),
        patient::INR.cuts(&[1.0]),
        patient::CREATININE.cuts(&[1.0, 3.0, 4.0]),
        patient::ALBUMIN.cuts(&[1.5, 3.5]).help("For MELD 3.0; counted between 1.5 and 3.5 g/dL."),
        patient::SODIUM
            .cuts(&[125.0, 137.0])
            .help("For MELD-Na and MELD 3.0; counted between 125 and 137 mmol/L."),
        patient::SEX,
        Input::boolean("dialysis_2x_week", "Dialysis twice or more in the past 7 days")
            .help(
                "Or 24 hours of continuous veno-venous haemodialysis within 7 days. \
                 Creatinine then counts as its ceiling.",
            )
            .synonyms(&["dialysis", "hemodialysis", "haemodialysis"]),
        patient::AGE
            .optional()
            .help(
                "Only for MELD 3.0: from 12 to 17 years 1.33 points are added whatever \
                 the sex.",
            )
            .cuts(&[12.0, 18.0]),
    ],
    outputs: &[
        points("meld", "MELD (2002)"),
        points("meld_na", "MELD-Na (2016)"),
        points("meld3", "MELD 3.0"),
        decimal("meld3_raw", "MELD 3.0 before rounding", "points"),
    ],
    bands: &[Bands {
        key: "mortality_3mo",
        of: "meld",
        title: "Death within 3 months in hospital patients, original MELD",
        rows: &[
            below(10.0, "9 or less", "About 1.9 % died within 3 months."),
            below(20.0, "10 to 19", "About 6 % died within 3 months."),
            below(30.0, "20 to 29", "About 20 % died within 3 months."),
            below(40.0, "30 to 39", "About 53 % died within 3 months."),
            above("40 or more", "About 71 % died within 3 months."),
        ],
    }],
    formula: "MELD = 9.57 ln creatinine + 3.78 ln bilirubin + 11.2 ln INR + 6.43. MELD-Na = MELD + 1.32 (137 − \
                 Na) − 0.033 MELD (137 − Na) if MELD is above 11. MELD 3.0 = 1.33 if female + 4.56 ln bilirubin + \
                 0.82 (137 − Na) − 0.24 (137 − Na) ln bilirubin + 9.09 ln INR + 11.14 ln creatinine + 1.85 (3.5 − \
                 albumin) − 1.83 (3.5 − albumin) ln creatinine + 6.",
    rounding: "Each score to a whole number, halves up; at least 6, at most 40. MELD-Na uses the rounded MELD.",
    version: "2002 / 2016 / 3.0",
    sources: &[
        paper("Kamath PS et al., Hepatology 2001;33:464", 2001, "10.1053/jhep.2001.22172"),
        paper("Kim WR et al., N Engl J Med 2008;359:1018 (sodium)", 2008, "10.1056/NEJMoa0801209"),
        document("OPTN policy 9, allocation of livers (MELD-Na, 2016; MELD 3.0, 2023)", 2023),
        paper(
            "Kim WR et al., Gastroenterology 2021;161:1887 (MELD 3.0)",
            2021,
            "10.1053/j.gastro.2021.08.050",
        ),
    ],
    status: Status::Verified,
    notes: &["MELD and MELD-Na agreed with an independent implementation; MELD 3.0 follows the published \
            formula."],
    bounded: false,
    monotone: &[
        rises("bilirubin", "meld"),
        rises("inr", "meld"),
        rises("creatinine", "meld"),
        rises("inr", "meld3_raw"),
        falls("sodium", "meld_na"),
    ],
    example: Example {
        inputs: r#"{"bilirubin":1.0,"inr":1.0,"creatinine":1.79,"albumin":3.5,"sodium":137,"sex":"female","dialysis_2x_week":false}"#,
        expected: r#"{"meld":12,"meld_na":12,"meld3":14,"meld3_raw":13.8159}"#,
        origin: "worked by hand: 9.57 ln 1.79 + 6.43 = 12.0; 1.33 + 11.14 ln 1.79 + 6 = 13.8159",
    },
    compute,
};

/// Laboratory values after the bounds that all three versions share.
struct Bounded {
    bilirubin: f64,
    inr: f64,
    creatinine: f64,
    deficit: f64,
    dialysis: bool,
}

impl Bounded {
    fn of(values: &Values) -> Result<Self, Refusal> {
        Ok(Self {
            bilirubin: values.number("bilirubin")?.max(1.0),
            inr: values.number("inr")?.max(1.0),
            creatinine: values.number("creatinine")?.max(1.0),
            deficit: 137.0 - values.number("sodium")?.clamp(125.0, 137.0),
            dialysis: values.yes("dialysis_2x_week")?,
        })
    }

    /// Creatinine under the ceiling of a version; dialysis sets it to the ceiling.
    fn creatinine(&self, ceiling: f64) -> f64 {
        if self.dialysis { ceiling } else { self.creatinine.min(ceiling) }
    }
}

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let bounded = Bounded::of(values)?;
    let logs = 3.78 * bounded.bilirubin.ln() + 11.2 * bounded.inr.ln();
    let meld = whole(9.57 * bounded.creatinine(4.0).ln() + logs + 6.43);
    let with_sodium = if meld > 11.0 {
        whole(meld + 1.32 * bounded.deficit - 0.033 * meld * bounded.deficit)
    } else {
        meld
    };
    let raw = meld3(values, &bounded)?;
    let (capped, adjusted) = (bounded.creatinine(4.0), bounded.creatinine(3.0));
    Ok(Outcome::new()
        .integer("meld", small(meld))
        .integer("meld_na", small(with_sodium))
        .integer("meld3", small(whole(raw)))
        .number("meld3_raw", raw)
        .working(format!(
            "Counted values: bilirubin {}, INR {}, creatinine {capped} (MELD 3.0: {adjusted}), sodium {}.",
            bounded.bilirubin,
            bounded.inr,
            137.0 - bounded.deficit
        ))
        .note_if(bounded.dialysis, "Dialysis: creatinine counts as 4.0 mg/dL (MELD 3.0: 3.0 mg/dL)."))
}

fn meld3(values: &Values, bounded: &Bounded) -> Result<f64, Refusal> {
    let adolescent = values.optional_number("age").is_some_and(|age| (12.0..18.0).contains(&age));
    let extra = if adolescent || values.is("sex", "female")? { 1.33 } else { 0.0 };
    let albumin = 3.5 - values.number("albumin")?.clamp(1.5, 3.5);
    let (bilirubin, creatinine) = (bounded.bilirubin.ln(), bounded.creatinine(3.0).ln());
    Ok(extra + 4.56 * bilirubin + 0.82 * bounded.deficit - 0.24 * bounded.deficit * bilirubin
        + 9.09 * bounded.inr.ln()
        + 11.14 * creatinine
        + 1.85 * albumin
        - 1.83 * albumin * creatinine
        + 6.0)
}

/// A whole number between the ends of the scale, halves up.
fn whole(score: f64) -> f64 {
    settled(score).round().clamp(6.0, 40.0)
}

#[expect(clippy::cast_possible_truncation, reason = "scores are whole and lie between 6 and 40")]
fn small(score: f64) -> i64 {
    score as i64
}
