//! The answer to who wants a document itself: which ones fit, where they are, of when, and why they are taken to fit.
//!
//! Files are looked for by their names and by what they say, everything else by what it says and who is in it. What the words
//! say of a document is asked of the index as a filter ([`crate::find`]); when nothing fits, that guess is loosened part by part
//! and the answer says which part it gave up. A document is named only if it has the words that tell it from others, so "not found" is
//! an answer too, with what could be done next. Each line cites the piece it was found by.

use std::collections::HashMap;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use voiceassist_model::{
    AnswerPart, Citation, Confidence, DocumentId, Outcome, Passage, Sensitivity, Source, TextSpan,
};
use voiceassist_store::Verified;

use super::ground::{RULES, note};
use super::hand_over::Composed;
use super::turn::Turn;
use crate::filter::Filter;
use crate::filter::said::{day, name};
use crate::find::{self, Sought};
use crate::intent;
use crate::search::SearchError;
use crate::tools::own::Voice;
use crate::when::{Direction, Standpoint};

/// Documents that are named.
const MAX_LISTED: usize = 5;
/// Passages that are looked through.
const LOOKED_AT: usize = 50;
/// Files that are looked for by their names.
const NAMED: u32 = 40;
/// The longest quote, in code points.
const MAX_QUOTE: usize = 200;

/// A document that may be the one.
struct Candidate {
    passage: Verified<Passage>,
    /// Words that its name has.
    in_title: Vec<String>,
    /// Words that only its text has.
    in_text: Vec<String>,
}

/// What was found, and what of the wish was given up for it.
struct Sighted {
    candidates: Vec<Candidate>,
    given_up: Option<&'static str>,
    considered: usize,
    confidence: f32,
    steps: Vec<String>,
}

impl Turn {
    /// Names the documents that somebody wants to get at.
    pub(super) async fn find_document(
        &self,
        question: &str,
        mut steps: Vec<String>,
        verified_at: DateTime<Utc>,
    ) -> Result<Composed, SearchError> {
        let store = &self.assistant.0.parts.store;
        let zone = self.told_in().await;
        let now = self.assistant.0.parts.clock.now();
        let standpoint = Standpoint { now, zone: zone.clone(), looks: Direction::Back };
        let sought = find::read(question, &standpoint);
        let sighted = self.sight(&sought).await?;
        steps.extend(sighted.steps.iter().cloned());
        steps.push(format!("named {} documents", sighted.candidates.len().min(MAX_LISTED)));
        let voice = Wording(Voice { german: intent::is_german(question), zone, now });
        let mut parts =
            vec![AnswerPart::Sources { considered: u32::try_from(sighted.considered).unwrap_or(u32::MAX) }];
        if sighted.candidates.is_empty() {
            let unread = store.documents().counts(Some(self.principal.account)).await;
            let unread = unread.map_err(SearchError::Store)?.unfinished();
            parts.push(note(&voice.not_found(&sought, &self.filter, unread)));
        } else {
            parts.push(note(&voice.opening(&sighted, &sought)));
            let shown = sighted.candidates.iter().take(MAX_LISTED).zip(1..);
            parts.extend(shown.map(|(candidate, number)| AnswerPart::Sentence {
                text: voice.line(candidate),
                citations: vec![citation(candidate, &sought, number)],
            }));
        }
        let passages: Vec<Verified<Passage>> =
            sighted.candidates.iter().map(|candidate| candidate.passage.clone()).collect();
        let class = passages.iter().take(MAX_LISTED).map(|passage| passage.sensitivity);
        parts.push(AnswerPart::Done {
            outcome: if passages.is_empty() { Outcome::NotFound } else { Outcome::Answered },
            confidence: Confidence { retrieval: sighted.confidence, selection: sighted.confidence },
            sensitivity: class.fold(Sensitivity::Public, Sensitivity::join),
            model: RULES.to_owned(),
            steps,
        });
        Ok(Composed { parts: Verified::standing_on(&passages, parts), verified_at })
    }

