//! Charlson comorbidity index, plain and with age.
//!
//! Three pairs exclude each other: mild and severe liver disease, diabetes without and with organ damage, localised
//! and metastatic tumour; of each pair only the heavier one counts. Age adds one point per decade from 50.

use crate::bands::Bound;
use crate::definition::{Calculator, Example, Status, decimal, falls, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "charlson_age",
    title: "Charlson comorbidity index",
    synonyms: &["Charlson", "CCI", "comorbidity index"],
    specialties: &["internal medicine", "geriatrics", "oncology"],
    purpose: "Burden of comorbidity and its ten-year survival.",
    population: "Adults.",
    inputs: &[
        patient::AGE.cuts(&[50.0, 60.0, 70.0, 80.0]),
        Input::boolean("mi", "Myocardial infarction").synonyms(&["myocardial infarction"]),
        Input::boolean("chf", "Heart failure").synonyms(&["heart failure", "chf"]),
        Input::boolean("pvd", "Peripheral vascular disease")
            .synonyms(&["peripheral vascular disease", "pvd"]),
        Input::boolean("cva_tia", "Stroke or transient ischaemic attack").synonyms(&["stroke", "tia"]),
        Input::boolean("dementia", "Dementia").synonyms(&["dementia"]),
        Input::boolean("copd", "Chronic lung disease").synonyms(&["copd", "chronic lung disease"]),
        Input::boolean("ctd", "Connective tissue disease").synonyms(&["connective tissue disease"]),
        Input::boolean("pud", "Peptic ulcer disease").synonyms(&["peptic ulcer"]),
        Input::boolean("mild_liver", "Mild liver disease").synonyms(&["mild liver disease"]),
        Input::boolean("dm_uncomplicated", "Diabetes without complications").synonyms(&["diabetes"]),
        Input::boolean("hemiplegia", "Hemiplegia").synonyms(&["hemiplegia"]),
        Input::boolean("ckd", "Moderate to severe chronic kidney disease")
            .synonyms(&["ckd", "chronic kidney disease"]),
        Input::boolean("dm_end_organ", "Diabetes with end-organ damage")
            .synonyms(&["diabetic complications"]),
        Input::boolean("localized_tumor", "Localised solid tumour").synonyms(&["tumour", "tumor"]),
        Input::boolean("leukemia", "Leukaemia").synonyms(&["leukemia", "leukaemia"]),
        Input::boolean("lymphoma", "Lymphoma").synonyms(&["lymphoma"]),
        Input::boolean("mod_severe_liver", "Moderate to severe liver disease")
            .synonyms(&["cirrhosis", "severe liver disease"]),
        Input::boolean("metastatic", "Metastatic solid tumour").synonyms(&["metastatic", "metastases"]),
        Input::boolean("aids", "AIDS").synonyms(&["aids"]),
    ],
    outputs: &[
        points("score", "Charlson index"),
        points("age_adjusted", "Charlson index with age"),
        decimal("survival_10y", "Estimated ten-year survival", "%"),
    ],
    bands: &[],
    formula: "One point each: myocardial infarction, heart failure, peripheral vascular disease, stroke or \
                 TIA, dementia, chronic lung disease, connective tissue disease, peptic ulcer, mild liver \
                 disease, diabetes. Two: hemiplegia, chronic kidney disease, diabetes with organ damage, \
                 localised tumour, leukaemia, lymphoma. Three: moderate to severe liver disease. Six: metastatic \
                 tumour, AIDS. Age 50–59 1, 60–69 2, 70–79 3, 80 or more 4. Ten-year survival: 0.983^exp(0.9 · \
                 index with age).",
    rounding: "Whole points; survival four decimals.",
    version: "1987, age 1994",
    sources: &[
        paper("Charlson ME et al., J Chronic Dis 1987;40:373", 1987, "10.1016/0021-9681(87)90171-8"),
        paper("Charlson M et al., J Clin Epidemiol 1994;47:1245 (age)", 1994, "10.1016/0895-4356(94)90129-5"),
    ],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("age", "age_adjusted"),
        rises("aids", "score"),
        rises("mi", "score"),
        falls("age", "survival_10y"),
    ],
    example: Example {
        inputs: r#"{"age":62,"mi":false,"chf":false,"pvd":false,"cva_tia":true,"dementia":false,"copd":false,"ctd":false,"pud":false,"mild_liver":false,"dm_uncomplicated":false,"hemiplegia":false,"ckd":false,"dm_end_organ":true,"localized_tumor":false,"leukemia":true,"lymphoma":false,"mod_severe_liver":false,"metastatic":false,"aids":false}"#,
        expected: r#"{"score":5,"age_adjusted":7}"#,
        origin: "worked by hand from the tables of 1987 and 1994: 1 + 2 + 2, + 2 for age",
    },
    compute,
};

/// Mild and severe forms with their points; the severe form replaces the mild one.
const PAIRS: [(&str, f64, &str, f64); 3] = [
    ("mild_liver", 1.0, "mod_severe_liver", 3.0),
    ("dm_uncomplicated", 1.0, "dm_end_organ", 2.0),
    ("localized_tumor", 2.0, "metastatic", 6.0),
];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    use Bound::{Below, Open};
    let mut tally = Tally::new(values);
    tally.flags(&["mi", "chf", "pvd", "cva_tia", "dementia", "copd", "ctd", "pud"], 1.0)?;
    tally.flags(&["hemiplegia", "ckd", "leukemia", "lymphoma"], 2.0)?;
    tally.flag("aids", 6.0)?;
    for (mild, mild_points, severe, severe_points) in PAIRS {
        let counts = values.yes(mild)? && !values.yes(severe)?;
        tally.add(mild, values.title(mild), if counts { mild_points } else { 0.0 });
        tally.flag(severe, severe_points)?;
    }
    let score = tally.whole();
    tally.steps(
        "age",
        &[(Below(50.0), 0.0), (Below(60.0), 1.0), (Below(70.0), 2.0), (Below(80.0), 3.0), (Open, 4.0)],
    )?;
    let adjusted = tally.whole();
    Ok(Outcome::of(tally)
        .integer("score", score)
        .integer("age_adjusted", adjusted)
        .number("survival_10y", 100.0 * 0.983f64.powf((0.9 * adjusted as f64).exp())))
}
