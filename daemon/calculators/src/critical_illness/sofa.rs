//! SOFA: failure of six organs, 0 to 4 each.
//!
//! The worst values of 24 hours. Respiration gives more than 2 only under ventilation. Creatinine of exactly 5.0 is four
//! points. Doses are in µg/kg/min, given for at least an hour.

use crate::bands::Bound;
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::{Outcome, Tally, ladder};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "sofa",
    title: "SOFA score",
    synonyms: &["SOFA", "Sequential Organ Failure Assessment", "organ failure"],
    specialties: &["intensive care", "emergency medicine", "infectious disease"],
    purpose: "How severely six organs fail.",
    population: "Adults in intensive care; worst values within 24 hours.",
    inputs: &[
        patient::ARTERIAL_OXYGEN.help("Worst value in 24 hours."),
        patient::INSPIRED_OXYGEN,
        Input::boolean("ventilated", "Ventilated")
            .help("Invasive or not.")
            .synonyms(&["ventilated", "intubated", "cpap"]),
        patient::PLATELETS.cuts(&[20.0, 50.0, 100.0, 150.0]),
        patient::BILIRUBIN.cuts(&[1.2, 2.0, 6.0, 12.0]),
        patient::MEAN_PRESSURE.cuts(&[70.0]),
        pressor("dopamine", "Dopamine", &["dopamine"]).cuts(&[5.0, 15.0]),
        pressor("dobutamine", "Dobutamine", &["dobutamine"]),
        pressor("epinephrine", "Adrenaline", &["epinephrine", "adrenaline"]).cuts(&[0.1]),
        pressor("norepinephrine", "Noradrenaline", &["norepinephrine", "noradrenaline", "levophed"])
            .cuts(&[0.1]),
        patient::COMA_SCALE.cuts(&[6.0, 10.0, 13.0, 15.0]),
        patient::CREATININE.cuts(&[1.2, 2.0, 3.5, 5.0]),
        Input::number("urine_ml_day", "Urine in 24 hours", &measure::URINE_VOLUME, "mL/day")
            .synonyms(&["urine output", "urine"])
            .cuts(&[200.0, 500.0]),
    ],
    outputs: &[
        points("score", "SOFA"),
        points("resp", "Respiration"),
        points("coag", "Coagulation"),
        points("liver", "Liver"),
        points("cardio", "Circulation"),
        points("cns", "Nervous system"),
        points("renal", "Kidney"),
    ],
    bands: &[],
    formula: "Respiration PaO₂/FiO₂ < 400 1, < 300 2, < 200 ventilated 3, < 100 ventilated 4; platelets < 150 1, < 100 2, < \
              50 3, < 20 4; bilirubin ≥ 1.2 1, ≥ 2 2, ≥ 6 3, ≥ 12 4; mean pressure < 70 1, dopamine up to 5 or dobutamine \
              2, dopamine above 5 or (nor)adrenaline up to 0.1 3, dopamine above 15 or (nor)adrenaline above 0.1 4; coma \
              scale 13–14 1, 10–12 2, 6–9 3, below 6 4; creatinine ≥ 1.2 1, ≥ 2 2, ≥ 3.5 or urine < 500 3, ≥ 5 or urine < \
              200 4.",
    rounding: "Whole points, nothing is rounded.",
    version: "1996",
    sources: &[paper("Vincent JL et al., Intensive Care Med 1996;22:707", 1996, "10.1007/BF01709751")],
    status: Status::Verified,
    notes: &[
        "A rise of 2 or more from the earlier score is organ dysfunction in the Sepsis-3 definition; an earlier score \
              that is unknown is not zero by itself.",
    ],
    bounded: true,
    monotone: &[
        falls("pao2", "score"),
        rises("fio2", "score"),
        rises("ventilated", "score"),
        falls("platelets_k", "score"),
        rises("bilirubin", "score"),
        falls("map", "score"),
        rises("dopamine", "score"),
        rises("norepinephrine", "score"),
        rises("dobutamine", "score"),
        falls("gcs", "score"),
        rises("creatinine", "score"),
        falls("urine_ml_day", "score"),
    ],
    example: Example {
        inputs: r#"{"pao2":75,"fio2":0.5,"ventilated":true,"platelets_k":99,"bilirubin":{"value":34.2,"unit":"µmol/L"},
            "map":65,"dopamine":0,"dobutamine":0,"epinephrine":0,"norepinephrine":0.1,"gcs":13,"creatinine":5.0,
            "urine_ml_day":900}"#,
        expected: r#"{"score":15,"resp":3,"coag":2,"liver":2,"cardio":3,"cns":1,"renal":4}"#,
        origin: "worked by hand from the table of the 1996 paper",
    },
    compute,
};

