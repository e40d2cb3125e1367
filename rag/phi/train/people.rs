//! People who do not exist.
//!
//! Given names and surnames are drawn from the word lists, put together from parts, bent into names nobody has, or are
//! everyday words: half of the people a clinic meets are on no list, and the classifier must not learn that they are.

use crate::write::Dice;

/// The words of a list whose lines leave out what they share with the line before.
pub(crate) fn unfolded(list: &str) -> Vec<String> {
    let mut previous = String::new();
    let mut all = Vec::new();
    for line in list.lines() {
        let mut chars = line.chars();
        let Some(shared) = chars.next().and_then(|c| c.to_digit(36)) else { continue };
        previous.truncate((shared as usize).min(previous.len()));
        previous.push_str(chars.as_str());
        all.push(previous.clone());
    }
    all
}

/// With a capital at its start.
pub(crate) fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

const ONSETS: &str =
    "b br ch d dr f fr g gr h j k kl kr l m n p pr r s sch sh sl st t th tr v w y z ts zh gw ng kh dh";
const NUCLEI: &str = "a e i o u a e i o u aa ai au ee ei ie oo ou ua uo ia io ya yu";
const CODAS: &str = "n r l s m t k d nd rt st ng ck tz sch ll nn ss x z";
const NAME_ENDS: &str = "a o i e u ski ska sky wicz czyk ova ov enko chuk ian yan shvili dze oglu oğlu sen son sson dottir ez es os as is \
akis opoulos escu eanu ić vić čić ák ek ik man mann berg stein feld bach hofer huber meier ier eau ault ard elli etti ini ino one aro ucci ham ley \
ton by worth field well more shaw nen la ga wa moto yama da guchi mura zaki pour zadeh i ani far gar kar wala lal nath swamy puram ndo mba nga le we";
const PARTICLES: &str =
    "van de von der del dos El Al bin Ben Mac Mc O' D' De La Le Di Da ten ter zu St. Abu Ibn";
const EVERYDAY: &str = "Stone Rivers Winter Fields Frost Lamb Marsh Baker Potter Knight Little Swift Sharp Black Brown Green Gold Silver Rose \
Lily Daisy Olive Hope Grace Faith Joy Summer Autumn Dawn Sky River Brook Reed Page Wolf Fox Hunt Park Hall Wood Hill Lake Bush Rice Bean Berry Cherry Day \
May June August Noble King Prince Bishop Pope Dean Major Guest Love Good Best Savage Moody Strange Loud Blunt Cash Price Sales Banks Chase Pace Rush Flood \
Waters Snow Rain Storm Gale Mist Dew Cloud Star Moon Temple Church Cross Bell Horn Drum Harp Singer Piper Dancer Walker Rider Turner Cooper Mason Fuller Sawyer \
Weaver Carter Porter Butcher Gardener Shepherd Fisher Hawk Crane Swan Finch Crow Drake Lyon Bull Kidd Hogg Bird Fish Pike Bass Trout Salmon Roach Penny Pound \
Case Ward Bond Law Power Battle Blade Arrow Bow Lance Spear Sands Shore Cliff Dale Glen Heath Moss Fern Ivy Holly Hazel Basil Sage Ginger Pepper Pickles \
Coffey Chance Victor Pat Bill Mark Drew Rob Sue Will Grant Frank Earnest Art Rich Dale Gene Chuck Rusty Sunny Sandy Young Old Long Short Small Large Gross Klein Lang \
Koch Fuchs Vogel Sommer Kaiser König Richter Schwarz Weiss Roth Braun Petit Grand Blanc Leblanc Roy Leroy Rey Flores Cruz Luna Sol Campos Rosa Bianco Rossi Monte";

/// Where names come from.
pub(crate) struct People {
    given: Vec<String>,
    surnames: Vec<String>,
    words: Vec<String>,
}

impl People {
    /// Reads the lists.
    pub(crate) fn new() -> Self {
        let (mut given, mut surnames) = (Vec::new(), Vec::new());
        for entry in unfolded(include_str!("../vocabulary/names.txt")) {
            let (word, sort) = entry.split_at(entry.len().saturating_sub(1));
            if sort != "S" {
                given.push(word.to_owned());
            }
            if sort != "G" {
                surnames.push(word.to_owned());
            }
        }
        Self { given, surnames, words: unfolded(include_str!("../vocabulary/words.txt")) }
    }

    /// A given name.
    pub(crate) fn first(&self, dice: &mut Dice) -> String {
        let own = match dice.below(100) {
            0..=69 => capital(&self.given[dice.below(self.given.len())]),
            70..=84 => invented(dice),
            85..=89 => dice.word(EVERYDAY).to_owned(),
            90..=94 => bent(&self.given, dice),
            _ => {
                let two = [
                    self.given[dice.below(self.given.len())].as_str(),
                    &self.given[dice.below(self.given.len())],
                ];
                return format!("{}{}{}", capital(two[0]), dice.of(&["-", "-", " "]), capital(two[1]));
            }
        };
        accented(own, dice)
    }

