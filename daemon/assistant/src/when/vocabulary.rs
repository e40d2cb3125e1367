//! The words of time: weekdays, months, numbers and units, in English and German.
//!
//! Words that are something else more often ("may", "sat", "do") count only where the writing says so.

use chrono::Weekday;

use super::tokens::Token;

/// A unit of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// The weekday a word names.
pub(super) fn weekday(token: &Token) -> Option<Weekday> {
    let text = token.text.trim_end_matches("'s");
    Some(match text {
        "monday" | "mon" | "mondays" | "montag" | "montags" => Weekday::Mon,
        "tuesday" | "tue" | "tues" | "dienstag" => Weekday::Tue,
        "wednesday" | "wed" | "mittwoch" => Weekday::Wed,
        "thursday" | "thu" | "thur" | "thurs" | "donnerstag" => Weekday::Thu,
        "friday" | "fri" | "freitag" => Weekday::Fri,
        "saturday" | "samstag" | "sonnabend" => Weekday::Sat,
        "sunday" | "sonntag" => Weekday::Sun,
        "sat" if token.is_capital => Weekday::Sat,
        "sun" if token.is_capital => Weekday::Sun,
        _ if token.has_dot && token.is_capital => return short(text),
        _ => return None,
    })
}

/// German two letters with their dot.
fn short(text: &str) -> Option<Weekday> {
    Some(match text {
        "mo" => Weekday::Mon,
        "di" => Weekday::Tue,
        "mi" => Weekday::Wed,
        "do" => Weekday::Thu,
        "fr" => Weekday::Fri,
        "sa" => Weekday::Sat,
        "so" => Weekday::Sun,
        _ => return None,
    })
}

/// A weekday with a part of the day in one word: `Donnerstagnachmittag`.
pub(super) fn weekday_and_part(text: &str) -> Option<(Weekday, &str)> {
    const DAYS: [(&str, Weekday); 7] = [
        ("montag", Weekday::Mon),
        ("dienstag", Weekday::Tue),
        ("mittwoch", Weekday::Wed),
        ("donnerstag", Weekday::Thu),
        ("freitag", Weekday::Fri),
        ("samstag", Weekday::Sat),
        ("sonntag", Weekday::Sun),
    ];
    DAYS.iter().find_map(|(name, day)| {
        let rest = text.strip_prefix(name)?;
        super::clock::part(rest).is_some().then_some((*day, rest))
    })
}

/// The month a word names, from 1; `may` and `march` only as a name.
pub(super) fn month(token: &Token) -> Option<u32> {
    Some(match token.text.as_str() {
        "january" | "jan" | "januar" | "jänner" => 1,
        "february" | "feb" | "februar" => 2,
        "march" | "mar" if token.is_capital => 3,
        "märz" | "maerz" => 3,
        "april" | "apr" => 4,
        "may" if token.is_capital => 5,
        "mai" => 5,
        "june" | "jun" | "juni" => 6,
        "july" | "jul" | "juli" => 7,
        "august" | "aug" => 8,
        "september" | "sep" | "sept" => 9,
        "october" | "oct" | "oktober" | "okt" => 10,
        "november" | "nov" => 11,
        "december" | "dec" | "dezember" | "dez" => 12,
        _ => return None,
    })
}

/// A small number, in digits or in letters.
pub(super) fn number(token: &Token) -> Option<u32> {
    token.number().or_else(|| {
        Some(match token.text.as_str() {
            "a" | "an" | "one" | "ein" | "eine" | "einem" | "einer" | "einen" | "eins" => 1,
            "two" | "zwei" => 2,
            "three" | "drei" => 3,
            "four" | "vier" => 4,
            "five" | "fünf" | "fuenf" => 5,
            "six" | "sechs" => 6,
            "seven" | "sieben" => 7,
            "eight" | "acht" => 8,
            "nine" | "neun" => 9,
            "ten" | "zehn" => 10,
            "eleven" | "elf" => 11,
            "twelve" | "zwölf" | "zwoelf" => 12,
            "fourteen" | "vierzehn" => 14,
            "fifteen" | "fünfzehn" => 15,
            "twenty" | "zwanzig" => 20,
            "thirty" | "dreißig" | "dreissig" => 30,
            _ => return None,
        })
    })
}

/// The unit a word names.
pub(super) fn unit(token: &Token) -> Option<Unit> {
    Some(match token.text.as_str() {
        "minute" | "minutes" | "min" | "mins" | "minuten" => Unit::Minute,
        "hour" | "hours" | "h" | "stunde" | "stunden" => Unit::Hour,
        "day" | "days" | "tag" | "tage" | "tagen" => Unit::Day,
        "week" | "weeks" | "woche" | "wochen" => Unit::Week,
        "month" | "months" | "monat" | "monate" | "monaten" | "monats" => Unit::Month,
        "year" | "years" | "jahr" | "jahre" | "jahren" | "jahres" => Unit::Year,
        _ => return None,
    })
}
