//! How much is found in texts of our own making, with floors.
//!
//! The texts are put together from a seed: queries and notes with slots for people and numbers, and harmless texts with
//! eponyms, drugs, scores and doses. Names are drawn from lists and also made up, so that no list can know them. A
//! floor that breaks means that patients would leak or that guidelines would be blacked out; the measured figures are
//! in the explanation of the detector.

use std::collections::BTreeMap;

use voiceassist_model::Sensitivity;
use voiceassist_phi::{classify_turn, detect};

const GIVEN: &[&str] = &[
    "Margaret", "Zoltán", "Priya", "Kwame", "Mei", "Oluwaseun", "Ingrid", "Fatima", "João", "Siobhan",
    "Rafał", "Duyên", "Carlos", "Hiroshi", "Leila", "Björn", "Amara", "DeShawn", "Elif", "Noor",
];
const SURNAME: &[&str] = &[
    "Kowalczyk", "O'Brien", "Nguyen", "Okafor", "García", "Müller", "van der Berg", "Patel", "Haddad",
    "Yılmaz", "Young", "Price", "Murphy", "Nakamura", "Petrov", "Lindqvist", "Rossi", "Adeyemi", "Bauer",
    "Thorne",
];
/// Parts of surnames that nobody has.
const MADE_UP: (&[&str], &[&str]) = (
    &["Brask", "Velm", "Torq", "Zend", "Quill", "Fjor"],
    &["ander", "oweth", "ikari", "usz", "emba", "ovski"],
);

const TEXTS: &[&str] = &[
    "Is it safe to start metoprolol for {name}, MRN {mrn}, DOB {date}?",
    "pt {name} mrn {mrn} c/o chest pain since {day}, troponin 0.02",
    "Mrs. {surname} fell on {date}; her son {given} can be reached at {phone}.",
    "DISCHARGE SUMMARY\nPatient: {listed}   MRN: {mrn}\nAdmitted {date}\nFacility: {surname} Memorial Hospital\n\nSeen by {name}, MD.",
    "Re: {listed}, DOB {date}\nAddress: {street}, Duluth, MN {zip}\nInsurance ID: {plan}\n\nDear Dr. {surname},\nThank you for seeing this {great} year old patient.",
    "Telephone encounter 16:29. Caller: {given} ({phone}), email {email}. SSN on file {ssn}.",
    "Billing memo: account {account} for {listed}, driver license {licence}, vehicle plate {plate}. Employer: {surname} Logistics.",
    "{surname} has a pacemaker, serial number {device}. Fingerprint template id {bio} stored. Photo file {photo} attached. Monitor IP {ip}.",
    "SURGICAL PATHOLOGY  Accession {case}\nCollected: {date}\nSigned: {name}, MD",
    "Please fax the note to {phone} and leave a message at {url}.",
];
const HARMLESS: &[&str] = &[
    "What is the first-line treatment for Crohn disease, and when is the Wells score used?",
    "BP 128/76, HR 88, RR 16, T 98.6, SpO2 97% on 2 L. INR 2.4, target 2-3.",
    "Parkinson disease is stable on carbidopa/levodopa 25/100 TID. Babinski absent; Murphy sign positive.",
    "Is Eliquis better than warfarin for a 78-year-old with CrCl 35 mL/min?",
    "Last tetanus booster in 2019; lives in the state of Ohio; 30 pack-years.",
    "Dose 1.5 mg/kg; platelets 500-1000; NDC 0071-0155-23; ICD-10 E11.9; CPT 99214; trial NCT04368728.",
    "Follow up in 3 months or sooner if worse. Pain 7/10, strength 5/5, room 412 bed 2.",
    "which antibiotics cover pseudomonas aeruginosa and mrsa in adults over 65?",
];

