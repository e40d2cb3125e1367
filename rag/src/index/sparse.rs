//! Text as a sparse vector: which terms it has and how much each weighs.
//!
//! A term's number is a keyed hash, so whoever copies an index cannot try words against it. A document's weights are
//! the saturated term frequencies of BM25 (Robertson and Zaragoza, 2009); how rare a term is among all chunks is left
//! to the engine, which knows. A question counts each term as often as it says it. Two terms that share a number add
//! up, which happens about once in a million pairs of a chunk.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::{IndexError, MAX_SUBJECT_TERMS};
use crate::chunk::HEADING_GAP;
use crate::named;

mod stop_words;
pub(crate) mod terms;

/// How soon a repeated term stops counting.
const SATURATION: f32 = 1.2;
/// How much a long text is held against its terms.
const LENGTH_NORMALISATION: f32 = 0.75;
/// Terms of an average chunk. A constant rather than a running mean, so that the same text always gives the same
/// vector; being off by half changes ranks very little.
const AVERAGE_TERMS: f32 = 110.0;

/// Term ids and their weights.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SparseVector {
    /// Term ids, ascending, each once.
    pub indices: Vec<u32>,
    /// The weight of each.
    pub values: Vec<f32>,
}

impl SparseVector {
    /// Whether there is no term at all.
    pub const fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    pub(super) fn check(&self) -> Result<(), IndexError> {
        let problem = if self.indices.len() != self.values.len() {
            "it has more terms than weights, or fewer"
        } else if !self.indices.is_sorted_by(|one, next| one < next) {
            "its terms are not in order, or one is there twice"
        } else if !self.values.iter().all(|value| value.is_finite()) {
            "it holds something that is not a number"
        } else {
            return Ok(());
        };
        Err(IndexError::BadVector { problem: problem.to_owned() })
    }
}

impl FromIterator<(u32, f32)> for SparseVector {
    fn from_iter<T: IntoIterator<Item = (u32, f32)>>(weights: T) -> Self {
        let mut sums = BTreeMap::<u32, f32>::new();
        for (index, weight) in weights {
            *sums.entry(index).or_default() += weight;
        }
        let (indices, values) = sums.into_iter().unzip();
        Self { indices, values }
    }
}

/// The secret that turns terms into numbers.
#[derive(Clone)]
pub struct TermKey(Zeroizing<[u8; 32]>);

impl TermKey {
    /// Wraps the secret.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// Tells two keys apart without telling the key.
    pub fn fingerprint(&self) -> String {
        let derived = blake3::derive_key("voiceassist 2026 sparse term key fingerprint", self.0.as_slice());
        blake3::Hash::from_bytes(derived).to_hex().chars().take(16).collect()
    }

    fn number(&self, term: &str) -> u32 {
        let hash = blake3::keyed_hash(&self.0, term.as_bytes());
        let [a, b, c, d, ..] = *hash.as_bytes();
        u32::from_le_bytes([a, b, c, d])
    }
}

impl std::fmt::Debug for TermKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TermKey")
    }
}

/// Makes sparse vectors.
#[derive(Clone, Debug)]
pub struct SparseEncoder {
    key: TermKey,
}

impl SparseEncoder {
    /// Uses this key for every term.
    pub const fn new(key: TermKey) -> Self {
        Self { key }
    }

    /// The vector of a chunk.
    pub fn document(&self, text: &str) -> SparseVector {
        let counts = self.counts(text);
        let length: f32 = counts.values().sum();
        let penalty = 1.0 - LENGTH_NORMALISATION + LENGTH_NORMALISATION * length / AVERAGE_TERMS;
        let saturated = |count: f32| count * (SATURATION + 1.0) / (count + SATURATION * penalty);
        counts.into_iter().map(|(term, count)| (term, saturated(count))).collect()
    }

    /// The vector of a question.
    pub fn question(&self, text: &str) -> SparseVector {
        self.counts(text).into_iter().collect()
    }

    /// The vector of a question that also looks for other words, each with a weight of its own. What the question says
    /// itself counts as often as it says it and no more.
    pub fn widened(&self, text: &str, others: &[(&str, f32)]) -> SparseVector {
        let mut counts = self.counts(text);
        for (other, weight) in others {
            for term in terms::terms(other) {
                counts.entry(self.key.number(&term.text)).or_insert(*weight);
            }
        }
        counts.into_iter().collect()
    }

    /// What a document is about: the term ids of its title, which is the outermost of a chunk's headings. Ascending, each
    /// once; the first [`MAX_SUBJECT_TERMS`] words of a longer title.
    pub fn subject(&self, headings: &str) -> Vec<u32> {
        let title = headings.split(HEADING_GAP).next().unwrap_or_default();
        let mut subject: Vec<u32> = terms::terms(title)
            .iter()
            .take(MAX_SUBJECT_TERMS)
            .map(|term| self.key.number(&term.text))
            .collect();
        subject.sort_unstable();
        subject.dedup();
        subject
    }

    /// The number of a media type, or of a family of them such as `image/*`.
    pub fn media_type(&self, name: &str) -> u32 {
        self.key.number(&format!("media type\0{}", name.trim().to_lowercase()))
    }

