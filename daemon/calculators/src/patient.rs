//! Inputs that many calculators ask for, with their labels, units and the words people use.
//!
//! A calculator narrows them (`derived`, `plausible`), names them as its form does (`named`) and adds its cuts. Sex is
//! the sex the formula was derived with; the help text says so.

use crate::input::{Choice, Input, choice, level};
use crate::measure;

/// Options of [`SEX`].
pub const SEXES: &[Choice] =
    &[choice("female", "Female").or(&["f", "F"]), choice("male", "Male").or(&["m", "M"])];

/// Age in years.
pub const AGE: Input =
    Input::number("age", "Age", &measure::AGE, "years").synonyms(&["age", "years old", "year old"]);
/// Sex as the formula knows it.
pub const SEX: Input = Input::choice("sex", "Sex", SEXES)
    .help("The sex the formula was derived with, male or female.")
    .synonyms(&["sex", "man", "woman", "male", "female"]);
/// Heart rate.
pub const HEART_RATE: Input = Input::number("heart_rate", "Heart rate", &measure::HEART_RATE, "/min")
    .synonyms(&["heart rate", "pulse", "hr", "bpm"]);
/// Breaths per minute.
pub const RESPIRATORY_RATE: Input =
    Input::number("resp_rate", "Respiratory rate", &measure::RESPIRATORY_RATE, "/min")
        .synonyms(&["respiratory rate", "breathing rate", "rr", "breaths"]);
/// Systolic blood pressure.
pub const SYSTOLIC: Input = Input::number("sbp", "Systolic blood pressure", &measure::BLOOD_PRESSURE, "mmHg")
    .plausible(20.0, 350.0)
    .synonyms(&["systolic", "systolic blood pressure", "sbp", "blood pressure", "bp"]);
/// Diastolic blood pressure.
pub const DIASTOLIC: Input =
    Input::number("dbp", "Diastolic blood pressure", &measure::BLOOD_PRESSURE, "mmHg")
        .plausible(10.0, 250.0)
        .synonyms(&["diastolic", "diastolic blood pressure", "dbp"]);
/// Temperature of the body.
pub const TEMPERATURE: Input = Input::number("temp_c", "Temperature", &measure::TEMPERATURE, "°C")
    .synonyms(&["temperature", "temp", "fever of"]);
/// Arterial or pulse oxygen saturation.
pub const SATURATION: Input = Input::number("sao2", "Oxygen saturation", &measure::SATURATION, "%")
    .synonyms(&["oxygen saturation", "saturation", "sao2", "spo2", "sats"]);
/// Glasgow Coma Scale.
pub const COMA_SCALE: Input = Input::integer("gcs", "Glasgow Coma Scale", 3, 15)
    .help("Eyes 1–4, speech 1–5, movement 1–6.")
    .synonyms(&["gcs", "glasgow coma scale", "coma scale"]);
/// Body weight.
pub const WEIGHT: Input =
    Input::number("weight_kg", "Weight", &measure::WEIGHT, "kg").synonyms(&["weight", "weighs"]);
/// Body height.
pub const HEIGHT: Input =
    Input::number("height_cm", "Height", &measure::LENGTH, "cm").synonyms(&["height", "tall"]);
/// Body mass index.
pub const BODY_MASS_INDEX: Input =
    Input::number("bmi", "Body mass index", &measure::BODY_MASS_INDEX, "kg/m²")
        .synonyms(&["bmi", "body mass index"]);
/// Creatinine, plain numbers in mg/dL.
pub const CREATININE: Input = Input::number("creatinine", "Creatinine", &measure::CREATININE, "mg/dL")
    .synonyms(&["creatinine", "serum creatinine", "cr"]);
/// Total bilirubin, plain numbers in mg/dL.
pub const BILIRUBIN: Input = Input::number("bilirubin", "Bilirubin, total", &measure::BILIRUBIN, "mg/dL")
    .synonyms(&["bilirubin", "total bilirubin", "bili"]);
