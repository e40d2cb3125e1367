//! Content on its way to a person: not shown before it was verified, and only verified content can be shown.
//!
//! Whatever reads passages, names of documents or old answers gets them [`Unverified`]: the database has said that the
//! person may read them, and nothing of them can be seen yet. The one way on is [`Unverified::verified_by`], which puts a
//! [`Claim`] to a [`Witness`] and hands over, as [`Verified`], what the witness confirms. There is no other way to make a
//! `Verified`: its field is private to this file, it is not deserialised from anything, and the program's one witness
//! is the assistant's. What shows content takes `Verified` and nothing else, so a path that forgets to ask does not
//! compile.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use chrono::{DateTime, Utc};
use voiceassist_model::{AccountId, AnswerPart, DocumentId, Outcome, Passage};

use crate::documents::DocumentSummary;

/// What the database says a person may read, as of one statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    account: AccountId,
    confirmed_at: Option<DateTime<Utc>>,
    doubts: i64,
    documents: BTreeMap<DocumentId, Held>,
}

/// How the database comes to say that a document is readable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Held {
    /// Nextcloud's id of the file; 0 of what is not a file.
    pub file_id: i64,
    /// What the database goes by.
    pub basis: Basis,
    /// Of a file: whether losing it would move the etag of the person's root. It would not below a team folder or another mount, for
    /// anybody who has the file there: permissions there change without a trace.
    pub etags_tell: bool,
}

/// What the database goes by when it says that somebody may read a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Basis {
    /// The file is in the person's tree.
    Tree,
    /// It is the person's own: in a mailbox, a calendar or an address book of theirs. Nobody else can take it away.
    Own,
    /// It is in somebody else's calendar or address book, which a listing last named then.
    Lent {
        /// When.
        seen_at: DateTime<Utc>,
    },
}

/// What one row says about one document, beside its content.
pub(crate) struct Ground {
    pub(crate) document: DocumentId,
    pub(crate) held: Held,
    pub(crate) confirmed_at: Option<DateTime<Utc>>,
    pub(crate) doubts: i64,
}

/// Says which documents a person may certainly read now.
pub trait Witness: Sync {
    /// Those of the claim that hold. Fail closed: whoever is unsure confirms nothing.
    fn confirm(&self, claim: &Claim) -> impl Future<Output = BTreeSet<DocumentId>> + Send;
}

/// Something that quotes documents, whole or in parts.
pub trait Quoting: Sized {
    /// The documents whose content is in it.
    fn documents(&self) -> Vec<DocumentId>;
    /// What may be shown of it when only these documents may; nothing if nothing is left.
    fn only(self, readable: &BTreeSet<DocumentId>) -> Option<Self>;
}

/// Content that nobody may see yet.
pub struct Unverified<T> {
    claim: Claim,
    items: Vec<T>,
}

/// Content that its reader may see.
#[derive(Clone, PartialEq, Debug)]
pub struct Verified<T>(T);

// === impl Claim ===

impl Claim {
    pub(crate) fn new(account: AccountId, grounds: impl IntoIterator<Item = Ground>) -> Self {
        let mut claim = Self { account, confirmed_at: None, doubts: 0, documents: BTreeMap::new() };
        for ground in grounds {
            // Only files say something about the person's tree.
            if ground.held.basis == Basis::Tree {
                claim.confirmed_at = ground.confirmed_at;
                claim.doubts = ground.doubts;
            }
            claim.documents.insert(ground.document, ground.held);
        }
        claim
    }

    /// Whose reading this is about.
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// As of when the person's tree is believed to equal the server's; nothing while it is doubted.
    pub const fn confirmed_at(&self) -> Option<DateTime<Utc>> {
        self.confirmed_at
    }

    /// How often somebody said that something of this person's changed. A confirmation that knew of fewer is void.
    pub const fn doubts(&self) -> i64 {
        self.doubts
    }

    /// What the database lets the person read.
    pub const fn documents(&self) -> &BTreeMap<DocumentId, Held> {
        &self.documents
    }

