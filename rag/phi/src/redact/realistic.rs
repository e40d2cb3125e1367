//! Something of the same shape that belongs to nobody.
//!
//! Names come from short lists of invented people and places, days stay days, and numbers keep their length and their
//! punctuation. Ranges that are set aside for examples are used where there are some: `example.org` (RFC 2606),
//! 192.0.2.0/24 (RFC 5737), telephone numbers 555-01xx, social security numbers that begin with 9, which are never
//! given out. What has no such shape gets nothing, and the caller takes a tag.

use crate::span::Kind;

const FIRST: &[&str] = &[
    "Alba", "Bram", "Cato", "Dione", "Edda", "Falko", "Gisla", "Hedo", "Ilva", "Jorin", "Kalea", "Lioba",
    "Marou", "Nilo", "Odile", "Piet", "Quirin", "Runa", "Sanna", "Tilo", "Ursin", "Vela", "Wenke", "Xaver",
    "Yara", "Zeno",
];
const LAST: &[&str] = &[
    "Ahlsted", "Brenholt", "Castwick", "Dornfeld", "Elsmoor", "Farnhagen", "Gildart", "Hollbeck", "Irnwald",
    "Jostrup", "Kelmore", "Lindmar", "Morhaven", "Northam", "Ostwell", "Penhale", "Querfurt", "Ravnsby",
    "Stenholm", "Thornby", "Ulmgren", "Varnhill", "Westrup", "Yarnfeld", "Zellwood",
];
const PLACES: &[&str] = &[
    "Ashmere", "Birkenau", "Coldwater", "Dunhollow", "Eastmark", "Fernvale", "Greyford", "Highmoor",
    "Lakeside", "Millbrook", "Northgate", "Oakhaven", "Pinecrest", "Riverton", "Stonebridge", "Westfield",
];
const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
];

/// Random bytes, one after the other.
struct Bytes<'b> {
    bytes: &'b [u8; 32],
    at: usize,
}

impl Bytes<'_> {
    fn next(&mut self) -> usize {
        let byte = self.bytes[self.at % self.bytes.len()];
        // The second round must not repeat the first.
        let round = u8::try_from(self.at / self.bytes.len()).unwrap_or(u8::MAX);
        self.at += 1;
        usize::from(byte.wrapping_add(round.wrapping_mul(97)))
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() * 256 + self.next()) % bound.max(1)
    }

    fn of<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words.get(self.below(words.len())).copied().unwrap_or_default()
    }
}

/// Something like `original`, or nothing.
pub(super) fn like(kind: Kind, original: &str, bytes: &[u8; 32]) -> Option<String> {
    let mut bytes = Bytes { bytes, at: 0 };
    let bytes = &mut bytes;
    match kind {
        Kind::Name => name(original, bytes),
        Kind::City => Some(cased(bytes.of(PLACES), original)),
        Kind::Facility => Some(format!("{} Clinic", bytes.of(PLACES))),
        Kind::Employer => Some(format!("{} Works", bytes.of(LAST))),
        Kind::Street => Some(format!("{} {} Road", 1 + bytes.below(980), bytes.of(PLACES))),
        Kind::Date => date(original, bytes),
        Kind::AgeOver89 => None,
        Kind::Phone | Kind::Fax => Some(format!("555-01{:02}", bytes.below(100))),
        Kind::Email => Some(format!("{}.{}@example.org", bytes.of(FIRST), bytes.of(LAST)).to_lowercase()),
        Kind::Url => Some(format!("https://example.org/{}", digits("000000", bytes))),
        Kind::IpAddress => Some(format!("192.0.2.{}", 1 + bytes.below(254))),
        Kind::Ssn => Some(ssn(original, bytes)),
        _ => shaped(original, bytes),
    }
}

/// As many words as the original, its commas kept.
fn name(original: &str, bytes: &mut Bytes<'_>) -> Option<String> {
    let words: Vec<&str> = original.split_whitespace().collect();
    let last_first = words.first().is_some_and(|word| word.ends_with(','));
    let count = words.len();
    let made: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(place, word)| {
            let surname = if last_first { place == 0 } else { count == 1 || place + 1 == count };
            let comma = if word.ends_with(',') { "," } else { "" };
            let bare = word.trim_end_matches(',');
            if bare.chars().filter(|c| c.is_alphabetic()).count() == 1 && !surname {
                let dot = if bare.ends_with('.') { "." } else { "" };
                let initial = bytes.of(FIRST).chars().next().unwrap_or('Q');
                return format!("{initial}{dot}{comma}");
            }
            let list = if surname { LAST } else { FIRST };
            format!("{}{comma}", cased(bytes.of(list), bare))
        })
        .collect();
    (!made.is_empty()).then(|| made.join(" "))
}

