//! Calculators over HTTP.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::stage::{Stage, code};

const WELLS: &str = "/api/v1/calculators/wells_pe";

fn answers() -> Value {
    json!({
        "heart_rate": 112, "dvt_signs": true, "pe_most_likely": true, "immobilized_or_surgery_4wk": false,
        "previous_pe_dvt": false, "hemoptysis": false, "malignancy": false
    })
}

#[tokio::test]
async fn a_calculator_is_found_by_its_names_and_shown_with_its_schema_and_source() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let (status, found) = stage.get(&alice, "/api/v1/calculators?q=pulmonary%20embolism%20wells").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(found["items"][0]["id"], "wells_pe");

    let (status, shown) = stage.get(&alice, WELLS).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(shown["schema"]["properties"]["heart_rate"]["x-units"][0]["unit"], "/min");
    assert!(shown["sources"][0]["citation"].as_str().unwrap().contains("Wells"));
    assert_eq!(shown["schema"]["additionalProperties"], false);
}

#[tokio::test]
async fn the_list_is_paged_without_gaps() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let (_, whole) = stage.get(&alice, "/api/v1/calculators").await;
    let whole: Vec<Value> = whole["items"].as_array().unwrap().clone();
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let (_, page) = stage.get(&alice, &format!("/api/v1/calculators?limit=1{after}")).await;
        paged.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert!(whole.len() > 1);
    assert_eq!(paged, whole);
}

#[tokio::test]
async fn a_result_comes_with_its_working_and_its_source() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let (status, result) = stage.post(&alice, WELLS, json!({ "inputs": answers() })).await;
    assert_eq!(status, StatusCode::OK);
    // 3 for the signs, 3 for the likelihood, 1.5 for the pulse (Wells 2000).
    assert_eq!((&result["score"], &result["two_level"]), (&json!(7.5), &json!("likely")));
    assert_eq!(result["sub_scores"].as_array().unwrap().len(), 7);
    assert!(result["sources"][0]["citation"].is_string() && result["inputs_used"].is_array());
}

#[tokio::test]
async fn what_is_missing_is_named_with_what_could_still_come_out() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let mut inputs = answers();
    inputs.as_object_mut().unwrap().remove("hemoptysis");
    let (status, problem) = stage.post(&alice, WELLS, json!({ "inputs": inputs })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(code(status, &problem), "inputs_not_acceptable");
    assert_eq!(problem["problems"][0]["input"], "hemoptysis");
    assert_eq!(problem["problems"][0]["kind"], "missing");
    assert_eq!(problem["possible"][0], json!({ "output": "score", "min": 7.5, "max": 8.5 }));
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_name() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    for (field, value, kind) in [
        ("heart_rate", json!(-4), "implausible"),
        ("heart_rate", json!({ "value": 80, "unit": "mg/dL" }), "unknown_unit"),
        ("hemoptysis", json!("maybe"), "wrong_type"),
        ("colour", json!("red"), "unknown"),
    ] {
        let mut inputs = answers();
        inputs[field] = value;
        let (status, problem) = stage.post(&alice, WELLS, json!({ "inputs": inputs })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert_eq!(
            (&problem["problems"][0]["input"], &problem["problems"][0]["kind"]),
            (&json!(field), &json!(kind))
        );
    }
    let (status, problem) = stage.get(&alice, "/api/v1/calculators/astrology").await;
    assert_eq!(code(status, &problem), "calculator_not_found");
    for query in ["limit=0", "limit=201", "after=astrology", "colour=red"] {
        let (status, problem) = stage.get(&alice, &format!("/api/v1/calculators?{query}")).await;
        assert_eq!(code(status, &problem), "invalid_parameter", "{query}");
    }
}
