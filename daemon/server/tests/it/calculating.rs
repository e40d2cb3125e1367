//! Calculations in a conversation, over HTTP: from free text to a confirmed, cited result.

use serde_json::Value;
use voiceassist_model::Principal;

use crate::conversations::ask;
use crate::stage::Stage;

/// One person's conversation about a calculation.
struct Talk {
    stage: Stage,
    alice: Principal,
    id: String,
}

/// What one turn answered.
struct Said {
    calculation: Value,
    text: String,
}

impl Talk {
    async fn open() -> Self {
        let stage = Stage::open().await;
        let alice = stage.clinic.person("alice").await;
        let id = stage.conversation(&alice).await;
        Self { stage, alice, id }
    }

    async fn say(&self, words: &str) -> Said {
        let events = ask(&self.stage, &self.alice, &self.id, words).await;
        assert_eq!(events.first().unwrap().0, "sources");
        assert_eq!(events.last().unwrap().0, "done");
        let of = |wanted: &'static str| {
            events.iter().filter(move |(name, _)| name == wanted).map(|(_, data)| data.clone())
        };
        let sentences: Vec<String> =
            of("sentence").map(|data| data["text"].as_str().unwrap().to_owned()).collect();
        let calculation = of("calculation").next().unwrap_or_default();
        Said { calculation, text: sentences.join(" ") }
    }
}

impl Said {
    fn state(&self) -> &str {
        self.calculation["state"].as_str().unwrap_or("none")
    }

    fn missing(&self) -> Vec<&str> {
        let missing = self.calculation["missing"].as_array().unwrap();
        missing.iter().map(|input| input["name"].as_str().unwrap()).collect()
    }

    fn input(&self, name: &str) -> &Value {
        let inputs = self.calculation["inputs"].as_array().unwrap();
        inputs.iter().find(|input| input["name"] == name).unwrap_or(&Value::Null)
    }

    fn advises_nothing(&self) {
        assert!(!self.text.to_lowercase().contains("treat"), "{}", self.text);
    }
}

