//! Wishes about time: what is on, when somebody is free, what comes next, what has to be done.

use super::super::phrases::{self, Line};
use super::{Heard, What, Wish};

/// Nouns of what stands in a calendar.
const NOUNS: &[&str] = &[
    "meeting", "meetings", "appointment", "appointments", "conference", "conferences", "call", "calls",
    "round", "rounds", "visit", "visits", "lecture", "lectures", "shift", "shifts", "clinic", "lunch",
    "dinner", "seminar", "training", "course", "session", "sessions", "board", "huddle", "handover",
    "interview", "review", "teaching", "workshop", "webinar", "standup", "event", "events", "calendar",
    "schedule", "agenda", "diary", "plans", "commitments", "talk",
];
/// How German nouns of what stands in a calendar end.
const ENDINGS: &[&str] = &[
    "termin", "termine", "terminen", "besprechung", "besprechungen", "konferenz", "konferenzen", "sitzung",
    "sitzungen", "visite", "visiten", "vorlesung", "treffen", "gespräch", "gespräche", "fortbildung",
    "übergabe", "tumorboard", "seminar", "telefonat", "sprechstunde", "kalender", "terminplan", "schicht",
];
/// Words of these questions that name nothing.
const CUES: &[&str] = &[
    "on", "anything", "what's", "whats", "next", "coming", "upcoming", "first", "last", "free", "available",
    "busy", "time", "slot", "slots", "gap", "day", "week", "nächste", "nächster", "nächsten", "nächstes",
    "letzte", "letzter", "letzten", "frei", "zeit", "verfügbar", "lücke", "steht", "liegt", "plan", "los",
    "mein", "happening", "see", "meet", "seeing", "meeting", "sehe", "treffe", "spreche", "i'm", "going",
    "as", "nächstes", "kommt", "freie", "freien", "freier", "wann", "find", "finde", "minutes",
];
const WITH: &[&str] = &["with", "mit"];
const ABOUT: &[&str] = &["about", "regarding", "concerning", "über", "wegen", "zum", "zur", "bezüglich"];
const STOPS: &[&str] = &[
    "about", "regarding", "concerning", "über", "wegen", "bezüglich", "on", "in", "at", "and", "und", "or",
    "oder", "with", "mit", "an", "am", "for", "frei", "free", "zeit", "tomorrow", "have", "habe", "bin",
    "hat", "there", "again", "who", "what",
];

/// Words with which a document is asked.
const DOCUMENTS: &[&str] = &[
    "say", "says", "protocol", "guideline", "guidelines", "policy", "document", "documents", "leaflet",
    "handbook", "sop", "file", "according", "sagt", "protokoll", "leitlinie", "richtlinie", "dokument",
    "merkblatt", "handbuch", "laut",
];

fn noun(line: &Line) -> bool {
    line.has(NOUNS) || line.ends_with(ENDINGS)
}

/// With whom, and about what.
fn details(heard: &Heard, mut wish: Wish) -> Wish {
    wish.with = heard.rest.behind(WITH, STOPS);
    wish.about = heard.rest.behind(ABOUT, STOPS);
    wish
}

/// "What is due on Friday", "welche Aufgaben habe ich".
pub(super) fn tasks(heard: &Heard) -> Option<Wish> {
    const TASKS: &[&str] = &[
        "task", "tasks", "to-do", "to-dos", "todo", "todos", "to-do-liste", "aufgabe", "aufgaben", "overdue",
        "überfällig", "überfällige", "überfälligen",
    ];
    let rest = &heard.rest;
    let overdue = rest.has(&["overdue", "überfällig", "überfällige", "überfälligen"]);
    let is_due = rest.says(&[
        "what is due", "what's due", "whats due", "anything due", "everything due", "tasks due",
        "was ist fällig", "ist etwas fällig", "was wird fällig",
    ]) || rest.has(&["due", "fällig"]) && rest.has(TASKS);
    let to_do = rest.says(&[
        "have to do", "need to do", "left to do", "my to do", "zu tun", "zu erledigen", "noch erledigen",
        "ich erledigen", "ich tun",
    ]) && rest
        .content(&[
            CUES,
            &["do", "need", "left", "tun", "erledigen", "muss", "must", "get", "done", "list", "else"],
        ])
        .next()
        .is_none();
    if !(rest.has(TASKS) || is_due || to_do) || rest.says(&["due to"]) {
        return None;
    }
    let known: &[&[&str]] = &[TASKS, CUES, &["due", "fällig", "open", "offen", "offene", "offenen"]];
    if heard.is_medical(known) && rest.behind(ABOUT, STOPS).is_none() {
        return None;
    }
    // Somebody's own tasks, not a topic that happens to have some.
    let is_own = rest
        .has(&["my", "i", "me", "meine", "meinen", "ich", "open", "offene", "offenen", "due", "fällig"])
        || overdue
        || heard.says_when();
    let wish = Wish::of(What::Tasks { overdue }, heard);
    is_own.then(|| Wish { about: rest.behind(&["about", "regarding", "über", "wegen"], STOPS), ..wish })
}

