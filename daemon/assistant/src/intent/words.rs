//! A question in its words, each with what it can be.
//!
//! Words keep their order and whether they were capitalised. Phrases of up to three words that the vocabulary knows are
//! seen through [`Words::says`]. The language is the one of which more function words occur.

use super::vocabulary::{Broad, Class, class};

/// Words of a question that are read.
const MAX_WORDS: usize = 200;
/// Units of measurement.
const UNITS: &[&str] = &[
    "mg", "g", "kg", "mcg", "µg", "ug", "ml", "l", "dl", "mmol", "mol", "iu", "ie", "units", "unit",
    "einheiten", "cm", "mm", "mmhg", "bpm", "percent", "prozent", "hours", "h", "min", "mg/dl", "mmol/l",
    "ml/min",
];
/// Function words that only German has.
const GERMAN: &[&str] = &[
    "der", "die", "das", "den", "dem", "ein", "eine", "einen", "einem", "einer", "und", "oder", "ist",
    "sind", "wie", "was", "wann", "welche", "welcher", "welches", "welchen", "bei", "mit", "für", "nach",
    "von", "vor", "zur", "zum", "ich", "wir", "kann", "muss", "soll", "sollte", "darf", "bitte", "nicht",
    "kein", "keine", "mir", "mich", "gibt", "auf", "im", "es", "sie", "wir", "unser", "unsere", "über", "wo",
    "wer", "warum", "wozu", "hat", "haben", "dosis", "dosierung", "behandlung", "berechne", "suche", "zeig",
    "zeige", "finde", "termin", "leitlinie", "nebenwirkungen", "wieviel", "viel", "heute", "morgen",
    "gestern", "diese", "dieser", "dieses", "damit", "davon", "hoch", "schicke", "schreibe", "fasse",
    "zusammen", "öffne", "patienten", "therapie", "medikament",
];
/// Function words that only English has.
const ENGLISH: &[&str] = &[
    "the", "of", "and", "is", "are", "what", "how", "when", "which", "for", "with", "to", "does", "do",
    "should", "can", "my", "our", "about", "it", "this", "that", "at", "on", "by", "from", "who", "where",
    "why", "me", "i", "a", "an", "be",
];

/// How German verbs and adjectives end.
const GERMAN_ENDINGS: &[&str] = &[
    "en", "t", "te", "ig", "ige", "igen", "lich", "liche", "isch", "ische", "bar", "end", "er", "es", "e",
    "em", "haft", "sam", "iv", "el", "ell", "al",
];

/// One word.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts about one word that do not depend on each other"
)]
pub(super) struct Word {
    /// In lower case.
    pub(super) text: String,
    /// What it can be.
    pub(super) class: Class,
    /// Whether its first letter is a capital.
    pub(super) is_capital: bool,
    /// Whether all its letters are, and there are several.
    pub(super) is_shout: bool,
    /// Whether it has a digit.
    pub(super) has_digit: bool,
    /// Whether a sentence begins with it.
    pub(super) is_first: bool,
}

/// A question's words.
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub(super) all: Vec<Word>,
    /// Whether it is German.
    pub(super) is_german: bool,
}

impl Words {
    pub(super) fn of(text: &str, max_chars: usize) -> Self {
        let text: String = text.chars().take(max_chars).collect();
        let mut all: Vec<Word> = Vec::new();
        let mut is_first = true;
        for token in text.split_whitespace() {
            for part in token.split(['/', '(', ')', '"', '“', '”', '„', ',', ';', '[', ']', '…']) {
                let bare = part.trim_matches(|c: char| !c.is_alphanumeric() && c != '%');
                if !bare.is_empty() && all.len() < MAX_WORDS {
                    all.push(Word::of(bare, is_first));
                    is_first = false;
                }
            }
            is_first = is_first || token.ends_with(['.', '?', '!', ':']) && token.chars().count() > 3;
        }
        let count = |list: &[&str]| all.iter().filter(|word| list.contains(&word.text.as_str())).count();
        let (german, english) = (count(GERMAN), count(ENGLISH));
        let loud = all.iter().filter(|word| word.is_shout).count() * 2 > all.len();
        for word in all.iter_mut().filter(|word| word.is_shout && !loud && word.class == Class::FUNCTION) {
            // "ALS" is not "als".
            word.class = Class::default();
        }
        let umlaut = text.contains(['ä', 'ö', 'ü', 'ß', 'Ä', 'Ö', 'Ü']);
        let is_german = german + usize::from(umlaut) > english;
        let mut words = Self { all, is_german };
        words.mark_predicates();
        words
    }

