//! ORBIT: bleeding under anticoagulation, from five items.
//!
//! Anaemia counts two points by haemoglobin or by haematocrit, with limits that depend on sex.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "orbit_bleeding",
    title: "ORBIT bleeding score",
    synonyms: &["ORBIT", "bleeding risk in atrial fibrillation"],
    specialties: &["cardiology", "internal medicine"],
    purpose: "Risk of major bleeding in people with atrial fibrillation under anticoagulation.",
    population: "Adults with atrial fibrillation who take an oral anticoagulant.",
    inputs: &[
        patient::AGE.derived(18.0, 125.0).cuts(&[74.0]),
        patient::SEX,
        patient::HAEMOGLOBIN.named("hemoglobin_gdl").cuts(&[12.0, 13.0]),
        patient::HAEMATOCRIT.help("Counts as well as haemoglobin; may be left out.").optional(),
        Input::number("egfr", "Filtration rate (eGFR)", &measure::FILTRATION, "mL/min/1.73 m²")
            .synonyms(&["egfr", "gfr", "filtration rate"])
            .cuts(&[60.0]),
        Input::boolean("bleeding_history", "Earlier bleeding")
            .synonyms(&["bleeding history", "previous bleeding", "gi bleed"]),
        Input::boolean("antiplatelet", "Takes antiplatelets")
            .synonyms(&["aspirin", "clopidogrel", "antiplatelet"]),
    ],
    outputs: &[points("score", "ORBIT score")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Risk of major bleeding",
        rows: &[
            at_most(2.0, "low", "2.4 major bleeds per 100 patient-years."),
            at_most(3.0, "medium", "4.7 major bleeds per 100 patient-years."),
            above("high", "8.1 major bleeds per 100 patient-years."),
        ],
    }],
    formula: "Haemoglobin below 13 g/dL in men or 12 in women (or haematocrit below 40 or 36 %) 2, age above 74 1, earlier \
              bleeding 2, eGFR below 60 1, antiplatelets 1; 0 to 7.",
    rounding: "Age in completed years; whole points.",
    version: "2015",
    sources: &[paper("O'Brien EC et al., Eur Heart J 2015;36:3258", 2015, "10.1093/eurheartj/ehv476")],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[rises("age", "score"), falls("hemoglobin_gdl", "score"), falls("egfr", "score")],
    example: Example {
        inputs: r#"{"age":75,"sex":"male","hemoglobin_gdl":12.9,"egfr":60,"bleeding_history":false,"antiplatelet":false}"#,
        expected: r#"{"score":3,"band":"medium"}"#,
        origin: "worked by hand from the table of the 2015 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    let (haemoglobin, haematocrit) = if values.is("sex", "male")? { (13.0, 40.0) } else { (12.0, 36.0) };
    let anaemia = values.number("hemoglobin_gdl")? < haemoglobin
        || values.optional_number("hematocrit").is_some_and(|given| given < haematocrit);
    tally.when("hemoglobin_gdl", "or haematocrit below the limit for the sex", anaemia, 2.0);
    tally.when("age", "above 74", values.number("age")?.floor() > 74.0, 1.0);
    tally.flag("bleeding_history", 2.0)?;
    tally.when("egfr", "below 60", values.number("egfr")? < 60.0, 1.0);
    tally.flag("antiplatelet", 1.0)?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