    /// Looks with all that the words say, then with less of it.
    async fn sight(&self, sought: &Sought) -> Result<Sighted, SearchError> {
        let heard = &sought.filter;
        let without_people = Filter { people: Vec::new(), ..heard.clone() };
        let without_types = Filter { types: Vec::new(), ..without_people.clone() };
        let mut tries: Vec<(Filter, Option<&'static str>)> = vec![(heard.clone(), None)];
        for (filter, given_up) in
            [(without_people, "people"), (without_types, "type"), (Filter::default(), "time")]
        {
            if tries.last().is_some_and(|(last, _)| *last != filter) {
                tries.push((filter, Some(given_up)));
            }
        }
        let mut all = Sighted {
            candidates: Vec::new(),
            given_up: None,
            considered: 0,
            confidence: 0.0,
            steps: Vec::new(),
        };
        for (heard, given_up) in tries {
            // What was asked for beside the words stands whatever they say.
            let filter = self.filter.with(heard);
            let needs_person = given_up.is_some() && !sought.filter.people.is_empty();
            let (candidates, confidence) = self.sighted(sought, &filter, needs_person, &mut all).await?;
            if !candidates.is_empty() {
                return Ok(Sighted { candidates, given_up, confidence, ..all });
            }
        }
        Ok(all)
    }

    /// The documents under one filter that have the words, best first.
    async fn sighted(
        &self,
        sought: &Sought,
        filter: &Filter,
        needs_person: bool,
        all: &mut Sighted,
    ) -> Result<(Vec<Candidate>, f32), SearchError> {
        let people = if needs_person { sought.filter.people.join(" ") } else { String::new() };
        let query = format!("{} {people}", sought.query);
        let found = self.assistant.find_within(&self.principal, query.trim(), filter, LOOKED_AT).await?;
        all.steps.extend(found.steps);
        let mut passages = found.passages;
        passages.extend(self.named(sought, filter, &mut all.steps).await?);
        all.considered += passages.len();
        let mut of: HashMap<DocumentId, usize> = HashMap::new();
        let mut candidates: Vec<Candidate> = Vec::new();
        for passage in passages {
            let in_title: Vec<String> = owned(find::had(&sought.telling, &passage.title));
            let said = format!("{} {}", passage.heading, passage.text);
            let in_text: Vec<String> = owned(find::had(&sought.telling, &said));
            if let Some(known) = of.get(&passage.document).and_then(|at| candidates.get_mut(*at)) {
                let new = in_text.into_iter().filter(|word| !known.in_text.contains(word));
                known.in_text.extend(new.collect::<Vec<_>>());
            } else {
                of.insert(passage.document, candidates.len());
                candidates.push(Candidate { passage, in_title, in_text });
            }
        }
        let wanted = sought.telling.len();
        candidates.retain(|candidate| 2 * candidate.had() >= wanted);
        candidates.sort_by(|one, other| {
            let newest = other.passage.origin.date.cmp(&one.passage.origin.date);
            let first = if sought.newest { newest } else { std::cmp::Ordering::Equal };
            first
                .then_with(|| other.weight().cmp(&one.weight()))
                .then_with(|| other.passage.score.total_cmp(&one.passage.score))
                .then(newest)
        });
        Ok((candidates, found.confidence))
    }

    /// The beginnings of files whose name has one of the words.
    async fn named(
        &self,
        sought: &Sought,
        filter: &Filter,
        steps: &mut Vec<String>,
    ) -> Result<Vec<Verified<Passage>>, SearchError> {
        // Who is in a file is not in its name, and what is not a file has no name of this kind.
        if sought.telling.is_empty() || !filter.people.is_empty() {
            return Ok(Vec::new());
        }
        let store = &self.assistant.0.parts.store;
        let chunks =
            store.documents().named(self.principal.account, &filter.fit(), &sought.telling, NAMED).await;
        let chunks = chunks.map_err(SearchError::Store)?;
        let found = store.passages().readable(self.principal.account, &chunks).await;
        let (passages, _) = self.assistant.verified(found.map_err(SearchError::Store)?).await;
        steps.push(format!("found {} files by their names", passages.len()));
        Ok(passages)
    }
}

impl Candidate {
    /// How many of the words it has.
    fn had(&self) -> usize {
        self.in_title.len() + self.in_text.iter().filter(|word| !self.in_title.contains(word)).count()
    }

