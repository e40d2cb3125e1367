//! Parts go to their reader one by one, each still true when it goes.
//!
//! Whoever sees any of an answer is in the log as having seen it, before they do.

use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use voiceassist_model::{AnswerPart, DocumentId, Passage, Provenance};
use voiceassist_store::{StoreError, Verified};

use super::AskError;
use super::turn::{End, Turn};
use crate::write::HandOver;

/// An answer's parts, and when its passages were verified.
pub(super) struct Composed {
    pub(super) parts: Vec<Verified<AnswerPart>>,
    pub(super) verified_at: DateTime<Utc>,
}

/// Takes a model's sentences on behalf of a turn.
pub(super) struct Hand<'t> {
    pub(super) turn: &'t mut Turn,
    pub(super) passages: &'t [Verified<Passage>],
    pub(super) verified_at: DateTime<Utc>,
    /// How the turn ended meanwhile, if it did.
    pub(super) end: Option<End>,
}

#[async_trait]
impl HandOver for Hand<'_> {
    fn begins(&mut self, provenance: &Provenance) {
        self.turn.kept.record.provenance = Some(provenance.clone());
    }

    async fn take(&mut self, part: AnswerPart) -> bool {
        let parts = Verified::standing_on(self.passages, vec![part]);
        // Each sentence is in the log before it is shown.
        if let Err(error) = self.turn.assistant.record_answer(&self.turn.principal, &parts).await {
            self.end = Some(self.turn.fail(AskError::Store(error)).await);
            return false;
        }
        for part in parts {
            self.end = self.turn.hand_over(part, &mut self.verified_at).await;
            if self.end.is_some() {
                return false;
            }
        }
        true
    }
}

impl Turn {
    pub(super) async fn hand_over_all(&mut self, composed: Composed) -> End {
        let Composed { parts, mut verified_at } = composed;
        // Whoever sees any of it is in the log as having seen it.
        if let Err(error) = self.assistant.record_answer(&self.principal, &parts).await {
            return self.fail(AskError::Store(error)).await;
        }
        for part in parts {
            if matches!(*part, AnswerPart::Done { .. }) {
                return self.finish(part).await;
            }
            if let Some(end) = self.hand_over(part, &mut verified_at).await {
                return end;
            }
        }
        // The composer always ends with `Done`; without it the answer is what was handed over.
        self.stop().await
    }

    /// Hands one part over once the reader has taken what came before. Something only if the turn is over.
    pub(super) async fn hand_over(
        &mut self,
        part: Verified<AnswerPart>,
        verified_at: &mut DateTime<Utc>,
    ) -> Option<End> {
        let Ok(room) = self.parts.clone().reserve_owned().await else { return Some(self.stop().await) };
        match self.still_holds(&part, verified_at).await {
            Ok(true) => {}
            Ok(false) => {
                drop(room);
                return Some(self.stop().await);
            }
            Err(error) => {
                drop(room);
                return Some(self.fail(AskError::Store(error)).await);
            }
        }
        room.send(Ok(part.clone()));
        self.kept.add(part.into_inner());
        None
    }

    /// Whether a part may still be shown. The reader takes their time; beyond the bound it is asked again.
    async fn still_holds(
        &self,
        part: &AnswerPart,
        verified_at: &mut DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let (citations, items) = match part {
            AnswerPart::Sentence { citations, .. } => (citations.as_slice(), [].as_slice()),
            AnswerPart::Fact { items, .. } => ([].as_slice(), items.as_slice()),
            _ => return Ok(true),
        };
        let now = self.assistant.0.parts.clock.now();
        if now - *verified_at <= self.assistant.0.settings.freshness_bound {
            return Ok(true);
        }
        *verified_at = now;
        let documents: BTreeSet<DocumentId> = citations.iter().map(|citation| citation.document).collect();
        if !items.is_empty() {
            let cited = self.assistant.0.parts.store.cited();
            let left = cited.left(self.principal.account, items.iter().map(|item| item.id)).await?;
            return Ok(items.iter().all(|item| left.contains(&item.id)));
        }
        self.assistant.still_readable(&self.principal, &documents).await
    }
}