    /// A surname.
    pub(crate) fn last(&self, dice: &mut Dice) -> String {
        match dice.below(100) {
            0..=84 => self.surname(dice),
            85..=90 => format!("{}-{}", self.surname(dice), self.surname(dice)),
            91..=96 => {
                let particle = dice.word(PARTICLES);
                let blank = if matches!(particle, "Mc" | "Mac" | "O'" | "D'") { "" } else { " " };
                format!("{particle}{blank}{}", self.surname(dice))
            }
            97 => format!("{}-{}", dice.of(&["Al", "El", "Abd", "Ben"]), self.surname(dice)),
            _ => format!("{} {}", self.surname(dice), self.surname(dice)),
        }
    }

    /// A surname of one word.
    pub(crate) fn surname(&self, dice: &mut Dice) -> String {
        let own = match dice.below(100) {
            0..=44 => capital(&self.surnames[dice.below(self.surnames.len())]),
            45..=67 => invented(dice),
            68..=79 => dice.word(EVERYDAY).to_owned(),
            80..=86 => capital(&self.words[dice.below(self.words.len())].replace('\'', "")),
            _ => bent(&self.surnames, dice),
        };
        accented(own, dice)
    }

    /// Given name and surname, with what stands between and behind them.
    pub(crate) fn full(&self, dice: &mut Dice) -> String {
        let (first, last) = (self.first(dice), self.last(dice));
        match dice.below(100) {
            0..=71 => format!("{first} {last}"),
            72..=79 => format!("{first} {}. {last}", dice.pattern("@")),
            80..=83 => format!("{first} {} {last}", dice.pattern("@")),
            84..=88 => format!("{first} {} {last}", self.first(dice)),
            89..=91 => format!("{first} {last} {}", dice.of(&["Jr.", "Sr.", "III", "II", "Jr"])),
            92..=94 => format!("{} {last}", dice.pattern("@.")),
            95 => format!("{} {last}", dice.pattern("@. @.")),
            96 => format!("{last} {first}"),
            _ => format!("{first} {last} {}", self.surname(dice)),
        }
    }

    /// As lists and forms write people.
    pub(crate) fn listed(&self, dice: &mut Dice) -> String {
        let (first, last) = (self.first(dice), self.last(dice));
        match dice.below(10) {
            0..=3 => self.full(dice),
            4..=5 => format!("{last}, {first}"),
            6 => format!("{last}, {first}").to_uppercase(),
            7 => format!("{last},{first}"),
            8 => format!("{last}, {}", dice.pattern("@.")),
            _ => format!("{last} {first}"),
        }
    }

    /// As those who treat are named behind their title.
    pub(crate) fn doctor(&self, dice: &mut Dice) -> String {
        match dice.below(10) {
            0..=5 => self.last(dice),
            6..=8 => self.full(dice),
            _ => self.first(dice),
        }
    }

    /// A name by which somebody signs in.
    pub(crate) fn user(&self, dice: &mut Dice) -> String {
        let (first, last) = (plain_letters(&self.first(dice)), plain_letters(&self.last(dice)));
        let digits = dice.pattern("##");
        match dice.below(4) {
            0 => format!("{first}{digits}"),
            1 => format!("{}.{last}", &first[..1]),
            2 => format!("{first}_{last}"),
            _ => format!("{last}{digits}"),
        }
    }

    /// An address of mail.
    pub(crate) fn mail(&self, dice: &mut Dice) -> String {
        let (first, last) = (plain_letters(&self.first(dice)), plain_letters(&self.last(dice)));
        format!("{first}.{last}@{}", dice.of(&["example.org", "example.com", "mail.example.net"]))
    }
}

fn plain_letters(name: &str) -> String {
    let letters: String = name.to_lowercase().chars().filter(char::is_ascii_lowercase).collect();
    if letters.is_empty() { "kim".to_owned() } else { letters }
}

/// Some names carry accents.
fn accented(name: String, dice: &mut Dice) -> String {
    if !dice.chance(12) {
        return name;
    }
    let pairs = [
        ("o", "ö"),
        ("u", "ü"),
        ("a", "á"),
        ("e", "é"),
        ("c", "ç"),
        ("s", "ş"),
        ("n", "ñ"),
        ("l", "ł"),
        ("i", "í"),
        ("z", "ž"),
    ];
    let (plain, other) = pairs[dice.below(pairs.len())];
    name.replacen(plain, other, 1)
}

/// A name put together from syllables.
pub(crate) fn invented(dice: &mut Dice) -> String {
    let mut name = String::new();
    for _ in 0..=dice.below(2) {
        name.push_str(dice.word(ONSETS));
        name.push_str(dice.word(NUCLEI));
        if dice.chance(45) {
            name.push_str(dice.word(CODAS));
        }
    }
    name.push_str(dice.word(NAME_ENDS));
    capital(&name)
}

/// A listed name with its letters changed: nobody's.
fn bent(list: &[String], dice: &mut Dice) -> String {
    let (one, other) = (&list[dice.below(list.len())], &list[dice.below(list.len())]);
    let head = &one[..one.len().min(2 + dice.below(4))];
    let tail = &other[other.len() - other.len().min(2 + dice.below(4))..];
    capital(&format!("{head}{tail}"))
}
