//! Words without what people leave out when they type: case, accents, punctuation.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Words of one text at most.
const MAX_WORDS: usize = 2_000;

/// The words of a text, folded.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)) {
        if letter.is_alphanumeric() {
            plain(letter, &mut word);
        } else if !matches!(letter, '\'' | '’') && !word.is_empty() {
            words.push(std::mem::take(&mut word));
            if words.len() == MAX_WORDS {
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

/// The same word as somebody writes it who has no umlauts, if it has any: `Müller` is `mueller` then.
pub fn written_out(text: &str) -> Option<Vec<String>> {
    let umlauts = |letter: char| match letter {
        'ä' | 'Ä' | 'æ' | 'Æ' => Some("ae"),
        'ö' | 'Ö' | 'ø' | 'Ø' => Some("oe"),
        'ü' | 'Ü' => Some("ue"),
        'å' | 'Å' => Some("aa"),
        _ => None,
    };
    let composed: String = text.nfc().collect();
    if !composed.chars().any(|letter| umlauts(letter).is_some()) {
        return None;
    }
    let mut out = String::new();
    for letter in composed.chars() {
        match umlauts(letter) {
            Some(pair) => out.push_str(pair),
            None => out.push(letter),
        }
    }
    Some(words(&out))
}

#[cfg(test)]
mod tests {
    use super::{words, written_out};

    #[test]
    fn marks_case_and_punctuation_do_not_matter() {
        assert_eq!(words("Dr. Zoë O’Brien-Łukasz"), ["dr", "zoe", "obrien", "lukasz"]);
        assert_eq!(words("Straße Nº 5"), ["strasse", "no", "5"]);
        assert_eq!(written_out("Jürgen Weiß"), Some(vec!["juergen".to_owned(), "weiss".to_owned()]));
        assert_eq!(written_out("Smith"), None);
    }
}
