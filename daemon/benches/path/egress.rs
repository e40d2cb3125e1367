//! What reaches a cloud: thousands of questions and documents with invented people in them, sent through the gate to an
//! endpoint on loopback that keeps every byte, and every planted identifier looked for in what arrived.
//!
//! Half of the requests are a question alone, half a question with a document. The texts are made from the templates
//! below; `VOICEASSIST_PHI_NOTES` names a file of others, lines `{text, spans: [{text}]}`, which are gone through as often
//! as it takes. A planted identifier counts as arrived when its letters stand anywhere in the bytes of its own request.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use serde_json::Value;
use voiceassist_assistant::KeptDecisions;
use voiceassist_assistant::chat::ChatModel as _;
use voiceassist_assistant::chat::openai_compatible::{OpenAiCompatible, OpenAiCompatibleSettings};
use voiceassist_dav::egress::{Destinations, HttpSettings, Reach};
use voiceassist_fakes::chat::{Asked, ChatServer, Reply};
use voiceassist_model::{AccountId, ConversationId, Sensitivity};
use voiceassist_phi::{
    Ask, Destination, Detector, Gate, GateKeys, Mode, Prompt, Protection, Purpose, Refusal, Source,
};
use voiceassist_store::Page;

use crate::row;
use crate::stage::Stage;

/// Requests in each mode, unless the environment names another number.
const REQUESTS: usize = 10_000;
/// Shorter than this an identifier stands in other words too.
const LEAST_LETTERS: usize = 4;

const FIRST: [&str; 20] = [
    "Tessa", "Milo", "Zoë", "Orla", "Kwame", "Ngozi", "Anna", "Bernd", "Carlos", "Aisha", "Peter", "Helga",
    "Daniel", "Elena", "Frank", "Gloria", "Henry", "Ingrid", "Ibrahim", "Claire",
];
const LAST: [&str; 20] = [
    "Orrin", "Larkin", "Vance", "Okafor", "Tannhold", "Saj", "Brenner", "Castellan", "Dashwood", "Ekström",
    "Fairley", "Grünwald", "Hollis", "Ibarra", "Jessop", "Kessler", "Lindqvist", "Marchetti", "Nakamura",
    "Oyelaran",
];
const STREETS: [&str; 5] = ["Maple Street", "Oak Avenue", "Birch Lane", "Station Road", "Hill Drive"];
/// `{…}` is planted.
const DOCUMENTS: [&str; 6] = [
    "Patient: {name}\nMRN: {mrn}\nDOB: {day}\nDiagnosis: atrial fibrillation. Apixaban 5 mg twice daily was restarted six \
     hours after the ablation. Phone {phone}.",
    "Discharge summary for Mrs. {name}, MRN {mrn}. She lives at {street}. Contact: {email}, {phone}. HbA1c 7.1 %, metformin \
     500 mg twice daily continued.",
    "Dear Dr. {name},\nthank you for referring this patient, SSN {ssn}, born {day}. The biopsy was benign. Insurance ID: {plan}.\n\
     Sincerely,\n{other}, MD",
    "Nursing note. Caller: {name}. Her husband {other} reports chest pain since {day}. Call back at {phone}.",
    "Device clinic: Mr. {name} has a pacemaker, serial number {serial}. Follow-up on {day}. E-mail {email}.",
    "Protocol: before elective surgery warfarin is stopped five days ahead. Questions to {phone}.",
];
const QUESTIONS: [&str; 6] = [
    "When was apixaban restarted in Mrs. {name}, MRN {mrn}?",
    "What was the HbA1c of patient {name}, born {day}?",
    "Please call {phone} about Mr. {name}'s biopsy: what did it show?",
    "Which dose of metformin does {name} (SSN {ssn}) take?",
    "How many days before surgery is warfarin stopped?",
    "Is {email} the right address of Mr. {name} at {street}?",
];

/// A text and what is planted in it.
#[derive(Clone, Default)]
struct Planted {
    text: String,
    identifiers: Vec<String>,
}

