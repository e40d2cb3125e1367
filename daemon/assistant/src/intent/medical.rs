//! Questions about medicine that leave open what they are about.
//!
//! One rule a function; the first that speaks is asked about. Points measure topic: two for a word that names one, one
//! for a word that is too little alone. A drug without an indication has no dose, a drug class no name, and a disease of
//! many kinds no treatment; but what a disease is, or how it shows, can be said of the wide name too.

use std::ops::Range;

use super::vocabulary::{Class, WIDE};
use super::words::{Word, Words};
use super::{Doubt, Intent, Slot, reference};

/// Choices for whom a dose is meant.
const WHOM: [&str; 4] = ["an adult with normal kidney function", "renal impairment", "a child", "pregnancy"];
const WHOM_GERMAN: [&str; 4] = [
    "Erwachsene mit normaler Nierenfunktion",
    "eingeschränkte Nierenfunktion",
    "ein Kind",
    "Schwangerschaft",
];
/// What can be asked of a topic alone.
const ASPECTS: [&str; 4] = ["treatment", "dosing", "side effects", "what our documents say"];
const ASPECTS_GERMAN: [&str; 4] = ["Behandlung", "Dosierung", "Nebenwirkungen", "was unsere Dokumente sagen"];
const DISEASE_ASPECTS: [&str; 4] = ["diagnosis", "treatment", "complications", "what our documents say"];
const DISEASE_ASPECTS_GERMAN: [&str; 4] =
    ["Diagnostik", "Behandlung", "Komplikationen", "was unsere Dokumente sagen"];
/// Most topic words of a query that is a name and nothing else.
const NAME_WORDS: usize = 3;
/// Question words and verbs that make a sentence of words.
const ASKS: &[&str] = &[
    "what", "what's", "which", "how", "when", "why", "who", "where", "is", "are", "do", "does", "can",
    "could", "should", "must", "may", "will", "would", "whats", "was", "were", "did", "has", "have", "wie",
    "welche", "welcher", "welches", "welchen", "wann", "warum", "wer", "wo", "ist", "sind", "kann", "soll",
    "sollte", "darf", "muss", "hat", "gibt", "wieviel", "woran", "wozu", "weshalb",
];
/// Words that put two things into a relation, which says what is to be known.
const RELATES: &[&str] = &[
    "in", "after", "before", "during", "with", "without", "and", "vs", "versus", "or", "for", "bei", "nach",
    "vor", "mit", "während", "und", "oder", "of", "on", "from", "im", "gegen", "following", "while",
];
const DECISION_VERBS: &[&str] = &[
    "start", "stop", "give", "use", "hold", "continue", "switch", "prescribe", "take", "increase", "reduce",
    "restart", "resume", "pause", "order", "repeat", "started", "stopped", "given", "used", "held", "paused",
    "restarted", "resumed", "discontinued", "discontinue", "taken", "prescribed", "geben", "absetzen",
    "pausieren", "nehmen", "verordnen", "umstellen", "einnehmen", "gegeben", "abgesetzt", "pausiert",
    "begin", "avoid", "anticoagulate", "change", "adjust", "lower",
];
const COMPARES: &[&str] = &[
    "better", "safer", "worse", "stronger", "superior", "cheaper", "preferred", "faster", "best", "safest",
    "preferable", "besser", "sicherer", "wirksamer", "stärker",
];
const BESIDE: &[&str] = &[
    "than", "or", "vs", "versus", "compared", "als", "oder", "and", "between", "over", "to", "und",
    "gegenüber",
];
const NARROWS: &[&str] = &["recommended", "available", "licensed", "first-line"];
/// A value that is to be reached.
const TARGETS: &[&str] =
    &["target", "targets", "goal", "goals", "zielwert", "zielwerte", "zielbereich", "zielblutdruck", "ziel"];
/// What is measured in everybody and aimed at in few.
const MEASURED: &[&str] = &[
    "blood", "pressure", "bp", "systolic", "diastolic", "heart", "rate", "pulse", "hba1c", "a1c", "ldl",
    "cholesterol", "glucose", "sugar", "inr", "saturation", "oxygen", "spo2", "haemoglobin", "hemoglobin",
    "ferritin", "tsh", "potassium", "weight", "blutdruck", "blutzucker", "puls", "cholesterin", "sättigung",
    "zielblutdruck", "kalium", "gewicht",
];
/// For whom a value is aimed at.
const TARGETED: [&str; 4] = ["most adults", "diabetes", "kidney disease", "pregnancy"];
const TARGETED_GERMAN: [&str; 4] =
    ["die meisten Erwachsenen", "Diabetes", "Nierenerkrankung", "Schwangerschaft"];