/// Albumin, plain numbers in g/dL.
pub const ALBUMIN: Input =
    Input::number("albumin", "Albumin", &measure::ALBUMIN, "g/dL").synonyms(&["albumin", "serum albumin"]);
/// Sodium.
pub const SODIUM: Input =
    Input::number("sodium", "Sodium", &measure::SODIUM, "mmol/L").synonyms(&["sodium", "serum sodium", "na"]);
/// Platelets, thousands per microlitre.
pub const PLATELETS: Input = Input::number("platelets_k", "Platelets", &measure::CELLS, "10⁹/L")
    .synonyms(&["platelets", "platelet count", "plt"]);
/// White cells, thousands per microlitre.
pub const WHITE_CELLS: Input = Input::number("wbc_k", "White blood cells", &measure::CELLS, "10⁹/L")
    .plausible(0.0, 1000.0)
    .synonyms(&["white cells", "white blood cells", "white cell count", "wbc", "leukocytes"]);
/// Haemoglobin, plain numbers in g/dL.
pub const HAEMOGLOBIN: Input = Input::number("hemoglobin", "Haemoglobin", &measure::HAEMOGLOBIN, "g/dL")
    .synonyms(&["hemoglobin", "haemoglobin", "hb", "hgb"]);
/// Haematocrit in percent.
pub const HAEMATOCRIT: Input = Input::number("hematocrit", "Haematocrit", &measure::HAEMATOCRIT, "%")
    .synonyms(&["hematocrit", "haematocrit", "hct"]);
/// Urea nitrogen, plain numbers in mg/dL of nitrogen.
pub const UREA_NITROGEN: Input = Input::number("bun_mgdl", "Urea nitrogen (BUN)", &measure::UREA, "mg/dL")
    .synonyms(&["bun", "blood urea nitrogen", "urea nitrogen", "urea"]);
/// Glucose, plain numbers in mg/dL.
pub const GLUCOSE: Input = Input::number("glucose_mgdl", "Glucose", &measure::GLUCOSE, "mg/dL")
    .synonyms(&["glucose", "blood sugar", "blood glucose"]);
/// Total cholesterol, plain numbers in mg/dL.
pub const TOTAL_CHOLESTEROL: Input =
    Input::number("total_chol", "Total cholesterol", &measure::CHOLESTEROL, "mg/dL")
        .synonyms(&["total cholesterol", "cholesterol", "tc"]);
/// HDL cholesterol, plain numbers in mg/dL.
pub const HDL_CHOLESTEROL: Input = Input::number("hdl", "HDL cholesterol", &measure::CHOLESTEROL, "mg/dL")
    .synonyms(&["hdl", "hdl cholesterol"]);
/// Active malignancy, yes or no.
pub const CANCER: Input = Input::boolean("cancer", "Cancer")
    .help("Active, or a history of cancer.")
    .synonyms(&["cancer", "malignancy", "active cancer"]);
/// Heart failure, yes or no.
pub const HEART_FAILURE: Input = Input::boolean("chf", "Heart failure").synonyms(&[
    "heart failure",
    "chf",
    "congestive heart failure",
    "cardiac failure",
    "lv dysfunction",
    "hfref",
    "hfpef",
]);
/// Diabetes, yes or no.
pub const DIABETES: Input = Input::boolean("diabetes", "Diabetes").synonyms(&[
    "diabetes", "diabetic", "diabetes mellitus", "type 2 diabetes", "type 1 diabetes", "dm", "t2dm",
]);
/// Current smoking, yes or no.
pub const SMOKER: Input =
    Input::boolean("smoker", "Current smoker").synonyms(&["smoker", "smokes", "smoking"]);
/// Medicines against high blood pressure, yes or no.
pub const BLOOD_PRESSURE_TREATED: Input =
    Input::boolean("bp_treated", "Takes medicines for high blood pressure").synonyms(&[
        "treated hypertension",
        "blood pressure medication",
        "antihypertensive",
    ]);
/// Haemoptysis, yes or no.
pub const HAEMOPTYSIS: Input =
    Input::boolean("hemoptysis", "Haemoptysis").synonyms(&["hemoptysis", "haemoptysis", "coughing blood"]);
