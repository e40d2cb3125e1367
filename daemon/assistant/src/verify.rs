//! The one place where content becomes something that may be shown.
//!
//! The store has said what a person may read; that answer is as old as the mirror. Here it is held against two bounds:
//! the tree was found equal to Nextcloud's lately, and losing the document would have moved the tree's etag; or else
//! Nextcloud itself is asked, as the person, about exactly the documents in question. What is in a mailbox, a calendar or an
//! address book of the person's own is theirs as long as the account works; what is in somebody else's is shown only while
//! a listing named that lately, and Nextcloud is asked for one when the last is too old. What nothing confirms is withheld.
//! Nothing is said about what was withheld except how many of the person's own documents, answers and sentences it was.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use voiceassist_model::{AccountId, ChunkId, ConversationId, DocumentId, Passage, Principal};
use voiceassist_store::audit::Action;
use voiceassist_store::collections::TRUSTED_FOR;
use voiceassist_store::conversations::Message;
use voiceassist_store::documents::{DocumentFilter, DocumentSummary};
use voiceassist_store::verified::{Basis, Claim, Held, Quoting, Unverified, Verified, Witness};
use voiceassist_store::{Cursor, Page, StoreError};

use crate::{Assistant, Inner, WITHHELD};

/// Pieces shown on each side of the one that was asked for.
const NEIGHBOURS: u32 = 1;

/// One page of something verified.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown<T> {
    /// What may be shown.
    pub items: Vec<Verified<T>>,
    /// How many items of the page may not be shown now.
    pub withheld: usize,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

impl Assistant {
    /// Has Nextcloud say which calendars and address books of others a person still sees, unless it did lately. Whoever shows
    /// what is in them to a person asks for this first; without an answer they are not shown.
    pub async fn look_at_lent(&self, account: AccountId) {
        self.0.look_at_lent(account).await;
    }

    /// The documents a person may read, the latest known first.
    pub async fn documents(
        &self,
        principal: &Principal,
        filter: DocumentFilter,
        page: &Page,
    ) -> Result<Shown<DocumentSummary>, StoreError> {
        let (found, next) = self.0.parts.store.documents().list_for(principal.account, filter, page).await?;
        let shown = self.shown(found, next).await;
        self.record_documents(principal, Action::DocumentList, &shown.items).await?;
        Ok(shown)
    }

    /// One document, if the person may read it now.
    pub async fn document(
        &self,
        principal: &Principal,
        document: DocumentId,
    ) -> Result<Option<Verified<DocumentSummary>>, StoreError> {
        let found = self.0.parts.store.documents().find_for(principal.account, document).await?;
        let mut verified = self.verified(found).await.0;
        self.record_documents(principal, Action::DocumentShow, &verified).await?;
        Ok(verified.pop())
    }

    /// A piece of a document with what stands around it, in the document's order, if the person may read it now.
    pub async fn passage(
        &self,
        principal: &Principal,
        chunk: ChunkId,
    ) -> Result<Option<Vec<Verified<Passage>>>, StoreError> {
        let passages = self.0.parts.store.passages();
        let (mut shown, _) = self.verified(passages.readable(principal.account, &[chunk]).await?).await;
        if shown.is_empty() {
            return Ok(None);
        }
        let around = passages.neighbours(principal.account, chunk, NEIGHBOURS, NEIGHBOURS).await?;
        shown.extend(self.verified(around).await.0);
        shown.sort_by_key(|passage| passage.span.start);
        self.record_passages(principal, Action::PassageShow, &shown).await?;
        Ok(Some(shown))
    }

    /// What was said in a conversation, without the sentences that quote what the person may not read now. `None` when
    /// they have no such conversation.
    pub async fn messages(
        &self,
        principal: &Principal,
        conversation: ConversationId,
        page: &Page,
    ) -> Result<Option<Shown<Message>>, StoreError> {
        self.0.look_at_lent(principal.account).await;
        let conversations = self.0.parts.store.conversations();
        let Some((found, next)) = conversations.messages(principal.account, conversation, page).await? else {
            return Ok(None);
        };
        let shown = self.shown(found, next).await;
        self.record_messages(principal, &shown.items).await?;
        Ok(Some(shown))
    }

