//! Texts from templates.
//!
//! A template is one line: `[a|b|]` is a choice and may be nested, `{slot}` an identifier, `{slot:x}` the same one wherever
//! `:x` stands, `<slot>` something harmless, `$part` what a line `=part` of its file says, `\n` a new line, `~` takes the meaning from the sign behind it. Texts are then
//! written as people write: without capitals, in capitals only, with slips of the hand.

use std::collections::HashMap;
use std::ops::Range;

use voiceassist_phi::{Example, Kind};

use crate::numbers;
use crate::people::People;
use crate::places::{self, Places};
use crate::plain::Plain;

/// Numbers that are the same on every machine.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound.max(1)
    }

    /// Whether something that happens so often in a hundred happens.
    pub(crate) fn chance(&mut self, of_hundred: usize) -> bool {
        self.below(100) < of_hundred
    }

    /// One of some.
    pub(crate) fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    /// One of the words of a line.
    pub(crate) fn word(&mut self, words: &'static str) -> &'static str {
        let count = words.split(' ').count();
        words.split(' ').nth(self.below(count)).unwrap_or("")
    }

    /// One of some patterns, filled.
    pub(crate) fn any(&mut self, patterns: &[&str]) -> String {
        let pattern = self.of(patterns);
        self.pattern(pattern)
    }

    /// `#` becomes a digit, `@` a capital letter, `*` one of both.
    pub(crate) fn pattern(&mut self, pattern: &str) -> String {
        let letter = |dice: &mut Self| char::from(b'A' + u8::try_from(dice.below(26)).unwrap_or(0));
        let digit = |dice: &mut Self| char::from(b'0' + u8::try_from(dice.below(10)).unwrap_or(0));
        pattern
            .chars()
            .map(|c| match c {
                '#' => digit(self),
                '*' if self.chance(50) => digit(self),
                '@' | '*' => letter(self),
                other => other,
            })
            .collect()
    }
}

const SENTENCES: &str = include_str!("texts/sentences.txt");
const NOTES: &str = include_str!("texts/notes.txt");
const FOREIGN: &str = include_str!("texts/foreign.txt");
const MACHINE: &str = include_str!("texts/machine.txt");
const HARMLESS: &str = include_str!("texts/harmless.txt");
const GRAMMAR: &str = include_str!("texts/grammar.txt");
const ABROAD: &str = include_str!("texts/abroad.txt");
const NOBODY: &str = include_str!("texts/nobody.txt");

/// Writes one text after the other.
pub(crate) struct Writer {
    dice: Dice,
    people: People,
    places: Places,
    plain: Plain,
    sentences: Vec<&'static str>,
    notes: Vec<&'static str>,
    foreign: Vec<&'static str>,
    machine: Vec<&'static str>,
    harmless: Vec<&'static str>,
    grammar: Vec<String>,
    abroad: Vec<String>,
    nobody: Vec<String>,
}

impl Writer {
    /// One whose dice begin somewhere.
    pub(crate) fn new(seed: u64) -> Self {
        let lines = |list: &'static str| list.lines().filter(|line| !line.is_empty()).collect();
        Self {
            dice: Dice(seed),
            people: People::new(),
            places: Places::new(),
            plain: Plain::new(),
            sentences: lines(SENTENCES),
            notes: lines(NOTES),
            foreign: lines(FOREIGN),
            machine: lines(MACHINE),
            harmless: lines(HARMLESS),
            grammar: with_parts(GRAMMAR),
            abroad: with_parts(ABROAD),
            nobody: with_parts(NOBODY),
        }
    }

    /// The next text.
    pub(crate) fn example(&mut self) -> Example {
        let mut text = Growing::default();
        match self.dice.below(200) {
            0..=32 => self.add_line(&mut text, 0),
            33..=43 => self.add_lines(&mut text),
            44..=57 => self.add_line(&mut text, 1),
            58..=69 => self.add_line(&mut text, 2),
            70..=75 => self.add_line(&mut text, 3),
            76..=83 => self.add_mixed(&mut text),
            84..=101 => self.add_harmless(&mut text),
            102..=118 => self.add_line(&mut text, 4),
            119..=150 => self.add_line(&mut text, 5),
            151..=164 => self.add_line(&mut text, 6),
            _ => self.add_line(&mut text, 7),
        }
        let mut example = text.example;
        match self.dice.below(100) {
            0..=21 => recase(&mut example, char::to_lowercase),
            22..=25 => recase(&mut example, char::to_uppercase),
            26..=33 => self.slip(&mut example),
            _ => {}
        }
        example
    }

    fn line(&mut self, sort: usize) -> String {
        let composed = match sort {
            5 => &self.grammar,
            6 => &self.abroad,
            7 => &self.nobody,
            _ => {
                let sorts = [&self.sentences, &self.notes, &self.foreign, &self.machine, &self.harmless];
                let lines = sorts[sort];
                return lines[self.dice.below(lines.len())].to_owned();
            }
        };
        composed[self.dice.below(composed.len())].clone()
    }

