//! What the classifier looks at: a word, its neighbours, its place in the line, and what the rules found around it.
//!
//! Each observation is hashed to a row of the table of weights. Nothing is stored of a text, and two observations may
//! share a row; the training sees the same rows and learns around it. What is observed of a word is bounded: a fixed
//! number of rows, whatever the length of words and lines.

mod forms;
mod roles;

use std::collections::HashSet;

use crate::classifier::labels::Class;
use crate::detect::Candidate;
use crate::lexicon::Marks;
use crate::span::Kind;
use crate::words::{Gap, Language, Shape, Text, Word};

/// Rows of the table of weights: three megabytes.
pub(super) const ROWS: usize = 196_608;
/// Observations of one word.
pub(super) const COUNT: usize = 62;
/// The rows of one word; row 0 is never learnt and stands for "not observed".
pub(super) type Rows = [u32; COUNT];

/// How far to the left and right a hit of the rules is looked for, in words.
const NEAR: usize = 4;
/// Words longer than this are hashed by their first bytes.
const HASHED_BYTES: usize = 32;

/// What a word can be.
const NATURE: Marks = Marks::NAME
    .or(Marks::COMMON)
    .or(Marks::TERM)
    .or(Marks::TERM_ENDING)
    .or(Marks::EPONYM)
    .or(Marks::CITY)
    .or(Marks::CITY_HEAD)
    .or(Marks::REGION)
    .or(Marks::SMALL)
    .or(Marks::LIKE_NAME)
    .or(Marks::UNLIKE_NAME)
    .or(Marks::FOREIGN)
    .or(Marks::STATE_CODE);
/// What a word says of its neighbours.
const CUE: Marks = Marks::TITLE
    .or(Marks::STAFF_TITLE)
    .or(Marks::DEGREE)
    .or(Marks::RELATION)
    .or(Marks::MONTH)
    .or(Marks::WEEKDAY)
    .or(Marks::EPONYM_NOUN)
    .or(Marks::PARTICLE)
    .or(Marks::PERSON_VERB)
    .or(Marks::FACILITY)
    .or(Marks::STREET)
    .or(Marks::COMPANY)
    .or(Marks::UNIT)
    .or(Marks::PLACE_HEAD)
    .or(Marks::STANDARD_NOUN)
    .or(Marks::NUMBER_CUE)
    .or(Marks::NAME_LABEL)
    .or(Marks::STREET_HEAD)
    .or(Marks::FACILITY_PART)
    .or(Marks::CODE_CUE)
    .or(Marks::OCCUPATION)
    .or(Marks::FACILITY_HEAD)
    .or(Marks::OF_PLACES);

/// What training hides of a word, so that no single sign is relied on.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each sign is hidden or not, whatever the others")]
pub(super) struct Hidden {
    /// The word itself: its letters.
    pub(super) word: bool,
    /// What the lists say of it.
    pub(super) nature: bool,
    /// The words around it.
    pub(super) context: bool,
    /// What the rules say of it.
    pub(super) own_rule: bool,
    /// What the rules say of its neighbours.
    pub(super) near_rules: bool,
}

/// A word as the classifier sees it.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    word: u32,
    head: u32,
    tail: u32,
    short_tail: u32,
    shape: u32,
    nature: u32,
    cue: u32,
    /// What the rules found here: 0 nothing, else a class and whether the finding begins here.
    rule: u32,
    /// The first word of its line.
    line: u32,
    /// The word before the last colon, equals sign, bar or column, and how far back that is.
    label: u32,
    /// The last word that says something of those behind it, and how far back that is.
    said: u32,
    /// Whether the rules found the word as a name elsewhere.
    again: bool,
    /// How a number stands: digits glued together with signs and letters, as one pattern.
    chunk: u32,
    /// What the word does in its sentence, whichever language it is in.
    role: u32,
    /// Its place in the sentence: 1 the first word, 2 the second, 3 further on.
    place: u32,
    /// What the rules found where the lines before and behind begin, for the first words of a line.
    peers: u32,
    /// Groups of digits in a row: how many digits and groups, and how they begin.
    run: u32,
    /// The role and letters of the word before that row.
    run_cue: u32,
    /// Letters and digits of this piece and of those beside it, where one of them has a digit.
    form: u32,
}

/// A text as the classifier sees it.
pub(super) struct Observed {
    cells: Vec<Cell>,
    mode: u32,
}

impl Observed {
    /// Looks at every word once.
    pub(super) fn new(text: &Text<'_>, found: &[Candidate]) -> Self {
        let mut cells: Vec<Cell> = text.words.iter().map(cell).collect();
        mark_rules(&mut cells, text, found);
        mark_again(&mut cells, text, found);
        mark_lines(&mut cells, &text.words);
        mark_chunks(&mut cells, &text.words);
        mark_places(&mut cells, &text.words);
        forms::mark(&mut cells, &text.words);
        Self { cells, mode: mode_of(text) }
    }