#[expect(clippy::disallowed_methods, reason = "how many, for whoever is in a hurry")]
pub(crate) async fn measure() {
    let stage = Stage::build().await;
    let server = ChatServer::start(|_: &Asked| Reply::Say(vec!["NO_ANSWER".to_owned()])).await.unwrap();
    let given = given();
    let requests = std::env::var("VOICEASSIST_EGRESS_REQUESTS").ok().and_then(|text| text.parse().ok());
    for mode in [Mode::Forbid, Mode::Redact] {
        run(&stage, &server, &given, mode, requests.unwrap_or(REQUESTS)).await;
    }
    let kept = stage.context.store.egress_decisions().list(&Page::first(200)).await.unwrap();
    row("decisions kept: the latest 200 hold no content", kept.items.iter().all(|kept| kept.chars > 0));
}

struct Seen {
    passed: usize,
    refused: BTreeMap<String, usize>,
    planted: usize,
    arrived: BTreeMap<String, usize>,
    bytes: usize,
    time: Duration,
}

async fn run(stage: &Stage, server: &ChatServer, given: &[Planted], mode: Mode, requests: usize) {
    let destination = Destination::new("chat", Protection::Cloud, mode).unwrap();
    let base = server.base_url().parse().unwrap();
    let http =
        Destinations::only([(&base, Reach::Public)]).unwrap().client(&HttpSettings::default()).unwrap();
    let model =
        OpenAiCompatible::new(http, OpenAiCompatibleSettings::new(base, "scripted", destination.clone()));
    let decisions = Arc::new(KeptDecisions::new(stage.context.store.clone()));
    let gate = Gate::new(Detector::new(), decisions, GateKeys::new([1; 32], [2; 32]));
    let mut seen = Seen {
        passed: 0,
        refused: BTreeMap::new(),
        planted: 0,
        arrived: BTreeMap::new(),
        bytes: 0,
        time: Duration::ZERO,
    };
    for number in 0..requests {
        let (prompt, identifiers) = request(number, given);
        seen.planted += identifiers.len();
        let ask = Ask {
            destination: &destination,
            purpose: Purpose::Answer,
            // Documents bring the class that ingestion gave them.
            class: Some(class_of(&prompt)),
            account: AccountId::from_uuid(uuid::Uuid::from_u128(1)),
            conversation: Some(ConversationId::from_uuid(uuid::Uuid::from_u128(number as u128))),
        };
        server.forget();
        let begun = Instant::now();
        match gate.clear(prompt, &ask).await {
            Ok(cleared) => {
                seen.time += begun.elapsed();
                seen.passed += 1;
                let mut answer = model.write(&cleared).await.unwrap();
                while let Some(piece) = answer.next().await {
                    assert!(piece.is_ok());
                }
            }
            Err(Refusal::Forbidden(rule)) => *seen.refused.entry(rule.to_string()).or_default() += 1,
            Err(Refusal::NotRecorded(error)) => panic!("{error}"),
        }
        let received = server.received();
        seen.bytes += received.len();
        let received = String::from_utf8_lossy(&received);
        for identifier in identifiers {
            if received.contains(&escaped(&identifier)) {
                *seen.arrived.entry(identifier).or_default() += 1;
            }
        }
    }
    report(mode, requests, &seen);
}

#[expect(clippy::print_stderr, reason = "what arrived is named apart from the table")]
fn report(mode: Mode, requests: usize, seen: &Seen) {
    let what = format!("{requests} questions and documents to a cloud, {}", mode.as_str());
    let refused: Vec<String> = seen.refused.iter().map(|(rule, count)| format!("{count} {rule}")).collect();
    row(&format!("{what}: sent / refused"), format!("{} / {}", seen.passed, refused.join(", ")));
    row("… bytes the endpoint received", seen.bytes);
    let arrived: usize = seen.arrived.values().sum();
    row("… planted identifiers / of them received", format!("{} / {arrived}", seen.planted));
    let each = seen.time.as_secs_f64() * 1e3 / seen.passed.max(1) as f64;
    row("… clearing one request, decision kept", format!("{each:.2} ms"));
    // For whoever mends the detectors; the people are invented.
    let mut most: Vec<_> = seen.arrived.iter().collect();
    most.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    for (identifier, count) in most.into_iter().take(20) {
        eprintln!("received {count} times: {identifier:?}");
    }
}

