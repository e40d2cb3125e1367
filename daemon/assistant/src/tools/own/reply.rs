//! What a turn means after the one before it: a choice, a step on, or a new wish.
//!
//! "And on Friday?" takes the last wish with another time, "and Bob?" with another person, "more" goes on where the list stopped.
//! A choice is told by its number or by words that only it has. Whatever is a wish of its own is taken as one.

use super::phrases::{self, Line};
use super::saying::Voice;
use super::wish::{self, Heard, What, Wish};
use super::{Asking, Choice, MAX_SHOWN, Meant, Talk};
use crate::people::fold::words;
use crate::when::{self, Standpoint};

/// Words with which a step on begins.
const OPENERS: &[&str] = &[
    "and", "und", "what about", "how about", "and what about", "and how about", "was ist mit",
    "und was ist mit", "wie sieht es aus", "wie ist es", "or", "oder", "also", "auch", "then",
    "und wie ist es", "wie sieht es",
];
/// Words of a step on that name nothing.
const STEPS: &[&str] = &[
    "about", "how", "what", "look", "sieht", "aus", "mails", "mail", "her", "him", "for", "then", "from",
    "von", "with", "mit", "tomorrow's", "free", "frei", "anything", "too", "also", "sonst",
];

/// The wish of these words, completed by the turn before.
pub(super) fn hear(asking: &Asking<'_>, voice: &Voice) -> Option<Wish> {
    let standpoint = |looks| Standpoint { now: voice.now, zone: voice.zone.clone(), looks };
    if let Some(open) = asking.talk.and_then(|talk| talk.open.as_ref())
        && let Some(choice) = chosen(&open.choices, asking.text)
    {
        let mut wish = open.wish.clone();
        match &choice.meant {
            Meant::Person(somebody) => {
                wish.with = Some(somebody.name.clone());
                wish.somebody = Some(somebody.clone());
            }
            Meant::Day(day) => {
                wish.either = None;
                wish.when = Some(when::on(*day, &standpoint(wish::looks(asking.text))));
            }
        }
        return Some(wish);
    }
    let own = wish::read(asking.text, &standpoint(wish::looks(asking.text)), asking.german);
    if own.is_some() {
        return own;
    }
    let talk = asking.talk.filter(|talk| talk.age == 0)?;
    step(asking, talk, voice)
}

/// A step on from the last wish.
fn step(asking: &Asking<'_>, talk: &Talk, voice: &Voice) -> Option<Wish> {
    let earlier = talk.wish.as_ref()?;
    let line = Line::of(asking.text);
    let more = line.begins(&[
        "more", "show more", "show me more", "the rest", "show the rest", "next page", "mehr", "weitere",
        "die restlichen", "zeig mehr", "alle", "and the rest", "show all",
    ]);
    if more && line.words.len() <= 5 {
        return Some(Wish { skip: earlier.skip + MAX_SHOWN, ..earlier.clone() });
    }
    let opens = line.begins(OPENERS);
    let looks = match earlier.what {
        What::Mail(_) => when::Direction::Back,
        _ => wish::looks(asking.text),
    };
    let heard = Heard::of(
        asking.text,
        &Standpoint { now: voice.now, zone: voice.zone.clone(), looks },
        asking.german,
    );
    let left: Vec<String> = heard.rest.content(&[STEPS]).map(|word| word.own.clone()).collect();
    let mut wish = Wish { skip: 0, german: earlier.german, ..earlier.clone() };
    let says_when = heard.when.is_some() || heard.either.is_some();
    if says_when {
        (wish.when, wish.either) = (heard.when, heard.either);
        // What comes next on a day is what is on that day.
        if let What::Next { back: false } = wish.what {
            wish.what = What::Agenda { count: false };
        }
    }
    if left.is_empty() {
        let takes_time = !matches!(wish.what, What::Person { .. });
        return (says_when && takes_time && (opens || line.words.len() <= 6)).then_some(wish);
    }
    if !opens || left.len() > 4 {
        return None;
    }
    let said = left.join(" ");
    if line.has(&["about", "über", "wegen", "regarding"])
        && !line.begins(&["what about", "how about", "and what about", "and how about"])
    {
        wish.about = Some(said);
        return Some(wish);
    }
    if phrases::is_name(&said) {
        (wish.with, wish.somebody) = (Some(said), None);
        if let What::Free { others, .. } = &mut wish.what {
            others.clear();
        }
        return Some(wish);
    }
    None
}

/// The one choice that a reply means.
fn chosen<'c>(choices: &'c [Choice], reply: &str) -> Option<&'c Choice> {
    let reply = reply.trim();
    if let Some(exact) = choices.iter().find(|choice| choice.label.eq_ignore_ascii_case(reply)) {
        return Some(exact);
    }
    let said = words(reply);
    if said.is_empty() || said.len() > 8 {
        return None;
    }
    let number = said.iter().find_map(|word| {
        Some(match word.as_str() {
            "1" | "first" | "1st" | "erste" | "ersten" | "erster" => 0,
            "2" | "second" | "2nd" | "zweite" | "zweiten" | "zweiter" => 1,
            "3" | "third" | "3rd" | "dritte" | "dritten" | "dritter" => 2,
            "4" | "fourth" | "4th" | "vierte" | "vierten" => 3,
            _ => return None,
        })
    });
    let telling: Vec<&String> =
        said.iter().filter(|word| !phrases::is_empty(word) && word.len() > 1).collect();
    let has = |choice: &Choice| {
        let own = words(&choice.label);
        !telling.is_empty() && telling.iter().all(|word| own.iter().any(|one| one.starts_with(word.as_str())))
    };
    let mut fitting = choices.iter().filter(|choice| has(choice));
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Some(only),
        _ => number.filter(|_| said.len() <= 4).and_then(|at| choices.get(at)),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{Choice, Meant, chosen};

    #[test]
    fn a_choice_is_told_by_its_number_or_by_words_that_only_it_has() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day");
        let choices = ["Anna Smith, Cardiology, St. Mary's", "John Smith, Radiology"]
            .map(|label| Choice { label: label.to_owned(), meant: Meant::Day(day) });
        for (reply, expected) in [
            ("Anna", Some(0)),
            ("the cardiology one", None),
            ("cardiology", Some(0)),
            ("john smith, radiology", Some(1)),
            ("the second", Some(1)),
            ("2", Some(1)),
            ("Smith", None),
            ("What is the dose of apixaban in atrial fibrillation?", None),
            ("", None),
        ] {
            let found = chosen(&choices, reply).map(|choice| usize::from(choice.label.starts_with("John")));
            assert_eq!(found, expected, "{reply}");
        }
    }
}