    fn add_line(&mut self, text: &mut Growing, sort: usize) {
        let line = self.line(sort);
        self.add(text, &line);
        if matches!(sort, 0 | 4..) {
            text.push(self.dice.of(&["", "", "", ".", ".", "!", "?"]));
        }
    }

    /// Some sentences one behind the other, as in a message or a paragraph.
    fn add_lines(&mut self, text: &mut Growing) {
        let between = self.dice.of(&[". ", ". ", ", ", "\n", "\n- ", "; ", " ", "\n\n"]);
        for at in 0..2 + self.dice.below(4) {
            if at > 0 {
                text.push(between);
            }
            let sort = [0, 0, 5, 5, 6, 4, 7, 7][self.dice.below(8)];
            let line = self.line(sort);
            self.add(text, &line);
        }
    }

    /// A harmless note with one identifier somewhere.
    fn add_mixed(&mut self, text: &mut Growing) {
        let own = self.dice.below(4);
        for at in 0..4 {
            let sort = [[4, 7], [0, 5]][usize::from(at == own)][self.dice.below(2)];
            let line = self.line(sort);
            self.add(text, &line);
            text.push(self.dice.of(&[". ", ".\n", "\n"]));
        }
    }

    /// A page about nobody.
    fn add_harmless(&mut self, text: &mut Growing) {
        for _ in 0..3 + self.dice.below(8) {
            let sort = [4, 7][self.dice.below(2)];
            let line = self.line(sort);
            self.add(text, &line);
            text.push(self.dice.of(&[". ", " ", ".\n", "\n", "\n\n"]));
        }
    }

    fn add(&mut self, text: &mut Growing, template: &str) {
        let chosen = self.chosen(template);
        let mut known: HashMap<String, String> = HashMap::new();
        let mut rest = chosen.as_str();
        while let Some(at) = rest.find(['{', '<', '~', '\\']) {
            text.push(&rest[..at]);
            let sign = &rest[at..=at];
            rest = &rest[at + 1..];
            match sign {
                "~" => {
                    let end = rest.chars().next().map_or(0, char::len_utf8);
                    text.push(&rest[..end]);
                    rest = &rest[end..];
                }
                "\\" => {
                    text.push(if rest.starts_with('t') { "\t" } else { "\n" });
                    rest = &rest[1..];
                }
                _ => {
                    let close = if sign == "{" { '}' } else { '>' };
                    let Some((slot, behind)) = rest.split_once(close) else { break };
                    rest = behind;
                    if sign == "{" {
                        self.add_slot(text, slot, &mut known);
                    } else {
                        let plain = self.plain.of(slot, &mut self.dice, &self.people);
                        text.push(&plain);
                    }
                }
            }
        }
        text.push(rest);
    }

    fn add_slot(&mut self, text: &mut Growing, slot: &str, known: &mut HashMap<String, String>) {
        // `{full|first}` is one of both.
        let (sorts, tag) = slot.split_once(':').map_or((slot, None), |(sorts, tag)| (sorts, Some(tag)));
        let sorts: Vec<&str> = sorts.split('|').collect();
        let sort = self.dice.of(&sorts);
        let value = match tag.and_then(|_| known.get(slot)) {
            Some(value) => value.clone(),
            None => self.value(sort),
        };
        if tag.is_some() {
            known.insert(slot.to_owned(), value.clone());
        }
        match kind_of(sort) {
            Some(kind) => text.push_identifier(&value, kind),
            None => text.push(&value),
        }
    }

    fn value(&mut self, sort: &str) -> String {
        let dice = &mut self.dice;
        match sort {
            "full" => self.people.full(dice),
            "first" => self.people.first(dice),
            "last" => self.people.last(dice),
            "name" => self.people.listed(dice),
            "doc" => self.people.doctor(dice),
            "init" => dice.any(&["@.@.", "@@", "@@@", "@. @."]),
            "user" => self.people.user(dice),
            "mail" => self.people.mail(dice),
            "city" => self.places.city(dice, &self.people),
            "addr" => self.places.address(dice, &self.people, false),
            "addrs" => self.places.address(dice, &self.people, true),
            "street" => places::street(dice, &self.people),
            "zip" => places::zip(dice),
            "fac" => self.places.facility(dice, &self.people),
            "emp" => self.places.employer(dice, &self.people),
            "photo" => {
                let name = self.people.last(dice).to_lowercase().replace(' ', "_");
                let number = dice.pattern("####");
                format!("{name}_{number}.{}", dice.of(&["jpg", "png", "heic", "tiff"]))
            }
            number => numbers::of(number, dice),
        }
    }

