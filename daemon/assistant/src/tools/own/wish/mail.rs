//! Wishes about mail: from whom, to whom, about what, since when, unread, the last, how many.

use serde::{Deserialize, Serialize};

use super::super::phrases::{self, Line};
use super::{Heard, What, Wish};
use crate::mailbox::Part;

/// Nouns of mail.
pub(super) const NOUNS: &[&str] = &[
    "mail", "mails", "email", "emails", "e-mail", "e-mails", "inbox", "posteingang", "postfach", "nachricht",
    "nachrichten",
];
/// Nouns that are mail's only with one of [`MAILISH`].
const WEAK: &[&str] = &["message", "messages", "letter", "letters", "reply", "answer", "antwort"];
const MAILISH: &[&str] =
    &["from", "unread", "new", "my", "inbox", "von", "ungelesene", "latest", "last", "any", "received"];
const VERBS: &[&str] = &[
    "write", "wrote", "written", "email", "emailed", "mail", "mailed", "reply", "replied", "answer",
    "answered", "send", "sent", "respond", "responded",
];
const GERMAN_VERBS: &[&str] = &[
    "geschrieben", "geantwortet", "gemailt", "geschickt", "gesendet", "gemeldet", "schreibt", "schrieb",
    "schreiben", "schreibst",
];
const ABOUT: &[&str] = &[
    "about", "regarding", "concerning", "re", "über", "wegen", "bezüglich", "zu", "zum", "zur", "mentioning",
    "containing", "betreff", "betreffend",
];
const FROM: &[&str] = &["from", "by", "von", "vom"];
const STOPS: &[&str] = &[
    "about", "regarding", "concerning", "re", "über", "wegen", "bezüglich", "zu", "zum", "zur", "from",
    "von", "vom", "since", "seit", "to", "an", "mir", "me", "us", "uns", "mich", "sich", "in", "im", "am",
    "that", "with", "mit", "write", "wrote", "written", "email", "emailed", "mailed", "reply", "replied",
    "answer", "answered", "send", "sent", "geschrieben", "geantwortet", "gemailt", "geschickt", "gesendet",
    "gemeldet", "already", "schon", "etwas", "ever", "last", "zuletzt", "on", "mails", "mail", "emails",
    "e-mails", "e-mail", "nachrichten", "nachricht", "and", "und", "have", "habe", "there", "are", "unread",
    "did", "anything", "something", "mentioning", "containing", "betreff", "eine", "any", "recently",
    "today", "bekommen", "erhalten", "received", "get",
];

/// What of mail is wanted.
#[derive(Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is said of the letters by itself")]
pub(crate) struct MailWish {
    /// Whether the person wrote it themselves.
    pub(crate) sent: bool,
    pub(crate) unread: bool,
    pub(crate) flagged: bool,
    pub(crate) attached: bool,
    /// Only the newest.
    pub(crate) last: bool,
    /// Only how many.
    pub(crate) count: bool,
    /// Whether there is one at all.
    pub(crate) whether: bool,
}

impl MailWish {
    /// Where the other one stands in such a letter.
    pub(crate) const fn part(self) -> Part {
        if self.sent { Part::To } else { Part::From }
    }
}

