//! Whom a text names, as far as that is plain: somebody with a form of address, and addresses of mail.
//!
//! A letter says "Dr. Anna Weber" at its head and below its last line. This finds such names by what stands before them, in
//! English and German, so that a search can be narrowed to what somebody is in. It guesses nothing from a capital letter
//! alone, and it judges nobody's privacy: that is the business of the detectors. What comes out goes into keyed numbers and
//! nowhere else.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Forms of address, folded, without the full stop.
const FORMS: [&str; 20] = [
    "dr", "prof", "professor", "doctor", "doktor", "mr", "mrs", "ms", "miss", "herr", "herrn", "frau",
    "nurse", "schwester", "pfleger", "sister", "dipl", "med", "priv", "doz",
];
/// Words of one name.
const MAX_WORDS: usize = 3;
/// Particles inside of a name.
const PARTICLES: [&str; 10] = ["von", "van", "de", "der", "den", "zu", "di", "da", "la", "le"];
/// Folded words of one text at most.
const MAX_FOLDED: usize = 2_000;
/// Names of one text at most.
const MAX_NAMES: usize = 256;

/// The words of a text without what people leave out when they type: case, accents, punctuation.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)) {
        if letter.is_alphanumeric() {
            plain(letter, &mut word);
        } else if !matches!(letter, '\'' | '’') && !word.is_empty() {
            words.push(std::mem::take(&mut word));
            if words.len() == MAX_FOLDED {
                return words;
            }
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// A letter as it is typed without its mark, where decomposing does not take the mark off.
fn plain(letter: char, word: &mut String) {
    match letter {
        'ß' | 'ẞ' => word.push_str("ss"),
        'æ' | 'Æ' => word.push_str("ae"),
        'œ' | 'Œ' => word.push_str("oe"),
        'ø' | 'Ø' => word.push('o'),
        'đ' | 'Đ' | 'ð' | 'Ð' => word.push('d'),
        'ł' | 'Ł' => word.push('l'),
        'þ' | 'Þ' => word.push_str("th"),
        'ı' => word.push('i'),
        other => word.extend(other.to_lowercase()),
    }
}

/// Names and addresses of mail, each once.
pub fn people(text: &str) -> Vec<String> {
    let mut named = BTreeSet::new();
    let words: Vec<&str> = text.split_whitespace().collect();
    for (at, word) in words.iter().enumerate() {
        if named.len() >= MAX_NAMES {
            break;
        }
        if let Some(address) = address(word) {
            named.insert(address);
        } else if is_form(word)
            && let Some(name) = name(words.get(at + 1..).unwrap_or_default())
        {
            named.insert(name);
        }
    }
    named.into_iter().collect()
}

fn is_form(word: &str) -> bool {
    let bare = word.trim_start_matches(|letter: char| !letter.is_alphanumeric()).trim_end_matches(['.', ':']);
    // "med" and "frau" in the middle of a sentence are words; a form of address has a capital or a full stop.
    let is_said = bare.starts_with(char::is_uppercase) || word.ends_with('.');
    is_said && FORMS.contains(&bare.to_lowercase().as_str())
}

/// The name behind a form of address, other forms left out: "Dr. med. Anna Weber".
fn name(words: &[&str]) -> Option<String> {
    let mut name: Vec<&str> = Vec::with_capacity(MAX_WORDS);
    for word in words.iter().skip_while(|word| is_form(word)) {
        let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        let is_particle = PARTICLES.contains(&bare) && !name.is_empty();
        let is_first_particle = PARTICLES.contains(&bare) && name.is_empty();
        if bare.is_empty() || !(bare.starts_with(char::is_uppercase) || is_particle || is_first_particle) {
            break;
        }
        name.push(bare.strip_suffix("'s").or_else(|| bare.strip_suffix("\u{2019}s")).unwrap_or(bare));
        let ends =
            word.ends_with([',', ';', ':', ')', '!', '?']) || word.ends_with('.') && bare.chars().count() > 1;
        if ends || name.iter().filter(|word| !PARTICLES.contains(word)).count() == MAX_WORDS {
            break;
        }
    }
    name.iter().any(|word| word.starts_with(char::is_uppercase)).then(|| name.join(" "))
}

fn address(word: &str) -> Option<String> {
    let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    let bare = bare.strip_prefix("mailto:").unwrap_or(&bare);
    let (local, host) = bare.split_once('@')?;
    let is_plain = |text: &str| {
        !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || ".-_+".contains(letter))
    };
    (is_plain(local) && is_plain(host) && host.contains('.')).then(|| bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::people;

    #[test]
    fn somebody_is_named_by_their_form_of_address() {
        for (text, expected) in [
            ("Dear colleague, Dr. Anna Weber saw the patient.", vec!["Anna Weber"]),
            ("Dr. med. Weber, Kardiologie", vec!["Weber"]),
            ("gez. Prof. Dr. J. Lindqvist", vec!["J Lindqvist"]),
            ("Frau Dr. von der Heide bittet um Antwort", vec!["von der Heide"]),
            ("Seen by Nurse Okafor's team", vec!["Okafor"]),
            ("Write to a.weber@vennhollow.example.", vec!["a.weber@vennhollow.example"]),
        ] {
            assert_eq!(people(text), expected, "{text}");
        }
    }

    #[test]
    fn a_capital_alone_and_a_word_of_a_sentence_name_nobody() {
        for text in [
            "The Sepsis bundle of Vennhollow begins within an hour.",
            "a frau in the waiting room",
            "Dr. was not there",
            "someone@localhost and @home",
            "Herr,",
        ] {
            assert_eq!(people(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_list_of_everybody_ends_somewhere() {
        let names: Vec<String> = (0..1_000).map(|number| format!("Dr. Person{number}")).collect();
        assert_eq!(people(&names.join(", ")).len(), 256);
    }
}
