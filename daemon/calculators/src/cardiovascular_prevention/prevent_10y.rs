//! PREVENT base model: cardiovascular disease, atherosclerotic disease and heart failure within ten years.
//!
//! Three logistic models for each sex, without race, with the kidney in them. The three are separate predictions and
//! need not add up.

use crate::definition::{Calculator, Example, Status, decimal, falls, paper, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "prevent_10y",
    title: "PREVENT, 10 years",
    synonyms: &["PREVENT", "AHA PREVENT", "cardiovascular risk"],
    specialties: &["cardiology", "primary care", "preventive medicine", "nephrology"],
    purpose: "Risk of cardiovascular disease, of atherosclerotic disease and of heart failure within 10 years.",
    population: "Adults from 30 to 79 years without cardiovascular disease, in the United States.",
    inputs: &[
        patient::SEX,
        patient::AGE.derived(30.0, 79.0),
        patient::TOTAL_CHOLESTEROL.derived(130.0, 320.0),
        patient::HDL_CHOLESTEROL.derived(20.0, 100.0),
        patient::SYSTOLIC.derived(90.0, 200.0).cuts(&[110.0]),
        patient::BODY_MASS_INDEX.derived(18.5, 39.9).cuts(&[30.0]),
        Input::number("egfr", "Filtration rate (eGFR, CKD-EPI 2021)", &measure::FILTRATION, "mL/min/1.73 m²")
            .derived(15.0, 150.0)
            .synonyms(&["egfr", "gfr", "filtration rate"])
            .cuts(&[60.0]),
        patient::BLOOD_PRESSURE_TREATED,
        Input::boolean("statin", "Takes a statin")
            .synonyms(&["statin", "atorvastatin", "rosuvastatin", "simvastatin"]),
        patient::SMOKER,
        patient::DIABETES,
    ],
    outputs: &[
        decimal("cvd_pct", "Cardiovascular disease within 10 years", "%"),
        decimal("ascvd_pct", "Atherosclerotic disease within 10 years", "%"),
        decimal("hf_pct", "Heart failure within 10 years", "%"),
    ],
    bands: &[],
    formula: "Risk = 1/(1+e^−x); x is linear in age, non-HDL and HDL cholesterol, systolic pressure below and above 110, \
              body mass index below and above 30 (heart failure only), eGFR below and above 60, diabetes, smoking, \
              treatment, statin, and products of these, by sex and outcome.",
    rounding: "Computed in full, shown with four decimals.",
    version: "2023, base model",
    sources: &[paper("Khan SS et al., Circulation 2024;149:430", 2024, "10.1161/CIRCULATIONAHA.123.067626")],
    status: Status::PublishedExample,
    notes: &[
        "The base model, without albuminuria, HbA1c and deprivation. The three risks are separate and do not add up.",
    ],
    bounded: false,
    monotone: &[
        rises("diabetes", "cvd_pct"),
        rises("smoker", "cvd_pct"),
        falls("egfr", "cvd_pct"),
        falls("egfr", "ascvd_pct"),
        falls("egfr", "hf_pct"),
        rises("diabetes", "hf_pct"),
    ],
    example: Example {
        inputs: r#"{"sex":"female","age":50,"total_chol":200,"hdl":45,"sbp":160,"bmi":35,"egfr":90,"bp_treated":true,
            "statin":false,"smoker":false,"diabetes":true}"#,
        expected: r#"{"cvd_pct":14.68,"ascvd_pct":9.2,"hf_pct":8.06}"#,
        origin: "published example of the 2023 paper (14.7, 9.2 and 8.1 %)",
    },
    compute,
};

/// How many terms a model has; the last is the constant.
const TERMS: usize = 23;

/// Coefficients in the order of [`terms`].
struct Models {
    cvd: [f64; TERMS],
    ascvd: [f64; TERMS],
    heart_failure: [f64; TERMS],
}

#[rustfmt::skip]
const WOMEN: Models = Models {
    cvd: [
        0.793_932_9, 0.030_523_9, -0.160_685_7, -0.239_400_3, 0.360_078_1, 0.866_760_4, 0.536_073_9, 0.0, 0.0,
        0.604_591_7, 0.043_376_9, 0.315_167_2, -0.147_765_5, -0.066_361_2, 0.119_787_9, -0.081_971_5, 0.030_676_9,
        -0.094_634_8, -0.270_57, -0.078_715, 0.0, -0.163_780_6, -3.307_728,
    ],
    ascvd: [
        0.719_883, 0.117_696_7, -0.151_185, -0.083_535_8, 0.359_285_2, 0.834_858_5, 0.483_107_8, 0.0, 0.0,
        0.486_461_9, 0.039_777_9, 0.226_530_9, -0.059_237_4, -0.039_576_2, 0.084_442_3, -0.056_783_9, 0.032_569_2,
        -0.103_598_5, -0.241_754_2, -0.079_114_2, 0.0, -0.167_149_2, -3.819_975,
    ],
    heart_failure: [
        0.899_823_5, 0.0, 0.0, -0.455_977_1, 0.357_650_5, 1.038_346, 0.583_916, -0.007_229_4, 0.299_770_6,
        0.745_163_8, 0.055_708_7, 0.353_444_2, 0.0, -0.098_151_1, 0.0, 0.0, 0.0,
        -0.094_666_3, -0.358_104_1, -0.115_945_3, -0.003_878, -0.188_428_9, -4.310_409,
    ],
};