    /// The rows of a word.
    pub(super) fn rows(&self, at: usize, hidden: Hidden) -> Rows {
        let none = Cell::default();
        let near = |step: isize| -> &Cell {
            at.checked_add_signed(step).and_then(|place| self.cells.get(place)).unwrap_or(&none)
        };
        let (l3, l2, l1, own, r1, r2, r3) =
            (near(-3), near(-2), near(-1), near(0), near(1), near(2), near(3));
        let mut rows = Collected { rows: [0; COUNT], at: 0 };
        let (mode, shape) = (self.mode, own.shape);
        let nature = if hidden.nature { 1 } else { own.nature };
        rows.add(!hidden.word, own.word, 0);
        rows.add(!hidden.word, own.word, shape);
        rows.add(!hidden.word, own.head, shape);
        rows.add(!hidden.word, own.tail, shape);
        rows.add(!hidden.word, own.short_tail, nature);
        rows.add(true, shape, mode);
        rows.add(true, nature, shape);
        rows.add(true, nature, mix(shape, mode));
        rows.add(true, own.cue, shape);
        rows.add(true, own.chunk, 0);
        rows.add(true, own.chunk, l1.word);
        let context = !hidden.context;
        rows.add(context, l1.word, 0);
        rows.add(context, r1.word, 0);
        rows.add(context, l2.word, 0);
        rows.add(context, r2.word, 0);
        rows.add(context, l1.word, mix(shape, nature));
        rows.add(context, r1.word, mix(shape, nature));
        rows.add(context, mix(l2.word, l1.word), shape);
        rows.add(context, mix(r1.word, r2.word), shape);
        rows.add(context, mix(l1.word, r1.word), shape);
        rows.add(context, l3.word, shape);
        rows.add(context, r3.word, shape);
        rows.add(context, mix(l3.word, l2.word), mix(l1.word, shape));
        rows.add(true, mix(l1.nature, nature), mix(l1.shape, shape));
        rows.add(true, mix(nature, r1.nature), mix(shape, r1.shape));
        rows.add(true, mix(l1.cue, nature), mix(shape, mode));
        rows.add(true, mix(l2.cue, nature), mix(shape, l1.shape));
        rows.add(true, mix(r1.cue, nature), shape);
        rows.add(true, mix(r2.cue, r1.shape), shape);
        rows.add(true, mix(mix(l2.shape, l1.shape), shape), mix(r1.shape, r2.shape));
        rows.add(true, mix(l1.shape, shape), mix(r1.shape, nature));
        rows.add(context, own.line, shape);
        rows.add(context, own.label, mix(shape, nature));
        rows.add(true, own.said, mix(shape, nature));
        rows.add(own.again, 1, shape);
        let ruled = !hidden.own_rule;
        rows.add(ruled, own.rule, 0);
        rows.add(ruled, own.rule, shape);
        let around = !hidden.near_rules;
        let before = self.nearest_rule(at, true);
        let behind = self.nearest_rule(at, false);
        rows.add(around, before, shape);
        rows.add(around, behind, shape);
        rows.add(around, mix(before, behind), mix(shape, nature));
        rows.add(around, mix(l1.rule, l1.word), shape);
        rows.add(around, mix(r1.rule, r2.rule), shape);
        self.add_roles(&mut rows, at, nature, context);
        rows.rows
    }

    /// What is observed of the sentence's build and of the forms of numbers: what holds in sentences nobody has seen.
    fn add_roles(&self, rows: &mut Collected, at: usize, nature: u32, context: bool) {
        let none = Cell::default();
        let near = |step: isize| -> &Cell {
            at.checked_add_signed(step).and_then(|place| self.cells.get(place)).unwrap_or(&none)
        };
        let (l2, l1, own, r1, r2) = (near(-2), near(-1), near(0), near(1), near(2));
        let shape = own.shape;
        let kind = mix(shape, nature);
        rows.add(true, mix(l1.role, r1.role), shape);
        rows.add(true, mix(l1.role, r1.role), kind);
        rows.add(true, mix(l2.role, l1.role), kind);
        rows.add(true, mix(r1.role, r2.role), kind);
        rows.add(true, mix(mix(l2.role, l1.role), mix(r1.role, r2.role)), shape);
        rows.add(true, mix(own.place, r1.role), kind);
        rows.add(true, mix(own.place, mix(r1.role, r2.role)), shape);
        rows.add(true, mix(own.place, own.role), self.mode);
        rows.add(context, l1.tail, kind);
        rows.add(context, r1.tail, kind);
        rows.add(context, mix(l1.word, r1.role), shape);
        rows.add(context, mix(l1.role, r1.word), shape);
        rows.add(true, own.peers, mix(shape, own.place));
        rows.add(true, own.peers, kind);
        rows.add(true, own.run, 0);
        rows.add(true, own.run, l1.role);
        rows.add(context, own.run, own.run_cue);
        rows.add(true, own.form, 0);
        rows.add(true, own.form, mix(l1.role, shape));
        rows.add(context, own.form, mix(own.label, own.said));
    }