    /// Words that no list has are topics, unless their place says that they are verbs or adjectives.
    fn mark_predicates(&mut self) {
        const SUBJECTS: &[&str] = &["i", "we", "you", "he", "she", "they", "shouldn't", "can't", "mustn't"];
        const BE: &[&str] = &["is", "are", "was", "were", "isn't", "aren't"];
        if self.is_german {
            // German nouns have capitals; who writes without any is not read by this.
            if self.all.iter().any(|word| word.is_capital && !word.is_first) {
                for word in self
                    .all
                    .iter_mut()
                    .filter(|word| !word.is_capital && !word.has_digit && word.class.is_none())
                {
                    // Latin keeps its small letters: "Status epilepticus".
                    if GERMAN_ENDINGS.iter().any(|ending| word.text.ends_with(ending)) {
                        word.class = Class::GENERIC;
                    }
                }
            }
            return;
        }
        let defines = self.begins_any(&["what is", "what are", "who is", "what's", "what was"]);
        let asks_whether = self.all.first().is_some_and(|first| {
            first.is(&[
                "should", "can", "could", "would", "do", "does", "may", "must", "will", "is", "are", "shall",
                "did", "which", "was",
            ])
        });
        let last = self.all.len().saturating_sub(1);
        for at in 1..self.all.len() {
            let (before, word) = (&self.all[at - 1], &self.all[at]);
            if !word.class.is_none() || word.is_capital || word.has_digit {
                continue;
            }
            let next_is = self.all.get(at + 1).is_some_and(|next| next.is(BE));
            let verb =
                before.is(SUBJECTS) && (asks_whether || before.text.ends_with("n't")) || before.text == "who";
            let after_how = before.text == "how" && next_is;
            let predicate = at == last
                && !defines
                && (before.is(BE) || !before.class.has(Class::FUNCTION) && asks_whether)
                && self.all.iter().any(|word| word.is(BE));
            if verb || after_how || predicate {
                self.all[at].class = Class::GENERIC;
            }
        }
    }

    /// Whether these words stand somewhere one after the other.
    pub(super) fn says(&self, phrase: &str) -> bool {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        self.all
            .windows(phrase.len())
            .any(|window| window.iter().zip(&phrase).all(|(word, said)| word.text == *said))
    }