#[rustfmt::skip]
const MEN: Models = Models {
    cvd: [
        0.768_852_8, 0.073_617_4, -0.095_443_1, -0.434_734_5, 0.336_265_8, 0.769_285_7, 0.438_687_1, 0.0, 0.0,
        0.537_897_9, 0.016_482_7, 0.288_879, -0.133_734_9, -0.047_592_4, 0.150_273, -0.051_787_4, 0.019_116_9,
        -0.104_947_7, -0.225_194_8, -0.089_506_7, 0.0, -0.154_370_2, -3.031_168,
    ],
    ascvd: [
        0.709_984_7, 0.165_866_3, -0.114_428_5, -0.283_721_2, 0.323_997_7, 0.718_959_7, 0.395_697_3, 0.0, 0.0,
        0.369_007_5, 0.020_361_9, 0.203_652_2, -0.086_558_1, -0.032_291_6, 0.114_563, -0.030_000_5, 0.023_274_7,
        -0.092_702_4, -0.201_852_5, -0.097_052_7, 0.0, -0.121_708_1, -3.500_655,
    ],
    heart_failure: [
        0.897_264_2, 0.0, 0.0, -0.681_146_6, 0.363_446_1, 0.923_776, 0.502_373_6, -0.048_584_1, 0.372_692_9,
        0.692_691_7, 0.025_182_7, 0.298_092_2, 0.0, -0.049_773_1, 0.0, 0.0, 0.0,
        -0.128_920_1, -0.304_092_4, -0.140_168_8, 0.006_812_6, -0.179_777_8, -3.946_391,
    ],
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let terms = terms(values)?;
    let models = if values.is("sex", "female")? { &WOMEN } else { &MEN };
    let exponent =
        |model: &[f64; TERMS]| -> f64 { model.iter().zip(&terms).map(|(by, term)| by * term).sum() };
    let risk = |model| 100.0 / (1.0 + (-exponent(model)).exp());
    let working = |name: &str, model| {
        format!("{name}: x = {:.4}, 1/(1 + e^−x) = {:.2} %", exponent(model), risk(model))
    };
    Ok(Outcome::new()
        .number("cvd_pct", risk(&models.cvd))
        .number("ascvd_pct", risk(&models.ascvd))
        .number("hf_pct", risk(&models.heart_failure))
        .working(working("cardiovascular disease", &models.cvd))
        .working(working("atherosclerotic disease", &models.ascvd))
        .working(working("heart failure", &models.heart_failure)))
}

/// The centred and scaled predictors and their products; cholesterol in mmol/L.
fn terms(values: &Values) -> Result<[f64; TERMS], Refusal> {
    /// mmol/L of cholesterol in one mg/dL.
    const MILLIMOLES: f64 = 0.025_86;
    let yes = |name| values.yes(name).map(f64::from);
    let age = (values.number("age")? - 55.0) / 10.0;
    let (total, hdl) = (values.number("total_chol")?, values.number("hdl")?);
    let non_hdl = (total - hdl) * MILLIMOLES - 3.5;
    let hdl = (hdl * MILLIMOLES - 1.3) / 0.3;
    let systolic = values.number("sbp")?;
    let (low_systolic, high_systolic) =
        ((systolic.min(110.0) - 110.0) / 20.0, (systolic.max(110.0) - 130.0) / 20.0);
    let bmi = values.number("bmi")?;
    let (low_bmi, high_bmi) = ((bmi.min(30.0) - 25.0) / 5.0, (bmi.max(30.0) - 30.0) / 5.0);
    let egfr = values.number("egfr")?;
    let (low_egfr, high_egfr) = ((egfr.min(60.0) - 60.0) / -15.0, (egfr.max(60.0) - 90.0) / -15.0);
    let (diabetes, smoker) = (yes("diabetes")?, yes("smoker")?);
    let (treated, statin) = (yes("bp_treated")?, yes("statin")?);
    Ok([
        age,
        non_hdl,
        hdl,
        low_systolic,
        high_systolic,
        diabetes,
        smoker,
        low_bmi,
        high_bmi,
        low_egfr,
        high_egfr,
        treated,
        statin,
        high_systolic * treated,
        non_hdl * statin,
        age * non_hdl,
        age * hdl,
        age * high_systolic,
        age * diabetes,
        age * smoker,
        age * high_bmi,
        age * low_egfr,
        1.0,
    ])
}
