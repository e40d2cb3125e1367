//! The gate: what passes to whom, and that nothing passes whose decision was not kept.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::executor::block_on;
use uuid::Uuid;
use voiceassist_model::{AccountId, ConversationId, Sensitivity};
use voiceassist_phi::clearance::{Decision, NotRecorded, Rule};
use voiceassist_phi::{
    Ask, Cleared, Destination, Detector, Gate, GateKeys, Kind, Known, KnownPeople, Mode, Prompt, Protection,
    Purpose, RecordsDecisions, Refusal, Said, Source, Speaker,
};

/// Remembers decisions, or fails to.
#[derive(Default)]
struct Record {
    kept: Mutex<Vec<Decision>>,
    broken: bool,
}

#[async_trait]
impl RecordsDecisions for Record {
    async fn record(&self, decision: &Decision) -> Result<(), NotRecorded> {
        if self.broken {
            return Err(NotRecorded("the disk is full".into()));
        }
        self.kept.lock().unwrap().push(decision.clone());
        Ok(())
    }
}

fn gate(record: &Arc<Record>) -> Gate {
    Gate::new(Detector::new(), Arc::<Record>::clone(record), GateKeys::new([1; 32], [2; 32]))
}

fn cloud(mode: Mode) -> Destination {
    Destination::new("chat", Protection::Cloud, mode).unwrap()
}

fn ask(destination: &Destination, class: Option<Sensitivity>) -> Ask<'_> {
    Ask {
        destination,
        purpose: Purpose::Answer,
        class,
        account: AccountId::from_uuid(Uuid::from_u128(1)),
        conversation: Some(ConversationId::from_uuid(Uuid::from_u128(2))),
    }
}

fn prompt(question: &str, source: &str) -> Prompt {
    Prompt {
        instructions: "Answer from the sources.",
        history: vec![Said { by: Speaker::Person, text: "What is apixaban?".to_owned() }],
        sources: vec![Source { number: 1, heading: "Anticoagulation".to_owned(), text: source.to_owned() }],
        question: question.to_owned(),
    }
}

fn clear(
    record: &Arc<Record>,
    prompt: Prompt,
    destination: &Destination,
    class: Option<Sensitivity>,
) -> Result<Cleared<Prompt>, Rule> {
    block_on(gate(record).clear(prompt, &ask(destination, class))).map_err(|refusal| match refusal {
        Refusal::Forbidden(rule) => rule,
        Refusal::NotRecorded(error) => panic!("{error}"),
    })
}

const HARMLESS: &str = "When is apixaban restarted after the ablation?";
const GUIDELINE: &str = "Apixaban is restarted six hours after the ablation if there is no bleeding.";
const PATIENT: &str = "Patient: Tessa Orrin, MRN 00351816. Apixaban was restarted after the ablation.";

#[test]
fn a_harmless_question_about_a_guideline_passes_everywhere() {
    for mode in [Mode::Forbid, Mode::Redact] {
        let record = Arc::default();
        let cleared =
            clear(&record, prompt(HARMLESS, GUIDELINE), &cloud(mode), Some(Sensitivity::Internal)).unwrap();
        assert_eq!(cleared.content(), &prompt(HARMLESS, GUIDELINE));
        assert_eq!(cleared.destination().name(), "chat");
    }
}

#[test]
fn what_is_about_somebody_never_passes_where_it_is_forbidden() {
    let cases = [
        (prompt(HARMLESS, PATIENT), Some(Sensitivity::Health)),
        (prompt(HARMLESS, GUIDELINE), None),
        (
            prompt("When did Mrs. Larkin, MRN 00351816, restart apixaban?", GUIDELINE),
            Some(Sensitivity::Internal),
        ),
        (prompt(HARMLESS, GUIDELINE), Some(Sensitivity::Personal)),
    ];
    for (prompt, class) in cases {
        let record = Arc::default();
        assert_eq!(clear(&record, prompt, &cloud(Mode::Forbid), class).unwrap_err(), Rule::AboutSomebody);
        let kept = record.kept.lock().unwrap();
        assert_eq!((kept.len(), kept[0].rule), (1, Rule::AboutSomebody), "a refusal is kept too");
    }
}

#[test]
fn under_forbid_even_what_is_about_nobody_goes_without_identifiers() {
    let record = Arc::default();
    let guideline = format!("{GUIDELINE} Questions: call 555-201-3344.");
    let cleared =
        clear(&record, prompt(HARMLESS, &guideline), &cloud(Mode::Forbid), Some(Sensitivity::Internal))
            .unwrap();
    assert!(!cleared.content().sources[0].text.contains("201-3344"));
    assert_eq!(record.kept.lock().unwrap()[0].rule, Rule::AboutNobody);
}