    /// Whether any of these phrases stands somewhere.
    pub(super) fn says_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.says(phrase))
    }

    /// Whether it begins with these words.
    pub(super) fn begins(&self, phrase: &str) -> bool {
        let mut words = self.all.iter();
        phrase.split(' ').all(|said| words.next().is_some_and(|word| word.text == said))
    }

    pub(super) fn begins_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.begins(phrase))
    }

    /// Whether any word is of a class.
    pub(super) fn any(&self, class: Class) -> bool {
        self.all.iter().any(|word| word.class.has(class))
    }

    /// Words that name a topic by themselves.
    pub(super) fn topics(&self) -> impl Iterator<Item = (usize, &Word)> {
        self.all.iter().enumerate().filter(|(_, word)| word.is_topic())
    }

    /// How much of a topic the words name: two for a topic, one for a word that is not one alone.
    pub(super) fn topic_points(&self) -> usize {
        self.all.iter().map(Word::topic_points).sum()
    }

    /// Whether a day or a time is said.
    pub(super) fn says_when(&self) -> bool {
        let clock = |word: &Word| {
            word.has_digit
                && (word.text.contains(':')
                    || word.text.ends_with("am")
                    || word.text.ends_with("pm")
                    || ["st", "nd", "rd", "th"].iter().any(|ending| word.text.ends_with(ending))
                    || word.text.contains('-')
                    || word.text.matches('.').count() > 0)
        };
        let span = |pair: &[Word]| {
            if pair[0].has_digit && pair[1].is(&["am", "pm", "o'clock", "uhr"]) {
                return true;
            }
            [
                "next", "this", "last", "coming", "nächste", "nächsten", "diese", "dieser", "letzte", "in",
                "for", "um", "at", "on", "am",
            ]
            .contains(&pair[0].text.as_str())
                && ([
                    "week", "month", "year", "woche", "monat", "jahr", "morning", "afternoon", "evening",
                    "night",
                ]
                .contains(&pair[1].text.as_str())
                    || pair[1].has_digit)
        };
        self.any(Class::WHEN) || self.all.iter().any(clock) || self.all.windows(2).any(span)
    }

    /// Where one of these wide names stands.
    pub(super) fn wide<'b>(&self, names: &'b [Broad]) -> Option<(std::ops::Range<usize>, &'b Broad)> {
        names.iter().find_map(|broad| {
            let length = broad.name.len();
            let start = self
                .all
                .windows(length)
                .position(|window| window.iter().zip(&broad.name).all(|(word, name)| word.text == *name))?;
            Some((start..start + length, broad))
        })
    }

    /// A person by name: after a title, or two capitals that are no topics of medicine.
    pub(super) fn names_person(&self) -> bool {
        const TITLES: &[&str] = &[
            "dr", "dr.", "mr", "mrs", "ms", "miss", "prof", "professor", "nurse", "sister", "herr", "herrn",
            "frau", "doktor",
        ];
        let named = |pair: &[Word]| {
            TITLES.contains(&pair[0].text.as_str())
                && pair[1].is_capital
                && !pair[1].class.has(Class::FUNCTION)
        };
        let addressed = |pair: &[Word]| {
            [
                "with", "to", "from", "for", "mit", "an", "von", "call", "email", "invite", "is", "contact",
                "ask", "message", "tell", "für",
            ]
            .contains(&pair[0].text.as_str())
                && pair[1].is_capital
                && pair[1].class.is_none()
        };
        let both = |pair: &[Word]| {
            pair.iter()
                .all(|word| word.is_capital && !word.is_shout && word.class.is_none() && !word.has_digit)
        };
        self.all.windows(2).any(|pair| named(pair) || addressed(pair) || both(pair))
            || self.all.iter().any(|word| word.text.contains('@'))
            || self.all.iter().any(|word| {
                word.is_capital && !word.is_first && word.class.is_none() && word.text.ends_with("'s")
            })
    }
}

impl Word {
    fn of(written: &str, is_first: bool) -> Self {
        let text = written.to_lowercase().replace('’', "'");
        let letters = written.chars().filter(|c| c.is_alphabetic());
        Self {
            class: class(&text),
            is_capital: written.starts_with(char::is_uppercase),
            is_shout: letters.clone().count() > 1 && letters.clone().all(char::is_uppercase),
            has_digit: text.chars().any(|c| c.is_ascii_digit()),
            is_first,
            text,
        }
    }

    /// Whether it is one of these.
    pub(super) fn is(&self, list: &[&str]) -> bool {
        list.contains(&self.text.as_str())
    }

    /// Whether it is a number, perhaps with its unit.
    pub(super) fn is_number(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit())
            || UNITS.contains(&self.text.as_str())
            || self.text == "%"
    }

    /// Whether it names a topic by itself.
    pub(super) fn is_topic(&self) -> bool {
        if self.is_number() || self.text.chars().count() < 2 {
            return false;
        }
        self.class.has(Class::DRUG.or(Class::CONDITION)) || self.class.is_none()
    }

    pub(super) fn topic_points(&self) -> usize {
        if self.is_topic() {
            2
        } else {
            usize::from(
                self.class.has(Class::WEAK)
                    || self.class.has(Class::MODIFIER) && !self.class.has(Class::GENERIC),
            )
        }
    }
}
