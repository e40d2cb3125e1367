//! Diseases, signs, scores and devices that bear somebody's name.

use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Word};

/// Eponyms with a given name before them.
const FULL: &[(&str, &str)] = &[
    ("lou", "gehrig"),
    ("bence", "jones"),
    ("austin", "flint"),
    ("graham", "steell"),
    ("ramsay", "hunt"),
    ("argyll", "robertson"),
    ("charles", "bonnet"),
    ("pierre", "robin"),
    ("gilles", "tourette"),
    ("stevens", "johnson"),
    ("marie", "tooth"),
    ("lewis", "sumner"),
    ("mary", "joseph"),
    ("sister", "mary"),
    ("swan", "ganz"),
    ("jackson", "pratt"),
    ("foster", "kennedy"),
    ("miller", "fisher"),
    ("king", "devick"),
    ("rey", "osterrieth"),
    ("st", "vitus"),
    ("kaplan", "meier"),
    ("mann", "whitney"),
    ("ann", "arbor"),
    ("earl", "nightingale"),
    ("johns", "hopkins"),
    ("west", "nile"),
    ("rocky", "mountain"),
    ("lake", "louise"),
    ("ross", "river"),
    ("rift", "valley"),
    ("st", "louis"),
    ("norfolk", "island"),
    ("bland", "altman"),
    ("john", "cunningham"),
    ("mallory", "weiss"),
    ("killian", "jamieson"),
    ("ballard", "score"),
    ("paul", "bunnell"),
];

/// Nouns that follow a patient's name as well: "Orrin test results".
const OF_PATIENTS_TOO: &str = "test tests procedure operation repair line study studies chart charts body case position system risk response reaction diet protocol score scores \
    lesion lesions foot joint fracture lung cell cells node nodes catheter tube drain surgery";

/// Whether a run is no person but part of a term.
pub(in crate::detect) fn is_eponymous(words: &[Word<'_>], at: usize, end: usize) -> bool {
    let run = &words[at..end];
    if run.windows(2).any(|pair| is_full(&pair[0], &pair[1]))
        || run.windows(3).any(|three| three[1].is("-") && is_full(&three[0], &three[2]))
    {
        return true;
    }
    let eponym = run.iter().any(|word| word.any(Marks::EPONYM));
    let Some(noun) = noun_behind(words, end) else { return false };
    if matches!(noun.folded.as_ref(), "ii" | "iii" | "iv") && !eponym {
        return false;
    }
    let parts = run.iter().filter(|word| word.is_word()).count();
    let hyphened = run.iter().any(|word| word.is("-"));
    let too = OF_PATIENTS_TOO.split_ascii_whitespace().any(|word| word == noun.folded);
    if parts > 1 && !hyphened {
        let given = run[0].any(Marks::GIVEN) && !run[0].any(Marks::EPONYM);
        return !given && (eponym || !too);
    }
    eponym || !too || parts == 1 && super::strength(&run[0]) < super::Strength::Strong
}

fn is_full(first: &Word<'_>, second: &Word<'_>) -> bool {
    FULL.iter().any(|(one, two)| first.folded == *one && second.folded == *two)
}

/// The noun of an eponym within the next words: "'s disease", "and Jones criteria", "-Barré syndrome", "II score".
fn noun_behind<'a, 't>(words: &'a [Word<'t>], end: usize) -> Option<&'a Word<'t>> {
    let mut steps = 0;
    let mut at = end;
    while let Some(word) = words.get(at).filter(|word| word.gap <= Gap::Line && steps < 4) {
        if word.any(Marks::EPONYM_NOUN.or(Marks::STANDARD_NOUN)) && word.shape != Shape::Sign {
            return Some(word);
        }
        let passes = matches!(word.text, "'" | "’" | "-" | "–" | "/")
            || word.folded == "s" && word.gap == Gap::Glued
            || word.is_capital() && word.any(Marks::EPONYM)
            || words[at - 1].is("-") && word.gap == Gap::Glued
            || matches!(
                word.folded.as_ref(),
                "gene"
                    | "bladder"
                    | "heart"
                    | "coma"
                    | "cardiovascular"
                    | "pain"
                    | "performance"
                    | "like"
                    | "type"
                    | "spotted"
                    | "mountain"
                    | "dementia"
                    | "depression"
                    | "anxiety"
                    | "ankle"
                    | "knee"
                    | "fall"
                    | "b"
                    | "a"
                    | "ii"
                    | "i"
                    | "iii"
                    | "positive"
                    | "negative"
                    | "present"
                    | "absent"
                    | "equivocal"
                    | "bilaterally"
                    | "vocal"
            );
        if matches!(word.folded.as_ref(), "positive" | "negative" | "present" | "absent" | "equivocal") {
            return words[end - 1].any(Marks::EPONYM).then_some(word);
        }
        if !passes {
            return None;
        }
        steps += 1;
        at += 1;
    }
    None
}
