//! The sentences that could be in an answer, and what each has to say for itself.
//!
//! Each sentence is read in its place: the headings above it, the line that leads its list in, the head of its table
//! and the sentence before it lend it words at a discount, because "5 mg twice daily" answers nothing alone. Headings
//! themselves are context and never answers, and neither are running lines ([`notices`]). The same place in two overlapping passages counts once.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::sync::Arc;

use voiceassist_model::{ChunkId, Citation, DocumentId, PageBox, Passage, Sensitivity, TextSpan};

use crate::answer::leads::{self, Lead};
use crate::answer::notices::{self, Line};
use crate::answer::question::{Question, stems};
use crate::answer::{display, sentences};
use crate::chunk::HEADING_GAP;
use crate::extract::lines;

/// What words of the surroundings count, against 1 for the sentence's own.
const BY_LEAD: f32 = 0.75;
const BY_HEADING: f32 = 0.6;
const BY_TITLE: f32 = 0.4;
const BY_NEIGHBOUR: f32 = 0.45;
/// A sentence longer than this is no sentence but what an unreadable page left.
const LONGEST: usize = 700;
/// Sentences looked at in one passage.
const PER_PASSAGE: usize = 80;

/// Where a sentence stands.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) document: DocumentId,
    pub(super) chunk: ChunkId,
    file_id: i64,
    origin: voiceassist_model::Origin,
    title: String,
    path: String,
    page: u32,
    pub(super) span: TextSpan,
    quote: String,
    boxes: Vec<PageBox>,
    recognised: Option<u8>,
    pub(super) sensitivity: Sensitivity,
    pub(super) score: f32,
}

impl Source {
    /// The file's name.
    pub(super) fn title(&self) -> &str {
        &self.title
    }

    pub(super) fn citation(&self, number: u32) -> Citation {
        Citation {
            number,
            document: self.document,
            chunk: self.chunk,
            file_id: self.file_id,
            origin: self.origin.clone(),
            title: self.title.clone(),
            path: self.path.clone(),
            page: self.page,
            span: self.span,
            quote: self.quote.clone(),
            boxes: self.boxes.clone(),
            recognised: self.recognised,
            score: self.score.clamp(0.0, 1.0),
        }
    }
}

/// A sentence that could be in the answer.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) source: Source,
    /// As it is shown, with its lead-in.
    pub(super) text: String,
    /// With what it stands under, for the embedder.
    pub(super) in_context: String,
    /// Its own stems.
    pub(super) stems: Arc<HashSet<String>>,
    /// The question's words it covers itself.
    pub(super) covers: HashSet<usize>,
    /// How much of the question it covers with its surroundings, 0 to 1.
    pub(super) coverage: f32,
    /// How much of the question's weight stands in the sentence itself or the line that leads it in.
    pub(super) own: f32,
    pub(super) passage_score: f32,
    /// Whether it has the kind of thing that was asked for.
    pub(super) fits_kind: bool,
    /// Whether it looks like a title or a running line and not like something said.
    pub(super) title_like: bool,
    /// How well it supports an answer, 0 to 1.
    pub(super) support: f32,
}

/// The best sentences by their words.
pub(super) fn of<P: Borrow<Passage>>(question: &Question, passages: &[P], most: usize) -> Vec<Candidate> {
    let mut places = HashSet::new();
    let mut found: Vec<InPlace<'_>> = Vec::new();
    for passage in passages.iter().map(Borrow::borrow) {
        for sentence in read(passage) {
            if places.insert((passage.document, sentence.span.start)) {
                found.push(sentence);
            }
        }
    }
    without_notices(question, &mut found);
    let weights = weights(question, &found);
    let mut candidates: Vec<Candidate> =
        found.into_iter().filter_map(|sentence| candidate(question, &weights, sentence)).collect();
    candidates.sort_by(|a, b| {
        (b.coverage + 0.2 * b.passage_score).total_cmp(&(a.coverage + 0.2 * a.passage_score))
    });
    candidates.truncate(most);
    candidates
}

