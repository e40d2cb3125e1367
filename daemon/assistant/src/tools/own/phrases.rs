//! A question in its words, and the words of an office day in English and German.
//!
//! Only what is closed is a list here: function words, pronouns, nouns of appointments and mail. Names and topics are whatever
//! stands where they stand.

use crate::intent;

/// Words of a question that are read.
pub(super) const MAX_WORDS: usize = 60;

/// Words that say nothing about who or what is meant.
const EMPTY: &[&str] = &[
    "the", "a", "an", "any", "some", "me", "my", "of", "in", "on", "at", "for", "to", "by", "from", "with",
    "is", "are", "was", "were", "be", "do", "does", "did", "have", "has", "had", "i", "we", "you", "it",
    "this", "that", "there", "and", "or", "then", "so", "please", "now", "our", "us", "ever", "already",
    "also", "yet", "just", "still", "all", "what", "which", "when", "who", "how", "many", "much", "can",
    "could", "show", "list", "tell", "give", "anything", "something", "got", "been", "up", "out", "as",
    "not", "no", "if", "ok", "hi", "hello", "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen",
    "einem", "einer", "mir", "mich", "uns", "mein", "meine", "meinen", "meiner", "meinem", "unser", "unsere",
    "ich", "wir", "es", "am", "im", "an", "auf", "um", "von", "vom", "bei", "beim", "mit", "für", "zu",
    "zum", "zur", "ist", "sind", "war", "waren", "habe", "hab", "hat", "haben", "hatte", "und", "oder",
    "dann", "bitte", "noch", "schon", "auch", "etwas", "irgendetwas", "irgendwas", "alle", "alles", "was",
    "wer", "wann", "wie", "wo", "welche", "welcher", "welches", "welchen", "viele", "gibt", "zeig", "zeige",
    "nenne", "sich", "denn", "mal", "gerade", "da", "sie", "er", "kann", "over", "during", "um", "gegen",
    "since", "seit", "until", "bis",
];

/// Words that stand for somebody who was spoken of.
const PRONOUNS: &[&str] = &[
    "she", "he", "her", "his", "him", "they", "them", "their", "hers", "theirs", "sie", "er", "ihr", "ihre",
    "ihrer", "ihren", "ihm", "ihn", "sein", "seine", "seiner", "seinen", "ihnen",
];

const TITLES: &[&str] = &[
    "dr", "prof", "professor", "doctor", "doktor", "mr", "mrs", "ms", "miss", "nurse", "sister", "herr",
    "herrn", "frau",
];

/// Beginnings with which something is changed or sent rather than asked.
const CHANGES: &[&str] = &[
    "add", "schedule", "book", "cancel", "move", "reschedule", "postpone", "arrange", "set", "create",
    "delete", "invite", "remind", "plan", "put", "shift", "push", "make", "block", "organise", "organize",
    "send", "reply", "forward", "write", "email", "mail", "message", "text", "draft", "call", "mark",
    "archive", "calculate", "compute", "summarize", "summarise", "translate", "explain", "buche", "plane",
    "verschiebe", "lösche", "erstelle", "trage", "trag", "erinnere", "lege", "sage", "vereinbare", "lade",
    "streiche", "sende", "schicke", "schick", "antworte", "leite", "schreibe", "schreib", "rufe", "berechne",
    "fasse", "markiere",
];

/// A word as it was said.
#[derive(Clone, Debug)]
pub(super) struct Spoken {
    /// In lower case, without dots.
    pub(super) low: String,
    /// As it was written.
    pub(super) own: String,
}

impl Spoken {
    pub(super) fn is(&self, list: &[&str]) -> bool {
        list.contains(&self.low.as_str())
    }

    fn is_name(&self) -> bool {
        self.own.starts_with(char::is_uppercase) && !self.is(EMPTY) && !intent::is_medical(&self.low)
    }
}

/// A question, or a part of one.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) words: Vec<Spoken>,
}

impl Line {
    pub(super) fn of(text: &str) -> Self {
        let split = |letter: char| letter.is_whitespace() || ",;:?!()\"“”„…".contains(letter);
        let words = text
            .split(split)
            .map(|word| {
                word.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '+' && letter != '.')
            })
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .map(|word| Spoken {
                low: word.trim_end_matches('.').to_lowercase().replace('’', "'"),
                own: word.replace('’', "'"),
            })
            .collect();
        Self { words }
    }

    /// Where these words stand one after the other.
    pub(super) fn find(&self, phrase: &str) -> Option<std::ops::Range<usize>> {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        let at = self
            .words
            .windows(phrase.len())
            .position(|window| window.iter().zip(&phrase).all(|(word, said)| word.low == *said))?;
        Some(at..at + phrase.len())
    }

    pub(super) fn says(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.find(phrase).is_some())
    }

    pub(super) fn begins(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.find(phrase).is_some_and(|at| at.start == 0))
    }

    pub(super) fn has(&self, list: &[&str]) -> bool {
        self.words.iter().any(|word| word.is(list))
    }

    /// Whether a word ends so: German puts nouns together.
    pub(super) fn ends_with(&self, endings: &[&str]) -> bool {
        self.words.iter().any(|word| endings.iter().any(|ending| word.low.ends_with(ending)))
    }

    /// The first place of one of these words.
    pub(super) fn place(&self, list: &[&str]) -> Option<usize> {
        self.words.iter().position(|word| word.is(list))
    }

    /// What stands behind the first of these words, up to one of those.
    pub(super) fn behind(&self, leads: &[&str], stops: &[&str]) -> Option<String> {
        let at = self.place(leads)? + 1;
        self.between(at, stops)
    }

    /// What stands from a place on up to one of these words, without empty words around it.
    pub(super) fn between(&self, from: usize, stops: &[&str]) -> Option<String> {
        let some: Vec<&Spoken> = self.words.iter().skip(from).take_while(|word| !word.is(stops)).collect();
        tidy(&some)
    }

    /// Words that are neither empty nor in these lists.
    pub(super) fn content<'l>(&'l self, known: &'l [&'l [&'l str]]) -> impl Iterator<Item = &'l Spoken> + 'l {
        self.words.iter().filter(move |word| !word.is(EMPTY) && !known.iter().any(|list| word.is(list)))
    }

    /// Whether somebody changes or sends something rather than asks.
    pub(super) fn changes(&self) -> bool {
        self.words
            .iter()
            .find(|word| !word.is(&["please", "bitte", "can", "could", "you", "kannst", "du"]))
            .is_some_and(|first| first.is(CHANGES))
    }
}

