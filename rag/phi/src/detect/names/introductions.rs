//! People who are introduced, addressed or asked for: "my name is", "je m'appelle", "Nora here", "don't go, Milo!".
//!
//! Who introduces himself says his name whatever it is made of, so behind a sure introduction any words up to the next
//! small one are taken, with or without capitals. "I am" and "this is" introduce things as well and take only what can be
//! a name.

use crate::detect::names::style::Style;
use crate::detect::names::{Name, is_eponymous, speakers};
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Text, Word};

/// The most words of a name that is introduced.
const MOST_WORDS: usize = 5;

/// What nobody is called.
const NEVER: Marks = Marks::HEALTH
    .or(Marks::TERM)
    .or(Marks::REGION)
    .or(Marks::OCCUPATION)
    .or(Marks::RELATION)
    .or(Marks::STAFF_TITLE)
    .or(Marks::NUMBER_CUE)
    .or(Marks::WEEKDAY)
    .or(Marks::UNIT)
    .or(Marks::FACILITY);

pub(super) fn at(text: &Text<'_>, style: &Style, at: usize) -> Option<Name> {
    let words = &text.words;
    if words[at].letters() < 2
        || !words[at].is_word()
        || words[at].gap == Gap::Glued && at > 0 && !words[at - 1].is("(")
    {
        return None;
    }
    let found = surely_introduced(words, at)
        .or_else(|| asked_for(words, at))
        .or_else(|| style.is_short.then(|| perhaps_introduced(text, at)).flatten())
        .or_else(|| style.is_short.then(|| here(text, at)).flatten())
        .or_else(|| addressed(text, style, at))
        .or_else(|| spoken_of(words, at))?;
    let (end, confidence, rule) = found;
    (!is_eponymous(words, at, end)).then_some(Name { words: at..end, confidence, rule })
}

