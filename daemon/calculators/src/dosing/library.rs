//! All dosing tables together, embedded in the program and checked before the first answer.
//!
//! The library is read once. If any table fails its checks, every lookup fails with the reason: a partly loaded library
//! could answer from the wrong row.

use std::collections::HashSet;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::{Band, ChildPughClass, DosingError, Measure, Table};

const FILES: [(&str, &str); 4] = [
    ("anticoagulants.json", include_str!("../../data/dosing/anticoagulants.json")),
    ("antimicrobials.json", include_str!("../../data/dosing/antimicrobials.json")),
    ("metabolic_and_other.json", include_str!("../../data/dosing/metabolic_and_other.json")),
    ("nervous_system.json", include_str!("../../data/dosing/nervous_system.json")),
];

/// What is known about a patient's kidneys and liver. A table whose measure is not known gives no row.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Function {
    /// Creatinine clearance by Cockcroft-Gault, mL/min.
    pub crcl: Option<f64>,
    /// Estimated glomerular filtration rate, mL/min/1.73 m².
    pub egfr: Option<f64>,
    /// Child-Pugh class.
    pub child_pugh: Option<ChildPughClass>,
}

/// The row of a table that a patient falls into.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Row<'a> {
    /// The table, with its source and status.
    pub table: &'a Table,
    /// The row.
    pub band: &'a Band,
}

/// One drug with its tables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drug {
    /// Generic name, lower case.
    pub drug: String,
    /// Trade names and other spellings.
    pub brands: Vec<String>,
    /// Drug class.
    pub class: String,
    /// Its tables, by indication and region.
    pub tables: Vec<Table>,
}

impl Drug {
    /// Whether the drug goes by this name, whatever the case.
    pub fn is_called(&self, name: &str) -> bool {
        let name = name.trim().to_lowercase();
        self.drug == name || self.brands.iter().any(|brand| brand.to_lowercase() == name)
    }

    /// The rows for this function, of every table or of those whose indication contains a text.
    pub fn look_up(&self, function: &Function, indication: Option<&str>) -> Vec<Row<'_>> {
        let wanted = indication.map(str::to_lowercase);
        let meant = |table: &&Table| {
            wanted.as_ref().is_none_or(|text| table.indication.to_lowercase().contains(text.as_str()))
        };
        let row = |table| {
            let band = band(table, function)?;
            Some(Row { table, band })
        };
        self.tables.iter().filter(meant).filter_map(row).collect()
    }

    /// The tables drawn against one of the given measures.
    pub fn tables_by<'a>(&'a self, measures: &'a [Measure]) -> impl Iterator<Item = &'a Table> {
        self.tables.iter().filter(|table| measures.contains(&table.measure))
    }
}

/// Every drug for which a table is held, by generic name.
#[derive(Debug, Clone, PartialEq)]
pub struct Library {
    drugs: Vec<Drug>,
}

impl Library {
    /// Every drug in alphabetical order.
    pub fn drugs(&self) -> &[Drug] {
        &self.drugs
    }

    /// The drug of that generic or trade name.
    pub fn find(&self, name: &str) -> Option<&Drug> {
        self.drugs.iter().find(|drug| drug.is_called(name))
    }

    fn load(files: &[(&'static str, &str)]) -> Result<Self, DosingError> {
        let mut drugs: Vec<Drug> = Vec::new();
        for &(file, text) in files {
            let entries: Vec<Drug> =
                serde_json::from_str(text).map_err(|source| DosingError::Unreadable { file, source })?;
            drugs.extend(entries);
        }
        drugs.sort_by(|one, other| one.drug.cmp(&other.drug));
        check(&drugs)?;
        Ok(Self { drugs })
    }
}

fn band<'a>(table: &'a Table, function: &Function) -> Option<&'a Band> {
    match table.measure {
        Measure::Crcl => table.band_for(function.crcl?),
        Measure::Egfr => table.band_for(function.egfr?),
        Measure::ChildPugh => table.band_for_class(function.child_pugh?),
    }
}

/// The checked library.
///
/// # Errors
/// When an embedded file cannot be read or a table fails its checks; then no table can be used.
pub fn library() -> Result<&'static Library, &'static DosingError> {
    static LIBRARY: OnceLock<Result<Library, DosingError>> = OnceLock::new();
    LIBRARY.get_or_init(|| Library::load(&FILES)).as_ref()
}