/// "When am I free for 30 minutes on Friday", "bin ich morgen um drei frei".
pub(super) fn free(heard: &Heard) -> Option<Wish> {
    let rest = &heard.rest;
    let own = rest.says(&[
        "am i free", "am i still free", "am i available", "am i busy", "i am free", "i'm free", "i be free",
        "free slot", "free slots", "free time", "free half", "free hour", "slot free", "time free", "i free",
        "have time", "have a gap", "gap in my", "gaps in my", "have a free", "time slot", "i available",
        "i busy", "free for", "me free", "free gap", "any free",
    ]) && (rest.has(&["i", "i'm", "my", "me", "find", "we"]) || heard.says_when());
    let german = rest.has(&["ich", "mir", "wir", "mein", "meinem", "meinen"])
        && (rest
            .has(&["frei", "verfügbar", "luft", "lücke", "lücken", "freie", "freien", "freier", "freies"])
            || rest.has(&["zeit"]))
        || rest.says(&["freie zeit", "freier termin", "freien termin", "freie lücke", "freie stunde"]);
    let others = others(rest);
    let is_theirs = !others.is_empty()
        && (rest.has(&["free", "available", "busy", "frei", "verfügbar"])
            || rest.says(&["have time", "zeit"]));
    if !(own || german || is_theirs) {
        return None;
    }
    let known: &[&[&str]] =
        &[NOUNS, CUES, &["half", "hour", "halbe", "stunde", "minuten", "minute", "long", "luft", "lücken"]];
    if heard.is_medical(known) {
        return None;
    }
    // "Do I have time for the appointment" wants a day as well; without one, the next week is looked at.
    let wish = Wish::of(What::Free { minutes: heard.minutes, others }, heard);
    Some(Wish { tentative: !(own || german), ..wish })
}

/// Others whose time is asked about: "are Bob and I free", "ist Bob frei", "when are Bob and I both free", "with Bob".
fn others(rest: &Line) -> Vec<String> {
    let verbs = ["are", "is", "sind", "ist", "hat", "haben", "does", "do"];
    let ends: &[&str] = &[
        "free", "available", "busy", "frei", "zeit", "verfügbar", "both", "beide", "have", "time",
        "gemeinsam", "together", "und", "and", "i", "ich", "we", "me",
    ];
    let mut names = Vec::new();
    if let Some(at) = rest.place(&verbs) {
        let mut from = at + 1;
        while let Some(word) = rest.words.get(from) {
            if word.is(&["free", "available", "busy", "frei", "zeit", "verfügbar", "have"]) {
                break;
            }
            if let Some(name) = rest.between(from, ends)
                && phrases::is_name(&name)
            {
                from += name.split_whitespace().count();
                names.push(name);
            } else {
                from += 1;
            }
        }
    }
    if let Some(name) = rest.behind(WITH, STOPS)
        && phrases::is_name(&name)
    {
        names.push(name);
    }
    names
}

