//! Morphine milligram equivalents per day by the CDC table of 2022.
//!
//! Factors changed in 2022 (hydromorphone 5, methadone 4.7 at any dose, tramadol 0.2). A fentanyl patch is entered
//! once in µg/h and counts 2.4 per µg/h. Buprenorphine is not converted: it is left out and the answer says so. The
//! sum describes risk; it is not a table for changing from one opioid to another.

use crate::bands::{Bands, above, below};
use crate::definition::{Calculator, Example, Status, decimal, paper};
use crate::input::{Input, choice};
use crate::measure;
use crate::measure::settled;
use crate::outcome::{Outcome, Tally};
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "mme",
    title: "Morphine milligram equivalents",
    synonyms: &["MME", "opioid conversion", "oral morphine equivalent", "OME"],
    specialties: &["pain medicine", "primary care", "clinical pharmacology"],
    purpose: "Total daily opioid dose as morphine.",
    population: "Adults with chronic pain. Not for converting between opioids, not for treatment of addiction.",
    inputs: &[Input::records("drugs", "Opioids", DRUG, MOST_DRUGS)
        .help("Each opioid with single dose and doses per day.")
        .synonyms(&["opioids", "drugs"])],
    outputs: &[decimal("mme_day", "Morphine equivalents", "mg/d")],
    bands: &[Bands {
        key: "flag",
        of: "mme_day",
        title: "Daily dose",
        rows: &[
            below(50.0, "<50", "Below 50 mg per day."),
            below(
                90.0,
                ">=50",
                "50 mg per day or more: overdose risk at least doubled against 20 mg or \
                 less in the guideline's evidence.",
            ),
            above(">=90", "90 mg per day or more: the 2016 guideline asked for a justification."),
        ],
    }],
    formula: "Sum of dose · doses per day · factor: codeine 0.15, fentanyl patch 2.4 per µg/h, hydrocodone 1, \
                 hydromorphone 5, methadone 4.7, morphine 1, oxycodone 1.5, oxymorphone 3, tapentadol 0.4, \
                 tramadol 0.2.",
    rounding: "Four decimals; the flag is read from these.",
    version: "CDC 2022",
    sources: &[paper(
        "Dowell D et al., CDC guideline 2022, MMWR Recomm Rep 2022;71(3):1",
        2022,
        "10.15585/mmwr.rr7103a1",
    )],
    status: Status::Unverified,
    notes: &[
        "Factors of 2016 differ (hydromorphone 4, methadone 4 to 12 by dose, tramadol 0.1).",
        "The sum must not be used to change from one opioid to another.",
    ],
    bounded: false,
    monotone: &[],
    example: Example {
        inputs: r#"{"drugs":[{"drug":"oxymorphone","dose":50,"times_per_day":1},{"drug":"hydromorphone","dose":30,"times_per_day":4}]}"#,
        expected: r#"{"mme_day":750.0,"flag":">=90"}"#,
        origin: "worked by hand from the CDC table: 150 + 600",
    },
    compute,
};

/// Most opioids in one list.
const MOST_DRUGS: usize = 20;

const DRUG: &[Input] = &[
    Input::choice(
        "drug",
        "Opioid",
        &[
            choice("codeine", "Codeine"),
            choice("fentanyl_patch", "Fentanyl patch (µg/h)")
                .or(&["fentanyl", "fentanyl_transdermal", "fentanyl_patch_mcg_h", "fentanyl_patch_ug_h"]),
            choice("hydrocodone", "Hydrocodone"),
            choice("hydromorphone", "Hydromorphone"),
            choice("methadone", "Methadone"),
            choice("morphine", "Morphine"),
            choice("oxycodone", "Oxycodone"),
            choice("oxymorphone", "Oxymorphone"),
            choice("tapentadol", "Tapentadol"),
            choice("tramadol", "Tramadol"),
            choice("buprenorphine", "Buprenorphine (not converted)"),
        ],
    )
    .synonyms(&["opioid"]),
    Input::number("dose", "Single dose", &measure::PLAIN, "1")
        .plausible(0.0, 10_000.0)
        .help("In mg; a fentanyl patch in µg/h.")
        .synonyms(&["dose"]),
    Input::number("times_per_day", "Doses per day", &measure::PLAIN, "1")
        .plausible(0.0, 48.0)
        .help("1 for a patch.")
        .synonyms(&["times a day", "times per day"]),
];

/// Factors of the 2022 table.
const FACTORS: [(&str, f64); 10] = [
    ("codeine", 0.15),
    ("fentanyl_patch", 2.4),
    ("hydrocodone", 1.0),
    ("hydromorphone", 5.0),
    ("methadone", 4.7),
    ("morphine", 1.0),
    ("oxycodone", 1.5),
    ("oxymorphone", 3.0),
    ("tapentadol", 0.4),
    ("tramadol", 0.2),
];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    let mut notes = Vec::new();
    for entry in values.records("drugs")? {
        let drug = entry.choice("drug")?;
        let (dose, times) = (entry.number("dose")?, entry.number("times_per_day")?);
        let Some((_, factor)) = FACTORS.iter().find(|(name, _)| *name == drug) else {
            notes.push("Buprenorphine is not converted by the table and is not in the sum.");
            continue;
        };
        if drug == "fentanyl_patch" && times > 1.0 {
            notes
                .push("A fentanyl patch is entered once, in µg/h; doses per day above 1 multiply the patch.");
        }
        tally.add("drugs", format!("{drug}: {dose} · {times} · {factor}"), settled(dose * times * factor));
    }
    let total = settled(tally.total());
    notes.sort_unstable();
    notes.dedup();
    Ok(notes.into_iter().fold(Outcome::of(tally).number("mme_day", total), Outcome::note))
}