fn check(drugs: &[Drug]) -> Result<(), DosingError> {
    let mut names = HashSet::new();
    for drug in drugs {
        for name in std::iter::once(&drug.drug).chain(&drug.brands) {
            if !names.insert(name.to_lowercase()) {
                return Err(DosingError::NamedTwice(name.clone()));
            }
        }
        for table in &drug.tables {
            table.check().map_err(|fault| DosingError::Invalid {
                drug: drug.drug.clone(),
                indication: table.indication.clone(),
                fault,
            })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dosing::{ChildPughClass, Verification};

    #[test]
    fn every_embedded_table_passes_its_checks() {
        let library = library().expect("the embedded tables are sound");
        assert!(library.drugs().len() >= 41);
        assert!(
            library
                .drugs()
                .iter()
                .all(|drug| !drug.tables.is_empty() && drug.drug == drug.drug.to_lowercase())
        );
    }

    #[test]
    fn a_name_used_twice_or_a_broken_file_stops_the_library() {
        let twice = r#"[{"drug":"a","brands":["A"],"class":"c","tables":[]}]"#;
        assert!(matches!(Library::load(&[("x", twice)]), Err(DosingError::NamedTwice(_))));
        assert!(matches!(Library::load(&[("x", "[{")]), Err(DosingError::Unreadable { file: "x", .. })));
    }

    /// Dose rows on both sides of limits, from the label named in the table's source.
    #[test]
    fn values_on_a_limit_fall_into_the_row_the_label_prints() {
        let cases = [
            ("rivaroxaban", "stroke", "US", 50.0, "15 mg"),
            ("rivaroxaban", "stroke", "US", 50.1, "20 mg"),
            ("rivaroxaban", "stroke", "EU", 50.0, "20 mg"),
            ("rivaroxaban", "stroke", "EU", 14.9, "not recommended"),
            ("dabigatran", "stroke", "US", 30.0, "75 mg"),
            ("dabigatran", "stroke", "US", 30.1, "150 mg"),
            ("dabigatran", "stroke", "EU", 29.9, "contraindicated"),
            ("edoxaban", "stroke", "US", 95.0, "60 mg"),
            ("edoxaban", "stroke", "US", 95.1, "should not"),
            ("edoxaban", "stroke", "US", 50.0, "30 mg"),
            ("enoxaparin", "treatment", "US", 30.0, "1 mg/kg subcutaneously every 12"),
            ("enoxaparin", "treatment", "US", 29.9, "1 mg/kg subcutaneously once daily"),
            ("levofloxacin", "infections dosed 750", "US", 50.0, "750 mg every 24"),
            ("levofloxacin", "infections dosed 750", "US", 49.9, "750 mg every 48"),
            ("meropenem", "adults", "US", 50.0, "recommended dose every 12"),
            ("meropenem", "adults", "US", 25.0, "half the recommended dose every 12"),
            ("meropenem", "adults", "US", 9.9, "half the recommended dose every 24"),
            ("piperacillin-tazobactam", "all", "US", 40.0, "2.25 g every 6"),
            ("cefepime", "usual regimen 2 g every 8", "US", 60.0, "2 g every 12"),
            ("cefepime", "usual regimen 2 g every 8", "US", 60.1, "2 g every 8"),
            ("metformin", "type 2", "US", 45.0, "usual dose"),
            ("metformin", "type 2", "US", 44.9, "starting is not"),
            ("metformin", "type 2", "US", 29.9, "contraindicated"),
            ("gabapentin", "adults", "US", 59.9, "400 to 1400"),
            ("valacyclovir", "herpes zoster", "US", 30.0, "1 g every 12"),
            ("acyclovir", "herpes zoster", "US", 25.0, "800 mg every 8"),
        ];
        for (drug, indication, region, value, dose) in cases {
            let tables = &library().expect("sound").find(drug).expect(drug).tables;
            let table = tables.iter().find(|t| t.indication.starts_with(indication) && t.region == region);
            let band = table.expect(drug).band_for(value).expect("bands cover every value");
            assert!(band.dose.starts_with(dose), "{drug} {value}: {}", band.dose);
        }
    }

    #[test]
    fn every_value_from_zero_up_is_in_exactly_one_row() {
        for drug in library().expect("sound").drugs() {
            for table in drug.tables_by(&[Measure::Crcl, Measure::Egfr]) {
                for tenth in 0..=2500 {
                    let value = f64::from(tenth) / 10.0;
                    let rows = table.bands.iter().filter(|band| band.holds(value)).count();
                    assert_eq!(rows, 1, "{} {} {value}", drug.drug, table.indication);
                }
                assert!(table.band_for(-0.1).is_none() && table.band_for(f64::NAN).is_none());
            }
        }
    }

    #[test]
    fn liver_tables_answer_every_class_and_trade_names_find_their_drug() {
        let library = library().expect("sound");
        let ondansetron = library.find("ZOFRAN").expect("known by its trade name");
        let liver = ondansetron.tables_by(&[Measure::ChildPugh]).next().expect("has a liver table");
        assert!(liver.band_for_class(ChildPughClass::B).expect("row").dose.contains("no adjustment"));
        assert!(liver.band_for_class(ChildPughClass::C).expect("row").dose.contains("8 mg"));
        assert!(liver.band_for(30.0).is_none());
    }

    #[test]
    fn entries_that_rest_on_one_source_say_so() {
        let library = library().expect("sound");
        let tables = || library.drugs().iter().flat_map(|drug| &drug.tables);
        assert!(tables().any(|table| table.verification == Verification::Unverified));
        assert!(tables().any(|table| table.second_source.is_some()));
    }
}
