//! A document that somebody wants to get at: what their words say of its kind, its time and its people.
//!
//! "Find the letter from Dr. Weber about the echo" asks for a letter, not for a sentence. What the words say of it becomes a
//! filter; what is left are the words it must have in its name or its text. A filter that was only heard between the words is
//! a guess: when nothing fits it is loosened step by step, and the answer says which part was given up. English and German.

use chrono::{DateTime, Utc};

use crate::filter::Filter;
use crate::intent::{self, Intent};
use crate::people::fold;
use crate::when::{self, Direction, OneOrTwo, Shape, Standpoint};

/// Words of a question that are read.
const MAX_WORDS: usize = 60;
/// Letters that two forms of a word have in common at least.
const MIN_STEM: usize = 4;

/// Words that say of what type it is.
const TYPES: &[(&[&str], &str)] = &[
    (&["pdf", "pdfs"], "pdf"),
    (&["docx", "word-document", "word-dokument", "worddokument"], "word"),
    (
        &[
            "spreadsheet", "spreadsheets", "excel", "xlsx", "csv", "tabelle", "tabellen", "exceltabelle",
            "excel-tabelle",
        ],
        "sheet",
    ),
    (
        &[
            "slides", "presentation", "presentations", "powerpoint", "pptx", "folien", "foliensatz",
            "pr\u{e4}sentation", "pr\u{e4}sentationen",
        ],
        "slides",
    ),
    (&["picture", "pictures", "photo", "photos", "image", "bild", "bilder", "foto", "fotos"], "image"),
];
/// Words that ask for a document and say nothing about it.
const ASKING: &[&str] = &[
    "find", "open", "show", "download", "locate", "where", "get", "bring", "pull", "give", "fetch", "look",
    "please", "can", "could", "would", "you", "me", "us", "i", "is", "are", "the", "a", "an", "any", "our",
    "my", "of", "on", "in", "at", "for", "to", "from", "by", "about", "with", "that", "which", "and", "or",
    "up", "it", "its", "document", "documents", "doc", "file", "files", "regarding", "concerning", "some",
    "all", "need", "want", "do", "we", "have", "there", "says", "called", "named", "finde", "finden",
    "\u{f6}ffne", "zeig", "zeige", "wo", "lade", "gib", "hol", "bitte", "kannst", "du", "mir", "uns", "ich",
    "ist", "sind", "liegt", "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem",
    "einer", "unsere", "unser", "meine", "mein", "von", "vom", "zu", "zum", "zur", "\u{fc}ber", "wegen",
    "mit", "im", "am", "f\u{fc}r", "und", "oder", "dokument", "dokumente", "datei", "dateien", "nach", "aus",
];
/// Words that say what kind of paper it is: they help where they are found and are no condition.
const PAPERS: &[&str] = &[
    "letter", "letters", "brief", "briefe", "arztbrief", "arztbriefe", "report", "reports", "bericht",
    "berichte", "note", "notes", "scan", "scans", "attachment", "anhang", "latest", "newest", "last",
    "letzte", "letzten", "neueste", "neuesten", "recent",
];
const FROM: &[&str] = &["from", "by", "von", "vom"];
const TO: &[&str] = &["to", "an", "with", "mit"];
const TITLES: &[&str] = &[
    "dr", "prof", "professor", "doctor", "doktor", "mr", "mrs", "ms", "miss", "nurse", "sister", "herr",
    "herrn", "frau", "schwester", "pfleger",
];

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sought {
    /// What the words say of its type, its time and its people.
    pub(crate) filter: Filter,
    /// The words that are looked for, in one line.
    pub(crate) query: String,
    /// Those that tell it from others, folded.
    pub(crate) telling: Vec<String>,
    /// Whether the newest is wanted.
    pub(crate) newest: bool,
}

/// Whether a question asks for a document itself.
pub(crate) fn asks(text: &str) -> bool {
    intent::read::<&str>(text, &[]).intent == Intent::FindDocument
}

