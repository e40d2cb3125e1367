//! Wells score for deep vein thrombosis, with the item for an earlier thrombosis added in 2003.
//!
//! The bedside probability before a D-dimer or an ultrasound; it does not diagnose. Two readings are given because
//! both are in use: two levels (2003) and three levels (1997).

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "wells_dvt",
    title: "Wells score for deep vein thrombosis",
    synonyms: &[
        "Wells", "Wells score", "Wells criteria", "Wells DVT", "Wells DVT score", "Wells for DVT",
        "Wells score for DVT", "Wells criteria for DVT", "Wells score DVT", "DVT probability",
    ],
    specialties: &["emergency medicine", "haematology", "vascular medicine", "primary care"],
    purpose: "Probability of deep vein thrombosis of the leg before testing.",
    population: "Adult outpatients with symptoms of a first or recurrent deep vein thrombosis of the leg. Not derived in \
                 inpatients, in pregnancy or for the arm.",
    inputs: &[
        Input::boolean("active_cancer", "Active cancer")
            .help("Treated within 6 months, or palliative.")
            .synonyms(&["active cancer", "cancer", "malignancy", "chemotherapy"]),
        Input::boolean("paralysis_or_cast", "Paralysis, paresis or recent plaster cast of the leg")
            .synonyms(&["paralysis", "paresis", "plaster cast", "leg cast"]),
        Input::boolean(
            "bedridden_3d_or_surgery_12wk",
            "Bedridden 3 days or more, or major surgery within 12 weeks",
        )
        .synonyms(&["bedridden", "major surgery", "recent surgery", "immobilised"]),
        Input::boolean("deep_vein_tenderness", "Tenderness along the deep veins").synonyms(&[
            "tenderness along the deep veins",
            "deep vein tenderness",
            "calf tenderness",
        ]),
        Input::boolean("entire_leg_swollen", "Entire leg swollen")
            .synonyms(&["entire leg swollen", "whole leg swollen"]),
        Input::boolean("calf_swelling_3cm", "Calf at least 3 cm larger than the other")
            .help("Measured 10 cm below the tibial tuberosity.")
            .synonyms(&["calf swelling", "calf larger", "calf circumference"]),
        Input::boolean("pitting_edema", "Pitting oedema only in the symptomatic leg")
            .synonyms(&["pitting edema", "pitting oedema"]),
        Input::boolean("collateral_veins", "Collateral superficial veins, not varicose")
            .synonyms(&["collateral veins", "collateral superficial veins"]),
        Input::boolean("previous_dvt", "Earlier documented deep vein thrombosis")
            .synonyms(&["previous dvt", "prior dvt", "history of dvt"]),
        Input::boolean("alternative_dx_as_likely", "Another diagnosis at least as likely")
            .synonyms(&["alternative diagnosis", "another diagnosis as likely"]),
    ],
    outputs: &[points("score", "Wells score")],
    bands: &[
        Bands {
            key: "two_level",
            of: "score",
            title: "Two-level model (2003)",
            rows: &[
                at_most(
                    1.0,
                    "unlikely",
                    "Deep vein thrombosis unlikely; about 6 % had one in the derivation.",
                ),
                above("likely", "Deep vein thrombosis likely; about 28 % had one in the derivation."),
            ],
        },
        Bands {
            key: "three_level",
            of: "score",
            title: "Three-level model (1997)",
            rows: &[
                at_most(0.0, "low", "About 5 % had a deep vein thrombosis."),
                at_most(2.0, "moderate", "About 17 % had a deep vein thrombosis."),
                above("high", "About 53 % had a deep vein thrombosis."),
            ],
        },
    ],
    formula: "One point for each of nine findings, minus 2 if another diagnosis is at least as likely; −2 to 9.",
    rounding: "Whole points, nothing is rounded.",
    version: "2003, with earlier thrombosis as an item",
    sources: &[
        paper("Wells PS et al., N Engl J Med 2003;349:1227", 2003, "10.1056/NEJMoa023153"),
        paper("Wells PS et al., Lancet 1997;350:1795", 1997, "10.1016/S0140-6736(97)08140-3"),
    ],
    status: Status::Verified,
    notes: &[],
    bounded: true,
    monotone: &[rises("active_cancer", "score")],
    example: Example {
        inputs: r#"{"active_cancer":true,"paralysis_or_cast":false,"bedridden_3d_or_surgery_12wk":false,
            "deep_vein_tenderness":true,"entire_leg_swollen":false,"calf_swelling_3cm":true,"pitting_edema":true,
            "collateral_veins":false,"previous_dvt":false,"alternative_dx_as_likely":true}"#,
        expected: r#"{"score":2,"two_level":"likely","three_level":"moderate"}"#,
        origin: "worked by hand from the table of the 2003 paper",
    },
    compute,
};

const FINDINGS: [&str; 9] = [
    "active_cancer",
    "paralysis_or_cast",
    "bedridden_3d_or_surgery_12wk",
    "deep_vein_tenderness",
    "entire_leg_swollen",
    "calf_swelling_3cm",
    "pitting_edema",
    "collateral_veins",
    "previous_dvt",
];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.flags(&FINDINGS, 1.0)?;
    tally.flag("alternative_dx_as_likely", -2.0)?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
