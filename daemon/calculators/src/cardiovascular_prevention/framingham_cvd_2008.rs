//! Framingham general cardiovascular risk of 2008.
//!
//! Any cardiovascular event within ten years, not only coronary ones, so it is higher than the older score; the two must
//! not be compared.

use crate::definition::{Calculator, Example, Status, decimal, falls, paper, rises};
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "framingham_cvd_2008",
    title: "Framingham, general cardiovascular risk (2008)",
    synonyms: &["Framingham", "Framingham CVD", "general cardiovascular risk profile"],
    specialties: &["cardiology", "primary care", "preventive medicine"],
    purpose: "Risk of any cardiovascular event within 10 years.",
    population: "Adults from 30 to 74 years without cardiovascular disease.",
    inputs: &[
        patient::SEX,
        patient::AGE.derived(30.0, 74.0),
        patient::TOTAL_CHOLESTEROL,
        patient::HDL_CHOLESTEROL,
        patient::SYSTOLIC,
        patient::BLOOD_PRESSURE_TREATED,
        patient::SMOKER,
        patient::DIABETES,
    ],
    outputs: &[decimal("risk10y_pct", "Risk within 10 years", "%")],
    bands: &[],
    formula: "Risk = 1 − S₀^exp(Σ − mean). Women: 2.32888 ln age + 1.20904 ln TC − 0.70833 ln HDL + (2.82263 treated, \
              2.76157 not) ln SBP + 0.52873 smoker + 0.69154 diabetes, mean 26.1931, S₀ 0.95012. Men: 3.06117, 1.12370, \
              −0.93263, (1.99881, 1.93303), 0.65451, 0.57367, mean 23.9802, S₀ 0.88936.",
    rounding: "Computed in full, shown with four decimals.",
    version: "2008, with cholesterol",
    sources: &[paper(
        "D'Agostino RB et al., Circulation 2008;117:743",
        2008,
        "10.1161/CIRCULATIONAHA.107.699579",
    )],
    status: Status::PublishedExample,
    notes: &[],
    bounded: false,
    monotone: &[
        rises("age", "risk10y_pct"),
        rises("total_chol", "risk10y_pct"),
        falls("hdl", "risk10y_pct"),
        rises("sbp", "risk10y_pct"),
        rises("smoker", "risk10y_pct"),
        rises("diabetes", "risk10y_pct"),
    ],
    example: Example {
        inputs: r#"{"sex":"female","age":61,"total_chol":180,"hdl":47,"sbp":124,"bp_treated":false,"smoker":true,
            "diabetes":false}"#,
        expected: r#"{"risk10y_pct":10.48}"#,
        origin: "published example of the 2008 paper",
    },
    compute,
};

/// The coefficients of one sex.
struct Model {
    age: f64,
    total: f64,
    hdl: f64,
    treated: f64,
    untreated: f64,
    smoker: f64,
    diabetes: f64,
    mean: f64,
    survival: f64,
}

const WOMEN: Model = Model {
    age: 2.328_88,
    total: 1.209_04,
    hdl: -0.708_33,
    treated: 2.822_63,
    untreated: 2.761_57,
    smoker: 0.528_73,
    diabetes: 0.691_54,
    mean: 26.1931,
    survival: 0.950_12,
};
const MEN: Model = Model {
    age: 3.061_17,
    total: 1.123_70,
    hdl: -0.932_63,
    treated: 1.998_81,
    untreated: 1.933_03,
    smoker: 0.654_51,
    diabetes: 0.573_67,
    mean: 23.9802,
    survival: 0.889_36,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let ln = |name| values.number(name).map(f64::ln);
    let yes = |name| values.yes(name).map(f64::from);
    let model = if values.is("sex", "female")? { WOMEN } else { MEN };
    let systolic = if values.yes("bp_treated")? { model.treated } else { model.untreated };
    let sum = model.age * ln("age")?
        + model.total * ln("total_chol")?
        + model.hdl * ln("hdl")?
        + systolic * ln("sbp")?
        + model.smoker * yes("smoker")?
        + model.diabetes * yes("diabetes")?;
    let risk = 100.0 * (1.0 - model.survival.powf((sum - model.mean).exp()));
    Ok(Outcome::new()
        .number("risk10y_pct", risk)
        .working(format!("Σ = {sum:.4}, mean = {}, S₀ = {}; risk = {risk:.2} %", model.mean, model.survival)))
}