/// Words without empty ones before and behind; nothing when none is left.
fn tidy(words: &[&Spoken]) -> Option<String> {
    // A title keeps what it belongs to, and a pronoun is somebody.
    let is_empty = |word: &&&Spoken| word.is(EMPTY) && !word.is(PRONOUNS);
    let from = words.iter().take_while(is_empty).count();
    let rest = words.get(from..)?;
    let behind = rest.iter().rev().take_while(is_empty).count();
    let kept: Vec<&str> = rest.iter().take(rest.len() - behind).map(|word| word.own.as_str()).collect();
    (!kept.is_empty()).then(|| kept.join(" "))
}

/// Whether this stands for somebody who was spoken of.
pub(super) fn is_pronoun(text: &str) -> bool {
    PRONOUNS.contains(&text.to_lowercase().as_str())
}

/// Whether these words look like the name of a person.
pub(super) fn is_name(text: &str) -> bool {
    let line = Line::of(text);
    line.words.iter().any(Spoken::is_name)
        || line.words.iter().any(|word| word.is(TITLES))
        || text.contains('@')
}

/// Whether a word is empty.
pub(super) fn is_empty(word: &str) -> bool {
    EMPTY.contains(&word)
}

/// How long somebody needs, and the text without it: "for 30 minutes", "half an hour", "eine Stunde".
pub(super) fn duration(text: &str) -> Option<(u32, String)> {
    const UNITS: &[(&str, u32)] = &[
        ("minutes", 1),
        ("minute", 1),
        ("min", 1),
        ("mins", 1),
        ("minuten", 1),
        ("hours", 60),
        ("hour", 60),
        ("h", 60),
        ("stunden", 60),
        ("stunde", 60),
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    let low: Vec<String> = words
        .iter()
        .map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase())
        .collect();
    let at = low.iter().position(|word| UNITS.iter().any(|(name, _)| name == word))?;
    // "In 30 minutes" and "an hour ago" are times.
    if low.get(at + 1).is_some_and(|next| next == "ago") {
        return None;
    }
    let minutes = UNITS.iter().find(|(name, _)| *name == low[at])?.1;
    let amount = |word: &str| -> Option<f32> {
        Some(match word {
            "a" | "an" | "one" | "ein" | "eine" | "einer" => 1.0,
            "half" | "halbe" | "halben" => 0.5,
            "two" | "zwei" => 2.0,
            "three" | "drei" => 3.0,
            "anderthalb" => 1.5,
            other => {
                other.replace(',', ".").parse().ok().filter(|count: &f32| *count > 0.0 && *count <= 600.0)?
            }
        })
    };
    let (mut from, mut count) = (at, None);
    while from > 0 && count.is_none_or(|_| at - from < 3) {
        match amount(&low[from - 1]) {
            // "Half an hour" is half; the article of "a 45 minute slot" counts nothing.
            Some(found) => {
                count = Some(count.map_or(found, |known: f32| if found < 1.0 { found } else { known }));
            }
            None => break,
        }
        from -= 1;
    }
    let count = count?;
    if from > 0 && ["in", "vor"].contains(&low[from - 1].as_str()) {
        return None;
    }
    if from > 0 && ["for", "für"].contains(&low[from - 1].as_str()) {
        from -= 1;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 36,000")]
    let total = (count * minutes as f32).round() as u32;
    let rest: Vec<&str> = words.iter().take(from).chain(words.iter().skip(at + 1)).copied().collect();
    (total > 0).then(|| (total, rest.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::{Line, duration};

    #[test]
    fn how_long_somebody_needs_is_told_from_when() {
        for (text, expected) in [
            ("When am I free for 30 minutes tomorrow?", Some(30)),
            ("a free half hour", Some(30)),
            ("half an hour on Friday", Some(30)),
            ("Wann habe ich eine Stunde Zeit?", Some(60)),
            ("for two hours", Some(120)),
            ("for 1.5 hours", Some(90)),
            ("a 45 minute slot", Some(45)),
            ("Am I free in 30 minutes?", None),
            ("an hour ago", None),
            ("Am I free?", None),
        ] {
            assert_eq!(duration(text).map(|(minutes, _)| minutes), expected, "{text}");
        }
        assert_eq!(
            duration("Am I free for 30 minutes tomorrow?").map(|(_, rest)| rest).as_deref(),
            Some("Am I free tomorrow?")
        );
    }

    #[test]
    fn what_stands_behind_a_word_is_taken_without_what_says_nothing() {
        let line = Line::of("Any mails from Dr. Smith about the echo of St. Mary's?");
        assert_eq!(line.behind(&["from"], &["about"]).as_deref(), Some("Dr. Smith"));
        assert_eq!(line.behind(&["about"], &["from"]).as_deref(), Some("echo of St. Mary's"));
        assert_eq!(line.behind(&["since"], &[]), None);
    }
}