/// What is done to those who are well.
const PREVENTS: &[&str] = &[
    "vaccine", "vaccines", "vaccination", "vaccinations", "immunisation", "immunisations", "immunization",
    "immunizations", "screening", "screenings", "check-up", "check-ups", "supplements", "prophylaxis",
    "impfung", "impfungen", "vorsorge", "vorsorgeuntersuchungen", "früherkennung",
];
/// How a disease ends.
const OUTLOOK: &[&str] =
    &["prognosis", "outlook", "survival", "mortality", "prognose", "überleben", "sterblichkeit"];
/// Words of the radiation and the laboratory that have a dose or level too.
const OTHER_DOSES: &[&str] = &["radiation", "vaccine_dose", "strahlung", "allergen", "x-ray"];

pub(super) fn doubt(intent: Intent, words: &Words) -> Option<Doubt> {
    if words.all.is_empty() {
        return Some(Doubt::by_reference(&[Slot::Topic]));
    }
    reference::doubt(words)
        .or_else(|| target(words))
        .or_else(|| too_wide(words))
        .or_else(|| nothing_named(intent, words))
        .or_else(|| dose(words))
        .or_else(|| decision(words))
        .or_else(|| comparison(words))
        .or_else(|| abbreviation(words))
        .or_else(|| name_only(intent, words))
}

/// A value to be reached, of something that is measured in everybody, for nobody and no disease.
fn target(words: &Words) -> Option<Doubt> {
    let says = |list: &[&str]| words.all.iter().any(|word| word.is(list));
    if !says(TARGETS) || !says(MEASURED) {
        return None;
    }
    let tells_whom = words.all.iter().filter(|word| !word.is(TARGETS) && !word.is(MEASURED)).any(|word| {
        word.topic_points() > 0
            || word.has_digit
            || word.class.has(
                Class::POPULATION
                    .or(Class::MODIFIER)
                    .or(Class::QUALIFIER)
                    .or(Class::ROUTE)
                    .or(Class::MANAGE)
                    .or(Class::WHEN),
            )
    });
    let measured = words.all.iter().filter(|word| word.is(MEASURED)).map(|word| word.text.as_str());
    let measured = capitalised(&measured.collect::<Vec<_>>().join(" "), words.is_german);
    let (about, whom) = if words.is_german {
        (format!("einem Zielwert ({measured})"), TARGETED_GERMAN)
    } else {
        (format!("a target of {measured}"), TARGETED)
    };
    (!tells_whom).then(|| {
        Doubt::by_reference(&[Slot::Condition, Slot::PatientParameter])
            .about(about)
            .with_options(whom.map(str::to_owned))
    })
}

/// No topic at all.
fn nothing_named(intent: Intent, words: &Words) -> Option<Doubt> {
    let points = words.topic_points() + usize::from(opens_with_population(words) && !is_sentence_less(words));
    let asks_to_do = asks_what_to_do(words);
    // A word like "blood" is topic enough for what it is, and not for what to do about it.
    let enough = if (asks_to_do || is_sentence_less(words)) && !prevents_in_somebody(words) { 2 } else { 1 };
    // A score that the question names is a topic.
    if points >= enough
        || words
            .all
            .iter()
            .any(|word| word.has_digit && word.text.chars().any(char::is_alphabetic) && !word.is_number())
    {
        return None;
    }
    let slots: &[Slot] = if words.any(Class::DOSE) {
        &[Slot::Drug, Slot::Condition]
    } else if words.all.iter().any(|word| word.class.has(Class::WEAK)) && asks_to_do {
        &[Slot::Condition]
    } else if intent == Intent::SearchDocuments && !asks_to_do {
        &[Slot::Document, Slot::Topic]
    } else {
        &[Slot::Topic]
    };
    Some(Doubt::by_reference(slots))
}

/// What prevents is chosen by the kind of person and needs no disease.
fn prevents_in_somebody(words: &Words) -> bool {
    words.all.iter().any(|word| word.is(PREVENTS)) && words.any(Class::POPULATION)
}

/// "Pregnancy and medicines": a kind of patient is the topic where nothing was asked about before it.
fn opens_with_population(words: &Words) -> bool {
    words
        .all
        .iter()
        .find(|word| {
            word.class.has(Class::POPULATION.or(Class::ASPECT).or(Class::VERB))
                || word.class == Class::GENERIC && !word.is(&["information", "informationen"])
        })
        .is_some_and(|first| first.class.has(Class::POPULATION))
}