    /// The same claim about some of its documents.
    #[must_use]
    pub fn about(&self, some: impl Fn(&Held) -> bool) -> Self {
        let documents = self.documents.iter().filter(|(_, held)| some(held)).map(|(id, held)| (*id, *held));
        let Self { account, confirmed_at, doubts, .. } = *self;
        Self { account, confirmed_at, doubts, documents: documents.collect() }
    }
}

// === impl Unverified ===

impl<T: Quoting> Unverified<T> {
    pub(crate) const fn new(claim: Claim, items: Vec<T>) -> Self {
        Self { claim, items }
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// What the witness confirms, in the same order. Nothing is asked when nothing is quoted.
    pub async fn verified_by(self, witness: &impl Witness) -> Vec<Verified<T>> {
        let claimed = &self.claim.documents;
        let mut readable = BTreeSet::new();
        if !claimed.is_empty() {
            readable = witness.confirm(&self.claim).await;
            readable.retain(|document| claimed.contains_key(document));
        }
        self.items.into_iter().filter_map(|item| item.only(&readable)).map(Verified).collect()
    }
}

impl<T> std::fmt::Debug for Unverified<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unverified").field("items", &self.items.len()).finish_non_exhaustive()
    }
}

// === impl Verified ===

impl<T> Verified<T> {
    /// The content.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Borrow<T> for Verified<T> {
    fn borrow(&self) -> &T {
        &self.0
    }
}

impl Verified<Passage> {
    /// The same passage with the score it was found with.
    #[must_use]
    pub fn scored(self, score: f32) -> Self {
        Self(Passage { score, ..self.0 })
    }
}

impl Verified<AnswerPart> {
    /// The parts of an answer that stand on these passages. A sentence that cites anything else is left out, and so is one
    /// that cites nothing, unless the answer is that nothing was found.
    pub fn standing_on(passages: &[Verified<Passage>], parts: Vec<AnswerPart>) -> Vec<Self> {
        let abstains =
            parts.iter().any(|part| matches!(part, AnswerPart::Done { outcome: Outcome::NotFound, .. }));
        let verified: BTreeSet<DocumentId> = passages.iter().map(|passage| passage.document).collect();
        let stands = |part: &AnswerPart| match part {
            // What the assistant says or asks itself quotes nobody.
            AnswerPart::Sources { .. }
            | AnswerPart::Clarification { .. }
            | AnswerPart::Note { .. }
            | AnswerPart::Provenance { .. }
            | AnswerPart::Done { .. } => true,
            // What is computed from the person's words has a way of its own.
            AnswerPart::Calculation { .. } => false,
            // What was read from the asker's own mirror quotes no document, and says what it was read from.
            AnswerPart::Fact { items, .. } => !items.is_empty(),
            AnswerPart::Sentence { citations, .. } if citations.is_empty() => abstains,
            AnswerPart::Sentence { citations, .. } => {
                citations.iter().all(|citation| verified.contains(&citation.document))
            }
        };
        parts.into_iter().filter(stands).map(Self).collect()
    }

    /// The parts of an answer about a calculation, which is made from the person's own words and quotes no document. A
    /// sentence that cites one is left out, and so is every sentence if there is no calculation.
    pub fn calculated(parts: Vec<AnswerPart>) -> Vec<Self> {
        let about_one = parts.iter().any(|part| matches!(part, AnswerPart::Calculation { .. }));
        let stands = |part: &AnswerPart| match part {
            AnswerPart::Sentence { citations, .. } => about_one && citations.is_empty(),
            AnswerPart::Fact { .. } => false,
            _ => true,
        };
        parts.into_iter().filter(stands).map(Self).collect()
    }
}

// === what quotes documents ===

impl Quoting for Passage {
    fn documents(&self) -> Vec<DocumentId> {
        vec![self.document]
    }

    fn only(self, readable: &BTreeSet<DocumentId>) -> Option<Self> {
        readable.contains(&self.document).then_some(self)
    }
}

impl Quoting for DocumentSummary {
    fn documents(&self) -> Vec<DocumentId> {
        vec![self.id]
    }

