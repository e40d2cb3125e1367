//! What a question is answered from: a tool, a question asked back, or passages.
//!
//! Each step is noted, without content, and goes out with the answer as its reasoning path. A question is asked back at
//! most once: the reply is joined to the original, and what still stays open then is assumed and said.

use chrono::{DateTime, Utc};
use futures::future::try_join_all;
use voiceassist_model::{AnswerPart, Clarification, Confidence, Outcome, Passage, Sensitivity};
use voiceassist_store::conversations::Role;
use voiceassist_store::{StoreError, Verified};

use super::TurnRecord;
use super::hand_over::Composed;
use super::turn::Turn;
use crate::intent::{self, Intent, Reading};
use crate::search::{SearchError, SearchResults};
use crate::tools::own::{self, Talk};
use crate::{find, plan, tools};

/// What makes an answer that only asks or greets.
pub(super) const RULES: &str = "rules";
/// Earlier questions that may complete this one, and the answers between them.
const EARLIER: u32 = 12;
/// Below this, a part of a question counts as not found.
const FOUND: f32 = 0.05;

/// What an answer is made from.
pub(super) enum Ground {
    /// It is made already.
    Ready(Composed),
    /// Passages.
    Found(Found),
}

/// Passages that were found, and when they were verified.
pub(super) struct Found {
    /// The question as it stands alone.
    pub(super) question: String,
    /// Its parts, each with what was found for it.
    pub(super) strands: Vec<Strand>,
    /// What was found for all of them, best first.
    pub(super) results: SearchResults,
    /// What the assistant says first: remarks of its own, and what was read from the person's mirror.
    pub(super) opening: Vec<AnswerPart>,
    pub(super) verified_at: DateTime<Utc>,
}

/// A part of a question.
pub(super) struct Strand {
    pub(super) question: String,
    pub(super) passages: Vec<Verified<Passage>>,
    /// How sure the search is that they answer it.
    pub(super) confidence: f32,
    /// The side of a comparison that its sentences must name.
    pub(super) side: Option<String>,
    /// Whether it is told when nothing answers it.
    pub(super) is_wanted: bool,
}

/// What was found for one part.
struct Looked {
    first: Strand,
    second: Option<Strand>,
    steps: Vec<String>,
}

/// A question, understood.
struct Understood {
    question: String,
    reading: Reading,
    /// Whether it was asked back about already.
    was_asked: bool,
    steps: Vec<String>,
}

impl Turn {
    /// Lets a tool answer, asks back, or finds passages.
    pub(super) async fn ground(&mut self) -> Result<Ground, SearchError> {
        let verified_at = self.assistant.0.parts.clock.now();
        let latest = self.latest().await?;
        let pending = latest.as_ref().and_then(|record| record.calculation.as_ref());
        if let Some(parts) = tools::answer(&tools::Ask { text: &self.question, pending }) {
            return Ok(Ground::Ready(Composed { parts: Verified::calculated(parts), verified_at }));
        }
        let (asked, earlier) = match latest {
            Some(record) => (record.clarification, record.talk),
            None => (None, None),
        };
        let seeks = asked.is_none() && find::asks(&self.question);
        // Whoever narrows a question asks for passages; only what is of their own day alone is answered from it.
        if seeks {
            self.kept.record.talk = earlier.and_then(Talk::aged);
        } else if (self.filter.is_open() || self.filter.is_own_day())
            && let Some(ground) = self.own_day(earlier, verified_at).await?
        {
            return Ok(ground);
        }
        let understood = self.understood(asked).await?;
        if understood.was_asked
            && let Some(parts) = tools::answer(&tools::Ask { text: &understood.question, pending: None })
        {
            return Ok(Ground::Ready(Composed { parts: Verified::calculated(parts), verified_at }));
        }
        if let Some(parts) = said_at_once(&understood) {
            return Ok(Ground::Ready(Composed { parts: Verified::standing_on(&[], parts), verified_at }));
        }
        if understood.reading.intent == Intent::FindDocument {
            let Understood { question, reading, steps, .. } = understood;
            let question = reading.completed.unwrap_or(question);
            return self.find_document(&question, steps, verified_at).await.map(Ground::Ready);
        }
        self.look_up(understood, verified_at).await.map(Ground::Found)
    }