/// Earlier venous thromboembolism, yes or no.
pub const PREVIOUS_THROMBOEMBOLISM: Input =
    Input::boolean("previous_pe_dvt", "Earlier pulmonary embolism or deep vein thrombosis").synonyms(&[
        "previous pe",
        "previous dvt",
        "previous vte",
        "prior pe",
        "prior dvt",
        "prior vte",
        "history of pe",
        "history of dvt",
        "history of vte",
        "earlier pulmonary embolism",
        "previous pulmonary embolism",
        "prior pulmonary embolism",
        "previous deep vein thrombosis",
        "prior deep vein thrombosis",
    ]);
/// Altered mental status, yes or no.
pub const ALTERED_MENTAL_STATUS: Input = Input::boolean("altered_mental_status", "Altered mental status")
    .help("Disorientation, lethargy, stupor or coma that is new.")
    .synonyms(&["altered mental status", "confusion", "confused", "disoriented"]);
/// Arterial oxygen.
pub const ARTERIAL_OXYGEN: Input =
    Input::number("pao2", "Arterial oxygen (PaO₂)", &measure::GAS_PRESSURE, "mmHg")
        .synonyms(&["pao2", "po2"]);
/// Inspired oxygen.
pub const INSPIRED_OXYGEN: Input =
    Input::number("fio2", "Inspired oxygen (FiO₂)", &measure::INSPIRED_OXYGEN, "fraction")
        .help("As a fraction: 0.21 is room air.")
        .synonyms(&["fio2", "inspired oxygen"]);
/// Arterial pH.
pub const ARTERIAL_PH: Input =
    Input::number("ph", "Arterial pH", &measure::PH, "pH").synonyms(&["ph", "arterial ph"]);
/// Mean arterial pressure.
pub const MEAN_PRESSURE: Input =
    Input::number("map", "Mean arterial pressure", &measure::BLOOD_PRESSURE, "mmHg")
        .plausible(5.0, 300.0)
        .synonyms(&["map", "mean arterial pressure"]);
/// Killip class.
pub const KILLIP: Input = Input::grade(
    "killip",
    "Killip class",
    1,
    4,
    &[
        level(1, "I: no heart failure"),
        level(2, "II: rales, third heart sound or raised venous pressure"),
        level(3, "III: pulmonary oedema"),
        level(4, "IV: cardiogenic shock"),
    ],
)
.synonyms(&["killip", "killip class"]);
/// International normalised ratio.
pub const INR: Input = Input::number("inr", "INR", &measure::PLAIN, "1").plausible(0.5, 25.0).synonyms(&[
    "inr",
    "international normalized ratio",
    "international normalised ratio",
]);
/// Prothrombin time.
pub const PROTHROMBIN_TIME: Input =
    Input::number("pt_s", "Prothrombin time", &measure::chemistry::SECONDS, "s")
        .plausible(5.0, 300.0)
        .synonyms(&["prothrombin time", "pt"]);
/// Aspartate aminotransferase.
pub const AST: Input = Input::number("ast", "AST", &measure::chemistry::ENZYME, "U/L")
    .plausible(1.0, 50_000.0)
    .synonyms(&["ast", "sgot", "aspartate aminotransferase"]);
/// Alanine aminotransferase.
pub const ALT: Input = Input::number("alt", "ALT", &measure::chemistry::ENZYME, "U/L")
    .plausible(1.0, 50_000.0)
    .synonyms(&["alt", "sgpt", "alanine aminotransferase"]);
/// Lactate dehydrogenase.
pub const LDH: Input = Input::number("ldh", "Lactate dehydrogenase", &measure::chemistry::ENZYME, "U/L")
    .synonyms(&["ldh", "lactate dehydrogenase"]);
/// Cystatin C.
pub const CYSTATIN: Input = Input::number("cystatin_c", "Cystatin C", &measure::chemistry::CYSTATIN, "mg/L")
    .help("Standardised to the international reference material.")
    .synonyms(&["cystatin c", "cystatin"]);
