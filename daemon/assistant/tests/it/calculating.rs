//! A calculation waits in the conversation, not in the process, and only what was shown can be confirmed.

use futures::StreamExt as _;
use voiceassist_assistant::tools::{self, Effect};
use voiceassist_assistant::{Assistant, TurnRecord};
use voiceassist_model::{AnswerPart, Calculation, CalculationState, ConversationId, Principal};
use voiceassist_store::conversations::{NewMessage, Role};

use crate::clinic::Clinic;

async fn calculation(
    assistant: &Assistant,
    who: &Principal,
    conversation: ConversationId,
    words: &str,
) -> Option<Calculation> {
    let mut parts = assistant.ask(who, conversation, words.to_owned()).await.unwrap();
    let mut found = None;
    while let Some(part) = parts.next().await {
        if let AnswerPart::Calculation { calculation } = part.unwrap().into_inner() {
            found = Some(*calculation);
        }
    }
    found
}

const WORDS: &str = "CKD-EPI for a 60 year old man, creatinine 1.2 mg/dL";

#[tokio::test]
async fn a_proposal_is_confirmed_after_a_restart() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let id = clinic.store.conversations().create(alice.account, "").await.unwrap();
    let proposed = calculation(&clinic.assistant(), &alice, id, WORDS).await.unwrap();
    assert_eq!((proposed.state, proposed.result), (CalculationState::Proposed, None));
    let done = calculation(&clinic.assistant(), &alice, id, "yes").await.unwrap();
    assert_eq!(done.state, CalculationState::Done);
    assert!(done.result.unwrap()["egfr"].is_number());
    assert_eq!(calculation(&clinic.assistant(), &alice, id, "yes").await, None, "once");
}

#[tokio::test]
async fn a_proposal_that_was_not_shown_whole_or_stands_elsewhere_cannot_be_confirmed() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let conversations = clinic.store.conversations();
    let [shown, other, stopped] = [
        conversations.create(alice.account, "").await.unwrap(),
        conversations.create(alice.account, "").await.unwrap(),
        conversations.create(alice.account, "").await.unwrap(),
    ];
    let proposed = calculation(&clinic.assistant(), &alice, shown, WORDS).await;
    assert_eq!(calculation(&clinic.assistant(), &alice, other, "yes").await, None);
    let record = TurnRecord { stopped: true, calculation: proposed, ..TurnRecord::default() };
    let message = NewMessage {
        role: Role::Assistant,
        sentences: Vec::new(),
        details: serde_json::to_value(record).ok(),
    };
    conversations.append(alice.account, stopped, message).await.unwrap().unwrap();
    assert_eq!(calculation(&clinic.assistant(), &alice, stopped, "yes").await, None);
}

#[test]
fn every_tool_states_its_effect_and_none_writes() {
    let tools: Vec<_> = tools::ALL.iter().map(|tool| (tool.name(), tool.effect())).collect();
    assert_eq!(tools, [("calculate", Effect::Reads)]);
}