/// A sentence with its surroundings.
struct InPlace<'p> {
    passage: &'p Passage,
    span: TextSpan,
    page: u32,
    quote: String,
    lead: Lead,
    stems: Arc<HashSet<String>>,
    /// Of the sentence before it in the passage.
    before: Arc<HashSet<String>>,
    above: Arc<Above>,
}

/// The stems of what a passage stands under.
struct Above {
    heading: HashSet<String>,
    title: HashSet<String>,
}

impl Above {
    fn of(passage: &Passage) -> Self {
        let title = passage.title.rsplit_once('.').map_or(passage.title.as_str(), |(stem, _)| stem);
        Self { heading: stems(&passage.heading), title: stems(title) }
    }
}

/// The sentences of a passage, headings left out.
fn read(passage: &Passage) -> Vec<InPlace<'_>> {
    let chars: Vec<char> = passage.text.chars().collect();
    let headings: HashSet<String> = passage.heading.split(HEADING_GAP).map(str::to_lowercase).collect();
    let body = without_headings(&passage.text, &headings);
    let spans: Vec<TextSpan> = sentences::split(&body).into_iter().take(PER_PASSAGE).collect();
    let quotes: Vec<String> =
        spans.iter().map(|span| chars[span.start as usize..span.end as usize].iter().collect()).collect();
    let leads = leads::of(&quotes);
    let mut found: Vec<InPlace<'_>> = Vec::new();
    let (mut page, mut counted) = (passage.pages.first, 0);
    let above = Arc::new(Above::of(passage));
    let mut before = Arc::<HashSet<String>>::default();
    for ((span, quote), lead) in spans.into_iter().zip(quotes).zip(leads) {
        page += pages_in(&chars[counted..span.start as usize]);
        counted = span.start as usize;
        let shown = display::plain(&quote);
        let is_shape = lines::is_marked_heading(&quote) || lines::is_rule(&quote) || lead == Lead::IsHead;
        if is_shape || shown.is_empty() || quote.chars().count() > LONGEST {
            continue;
        }
        let stems = Arc::new(stems(&shown));
        found.push(InPlace {
            passage,
            span: TextSpan { start: passage.span.start + span.start, end: passage.span.start + span.end },
            page: page.min(passage.pages.last),
            before: std::mem::replace(&mut before, Arc::clone(&stems)),
            stems,
            quote,
            lead,
            above: Arc::clone(&above),
        });
    }
    found
}

/// The text with its heading lines blanked out, so that no sentence begins with one. Offsets hold.
fn without_headings(text: &str, headings: &HashSet<String>) -> String {
    let blank = |line: &str| {
        let bare = display::plain(line).to_lowercase();
        if !bare.is_empty() && headings.contains(&bare) {
            " ".repeat(line.chars().count())
        } else {
            line.to_owned()
        }
    };
    text.split('\n').map(blank).collect::<Vec<_>>().join("\n")
}

/// Page changes in a stretch of text.
fn pages_in(text: &[char]) -> u32 {
    u32::try_from(text.iter().filter(|c| **c == '\u{c}').count()).unwrap_or(0)
}

/// Leaves out what stands on many documents and says nothing about their subject.
fn without_notices(question: &Question, found: &mut Vec<InPlace<'_>>) {
    let covers = |sentence: &InPlace<'_>| {
        let own = question.stems.iter().filter(|stem| sentence.stems.contains(*stem)).count();
        own as f32 / question.stems.len().max(1) as f32
    };
    let lines: Vec<Line<'_>> = found
        .iter()
        .map(|sentence| Line {
            document: sentence.passage.document,
            page: sentence.page,
            text: &sentence.quote,
            covers: covers(sentence),
        })
        .collect();
    let mut running = notices::running(&lines).into_iter();
    found.retain(|_| !running.next().unwrap_or(false));
}

