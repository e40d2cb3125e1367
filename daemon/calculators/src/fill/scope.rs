//! About whom and with what sign a text speaks at each of its words.
//!
//! A denial reaches to the end of its clause and along a list only if the list says so ("no A, B or C"). What might
//! belong to a denial or might not is unclear, and unclear is never filled. Relatives are not the patient, and what is
//! to be ruled out is not known.

use std::ops::Range;

use super::mention::Mention;
use super::tokens::{Token, TokenKind};

/// How a word is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// Said of the patient.
    Present,
    /// Denied.
    Absent,
    /// Asked, suspected, or possibly denied.
    Unclear,
    /// Said of somebody else.
    Other,
}

const STOPS: &[&str] = &[".", ";", "!", "?", "\n"];
const TURNS: &[&str] = &["but", "however", "although", "though", "yet", "except"];
const DENIALS: &[&str] = &[
    "no", "not", "without", "denies", "denied", "deny", "denying", "never", "neither", "nor", "absent",
    "negative", "isn't", "doesn't", "hasn't", "wasn't", "didn't", "don't", "lacks",
];
/// Denials that go on over "and".
const STRONG: &[&str] = &["denies", "denied", "deny", "denying", "neither", "nor"];
const AFFIRMS: &[&str] =
    &["with", "has", "have", "having", "had", "known", "positive", "yes", "plus", "takes"];
const RELATIVES: &[&str] = &[
    "mother", "father", "brother", "sister", "parent", "parents", "son", "daughter", "aunt", "uncle", "wife",
    "husband", "grandmother", "grandfather", "sibling", "siblings", "relative", "relatives", "family", "fhx",
    "mum", "mom", "dad", "cousin", "twin", "partner", "spouse", "neighbour", "neighbor", "child", "children",
];
const DOUBTS: &[&str] = &[
    "suspected", "suspicion", "suspect", "possible", "possibly", "probable", "query", "exclude", "excluding",
    "if", "maybe", "perhaps", "whether", "questionable", "unsure", "unknown", "risk", "prevent",
    "prevention", "prophylaxis", "might", "could", "screening", "screen", "workup",
];

/// The sense of every token.
pub(super) fn senses(tokens: &[Token], mentions: &[Mention], names: &[Range<usize>]) -> Vec<Sense> {
    let mut senses = Vec::with_capacity(tokens.len());
    let mut walk = Walk { sense: Sense::Present, strong: false, consumed: false };
    for at in 0..tokens.len() {
        // Words of a finding are not cues: "no alternative diagnosis" is one.
        let inside =
            mentions.iter().map(|mention| &mention.tokens).chain(names).any(|span| span.contains(&at));
        if inside {
            senses.push(walk.sense);
            walk.consumed |= mentions.iter().any(|mention| mention.tokens.end == at + 1);
        } else {
            walk.step(tokens, at);
            senses.push(walk.sense);
        }
    }
    senses
}

/// The sense of a mention, with what follows it taken into account ("diabetes: no").
pub(super) fn sense_of(mention: &Mention, tokens: &[Token], senses: &[Sense]) -> Sense {
    let start = mention.tokens.start;
    // A finding that begins with "no" is complete in itself, whatever was denied before it.
    let own = tokens[start].is_one_of(DENIALS) && senses[start] != Sense::Other;
    let before = if own { Sense::Present } else { senses[start] };
    match after(tokens, mention.tokens.end) {
        Some(sense) if before != Sense::Other => sense,
        _ => before,
    }
}

struct Walk {
    sense: Sense,
    /// Whether it goes on along a list.
    strong: bool,
    /// Whether a finding stood since the last cue.
    consumed: bool,
}

impl Walk {
    fn step(&mut self, tokens: &[Token], at: usize) {
        let token = &tokens[at];
        let previous = at.checked_sub(1).map(|at| &tokens[at]);
        let ends = token.is_one_of(STOPS) && token.kind == TokenKind::Mark;
        if ends || token.is_one_of(TURNS) {
            self.turn(Sense::Present, false);
        } else if token.is_one_of(RELATIVES) {
            self.turn(Sense::Other, false);
        } else if self.sense == Sense::Other {
            if token.is_one_of(&["patient", "himself", "herself"]) {
                self.turn(Sense::Present, false);
            }
        } else if token.is_one_of(DENIALS) || is_slashed(tokens, at, "w", "o") || is_free_of(tokens, at) {
            self.turn(Sense::Absent, token.is_one_of(STRONG));
        } else if is_rule_out(tokens, at) || is_slashed(tokens, at, "r", "o") {
            self.turn(Sense::Unclear, true);
        } else if token.is_one_of(DOUBTS) {
            self.turn(Sense::Unclear, false);
        } else if token.is_one_of(AFFIRMS) {
            self.affirm(token, previous);
        } else if token.is_one_of(&[",", "and", "&", "+"]) {
            self.go_on(tokens, at);
        }
    }