const fn pressor(name: &'static str, title: &'static str, words: &'static [&'static str]) -> Input {
    Input::number(name, title, &measure::INFUSION_RATE, "µg/kg/min")
        .help("0 if it is not given.")
        .synonyms(words)
}

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    let ratio = values.number("pao2")? / values.number("fio2")?;
    let respiration = respiration(ratio, values.yes("ventilated")?);
    tally.add("pao2", "Respiration", respiration);
    tally.steps(
        "platelets_k",
        &[
            (Bound::Below(20.0), 4.0),
            (Bound::Below(50.0), 3.0),
            (Bound::Below(100.0), 2.0),
            (Bound::Below(150.0), 1.0),
            (Bound::Open, 0.0),
        ],
    )?;
    tally.steps(
        "bilirubin",
        &[
            (Bound::Below(1.2), 0.0),
            (Bound::Below(2.0), 1.0),
            (Bound::Below(6.0), 2.0),
            (Bound::Below(12.0), 3.0),
            (Bound::Open, 4.0),
        ],
    )?;
    tally.add("map", "Circulation", circulation(values)?);
    tally.steps(
        "gcs",
        &[
            (Bound::Below(6.0), 4.0),
            (Bound::Below(10.0), 3.0),
            (Bound::Below(13.0), 2.0),
            (Bound::Below(15.0), 1.0),
            (Bound::Open, 0.0),
        ],
    )?;
    tally.add("creatinine", "Kidney", kidney(values)?);
    let score = tally.whole();
    let organs: Vec<i64> = tally.each_whole();
    let outcome = Outcome::of(tally).integer("score", score).working(format!("PaO₂/FiO₂ = {ratio:.1} mmHg"));
    let keys = ["resp", "coag", "liver", "cardio", "cns", "renal"];
    Ok(keys.into_iter().zip(organs).fold(outcome, |outcome, (key, points)| outcome.integer(key, points)))
}

/// More than two points only under ventilation.
fn respiration(ratio: f64, ventilated: bool) -> f64 {
    let points = ladder(
        ratio,
        &[
            (Bound::Below(100.0), 4.0),
            (Bound::Below(200.0), 3.0),
            (Bound::Below(300.0), 2.0),
            (Bound::Below(400.0), 1.0),
            (Bound::Open, 0.0),
        ],
    );
    if ventilated { points } else { points.min(2.0) }
}

fn circulation(values: &Values) -> Result<f64, Refusal> {
    let dopamine = values.number("dopamine")?;
    let adrenaline = values.number("epinephrine")?.max(values.number("norepinephrine")?);
    let dobutamine = values.number("dobutamine")?;
    let pressure = values.number("map")?;
    Ok(if dopamine > 15.0 || adrenaline > 0.1 {
        4.0
    } else if dopamine > 5.0 || adrenaline > 0.0 {
        3.0
    } else if dopamine > 0.0 || dobutamine > 0.0 {
        2.0
    } else if pressure < 70.0 {
        1.0
    } else {
        0.0
    })
}

/// The worse of creatinine and urine.
fn kidney(values: &Values) -> Result<f64, Refusal> {
    let by_creatinine = ladder(
        values.number("creatinine")?,
        &[
            (Bound::Below(1.2), 0.0),
            (Bound::Below(2.0), 1.0),
            (Bound::Below(3.5), 2.0),
            (Bound::Below(5.0), 3.0),
            (Bound::Open, 4.0),
        ],
    );
    let by_urine = ladder(
        values.number("urine_ml_day")?,
        &[(Bound::Below(200.0), 4.0), (Bound::Below(500.0), 3.0), (Bound::Open, 0.0)],
    );
    Ok(by_creatinine.max(by_urine))
}
