//! What is known about words: their classes, and which words are too wide to treat by.
//!
//! Two text files of this crate, read once. A word may be of several classes. A word that is in none is a topic.

use std::collections::HashMap;
use std::sync::LazyLock;

const WORDS: &str = include_str!("../../vocabulary/words.txt");
const BROAD: &str = include_str!("../../vocabulary/broad.txt");

/// The classes of a word, as a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Class(u32);

macro_rules! classes {
    ($($(#[doc = $doc:literal])+ $name:ident $label:literal = $bit:literal,)+) => {
        impl Class {
            $($(#[doc = $doc])+ pub(super) const $name: Self = Self(1 << $bit);)+

            fn named(label: &str) -> Option<Self> {
                match label {
                    $($label => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

classes! {
    /// Carries a sentence.
    FUNCTION "function" = 0,
    /// Says what is done, not to what.
    VERB "verb" = 1,
    /// Could be said of anything.
    GENERIC "generic" = 2,
    /// Says what is to be known about a topic.
    ASPECT "aspect" = 3,
    /// Asks what to do.
    MANAGE "manage" = 4,
    /// Asks for an amount of a drug.
    DOSE "dose" = 5,
    /// Says which amount of a drug.
    QUALIFIER "qualifier" = 6,
    /// Tells diseases of one name apart.
    MODIFIER "modifier" = 7,
    /// A kind of patient.
    POPULATION "population" = 8,
    /// How a drug is given.
    ROUTE "route" = 9,
    /// Too little to be a topic alone.
    WEAK "weak" = 10,
    /// A drug.
    DRUG "drug" = 11,
    /// A disease or complaint.
    CONDITION "condition" = 12,
    /// What a definite article can point at.
    ENTITY "entity" = 13,
    /// A politeness.
    GREETING "greeting" = 14,
    /// A day or a time.
    WHEN "when" = 15,
}

impl Class {
    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// Endings of names of drugs.
const DRUG_ENDINGS: &[&str] = &[
    "pril", "sartan", "olol", "statin", "mycin", "micin", "cillin", "oxacin", "conazole", "nidazole",
    "xaban", "gatran", "parin", "prazole", "prazol", "tidine", "setron", "triptan", "mab", "tinib", "ciclib",
    "avir", "ovir", "dipine", "dipin", "gliptin", "gliflozin", "glutide", "glutid", "zepam", "zolam",
    "caine", "curonium", "phylline", "terol", "asone", "solone", "thiazide", "semide", "cycline", "cyclin",
    "penem", "barbital", "oxetine", "oxetin", "triptyline", "azepine", "azepin", "fibrate", "lukast",
    "dronate", "dronat", "grelor", "platin", "rubicin", "taxel", "relin", "glitazone", "floxacin",
];
/// Beginnings of names of drugs.
const DRUG_BEGINNINGS: &[&str] = &["cef", "sulfa"];
/// Endings of names of diseases.
const CONDITION_ENDINGS: &[&str] = &[
    "itis", "osis", "aemia", "emia", "opathy", "algia", "penia", "plegia", "ämie", "pathie", "algie",
    "penie", "insuffizienz", "erkrankung", "infektion", "karzinom", "carcinoma", "sarcoma", "lymphoma",
    "megaly",
];
/// Shortest word that an ending says something about.
const LEAST_WITH_ENDING: usize = 6;

static CLASSES: LazyLock<HashMap<&'static str, Class>> = LazyLock::new(|| {
    let mut classes = HashMap::<&str, Class>::new();
    let mut current = Class::default();
    for line in WORDS.lines().filter(|line| !line.starts_with('#')) {
        if let Some(label) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            current = Class::named(label).unwrap_or_default();
            continue;
        }
        for word in line.split_whitespace() {
            let entry = classes.entry(word).or_default();
            *entry = entry.or(current);
        }
    }
    classes
});

/// The classes of a word in lower case.
pub(super) fn class(word: &str) -> Class {
    let known = listed(word);
    if !known.is_none() {
        return known;
    }
    let long = word.chars().count() >= LEAST_WITH_ENDING;
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if long && (ends(DRUG_ENDINGS) || DRUG_BEGINNINGS.iter().any(|begin| word.starts_with(begin))) {
        return Class::DRUG;
    }
    if long && ends(CONDITION_ENDINGS) {
        return Class::CONDITION;
    }
    Class::default()
}

fn listed(word: &str) -> Class {
    if let Some(class) = CLASSES.get(word) {
        return *class;
    }
    let bare = word.strip_suffix("'s").or_else(|| word.strip_suffix('\'')).unwrap_or(word);
    let singular = ["s", "es", "n", "en", "e"].iter().find_map(|ending| {
        let stem = bare.strip_suffix(ending).filter(|stem| stem.chars().count() > 4)?;
        CLASSES.get(stem)
    });
    // An inflected form is what its stem is, but for words that only carry a sentence.
    CLASSES.get(bare).or(singular).copied().filter(|class| *class != Class::FUNCTION).unwrap_or_default()
}

/// A wide name and the readings among which one must choose.
#[derive(Debug)]
pub(super) struct Broad {
    /// The name in words.
    pub(super) name: Vec<&'static str>,
    /// What it may mean.
    pub(super) choices: Vec<&'static str>,
}

/// Wide names of English, of German, and abbreviations.
#[derive(Debug, Default)]
pub(super) struct Wide {
    pub(super) english: Vec<Broad>,
    pub(super) german: Vec<Broad>,
    pub(super) abbreviations: Vec<Broad>,
}

/// All of them, the longest names first.
pub(super) static WIDE: LazyLock<Wide> = LazyLock::new(|| {
    let mut wide = Wide::default();
    for line in BROAD.lines().filter(|line| !line.starts_with('#')) {
        let (list, line) = if let Some(rest) = line.strip_prefix("de:") {
            (&mut wide.german, rest)
        } else if let Some(rest) = line.strip_prefix("abbreviation:") {
            (&mut wide.abbreviations, rest)
        } else {
            (&mut wide.english, line)
        };
        let Some((names, choices)) = line.split_once('=') else { continue };
        let choices: Vec<&str> = choices.split('|').map(str::trim).collect();
        for name in names.split(',') {
            list.push(Broad { name: name.split_whitespace().collect(), choices: choices.clone() });
        }
    }
    for list in [&mut wide.english, &mut wide.german] {
        list.sort_by_key(|broad| std::cmp::Reverse(broad.name.len()));
    }
    wide
});

#[cfg(test)]
mod tests {
    use super::{CLASSES, Class, WIDE, WORDS, class};

    #[test]
    fn every_section_is_a_class_and_every_wide_name_has_choices() {
        for line in WORDS.lines() {
            if let Some(label) = line.strip_prefix('[') {
                assert!(Class::named(label.trim_end_matches(']')).is_some(), "{label}");
            }
        }
        assert!(CLASSES.len() > 2_000);
        let lists = [&WIDE.english, &WIDE.german, &WIDE.abbreviations];
        for broad in lists.into_iter().flatten() {
            assert!(!broad.name.is_empty() && (2..=5).contains(&broad.choices.len()), "{:?}", broad.name);
        }
    }

    #[test]
    fn endings_tell_drugs_and_diseases_that_no_list_has() {
        assert!(class("zofenopril").has(Class::DRUG) && class("cefixime").has(Class::DRUG));
        assert!(class("myocarditis").has(Class::CONDITION));
        assert!(class("ablation").is_none() && class("protocol").has(Class::GENERIC));
        assert!(class("doses").has(Class::DOSE) && class("warnings").has(Class::GENERIC));
    }
}