/// In capitals where the original is.
fn cased(made: &str, original: &str) -> String {
    let mut letters = original.chars().filter(|c| c.is_alphabetic()).peekable();
    if letters.peek().is_some() && letters.all(char::is_uppercase) && original.chars().count() > 1 {
        return made.to_uppercase();
    }
    if original.starts_with(char::is_lowercase) { made.to_lowercase() } else { made.to_owned() }
}

/// Another day in the same form: numbers within the range of days and months, another month's name, another year.
fn date(original: &str, bytes: &mut Bytes<'_>) -> Option<String> {
    let mut out = String::new();
    let mut rest = original;
    let mut changed = false;
    while let Some(first) = rest.chars().next() {
        let length = rest.chars().take_while(char::is_ascii_digit).count();
        if length > 0 {
            let made = match length {
                1 => (1 + bytes.below(9)).to_string(),
                2 => format!("{:02}", 1 + bytes.below(12)),
                4 => (1931 + bytes.below(90)).to_string(),
                _ => return None,
            };
            out.push_str(&made);
            rest = &rest[length..];
            changed = true;
            continue;
        }
        let letters: usize = rest.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
        if letters > 0 {
            let word = &rest[..letters];
            match month(word, bytes) {
                Some(made) => {
                    out.push_str(&made);
                    changed = true;
                }
                None => out.push_str(word),
            }
            rest = &rest[letters..];
            continue;
        }
        out.push(first);
        rest = &rest[first.len_utf8()..];
    }
    changed.then_some(out)
}

/// Another month, as long or as short.
fn month(word: &str, bytes: &mut Bytes<'_>) -> Option<String> {
    let lower = word.to_lowercase();
    let known = MONTHS.iter().any(|month| {
        let month = month.to_lowercase();
        lower.len() >= 3 && month.starts_with(&lower)
    });
    let made = bytes.of(&MONTHS);
    known.then(|| cased(if lower.len() <= 3 { &made[..3] } else { made }, word))
}

fn ssn(original: &str, bytes: &mut Bytes<'_>) -> String {
    let count = original.bytes().filter(u8::is_ascii_digit).count();
    let made = digits(original, bytes);
    if count < 9 {
        return made;
    }
    let mut first = true;
    made.chars().map(|c| if c.is_ascii_digit() && std::mem::take(&mut first) { '9' } else { c }).collect()
}

/// Other digits for digits, other capitals for capitals among them. Nothing when there is too little to change.
fn shaped(original: &str, bytes: &mut Bytes<'_>) -> Option<String> {
    let digits_in = original.bytes().filter(u8::is_ascii_digit).count();
    if digits_in < 3 || original.chars().count() > 64 {
        return None;
    }
    let made = original.chars().map(|c| match c {
        '0'..='9' => digit(bytes),
        'A'..='Z' => char::from(b'A' + u8::try_from(bytes.below(26)).unwrap_or(0)),
        'a'..='z' if original.len() < 24 => char::from(b'a' + u8::try_from(bytes.below(26)).unwrap_or(0)),
        other => other,
    });
    Some(made.collect())
}

fn digits(original: &str, bytes: &mut Bytes<'_>) -> String {
    original.chars().map(|c| if c.is_ascii_digit() { digit(bytes) } else { c }).collect()
}

fn digit(bytes: &mut Bytes<'_>) -> char {
    char::from(b'0' + u8::try_from(bytes.below(10)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::like;
    use crate::span::Kind;

    fn made(kind: Kind, original: &str) -> Option<String> {
        like(kind, original, blake3::hash(original.as_bytes()).as_bytes())
    }

    #[test]
    fn the_shape_of_a_name_is_kept() {
        let name = made(Kind::Name, "LARKIN, Zoë Q.").unwrap();
        let words: Vec<&str> = name.split(' ').collect();
        assert_eq!(words.len(), 3);
        assert!(words[0].ends_with(',') && words[0].chars().all(|c| c.is_uppercase() || c == ','), "{name}");
        assert!(words[2].ends_with('.') && words[2].len() == 2, "{name}");
    }

    #[test]
    fn days_stay_days_and_numbers_keep_their_shape() {
        let day = made(Kind::Date, "03/14/1962").unwrap();
        assert_eq!(day.len(), 10);
        let (month, year): (u32, u32) = (day[..2].parse().unwrap(), day[6..].parse().unwrap());
        assert!((1..=12).contains(&month) && (1931..=2020).contains(&year), "{day}");
        let number = made(Kind::Mrn, "AB-004711").unwrap();
        assert_eq!((number.len(), number.as_bytes()[2]), (9, b'-'));
        assert!(made(Kind::Ssn, "123-45-6789").unwrap().starts_with('9'));
        assert!(made(Kind::Email, "zoe@clinic.test").unwrap().ends_with("@example.org"));
    }

    #[test]
    fn what_has_no_shape_gets_nothing() {
        assert_eq!(made(Kind::AgeOver89, "94"), None);
        assert_eq!(made(Kind::OtherId, "x"), None);
    }
}