fn asks_what_to_do(words: &Words) -> bool {
    words.any(Class::MANAGE) || first_person(words) || asks_next(words) || asks_need(words)
}

/// What to do now.
fn asks_next(words: &Words) -> bool {
    words.says_any(&[
        "what should", "was soll", "was tun", "what to do", "what now", "what next", "do you do", "was nun",
        "was jetzt", "do about", "do for", "tun bei",
    ])
}

/// Whether something must be done.
fn asks_need(words: &Words) -> bool {
    words.all.first().is_some_and(|first| first.is(&["is", "are", "ist", "sind"]))
        && words.all.iter().any(|word| {
            word.is(&[
                "necessary", "needed", "required", "indicated", "nötig", "notwendig", "erforderlich",
                "indiziert", "justified",
            ])
        })
}

fn first_person(words: &Words) -> bool {
    !words.begins_any(&["how do i", "how do we", "how can i", "wie kann ich"])
        && words.says_any(&[
            "should i", "should we", "can i", "can we", "do i", "do we", "may i", "must i", "could i",
            "shall i", "shall we", "when should i", "would you", "my patient", "soll ich", "sollen wir",
            "kann ich", "können wir", "darf ich", "muss ich", "sollte ich", "mein patient",
            "meine patientin", "would we", "am i", "i have", "i am", "i'm", "ich habe", "sollten wir",
            "dürfen wir", "müssen wir", "meinem patienten", "has a", "must we", "the patient need",
            "patient needs",
        ])
}

/// A dose of nothing, or of a drug for nobody.
fn dose(words: &Words) -> Option<Doubt> {
    let how_much = words.says_any(&[
        "how much", "how many mg", "how many milligrams", "how many ml", "how many units",
        "how many tablets", "how many pills", "how many capsules", "wie viel", "wieviel",
    ]) && words.all.iter().any(|word| {
        word.class.has(Class::DRUG)
            || matches!(
                word.text.as_str(),
                "give"
                    | "take"
                    | "administer"
                    | "prescribe"
                    | "given"
                    | "mg"
                    | "geben"
                    | "nehmen"
                    | "should"
                    | "can"
                    | "soll"
                    | "inject"
                    | "taken"
            )
    });
    let named = words.all.iter().any(|word| word.class.has(Class::DOSE) && !word.is_number());
    if !(named || how_much) || words.all.iter().any(|word| OTHER_DOSES.contains(&word.text.as_str())) {
        return None;
    }
    let is_drug = |word: &&Word| word.class.has(Class::DRUG);
    let drug = words.all.iter().find(is_drug);
    let unknown = words.topics().filter(|(_, word)| word.class.is_none()).count();
    let Some(drug) = drug else {
        return (unknown == 0).then(|| Doubt::by_reference(&[Slot::Drug]).about("dose"));
    };
    let others = words.all.iter().any(|word| !is_drug(&word) && word.topic_points() > 0);
    let starting = words.says_any(&["starting dose", "starting dosage"]);
    let said = starting
        || words.any(Class::POPULATION.or(Class::ROUTE).or(Class::QUALIFIER))
        || patient_numbers(words);
    let several = words.all.iter().filter(is_drug).count() > 1
        && words.says_any(&["and", "or", "with", "to", "und", "zu", "mit", "from"]);
    (!others && !said && !several).then(|| {
        let whom = if words.is_german { WHOM_GERMAN } else { WHOM };
        Doubt::of(&[Slot::Condition, Slot::Population])
            .about(capitalised(&drug.text, words.is_german))
            .with_options(whom.map(str::to_owned))
    })
}

/// Whether a number is said that is not only an amount of drug.
fn patient_numbers(words: &Words) -> bool {
    words.all.iter().enumerate().any(|(at, word)| {
        let next = words.all.get(at + 1).map(|next| next.text.as_str());
        word.text.starts_with(|c: char| c.is_ascii_digit())
            && !word.text.ends_with("mg")
            && !matches!(next, Some("mg" | "mcg" | "g" | "µg"))
    })
}