/// "When is my next appointment with Bob", "wann ist die Echokonferenz".
pub(super) fn next(heard: &Heard) -> Option<Wish> {
    let rest = &heard.rest;
    let thing = noun(rest) || rest.has(&["thing", "one"]) && rest.has(&["my"]);
    let next = rest.has(&["next", "upcoming", "coming", "nächste", "nächster", "nächsten", "nächstes"])
        && thing
        || rest.says(&[
            "what's next",
            "whats next",
            "what is next",
            "what comes next",
            "was kommt als nächstes",
            "was ist als nächstes",
        ]);
    let meets = [
        "do i see", "do i next see", "will i see", "do i meet", "do i next meet", "will i meet",
        "am i seeing", "am i meeting", "do i talk to", "do i have to see", "treffe ich", "sehe ich",
        "spreche ich",
    ];
    let met = [
        "did i last see", "did i last meet", "did i see", "did i meet", "did i last talk to",
        "habe ich zuletzt",
    ];
    let back = rest.says(&met)
        || rest.has(&["last", "previous", "letzte", "letzter", "letzten", "letztes"]) && thing;
    let asks_place = rest.begins(&[
        "when is", "what time is", "where is", "when's", "where's", "wann ist", "wo ist", "when does",
        "wann beginnt", "um wie viel uhr ist", "when are", "wann sind", "where are",
    ]);
    let sees = rest.says(&meets) || rest.says(&met);
    if !(next || back || sees || asks_place && thing) || rest.has(&["how"]) || rest.has(DOCUMENTS) {
        return None;
    }
    let mut wish = details(heard, Wish::of(What::Next { back }, heard));
    if let Some(phrase) = meets.iter().chain(&met).find(|phrase| rest.find(phrase).is_some()) {
        let at = rest.find(phrase).map_or(0, |at| at.end);
        wish.with = rest
            .between(
                at,
                &[
                    "again", "next", "getroffen", "gesehen", "gesprochen", "das", "wieder", "mit", "about",
                    "nächste", "next",
                ],
            )
            .or(wish.with);
        wish.with.as_ref()?;
    } else if wish.about.is_none() && wish.with.is_none() {
        wish.about = named(rest);
    }
    let is_sure = next || back || rest.has(&["my", "mein", "meine", "meinen"]) || sees;
    let about_medical = heard.is_medical(&[NOUNS, CUES]) && !is_sure;
    wish.tentative = !is_sure
        || sees
            && !wish.with.as_deref().is_some_and(|with| phrases::is_name(with) || phrases::is_pronoun(with));
    if wish.about.is_none() && wish.with.is_none() && !is_sure || about_medical {
        return None;
    }
    Some(wish)
}

/// What an appointment is called: the words before its noun, and a noun that says more than that it is one.
fn named(rest: &Line) -> Option<String> {
    const BARE: &[&str] = &[
        "meeting", "meetings", "appointment", "appointments", "event", "events", "calendar", "schedule",
        "agenda", "diary", "plans", "thing", "termin", "termine", "terminen", "kalender", "besprechung",
        "sitzung", "call", "begin", "beginnt", "start", "take", "place", "time", "uhr", "viel", "when's",
        "where's", "next", "held", "one",
    ];
    let words: Vec<&str> = rest
        .content(&[CUES, BARE])
        .filter(|word| !word.is(&["where", "held"]))
        .map(|word| word.own.as_str())
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// "What do I have on Thursday afternoon", "was steht morgen an".
pub(super) fn agenda(heard: &Heard) -> Option<Wish> {
    let rest = &heard.rest;
    let count = rest.says(&["how many", "wie viele", "wieviele"]);
    let own_noun = noun(rest)
        && (rest.has(&[
            "my", "i", "me", "mein", "meine", "meinen", "meinem", "ich", "mir", "any", "today's", "list",
            "show", "which", "what", "welche", "irgendwelche",
        ]) || heard.says_when())
        && !rest.has(&["clinic", "review", "course", "training"]);
    let asked = rest.says(&[
        "what do i have", "what have i got", "what did i have", "do i have anything", "do i have something",
        "have i got anything", "anything on", "what's on", "what is on", "whats on", "what's happening",
        "what was on", "my day", "my week", "my calendar", "my schedule", "my agenda", "do i have plans",
        "was habe ich", "was hab ich", "was hatte ich", "was steht", "was liegt", "habe ich etwas",
        "habe ich was", "hab ich was", "mein tag", "meine woche", "was ist los", "was mache ich",
    ]);
    if !(asked
        || own_noun
            && (heard.says_when() || rest.has(&["my", "i", "ich", "meine", "mein", "meinen", "meinem"])))
    {
        return None;
    }
    // Who is on call is somebody else's roster, unless it is asked of oneself.
    if rest.begins(&["who", "wer"]) && !rest.has(&["i", "ich", "my", "mein", "meine", "meinem", "meinen"]) {
        return None;
    }
    // "What do I have to consider" is no agenda, and neither is what a drug or a disease is asked about.
    if rest.says(&["have to", "got to", "what to"]) || rest.has(DOCUMENTS) || rest.has(&["geschrieben"]) {
        return None;
    }
    let wish = details(heard, Wish::of(What::Agenda { count }, heard));
    let about_it = wish.about.is_some() || wish.with.is_some();
    if heard.is_medical(&[NOUNS, CUES]) && !about_it {
        return None;
    }
    let others = rest
        .content(&[NOUNS, CUES, WITH, ABOUT])
        .filter(|word| !ENDINGS.iter().any(|ending| word.low.ends_with(ending)))
        .count();
    let is_bare = others <= 2 || about_it;
    (is_bare
        && (heard.says_when()
            || noun(rest)
            || about_it
            || rest.says(&["my day", "my week", "mein tag", "meine woche"])))
    .then_some(wish)
}