    /// What the rules found nearest, before or behind a word, and how far away.
    fn nearest_rule(&self, at: usize, before: bool) -> u32 {
        (1..=NEAR)
            .find_map(|step| {
                let place = if before { at.checked_sub(step)? } else { at + step };
                let rule = self.cells.get(place)?.rule;
                (rule != 0).then(|| mix(rule, count(step) + 16 * u32::from(before)))
            })
            .unwrap_or(0)
    }
}

/// Rows as they are collected.
struct Collected {
    rows: Rows,
    at: usize,
}

impl Collected {
    /// Adds an observation made of two parts, each kind of observation with rows of its own.
    fn add(&mut self, seen: bool, one: u32, other: u32) {
        if seen {
            let hashed = mix(mix(one, other), (count(self.at) + 1).wrapping_mul(0x85EB_CA6B));
            // Row 0 stands for "not observed".
            self.rows[self.at] = u32::try_from((u64::from(hashed) * ROWS as u64) >> 32).unwrap_or(0).max(1);
        }
        self.at += 1;
    }
}

/// A small number of things.
fn count(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}

fn mix(one: u32, other: u32) -> u32 {
    let joined = (one.rotate_left(7) ^ other.wrapping_mul(0x9E37_79B1)).wrapping_add(0x7F4A_7C15);
    let spread = (joined ^ (joined >> 15)).wrapping_mul(0x2C1B_3C6D);
    spread ^ (spread >> 13)
}