    fn only(self, readable: &BTreeSet<DocumentId>) -> Option<Self> {
        readable.contains(&self.id).then_some(self)
    }
}

/// A bare id, for asking whether documents that were verified a while ago may still be read.
impl Quoting for DocumentId {
    fn documents(&self) -> Vec<DocumentId> {
        vec![*self]
    }

    fn only(self, readable: &BTreeSet<DocumentId>) -> Option<Self> {
        readable.contains(&self).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use voiceassist_model::{
        AnswerPart, ChunkId, Citation, Confidence, DocumentId, Outcome, PageSpan, Passage, Sensitivity,
        TextSpan,
    };

    use super::Verified;

    fn passage(document: u128) -> Passage {
        Passage {
            chunk: ChunkId::from_uuid(Uuid::from_u128(document)),
            document: DocumentId::from_uuid(Uuid::from_u128(document)),
            file_id: 1,
            origin: voiceassist_model::Origin::default(),
            title: String::new(),
            path: String::new(),
            heading: String::new(),
            pages: PageSpan { first: 1, last: 1 },
            span: TextSpan { start: 0, end: 1 },
            text: String::new(),
            printed: voiceassist_model::Printed::default(),
            sensitivity: Sensitivity::Health,
            score: 0.0,
        }
    }

    fn sentence(documents: &[u128]) -> AnswerPart {
        let citation = |document: &u128| {
            let passage = passage(*document);
            Citation {
                number: 1,
                document: passage.document,
                chunk: passage.chunk,
                file_id: 1,
                origin: voiceassist_model::Origin::default(),
                title: String::new(),
                path: String::new(),
                page: 1,
                span: passage.span,
                quote: String::new(),
                boxes: Vec::new(),
                recognised: None,
                score: 1.0,
            }
        };
        AnswerPart::Sentence { text: String::new(), citations: documents.iter().map(citation).collect() }
    }

    fn done(outcome: Outcome) -> AnswerPart {
        AnswerPart::Done {
            outcome,
            confidence: Confidence { retrieval: 1.0, selection: 1.0 },
            sensitivity: Sensitivity::Health,
            model: String::new(),
            steps: Vec::new(),
        }
    }

    #[test]
    fn a_sentence_is_shown_only_if_all_it_cites_was_verified() {
        let passages = [Verified(passage(1)), Verified(passage(2))];
        let parts = vec![
            sentence(&[1]),
            sentence(&[1, 2]),
            sentence(&[2, 3]),
            sentence(&[]),
            done(Outcome::Answered),
        ];
        let shown = Verified::standing_on(&passages, parts.clone());
        let expected = [&parts[0], &parts[1], &parts[4]];
        assert_eq!(shown.iter().map(|part| &part.0).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_answer_about_a_calculation_quotes_no_document_and_a_quoting_one_holds_no_calculation() {
        let calculation = AnswerPart::Calculation {
            calculation: Box::new(voiceassist_model::Calculation {
                state: voiceassist_model::CalculationState::NeedsInput,
                calculator: None,
                title: None,
                inputs: Vec::new(),
                missing: Vec::new(),
                candidates: Vec::new(),
                result: None,
                request: None,
            }),
        };
        let parts = vec![calculation, sentence(&[1]), sentence(&[]), done(Outcome::Answered)];
        let shown = Verified::calculated(parts.clone());
        let expected = [&parts[0], &parts[2], &parts[3]];
        assert_eq!(shown.iter().map(|part| &part.0).collect::<Vec<_>>(), expected);
        assert_eq!(
            Verified::calculated(parts[1..].to_vec()).len(),
            1,
            "without a calculation only the end is left"
        );
        assert_eq!(Verified::standing_on(&[], parts).len(), 1);
    }

    #[test]
    fn an_answer_that_found_nothing_may_say_so_without_citing() {
        let parts = vec![sentence(&[]), done(Outcome::NotFound)];
        assert_eq!(Verified::standing_on(&[], parts).len(), 2);
    }
}
