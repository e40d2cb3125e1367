//! Appointments, mail, people and documents that are not told from others.

use super::vocabulary::Class;
use super::words::{Word, Words};
use super::{Doubt, Intent, Slot, reference};

/// What tells one appointment from the others.
const TELLING: &[&str] = &[
    "next", "nächste", "nächsten", "nächster", "first", "last", "all", "any", "anything", "alle", "every",
    "weekly", "free", "new", "my", "meine", "mein", "meinen", "meinem", "irgendwelche", "upcoming",
    "today's", "tomorrow's",
];

/// Appointments.
pub(super) fn calendar(intent: Intent, words: &Words) -> Option<Doubt> {
    let reminded = words.says_any(&["remind", "reminder", "erinnere", "erinnerung"])
        && words.all.iter().any(|word| word.is(&["to", "that", "about", "an", "daran", "dass", "for"]))
        && !words.all.iter().any(|word| word.is(&["it", "this", "das"]));
    let named = words.names_person() || topic_beyond(words) || reminded;
    let when = words.says_when();
    if intent == Intent::CalendarRead {
        return read(words, named, when);
    }
    let changes = words.all.iter().take(4).any(|word| {
        matches!(
            word.text.as_str(),
            "cancel"
                | "move"
                | "reschedule"
                | "postpone"
                | "delete"
                | "shift"
                | "push"
                | "change"
                | "verschiebe"
                | "lösche"
                | "sage"
                | "sag"
                | "streiche"
                | "update"
                | "invite"
                | "absagen"
                | "verschieben"
        )
    });
    if changes {
        let which =
            named || when || words.says_any(&["my next", "meinen nächsten", "the next", "mein nächster"]);
        if !which {
            return Some(Doubt::by_reference(&[Slot::Event]));
        }
        let moves = words.all.iter().take(4).any(|word| {
            matches!(word.text.as_str(), "move" | "reschedule" | "shift" | "verschiebe" | "postpone" | "push")
        });
        let until = words.says("to")
            || words.says("until")
            || words.says("auf")
            || words.says("by")
            || words.says("um")
            || words.says("for");
        return (moves && !(until && when)).then(|| Doubt::of(&[Slot::Date]));
    }
    let mut missing = Vec::new();
    let pronoun = words
        .all
        .iter()
        .any(|word| matches!(word.text.as_str(), "him" | "her" | "them" | "ihm" | "it" | "this" | "that"));
    if !named {
        missing.push(if words.says("remind") || words.says("erinnere") { Slot::Topic } else { Slot::Person });
    }
    if !when {
        missing.push(Slot::Date);
    }
    let open = !when
        || pronoun && !named
        || !named && !words.says_any(&["a reminder", "lunch", "block"]) && is_bare(words);
    open.then(|| {
        if missing.is_empty() {
            Doubt::by_reference(&[Slot::Person])
        } else {
            Doubt { missing, ..Doubt::of(&[]) }
        }
    })
}

fn read(words: &Words, named: bool, when: bool) -> Option<Doubt> {
    let telling = words.all.iter().any(|word| TELLING.contains(&word.text.as_str()));
    let free = words.says_any(&["free", "available", "busy", "frei", "zeit", "time"]);
    if free && !when {
        return Some(Doubt::by_reference(&[Slot::Date]));
    }
    if words.all.iter().any(|word| matches!(word.text.as_str(), "he" | "she" | "him" | "her" | "they" | "it"))
        && !named
    {
        return Some(Doubt::by_reference(&[Slot::Person]));
    }
    (!named && !when && !telling).then(|| Doubt::by_reference(&[Slot::Event]))
}

/// Whether nothing but the noun of the calendar is said.
fn is_bare(words: &Words) -> bool {
    words.topics().filter(|(_, word)| !OFFICE.contains(&word.text.as_str())).count() == 0
}

const OFFICE: &[&str] = &[
    "zoom", "call", "videocall", "team", "standup", "besprechung", "participants", "teilnehmer", "block",
    "slots",
];

/// A word that says what an appointment or message is about.
fn topic_beyond(words: &Words) -> bool {
    let about = |pair: &[Word]| {
        matches!(
            pair[0].text.as_str(),
            "about" | "for" | "über" | "wegen" | "zu" | "zum" | "zur" | "re" | "regarding" | "on" | "to"
        ) && (pair[1].topic_points() > 0 && !pair[1].class.has(Class::WHEN) || pair[1].is_capital)
    };
    let own = |word: &Word| {
        word.is_topic()
            && !word.class.has(Class::WHEN)
            && !OFFICE.contains(&word.text.as_str())
            && !word.has_digit
    };
    words.all.windows(2).any(about)
        || words.all.iter().any(own)
        || words.all.iter().any(|word| {
            matches!(
                word.text.as_str(),
                "ward"
                    | "team"
                    | "staff"
                    | "round"
                    | "rounds"
                    | "department"
                    | "everyone"
                    | "nurses"
                    | "pharmacist"
            )
        })
}

