//! How well a card matches the words somebody said.
//!
//! Every word must be found in the card, or the card does not match: in its names (whole, as a beginning, or with a
//! slip of the finger), or in what else it says of its person, where a word may end otherwise (`cardiology` finds a
//! cardiologist). Titles such as `Dr.` are no condition: they only help a card that has them.

use voiceassist_store::contacts::Note;

use super::fold::{words, written_out};

/// Words that are forms of address in one language or another.
const TITLES: [&str; 20] = [
    "dr", "doctor", "doktor", "prof", "professor", "mr", "mrs", "ms", "miss", "herr", "frau", "md", "phd",
    "med", "dott", "dra", "sr", "sra", "nurse", "sister",
];
/// Words that say nothing about who is meant.
const FILLERS: [&str; 14] =
    ["the", "of", "at", "from", "in", "and", "der", "die", "das", "von", "vom", "bei", "aus", "und"];
/// A number is compared from this many digits on.
const MIN_DIGITS: usize = 4;

/// The words by which somebody is told from others: without forms of address, unless there is nothing else.
pub(crate) fn telling(query: &str) -> Vec<String> {
    let wanted = Wanted::read(query);
    if wanted.digits.is_some() { words(query) } else { wanted.words }
}

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    words: Vec<String>,
    titles: Vec<String>,
    digits: Option<String>,
}

impl Wanted {
    pub(super) fn read(query: &str) -> Self {
        let letters = query.chars().filter(|letter| letter.is_alphabetic()).count();
        let digits: String = query.chars().filter(char::is_ascii_digit).collect();
        if letters == 0 && digits.len() >= MIN_DIGITS {
            return Self { digits: Some(digits), ..Self::default() };
        }
        let (titles, words): (Vec<String>, Vec<String>) = words(query)
            .into_iter()
            .filter(|word| !FILLERS.contains(&word.as_str()))
            .partition(|word| TITLES.contains(&word.as_str()));
        if words.is_empty() {
            // Nothing but a title: then it is what is looked for.
            return Self { words: titles, ..Self::default() };
        }
        Self { words, titles, digits: None }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.digits.is_none()
    }

    /// How well a card matches; `None` when it does not. Everything matches when nothing is looked for.
    pub(super) fn score(&self, note: &Note) -> Option<f32> {
        if self.is_empty() {
            return Some(0.0);
        }
        if let Some(digits) = &self.digits {
            let same = note.phones.iter().any(|phone| digits_of(&phone.value).contains(digits.as_str()));
            return same.then_some(1.0);
        }
        let names = Names::of(note);
        let about = about(note);
        let mut sum = 0.0;
        let mut whole = 0;
        for word in &self.words {
            let in_name = names.words.iter().map(|own| likeness(word, own)).fold(0.0, f32::max);
            let elsewhere = about.iter().map(|own| relation(word, own)).fold(0.0, f32::max);
            let best = in_name.max(elsewhere);
            if best <= 0.0 {
                return None;
            }
            whole += usize::from(in_name >= 1.0);
            sum += best;
        }
        let mut score = sum / self.words.len() as f32;
        if whole == self.words.len() && whole >= names.count {
            score += 0.1;
        }
        if self.titles.iter().any(|title| names.titles.contains(title)) {
            score += 0.03;
        }
        Some(score)
    }

    /// How well somebody matches of whom only a name and an address are known.
    pub(super) fn score_name(&self, name: &str, address: &str) -> Option<f32> {
        let local = address.split('@').next().unwrap_or_default();
        let name = if name.is_empty() { local } else { name };
        let email = voiceassist_store::contacts::Reach { value: address.to_owned(), ..Default::default() };
        self.score(&Note { name: name.to_owned(), emails: vec![email], ..Note::default() })
    }
}

/// The words of a card's names.
struct Names {
    words: Vec<String>,
    titles: Vec<String>,
    /// How many words the name has, titles aside.
    count: usize,
}

impl Names {
    fn of(note: &Note) -> Self {
        let given = [&note.name, &note.family, &note.given];
        let texts = || given.into_iter().chain(&note.nicknames);
        let mut all: Vec<String> = texts().flat_map(|text| words(text)).collect();
        all.extend(texts().filter_map(|text| written_out(text)).flatten());
        let titles = [&note.prefixes, &note.suffixes, &note.name];
        let mut titles: Vec<String> = titles.into_iter().flat_map(|text| words(text)).collect();
        titles.retain(|word| TITLES.contains(&word.as_str()));
        let count = words(&note.name).iter().filter(|word| !TITLES.contains(&word.as_str())).count();
        // A title that is looked for by itself is found among the names.
        all.extend(titles.iter().cloned());
        all.sort_unstable();
        all.dedup();
        Self { words: all, titles, count }
    }
}