    /// Answers from the person's own calendars, contacts and mail, if that is what the words ask for.
    async fn own_day(
        &mut self,
        earlier: Option<Talk>,
        verified_at: DateTime<Utc>,
    ) -> Result<Option<Ground>, SearchError> {
        let asking = own::Asking {
            store: &self.assistant.0.parts.store,
            account: self.principal.account,
            text: &self.question,
            german: intent::is_german(&self.question),
            talk: earlier.as_ref(),
            zone: self.zone.as_ref(),
        };
        let answer = if own::might_answer(&asking) {
            self.assistant.look_at_lent(asking.account).await;
            own::answer(&asking).await.map_err(SearchError::Own)?
        } else {
            None
        };
        let Some(mut answer) = answer else {
            self.kept.record.talk = earlier.and_then(Talk::aged);
            return Ok(None);
        };
        let documents = answer.documents.take();
        let notes = documents.as_ref().map(|_| answer.parts.clone());
        let (parts, talk) = answer.into_parts();
        self.kept.record.talk = Some(talk);
        let (Some(question), Some(opening)) = (documents, notes) else {
            let parts = Verified::standing_on(&[], parts);
            return Ok(Some(Ground::Ready(Composed { parts, verified_at })));
        };
        // What it is about was told by the mirror, so nothing is left open.
        let reading = Reading { missing: Vec::new(), asked: None, ..intent::read::<&str>(&question, &[]) };
        let steps = vec!["looked in documents as well".to_owned()];
        let understood = Understood { question, reading, was_asked: true, steps };
        let mut found = self.look_up(understood, verified_at).await?;
        found.opening = opening;
        Ok(Some(Ground::Found(found)))
    }

    /// The record of the answer before, if it was shown whole: nothing of what was stopped can be confirmed or replied to.
    async fn latest(&self) -> Result<Option<TurnRecord>, SearchError> {
        let conversations = self.assistant.0.parts.store.conversations();
        let latest = conversations.latest_details(self.principal.account, self.conversation).await;
        Ok(latest
            .map_err(SearchError::Store)?
            .and_then(|details| serde_json::from_value::<TurnRecord>(details).ok())
            .filter(|record| !record.stopped))
    }

    /// Reads the question with what was said before it.
    async fn understood(&self, asked: Option<Clarification>) -> Result<Understood, SearchError> {
        let mut steps = Vec::new();
        let reply_to = asked.filter(|asked| intent::resumed(&self.question, &asked.options));
        let was_asked = reply_to.is_some();
        let question = match reply_to {
            Some(asked) => {
                steps.push("completed by the reply to what was asked back".to_owned());
                intent::join(&asked.original, &self.question)
            }
            None => self.question.clone(),
        };
        let mut reading = intent::read::<&str>(&question, &[]);
        if reading.is_ambiguous() {
            let history = self.asked_before().await.map_err(SearchError::Store)?;
            reading = intent::read(&question, &history);
        }
        steps.insert(0, format!("understood as {}", reading.intent.as_str()));
        if reading.completed.is_some() {
            steps.push("completed by what was asked before".to_owned());
        }
        if reading.is_ambiguous() && self.filter.files.len() == 1 {
            reading = reading.about_one_document();
            if !reading.is_ambiguous() {
                steps.push("what stays open is what the chosen file is about".to_owned());
            }
        }
        Ok(Understood { question, reading, was_asked, steps })
    }

