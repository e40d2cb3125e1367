//! Where a section is cut.
//!
//! Pieces are taken until no further one fits; then, among the boundaries that leave a chunk of a fair size, the
//! strongest is taken, and among equally strong ones the one whose following text has the lowest hash. The last rule is what keeps
//! ids stable: the choice depends on the words at the boundary, so after an insertion the cuts fall on the old places
//! again within a chunk or two, instead of shifting to the section's end.

use crate::answer::sentences;
use crate::chunk::ChunkSettings;
use crate::chunk::sections::{Piece, Section, Strength, Whole};

/// One chunk's range in the whole text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What the next chunk repeats is no longer than this.
const OVERLAP_CHARS: usize = 240;

/// The chunks of one section.
pub(super) fn cut(whole: &Whole, section: &Section, settings: &ChunkSettings) -> Vec<Cut> {
    let pieces = small_enough(whole, &section.pieces, settings.max_chars.max(1));
    let mut cuts = Vec::new();
    let mut first = 0;
    let mut start = pieces.first().map_or(0, |piece| piece.start);
    while first < pieces.len() {
        let next = boundary(whole, &pieces, first, start, settings);
        let end = pieces[next - 1].end;
        cuts.push(Cut { start, end });
        start = pieces.get(next).map_or(end, |piece| {
            let repeated = pieces[next - 1];
            let fits = piece.end - repeated.start <= settings.max_chars;
            let short = repeated.end - repeated.start <= OVERLAP_CHARS;
            let overlaps = repeated.repeatable && piece.repeatable && fits && short && next - first > 1;
            if overlaps { repeated.start } else { piece.start }
        });
        first = next;
    }
    cuts
}

/// The index of the first piece that no longer belongs to the chunk that starts at `start` with piece `first`.
fn boundary(whole: &Whole, pieces: &[Piece], first: usize, start: usize, settings: &ChunkSettings) -> usize {
    let limit = start + settings.max_chars;
    let fitting = pieces[first..].iter().take_while(|piece| piece.end <= limit).count().max(1);
    let beyond = first + fitting;
    if beyond >= pieces.len() {
        return pieces.len();
    }
    let rest = pieces[pieces.len() - 1].end - pieces[beyond].start;
    // What remains must not become a scrap: then the cut moves up and shares more fairly.
    let fair = if rest < settings.min_chars { settings.min_chars } else { settings.target_chars / 2 };
    (first + 1..=beyond)
        .filter(|next| pieces[next - 1].end - start >= fair)
        .max_by_key(|next| {
            let piece = pieces[*next];
            (piece.strength, std::cmp::Reverse(hash(&whole.slice(piece.start, piece.end))))
        })
        .unwrap_or(beyond)
}

/// The pieces, those longer than a chunk taken apart: into sentences, then between words.
fn small_enough(whole: &Whole, pieces: &[Piece], max: usize) -> Vec<Piece> {
    let mut small = Vec::with_capacity(pieces.len());
    for piece in pieces {
        if piece.end - piece.start <= max {
            small.push(*piece);
            continue;
        }
        let text = whole.slice(piece.start, piece.end);
        let mut strength = piece.strength;
        for sentence in sentences::split(&text) {
            let (start, end) = (piece.start + sentence.start as usize, piece.start + sentence.end as usize);
            for (start, end) in between_words(whole, start, end, max) {
                small.push(Piece { start, end, strength, repeatable: false });
                strength = Strength::Word;
            }
            strength = Strength::Sentence;
        }
    }
    small
}

/// A range cut between words into ranges of at most `max`; a single word longer than that is cut hard.
fn between_words(whole: &Whole, start: usize, end: usize, max: usize) -> Vec<(usize, usize)> {
    let chars: Vec<char> = whole.slice(start, end).chars().collect();
    let mut ranges = Vec::new();
    let mut from = 0;
    while chars.len() - from > max {
        let window = &chars[from..from + max];
        let to = window
            .iter()
            .rposition(|c| c.is_whitespace())
            .filter(|at| *at > 0)
            .map_or(from + max, |at| from + at);
        ranges.push((start + from, start + to));
        from = to;
        while from < chars.len() && chars[from].is_whitespace() {
            from += 1;
        }
    }
    if from < chars.len() {
        ranges.push((start + from, end));
    }
    ranges
}

/// Any fixed hash does; it only has to scatter.
fn hash(text: &str) -> u64 {
    let bytes = blake3::hash(text.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&bytes.as_bytes()[..8]);
    u64::from_le_bytes(first)
}