fn hash(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .take(HASHED_BYTES)
        .fold(0x811C_9DC5, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

fn hash_marks(marks: Marks) -> u32 {
    let bits = marks.bits();
    let half = |bits: u64| u32::try_from(bits & u64::from(u32::MAX)).unwrap_or(0);
    mix(half(bits), half(bits >> 32))
}

fn cell(word: &Word<'_>) -> Cell {
    let bytes = word.folded.as_bytes();
    let gap = word.gap.min(Gap::Line) as u32;
    let (own, length) = match word.shape {
        // A number is known by its length, and small ones by themselves.
        Shape::Number if bytes.len() > 2 => {
            (hash(b"0000000000000000".get(..bytes.len().min(16)).unwrap_or(b"0")), bytes.len().min(15))
        }
        Shape::Number => (hash(if bytes.len() == 2 { b"00" } else { b"0" }), bytes.len()),
        _ => (hash(bytes), 0),
    };
    let is_word = word.is_word();
    let tail = |count: usize| {
        if is_word { hash(&bytes[bytes.len().saturating_sub(count)..]) } else { 0 }
    };
    Cell {
        word: own,
        head: if is_word { hash(&bytes[..bytes.len().min(3)]) } else { 0 },
        tail: tail(3),
        short_tail: tail(2),
        shape: 1 + word.shape as u32 + 8 * gap + 64 * u32::try_from(length).unwrap_or(0),
        nature: hash_marks(word.marks.only(NATURE)),
        role: roles::of(word),
        cue: hash_marks(word.marks.only(CUE)),
        ..Cell::default()
    }
}

/// Whether capitals say something in a text, and what language it is in.
fn mode_of(text: &Text<'_>) -> u32 {
    let written = |shape: Shape| text.words.iter().filter(|word| word.shape == shape).count();
    let (lower, capital, upper) = (written(Shape::Lower), written(Shape::Capital), written(Shape::Upper));
    let writing = if capital * 40 < lower && upper * 20 < lower {
        1
    } else if upper > lower + capital {
        2
    } else {
        3
    };
    let language = match text.language {
        Language::English => 4,
        Language::German => 8,
        Language::Other => 12,
    };
    writing + language
}

/// The classes of findings, coarser than kinds.
fn rule_of(kind: Kind) -> u32 {
    match (Class::of(kind), kind) {
        (Some(class), _) => 1 + class as u32,
        (None, Kind::Date) => 8,
        (None, Kind::AgeOver89) => 9,
        (None, _) => 10,
    }
}

fn mark_rules(cells: &mut [Cell], text: &Text<'_>, found: &[Candidate]) {
    for one in found {
        let first = text.words.partition_point(|word| word.end <= one.range.start);
        let inside = text.words[first..].iter().take_while(|word| word.start < one.range.end).count();
        for (offset, cell) in cells[first..first + inside].iter_mut().enumerate() {
            cell.rule = 2 * rule_of(one.kind) + u32::from(offset > 0);
        }
    }
}

fn mark_again(cells: &mut [Cell], text: &Text<'_>, found: &[Candidate]) {
    if !found.iter().any(|one| one.kind == Kind::Name) {
        return;
    }
    let names: HashSet<u32> = cells
        .iter()
        .zip(&text.words)
        .filter(|(cell, word)| {
            cell.rule / 2 == 1 + Class::Name as u32 && word.is_word() && word.letters() > 2
        })
        .map(|(cell, _)| cell.word)
        .collect();
    for cell in cells.iter_mut() {
        cell.again = cell.rule == 0 && names.contains(&cell.word);
    }
}

/// How far a distance counts.
const FAR: u32 = 6;

fn mark_lines(cells: &mut [Cell], words: &[Word<'_>]) {
    let (mut line, mut label, mut label_at, mut said, mut said_at) = (0, 0, 0_usize, 0, 0_usize);
    let cues = Marks::NUMBER_CUE
        .or(Marks::NAME_LABEL)
        .or(Marks::RELATION)
        .or(Marks::TITLE)
        .or(Marks::STAFF_TITLE)
        .or(Marks::OF_PLACES)
        .or(Marks::FACILITY)
        .or(Marks::CODE_CUE)
        .or(Marks::OCCUPATION)
        .or(Marks::PERSON_VERB);
    for at in 0..words.len() {
        let word = &words[at];
        if word.gap >= Gap::Line {
            line = cells[at].word;
            (label, said) = (0, 0);
        }
        let away = |from: usize| u32::try_from(at - from).unwrap_or(FAR).min(FAR);
        cells[at].line = line;
        cells[at].label = if label == 0 { 0 } else { mix(label, away(label_at)) };
        cells[at].said = if said == 0 { 0 } else { mix(said, away(said_at)) };
        if word.shape == Shape::Sign && matches!(word.text, ":" | "=" | "|" | ";") {
            label = mix(at.checked_sub(1).map_or(0, |before| cells[before].word), 3);
            label_at = at;
        } else if word.shape == Shape::Sign && matches!(word.text, "." | "!" | "?") && word.gap == Gap::Glued
        {
            (label, said) = (0, 0);
        }
        if word.any(cues) {
            (said, said_at) = (cells[at].cue, at);
        }
    }
}

/// Where a word stands in its sentence, and what the rules found where the lines around begin: people are listed below
/// each other.
fn mark_places(cells: &mut [Cell], words: &[Word<'_>]) {
    let starts: Vec<usize> = (0..words.len()).filter(|at| words[*at].gap >= Gap::Line || *at == 0).collect();
    let rule = |line: Option<usize>| {
        let Some(start) = line.and_then(|line| starts.get(line)) else { return 60 };
        // Behind a bullet or a number of the list.
        let end = (start + 3).min(words.len());
        (*start..end).find_map(|at| (cells[at].rule != 0).then_some(cells[at].rule)).unwrap_or(61)
    };
    let rules: Vec<(u32, u32)> =
        (0..starts.len()).map(|line| (rule(line.checked_sub(1)), rule(Some(line + 1)))).collect();
    let (mut line, mut place) = (0, 0);
    for at in 0..words.len() {
        if starts.get(line + 1) == Some(&at) {
            line += 1;
        }
        let ends = at > 0 && matches!(words[at - 1].text, "." | "!" | "?" | ":" | "\"" | "•");
        if starts[line] == at || ends && words[at].gap != Gap::Glued {
            place = 0;
        }
        if words[at].shape != Shape::Sign {
            place += 1;
        }
        cells[at].place = place.min(3);
        if at - starts[line] < 4 {
            let (before, behind) = rules[line];
            cells[at].peers = mix(mix(before, behind), count(at - starts[line]));
        }
    }
}

/// Pieces glued to each other with a digit among them are one pattern: letters `A`, digits by their number, signs.
fn mark_chunks(cells: &mut [Cell], words: &[Word<'_>]) {
    let mut at = 0;
    while at < words.len() {
        let more = words[at + 1..].iter().take_while(|word| word.gap == Gap::Glued).count();
        let end = at + 1 + more;
        if words[at..end].iter().any(|word| word.shape == Shape::Number) {
            let pattern = words[at..end].iter().take(12).fold(1, |sum, word| {
                mix(
                    sum,
                    match word.shape {
                        Shape::Sign => hash(word.text.as_bytes()),
                        Shape::Number => count(word.text.len().min(12)),
                        _ => 20 + count(word.text.len().min(5)),
                    },
                )
            });
            for (offset, cell) in cells[at..end].iter_mut().enumerate() {
                cell.chunk = mix(pattern, u32::from(offset > 0));
            }
        }
        at = end;
    }
}
