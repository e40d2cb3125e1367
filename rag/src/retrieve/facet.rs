//! What a question wants to know about its subject.
//!
//! People ask "what can be done about gout" of pages that say "gout is treated with". Each facet lists how questions
//! ask for it and how texts state it; a question is searched with those words beside its own, at a small weight, and its
//! vector is moved a little towards them. A question without a known facet is searched as it stands. The first facet that
//! fits counts, so the table goes from the particular to the general. Nothing here names a disease or a drug.

/// One kind of thing that is asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Facet {
    /// Beginnings of words, or of runs of words, by which questions ask for it.
    asked: &'static [&'static str],
    /// How texts state it.
    pub(super) stated: &'static str,
}

/// From the particular to the general.
static FACETS: [Facet; 16] = [
    Facet {
        asked: &["research", "clinical trial", "studies on", "new studies"],
        stated: "The institute conducts and supports research and clinical trials on this disorder.",
    },
    Facet {
        asked: &["inherit", "hereditary", "passed on", "run in famil", "runs in famil", "run in the famil"],
        stated: "is inherited in an autosomal dominant or recessive pattern; each cell has a copy of the gene.",
    },
    Facet {
        asked: &[
            "how common", "people are affected", "how often does", "prevalence", "incidence", "how rare",
        ],
        stated: "affects an estimated 1 in people worldwide; the prevalence is unknown; it is rare.",
    },
    Facet {
        asked: &["which gene", "what gene", "genes are", "genetic change", "mutation"],
        stated: "Mutations in the gene cause it; the gene provides instructions for making a protein.",
    },
    Facet {
        asked: &["side effect", "adverse", "interact", "contraindic", "is it safe"],
        stated: "Side effects include; do not take it with; contraindicated in; may cause harm.",
    },
    Facet {
        asked: &["dose", "dosage", "dosing", "how much", "how many mg"],
        stated: "The recommended dose is mg daily; adjust the dose; maximum dose.",
    },
    Facet {
        asked: &[
            "treat", "therap", "cure", "manag", "medicines help", "can be done", "what helps", "surgery for",
        ],
        stated: "Treatment includes medicines, therapy and surgery to relieve symptoms.",
    },
    Facet {
        asked: &["symptom", "sign", "feel like", "how would i know", "features does", "look like"],
        stated: "Signs and symptoms include pain, fever, weakness; symptoms vary.",
    },
    Facet {
        asked: &["outlook", "prognosis", "life expectancy", "long run", "long term", "get better", "surviv"],
        stated: "The prognosis varies; most people recover; life expectancy is normal.",
    },
    Facet {
        asked: &["prevent", "avoid", "lower my", "lower the", "lower your", "reduce the risk", "reduce my"],
        stated: "You can prevent it and lower your risk by taking these steps; avoid.",
    },
    Facet {
        asked: &["at risk", "who gets", "who get", "likely to", "risk factor", "susceptib"],
        stated: "People who are at higher risk; it occurs more often in men, women, children, older adults.",
    },
    Facet {
        asked: &["diagnos", "test", "find out if", "detect", "exam", "screen"],
        stated: "is diagnosed by a medical history, physical exam, blood tests and imaging.",
    },
    Facet {
        asked: &["complication", "problems can", "lead to later"],
        stated: "Complications include; it can lead to serious problems.",
    },
    Facet {
        asked: &["eat", "diet", "nutrition", "what to do for", "do at home"],
        stated: "Eating, diet and nutrition; points to remember.",
    },
    Facet {
        asked: &["cause", "why", "lead to", "leads to", "due to"],
        stated: "is caused by; the exact cause is unknown; results from.",
    },
    Facet {
        asked: &[
            "what is", "what are", "information", "explain", "learn about", "everything", "define",
            "meaning of",
        ],
        stated: "is a condition in which; it is a disease that affects the body.",
    },
];

/// What a question asks for, if it is one of the known kinds.
pub(super) fn of(question: &str) -> Option<&'static Facet> {
    let words: Vec<String> = question
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    // A space before every word, so that a beginning of a word is found by looking for it with its space.
    let plain = format!(" {}", words.join(" "));
    FACETS.iter().find(|facet| facet.asked.iter().any(|asked| plain.contains(&format!(" {asked}"))))
}

#[cfg(test)]
mod tests {
    use super::of;

    fn check(question: &str, stated: &str) {
        let found = of(question).map_or("nothing", |facet| facet.stated);
        assert!(found.contains(stated), "{question}: {found}");
    }

    #[test]
    fn questions_are_told_by_what_they_ask_for() {
        check("What can be done about gout?", "Treatment");
        check("How do doctors treat Bell's palsy?", "Treatment");
        check("What are the signs of sepsis?", "symptoms");
        check("Does asthma run in families?", "inherited");
        check("How many people have it?", "nothing");
        check("How many people are affected by gout?", "prevalence");
        check("What is the dose of apixaban?", "dose");
        check("Why do people get gout?", "caused by");
        check("What is (are) sepsis?", "is a condition");
    }

    #[test]
    fn a_facet_is_found_at_the_beginning_of_a_word_only() {
        check("apixaban mistreated", "nothing");
        check("DHODH", "nothing");
        check("", "nothing");
    }
}