    /// Whether the person may still read all of these documents, which they could a while ago.
    pub(crate) async fn still_readable(
        &self,
        principal: &Principal,
        documents: &BTreeSet<DocumentId>,
    ) -> Result<bool, StoreError> {
        let asked: Vec<DocumentId> = documents.iter().copied().collect();
        let found = self.0.parts.store.documents().readable(principal.account, &asked).await?;
        Ok(self.verified(found).await.0.len() == documents.len())
    }

    /// What may be shown, and how many documents Nextcloud was asked about.
    pub(crate) async fn verified<T: Quoting>(&self, found: Unverified<T>) -> (Vec<Verified<T>>, usize) {
        let check = Check { assistant: &self.0, asked: AtomicUsize::new(0) };
        let verified = found.verified_by(&check).await;
        (verified, check.asked.into_inner())
    }

    async fn shown<T: Quoting>(&self, found: Unverified<T>, next: Option<Cursor>) -> Shown<T> {
        let before = found.len();
        let (items, _) = self.verified(found).await;
        Shown { withheld: before - items.len(), items, next }
    }
}

/// The program's one witness.
struct Check<'a> {
    assistant: &'a Inner,
    /// How many documents Nextcloud was asked about.
    asked: AtomicUsize,
}

impl Witness for Check<'_> {
    async fn confirm(&self, claim: &Claim) -> BTreeSet<DocumentId> {
        let Inner { parts, settings, .. } = self.assistant;
        let oldest = parts.clock.now() - settings.freshness_bound;
        let is_tree_fresh = claim.confirmed_at().is_some_and(|confirmed| confirmed >= oldest);
        let holds = |held: &Held| match held.basis {
            Basis::Tree => is_tree_fresh && held.etags_tell,
            Basis::Own => true,
            Basis::Lent { seen_at } => seen_at >= oldest,
        };
        // Only files can be asked about one by one.
        let open = claim.about(|held| held.basis == Basis::Tree && !holds(held));
        let documents = claim.documents().iter();
        let mut confirmed: BTreeSet<DocumentId> =
            documents.filter(|(_, held)| holds(held)).map(|(id, _)| *id).collect();
        let lent = claim.about(|held| matches!(held.basis, Basis::Lent { .. }) && !holds(held));
        if !lent.documents().is_empty() {
            confirmed.extend(self.still_lent(&lent).await);
        }
        if !open.documents().is_empty() {
            self.asked.fetch_add(open.documents().len(), Ordering::Relaxed);
            let answer = parts.freshness.confirm(&open, settings.freshness_bound);
            // No answer from Nextcloud, nothing to show.
            let answered = tokio::time::timeout(settings.freshness_time, answer).await.unwrap_or_default();
            confirmed.extend(answered.intersection(&open.documents().keys().copied().collect()));
        }
        count_withheld("freshness", claim.documents().len(), confirmed.len());
        confirmed
    }
}

impl Check<'_> {
    /// Those of these from calendars and address books of others that the person still sees.
    async fn still_lent(&self, claim: &Claim) -> BTreeSet<DocumentId> {
        let Inner { parts, .. } = self.assistant;
        self.assistant.look_at_lent(claim.account()).await;
        let since = parts.clock.now() - TRUSTED_FOR;
        let documents = claim.documents().keys().copied();
        match parts.store.collections().lent_since(claim.account(), documents, since).await {
            Ok(lent) => lent,
            // Nothing confirms them.
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "what others share could not be read"
                );
                BTreeSet::new()
            }
        }
    }
}

impl Inner {
    async fn look_at_lent(&self, account: AccountId) {
        let asking = self.parts.freshness.look_at_lent(account, self.settings.freshness_bound);
        // Without an answer it stays as old as it is.
        _ = tokio::time::timeout(self.settings.freshness_time, asking).await;
    }
}

/// Counts what one check kept back.
pub(crate) fn count_withheld(check: &'static str, before: usize, after: usize) {
    let withheld = u64::try_from(before.saturating_sub(after)).unwrap_or(u64::MAX);
    metrics::counter!(WITHHELD, "check" => check).increment(withheld);
}