/// Whether to begin or end something, for no reason that is said.
fn decision(words: &Words) -> Option<Doubt> {
    let verb = words.all.iter().any(|word| DECISION_VERBS.contains(&word.text.as_str()));
    let mine = first_person(words);
    let asks = words.all.iter().take(3).any(|word| {
        matches!(
            word.text.as_str(),
            "should"
                | "can"
                | "could"
                | "when"
                | "may"
                | "must"
                | "would"
                | "is"
                | "does"
                | "do"
                | "shall"
                | "soll"
                | "sollte"
                | "kann"
                | "darf"
                | "wann"
                | "muss"
                | "sollten"
                | "sollen"
                | "können"
                | "dürfen"
                | "müssen"
        )
    });
    let how = words.begins_any(&["how", "wie"]);
    if !asks || how || !(verb || mine || asks_need(words)) {
        return None;
    }
    let topics: Vec<&Word> = words.topics().map(|(_, word)| word).collect();
    let [only] = topics.as_slice() else { return None };
    let said = words.any(
        Class::POPULATION
            .or(Class::ROUTE)
            .or(Class::QUALIFIER)
            .or(Class::ASPECT)
            .or(Class::MODIFIER)
            .or(Class::WHEN),
    ) || words
        .all
        .iter()
        .any(|word| word.class.has(Class::WEAK) || word.text.starts_with(|c: char| c.is_ascii_digit()))
        || words.all.iter().skip(1).any(|word| {
            word.is(&["before", "after", "during", "while", "if", "vor", "nach", "während", "bei"])
        })
        || words.says_any(&["with food", "every day", "what is", "before bed"]);
    let open = !only.class.has(Class::CONDITION)
        && !said
        && (only.class.has(Class::DRUG) || mine || asks_need(words));
    open.then(|| {
        Doubt::by_reference(&[Slot::Condition, Slot::PatientParameter])
            .about(capitalised(&only.text, words.is_german))
    })
}

/// Better than what?
fn comparison(words: &Words) -> Option<Doubt> {
    let compares = words.all.iter().any(|word| COMPARES.contains(&word.text.as_str()))
        || words.says_any(&["more effective", "more safe", "less toxic"]);
    let beside = words.all.iter().any(|word| BESIDE.contains(&word.text.as_str()));
    let topics: Vec<&Word> = words.topics().map(|(_, word)| word).collect();
    let [only] = topics.as_slice() else { return None };
    let starts = words.begins_any(&[
        "is", "are", "would", "which", "what", "ist", "sind", "wäre", "does", "welches", "welche",
    ]);
    let narrowed = only.class.has(Class::CONDITION)
        || words.any(Class::POPULATION.or(Class::MODIFIER))
        || words.all.iter().any(|word| NARROWS.contains(&word.text.as_str()));
    (compares && !beside && starts && !narrowed)
        .then(|| Doubt::by_reference(&[Slot::Comparison]).about(capitalised(&only.text, words.is_german)))
}

/// A disease of many kinds, or a complaint of many causes, and what to do about it.
fn too_wide(words: &Words) -> Option<Doubt> {
    let names = if words.is_german { &WIDE.german } else { &WIDE.english };
    let (place, broad) = words.wide(names)?;
    let states = words.says_any(&["has", "have", "with", "hat", "habe", "mit", "complains", "presents"])
        && !words.all.first().is_some_and(|first| ASKS.contains(&first.text.as_str()))
        || first_person(words);
    let other_aspect = words.says_any(&[
        "what is", "what are", "what causes", "cause", "causes", "symptoms", "signs", "prevent",
        "how common", "who is at risk", "was ist", "what does", "ursachen", "symptome", "risk factors",
        "prevention", "complications", "how many", "genetic", "research", "mean", "diagnosed", "diagnose",
        "definition", "information about",
    ]) && !words.says_any(&[
        "what is the best",
        "what is the treatment",
        "what are the treatments",
        "what is the management",
        "what is the dose",
        "what is the recommended",
        "what is the first",
        "what does our",
        "what does the guideline",
        "what does the protocol",
        "what is our",
        "what are the options",
        "what are the best",
        "was ist die beste",
        "what is the protocol",
        "what is the therapy",
        "what is the guideline",
        "what are the guidelines",
        "what is the approach",
        "what is the right",
        "what is the standard",
        "what are the recommendations",
        "what is the usual",
        "what is first",
        "what are our",
        "was ist die therapie",
        "was ist die behandlung",
        "what are treatment",
        "what is recommended",
    ]);
    // How a disease ends depends on its kind more than anything else that can be asked.
    let outlook = words.all.iter().any(|word| word.is(OUTLOOK)) || words.says("life expectancy");
    let wants = words.any(Class::MANAGE) || states || asks_next(words) || is_sentence_less(words);
    if (other_aspect || !wants) && !outlook || narrowed(words, &place) {
        return None;
    }
    let choices = broad.choices.iter().map(|choice| (*choice).to_owned());
    let name = broad.name.join(" ");
    Some(Doubt::of(&[Slot::Condition]).about(capitalised(&name, words.is_german)).with_options(choices))
}

