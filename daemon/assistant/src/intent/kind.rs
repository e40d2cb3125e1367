//! What a question wants done.
//!
//! Decided by the nouns and verbs of an office, a desk and a ward. Whatever is none of them is a question about medicine,
//! or about documents where it names them. Danger goes first: it is never asked back about.

use voiceassist_calculators::fill;

use super::Intent;
use super::vocabulary::Class;
use super::words::Words;
use crate::tools::calculate;

const DANGER: &[&str] = &[
    "not breathing", "isn't breathing", "stopped breathing", "can't breathe", "cannot breathe", "no pulse",
    "unresponsive", "unconscious", "call 911", "call 112", "call 999", "call an ambulance", "kill myself",
    "end my life", "suicidal thoughts", "having a heart attack", "having a stroke", "is choking",
    "overdosed on", "bleeding out", "code blue", "collapsed just now", "just collapsed", "atmet nicht",
    "bekomme keine luft", "kein puls", "bewusstlos", "keinen puls", "mich umbringen", "rettungswagen rufen",
    "das leben nehmen", "ist kollabiert", "notarzt",
];
const HELP: &[&str] = &[
    "what can you do", "what can i ask", "how do you work", "who are you", "what are you",
    "how can you help", "help me", "what can you help", "how do i use you", "how does this work",
    "was kannst du", "was können sie", "wer bist du", "was kann ich fragen", "wie funktionierst du",
    "what do you know", "what are you able",
];
const CALENDAR: &[&str] = &[
    "calendar", "meeting", "meetings", "appointment", "appointments", "agenda", "reminder", "reminders",
    "kalender", "termin", "termine", "besprechung", "besprechungen", "sitzung", "sitzungen", "erinnerung",
    "rendezvous", "videocall", "standup",
];
/// First words with which the calendar is changed.
const CALENDAR_VERBS: &[&str] = &[
    "add", "schedule", "book", "cancel", "move", "reschedule", "postpone", "arrange", "set", "create",
    "delete", "invite", "remind", "plan", "put", "shift", "push", "make", "block", "organise", "organize",
    "buche", "plane", "verschiebe", "lösche", "erstelle", "trage", "trag", "erinnere", "lege", "leg", "sage",
    "sag", "vereinbare", "lade", "streiche",
];
const MAIL: &[&str] = &[
    "email", "emails", "e-mail", "e-mails", "mail", "mails", "inbox", "postfach", "unread", "nachricht",
    "nachrichten",
];
const REACHING: &[&str] = &[
    "phone number", "telephone number", "mobile number", "contact details", "contact information",
    "email address", "extension", "pager", "on call", "telefonnummer", "durchwahl", "erreiche ich",
    "dienst hat", "hat dienst", "handynummer", "office number", "fax number", "reach him", "reach her",
    "reach them", "who should i call", "bereitschaft",
];
const DOCUMENT: &[&str] = &[
    "document", "documents", "doc", "file", "files", "pdf", "guideline", "guidelines", "protocol",
    "protocols", "policy", "policies", "sop", "sops", "handbook", "manual", "leaflet", "form", "checklist",
    "template", "report", "letter", "spreadsheet", "presentation", "slides", "consent", "attachment",
    "folder", "dokument", "dokumente", "datei", "dateien", "leitlinie", "leitlinien", "protokoll",
    "richtlinie", "merkblatt", "formular", "checkliste", "vorlage", "bericht", "arztbrief", "anleitung",
    "handbuch", "ordner",
];
const GETTING: &[&str] = &[
    "find", "open", "show", "download", "locate", "where", "get", "bring", "pull", "give", "fetch", "save",
    "finde", "öffne", "zeig", "zeige", "wo", "lade", "gib", "hol", "speichere",
];
const SHORTER: &[&str] = &[
    "summarize",
    "summarise",
    "summary",
    "tldr",
    "recap",
    "condense",
    "fasse",
    "zusammenfassung",
    "zusammenfassen",
    "outline",
    "summarizing",
    "digest",
    "overview of the document",
    "gist",
];
const SEARCHING: &[&str] = &["search", "suche", "such", "durchsuche", "look"];
/// Nouns that only look like the calendar's.
const NOT_CALENDAR: &[&str] = &[
    "vaccination schedule", "immunisation schedule", "immunization schedule", "dosing schedule",
    "schedule for", "impfkalender",
];

