//! Facilities and employers known by names that say nothing of what they are: "Geisinger", "Tampa General".
//!
//! Public facts, not people. They count only where something happens there (behind "at", "from", "to" and the like or at
//! the head of a line), because guidelines and papers name the same houses.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::span::Kind;
use crate::words::{Gap, Word};

/// Names by their words, parted by commas, in lower case without accents.
const FACILITIES: &str = "geisinger, md anderson, dana farber, dana farber cancer institute, sloan kettering, memorial sloan kettering, \
    mass general, massachusetts general, brigham, brigham and womens, cedars sinai, mount sinai, nyu langone, ucsf, ucsf health, ucla health, \
    ucla, uc davis, uc san diego health, kaiser, kaiser permanente, walter reed, tampa general, beth israel, stanford health care, stanford hospital, \
    emory, emory healthcare, rush university, duke health, duke raleigh, charite, hospital for special surgery, lenox hill, montefiore, \
    northwell, northwell health, ochsner, sentara, novant, novant health, atrium health, advocate health, advocate christ, banner health, \
    banner university, intermountain, scripps, scripps mercy, sharp memorial, great ormond street, guys and st thomas, addenbrookes, royal free, \
    salpetriere, pitie salpetriere, necker, hotel dieu, gregorio maranon, vall dhebron, la fe, gemelli, san raffaele, grady, grady memorial, \
    bellevue, parkland, ben taub, jackson memorial, johns hopkins, hopkins, johns hopkins bayview, mayo, mayo clinic, cleveland clinic, \
    barnes jewish, henry ford, beaumont, spectrum health, corewell, ascension, dignity health, commonspirit, tenet, hca, sutter, sutter health, \
    swedish, harborview, virginia mason, providence, legacy emanuel, ohsu, unc, unc health, wakemed, upmc, upmc presbyterian, penn medicine, \
    temple university hospital, jefferson, lehigh valley, hackensack, hackensack meridian, robert wood johnson, yale new haven, hartford hospital, \
    baystate, lahey, tufts, tufts medical center, boston medical, maine medical, dartmouth hitchcock, vanderbilt, st jude, methodist, houston methodist, \
    memorial hermann, baylor, baylor scott and white, texas childrens, cook childrens, childrens national, childrens mercy, nationwide childrens, \
    lurie, lurie childrens, boston childrens, seattle childrens, moffitt, city of hope, roswell park, fox chase, shriners, planned parenthood, \
    cvs, walgreens, rite aid, quest, quest diagnostics, labcorp, davita, fresenius, minuteclinic, concentra, american red cross, \
    royal infirmary, st barts, barts, kings college hospital, sick kids, sunnybrook, toronto general, mount sinai toronto, bumrungrad, apollo, aiims";

/// Employers that a chat names without saying that they are one.
const EMPLOYERS: &str = "walmart, amazon, costco, target, home depot, lowes, fedex, ups, usps, boeing, tesla, ford, general motors, general electric, \
    lockheed martin, northrop grumman, raytheon, tyson foods, delta airlines, united airlines, american airlines, starbucks, mcdonalds, us steel, \
    john deere, caterpillar, siemens, bmw, volkswagen, bosch, google, microsoft, apple, intel, ibm, oracle, verizon, comcast, kroger, safeway, publix, \
    aldi, lidl, ikea, toyota, honda, nissan, exxon, chevron, shell, halliburton, union pacific, bnsf, amtrak, walgreens, cargill, smithfield, \
    wells fargo, bank of america, chase bank, goodyear, whirlpool, pfizer, basf, bayer, deutsche bahn, renault, airbus, carrefour, mercadona, telefonica";

/// Houses by the first word of their names, the longest name first.
type Houses = HashMap<&'static str, Vec<(Vec<&'static str>, Kind)>>;

static BY_FIRST: LazyLock<Houses> = LazyLock::new(|| {
    let mut by_first: Houses = HashMap::new();
    for (list, kind) in [(FACILITIES, Kind::Facility), (EMPLOYERS, Kind::Employer)] {
        for name in list.split(',') {
            let words: Vec<&'static str> = name.split_ascii_whitespace().collect();
            if let Some(first) = words.first().copied() {
                by_first.entry(first).or_default().push((words, kind));
            }
        }
    }
    for names in by_first.values_mut() {
        names.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    }
    by_first
});

/// The first words of all names, for the lexicon.
pub(in crate::detect) fn first_words() -> impl Iterator<Item = &'static str> {
    BY_FIRST.keys().copied()
}

/// The known house that starts at a word where something happens there, and the place behind it.
pub(super) fn at(words: &[Word<'_>], at: usize) -> Option<(usize, Kind)> {
    if !words[at].any(crate::lexicon::Marks::KNOWN_HOUSE) || !is_place(words, at) {
        return None;
    }
    let names = BY_FIRST.get(words[at].folded.as_ref())?;
    names.iter().find_map(|(name, kind)| behind(words, at, name).map(|end| (end, *kind)))
}

fn is_place(words: &[Word<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &words[before]) else { return false };
    matches!(
        before.folded.as_ref(),
        "at" | "from"
            | "to"
            | "near"
            | "via"
            | "@"
            | "bei"
            | "im"
            | "employer"
            | "for"
            | "by"
            | "in"
            | "attends"
            | "attended"
            | "is"
    ) && (!matches!(before.folded.as_ref(), "for" | "by" | "in" | "to" | "is")
        || at >= 2
            && matches!(
                words[at - 2].folded.as_ref(),
                "pharmacy"
                    | "hospital"
                    | "clinic"
                    | "practice"
                    | "facility"
                    | "go"
                    | "works"
                    | "worked"
                    | "working"
                    | "work"
                    | "employed"
                    | "hired"
                    | "job"
                    | "driver"
                    | "drives"
                    | "transferred"
                    | "transfer"
                    | "admitted"
                    | "sent"
                    | "referred"
                    | "went"
                    | "taken"
                    | "brought"
                    | "seen"
                    | "treated"
                    | "hospitalized"
                    | "discharged"
                    | "back"
                    | "moved"
            ))
        || words[at].gap >= Gap::Line && words[at].is_capital()
        || before.is(":")
            && at >= 2
            && matches!(
                words[at - 2].folded.as_ref(),
                "employer" | "facility" | "hospital" | "company" | "location"
            )
}

fn behind(words: &[Word<'_>], at: usize, name: &[&str]) -> Option<usize> {
    let mut place = at;
    for wanted in name {
        while place > at
            && words.get(place).is_some_and(|word| {
                matches!(word.text, "-" | "." | "'" | "’" | "&")
                    || word.folded == "s" && word.gap == Gap::Glued
            })
        {
            place += 1;
        }
        let word = words.get(place).filter(|word| word.on_line() || place == at)?;
        let plain = word.folded.replace('\'', "");
        if plain != *wanted && plain != wanted.strip_suffix('s').unwrap_or(wanted) {
            return None;
        }
        place += 1;
    }
    Some(place)
}
