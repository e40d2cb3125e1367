//! Pooled Cohort Equations: first atherosclerotic event within ten years.
//!
//! Four models, by sex and by the race the equations were derived in. Race is an input only because these equations
//! contain it; newer ones (PREVENT) do not. The published coefficients are repeated in many places with misprints; the
//! four published example risks catch every one known.

use crate::bands::{Bands, above, below};
use crate::definition::{Calculator, Example, Status, decimal, paper, rises};
use crate::input::{Input, choice};
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "ascvd_pce",
    title: "Pooled Cohort Equations (ASCVD, 10 years)",
    synonyms: &["ASCVD", "PCE", "ASCVD risk estimator", "pooled cohort equations"],
    specialties: &["cardiology", "primary care", "preventive medicine"],
    purpose: "Risk of a first heart attack, stroke or death from either within 10 years.",
    population: "Adults from 40 to 79 years without atherosclerotic disease. Derived in Black and White people in the \
                 United States; overestimates in many later cohorts.",
    inputs: &[
        patient::SEX,
        Input::choice(
            "race",
            "Race, as the equations were derived",
            &[
                choice("white", "White").or(&["White", "caucasian"]),
                choice("black", "Black").or(&["Black", "african_american", "african american", "aa"]),
                choice("other", "Neither; the equations for White people are used").or(&["Other"]),
            ],
        )
        .help("These equations contain it; PREVENT does not.")
        .synonyms(&["race", "white", "black", "african american"]),
        patient::AGE.derived(40.0, 79.0),
        patient::TOTAL_CHOLESTEROL.derived(130.0, 320.0),
        patient::HDL_CHOLESTEROL.derived(20.0, 100.0),
        patient::SYSTOLIC.derived(90.0, 200.0),
        patient::BLOOD_PRESSURE_TREATED,
        patient::SMOKER,
        patient::DIABETES,
    ],
    outputs: &[decimal("risk10y_pct", "Risk within 10 years", "%")],
    bands: &[Bands {
        key: "band",
        of: "risk10y_pct",
        title: "Category (ACC/AHA 2019)",
        rows: &[
            below(5.0, "low", "Below 5 %: low."),
            below(7.5, "borderline", "5 to below 7.5 %: borderline."),
            below(20.0, "intermediate", "7.5 to below 20 %: intermediate."),
            above("high", "20 % and more: high."),
        ],
    }],
    formula: "Risk = 1 − S₀^exp(Σ − mean), Σ over ln age, ln total cholesterol, ln HDL, ln systolic (treated or not), \
              smoking and diabetes with their products with ln age, by sex and race.",
    rounding: "Computed in full, shown with four decimals; bands are read from the exact risk.",
    version: "2013",
    sources: &[
        paper("Goff DC et al., Circulation 2014;129:S49", 2014, "10.1161/01.cir.0000437741.48606.98"),
        paper(
            "Arnett DK et al., ACC/AHA guideline on primary prevention, Circulation 2019;140:e596",
            2019,
            "10.1161/CIR.0000000000000678",
        ),
    ],
    status: Status::PublishedExample,
    notes: &[],
    bounded: false,
    monotone: &[rises("sbp", "risk10y_pct"), rises("diabetes", "risk10y_pct")],
    example: Example {
        inputs: r#"{"sex":"male","race":"white","age":55,"total_chol":213,"hdl":50,"sbp":120,"bp_treated":false,
            "smoker":false,"diabetes":false}"#,
        expected: r#"{"risk10y_pct":5.38,"band":"borderline"}"#,
        origin: "published example of the 2013 report (5.3 %)",
    },
    compute,
};

/// The coefficients of one sex and race.
struct Model {
    ln_age: f64,
    ln_age_squared: f64,
    ln_total: f64,
    ln_age_total: f64,
    ln_hdl: f64,
    ln_age_hdl: f64,
    /// Of ln systolic and of its product with ln age, treated.
    treated: (f64, f64),
    /// The same, untreated.
    untreated: (f64, f64),
    smoker: f64,
    ln_age_smoker: f64,
    diabetes: f64,
    mean: f64,
    survival: f64,
}

const WHITE_WOMEN: Model = Model {
    ln_age: -29.799,
    ln_age_squared: 4.884,
    ln_total: 13.540,
    ln_age_total: -3.114,
    ln_hdl: -13.578,
    ln_age_hdl: 3.149,
    treated: (2.019, 0.0),
    untreated: (1.957, 0.0),
    smoker: 7.574,
    ln_age_smoker: -1.665,
    diabetes: 0.661,
    mean: -29.18,
    survival: 0.9665,
};
const BLACK_WOMEN: Model = Model {
    ln_age: 17.114,
    ln_age_squared: 0.0,
    ln_total: 0.940,
    ln_age_total: 0.0,
    ln_hdl: -18.920,
    ln_age_hdl: 4.475,
    treated: (29.291, -6.432),
    untreated: (27.820, -6.087),
    smoker: 0.691,
    ln_age_smoker: 0.0,
    diabetes: 0.874,
    mean: 86.61,
    survival: 0.9533,
};
const WHITE_MEN: Model = Model {
    ln_age: 12.344,
    ln_age_squared: 0.0,
    ln_total: 11.853,
    ln_age_total: -2.664,
    ln_hdl: -7.990,
    ln_age_hdl: 1.769,
    treated: (1.797, 0.0),
    untreated: (1.764, 0.0),
    smoker: 7.837,
    ln_age_smoker: -1.795,
    diabetes: 0.658,
    mean: 61.18,
    survival: 0.9144,
};
const BLACK_MEN: Model = Model {
    ln_age: 2.469,
    ln_age_squared: 0.0,
    ln_total: 0.302,
    ln_age_total: 0.0,
    ln_hdl: -0.307,
    ln_age_hdl: 0.0,
    treated: (1.916, 0.0),
    untreated: (1.809, 0.0),
    smoker: 0.549,
    ln_age_smoker: 0.0,
    diabetes: 0.645,
    mean: 19.54,
    survival: 0.8954,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let race = values.choice("race")?;
    let model = match (values.is("sex", "female")?, race == "black") {
        (true, true) => BLACK_WOMEN,
        (true, false) => WHITE_WOMEN,
        (false, true) => BLACK_MEN,
        (false, false) => WHITE_MEN,
    };
    let sum = sum(&model, values)?;
    let risk = 100.0 * (1.0 - model.survival.powf((sum - model.mean).exp()));
    Ok(Outcome::new()
        .number("risk10y_pct", risk)
        .working(format!("Σ = {sum:.4}, mean = {}, S₀ = {}", model.mean, model.survival))
        .working(format!("risk = 1 − S₀^exp(Σ − mean) = {risk:.2} %"))
        .note_if(
            race == "other",
            "The equations were not derived for this person; those for White people were used.",
        ))
}

fn sum(model: &Model, values: &Values) -> Result<f64, Refusal> {
    let ln = |name| values.number(name).map(f64::ln);
    let yes = |name| values.yes(name).map(f64::from);
    let age = ln("age")?;
    let (systolic, age_systolic) = if values.yes("bp_treated")? { model.treated } else { model.untreated };
    Ok(model.ln_age * age
        + model.ln_age_squared * age * age
        + (model.ln_total + model.ln_age_total * age) * ln("total_chol")?
        + (model.ln_hdl + model.ln_age_hdl * age) * ln("hdl")?
        + (systolic + age_systolic * age) * ln("sbp")?
        + (model.smoker + model.ln_age_smoker * age) * yes("smoker")?
        + model.diabetes * yes("diabetes")?)
}