/// Behind "my name is", "ich heiße", "everyone calls me".
fn surely_introduced(words: &[Word<'_>], at: usize) -> Option<(usize, f32, &'static str)> {
    let before = |back: usize| at.checked_sub(back).map_or("", |place| words[place].folded.as_ref());
    let named = match before(1) {
        "is" | "was" | "ist" => matches!(before(2), "name" | "naam"),
        "es" => before(2) == "nombre",
        "e" => before(2) == "nome",
        "s" => before(3) == "name",
        "llamo" | "chamo" => before(2) == "me",
        "chiamo" => before(2) == "mi",
        "heisse" | "m'appelle" => true,
        _ => false,
    };
    let called =
        matches!(before(2), "call" | "calls" | "called" | "named" | "name" | "nicknamed" | "christened")
            && matches!(before(1), "me" | "him" | "her" | "them" | "it");
    if !(named || called) {
        return None;
    }
    let first = &words[at];
    let possible = first.is_capital() && !first.any(Marks::SMALL)
        || first.any(Marks::NAME) && !first.any(Marks::SMALL)
        || first.marks.is_unlisted()
        || before(3) == "my" && !first.any(Marks::SMALL.or(Marks::COMMON));
    let hindered = called && !first.is_capital() && first.any(Marks::COMMON)
        || first.any(NEVER) && !first.any(Marks::NAME) && before(3) != "my";
    if !possible || hindered {
        return None;
    }
    Some((any_words_end(words, at), 0.85, "name.introduced"))
}

/// Behind a question for a name: "What's your name? Jildau Bouts", "name on the account? User: …".
fn asked_for(words: &[Word<'_>], at: usize) -> Option<(usize, f32, &'static str)> {
    let mut place = at.checked_sub(1)?;
    // The label of who answers.
    if words[place].is(":") && place >= 2 && words[place - 1].is_word() {
        place -= 2;
    }
    if !words[place].is("?") {
        return None;
    }
    let asked = words[place.saturating_sub(9)..place]
        .iter()
        .rev()
        .take_while(|word| !matches!(word.text, "." | "?" | ":"));
    let name = asked.clone().any(|word| matches!(word.folded.as_ref(), "name" | "nombre" | "nom"))
        || asked.clone().any(|word| word.folded == "speaking")
            && asked.clone().any(|word| word.folded == "who");
    let first = &words[at];
    let possible = (first.is_capital() || first.any(Marks::NAME) || first.marks.is_unlisted())
        && !first.any(Marks::SMALL);
    (name
        && possible
        && !words.get(at + 1).is_some_and(|sign| sign.is(":"))
        && !matches!(first.folded.as_ref(), "yes" | "no" | "sure" | "sorry" | "hi" | "hello"))
    .then(|| (any_words_end(words, at), 0.75, "name.asked"))
}

/// Behind "I am", "this is", "it's under": only what can be a name.
fn perhaps_introduced(text: &Text<'_>, at: usize) -> Option<(usize, f32, &'static str)> {
    let words = &text.words;
    let before = |back: usize| at.checked_sub(back).map_or("", |place| words[place].folded.as_ref());
    let again =
        words.get(at + 1).is_some_and(|next| matches!(next.folded.as_ref(), "again" | "here" | "from"));
    let introduced = match before(1) {
        "am" => before(2) == "i",
        "is" => matches!(before(2), "this" | "it"),
        "that" => before(2) == "is",
        "to" | "with" => before(2) == "speaking",
        "under" => matches!(before(2), "its" | "s"),
        "bin" => before(2) == "ich",
        "ist" => before(2) == "hier",
        "suis" => before(2) == "je",
        "soy" => matches!(before(2), "yo" | "y"),
        "i'm" | "im" => true,
        "its" => at <= 3 && again,
        "s" => before(3) == "it" && at <= 5 && again,
        _ => false,
    };
    if !introduced {
        return None;
    }
    let first = &words[at];
    let end = capital_words_end(words, at);
    let closes = words.get(end).is_none_or(|next| {
        matches!(next.text, "," | "." | "!" | "?" | ";" | "(")
            || !next.on_line()
            || matches!(
                next.folded.as_ref(),
                "calling"
                    | "here"
                    | "speaking"
                    | "again"
                    | "from"
                    | "and"
                    | "but"
                    | "aus"
                    | "und"
                    | "de"
                    | "with"
                    | "at"
                    | "about"
            )
    });
    let namely = |word: &Word<'_>| {
        !word.any(NEVER)
            && !word.any(Marks::SMALL)
            && word.letters() > 2
            && (word.any(Marks::NAME) && (word.is_capital() || !word.any(Marks::COMMON))
                || word.marks.is_unlisted() && !word.any(Marks::UNLIKE_NAME)
                || !word.text.is_ascii() && word.marks.is_unlisted())
    };
    let told = if first.is_capital() {
        closes
            && (namely(first)
                || end > at + 1 && !first.any(NEVER.or(Marks::SMALL)) && namely(&words[end - 1]))
    } else {
        closes
            && namely(first)
            && (end == at + 1 || words[end - 1].any(Marks::NAME) || namely(&words[end - 1]))
    };
    told.then_some((end, 0.6, "name.introduced"))
}

/// "Nora Gill here. My daughter …", "Glen calling from …".
fn here(text: &Text<'_>, at: usize) -> Option<(usize, f32, &'static str)> {
    let words = &text.words;
    if words[at].any(NEVER.or(Marks::SMALL))
        || !(words[at].is_capital() || words[at].any(Marks::NAME) || words[at].marks.is_unlisted())
    {
        return None;
    }
    let end = capital_words_end(words, at);
    let opens = text.opens(at) || words[at - 1].is(",");
    let here = words.get(end).is_some_and(|next| {
        matches!(next.folded.as_ref(), "here" | "speaking" | "calling") && next.on_line()
    }) && words.get(end + 1).is_none_or(|sign| {
        matches!(sign.text, "." | "," | "!" | "-" | "–")
            || matches!(sign.folded.as_ref(), "from" | "about" | "for")
    });
    let known = words[at..end].iter().any(|word| word.any(Marks::NAME) || word.marks.is_unlisted());
    (opens && here && known).then_some((end, 0.6, "name.here"))
}

/// "Warrane, can I speak to …", "Don't go to town, Mark!": who is spoken to.
fn addressed(text: &Text<'_>, style: &Style, at: usize) -> Option<(usize, f32, &'static str)> {
    let words = &text.words;
    let word = &words[at];
    if word.shape != Shape::Capital || word.letters() < 3 || word.any(NEVER.or(Marks::SMALL).or(Marks::MONTH))
    {
        return None;
    }
    let behind = words.get(at + 1)?;
    let closing = at > 1
        && words[at - 1].is(",")
        && words[at - 2].shape == Shape::Lower
        && matches!(behind.text, "?" | "!")
        && word.any(Marks::GIVEN);
    let opening = style.is_short
        && (at == 0 || words[at].gap >= Gap::Line)
        && behind.is(",")
        && (word.any(Marks::NAME) || word.marks.is_unlisted())
        && words.get(at + 2).is_some_and(|next| {
            next.shape == Shape::Lower
                && matches!(
                    next.folded.as_ref(),
                    "can"
                        | "could"
                        | "please"
                        | "would"
                        | "will"
                        | "do"
                        | "did"
                        | "are"
                        | "is"
                        | "what"
                        | "when"
                        | "where"
                        | "why"
                        | "how"
                        | "thanks"
                        | "thank"
                        | "you"
                        | "your"
                        | "have"
                )
        });
    // "Isaac: Ravindran? 98/60": whom the answer is about.
    let answering = at >= 2
        && words[at - 1].is(":")
        && words[at - 2].is_capital()
        && !words[at - 2].any(NEVER)
        && behind.is("?")
        && speakers::speakers(text) >= speakers::LEAST_SPEAKERS
        && (word.any(Marks::NAME) || word.marks.is_unlisted());
    (closing || opening || answering).then_some((at + 1, 0.5, "name.addressed"))
}

/// "shouted at Todd", "says Becker.", "ask for Ivelin", "given Belle his address".
fn spoken_of(words: &[Word<'_>], at: usize) -> Option<(usize, f32, &'static str)> {
    let word = &words[at];
    let before = |back: usize| at.checked_sub(back).map_or("", |place| words[place].folded.as_ref());
    let next = words.get(at + 1);
    let possible = !word.any(NEVER.or(Marks::SMALL))
        && (word.shape == Shape::Capital && (word.any(Marks::NAME) || word.marks.is_unlisted())
            || word.shape == Shape::Lower
                && (word.marks.is_unlisted() || word.any(Marks::NAME) && !word.any(Marks::COMMON)));
    let shouted = before(1) == "at" && matches!(before(2), "shouted" | "yelled" | "screamed" | "swore");
    let asked = before(1) == "for" && matches!(before(2), "ask" | "asks" | "asked" | "asking");
    let quoted = matches!(before(1), "says" | "said")
        && word.is_capital()
        && at >= 2
        && matches!(words[at - 2].text, "\"" | "”" | ",");
    let gave = matches!(before(1), "given" | "gave" | "told" | "lent" | "showed")
        && word.is_capital()
        && next.is_some_and(|next| matches!(next.folded.as_ref(), "his" | "her" | "their"));
    let told = matches!(before(1), "tell" | "told" | "ask" | "asked" | "remind")
        && next
            .is_some_and(|next| matches!(next.folded.as_ref(), "the" | "that" | "to" | "if" | "he" | "she"));
    (possible && (told || shouted || asked || quoted || gave))
        .then(|| (capital_words_end(words, at), 0.5, "name.spoken_of"))
}

/// Up to the next small word, sign or line: "borna jerković but …".
fn any_words_end(words: &[Word<'_>], at: usize) -> usize {
    let mut end = at + 1;
    let mut place = at + 1;
    let lower = words[at].shape == Shape::Lower;
    while let Some(word) = words.get(place).filter(|word| word.on_line() && place < at + 2 * MOST_WORDS) {
        let joint = (word.is("-") || word.is("'") || word.is("’")) && word.gap == Gap::Glued
            || word.is(".") && words[place - 1].letters() == 1
            || word.any(Marks::PARTICLE)
                && words.get(place + 1).is_some_and(|next| next.is_word() && next.on_line());
        let part = word.is_word()
            && (word.is_capital() && !word.any(Marks::WEEKDAY)
                || lower
                    && word.shape == Shape::Lower
                    && !word.any(
                        Marks::SMALL
                            .or(Marks::HEALTH)
                            .or(Marks::PERSON_VERB)
                            .or(Marks::DATE_CUE)
                            .or(Marks::NUMBER_CUE),
                    ));
        let letter = word.letters() == 1 && word.is_word() && lower && word.folded != "i";
        if part || letter {
            end = place + 1;
        } else if !joint {
            break;
        }
        place += 1;
    }
    end
}

/// Up to the end of words of one writing: capitals behind a capital, names behind a name.
fn capital_words_end(words: &[Word<'_>], at: usize) -> usize {
    if words[at].is_capital() {
        let mut end = at + 1;
        while let Some(word) = words.get(end).filter(|word| word.on_line() && end < at + MOST_WORDS) {
            let joint = word.is("-") && word.gap == Gap::Glued
                || word.is(".") && words[end - 1].shape == Shape::Initial
                || word.shape == Shape::Lower
                    && word.any(Marks::PARTICLE)
                    && words.get(end + 1).is_some_and(Word::is_capital);
            if !(word.is_capital() || joint) {
                break;
            }
            end += 1;
        }
        return end;
    }
    let mut end = at + 1;
    while let Some(word) = words.get(end).filter(|word| word.gap == Gap::Blank && end < at + 3) {
        let name = word.shape == Shape::Lower
            && (word.any(Marks::NAME) && !word.any(Marks::SMALL) || word.marks.is_unlisted());
        if !name {
            break;
        }
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use crate::detect::detect;
    use crate::span::Kind;

    fn names(text: &str) -> Vec<&str> {
        detect(text).iter().filter(|one| one.kind == Kind::Name).map(|one| &text[one.range.clone()]).collect()
    }

    #[test]
    fn who_introduces_himself_is_named_whatever_his_name_is_made_of() {
        for (text, name) in [
            ("my name is borna jerkovik but everyone says so", "borna jerkovik"),
            ("Je m'appelle Yannig Keruzec et je tousse", "Yannig Keruzec"),
            ("Ich heiße Wiebke Oltmanns und brauche ein Rezept", "Wiebke Oltmanns"),
            ("What's your name? Jildau Boutsma", "Jildau Boutsma"),
            ("Bot: What's the name on the account? User: Tirza Hallbrook", "Tirza Hallbrook"),
            ("Ketil Ostby here. My daughter has a rash.", "Ketil Ostby"),
            ("Maybe it's under Rubia Liberstad", "Rubia Liberstad"),
            ("Please don't go to town, Kelly!", "Kelly"),
            ("Warrane, can I please speak to a nurse?", "Warrane"),
        ] {
            assert!(names(text).contains(&name), "{text:?} {:?}", detect(text));
        }
    }

    #[test]
    fn what_is_no_introduction_names_nobody() {
        for text in [
            "I am diabetic and this is metformin.",
            "Call me back when the results are in.",
            "The name is spelled wrong on the label.",
            "I am Canadian and I take warfarin.",
            "This is Type 2 diabetes, please explain!",
            "Warfarin, can it be stopped before surgery?",
        ] {
            assert!(names(text).is_empty(), "{text:?} {:?}", detect(text));
        }
    }
}
