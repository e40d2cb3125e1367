//! How rows of the dosing tables become an answer: one line each, with band, source and status.
//!
//! Shared by the renal and the hepatic lookup so that both say the same things in the same order.

use crate::dosing::{self, Drug, Row, Verification};
use crate::outcome::Outcome;
use crate::refusal::Refusal;

/// The drug of that name; a refusal if the tables cannot be used.
pub(super) fn known(name: &str) -> Result<&'static Drug, Refusal> {
    let library = dosing::library()
        .map_err(|error| Refusal::unusable("drug", format!("The dosing tables cannot be used: {error}.")))?;
    library.find(name).ok_or_else(|| Refusal::unusable("drug", "There is no dosing table for this drug."))
}

/// The rows as result, working and notes.
pub(super) fn listed(rows: &[Row<'_>], dialysis: bool) -> Outcome {
    let stated: Vec<String> = rows.iter().map(|row| line(row, dialysis)).collect();
    let unverified = rows.iter().any(|row| row.table.verification == Verification::Unverified);
    let mut outcome = Outcome::new().text("stated", stated.join("\n")).boolean("unverified", unverified);
    for row in rows {
        let second = row.table.second_source.as_deref();
        let second = second.map(|text| format!(" Second source: {text}.")).unwrap_or_default();
        outcome = outcome.working(format!(
            "{} ({}): {}, entered {}, {}.{second}",
            row.table.indication,
            row.table.region,
            row.table.source,
            row.table.entered,
            row.table.verification.label()
        ));
        for note in &row.table.notes {
            outcome = outcome.note(format!("{} ({}): {note}", row.table.indication, row.table.region));
        }
    }
    outcome
}

fn line(row: &Row<'_>, dialysis: bool) -> String {
    let table = row.table;
    let on_dialysis = if dialysis {
        let stated = table.dialysis.as_deref().unwrap_or("nothing stated in the table");
        format!("; on dialysis: {stated}")
    } else {
        String::new()
    };
    let mark = if table.verification == Verification::Unverified { " [unverified]" } else { "" };
    let (range, dose) = (row.band.range(), &row.band.dose);
    format!("{} ({}), {range}: {dose}{on_dialysis}{mark}", table.indication, table.region)
}
