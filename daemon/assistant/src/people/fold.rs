//! Words without what people leave out when they type: case, accents, punctuation.

use unicode_normalization::UnicodeNormalization as _;
pub use voiceassist_rag::named::words;

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