/// How much each word of the question weighs: the rarer among the sentences, the more.
fn weights(question: &Question, found: &[InPlace<'_>]) -> Vec<f32> {
    let all = found.len() as f32;
    question
        .stems
        .iter()
        .map(|stem| {
            let count = found.iter().filter(|sentence| sentence.stems.contains(stem)).count() as f32;
            // A word that stands nowhere may be a synonym's fault, so it weighs no more than one that stands once.
            (1.0 + (all + 1.0) / (count.max(1.0) + 0.5)).ln()
        })
        .collect()
}

fn candidate(question: &Question, weights: &[f32], sentence: InPlace<'_>) -> Option<Candidate> {
    let passage = sentence.passage;
    let lead = sentence.lead.text().map(stems).unwrap_or_default();
    let total: f32 = weights.iter().sum();
    let (mut covered, mut own) = (0.0, 0.0);
    let mut covers = HashSet::new();
    for (index, stem) in question.stems.iter().enumerate() {
        let factor = if sentence.stems.contains(stem) {
            covers.insert(index);
            1.0
        } else if lead.contains(stem) {
            BY_LEAD
        } else if sentence.above.heading.contains(stem) {
            BY_HEADING
        } else if sentence.before.contains(stem) {
            BY_NEIGHBOUR
        } else if sentence.above.title.contains(stem) {
            BY_TITLE
        } else {
            0.0
        };
        covered += factor * weights[index];
        own += if factor >= BY_LEAD { factor * weights[index] } else { 0.0 };
    }
    // A sentence without a word of the question stays: an embedder may still know it for the answer.
    if total <= 0.0 {
        return None;
    }
    let text = shown(&sentence);
    let has_number = names_a_number(&sentence.quote);
    Some(Candidate {
        in_context: in_context(&sentence, &text),
        text,
        covers,
        coverage: covered / total,
        own: own / total,
        passage_score: passage.score.clamp(0.0, 1.0),
        title_like: is_title_like(&sentence.quote),
        fits_kind: !question.wants_number || has_number,
        support: 0.0,
        stems: sentence.stems,
        source: Source {
            document: passage.document,
            chunk: passage.chunk,
            file_id: passage.file_id,
            origin: passage.origin.clone(),
            title: passage.title.clone(),
            path: passage.path.clone(),
            page: sentence.page,
            span: sentence.span,
            boxes: passage.printed.boxes(sentence.span),
            recognised: passage.printed.recognised,
            quote: sentence.quote,
            sensitivity: passage.sensitivity,
            score: 0.0,
        },
    })
}

/// Whether a sentence ends without a stop and is neither a row, an item nor a labelled line.
fn is_title_like(quote: &str) -> bool {
    let ends = quote.trim_end().ends_with(['.', '!', '?', ':', ';', ')', '"', '”', '“', '»']);
    !ends && !lines::is_row(quote) && !lines::is_item(quote) && !lines::is_labelled(quote)
}

/// Whether a text has a number, in digits or in a word.
fn names_a_number(text: &str) -> bool {
    const NUMBERS: [&str; 18] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "once", "twice", "half", "never", "always", "daily",
    ];
    text.chars().any(|c| c.is_ascii_digit())
        || text
            .split(|c: char| !c.is_alphabetic())
            .any(|word| NUMBERS.iter().any(|number| number.eq_ignore_ascii_case(word)))
}

/// The sentence as it is shown: a row with the names of its columns, an item with the line that leads it in.
fn shown(sentence: &InPlace<'_>) -> String {
    let own = display::plain(&sentence.quote);
    match &sentence.lead {
        Lead::Head(head) => row(head, &own),
        Lead::Line(lead) => format!("{} {own}", lead.trim_end()),
        Lead::None | Lead::IsHead => own,
    }
}

/// `Drug | Dose` over `A | 5 mg` reads "Drug: A; Dose: 5 mg".
fn row(head: &str, row: &str) -> String {
    let (names, values) = (leads::cells(head), leads::cells(row));
    if names.len() != values.len() {
        return row.to_owned();
    }
    let pairs: Vec<String> = names
        .iter()
        .zip(&values)
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| if name.is_empty() { value.clone() } else { format!("{name}: {value}") })
        .collect();
    pairs.join("; ")
}

/// A sentence under its innermost heading, which often holds the subject that the sentence leaves out.
fn in_context(sentence: &InPlace<'_>, text: &str) -> String {
    let heading = sentence.passage.heading.rsplit(HEADING_GAP).next().unwrap_or("");
    if heading.is_empty() { text.to_owned() } else { format!("{heading}: {text}") }
}