    /// The numbers under which a document keeps somebody: those of [`person`](Self::person), and of an address the words before
    /// its `@` as well, because many a letter names its writer by nothing else.
    pub fn named(&self, name_or_address: &str) -> Vec<u32> {
        let mut numbers = self.person(name_or_address);
        if let Some((local, _)) = name_or_address.trim().split_once('@') {
            numbers.extend(self.person(&local.replace(|letter: char| !letter.is_alphanumeric(), " ")));
        }
        numbers
    }

    /// The numbers somebody is looked for by: one of an address, else one of each word of a name, without its marks. In order,
    /// each once; none of what says nobody.
    pub fn person(&self, name_or_address: &str) -> Vec<u32> {
        let said = name_or_address.trim();
        if said.contains('@') && !said.contains(char::is_whitespace) {
            return vec![self.key.number(&format!("address\0{}", said.to_lowercase()))];
        }
        let words = named::words(said).into_iter();
        let mut numbers: Vec<u32> = words.map(|word| self.key.number(&format!("person\0{word}"))).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    fn counts(&self, text: &str) -> BTreeMap<u32, f32> {
        let mut counts = BTreeMap::new();
        for term in terms::terms(text) {
            *counts.entry(self.key.number(&term.text)).or_default() += 1.0;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::{SparseEncoder, SparseVector, TermKey};

    fn encoder(byte: u8) -> SparseEncoder {
        SparseEncoder::new(TermKey::new([byte; 32]))
    }

    #[test]
    fn the_same_text_gives_the_same_vector_and_another_key_another_one() {
        let text = "Metformin 500 mg twice daily, eGFR above 45.";
        assert_eq!(encoder(1).document(text), encoder(1).document(text));
        assert_ne!(encoder(1).document(text).indices, encoder(2).document(text).indices);
        assert_ne!(TermKey::new([1; 32]).fingerprint(), TermKey::new([2; 32]).fingerprint());
    }

    #[test]
    fn a_repeated_term_counts_less_each_time_and_a_long_text_less() {
        let weight = |text: &str| encoder(1).document(text).values.iter().copied().fold(0.0, f32::max);
        let once = weight("insulin");
        let twice = weight("insulin insulin");
        assert!(twice > once && twice < 2.0 * once);
        let filler: Vec<String> = (0..400).map(|number| format!("filler{number}")).collect();
        assert!(weight(&format!("insulin {}", filler.join(" "))) < once);
    }

    #[test]
    fn a_question_of_stop_words_has_no_terms() {
        assert!(encoder(1).question("what is it?").is_empty());
    }

    #[test]
    fn a_widened_question_weighs_its_own_words_as_before() {
        let plain = encoder(1).question("gout gout treatment");
        let widened = encoder(1).widened("gout gout treatment", &[("treatment medicines", 0.3)]);
        let weight = |vector: &SparseVector, word: &str| {
            let number = *encoder(1).question(word).indices.first()?;
            vector.indices.iter().position(|index| *index == number).map(|at| vector.values[at])
        };
        for word in ["gout", "treatment"] {
            assert_eq!(weight(&plain, word), weight(&widened, word), "{word}");
        }
        assert_eq!(weight(&widened, "medicine"), Some(0.3));
    }

    #[test]
    fn a_subject_is_the_words_of_the_outermost_heading() {
        let title = encoder(1).subject("Sepsis bundle");
        assert_eq!(title, encoder(1).subject("The sepsis bundles \u{203a} Dosing"));
        assert_eq!(title.len(), 2);
        assert!(encoder(1).subject("").is_empty());
        assert_eq!(encoder(1).subject(&"word7 other8 ".repeat(40)).len(), 2);
    }

    #[test]
    fn somebody_has_a_number_for_each_word_or_one_for_the_address() {
        let name = encoder(1).person("Anna M\u{fc}ller");
        assert_eq!(name, encoder(1).person("anna  MULLER"));
        assert_eq!(name.len(), 2);
        assert_eq!(encoder(1).person("J\u{fc}rgen Wei\u{df}"), encoder(1).person("jurgen weiss"));
        assert!(encoder(1).person("M\u{fc}ller").iter().all(|word| name.contains(word)));
        let address = encoder(1).person("A.Mueller@Clinic.example");
        assert_eq!(address, encoder(1).person(" a.mueller@clinic.example "));
        assert_eq!(address.len(), 1);
        let kept = encoder(1).named("a.mueller@clinic.example");
        assert!(kept.contains(&address[0]) && kept.contains(&encoder(1).person("Mueller")[0]));
        assert_ne!(name, encoder(2).person("Anna Muller"), "another key, other numbers");
        let word = encoder(1).question("anna").indices;
        assert!(!name.contains(&word[0]), "a person is no word of a text");
        assert_ne!(encoder(1).media_type("text/plain"), encoder(1).media_type("text/*"));
    }

    #[test]
    fn vectors_out_of_order_are_refused() {
        let twice = SparseVector { indices: vec![3, 3], values: vec![1.0, 1.0] };
        assert!(twice.check().is_err());
        let infinite = SparseVector { indices: vec![3], values: vec![f32::INFINITY] };
        assert!(infinite.check().is_err());
        assert!([(3, 1.0), (1, 2.0), (3, 0.5)].into_iter().collect::<SparseVector>().check().is_ok());
    }

    #[test]
    fn a_key_does_not_print() {
        assert_eq!(format!("{:?}", TermKey::new([7; 32])), "TermKey");
    }
}