    /// The person's earlier questions in this conversation, oldest first.
    async fn asked_before(&self) -> Result<Vec<String>, StoreError> {
        let conversations = self.assistant.0.parts.store.conversations();
        let Some(found) =
            conversations.latest(self.principal.account, self.conversation, 2 * EARLIER).await?
        else {
            return Ok(Vec::new());
        };
        let (messages, _) = self.assistant.verified(found).await;
        let mut asked: Vec<String> = messages
            .iter()
            .filter(|message| message.role == Role::User)
            .map(|message| message.text())
            .collect();
        // The question itself was kept before the turn began.
        if asked.last().is_some_and(|last| *last == self.question) {
            asked.pop();
        }
        Ok(asked)
    }

    /// Finds passages: for the whole question, or for each of its parts, in one look or two.
    async fn look_up(
        &self,
        understood: Understood,
        verified_at: DateTime<Utc>,
    ) -> Result<Found, SearchError> {
        let Understood { question, reading, mut steps, .. } = understood;
        let mut notes = Vec::new();
        if reading.intent == Intent::Emergency {
            notes.push(
                "If somebody is in danger now, call for help at once; this assistant cannot.".to_owned(),
            );
        } else if reading.is_ambiguous() && asks_back(reading.intent) {
            notes.push(intent::assumption(&question, &reading.missing));
            steps.push("assumed what stayed open".to_owned());
        }
        let question = reading.completed.unwrap_or(question);
        let settings = &self.assistant.0.settings;
        let parts =
            if settings.decompose { plan::split(&question) } else { vec![plan::Part::whole(&question)] };
        if parts.len() > 1 {
            steps.push(format!("looked for in {} parts", parts.len()));
        }
        let is_wanted = parts.len() > 1;
        let looks = parts.into_iter().map(|part| self.look_for(part, is_wanted));
        let (mut strands, mut confidences) = (Vec::new(), Vec::new());
        for looked in try_join_all(looks).await? {
            steps.extend(looked.steps);
            confidences.push(looked.first.confidence);
            strands.push(looked.first);
            strands.extend(looked.second);
        }
        let confidence = mean(&confidences);
        let passages = interleaved(&strands, settings.answer_passages);
        let mut opening: Vec<AnswerPart> = notes.into_iter().map(|text| AnswerPart::Note { text }).collect();
        if !self.filter.is_open() && !counts_as_found(&passages) {
            opening.push(self.left_nothing(&question, &mut steps).await?);
        }
        let results = SearchResults { passages, confidence, steps, without_filter: None };
        Ok(Found { question, strands, results, opening, verified_at })
    }

    /// Finds what answers one part; what only describes its subject is looked up at the same time, and then looked for
    /// by its name.
    async fn look_for(&self, part: plan::Part, is_wanted: bool) -> Result<Looked, SearchError> {
        let plan::Part { question, side } = part;
        let find = async |question: &str| self.looked(question).await;
        let bridge = if self.assistant.0.settings.multi_hop { plan::bridge(&question) } else { None };
        let described = async {
            match &bridge {
                Some(bridge) => find(&bridge.description).await.map(Some),
                None => Ok(None),
            }
        };
        let (first, described) = tokio::try_join!(find(&question), described)?;
        let SearchResults { passages, confidence, mut steps, .. } = first;
        let mut second = None;
        if let (Some(bridge), Some(described)) = (&bridge, described) {
            steps.push("looked up what the question describes".to_owned());
            let best = described.passages.first().or_else(|| passages.first());
            if let Some(question) = best.and_then(|best| bridge.second(best)) {
                let SearchResults { passages, confidence, .. } = find(&question).await?;
                steps.push(format!("looked again with what was found: {} passages", passages.len()));
                second = Some(Strand { question, passages, confidence, side: None, is_wanted: false });
            }
        }
        Ok(Looked { first: Strand { question, passages, confidence, side, is_wanted }, second, steps })
    }

    /// Looks for passages within the turn's filter.
    async fn looked(&self, question: &str) -> Result<SearchResults, SearchError> {
        let limit = self.assistant.0.settings.answer_passages;
        self.assistant.find_within(&self.principal, question, &self.filter, limit).await
    }