#[tokio::test]
async fn a_stroke_risk_is_asked_for_completed_confirmed_and_cited() {
    let talk = Talk::open().await;
    let said = talk.say("CHA2DS2-VASc for a 76 year old woman with hypertension and a prior stroke").await;
    assert_eq!((said.state(), &said.calculation["calculator"]), ("needs_input", &"cha2ds2_vasc".into()));
    assert_eq!(said.missing(), ["chf", "diabetes", "vascular"]);
    assert_eq!(
        (&said.input("age")["value"], &said.input("age")["said"]),
        (&76.into(), &"76 year old".into())
    );
    assert_eq!(said.calculation["result"], Value::Null, "nothing is computed yet");
    for words in ["Heart failure", "Diabetes", "Vascular disease", "“prior stroke”"] {
        assert!(said.text.contains(words), "{}", said.text);
    }

    let said = talk.say("no heart failure, no diabetes, no vascular disease").await;
    assert_eq!((said.state(), said.missing().len()), ("proposed", 0), "{}", said.text);
    assert_eq!(said.calculation["result"], Value::Null, "nothing is computed before it is confirmed");
    assert!(
        said.text.contains("Diabetes no (from “no diabetes”)") && said.text.contains("confirm"),
        "{}",
        said.text
    );

    let said = talk.say("yes").await;
    assert_eq!(said.state(), "done");
    let result = &said.calculation["result"];
    assert_eq!(result["cha2ds2_vasc"], 6);
    let points: Vec<(&str, f64)> = result["sub_scores"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| (part["name"].as_str().unwrap(), part["points"].as_f64().unwrap()))
        .collect();
    for part in [("sex", 1.0), ("age", 2.0), ("hypertension", 1.0), ("stroke_tia_te", 2.0)] {
        assert!(points.contains(&part), "{points:?}");
    }
    assert!(
        said.text.contains("CHA₂DS₂-VASc 6 points") && said.text.contains("10.1378/chest.09-1584"),
        "{}",
        said.text
    );
    said.advises_nothing();

    let (_, kept) = talk.stage.get(&talk.alice, &format!("/api/v1/conversations/{}", talk.id)).await;
    let messages = kept["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 6);
    assert_eq!(messages[5]["turn"]["calculation"]["result"]["cha2ds2_vasc"], 6);
}

#[tokio::test]
async fn a_correction_before_the_confirmation_is_shown_again_and_counts() {
    let talk = Talk::open().await;
    talk.say("Calculate CHA2DS2-VASc for an 80 year old man with hypertension").await;
    let said = talk.say("none of these").await;
    assert_eq!(said.state(), "proposed", "{}", said.text);
    let said = talk.say("yes, but he has diabetes").await;
    assert_eq!((said.state(), &said.input("diabetes")["value"]), ("proposed", &true.into()), "{}", said.text);
    let said = talk.say("confirm").await;
    assert_eq!(said.calculation["result"]["cha2ds2_vasc"], 4);
}

#[tokio::test]
async fn a_cancelled_calculation_computes_nothing_and_cannot_be_confirmed_later() {
    let talk = Talk::open().await;
    talk.say("CHA2DS2-VASc for a 76 year old woman with hypertension").await;
    let said = talk.say("cancel").await;
    assert_eq!((said.state(), &said.calculation["result"]), ("cancelled", &Value::Null));
    let said = talk.say("yes").await;
    assert_eq!(said.state(), "none", "{}", said.text);
}

#[tokio::test]
async fn the_probability_of_an_embolism_is_completed_from_two_messages() {
    let talk = Talk::open().await;
    let said = talk.say("Wells score, HR 112, haemoptysis, no leg swelling").await;
    assert_eq!((said.state(), &said.calculation["calculator"]), ("needs_input", &Value::Null));
    let said = talk.say("the PE one").await;
    assert_eq!(said.calculation["calculator"], "wells_pe");
    assert_eq!(
        said.missing(),
        ["pe_most_likely", "immobilized_or_surgery_4wk", "previous_pe_dvt", "malignancy"]
    );
    let said = talk.say("recent surgery, no prior DVT, no cancer, no alternative diagnosis").await;
    assert_eq!(said.state(), "proposed", "{}", said.text);
    let said = talk.say("ok").await;
    let result = &said.calculation["result"];
    assert_eq!((&result["score"], &result["two_level"]), (&7.0.into(), &"likely".into()));
    assert!(said.text.contains("Thromb Haemost 2000"), "{}", said.text);
    said.advises_nothing();
}

#[tokio::test]
async fn a_clearance_is_computed_from_units_as_written_and_refuses_those_it_does_not_know() {
    let talk = Talk::open().await;
    let said = talk
        .say("Cockcroft-Gault for a 60 year old man, creatinine 106 mg/L, weight 70 kg, height 172 cm")
        .await;
    assert_eq!((said.state(), said.missing()), ("needs_input", vec!["creatinine"]));
    assert!(said.text.contains("µmol/L"), "the accepted units are named: {}", said.text);
    let said = talk.say("106 µmol/L").await;
    assert_eq!(said.state(), "proposed", "{}", said.text);
    assert!(said.text.contains("Creatinine 106 µmol/L"), "{}", said.text);
    let said = talk.say("yes").await;
    // (140 − 60) · 70 / (72 · 106 / 88.4)
    let clearance = said.calculation["result"]["crcl_actual"].as_f64().unwrap();
    assert!((clearance - 64.8637).abs() < 0.001, "{clearance}");
}

#[tokio::test]
async fn a_question_about_a_score_is_left_to_the_documents() {
    let talk = Talk::open().await;
    let protocol =
        "The clinic's protocol says that CHA2DS2-VASc is noted at every visit with atrial fibrillation.";
    talk.stage.clinic.document(10, "/Clinic/Atrial fibrillation.txt", &[protocol], &[&talk.alice]).await;
    let question = "What does our protocol say about CHA2DS2-VASc?";
    let events = ask(&talk.stage, &talk.alice, &talk.id, question).await;
    assert!(events.iter().all(|(name, _)| name != "calculation"), "{events:?}");
    assert!(events.iter().any(|(name, data)| name == "sentence" && data["citations"][0]["page"] == 1));

    // Also while a calculation waits.
    talk.say("CHA2DS2-VASc for a 76 year old woman").await;
    let events = ask(&talk.stage, &talk.alice, &talk.id, question).await;
    assert!(events.iter().all(|(name, _)| name != "calculation"), "{events:?}");
}
