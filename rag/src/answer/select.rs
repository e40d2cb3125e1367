//! Which sentences make the answer.
//!
//! The best one decides whether there is an answer at all. Further ones must come close to it and add something: a
//! word of the question that no chosen one covers, or its own continuation. What repeats a chosen sentence is left
//! out, unless another document says exactly the same, which then is cited beside it.

use std::collections::HashSet;

use crate::answer::AnswerSettings;
use crate::answer::candidates::{Candidate, Source};
use crate::extract::normalise;

/// The weights of what speaks for a sentence, without and with meaning.
const BY_WORDS: [f32; 3] = [0.72, 0.0, 0.28];
const BY_MEANING: [f32; 3] = [0.45, 0.38, 0.17];
/// The likeness that unrelated sentences have, and the one that equal ones nearly have.
const UNLIKE: f32 = 0.15;
const ALIKE: f32 = 0.75;
/// What lacking the kind of thing asked for costs.
const WRONG_KIND: f32 = 0.15;
/// What the likeness of a sentence is worth that has no word of the question.
const WORDLESS: f32 = 0.85;
/// What looking like a title costs.
const TITLE_LIKE: f32 = 0.25;
/// The share of stems from which two sentences say the same.
const SAME: f32 = 0.7;
/// What likeness counts when it stands alone.
const ALONE: f32 = 0.8;
/// Without a word of the question in the sentence or its lead, only meaning this close counts.
const MEANING_ALONE: f32 = 0.55;
/// How fast the need of the best sentence grows as the search gets less sure, with meaning and by words alone: sentences
/// about the same subject are alike whether they answer or not, in meaning more easily than in words. Chosen on questions
/// about research abstracts and about the synthetic clinic, each asked as it stands and without its documents.
const DOUBT_BY_MEANING: f32 = 0.3;
const DOUBT_BY_WORDS: f32 = 0.25;
/// The certainty at which the best sentence needs what the settings say. A search by words that is surer needs less.
const SURE_BY_MEANING: f32 = 1.0;
const SURE_BY_WORDS: f32 = 0.6;
/// How much of the question's weight must stand in the sentence or its lead.
const LEAST_OWN: f32 = 0.2;

/// A chosen sentence and every place that says it.
#[derive(Debug)]
pub(super) struct Chosen<'c> {
    pub(super) text: &'c str,
    pub(super) sources: Vec<Source>,
}

/// Fills in how well each candidate supports an answer.
pub(super) fn score(candidates: &mut [Candidate], cosines: Option<&[f32]>) {
    for (index, candidate) in candidates.iter_mut().enumerate() {
        let cosine =
            cosines.and_then(|cosines| cosines.get(index)).copied().filter(|cosine| cosine.is_finite());
        // Without a word of the question a sentence is often only like the heading it stands under.
        let trust = if candidate.covers.is_empty() { WORDLESS } else { 1.0 };
        let cosine = cosine.map(|cosine| cosine * trust);
        let likeness = cosine.map_or(0.0, |cosine| ((cosine - UNLIKE) / (ALIKE - UNLIKE)).clamp(0.0, 1.0));
        let [words, meaning, passage] = if cosine.is_some() { BY_MEANING } else { BY_WORDS };
        let blend = words * candidate.coverage + meaning * likeness + passage * candidate.passage_score;
        let mut support = blend.max(ALONE * likeness);
        if !candidate.fits_kind {
            support -= WRONG_KIND;
        }
        if candidate.title_like {
            support -= TITLE_LIKE;
        }
        let grounded = candidate.own >= LEAST_OWN || cosine.is_some_and(|cosine| cosine >= MEANING_ALONE);
        candidate.support = if grounded { support.clamp(0.0, 1.0) } else { 0.0 };
        candidate.source.score = candidate.support;
    }
}

/// The sentences of the answer in the order of reading; none when nothing supports one.
pub(super) fn choose<'c>(
    candidates: &'c [Candidate],
    settings: &AnswerSettings,
    by_meaning: bool,
) -> Vec<Chosen<'c>> {
    let mut ranked: Vec<&Candidate> = candidates.iter().filter(|candidate| candidate.support > 0.0).collect();
    ranked.sort_by(|a, b| b.support.total_cmp(&a.support));
    let (doubt, sure) =
        if by_meaning { (DOUBT_BY_MEANING, SURE_BY_MEANING) } else { (DOUBT_BY_WORDS, SURE_BY_WORDS) };
    let needed = settings.threshold + doubt * (sure - settings.confidence.clamp(0.0, 1.0));
    let Some(best) = ranked.first().copied().filter(|best| best.support >= needed) else {
        return Vec::new();
    };
    // Beside a sentence that answers, one that says a little less of it still belongs to a full answer.
    let least = if settings.everything { settings.threshold * settings.further } else { settings.threshold };
    let mut chosen = vec![best];
    let mut covered: HashSet<usize> = best.covers.clone();
    for candidate in &ranked[1..] {
        if chosen.len() >= settings.sentences {
            break;
        }
        let close = candidate.support >= best.support * settings.further && candidate.support >= least;
        let adds = settings.everything
            || candidate.covers.iter().any(|word| !covered.contains(word))
            || chosen.iter().any(|other| continues(other, candidate))
            || candidate.support >= best.support * 0.95;
        let repeats = chosen.iter().any(|other| likeness(other, candidate) >= SAME);
        if close && adds && !repeats {
            covered.extend(&candidate.covers);
            chosen.push(candidate);
        }
    }
    in_reading_order(&mut chosen);
    chosen
        .into_iter()
        .map(|candidate| Chosen { text: &candidate.text, sources: everywhere(candidate, &ranked) })
        .collect()
}

/// Documents in the order of their best sentence; within one, the order of the text.
fn in_reading_order(chosen: &mut [&Candidate]) {
    let mut documents = Vec::new();
    for candidate in chosen.iter() {
        if !documents.contains(&candidate.source.document) {
            documents.push(candidate.source.document);
        }
    }
    chosen.sort_by_key(|candidate| {
        let document = documents.iter().position(|document| *document == candidate.source.document);
        (document, candidate.source.span.start)
    });
}

/// Every place that says the same words, the candidate's own first, one for each document.
fn everywhere(candidate: &Candidate, ranked: &[&Candidate]) -> Vec<Source> {
    let key = |candidate: &Candidate| normalise::inline(&candidate.text).to_lowercase();
    let own = key(candidate);
    let mut sources = vec![candidate.source.clone()];
    for other in ranked {
        let known = sources.iter().any(|source| source.document == other.source.document);
        if !known && key(other) == own {
            sources.push(other.source.clone());
        }
    }
    sources
}

/// Whether one sentence directly follows the other.
fn continues(a: &Candidate, b: &Candidate) -> bool {
    const GAP: u32 = 4;
    a.source.document == b.source.document
        && (a.source.span.end..=a.source.span.end + GAP).contains(&b.source.span.start)
}

/// The share of stems two sentences have in common.
fn likeness(a: &Candidate, b: &Candidate) -> f32 {
    let common = a.stems.intersection(&b.stems).count() as f32;
    let all = a.stems.union(&b.stems).count() as f32;
    if all == 0.0 { 1.0 } else { common / all }
}
