//! Wells score for pulmonary embolism.
//!
//! Points come in halves, and the two-tier reading turns between 4 and 4.5: exactly 4 is still "unlikely".

use crate::bands::{Bands, above, at_most, below};
use crate::definition::{Calculator, Example, Output, OutputKind, Status, paper, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "wells_pe",
    title: "Wells score for pulmonary embolism",
    synonyms: &[
        "Wells", "Wells score", "Wells criteria", "Wells PE", "Wells PE score", "Wells for PE",
        "Wells score for PE", "Wells criteria for PE", "Wells score PE", "PE probability",
    ],
    specialties: &["emergency medicine", "pulmonology", "haematology"],
    purpose: "Probability of pulmonary embolism before testing.",
    population: "Adults with suspected pulmonary embolism. Not derived in pregnancy.",
    inputs: &[
        Input::boolean("dvt_signs", "Signs of deep vein thrombosis")
            .help("At least leg swelling and pain on palpation of the deep veins.")
            .synonyms(&["signs of dvt", "dvt signs", "leg swelling", "swollen leg", "clinical dvt"]),
        Input::boolean("pe_most_likely", "Pulmonary embolism as likely as any alternative, or likelier")
            .synonyms(&[
                "pe most likely",
                "pe is most likely",
                "pe is the most likely diagnosis",
                "no alternative diagnosis",
                "no alternative diagnosis more likely",
                "pe as likely",
            ]),
        patient::HEART_RATE.cuts(&[100.0]),
        Input::boolean("immobilized_or_surgery_4wk", "Immobile 3 days or more, or surgery within 4 weeks")
            .synonyms(&[
                "immobilized", "immobilised", "immobile", "immobilization", "immobilisation",
                "recent surgery", "surgery", "bed rest",
            ]),
        patient::PREVIOUS_THROMBOEMBOLISM,
        patient::HAEMOPTYSIS,
        Input::boolean("malignancy", "Malignancy")
            .help("Treated within 6 months, or palliative.")
            .synonyms(&["malignancy", "cancer", "active cancer"]),
    ],
    outputs: &[Output { key: "score", title: "Wells score", unit: "points", kind: OutputKind::Decimal(1) }],
    bands: &[
        Bands {
            key: "two_level",
            of: "score",
            title: "Two-tier model",
            rows: &[
                at_most(4.0, "unlikely", "Pulmonary embolism unlikely."),
                above("likely", "Pulmonary embolism likely."),
            ],
        },
        Bands {
            key: "three_level",
            of: "score",
            title: "Three-tier model",
            rows: &[
                below(2.0, "low", "Low probability."),
                at_most(6.0, "moderate", "Moderate probability."),
                above("high", "High probability."),
            ],
        },
    ],
    formula: "Signs of thrombosis 3, embolism at least as likely 3, heart rate above 100 1.5, immobility or surgery 1.5, \
              earlier thrombosis 1.5, haemoptysis 1, malignancy 1; 0 to 12.5.",
    rounding: "Half points, nothing is rounded.",
    version: "2000",
    sources: &[paper("Wells PS et al., Thromb Haemost 2000;83:416", 2000, "10.1055/s-0037-1613830")],
    status: Status::Verified,
    notes: &[],
    bounded: true,
    monotone: &[rises("heart_rate", "score"), rises("dvt_signs", "score")],
    example: Example {
        inputs: r#"{"dvt_signs":true,"pe_most_likely":false,"heart_rate":101,"immobilized_or_surgery_4wk":false,
            "previous_pe_dvt":false,"hemoptysis":false,"malignancy":false}"#,
        expected: r#"{"score":4.5,"two_level":"likely","three_level":"moderate"}"#,
        origin: "worked by hand from the table of the 2000 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.flags(&["dvt_signs", "pe_most_likely"], 3.0)?;
    tally.when("heart_rate", "above 100 /min", values.number("heart_rate")? > 100.0, 1.5);
    tally.flags(&["immobilized_or_surgery_4wk", "previous_pe_dvt"], 1.5)?;
    tally.flags(&["hemoptysis", "malignancy"], 1.0)?;
    let score = tally.total();
    Ok(Outcome::of(tally).number("score", score))
}