    /// Letters and signs as they come out of hurried hands and bad scans.
    fn slip(&mut self, example: &mut Example) {
        let slips = 1 + example.text.len() / 60;
        for _ in 0..slips {
            let at = self.dice.below(example.text.len());
            let Some(byte) = example.text.as_bytes().get(at).copied().filter(u8::is_ascii) else { continue };
            let other = match byte {
                b'o' => "0",
                b'l' | b'i' => "1",
                b'e' => "c",
                b'.' | b',' => " ",
                b'a'..=b'z' => self.dice.of(&["e", "n", "r", "t", "u", "s"]),
                _ => continue,
            };
            example.text.replace_range(at..=at, other);
        }
    }

    /// Takes one of each choice, the inner ones first chosen with their outer one.
    fn chosen(&mut self, template: &str) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some(at) = rest.find(['[', '~']) {
            if rest.as_bytes()[at] == b'~' {
                let end = at + 1 + rest[at + 1..].chars().next().map_or(0, char::len_utf8);
                out.push_str(&rest[..end]);
                rest = &rest[end..];
                continue;
            }
            out.push_str(&rest[..at]);
            let (choices, behind) = choices(&rest[at + 1..]);
            let choice = choices[self.dice.below(choices.len())];
            out.push_str(&self.chosen(choice));
            rest = behind;
        }
        out.push_str(rest);
        out
    }
}

/// The lines of a file with their parts put in; a part may hold others that stand before it.
fn with_parts(file: &str) -> Vec<String> {
    let mut parts: Vec<(&str, String)> = Vec::new();
    let mut lines = Vec::new();
    for line in file.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix('=').and_then(|line| line.split_once(' ')) {
            Some((name, part)) => parts.push((name, filled(part, &parts))),
            None => lines.push(filled(line, &parts)),
        }
    }
    lines
}

fn filled(line: &str, parts: &[(&str, String)]) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('$') {
        out.push_str(before);
        let end = behind.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(behind.len());
        if let Some((_, part)) = parts.iter().find(|(name, _)| *name == &behind[..end]) {
            out.push_str(part);
        } else {
            out.push('$');
            out.push_str(&behind[..end]);
        }
        rest = &behind[end..];
    }
    out.push_str(rest);
    out
}

/// The choices up to the bracket that closes them, and what stands behind it.
fn choices(text: &str) -> (Vec<&str>, &str) {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    let mut skip = false;
    for (at, c) in text.char_indices() {
        if std::mem::take(&mut skip) {
            continue;
        }
        match c {
            '~' => skip = true,
            '[' | '{' | '<' => depth += 1,
            ']' if depth == 0 => {
                found.push(&text[start..at]);
                return (found, &text[at + 1..]);
            }
            ']' | '}' | '>' => depth -= 1,
            '|' if depth == 0 => {
                found.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    (vec![text], "")
}

/// A text while it is written.
#[derive(Default)]
struct Growing {
    example: Example,
}

impl Growing {
    fn push(&mut self, piece: &str) {
        self.example.text.push_str(piece);
    }

    fn push_identifier(&mut self, value: &str, kind: Kind) {
        let start = self.example.text.len();
        self.example.text.push_str(value);
        let range: Range<usize> = start..self.example.text.len();
        self.example.spans.push((range, kind));
    }
}

/// What an identifier of a slot is.
fn kind_of(slot: &str) -> Option<Kind> {
    Some(match slot {
        "full" | "first" | "last" | "name" | "doc" | "init" => Kind::Name,
        "city" => Kind::City,
        "addr" | "addrs" | "street" => Kind::Street,
        "zip" => Kind::Zip,
        "fac" => Kind::Facility,
        "emp" => Kind::Employer,
        "tel" => Kind::Phone,
        "fax" => Kind::Fax,
        "mail" => Kind::Email,
        "url" => Kind::Url,
        "ip" => Kind::IpAddress,
        "date" | "dob" => Kind::Date,
        "great" => Kind::AgeOver89,
        "ssn" => Kind::Ssn,
        "mrn" => Kind::Mrn,
        "plan" => Kind::HealthPlan,
        "acct" => Kind::AccountNumber,
        "lic" => Kind::LicenseNumber,
        "plate" | "vin" => Kind::VehicleId,
        "dev" => Kind::DeviceId,
        "bio" => Kind::BiometricId,
        "photo" => Kind::PhotoRef,
        "oid" | "user" => Kind::OtherId,
        _ => return None,
    })
}

/// Rewrites every letter whose other form is as long.
fn recase<I: Iterator<Item = char>>(example: &mut Example, to: fn(char) -> I) {
    example.text = example
        .text
        .chars()
        .map(|c| {
            let mut other = to(c);
            match (other.next(), other.next()) {
                (Some(one), None) if one.len_utf8() == c.len_utf8() => one,
                _ => c,
            }
        })
        .collect();
}
