//! `GET /api/v1/calculators/{id}`: what a calculator asks, answers and rests on.

use axum::Json;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use voiceassist_calculators::Calculator;

use super::CalculatorPath;
use crate::extract::parameters::FromPath;
use crate::extract::principal::Person;
use crate::problem::Failure;

/// A calculator.
#[derive(Serialize, ToSchema)]
pub(crate) struct CalculatorDefinition {
    /// Stable name.
    id: &'static str,
    /// The name people know it by.
    title: &'static str,
    /// Other names.
    synonyms: &'static [&'static str],
    /// Fields of medicine.
    specialties: &'static [&'static str],
    /// The question it answers.
    purpose: &'static str,
    /// Who it was derived and validated in, and where it does not hold.
    population: &'static str,
    /// The formula or the points, readable.
    formula: &'static str,
    /// How results are rounded.
    rounding: &'static str,
    /// Which version of the formula this is.
    version: &'static str,
    /// How far it was verified: `verified`, `published_example` or `unverified`.
    #[schema(value_type = String)]
    status: voiceassist_calculators::Status,
    /// The same for people.
    status_words: &'static str,
    /// What a reader must know with every result.
    notes: &'static [&'static str],
    /// `{citation, year, doi}`, the defining paper first.
    #[schema(value_type = Vec<Object>)]
    sources: &'static [voiceassist_calculators::Source],
    /// `{key, title, unit, kind}` of each result.
    #[schema(value_type = Vec<Object>)]
    outputs: &'static [voiceassist_calculators::Output],
    /// The tables that give a result its meaning: `{key, title, of, rows: [{label, extent, meaning}]}`.
    #[schema(value_type = Vec<Object>)]
    bands: Vec<Value>,
    /// A worked example: `{inputs, expected, origin}`.
    #[schema(value_type = Object)]
    example: Value,
    /// JSON Schema (2020-12) of the inputs; `x-order`, `x-kind`, `x-units` and `x-derivation` help to draw a form.
    #[schema(value_type = Object)]
    schema: Value,
}

/// Shows a calculator.
#[utoipa::path(
    get, path = "/api/v1/calculators/{id}", operation_id = "get_calculator", tag = "calculators",
    params(("id" = String, Path, description = "Stable name of the calculator")), security(("token" = [])),
    responses((status = 200, description = "The calculator", body = CalculatorDefinition)),
)]
pub(crate) async fn get_calculator(
    _: Person,
    FromPath(path): FromPath<CalculatorPath>,
) -> Result<Json<CalculatorDefinition>, Failure> {
    Ok(Json(CalculatorDefinition::from(path.find()?)))
}

impl From<&'static Calculator> for CalculatorDefinition {
    fn from(calculator: &'static Calculator) -> Self {
        let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        let example = &calculator.example;
        let bands = calculator.bands.iter().map(|table| {
            let rows: Vec<Value> = table
                .rows
                .iter()
                .map(|row| json!({ "label": row.label, "extent": table.extent(row.label), "meaning": row.meaning }))
                .collect();
            json!({ "key": table.key, "title": table.title, "of": table.of, "rows": rows })
        });
        Self {
            id: calculator.id,
            title: calculator.title,
            synonyms: calculator.synonyms,
            specialties: calculator.specialties,
            purpose: calculator.purpose,
            population: calculator.population,
            formula: calculator.formula,
            rounding: calculator.rounding,
            version: calculator.version,
            status: calculator.status,
            status_words: calculator.status.words(),
            notes: calculator.notes,
            sources: calculator.sources,
            outputs: calculator.outputs,
            bands: bands.collect(),
            example: json!({
                "inputs": parsed(example.inputs), "expected": parsed(example.expected), "origin": example.origin
            }),
            schema: calculator.schema(),
        }
    }
}
