//! What published tables state for a drug at a given kidney function.
//!
//! A thin calculator over the dosing tables: the drug and a creatinine clearance (for some drugs an eGFR) give one
//! line per indication and region, each with its band, source and verification status. Nothing is derived or
//! interpolated, and a clearance is never used where the source asks for an eGFR.

use crate::definition::{Calculator, Example, Status, boolean, document, text};
use crate::dosing::{Drug, Function, Measure};
use crate::input::{Choice, Input, choice};
use crate::measure;
use crate::outcome::Outcome;
use crate::pharmacology::dosing_lines::{known, listed};
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "renal_dosing",
    title: "Renal dosing",
    synonyms: &["renal dose adjustment", "kidney dosing", "dose in renal impairment"],
    specialties: &["clinical pharmacology", "nephrology", "internal medicine"],
    purpose: "What the label states for a drug at this kidney function.",
    population: "Adults with stable kidney function. Labels change: the current label decides.",
    inputs: &[
        Input::choice("drug", "Drug", RENAL_DRUGS).synonyms(&["drug", "medicine"]),
        Input::number(
            "crcl",
            "Creatinine clearance (Cockcroft-Gault)",
            &measure::chemistry::CLEARANCE,
            "mL/min",
        )
        .optional()
        .help("Needed for most drugs; labels are written against Cockcroft-Gault.")
        .synonyms(&["creatinine clearance", "crcl"]),
        Input::number("egfr", "eGFR", &measure::FILTRATION, "mL/min/1.73 m²")
            .optional()
            .help("Needed for drugs whose source uses eGFR, for example metformin.")
            .synonyms(&["egfr", "gfr"]),
        Input::boolean("dialysis", "On haemodialysis")
            .optional()
            .help("Adds what the source states for dialysis.")
            .synonyms(&["dialysis", "haemodialysis", "hemodialysis"]),
    ],
    outputs: &[
        text("stated", "What the sources state"),
        boolean("unverified", "Some of it rests on a single source"),
    ],
    bands: &[],
    formula: "Lookup in the tables under data/dosing; bands are compared, nothing is computed.",
    rounding: "Nothing is rounded; a value on a limit belongs to the row that the source prints.",
    version: "tables of 2026-11",
    sources: &[document("Product labels and guidelines named with each line", 2026)],
    status: Status::Unverified,
    notes: &[
        "Repeats what the named sources state; lines marked unverified rest on a single source and were \
            not compared with the current label.",
    ],
    bounded: false,
    monotone: &[],
    example: Example {
        inputs: r#"{"drug":"dabigatran","crcl":30}"#,
        expected: r#"{"unverified":true}"#,
        origin: "read from the tables: 75 mg twice daily at exactly 30 mL/min (US), 150 mg at 30 (EU)",
    },
    compute,
};

const RENAL_DRUGS: &[Choice] = &[
    choice("acyclovir", "Acyclovir").or(&["Zovirax", "aciclovir"]),
    choice("allopurinol", "Allopurinol").or(&["Zyloprim"]),
    choice("amoxicillin-clavulanate", "Amoxicillin-clavulanate").or(&["Augmentin"]),
    choice("apixaban", "Apixaban").or(&["Eliquis"]),
    choice("cefepime", "Cefepime").or(&["Maxipime"]),
    choice("ciprofloxacin", "Ciprofloxacin").or(&["Cipro"]),
    choice("colchicine", "Colchicine").or(&["Colcrys"]),
    choice("dabigatran", "Dabigatran").or(&["Pradaxa"]),
    choice("digoxin", "Digoxin").or(&["Lanoxin"]),
    choice("duloxetine", "Duloxetine").or(&["Cymbalta"]),
    choice("edoxaban", "Edoxaban").or(&["Savaysa", "Lixiana"]),
    choice("enoxaparin", "Enoxaparin").or(&["Lovenox", "Clexane"]),
    choice("ertapenem", "Ertapenem").or(&["Invanz"]),
    choice("famotidine", "Famotidine").or(&["Pepcid"]),
    choice("fluconazole", "Fluconazole").or(&["Diflucan"]),
    choice("fondaparinux", "Fondaparinux").or(&["Arixtra"]),
    choice("gabapentin", "Gabapentin").or(&["Neurontin"]),
    choice("gentamicin", "Gentamicin").or(&["aminoglycosides", "tobramycin", "amikacin"]),
    choice("levetiracetam", "Levetiracetam").or(&["Keppra"]),
    choice("levofloxacin", "Levofloxacin").or(&["Levaquin"]),
    choice("lithium", "Lithium").or(&["Priadel"]),
    choice("memantine", "Memantine").or(&["Namenda"]),
    choice("meropenem", "Meropenem").or(&["Merrem"]),
    choice("metformin", "Metformin").or(&["Glucophage"]),
    choice("nitrofurantoin", "Nitrofurantoin").or(&["Macrobid"]),
    choice("oseltamivir", "Oseltamivir").or(&["Tamiflu"]),
    choice("piperacillin-tazobactam", "Piperacillin-tazobactam").or(&["Zosyn", "Tazocin"]),
    choice("pregabalin", "Pregabalin").or(&["Lyrica"]),
    choice("rivaroxaban", "Rivaroxaban").or(&["Xarelto"]),
    choice("sildenafil", "Sildenafil").or(&["Viagra"]),
    choice("sitagliptin", "Sitagliptin").or(&["Januvia"]),
    choice("spironolactone", "Spironolactone").or(&["Aldactone"]),
    choice("tramadol", "Tramadol").or(&["Ultram"]),
    choice("trimethoprim-sulfamethoxazole", "Trimethoprim-sulfamethoxazole")
        .or(&["Bactrim", "co-trimoxazole"]),
    choice("valacyclovir", "Valacyclovir").or(&["Valtrex", "valaciclovir"]),
    choice("vancomycin", "Vancomycin"),
    choice("voriconazole", "Voriconazole").or(&["Vfend"]),
    choice("zoledronic acid", "Zoledronic acid").or(&["Reclast", "Aclasta"]),
];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let drug = known(values.choice("drug")?)?;
    let function = Function {
        crcl: values.optional_number("crcl"),
        egfr: values.optional_number("egfr"),
        child_pugh: None,
    };
    let rows = drug.look_up(&function, None);
    if rows.is_empty() {
        return Err(lacking(drug));
    }
    let dialysis = values.yes("dialysis").unwrap_or(false);
    let skipped = drug.tables_by(&[Measure::Crcl, Measure::Egfr]).count() - rows.len();
    let outcome = listed(&rows, dialysis);
    Ok(outcome.note_if(
        skipped > 0,
        "Some tables of this drug are drawn against the other measure and are not shown.",
    ))
}

/// Which measure the drug's tables ask for.
fn lacking(drug: &Drug) -> Refusal {
    if drug.tables_by(&[Measure::Crcl]).next().is_some() {
        Refusal::missing("crcl", "Creatinine clearance (mL/min) is missing.")
    } else {
        Refusal::missing("egfr", "eGFR (mL/min/1.73 m²) is missing: the source of this drug uses it.")
    }
}
