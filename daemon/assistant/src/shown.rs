//! Who is shown what, recorded before they are.
//!
//! Everything of a document that reaches a person leaves this crate through a search, an answer, a list, a document or an
//! old conversation; each of them comes here first, with the ids of the documents and passages in it. What cannot be
//! recorded is an error of the caller's and is not shown. The log may so name more than was seen, when somebody goes away
//! before the end; never less. What a calculator says of a person's own words shows no document and is not recorded.

use std::collections::BTreeMap;

use voiceassist_model::{AccountId, AnswerPart, CitedKind, ItemCitation, Passage, Principal};
use voiceassist_store::audit::{Action, Actor, Entry, Subject};
use voiceassist_store::conversations::Message;
use voiceassist_store::documents::DocumentSummary;
use voiceassist_store::{StoreError, Verified};

use crate::Assistant;

impl Assistant {
    /// Passages that a search found, or that were asked for.
    pub(crate) async fn record_passages(
        &self,
        principal: &Principal,
        action: Action,
        passages: &[Verified<Passage>],
    ) -> Result<(), StoreError> {
        let documents = passages.iter().map(|passage| passage.document);
        let chunks = passages.iter().map(|passage| passage.chunk);
        self.record(Entry::showing(principal.account, action, documents, chunks)).await
    }

    /// What the sentences of an answer stand on.
    pub(crate) async fn record_answer(
        &self,
        principal: &Principal,
        parts: &[Verified<AnswerPart>],
    ) -> Result<(), StoreError> {
        let cited = || {
            parts.iter().flat_map(|part| match &**part {
                AnswerPart::Sentence { citations, .. } => citations.as_slice(),
                _ => &[],
            })
        };
        let documents = cited().map(|citation| citation.document);
        let chunks = cited().map(|citation| citation.chunk);
        self.record(Entry::showing(principal.account, Action::AnswerShow, documents, chunks)).await
    }

    /// Documents with their names and paths.
    pub(crate) async fn record_documents(
        &self,
        principal: &Principal,
        action: Action,
        documents: &[Verified<DocumentSummary>],
    ) -> Result<(), StoreError> {
        let ids = documents.iter().map(|document| document.id);
        self.record(Entry::showing(principal.account, action, ids, [])).await
    }

    /// What the messages of an old conversation quote.
    pub(crate) async fn record_messages(
        &self,
        principal: &Principal,
        messages: &[Verified<Message>],
    ) -> Result<(), StoreError> {
        let documents = messages.iter().flat_map(|message| message.citations()).map(|quoted| quoted.document);
        let chunks = messages.iter().flat_map(|message| message.citations()).map(|quoted| quoted.chunk);
        let mut entries = Entry::showing(principal.account, Action::ConversationShow, documents, chunks);
        let items = messages.iter().flat_map(|message| &message.sentences).flat_map(|said| &said.items);
        entries.extend(items_shown(principal.account, items));
        self.record(entries).await
    }

    async fn record(&self, entries: Vec<Entry>) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        self.0.parts.store.audit().append_all(entries).await.map(|_| ())
    }
}

/// What of a person's own day an old answer shows again: how many items of each kind.
fn items_shown<'i>(account: AccountId, items: impl Iterator<Item = &'i ItemCitation>) -> Vec<Entry> {
    let mut counts: BTreeMap<&'static str, (Action, u64)> = BTreeMap::new();
    for item in items {
        let action = match item.kind {
            CitedKind::Event | CitedKind::Task => Action::CalendarShow,
            CitedKind::Contact => Action::ContactsShow,
            CitedKind::Message => Action::MailShow,
        };
        counts.entry(action.as_str()).or_insert((action, 0)).1 += 1;
    }
    counts
        .into_values()
        .map(|(action, shown)| {
            Entry::new(Actor::Person(account), action).about(Subject::Account(account)).count("shown", shown)
        })
        .collect()
}

/// A write to Nextcloud on a person's behalf.
pub(crate) fn write_entry(account: AccountId, write: uuid::Uuid, kind: &'static str) -> Entry {
    Entry::new(Actor::Person(account), Action::RemoteWrite)
        .about(Subject::RemoteWrite(write))
        .code("kind", kind)
}