/// What a question wants.
pub(super) fn of(text: &str, words: &Words) -> Intent {
    if words.says_any(DANGER) {
        return Intent::Emergency;
    }
    if is_polite(words) || closes(words) {
        return Intent::SmallTalk;
    }
    let (begins_help, has) =
        (words.all.len() == 1 && words.begins_any(&["help", "hilfe"]), |list| has_any(words, list));
    if begins_help || words.says_any(HELP) && words.topics().next().is_none() {
        return Intent::Help;
    }
    if computes(text, words) {
        return Intent::Calculate;
    }
    if let Some(intent) = calendar(words) {
        return intent;
    }
    if words.says_any(REACHING)
        || words.begins_any(&["who is dr", "call dr", "phone dr", "call him", "call her"])
    {
        return Intent::People;
    }
    if has(MAIL) || writes(words) {
        return Intent::Mail;
    }
    if has(SHORTER) {
        return Intent::Summarize;
    }
    let first = words
        .all
        .iter()
        .find(|word| !matches!(word.text.as_str(), "please" | "bitte" | "can" | "could" | "you" | "me"));
    let gets = first.is_some_and(|first| GETTING.contains(&first.text.as_str()));
    let says = words.says_any(&[
        "what does", "what do", "does our", "according to", "was sagt", "was steht", "laut", "say about",
    ]);
    // "Brief" is a letter in German and short in English.
    let letter = words.is_german && has(&["brief", "briefe"]) || has(&["letters", "reports"]);
    if (has(DOCUMENT) || letter) && gets && !says {
        return Intent::FindDocument;
    }
    if has(SEARCHING) && words.all.iter().take(4).any(|word| SEARCHING.contains(&word.text.as_str()))
        || has(DOCUMENT)
        || words.says_any(&["according to our", "in our documents", "our clinic", "our hospital", "bei uns"])
    {
        return Intent::SearchDocuments;
    }
    Intent::MedicalQuestion
}

fn has_any(words: &Words, list: &[&str]) -> bool {
    words.all.iter().any(|word| list.contains(&word.text.as_str()))
}

/// Nothing but politeness.
fn is_polite(words: &Words) -> bool {
    const AROUND: &[&str] = &[
        "you", "very", "much", "so", "there", "a", "lot", "good", "guten", "tag", "gute", "nacht", "day",
        "how", "are", "vielen", "sehr", "dir", "ihnen", "nice", "for", "your", "help", "that", "was",
        "great", "see", "later", "all", "again", "und", "auf", "wiedersehen", "night", "afternoon", "bis",
        "später", "abend", "morgen", "geht", "wie", "es",
    ];
    let known = |text: &str, class: Class| class.has(Class::GREETING) || AROUND.contains(&text);
    let asks = words.all.iter().any(|word| {
        word.is(&["what", "how", "when", "which", "is", "can", "should", "was", "wie", "wann", "welche"])
    });
    if words.all.first().is_some_and(|first| first.class.has(Class::GREETING))
        && words.all.len() <= 8
        && words.topic_points() == 0
        && !asks
    {
        return true;
    }
    !words.all.is_empty()
        && (words.any(Class::GREETING)
            || words.begins_any(&[
                "how are you", "wie geht", "good night", "see you", "good afternoon", "guten abend",
                "guten morgen", "guten tag",
            ]))
        && words.all.iter().all(|word| known(&word.text, word.class))
}