pub(super) fn read(heard: &Heard) -> Option<Wish> {
    let rest = &heard.rest;
    if rest.has(&[
        "address", "addresses", "adresse", "adressen", "mailadresse", "e-mail-adresse", "email-adresse",
    ]) {
        return None;
    }
    let noun = rest.has(NOUNS) || rest.has(WEAK) && rest.has(MAILISH);
    let wrote = writer(rest);
    if !noun && wrote.is_none() {
        return None;
    }
    // Words that only belong together with mail: "letter from the clinic" may be a document.
    let is_weak = !rest.has(NOUNS) && wrote.is_none();
    let unread = rest.has(&["unread", "ungelesen", "ungelesene", "ungelesenen"])
        || noun && rest.has(&["new", "neue", "neuen", "neues"]);
    let what = MailWish {
        sent: matches!(wrote, Some(Writer::Self_(_)))
            || rest
                .says(&["i sent", "i send", "gesendete", "gesendeten", "i wrote", "sent mails", "sent mail"]),
        unread,
        flagged: rest.has(&["flagged", "starred", "markiert", "markierte", "markierten", "wichtige"]),
        attached: rest.has(&["attachment", "attachments", "anhang", "anhänge", "anhängen"]),
        last: rest.has(&[
            "last", "latest", "newest", "letzte", "letzten", "neueste", "neuesten", "zuletzt", "jüngste",
        ]) || rest.says(&["most recent"]),
        count: rest.says(&["how many", "wie viele", "wieviele"]),
        whether: rest.begins(&[
            "did", "has", "have", "is there", "are there", "any", "do i have", "hat", "habe ich", "gibt es",
            "haben",
        ]),
    };
    let mut wish = Wish::of(What::Mail(what), heard);
    wish.about = about(rest);
    wish.with = match &wrote {
        Some(Writer::Other(name) | Writer::Self_(name)) => name.clone(),
        None => None,
    };
    wish.with = wish.with.or_else(|| correspondent(rest, what.sent));
    let named = wish.with.as_deref();
    let is_name = named.is_some_and(|name| phrases::is_name(name) || phrases::is_pronoun(name));
    wish.tentative = named.is_some() && !is_name && !rest.has(NOUNS) || is_weak;
    let is_asked = named.is_some()
        || wish.about.is_some()
        || unread
        || what.flagged
        || what.attached
        || what.last
        || what.count
        || heard.says_when()
        || rest.has(&["my", "inbox", "any", "meine", "meinen", "posteingang", "postfach", "ich", "i"]);
    is_asked.then_some(wish)
}

/// Who wrote.
enum Writer {
    /// Somebody, if they are named.
    Other(Option<String>),
    /// The person, to somebody.
    Self_(Option<String>),
}

/// "Did Bob write", "what has she written", "hat Bob geschrieben", "who wrote", "habe ich Bob geschrieben".
fn writer(rest: &Line) -> Option<Writer> {
    let verb = rest.words.iter().rposition(|word| word.is(VERBS) || word.is(GERMAN_VERBS))?;
    if rest.begins(&[
        "who wrote", "who has written", "who sent", "who emailed", "who replied", "wer hat", "wer schrieb",
        "wer schreibt",
    ]) {
        return Some(Writer::Other(None));
    }
    let asks = rest.place(&["did", "has", "have", "hat", "haben", "habe"]);
    if let Some(at) = asks.filter(|at| *at < verb) {
        let first = rest.words.get(at + 1)?;
        if first.is(&["i", "ich", "we", "wir"]) {
            let to = rest
                .between(verb + 1, STOPS)
                .or_else(|| rest.behind(&["to", "an"], STOPS))
                .or_else(|| rest.between(at + 2, STOPS));
            return Some(Writer::Self_(to));
        }
        let name = rest.between(at + 1, STOPS);
        return name.map(|name| Writer::Other(Some(name)));
    }
    // "Was schreibt Bob", "what does Bob write".
    let asks = rest
        .place(&["schreibt", "schrieb"])
        .map(|at| at + 1)
        .or_else(|| rest.find("what does").map(|at| at.end))?;
    rest.between(asks, STOPS).map(|name| Writer::Other(Some(name)))
}

/// Whom a noun of mail names: "from Bob", "Bob's last mail", "to Bob".
fn correspondent(rest: &Line, sent: bool) -> Option<String> {
    let leads: &[&str] = if sent { &["to", "an"] } else { FROM };
    if let Some(name) = rest.behind(leads, STOPS) {
        return Some(name);
    }
    if let Some(name) = rest.behind(&["an", "to"], STOPS).filter(|name| phrases::is_name(name)) {
        return Some(name);
    }
    let at = rest.words.iter().position(|word| {
        word.low.ends_with("'s") && !word.is(&["what's", "who's", "today's", "it's", "there's"])
    });
    if let Some(at) = at {
        let from = rest
            .words
            .iter()
            .take(at)
            .rposition(|word| phrases::is_empty(&word.low))
            .map_or(0, |empty| empty + 1);
        let name: Vec<&str> =
            rest.words.iter().take(at + 1).skip(from).map(|word| word.own.as_str()).collect();
        return Some(name.join(" ").trim_end_matches("'s").to_owned());
    }
    let pronoun = rest.words.iter().find(|word| {
        word.is(&["her", "his", "their", "ihre", "ihrer", "seine", "seiner", "ihren", "seinen"])
    })?;
    Some(pronoun.low.clone())
}

/// What it is about.
fn about(rest: &Line) -> Option<String> {
    let found = rest.behind(ABOUT, STOPS)?;
    (!phrases::is_pronoun(&found)).then_some(found)
}
