//! Centor score and McIsaac's version with age, for a sore throat.
//!
//! Fever here is a temperature above 38 °C now or reported, not "in the last 24 hours" as in FeverPAIN. McIsaac's points
//! for age begin at 3 years.

use crate::bands::{Bands, Bound, above, at_most};
use crate::definition::{Calculator, Example, Status, document, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "centor_mcisaac",
    title: "Centor and McIsaac scores",
    synonyms: &["Centor", "McIsaac", "modified Centor", "strep throat"],
    specialties: &["primary care", "infectious disease", "ear, nose and throat", "paediatrics"],
    purpose: "Probability of group A streptococci in a sore throat.",
    population: "Centor: adults; McIsaac: from 3 years. Sore throat of recent onset.",
    inputs: &[
        patient::AGE.derived(3.0, 125.0).cuts(&[3.0, 15.0, 45.0]),
        Input::boolean("tonsillar_exudate", "Tonsillar exudate or swelling")
            .synonyms(&["tonsillar exudate", "exudate", "pus on the tonsils", "swollen tonsils"]),
        Input::boolean("tender_anterior_nodes", "Tender anterior cervical nodes").synonyms(&[
            "tender nodes",
            "cervical lymph nodes",
            "swollen nodes",
            "tender anterior cervical nodes",
        ]),
        Input::boolean("fever_over_38", "Temperature above 38 °C")
            .synonyms(&["fever", "temperature above 38", "febrile"]),
        Input::boolean("cough_absent", "No cough")
            .synonyms(&["no cough", "without cough", "absence of cough"]),
    ],
    outputs: &[points("centor", "Centor score"), points("mcisaac", "McIsaac score")],
    bands: &[Bands {
        key: "band",
        of: "mcisaac",
        title: "Probability of group A streptococci, by the McIsaac score",
        rows: &[
            at_most(1.0, "low", "About 1 to 10 % had streptococci; the source sees no use in a test."),
            at_most(3.0, "intermediate", "About 11 to 35 % had streptococci; the source tests."),
            above("high", "About 51 to 53 % had streptococci; the source tests or goes by the score."),
        ],
    }],
    formula: "One point each: exudate, tender anterior nodes, temperature above 38 °C, no cough (Centor, 0 to 4); McIsaac \
              adds 1 from 3 to 14 years and takes 1 away from 45 years.",
    rounding: "Age in completed years; whole points.",
    version: "1981 (Centor), 1998 (McIsaac)",
    sources: &[
        document("McIsaac WJ et al., CMAJ 1998;158:75", 1998),
        paper("Centor RM et al., Med Decis Making 1981;1:239", 1981, "10.1177/0272989X8100100304"),
    ],
    status: Status::Verified,
    notes: &[],
    bounded: true,
    monotone: &[rises("cough_absent", "mcisaac"), rises("fever_over_38", "centor")],
    example: Example {
        inputs: r#"{"age":14,"tonsillar_exudate":true,"tender_anterior_nodes":false,"fever_over_38":true,"cough_absent":true}"#,
        expected: r#"{"centor":3,"mcisaac":4,"band":"high"}"#,
        origin: "worked by hand from the tables of both papers",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.flags(&["tonsillar_exudate", "tender_anterior_nodes", "fever_over_38", "cough_absent"], 1.0)?;
    let centor = tally.whole();
    tally.steps(
        "age",
        &[
            (Bound::Below(3.0), 0.0),
            (Bound::Below(15.0), 1.0),
            (Bound::Below(45.0), 0.0),
            (Bound::Open, -1.0),
        ],
    )?;
    let mcisaac = tally.whole();
    Ok(Outcome::of(tally).integer("centor", centor).integer("mcisaac", mcisaac))
}