/// Whether anything besides the wide name tells which of its kinds is meant.
fn narrowed(words: &Words, place: &Range<usize>) -> bool {
    words.all.iter().enumerate().filter(|(at, _)| !place.contains(at)).any(|(_, word)| {
        word.is_topic()
            || word.text.starts_with(|c: char| c.is_ascii_digit())
            || word.class.has(Class::MODIFIER.or(Class::POPULATION).or(Class::QUALIFIER))
            || word.class.has(Class::WEAK) && !word.class.has(Class::MANAGE)
    })
}

/// Letters with several readings, and nothing that tells which.
fn abbreviation(words: &Words) -> Option<Doubt> {
    let (at, broad) = words.all.iter().enumerate().find_map(|(at, word)| {
        let broad = WIDE.abbreviations.iter().find(|broad| broad.name == [word.text.as_str()])?;
        word.is_shout.then_some((at, broad))
    })?;
    let all_shout = words.all.iter().filter(|word| word.text.len() > 3).all(|word| word.is_shout);
    let others =
        words.all.iter().enumerate().any(|(other, word)| {
            other != at && (word.topic_points() > 0 || word.class.has(Class::POPULATION))
        });
    let is_plain = !all_shout || words.all.len() <= 3;
    (!others && is_plain).then(|| {
        let choices = broad.choices.iter().map(|choice| (*choice).to_owned());
        Doubt::of(&[Slot::Meaning]).about(words.all[at].text.to_uppercase()).with_options(choices)
    })
}

/// A name and nothing else: what about it?
fn name_only(intent: Intent, words: &Words) -> Option<Doubt> {
    if !is_sentence_less(words)
        || words.any(Class::ASPECT.or(Class::QUALIFIER))
        || intent == Intent::SearchDocuments
    {
        return None;
    }
    if words.all.iter().any(|word| RELATES.contains(&word.text.as_str())) {
        return None;
    }
    let topics: Vec<&Word> = words.topics().map(|(_, word)| word).collect();
    let is_name = match topics.as_slice() {
        [] => words.topic_points() > 0,
        [_] => true,
        several => {
            several.len() <= NAME_WORDS
                && words.all.len() <= NAME_WORDS
                && (several.len() == 2 || is_adjective(&several[0].text))
                && several.last().is_some_and(|last| last.class.has(Class::CONDITION))
                && !several.iter().any(|word| word.class.has(Class::DRUG))
        }
    };
    let sick = topics.iter().any(|word| word.class.has(Class::CONDITION));
    let aspects = match (sick, words.is_german) {
        (true, false) => DISEASE_ASPECTS,
        (true, true) => DISEASE_ASPECTS_GERMAN,
        (false, false) => ASPECTS,
        (false, true) => ASPECTS_GERMAN,
    };
    let name: Vec<&str> =
        words.all.iter().filter(|word| word.topic_points() > 0).map(|word| word.text.as_str()).collect();
    is_name.then(|| {
        Doubt::by_reference(&[Slot::Aspect])
            .about(capitalised(&name.join(" "), words.is_german))
            .with_options(aspects.map(str::to_owned))
    })
}

/// Whether an English word ends like an adjective of anatomy.
fn is_adjective(word: &str) -> bool {
    ["al", "ic", "ar", "ary", "ous", "less", "ive", "oid", "ed", "ical", "ory"]
        .iter()
        .any(|ending| word.ends_with(ending))
}

/// Whether the words are no sentence: nothing asks and nothing is told to be done.
fn is_sentence_less(words: &Words) -> bool {
    words.all.len() <= 6
        && !words.all.iter().any(|word| ASKS.contains(&word.text.as_str()))
        && !words.all.iter().any(|word| {
            word.class.has(Class::VERB)
                && !word.class.has(Class::ASPECT.or(Class::MANAGE).or(Class::GENERIC).or(Class::WEAK))
        })
}

/// German nouns are written with a capital.
fn capitalised(word: &str, german: bool) -> String {
    if !german {
        return word.to_owned();
    }
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