    fn turn(&mut self, sense: Sense, strong: bool) {
        *self = Self { sense, strong, consumed: false };
    }

    /// "no stroke with diabetes" affirms; "does not have", "no known" and "if he has" do not.
    fn affirm(&mut self, word: &Token, previous: Option<&Token>) {
        let denied = previous.is_some_and(|token| token.is_one_of(DENIALS) || token.is("to"));
        let doubted_with = self.sense == Sense::Unclear && word.is("with") && !denied;
        let begins = self.consumed || previous.is_some_and(|token| token.is(","));
        if doubted_with || begins && !denied {
            self.turn(Sense::Present, false);
        } else if self.sense == Sense::Absent && !denied {
            self.turn(Sense::Unclear, true);
        }
    }

    /// A list goes on: the denial with it only if the list is one of alternatives.
    fn go_on(&mut self, tokens: &[Token], at: usize) {
        match self.sense {
            Sense::Absent if self.strong || alternatives(tokens, at) => {}
            Sense::Absent => self.turn(Sense::Unclear, true),
            // A mere doubt ends with its clause; what a denial or a "rule out" may still reach stays unclear.
            Sense::Unclear if !self.strong && tokens[at].is(",") => self.turn(Sense::Present, false),
            _ => {}
        }
    }
}

/// Whether this list ends in "or" before anything else begins.
fn alternatives(tokens: &[Token], at: usize) -> bool {
    for token in &tokens[at + 1..] {
        if token.is("or") {
            return true;
        }
        let begins = [STOPS, TURNS, DENIALS, AFFIRMS].iter().any(|words| token.is_one_of(words));
        if begins || token.is("and") || matches!(token.kind, TokenKind::Number(_)) {
            return token.is("nor");
        }
    }
    false
}

fn is_free_of(tokens: &[Token], at: usize) -> bool {
    tokens[at].is("free") && tokens.get(at + 1).is_some_and(|next| next.is_one_of(&["of", "from"]))
}

fn is_rule_out(tokens: &[Token], at: usize) -> bool {
    tokens[at].is_one_of(&["rule", "ruling", "ruled", "rules"])
        && tokens.get(at + 1).is_some_and(|next| next.is("out"))
}

fn is_slashed(tokens: &[Token], at: usize, first: &str, second: &str) -> bool {
    tokens[at].is(first)
        && tokens.get(at + 1).is_some_and(|next| next.is("/"))
        && tokens.get(at + 2).is_some_and(|next| next.is(second))
}

/// What stands behind a finding: ": no", "- yes", "is absent", "risk", "ruled out".
fn after(tokens: &[Token], end: usize) -> Option<Sense> {
    let next = tokens.get(end)?;
    if next.is_one_of(&[
        "risk", "prevention", "prophylaxis", "screening", "score", "protocol", "clinic", "ward", "unlikely",
    ]) || is_rule_out(tokens, end)
        || next.is("?")
    {
        return Some(Sense::Unclear);
    }
    let marked = next.is_one_of(&[":", "=", "-", "–", "is", "was", "are"]);
    let at = if marked { end + 1 } else { end };
    let word = tokens.get(at)?;
    let closes = tokens.get(at + 1).is_none_or(|token| token.kind == TokenKind::Mark || token.is("and"));
    if !(closes || marked && next.kind == TokenKind::Mark && !next.is_one_of(&["-", "–"])) {
        return is_rule_out(tokens, at).then_some(Sense::Unclear);
    }
    if word.is_one_of(&["no", "none", "absent", "negative", "denied", "false", "excluded", "n"]) {
        Some(Sense::Absent)
    } else if word.is_one_of(&["yes", "present", "positive", "true", "y"]) {
        Some(Sense::Present)
    } else if word.is_one_of(&["unknown", "unclear", "possible", "suspected", "likely", "unsure"]) {
        Some(Sense::Unclear)
    } else {
        None
    }
}