/// Mail.
pub(super) fn mail(words: &Words) -> Option<Doubt> {
    let is_reading = words.all.iter().take(5).any(|word| {
        matches!(
            word.text.as_str(),
            "did"
                | "any"
                | "show"
                | "find"
                | "read"
                | "what"
                | "which"
                | "who"
                | "when"
                | "check"
                | "search"
                | "list"
                | "open"
                | "have"
                | "is"
                | "zeig"
                | "zeige"
                | "habe"
                | "finde"
                | "suche"
                | "gibt"
                | "was"
                | "how"
                | "lies"
                | "welche"
                | "hat"
        )
    });
    let named = words.names_person() || words.topics().any(|(_, word)| word.text.len() > 2);
    if is_reading {
        let telling = words.all.iter().any(|word| {
            matches!(
                word.text.as_str(),
                "new"
                    | "unread"
                    | "any"
                    | "latest"
                    | "last"
                    | "today"
                    | "neue"
                    | "ungelesene"
                    | "my"
                    | "meine"
                    | "neuen"
            )
        }) || words.says_when();
        return (!named && !telling).then(|| Doubt::by_reference(&[Slot::Message]));
    }
    let pronoun = words.all.iter().any(|word| {
        matches!(
            word.text.as_str(),
            "him" | "her" | "them" | "ihm" | "it" | "this" | "that" | "ihr" | "ihnen" | "es" | "das"
        ) && !word.is_first
    });
    let recipient = words.names_person()
        || words.all.windows(2).any(|pair| {
            matches!(
                pair[0].text.as_str(),
                "to" | "an" | "the" | "ans" | "der" | "dem" | "die" | "den" | "das" | "all"
            ) && (pair[1].topic_points() > 0
                || matches!(
                    pair[1].text.as_str(),
                    "team" | "ward" | "staff" | "pharmacy" | "colleagues" | "nurses" | "pharmacist"
                ))
        });
    let content = words.all.iter().any(|word| {
        matches!(
            word.text.as_str(),
            "about"
                | "that"
                | "saying"
                | "asking"
                | "regarding"
                | "with"
                | "über"
                | "dass"
                | "wegen"
                | "mit"
                | "re"
                | "to_say"
        )
    }) && words.topic_points() >= 2
        || words.topics().filter(|(_, word)| !word.is_capital).count()
            > usize::from(words.says("dr") || words.says("frau"))
        || words.is_german && words.topics().count() >= 3;
    let mut missing = Vec::new();
    if !recipient {
        missing.push(Slot::Person);
    }
    if !content {
        missing.push(Slot::Message);
    }
    (pronoun && !(recipient && content) || !missing.is_empty()).then(|| Doubt {
        is_open_reference: pronoun,
        missing: if missing.is_empty() { vec![Slot::Person] } else { missing },
        ..Doubt::of(&[])
    })
}

/// People.
pub(super) fn people(words: &Words) -> Option<Doubt> {
    if words.names_person()
        || words.topics().any(|(_, word)| {
            word.text.len() > 2
                && !matches!(
                    word.text.as_str(),
                    "reach"
                        | "pager"
                        | "mobile"
                        | "fax"
                        | "duty"
                        | "durchwahl"
                        | "dienst"
                        | "handynummer"
                        | "bereitschaft"
                        | "telefonnummer"
                )
        })
    {
        return None;
    }
    let duty = words.says_any(&["on call", "hat dienst", "dienst hat", "on duty", "bereitschaft"]);
    if duty {
        return (!words.says_when()).then(|| Doubt::by_reference(&[Slot::Date]));
    }
    let known = words.all.iter().any(|word| {
        matches!(
            word.text.as_str(),
            "pharmacy"
                | "ward"
                | "lab"
                | "laboratory"
                | "icu"
                | "reception"
                | "radiology"
                | "labor"
                | "station"
                | "apotheke"
        )
    });
    (!known).then(|| Doubt::by_reference(&[Slot::Person]))
}

/// Documents to find or to shorten.
pub(super) fn document(intent: Intent, words: &Words) -> Option<Doubt> {
    if words.topic_points() >= 2 || words.names_person() {
        // A named topic tells the document, unless the words point elsewhere.
        return if intent == Intent::Summarize { reference::doubt(words) } else { None };
    }
    let told = words.topic_points() >= 1
        && !words.all.iter().any(|word| matches!(word.text.as_str(), "this" | "that" | "it" | "these"))
        || words.all.iter().any(|word| word.has_digit && word.text.len() > 1)
        || words.any(Class::POPULATION)
        || words.says_any(&[
            "latest documents", "new documents", "newest documents", "recent documents", "my documents",
            "all documents", "my files", "recent files",
        ]);
    (!told).then(|| Doubt::by_reference(&[Slot::Document]))
}
