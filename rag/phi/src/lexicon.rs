//! What is known about a word: is it a name, a place, a clinical term, or a cue for something beside it?
//!
//! The lists in `vocabulary/` are read once into one table, so that each word of a text is looked up once and carries
//! all answers as [`Marks`]. A list only says what a word can be; the detectors decide what it is where it stands.
//! The lists hold words as facts, never people; where they come from is written in `vocabulary/README.md`.
//!
//! A list is sorted and each line leaves out what it shares with the line before: a first character `0`-`z` counts the
//! shared letters.

mod cues;
mod likeness;
mod table;

use std::sync::LazyLock;

use crate::lexicon::likeness::{Counts, Likeness};
use crate::lexicon::table::Table;

/// Everything a word can be, as a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks(u64);

macro_rules! marks {
    ($($(#[doc = $doc:literal])+ $name:ident = $bit:literal,)+) => {
        impl Marks {
            $($(#[doc = $doc])+ pub(crate) const $name: Self = Self(1 << $bit);)+
        }
    };
}

marks! {
    /// A given name somewhere.
    GIVEN = 0,
    /// A surname somewhere.
    SURNAME = 1,
    /// A word of everyday English.
    COMMON = 2,
    /// A clinical term, a drug, an organism.
    TERM = 3,
    /// Somebody after whom a disease, sign, score or device is named.
    EPONYM = 4,
    /// A city of one word.
    CITY = 5,
    /// The first word of a city of several words.
    CITY_HEAD = 6,
    /// A title of anybody: Mr, Frau.
    TITLE = 7,
    /// A title of those who treat: Dr, Nurse.
    STAFF_TITLE = 8,
    /// A degree that follows a name: MD, RN.
    DEGREE = 9,
    /// A relative or somebody close.
    RELATION = 10,
    /// A month by name, in several languages.
    MONTH = 11,
    /// A day of the week.
    WEEKDAY = 12,
    /// What follows an eponym: disease, sign, score.
    EPONYM_NOUN = 13,
    /// A particle of names: van, de la.
    PARTICLE = 14,
    /// A verb whose subject is a person.
    PERSON_VERB = 15,
    /// The last word of a facility: hospital, clinic.
    FACILITY = 16,
    /// The last word of a street.
    STREET = 17,
    /// The last word of a company.
    COMPANY = 18,
    /// A unit that makes the number before it a quantity.
    UNIT = 19,
    /// A state, a country or a people: stays.
    REGION = 20,
    /// A direction or "New", "Lake": the first word of an invented place.
    PLACE_HEAD = 21,
    /// A word that makes a place before it a standard: criteria, classification.
    STANDARD_NOUN = 22,
    /// The first word of a cue for a number.
    NUMBER_CUE = 23,
    /// A word before a date: on, since, admitted.
    DATE_CUE = 24,
    /// A label that a name follows after a colon.
    NAME_LABEL = 25,
    /// A word that a name may follow at once: patient, named.
    NAME_CUE = 26,
    /// A street suffix that is nothing else, also in lower case.
    SURE_STREET = 27,
    /// The first word of a street in Romance and Slavic languages: rue, calle, via.
    STREET_HEAD = 28,
    /// A word of health: evidence for the class, not for a finding.
    HEALTH = 29,
    /// A function word; never part of a name.
    SMALL = 30,
    /// A two-letter code of a state.
    STATE_CODE = 31,
    /// A word that a facility may consist of beside its own name: memorial, general.
    FACILITY_PART = 32,
    /// A number written as a word, sixty and above or a part of such.
    NUMERAL = 33,
    /// Somebody's number stands for a code of a catalogue: ICD, CPT, NCT.
    CODE_CUE = 34,
    /// A word that a suffix of a clinical term marks as one.
    TERM_ENDING = 35,
    /// A word that no list knows and that is built like a name.
    LIKE_NAME = 36,
    /// A word that no list knows and that is not built like a name.
    UNLIKE_NAME = 37,
    /// What people are by trade.
    OCCUPATION = 38,
    /// The first word of a facility in many languages: Klinikum, Clínica.
    FACILITY_HEAD = 39,
    /// A word that makes a facility's name by itself beside a facility's word: Mercy, Baptist.
    FACILITY_ORDER = 40,
    /// The first word of a house or employer known by name.
    KNOWN_HOUSE = 41,
    /// A city whose name is a word, a name or a standard as well.
    TOWN = 42,
    /// A word of another language than English; in an English text it is none.
    FOREIGN = 43,
    /// A small word that only English has.
    ENGLISH = 44,
    /// A small word that only other languages have.
    NOT_ENGLISH = 45,
    /// A small word that only German has.
    GERMAN = 46,
    /// A word that people follow: "for", "called".
    BEFORE_PEOPLE = 47,
    /// A word that only people follow: "page", "ask".
    ONLY_BEFORE_PEOPLE = 48,
    /// A verb whose subjects are things as often as people.
    OF_THINGS_TOO = 49,
    /// A word before "in" and "from" that makes what follows a place: "lives".
    OF_PLACES = 50,
}

impl Marks {
    pub(crate) const NONE: Self = Self(0);
    /// Names of any sort.
    pub(crate) const NAME: Self = Self(Self::GIVEN.0 | Self::SURNAME.0);
    /// Words that are something else than a name.
    pub(crate) const KNOWN: Self = Self(Self::COMMON.0 | Self::TERM.0 | Self::TERM_ENDING.0 | Self::SMALL.0);

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether any of the other's bits is set.
    pub(crate) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether no list knows the word.
    pub(crate) const fn is_unlisted(self) -> bool {
        let aside = Self::LIKE_NAME.0 | Self::UNLIKE_NAME.0 | Self::KNOWN_HOUSE.0 | Self::TOWN.0;
        self.0 & !aside == 0
    }

    /// The marks as bits.
    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    /// The marks that are also among others.
    pub(crate) const fn only(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// The cities of more than one word, each as its words.
static CITIES: LazyLock<std::collections::HashMap<String, Vec<Vec<String>>>> = LazyLock::new(|| {
    let mut cities: std::collections::HashMap<String, Vec<Vec<String>>> = std::collections::HashMap::new();
    for city in unfold_list(include_str!("../vocabulary/cities.txt")) {
        let mut words = city.split(' ').map(str::to_owned);
        let Some(head) = words.next() else { continue };
        let rest: Vec<String> = words.collect();
        if !rest.is_empty() {
            cities.entry(head).or_default().push(rest);
        }
    }
    cities
});

static LEXICON: LazyLock<(Table, Likeness)> = LazyLock::new(|| {
    let mut table = Table::with_room_for(150_000);
    let mut counts = Counts::new();
    for entry in unfold_list(include_str!("../vocabulary/names.txt")) {
        let (word, sort) = entry.split_at(entry.len().saturating_sub(1));
        let marks = match sort {
            "G" => Marks::GIVEN,
            "S" => Marks::SURNAME,
            _ => Marks::NAME,
        };
        table.add(word, marks);
        counts.add(word, true);
    }
    for (list, marks) in [
        (include_str!("../vocabulary/words.txt"), Marks::COMMON),
        (include_str!("../vocabulary/terms.txt"), Marks::TERM),
    ] {
        for word in unfold_list(list) {
            table.add(&word, marks);
            counts.add(&word, false);
        }
    }
    for word in include_str!("../vocabulary/eponyms.txt").lines() {
        table.add(word, Marks::EPONYM);
    }
    for city in unfold_list(include_str!("../vocabulary/cities.txt")) {
        match city.split_once(' ') {
            Some((head, _)) => table.add(head, Marks::CITY_HEAD),
            None => table.add(&city, Marks::CITY),
        }
    }
    for word in unfold_list(include_str!("../vocabulary/foreign.txt")) {
        table.add(&word, Marks::FOREIGN);
        counts.add(&word, false);
    }
    for town in unfold_list(include_str!("../vocabulary/towns.txt")) {
        table.add(&town, Marks::TOWN);
    }
    for (words, marks) in cues::ALL {
        for word in words.split_ascii_whitespace() {
            table.add(word, *marks);
        }
    }
    for word in crate::detect::number_cues() {
        table.add(word, Marks::NUMBER_CUE);
    }
    for word in crate::detect::house_heads() {
        table.add(word, Marks::KNOWN_HOUSE);
    }
    for word in crate::vocabulary::HEALTH {
        table.add(word, Marks::HEALTH);
    }
    (table, counts.weigh())
});

/// Unlisted words above this are built like names: four names of five and one other word of six.
const LIKE: f32 = 0.0;
/// Unlisted words below this are not: one name of twenty and two other words of three.
const UNLIKE: f32 = -1.0;

/// What a folded word can be; a word the lists lack is tried without its inflection.
pub(crate) fn marks(folded: &str) -> Marks {
    let (table, likeness) = &*LEXICON;
    let own = table.get(folded);
    if own != Marks::NONE {
        // "Burns" is a surname and a plural.
        let plural = folded.strip_suffix('s').filter(|stem| own.any(Marks::NAME) && stem.len() >= 4);
        return own.or(plural.map_or(Marks::NONE, stem_marks));
    }
    // "D'Angelo", "O'Malley"
    if let Some(rest) = folded.strip_prefix("d'").or_else(|| folded.strip_prefix("o'"))
        && table.get(rest).any(Marks::NAME)
    {
        return Marks::NAME;
    }
    let ending = if has_term_ending(folded) { Marks::TERM_ENDING } else { Marks::NONE };
    let of_stem =
        stems(folded).into_iter().flatten().map(|stem| stem_marks(&stem)).find(|marks| *marks != Marks::NONE);
    let all = ending.or(of_stem.unwrap_or(Marks::NONE));
    if all != Marks::NONE {
        return all;
    }
    built_like(likeness, folded)
}

/// What an unlisted word is built like.
pub(crate) fn likeness(folded: &str) -> Marks {
    built_like(&LEXICON.1, folded)
}

fn built_like(likeness: &Likeness, folded: &str) -> Marks {
    match likeness.of(folded) {
        odds if odds > LIKE => Marks::LIKE_NAME,
        odds if odds < UNLIKE => Marks::UNLIKE_NAME,
        _ => Marks::NONE,
    }
}

/// The remaining words of cities that begin with a word.
pub(crate) fn cities_from(head: &str) -> &'static [Vec<String>] {
    CITIES.get(head).map_or(&[], Vec::as_slice)
}

/// A stem lends its everyday and clinical sense, never that of a name or a cue.
fn stem_marks(stem: &str) -> Marks {
    let all = LEXICON.0.get(stem);
    let kept = Marks::COMMON.or(Marks::TERM).or(Marks::HEALTH).or(Marks::REGION);
    all.without(all.without(kept))
}

/// What a word may be an inflection of.
fn stems(word: &str) -> [Option<String>; 4] {
    const ENDINGS: [(&str, &str); 14] = [
        ("ies", "y"),
        ("ied", "y"),
        ("es", ""),
        ("es", "e"),
        ("s", ""),
        ("ed", ""),
        ("ed", "e"),
        ("ing", ""),
        ("ing", "e"),
        ("ly", ""),
        ("ness", ""),
        ("ers", ""),
        ("er", ""),
        ("er", "e"),
    ];
    let mut found = [const { None }; 4];
    let mut at = 0;
    for (ending, instead) in ENDINGS {
        let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.len() >= 3 && stem.is_ascii()) else {
            continue;
        };
        if at < found.len() {
            found[at] = Some(format!("{stem}{instead}"));
            at += 1;
        }
        let bytes = stem.as_bytes();
        let doubled =
            instead.is_empty() && bytes.len() > 3 && bytes[bytes.len() - 1] == bytes[bytes.len() - 2];
        if doubled && at < found.len() {
            found[at] = Some(stem[..stem.len() - 1].to_owned());
            at += 1;
        }
    }
    found
}

/// How diseases, procedures and substances end.
const TERM_ENDINGS: &str = "itis osis oses emia aemia oma omas pathy pathies ectomy otomy ostomy oscopy plasty \
        ography ogram algia uria pnea pnoea plegia trophy megaly penia philia rrhea rrhoea azole mycin cillin \
        olol pril sartan statin mab tinib gliptin gliflozin parin xaban prazole cycline floxacin dipine azepam \
        barbital caine dronate triptan setron asone olone terol tropium phylline thiazide semide ology ologist \
        ologists ological otic atic idal oids ectomies uresis genic genesis lysis lytic tropic philic phobic \
        phobia metry metric scopic graphic toxic toxicity inib ciclib parib otide lukast afil oprim fungin penem \
        bactam cyte cytes cytic blast blasts amine amines idine tion tions sion ment ments ness ity ities ance \
        ence ances ences ically ional ular eous ious insuffizienz embolie flimmern flattern storung storungen kontrolle krankheit \
        krankheiten krankung krankungen entzundung blocker blockern spiegel druck schaft schaften kasse kassen linie \
        linien gerinnung behandlung behandlungen beschwerden mittel wirkung wirkungen untersuchung messung stellung \
        schwache infarkt anfall schmerz schmerzen ektomie skopie grafie graphie allergie gabe heiten keiten igkeit \
        tumor karzinom fraktur ruptur stenose thrombose zirrhose sklerose";
/// Endings that say as much only of long words.
const LONG_TERM_ENDINGS: &str = "al oid oids ating ia ias ism ae ary yl ide ose ium eal emic aric uric onic ung ungen heit keit ologie ierung";

/// The endings by their last letter, each with the length a word must have.
static ENDINGS: LazyLock<Vec<Vec<(&'static str, usize)>>> = LazyLock::new(|| {
    let mut by_last = vec![Vec::new(); 256];
    let endings = TERM_ENDINGS.split_ascii_whitespace().map(|ending| (ending, (ending.len() + 2).max(6)));
    let long = LONG_TERM_ENDINGS.split_ascii_whitespace().map(|ending| (ending, 9));
    for (ending, least) in endings.chain(long) {
        if let Some(last) = ending.bytes().next_back() {
            by_last[usize::from(last)].push((ending, least));
        }
    }
    by_last
});

fn has_term_ending(word: &str) -> bool {
    let Some(last) = word.bytes().next_back().filter(|_| word.len() >= 6) else { return false };
    let side = word.ends_with("side");
    ENDINGS[usize::from(last)]
        .iter()
        .any(|(ending, least)| word.len() >= *least && word.ends_with(ending) && !(side && *ending == "ide"))
}

/// The words of a list whose lines leave out what they share with the line before.
fn unfold_list(list: &'static str) -> impl Iterator<Item = String> {
    let mut previous = String::new();
    list.lines().filter_map(move |line| {
        let mut chars = line.chars();
        let shared = chars.next()?.to_digit(36)? as usize;
        // A mark behind the word before is no part of what is shared.
        previous.truncate(shared.min(previous.len()));
        previous.push_str(chars.as_str());
        Some(previous.clone())
    })
}

#[cfg(test)]
mod tests {
    use super::{Marks, marks};

    #[test]
    fn a_word_carries_all_that_it_can_be() {
        for (word, expected) in [
            ("margaret", Marks::GIVEN),
            ("kowalski", Marks::SURNAME),
            ("parkinson", Marks::EPONYM),
            ("duluth", Marks::CITY),
            ("metoprolol", Marks::TERM.or(Marks::TERM_ENDING).or(Marks::HEALTH)),
            ("tuesday", Marks::WEEKDAY),
            ("walking", Marks::COMMON),
        ] {
            assert!(marks(word).any(expected), "{word}");
        }
        assert!(!marks("collierlandt").any(Marks::KNOWN));
        assert!(!marks("metoprolol").any(Marks::NAME));
    }

    #[test]
    fn every_line_of_every_list_can_be_read() {
        for list in [
            include_str!("../vocabulary/names.txt"),
            include_str!("../vocabulary/words.txt"),
            include_str!("../vocabulary/terms.txt"),
            include_str!("../vocabulary/foreign.txt"),
            include_str!("../vocabulary/towns.txt"),
        ] {
            let words: Vec<String> = super::unfold_list(list).collect();
            assert_eq!(words.len(), list.lines().count());
            assert!(words.iter().all(|word| word.is_ascii() && !word.is_empty()));
        }
    }
}