fn request(number: usize, given: &[Planted]) -> (Prompt, Vec<String>) {
    let mut maker = Maker(number as u64 * 2 + 1);
    let (question, document) = if given.is_empty() {
        (
            maker.fill(QUESTIONS[number / 2 % QUESTIONS.len()]),
            maker.fill(DOCUMENTS[number / 2 % DOCUMENTS.len()]),
        )
    } else {
        let note = given[number / 2 % given.len()].clone();
        let asked = Planted { text: "What is said about the treatment?".to_owned(), ..Planted::default() };
        if number.is_multiple_of(2) { (note, Planted::default()) } else { (asked, note) }
    };
    let with_document = !number.is_multiple_of(2);
    let mut identifiers = question.identifiers;
    let mut sources = Vec::new();
    if with_document {
        identifiers.extend(document.identifiers);
        sources.push(Source { number: 1, heading: "Record".to_owned(), text: document.text });
    }
    identifiers.sort();
    identifiers.dedup();
    identifiers.retain(|identifier| identifier.chars().count() >= LEAST_LETTERS);
    let instructions = "Answer from the sources.";
    (Prompt { instructions, history: Vec::new(), sources, question: question.text }, identifiers)
}

fn class_of(prompt: &Prompt) -> Sensitivity {
    voiceassist_phi::classify_pages(prompt.sources.iter().map(|source| source.text.as_str()))
        .min(if prompt.sources.is_empty() { Sensitivity::Public } else { Sensitivity::Health })
}

/// As it stands in JSON.
fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Texts of a file, if the environment names one.
fn given() -> Vec<Planted> {
    let Some(path) = std::env::var_os("VOICEASSIST_PHI_NOTES") else { return Vec::new() };
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| {
            let note: Value = serde_json::from_str(line).unwrap();
            let spans = note["spans"].as_array().cloned().unwrap_or_default();
            let identifiers =
                spans.iter().filter_map(|span| span["text"].as_str().map(str::to_owned)).collect();
            Planted { text: note["text"].as_str().unwrap_or_default().to_owned(), identifiers }
        })
        .collect()
}

/// Makes up people, the same ones every time.
struct Maker(u64);

impl Maker {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }

    fn fill(&mut self, template: &str) -> Planted {
        let (first, last) = (FIRST[self.below(FIRST.len())], LAST[self.below(LAST.len())]);
        let mut planted = Planted { text: template.to_owned(), identifiers: Vec::new() };
        let other = format!("{} {}", FIRST[self.below(FIRST.len())], LAST[self.below(LAST.len())]);
        let values = [
            ("{name}", format!("{first} {last}"), vec![first.to_owned(), last.to_owned()]),
            ("{other}", other.clone(), other.split(' ').map(str::to_owned).collect()),
            ("{mrn}", self.digits(8), Vec::new()),
            (
                "{day}",
                format!("{:02}/{:02}/19{}", 1 + self.below(12), 1 + self.below(28), self.digits(2)),
                Vec::new(),
            ),
            ("{phone}", format!("555-{}-{}", self.digits(3), self.digits(4)), Vec::new()),
            ("{email}", format!("{}.{}@example.test", first.to_lowercase(), last.to_lowercase()), Vec::new()),
            ("{ssn}", format!("9{}-{}-{}", self.digits(2), self.digits(2), self.digits(4)), Vec::new()),
            (
                "{street}",
                format!("{} {}", 1 + self.below(900), STREETS[self.below(STREETS.len())]),
                Vec::new(),
            ),
            ("{plan}", format!("{}UK5-HC7-HZ{}", 1 + self.below(9), self.digits(2)), Vec::new()),
            ("{serial}", format!("CES{}W", self.digits(6)), Vec::new()),
        ];
        for (place, value, parts) in values {
            if planted.text.contains(place) {
                planted.text = planted.text.replace(place, &value);
                planted.identifiers.push(value);
                planted.identifiers.extend(parts);
            }
        }
        planted
    }
}