    /// A word in the name says more than one in the text.
    fn weight(&self) -> usize {
        self.had() + self.in_title.len()
    }
}

fn owned(words: Vec<&str>) -> Vec<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// The line of a document that has most of the words, as it is written; else the one it begins with.
fn citation(candidate: &Candidate, sought: &Sought, number: u32) -> Citation {
    let passage: &Passage = &candidate.passage;
    let mut best: (usize, u32, &str) = (0, 0, "");
    let mut at = 0_u32;
    for line in passage.text.split_inclusive('\n') {
        let said = line.trim();
        let had = find::had(&sought.telling, said).len();
        if !said.is_empty() && (best.2.is_empty() || had > best.0) {
            let before = line.chars().take_while(|letter| letter.is_whitespace()).count();
            best = (had, at + u32::try_from(before).unwrap_or(0), said);
        }
        at += u32::try_from(line.chars().count()).unwrap_or(0);
    }
    let quote: String = best.2.chars().take(MAX_QUOTE).collect();
    let start = passage.span.start + best.1;
    let end = start + u32::try_from(quote.chars().count()).unwrap_or(0);
    let span = TextSpan { start, end };
    Citation {
        number,
        document: passage.document,
        chunk: passage.chunk,
        file_id: passage.file_id,
        origin: passage.origin.clone(),
        title: passage.title.clone(),
        path: passage.path.clone(),
        page: passage.pages.first,
        span,
        boxes: passage.printed.boxes(span),
        recognised: passage.printed.recognised,
        quote,
        score: passage.score.clamp(0.0, 1.0),
    }
}

/// The wording of an answer, in its language and by its asker's clock.
struct Wording(Voice);

impl Wording {
    fn opening(&self, sighted: &Sighted, sought: &Sought) -> String {
        let count = sighted.candidates.len();
        let found = match (count, self.0.german) {
            (1, false) => "One document fits:".to_owned(),
            (1, true) => "Ein Dokument passt:".to_owned(),
            (count, false) if count > MAX_LISTED => format!("{count} documents fit; the first {MAX_LISTED}:"),
            (count, true) if count > MAX_LISTED => {
                format!("{count} Dokumente passen; die ersten {MAX_LISTED}:")
            }
            (count, false) => format!("{count} documents fit:"),
            (count, true) => format!("{count} Dokumente passen:"),
        };
        let Some(given_up) = sighted.given_up else { return found };
        let all = self.asked(&sought.filter);
        let lead = match (given_up, self.0.german) {
            ("people", false) => format!("Nothing was found in {all}. Not told by the people in them:"),
            ("people", true) => format!("In {all} wurde nichts gefunden. Ohne auf die Personen zu achten:"),
            ("type", false) => format!("Nothing was found in {all}. Whatever their type:"),
            ("type", true) => format!("In {all} wurde nichts gefunden. Gleich welchen Typs:"),
            (_, false) => format!("Nothing was found in {all}. By the words alone:"),
            (_, true) => format!("In {all} wurde nichts gefunden. Nur nach den W\u{f6}rtern:"),
        };
        format!("{lead} {found}")
    }

    fn asked(&self, filter: &Filter) -> String {
        filter.said(self.0.german, &self.0.zone)
    }

    /// "“Sepsis SOP.pdf” in /Clinic, changed on 3 October 2026: its name has “sepsis”."
    fn line(&self, candidate: &Candidate) -> String {
        let passage: &Passage = &candidate.passage;
        let quoted = |text: &str| self.0.quoted(text);
        let folder = match passage.path.rsplit_once('/') {
            Some(("", _)) => "/",
            Some((folder, _)) => folder,
            None => "",
        };
        let place = match passage.origin.source {
            Source::File => format!("{} {folder}", self.0.say("in", "in")),
            source => format!("{} {}", self.0.say("in", "in"), name(source, self.0.german)),
        };
        let date = passage.origin.date.map(|at| {
            let verb = match passage.origin.source {
                Source::File => self.0.say("changed on", "ge\u{e4}ndert am"),
                Source::Message => self.0.say("of", "vom"),
                Source::Task => self.0.say("due on", "f\u{e4}llig am"),
                Source::Event | Source::Contact => self.0.say("on", "am"),
            };
            format!(", {verb} {}", day(at, self.0.german, &self.0.zone))
        });
        let only: Vec<&String> =
            candidate.in_text.iter().filter(|word| !candidate.in_title.contains(word)).collect();
        let list = |words: &[&String]| words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ");
        let mut why = Vec::new();
        if !candidate.in_title.is_empty() {
            let titled: Vec<&String> = candidate.in_title.iter().collect();
            why.push(format!("{} {}", self.0.say("its name has", "im Namen steht"), list(&titled)));
        }
        if !only.is_empty() {
            why.push(format!("{} {}", self.0.say("it says", "im Text steht"), list(&only)));
        }
        let why = if why.is_empty() { String::new() } else { format!(": {}", why.join("; ")) };
        format!("{} {place}{}{why}.", quoted(&passage.title), date.unwrap_or_default())
    }

    /// What was looked for, and what could be done next.
    fn not_found(&self, sought: &Sought, asked: &Filter, unread: u64) -> String {
        let words = if sought.telling.is_empty() { sought.query.clone() } else { sought.telling.join(", ") };
        let place = self.asked(&asked.with(sought.filter.clone()));
        let mut said = if self.0.german {
            format!("In {place} wurde kein solches Dokument gefunden. Gesucht wurde nach: {words}.")
        } else {
            format!("No such document was found in {place}. Looked for: {words}.")
        };
        if unread > 0 {
            let behind = self.0.say(
                "of your files are not wholly read yet; try again once they are.",
                "Ihrer Dateien sind noch nicht ganz gelesen; versuchen Sie es danach noch einmal.",
            );
            _ = write!(said, " {unread} {behind}");
        }
        said.push_str(self.0.say(
            " Another word of its name or its text may find it, or it may lie where it is not read: the list of documents says why a \
             file is left out.",
            " Vielleicht hilft ein anderes Wort aus dem Namen oder dem Text, oder es liegt, wo nicht gelesen wird: Die Liste der \
             Dokumente sagt, warum eine Datei ausgelassen ist.",
        ));
        said
    }
}