/// What a question that asks for a document says of it.
pub(crate) fn read(text: &str, standpoint: &Standpoint) -> Sought {
    let back = Standpoint { looks: Direction::Back, ..standpoint.clone() };
    let said = when::read(text, &back);
    let rest = said.as_ref().map_or_else(|| text.to_owned(), |said| said.without(text));
    let (from, to) = match said.map(|said| said.when) {
        Some(OneOrTwo::One(when)) => (Some(when.from), bound(&when)),
        _ => (None, None),
    };
    let words: Vec<&str> =
        rest.split_whitespace().take(MAX_WORDS).map(bare).filter(|word| !word.is_empty()).collect();
    let low: Vec<String> = words.iter().map(|word| word.trim_end_matches('.').to_lowercase()).collect();
    let types = TYPES.iter().filter(|(names, _)| low.iter().any(|word| names.contains(&word.as_str())));
    let types: Vec<String> = types.map(|(_, name)| (*name).to_owned()).collect();
    let german = intent::is_german(text);
    let person = person(&words, &low, german);
    let is_type = |word: &str| TYPES.iter().any(|(names, _)| names.contains(&word));
    let looked: Vec<&str> = words
        .iter()
        .zip(&low)
        .filter(|(_, low)| !ASKING.contains(&low.as_str()) && !is_type(low))
        .map(|(word, _)| word.strip_suffix("'s").or_else(|| word.strip_suffix("\u{2019}s")).unwrap_or(word))
        .collect();
    let of_person: Vec<String> = person.iter().flat_map(|name| fold::words(name)).collect();
    let telling = fold::words(&looked.join(" ")).into_iter().filter(|word| {
        !PAPERS.contains(&word.as_str()) && !of_person.contains(word) && !TITLES.contains(&word.as_str())
    });
    let mut telling: Vec<String> = telling.filter(|word| word.chars().count() > 1).collect();
    telling.dedup();
    let newest = low.iter().any(|word| {
        ["latest", "newest", "neueste", "neuesten", "aktuelle", "aktuellste"].contains(&word.as_str())
    });
    let filter = Filter { types, from, to, people: person.into_iter().collect(), ..Filter::default() };
    Sought { filter, query: looked.join(" "), telling, newest }
}

fn bound(when: &when::When) -> Option<DateTime<Utc>> {
    (when.shape != Shape::Since).then_some(when.to)
}

fn bare(word: &str) -> &str {
    word.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '.' && letter != '@')
}

/// Whose it is: "from Dr. Weber", "by Anna Weber", "Dr. Weber's letter". In German, where every noun has a capital, a name needs a
/// form of address or two words.
fn person(words: &[&str], low: &[String], german: bool) -> Option<String> {
    for (at, word) in low.iter().enumerate() {
        let leads = FROM.contains(&word.as_str()) || TO.contains(&word.as_str());
        let behind = at + 1;
        if !leads {
            let next = words.get(at).copied().unwrap_or_default();
            if let Some(name) = next.strip_suffix("'s").or_else(|| next.strip_suffix("\u{2019}s"))
                && name.starts_with(char::is_uppercase)
            {
                let from = words
                    .get(..at)
                    .unwrap_or_default()
                    .iter()
                    .rposition(|before| !before.starts_with(char::is_uppercase))
                    .map_or(0, |place| place + 1);
                let before: Vec<&str> = words.get(from..at).unwrap_or_default().to_vec();
                let is_name = before.iter().any(|word| is_title(word)) || !german;
                // The first word of a question has a capital by its place.
                let before: Vec<&str> = before.into_iter().skip(usize::from(from == 0)).collect();
                if is_name {
                    return Some(before.into_iter().chain([name]).collect::<Vec<_>>().join(" "));
                }
            }
            continue;
        }
        let run: Vec<&str> = words
            .iter()
            .skip(behind)
            .take_while(|word| word.starts_with(char::is_uppercase) || is_title(word) || word.contains('@'))
            .copied()
            .collect();
        let is_titled = run.iter().any(|word| is_title(word)) && run.len() > 1;
        let is_address = run.iter().any(|word| word.contains('@'));
        let is_plain = FROM.contains(&word.as_str()) && (run.len() > 1 || !german && !run.is_empty());
        let is_shouted =
            run.iter().all(|word| word.chars().count() > 1 && !word.chars().any(char::is_lowercase));
        if is_titled
            || is_address
            || is_plain && !is_shouted && !run.iter().any(|word| intent::is_medical(&word.to_lowercase()))
        {
            return Some(run.join(" "));
        }
    }
    None
}