    /// What is said where a filter left nothing that answers: what was looked at, and whether there is more without it.
    async fn left_nothing(&self, question: &str, steps: &mut Vec<String>) -> Result<AnswerPart, SearchError> {
        let zone = self.told_in().await;
        let german = intent::is_german(question);
        let place = self.filter.said(german, &zone);
        let limit = self.assistant.0.settings.answer_passages;
        let all = self.assistant.find(&self.principal, question, limit).await?;
        steps.push("looked without the filter, to say whether there is more".to_owned());
        let more = all.passages.iter().filter(|passage| passage.score > FOUND).count();
        let text = match (german, more) {
            (false, 0) => format!("Nothing was found in {place}, and nothing without that filter either."),
            (false, more) => format!(
                "Nothing was found in {place}. Passages that may fit without that filter: {more}; ask again without it to see \
                 them."
            ),
            (true, 0) => format!("In {place} wurde nichts gefunden, ohne diesen Filter auch nicht."),
            (true, more) => format!(
                "In {place} wurde nichts gefunden. Stellen, die ohne diesen Filter passen k\u{f6}nnten: {more}; fragen Sie ohne ihn \
                 noch einmal, um sie zu sehen."
            ),
        };
        Ok(note(&text))
    }
}

/// What can be said without looking anything up: a greeting, or a question asked back.
fn said_at_once(understood: &Understood) -> Option<Vec<AnswerPart>> {
    let Understood { question, reading, was_asked, steps } = understood;
    let (outcome, shown) = match (reading.intent, &reading.asked) {
        (Intent::SmallTalk, _) => {
            (Outcome::Answered, vec![note("Hello. Ask about what is in your documents.")])
        }
        (Intent::Help, _) => (
            Outcome::Answered,
            vec![note(
                "I answer from the documents you may read and cite the page of each sentence, compute medical scores from values \
                 you confirm, and say so when nothing was found.",
            )],
        ),
        (intent, Some(asked)) if !was_asked && asks_back(intent) => {
            let clarification = Clarification {
                original: question.clone(),
                question: asked.question.clone(),
                options: asked.options.clone(),
                missing: reading.missing.iter().map(|slot| slot.as_str().to_owned()).collect(),
            };
            let shown = vec![
                AnswerPart::Clarification { clarification: Box::new(clarification) },
                note(&asked.question),
            ];
            (Outcome::Clarify, shown)
        }
        _ => return None,
    };
    let mut steps = steps.clone();
    if outcome == Outcome::Clarify {
        steps.push("asked back what the question leaves open".to_owned());
    }
    let mut parts = vec![AnswerPart::Sources { considered: 0 }];
    parts.extend(shown);
    parts.push(AnswerPart::Done {
        outcome,
        // Nothing was looked for.
        confidence: Confidence { retrieval: 0.0, selection: 0.0 },
        sensitivity: Sensitivity::Health,
        model: RULES.to_owned(),
        steps,
    });
    Some(parts)
}

/// What is asked back about here. Calendars, mail and people are not answered from documents.
const fn asks_back(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::SearchDocuments
            | Intent::MedicalQuestion
            | Intent::Calculate
            | Intent::Summarize
            | Intent::FindDocument
    )
}

pub(super) fn note(text: &str) -> AnswerPart {
    AnswerPart::Note { text: text.to_owned() }
}

fn mean(values: &[f32]) -> f32 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f32>() / values.len() as f32 }
}

/// The passages of all strands, the best of each first, each once.
fn interleaved(strands: &[Strand], most: usize) -> Vec<Verified<Passage>> {
    let longest = strands.iter().map(|strand| strand.passages.len()).max().unwrap_or(0);
    let mut found: Vec<Verified<Passage>> = Vec::new();
    for rank in 0..longest {
        for passage in strands.iter().filter_map(|strand| strand.passages.get(rank)) {
            if found.len() < most && !found.iter().any(|known| known.chunk == passage.chunk) {
                found.push(passage.clone());
            }
        }
    }
    found
}

/// Whether so much confidence is any at all.
pub(super) fn counts_as_found(passages: &[Verified<Passage>]) -> bool {
    passages.iter().any(|passage| passage.score > FOUND)
}