#[test]
fn redacted_content_holds_surrogates_and_can_be_restored() {
    let record = Arc::default();
    let question = "When did Mrs. Larkin restart apixaban?";
    let cleared = clear(&record, prompt(question, PATIENT), &cloud(Mode::Redact), None).unwrap();
    let content = cleared.content();
    for gone in ["Orrin", "00351816", "Larkin"] {
        assert!(!content.sources[0].text.contains(gone) && !content.question.contains(gone));
    }
    assert_eq!(cleared.surrogates().restore(&content.sources[0].text), PATIENT);
    assert_eq!(cleared.surrogates().restore(&content.question), question);
    let decision = record.kept.lock().unwrap()[0].clone();
    assert_eq!((decision.rule, decision.class), (Rule::Redacted, Sensitivity::Health));
    assert!(decision.counts["NAME"] >= 2 && decision.counts["MRN"] == 1, "{:?}", decision.counts);
}

#[test]
fn a_name_recognised_in_one_text_is_replaced_in_all() {
    let record = Arc::default();
    let question = "and orrin, does tessa take apixaban? Number 00351816";
    let cleared = clear(&record, prompt(question, PATIENT), &cloud(Mode::Redact), None).unwrap();
    let asked = cleared.content().question.to_lowercase();
    for gone in ["orrin", "tessa", "00351816"] {
        assert!(!asked.contains(gone), "{asked}");
    }
    assert_eq!(cleared.surrogates().restore(&cleared.content().question), question);
}

#[test]
fn who_is_known_is_recognised_where_no_rule_would_see_a_name() {
    let record = Arc::new(Record::default());
    let gate =
        Gate::new(Detector::rules_alone(), Arc::<Record>::clone(&record), GateKeys::new([1; 32], [2; 32]));
    let question = "did rivers mcall reply about the rota";
    let destination = cloud(Mode::Redact);
    let sent = |gate: &Gate| {
        let cleared =
            block_on(gate.clear(prompt(question, ""), &ask(&destination, Some(Sensitivity::Public))));
        cleared.unwrap().content().question.clone()
    };
    assert!(sent(&gate).contains("rivers mcall"), "a test of what is known needs a name that the rules miss");
    let known = Known {
        names: vec!["McAll, Rivers".to_owned()],
        identifiers: vec![(Kind::Phone, "0171 4455".to_owned())],
    };
    gate.clone().know(KnownPeople::new([known]));
    assert!(!sent(&gate).contains("mcall"), "{}", sent(&gate));
    gate.know(KnownPeople::default());
    assert!(sent(&gate).contains("rivers mcall"), "who left the mirror is no longer looked for");
}

#[test]
fn what_is_local_or_agreed_goes_as_it_is() {
    let agreed = Protection::Agreement("BAA 2026-04".to_owned());
    for (protection, rule) in [(Protection::Local, Rule::Local), (agreed, Rule::Agreement)] {
        let record = Arc::default();
        let destination = Destination::new("chat", protection, Mode::Allow).unwrap();
        let cleared = clear(&record, prompt(HARMLESS, PATIENT), &destination, None).unwrap();
        assert_eq!(cleared.content().sources[0].text, PATIENT);
        assert_eq!(record.kept.lock().unwrap()[0].rule, rule);
    }
}

#[test]
fn a_language_in_which_nothing_is_recognised_stays_here() {
    let foreign = "Pasien datang dengan keluhan nyeri dada sejak tiga hari yang lalu disertai sesak napas ketika \
                   berjalan jauh serta keringat dingin pada malam hari menurut keluarga pasien tersebut pernah \
                   dirawat karena penyakit jantung koroner lima tahun silam lalu minum obat teratur setiap pagi";
    let record = Arc::default();
    let refused = clear(&record, prompt(HARMLESS, foreign), &cloud(Mode::Redact), Some(Sensitivity::Health));
    assert_eq!(refused.unwrap_err(), Rule::UnknownLanguage);
}

#[test]
fn nothing_passes_whose_decision_is_not_kept() {
    let record = Arc::new(Record { broken: true, ..Record::default() });
    let destination = Destination::new("chat", Protection::Local, Mode::Allow).unwrap();
    let refused = block_on(gate(&record).clear(prompt(HARMLESS, GUIDELINE), &ask(&destination, None)));
    assert!(matches!(refused, Err(Refusal::NotRecorded(_))));
}

#[test]
fn a_decision_holds_digests_and_counts_and_nothing_that_was_said() {
    let record = Arc::default();
    _ = clear(&record, prompt("Mrs. Larkin asks", PATIENT), &cloud(Mode::Redact), None);
    let kept = format!("{:?}", record.kept.lock().unwrap()[0]);
    for content in ["Larkin", "Orrin", "00351816", "apixaban", &Uuid::from_u128(1).to_string()] {
        assert!(!kept.contains(content), "{kept}");
    }
    let account = record.kept.lock().unwrap()[0].account;
    assert_ne!(account, [0; 32]);
    assert_ne!(Some(account), record.kept.lock().unwrap()[0].conversation);
}

#[test]
fn more_than_the_gate_reads_stays_here() {
    let record = Arc::default();
    let endless = "word ".repeat(voiceassist_phi::MAX_CHARS / 4);
    let refused =
        clear(&record, prompt(HARMLESS, &endless), &cloud(Mode::Redact), Some(Sensitivity::Internal));
    assert_eq!(refused.unwrap_err(), Rule::TooLong);
}