fn is_title(word: &str) -> bool {
    TITLES.contains(&word.trim_end_matches('.').to_lowercase().as_str())
}

/// Which of these words a text has, in one form or another.
pub(crate) fn had<'w>(telling: &'w [String], text: &str) -> Vec<&'w str> {
    let there = fold::words(text);
    let same = |wanted: &str, own: &str| {
        wanted == own
            || {
                let common = wanted.chars().zip(own.chars()).take_while(|(one, other)| one == other).count();
                let shorter = wanted.chars().count().min(own.chars().count());
                common >= MIN_STEM && common + 2 >= shorter && common + 3 >= wanted.chars().count()
            }
            || wanted.chars().count() >= MIN_STEM && own.contains(wanted)
    };
    telling.iter().filter(|wanted| there.iter().any(|own| same(wanted, own))).map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use voiceassist_dav::icalendar::Zone;

    use super::{Direction, Standpoint, asks, had, read};

    fn standpoint() -> Standpoint {
        Standpoint {
            now: "2026-11-23T09:00:00Z".parse().unwrap(),
            zone: Zone::named("Europe/Berlin").unwrap(),
            looks: Direction::Back,
        }
    }

    #[test]
    fn what_the_words_say_of_a_document_is_heard() {
        for (text, people, types, from, telling) in [
            ("Find the letter from Dr. Weber about the echo", "Dr. Weber", "", "", "echo"),
            ("Where is the sepsis SOP?", "", "", "", "sepsis sop"),
            ("Find the PDF on anticoagulation from last month", "", "pdf", "2026-09-30", "anticoagulation"),
            ("Show me Anna Weber's report on the valve", "Anna Weber", "", "", "valve"),
            ("Open the spreadsheet with the roster", "", "sheet", "", "roster"),
            ("Find the report by Lindqvist about sedation", "Lindqvist", "", "", "sedation"),
            ("Finde den Arztbrief von Dr. Weber zum Echo", "Dr. Weber", "", "", "echo"),
            ("Wo ist die Leitlinie zur Sepsis?", "", "", "", "leitlinie sepsis"),
            ("Zeig mir die Pr\u{e4}sentation zur Antikoagulation", "", "slides", "", "antikoagulation"),
            ("Wo liegt der Bericht vom Labor?", "", "", "", "labor"),
        ] {
            let sought = read(text, &standpoint());
            assert_eq!(sought.filter.people.join(" "), people, "{text}");
            assert_eq!(sought.filter.types.join(" "), types, "{text}");
            let day = sought.filter.from.map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default();
            assert_eq!(day, from, "{text}");
            assert_eq!(sought.telling.join(" "), telling, "{text}");
        }
    }

    #[test]
    fn a_document_is_asked_for_and_not_what_it_says() {
        for text in [
            "Find the letter from Dr. Weber about the echo",
            "Where is the sepsis SOP?",
            "Find the PDF on anticoagulation from last month",
            "Wo ist die Leitlinie zur Sepsis?",
            "Finde den Arztbrief von Dr. Weber zum Echo",
        ] {
            assert!(asks(text), "{text}");
        }
        for text in [
            "What does the sepsis SOP say about lactate?",
            "When is apixaban restarted after ablation?",
            "Find the mail from Anna Smith about the echo",
        ] {
            assert!(!asks(text), "{text}");
        }
    }

    #[test]
    fn a_word_is_found_in_its_forms_and_in_compounds() {
        let wanted = ["sepsis".to_owned(), "guideline".to_owned(), "echo".to_owned()];
        assert_eq!(had(&wanted, "Sepsis_Guidelines_v3.pdf"), ["sepsis", "guideline"]);
        assert_eq!(had(&wanted, "Echokardiographie"), ["echo"]);
        assert!(had(&wanted, "Guide to the ward").is_empty());
    }
}
