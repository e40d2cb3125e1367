//! Khorana score: thromboembolism during chemotherapy.
//!
//! Counted from the blood count before chemotherapy begins; the site of the tumour decides most of it.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::{Input, choice};
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "khorana",
    title: "Khorana score",
    synonyms: &["VTE risk in cancer", "chemotherapy-associated thrombosis"],
    specialties: &["oncology", "haematology"],
    purpose: "Risk of venous thromboembolism in people with cancer who begin chemotherapy.",
    population: "Adult outpatients with a solid tumour or lymphoma, before a new course of chemotherapy. Not for brain \
                 tumours or myeloma.",
    inputs: &[
        Input::choice(
            "site_risk",
            "Site of the cancer",
            &[
                choice("very_high", "Stomach or pancreas"),
                choice("high", "Lung, lymphoma, gynaecological, bladder or testicular"),
                choice("other", "Any other"),
            ],
        )
        .synonyms(&["stomach", "pancreas", "lung", "lymphoma", "ovarian", "bladder", "testicular"]),
        patient::PLATELETS.help("Before chemotherapy.").cuts(&[350.0]),
        patient::HAEMOGLOBIN.help("Before chemotherapy.").cuts(&[10.0]),
        Input::boolean("esa", "Takes an erythropoiesis-stimulating agent")
            .synonyms(&["erythropoietin", "epo", "esa", "darbepoetin"]),
        patient::WHITE_CELLS.help("Before chemotherapy.").cuts(&[11.0]),
        patient::BODY_MASS_INDEX.cuts(&[35.0]),
    ],
    outputs: &[points("score", "Khorana score")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Risk over 2.5 months",
        rows: &[
            at_most(0.0, "low", "0.3 to 0.8 % had a symptomatic thromboembolism in 2.5 months."),
            at_most(2.0, "intermediate", "1.8 to 2.0 % had a symptomatic thromboembolism in 2.5 months."),
            above("high", "6.7 to 7.1 % had a symptomatic thromboembolism in 2.5 months."),
        ],
    }],
    formula: "Stomach or pancreas 2, lung, lymphoma, gynaecological, bladder or testicular 1; platelets 350 or more 1; \
              haemoglobin below 10 g/dL or erythropoiesis-stimulating agent 1; white cells above 11 1; body mass index 35 \
              or more 1; 0 to 6.",
    rounding: "Whole points, nothing is rounded.",
    version: "2008",
    sources: &[paper("Khorana AA et al., Blood 2008;111:4902", 2008, "10.1182/blood-2007-10-116327")],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("platelets_k", "score"),
        falls("hemoglobin", "score"),
        rises("wbc_k", "score"),
        rises("bmi", "score"),
    ],
    example: Example {
        inputs: r#"{"site_risk":"high","platelets_k":350,"hemoglobin":{"value":99,"unit":"g/L"},"esa":false,"wbc_k":11,
            "bmi":22}"#,
        expected: r#"{"score":3,"band":"high"}"#,
        origin: "worked by hand from the table of the 2008 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    let site = match values.choice("site_risk")? {
        "very_high" => 2.0,
        "high" => 1.0,
        _ => 0.0,
    };
    tally.add("site_risk", values.title("site_risk"), site);
    tally.when("platelets_k", "350 ×10⁹/L or more", values.number("platelets_k")? >= 350.0, 1.0);
    let anaemia = values.number("hemoglobin")? < 10.0 || values.yes("esa")?;
    tally.when("hemoglobin", "below 10 g/dL, or an erythropoiesis-stimulating agent", anaemia, 1.0);
    tally.when("wbc_k", "above 11 ×10⁹/L", values.number("wbc_k")? > 11.0, 1.0);
    tally.when("bmi", "35 kg/m² or more", values.number("bmi")? >= 35.0, 1.0);
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