/// A small generator of numbers: the same texts every time, everywhere.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap())).collect()
    }

    fn letters(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'A' + u8::try_from(self.below(26)).unwrap())).collect()
    }

    fn surname(&mut self) -> String {
        if self.below(4) == 0 {
            return format!("{}{}", self.of(MADE_UP.0), self.of(MADE_UP.1));
        }
        self.of(SURNAME).to_owned()
    }

    fn date(&mut self) -> String {
        let (day, month, year) = (1 + self.below(28), 1 + self.below(12), 1930 + self.below(95));
        let name = ["March", "July", "October", "May"][self.below(4)];
        match self.below(6) {
            0 => format!("{month}/{day}/{year}"),
            1 => format!("{year}-{month:02}-{day:02}"),
            2 => format!("{name} {day}, {year}"),
            3 => format!("{day} {name} {year}"),
            4 => format!("{day:02}{}{year}", name[..3].to_uppercase()),
            _ => format!("{day}.{month}.{year}"),
        }
    }

    fn fill(&mut self, slot: &str) -> String {
        let (given, surname) = (self.of(GIVEN).to_owned(), self.surname());
        match slot {
            "given" => given,
            "surname" => surname,
            "name" => format!("{given} {surname}"),
            "listed" if self.below(2) == 0 => format!("{surname}, {given}").to_uppercase(),
            "listed" => format!("{surname}, {given}"),
            "mrn" => format!("{}{}", self.letters(1), self.digits(7)),
            "date" => self.date(),
            "day" => format!("{}/{}", 1 + self.below(12), 1 + self.below(28)),
            "phone" => format!("({}) {}-{}", self.digits(3), self.digits(3), self.digits(4)),
            "ssn" => format!("{}-{}-{}", self.digits(3), self.digits(2), self.digits(4)),
            "street" => {
                format!("{} Quince {}", 1 + self.below(9999), ["Ln", "Street", "Ave", "Road"][self.below(4)])
            }
            "zip" => self.digits(5),
            "plan" => format!("{}{}", self.letters(3), self.digits(9)),
            "account" => format!("{} {} {}", self.digits(4), self.digits(4), self.digits(4)),
            "licence" => format!("{}{}", self.letters(1), self.digits(8)),
            "plate" => format!("{} {}", self.letters(3), self.digits(4)),
            "device" => format!("{}{}{}", self.letters(3), self.digits(6), self.letters(1)),
            "bio" => format!("FP-{}", self.digits(6)),
            "photo" => format!("IMG_{}.jpg", self.digits(4)),
            "ip" => format!("10.{}.{}.{}", self.below(250), self.below(250), self.below(250)),
            "case" => format!("S{}-{}", self.digits(2), self.digits(5)),
            "url" => format!("https://portal.example.org/msg/{}", self.digits(6)),
            "email" => format!("{}@example.org", self.letters(6).to_lowercase()),
            "great" => (90 + self.below(15)).to_string(),
            other => unreachable!("no slot {other}"),
        }
    }

    /// A text and where its slots stand.
    pub(crate) fn text(
        &mut self,
        template: &'static str,
    ) -> (String, Vec<(&'static str, std::ops::Range<usize>)>) {
        let mut text = String::new();
        let mut slots = Vec::new();
        let mut rest = template;
        // A brace that opens no slot is the text's own, as in JSON.
        while let Some(open) = rest.find('{') {
            let (before, behind) = rest.split_at(open);
            text.push_str(before);
            let slot =
                behind[1..].split_once('}').filter(|(slot, _)| slot.chars().all(|c| c.is_ascii_lowercase()));
            let Some((slot, after)) = slot.filter(|(slot, _)| !slot.is_empty()) else {
                text.push('{');
                rest = &behind[1..];
                continue;
            };
            let start = text.len();
            text.push_str(&self.fill(slot));
            slots.push((slot, start..text.len()));
            rest = after;
        }
        text.push_str(rest);
        (text, slots)
    }
}

/// Whether every letter and digit of a range is within a finding.
pub(crate) fn is_covered(
    text: &str,
    range: std::ops::Range<usize>,
    found: &[voiceassist_phi::Finding],
) -> bool {
    text[range.clone()]
        .char_indices()
        .filter(|(_, c)| c.is_alphanumeric())
        .all(|(at, _)| found.iter().any(|one| one.range.contains(&(range.start + at))))
}

#[test]
fn nearly_every_slot_is_covered_in_each_class_and_nearly_no_text_leaks() {
    let mut dice = Dice(20_261_123);
    let mut per_slot: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let (mut leaking, mut missed_routes) = (0_u32, 0_u32);
    let texts = 600;
    for turn in 0..texts {
        let (text, slots) = dice.text(TEXTS[turn % TEXTS.len()]);
        let found = detect(&text);
        let mut leaks = false;
        for (slot, range) in slots {
            let covered = is_covered(&text, range, &found);
            let score = per_slot.entry(slot).or_default();
            *score = (score.0 + u32::from(covered), score.1 + 1);
            leaks |= !covered;
        }
        leaking += u32::from(leaks);
        missed_routes += u32::from(classify_turn(&text) < Sensitivity::Personal);
    }
    for (slot, (covered, all)) in &per_slot {
        assert!(f64::from(*covered) >= 0.95 * f64::from(*all), "{slot}: {covered} of {all}");
    }
    let (covered, all) = per_slot.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert!(f64::from(covered) >= 0.98 * f64::from(all), "{covered} of {all}");
    assert!(f64::from(leaking) <= 0.05 * 600.0, "{leaking} texts leak");
    assert_eq!(missed_routes, 0, "texts about people that would leave");
}

#[test]
fn harmless_texts_are_left_alone() {
    for text in HARMLESS {
        let rules: Vec<_> = detect(text).into_iter().map(|one| (one.rule, &text[one.range])).collect();
        assert_eq!(rules, [], "{text}");
        assert_eq!(classify_turn(text), Sensitivity::Internal, "{text}");
    }
}

#[test]
fn a_long_hostile_text_is_read_as_well_as_a_short_one() {
    for piece in ["a", "1-", "Mr. ", "( ", "A.B.", "12/", "x@", "Dr ", "mrn ", "North "] {
        let text = piece.repeat(20_000);
        let found = detect(&text);
        assert!(found.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start), "{piece}");
    }
}
