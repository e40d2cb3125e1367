//! Whether a word that no list knows is built like a name.
//!
//! The lists hold some fifty thousand names and as many other words. How often three letters follow each other in
//! either says of a new word which it resembles: "svetin" a name, "oncotype" not. The table is counted once from the
//! lists themselves, so it knows nothing that they do not, and it only ever speaks of words that they lack.

/// Letters of the folded alphabet and one sign for everything else, among it both ends of a word.
const LETTERS: usize = 27;
/// The sign for the ends of a word.
const EDGE: usize = 26;
/// Added to every count, as though each three letters had been seen once.
const UNSEEN: f32 = 1.0;

/// How much likelier three letters are in a name, as natural logarithms.
pub(super) struct Likeness {
    odds: Vec<f32>,
}

/// Counts of three letters in names and in other words.
pub(super) struct Counts {
    names: Vec<f32>,
    others: Vec<f32>,
}

impl Counts {
    pub(super) fn new() -> Self {
        let places = LETTERS * LETTERS * LETTERS;
        Self { names: vec![0.0; places], others: vec![0.0; places] }
    }

    pub(super) fn add(&mut self, word: &str, is_name: bool) {
        let counts = if is_name { &mut self.names } else { &mut self.others };
        for place in threes(word) {
            counts[place] += 1.0;
        }
    }

    pub(super) fn weigh(&self) -> Likeness {
        let places = UNSEEN * 20_000.0;
        let names = self.names.iter().sum::<f32>() + places;
        let others = self.others.iter().sum::<f32>() + places;
        let odds = self
            .names
            .iter()
            .zip(&self.others)
            .map(|(name, other)| ((name + UNSEEN) / names).ln() - ((other + UNSEEN) / others).ln())
            .collect();
        Likeness { odds }
    }
}

impl Likeness {
    /// Above zero for what resembles names, below for what resembles other words; comparable over lengths.
    pub(super) fn of(&self, word: &str) -> f32 {
        let mut length = 0.0_f32;
        let sum: f32 = threes(word).map(|place| (self.odds[place], length += 1.0).0).sum();
        sum / length.max(1.0).sqrt()
    }
}

/// The places of all runs of three letters, the ends of the word among them.
fn threes(word: &str) -> impl Iterator<Item = usize> {
    let sign = |byte: u8| match byte {
        b'a'..=b'z' => usize::from(byte - b'a'),
        _ => EDGE,
    };
    let bytes = word.as_bytes();
    let at = move |place: usize| {
        place.checked_sub(1).and_then(|place| bytes.get(place)).map_or(EDGE, |byte| sign(*byte))
    };
    (0..bytes.len()).map(move |first| (at(first) * LETTERS + at(first + 1)) * LETTERS + at(first + 2))
}