/// Says that nothing more is wanted, and nothing else.
fn closes(words: &Words) -> bool {
    const CLOSINGS: &[&str] = &[
        "that is all", "that's all", "thats all", "that was all", "that will be all", "that'll be all",
        "that is it", "that's it", "that was it", "nothing else", "nothing more", "no more questions",
        "no further questions", "no other questions", "i am done", "i'm done", "we are done", "all done",
        "das war alles", "das war's", "das wäre alles", "das ist alles", "sonst nichts", "nichts weiter",
        "keine weiteren fragen", "keine fragen mehr",
    ];
    const AROUND: &[&str] = &[
        "great", "perfect", "good", "fine", "excellent", "ok", "okay", "super", "gut", "alles", "prima",
        "questions", "more", "further", "fragen", "today", "now", "heute", "needed", "need", "wanted",
    ];
    let around = |text: &str, class: Class| {
        class.has(Class::GREETING.or(Class::FUNCTION).or(Class::GENERIC).or(Class::VERB))
            || AROUND.contains(&text)
    };
    words.says_any(CLOSINGS)
        && words.all.iter().all(|word| word.topic_points() == 0 || AROUND.contains(&word.text.as_str()))
        && words.all.iter().all(|word| around(&word.text, word.class))
}

/// Whether something is to be computed.
fn computes(text: &str, words: &Words) -> bool {
    if words.says_any(&[
        "what is calculated", "how do i calculate", "how is", "how to calculate", "wie berechnet man",
        "wie wird",
    ]) {
        return false;
    }
    let verb = |text: &str| {
        matches!(text, "calculate" | "compute" | "calc" | "berechne" | "rechne" | "ausrechnen" | "berechnen")
    };
    let near_start = words.all.iter().take(6).any(|word| verb(&word.text));
    let works_out =
        words.begins_any(&["work out", "figure out", "estimate", "determine", "run", "can you work out"]);
    near_start
        || works_out
            && (!fill::named(text).calculators.is_empty() || words.says_any(&["score", "risk", "clearance"]))
        || calculate::asks(text, &fill::named(text))
        || words.begins("score")
        || words.says_any(&["work out his", "work out her"])
}

fn calendar(words: &Words) -> Option<Intent> {
    if words.says_any(NOT_CALENDAR) {
        return None;
    }
    let verb = words.all.iter().take(5).any(|word| CALENDAR_VERBS.contains(&word.text.as_str()));
    let noun = has_any(words, CALENDAR);
    let free = words.says_any(&[
        "am i free", "am i busy", "am i available", "bin ich frei", "habe ich zeit", "free slot",
        "free slots", "have time",
    ]) || words.says("available")
        && (words.names_person() || words.says_when())
        && words.topic_points() <= 4;
    let direct = words.begins_any(&[
        "remind", "reschedule", "postpone", "schedule", "book", "erinnere", "verschiebe", "invite",
        "please remind",
    ]);
    let asked = words.begins_any(&[
        "what's on", "whats on", "what is on", "was steht heute", "was steht morgen", "do i have anything",
    ]) && words.topics().next().is_none();
    let mine = words.says_any(&["what do i have", "my schedule", "my day", "was habe ich"])
        && words.topic_points() < 2;
    if noun
        && verb
        && !words.begins_any(&["when", "what", "which", "do", "who", "where", "wann", "was", "is"])
        || direct
    {
        return Some(Intent::CalendarWrite);
    }
    let free = free
        || words.begins_any(&["do i have", "have i", "habe ich", "hat dr", "bin ich", "hab ich"])
            && has_any(words, &["zeit", "frei", "verfügbar", "free", "time"]);
    (noun || free || asked || mine).then_some(Intent::CalendarRead)
}

/// Whether words are to be sent to somebody.
fn writes(words: &Words) -> bool {
    let sends = words.begins_any(&[
        "send", "reply", "forward", "write to", "write back", "tell dr", "message", "let dr", "sende",
        "schicke", "schick", "antworte", "leite", "schreibe", "schreib", "please send", "text", "draft",
        "write a letter", "share",
    ]);
    sends && !words.says("message of")
}