/// The words of what else a card says.
fn about(note: &Note) -> Vec<String> {
    let single = note.organization.iter().chain(&note.title).chain(&note.role).chain(&note.note);
    let several = note.units.iter().chain(&note.categories).chain(&note.addresses);
    let mut all: Vec<String> = single.chain(several).flat_map(|text| words(text)).collect();
    all.extend(note.emails.iter().flat_map(|email| words(&email.value)));
    all
}

/// How like a word of a name another is: 1 the same, 0 not at all.
fn likeness(word: &str, own: &str) -> f32 {
    if word == own {
        return 1.0;
    }
    let letters = word.chars().count();
    if own.starts_with(word) {
        // An initial says less than a beginning.
        return if letters >= 2 { 0.85 } else { 0.5 };
    }
    let slips = match letters {
        0..=3 => return 0.0,
        4..=7 => 1,
        _ => 2,
    };
    match distance(word, own, slips) {
        Some(1) => 0.7,
        Some(_) => 0.6,
        None => 0.0,
    }
}

/// How like a word of what else is said another is.
fn relation(word: &str, own: &str) -> f32 {
    if word == own {
        return 0.6;
    }
    let letters = word.chars().count();
    let common = word.chars().zip(own.chars()).take_while(|(one, other)| one == other).count();
    // The same stem with another ending: three quarters of the word, and five letters at least.
    if common >= 5 && common * 4 >= letters * 3 {
        return 0.5;
    }
    if letters >= 3 && own.starts_with(word) {
        return 0.45;
    }
    if letters >= 6 && distance(word, own, 1).is_some() { 0.4 } else { 0.0 }
}

/// Letters that were missed, doubled, exchanged or swapped with their neighbour; `None` when more than `most`.
fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (at, letter) in one.iter().enumerate() {
        let before = rows.last()?;
        let mut row = vec![at + 1];
        for (across, own) in other.iter().enumerate() {
            let exchanged = before.get(across)? + usize::from(letter != own);
            let mut least = exchanged.min(before.get(across + 1)? + 1).min(row.last()? + 1);
            let swapped =
                at > 0 && across > 0 && one.get(at - 1) == Some(own) && other.get(across - 1) == Some(letter);
            if swapped && let Some(earlier) = rows.len().checked_sub(2).and_then(|two| rows.get(two)) {
                least = least.min(earlier.get(across - 1)? + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows.last()?.last().copied().filter(|found| *found <= most)
}

/// The digits of a number.
pub(super) fn digits_of(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use voiceassist_store::contacts::{Note, Reach};

    use super::{Wanted, distance};

    fn card(name: &str, unit: &str, title: &str) -> Note {
        let (given, family) = name.rsplit_once(' ').unwrap_or(("", name));
        Note {
            name: name.to_owned(),
            given: given.to_owned(),
            family: family.to_owned(),
            prefixes: "Dr.".to_owned(),
            organization: Some("Vennhollow Hospital".to_owned()),
            units: vec![unit.to_owned()],
            title: Some(title.to_owned()),
            phones: vec![Reach { value: "+49 (30) 555-0142".to_owned(), ..Reach::default() }],
            ..Note::default()
        }
    }

    fn score(query: &str, note: &Note) -> f32 {
        Wanted::read(query).score(note).unwrap_or(0.0)
    }

    #[test]
    fn people_are_found_as_they_are_spoken_of() {
        let smith = card("Anna Smith", "Cardiology", "Consultant cardiologist");
        for query in [
            "Dr. Smith", "smith", "Smith cardiology", "smith the cardiologist", "Smiht", "SMITH Vennhollow",
            "anna s", "dr anna smith",
        ] {
            assert!(score(query, &smith) > 0.0, "{query}");
        }
        for query in ["Dr. Jones", "smith neurology", "bob smith", "xy"] {
            assert!(Wanted::read(query).score(&smith).is_none(), "{query}");
        }
        assert!(score("anna smith", &smith) > score("smith", &smith), "the whole name is the best match");
        assert!(score("smith", &smith) > score("smiht", &smith));
    }

    #[test]
    fn accents_and_umlauts_need_not_be_typed() {
        let muller = card("Zoë Müller", "Kardiologie", "");
        for query in ["muller", "Müller", "mueller", "zoe", "ZOË MULLER", "Müler"] {
            assert!(score(query, &muller) > 0.0, "{query}");
        }
    }

    #[test]
    fn a_number_finds_whose_it_is() {
        let smith = card("Anna Smith", "", "");
        assert!(score("555 0142", &smith) > 0.0);
        assert!(Wanted::read("555 0143").score(&smith).is_none());
    }

    #[test]
    fn a_slip_of_the_finger_is_one_step() {
        assert_eq!(distance("smiht", "smith", 2), Some(1));
        assert_eq!(distance("smth", "smith", 2), Some(1));
        assert_eq!(distance("smitth", "smith", 2), Some(1));
        assert_eq!(distance("jones", "smith", 2), None);
    }
}
