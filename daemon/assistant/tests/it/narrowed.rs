//! A search and a question that are narrowed: what fits is found, what does not is not, and nobody sees more for it.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt as _;
use voiceassist_assistant::{AskError, Filter, FilterError, SearchError, SearchRequest, Wish};
use voiceassist_model::{AnswerPart, DocumentId, Outcome, Principal, Source};

use crate::clinic::{Clinic, start_of_time};

const WORDS: &str = "gout colchicine";

fn day(number: i64) -> DateTime<Utc> {
    start_of_time() + TimeDelta::days(number)
}

/// Which documents a person finds.
async fn found(clinic: &Clinic, person: &Principal, filter: Filter) -> BTreeSet<DocumentId> {
    let request = SearchRequest { limit: 50, filter, ..SearchRequest::new(WORDS) };
    let results = clinic.assistant().search(person, request).await.unwrap();
    results.passages.iter().map(|passage| passage.document).collect()
}

/// The same throws in every run (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides).unwrap()
    }
}

const FOLDERS: [&str; 4] = ["/Clinic", "/Clinic/Ward 4", "/Clinical", "/Notes"];
const TYPES: [&str; 4] = ["application/pdf", "text/plain", "image/png", "text/csv"];

/// A document of the generated clinic.
struct Made {
    id: DocumentId,
    file: u64,
    folder: &'static str,
    mime: &'static str,
    day: i64,
    readers: [bool; 2],
}

async fn generated(clinic: &Clinic, people: &[Principal; 2], dice: &mut Dice) -> Vec<Made> {
    let mut all = Vec::new();
    for number in 0..40_i64 {
        let (folder, mime) = (FOLDERS[dice.roll(4)], TYPES[dice.roll(4)]);
        let day_of = i64::try_from(dice.roll(30)).unwrap();
        let readers = [dice.roll(2) == 0, dice.roll(2) == 0];
        let who: Vec<&Principal> =
            people.iter().zip(readers).filter(|(_, reads)| *reads).map(|(person, _)| person).collect();
        if who.is_empty() {
            continue;
        }
        let path = format!("{folder}/{number}.dat");
        let text = format!("Gout number {number}: colchicine is given in room {number}{number}.");
        let id = clinic.dated((100 + number, &path, mime), day(day_of), &text, &who).await;
        let file = u64::try_from(100 + number).unwrap();
        all.push(Made { id, file, folder, mime, day: day_of, readers });
    }
    all
}

fn random_filter(dice: &mut Dice) -> Filter {
    let from = (dice.roll(2) == 0).then(|| i64::try_from(dice.roll(30)).unwrap());
    let to = (dice.roll(2) == 0).then(|| from.unwrap_or(0) + 1 + i64::try_from(dice.roll(15)).unwrap());
    let types = ["pdf", "image/*", "text/plain", "sheet"];
    let folders = ["/Clinic", "/Clinic/Ward 4", "/", "/Nowhere"];
    Filter {
        sources: (0..2)
            .filter(|_| dice.roll(3) == 0)
            .map(|which| [Source::File, Source::Message][which])
            .collect(),
        types: types.into_iter().filter(|_| dice.roll(3) == 0).map(str::to_owned).collect(),
        folder: (dice.roll(2) == 0).then(|| folders[dice.roll(4)].to_owned()),
        files: (0..16).filter(|_| dice.roll(8) == 0).map(|number| 100 + 3 * number).collect(),
        from: from.map(day),
        to: to.map(day),
        people: Vec::new(),
    }
}

/// What the filter means, said once more.
fn fits(filter: &Filter, made: &Made) -> bool {
    let is_type = |name: &str| match name {
        "pdf" => made.mime == "application/pdf",
        "image/*" => made.mime.starts_with("image/"),
        "sheet" => made.mime == "text/csv",
        name => made.mime == name,
    };
    let below =
        |folder: &str| folder == "/" || format!("{}/", made.folder).starts_with(&format!("{folder}/"));
    (filter.sources.is_empty() || filter.sources.contains(&Source::File))
        && (filter.types.is_empty() || filter.types.iter().any(|name| is_type(name)))
        && filter.folder.as_deref().is_none_or(below)
        && (filter.files.is_empty() || filter.files.contains(&made.file))
        && filter.from.is_none_or(|from| day(made.day) >= from)
        && filter.to.is_none_or(|to| day(made.day) < to)
}

/// Before the index is told what documents are, and after: what a filter leaves is what is found without it, less what does
/// not fit, and nothing of anybody else's.
#[tokio::test]
async fn a_filtered_search_is_the_unfiltered_one_less_what_does_not_fit() {
    let clinic = Clinic::open().await;
    let people = [clinic.person("alice").await, clinic.person("bob").await];
    let mut dice = Dice(0x5DEE_CE66_D1A2_B3C4);
    let made = generated(&clinic, &people, &mut dice).await;
    for round in 0..60 {
        if round == 30 {
            assert_eq!(clinic.tell().await, made.len());
            assert!(clinic.store.facts().are_whole(1).await.unwrap());
        }
        let filter = random_filter(&mut dice);
        let Ok(filter) = filter.checked() else { continue };
        for (place, person) in people.iter().enumerate() {
            let everything = found(&clinic, person, Filter::default()).await;
            let readable: BTreeSet<DocumentId> =
                made.iter().filter(|one| one.readers[place]).map(|one| one.id).collect();
            assert_eq!(everything, readable, "all of them have the words");
            let expected: BTreeSet<DocumentId> = made
                .iter()
                .filter(|one| fits(&filter, one) && everything.contains(&one.id))
                .map(|one| one.id)
                .collect();
            let narrowed = found(&clinic, person, filter.clone()).await;
            assert_eq!(narrowed, expected, "round {round}, person {place}: {}", describe(&filter));
        }
    }
}

fn describe(filter: &Filter) -> String {
    let Filter { sources, types, folder, from, to, .. } = filter;
    format!("{sources:?} {types:?} {folder:?} {from:?} {to:?}")
}

#[tokio::test]
async fn a_file_that_was_touched_moved_or_lost_fits_by_what_it_is_now() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    let text = "Gout: colchicine is given.";
    let id = clinic.dated((7, "/Clinic/a.pdf", "application/pdf"), day(1), text, &[&alice, &bob]).await;
    clinic.tell().await;
    let pdf = || Filter { types: vec!["pdf".into()], ..Filter::default() };
    let late = || Filter { from: Some(day(5)), ..Filter::default() };
    assert_eq!(found(&clinic, &alice, pdf()).await, BTreeSet::from([id]));
    assert!(found(&clinic, &alice, late()).await.is_empty());
    // Touched: another time, the same content. The index is told later; the database knows already.
    clinic.seen_again(7, "/Clinic/a.pdf", "text/plain", day(9), &alice).await;
    assert!(!clinic.store.facts().are_whole(1).await.unwrap(), "the index does not know it yet");
    assert_eq!(clinic.tell().await, 1);
    assert_eq!(found(&clinic, &alice, late()).await, BTreeSet::from([id]));
    assert!(found(&clinic, &alice, pdf()).await.is_empty());
    // Bob has it elsewhere: a folder is one of his own tree.
    clinic.seen_again(7, "/Shared/a.pdf", "text/plain", day(9), &bob).await;
    let below = |folder: &str| Filter { folder: Some(folder.to_owned()), ..Filter::default() };
    assert_eq!(found(&clinic, &bob, below("/Shared")).await, BTreeSet::from([id]));
    assert!(found(&clinic, &bob, below("/Clinic")).await.is_empty());
    assert!(found(&clinic, &alice, below("/Shared")).await.is_empty());
    clinic.unshare(7, &bob).await;
    for filter in [Filter::default(), below("/Shared"), below("/"), late()] {
        assert!(found(&clinic, &bob, filter).await.is_empty(), "no filter opens what is not his any more");
    }
}

#[tokio::test]
async fn a_filter_that_leaves_nothing_says_what_there_is_without_it() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic
        .dated((7, "/a.txt", "text/plain"), day(1), "Gout: colchicine is given twice a day.", &[&alice])
        .await;
    clinic.tell().await;
    let filter = Filter { sources: vec![Source::Message], from: Some(day(0)), ..Filter::default() };
    let request = SearchRequest { filter: filter.clone(), ..SearchRequest::new(WORDS) };
    let results = clinic.assistant().search(&alice, request).await.unwrap();
    assert!(results.passages.is_empty());
    assert_eq!(results.without_filter, Some(1));
    let request = SearchRequest::new("nothing of the kind");
    assert_eq!(clinic.assistant().search(&alice, request).await.unwrap().without_filter, None);

    let conversation = clinic.store.conversations().create(alice.account, "Gout").await.unwrap();
    let ask = async |filter: Filter| {
        let wish = Wish { filter, ..Wish::new(conversation, "How is colchicine given in gout?") };
        let stream = clinic.assistant().ask_for(&alice, wish).await.unwrap();
        let parts: Vec<AnswerPart> = stream.map(|part| part.unwrap().into_inner()).collect().await;
        parts
    };
    let parts = ask(filter).await;
    let said = |parts: &[AnswerPart], words: &str| {
        parts.iter().any(|part| matches!(part, AnswerPart::Note { text } if text.contains(words)))
    };
    assert!(said(&parts, "in mail since 23 November 2026"), "{parts:?}");
    assert!(said(&parts, "Passages that may fit without that filter: 1"), "{parts:?}");
    let Some(AnswerPart::Done { outcome, steps, .. }) = parts.last() else { panic!("no end: {parts:?}") };
    assert_eq!(*outcome, Outcome::NotFound);
    assert!(steps.iter().any(|step| step.contains("filter")), "{steps:?}");
    // The next turn knows nothing of it.
    let parts = ask(Filter::default()).await;
    let Some(AnswerPart::Done { outcome, .. }) = parts.last() else { panic!("no end: {parts:?}") };
    assert_eq!(*outcome, Outcome::Answered, "{parts:?}");
}

#[tokio::test]
async fn a_filter_that_cannot_be_meant_stops_a_search_and_a_question_before_anything_is_kept() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let conversation = clinic.store.conversations().create(alice.account, "Gout").await.unwrap();
    let filter = || Filter { types: vec!["portable".into()], ..Filter::default() };
    let request = SearchRequest { filter: filter(), ..SearchRequest::new(WORDS) };
    let refused = clinic.assistant().search(&alice, request).await;
    assert!(matches!(refused, Err(SearchError::Filter(FilterError::Type))));
    let wish = Wish { filter: filter(), ..Wish::new(conversation, WORDS) };
    let refused = clinic.assistant().ask_for(&alice, wish).await;
    assert!(matches!(refused, Err(AskError::Search(SearchError::Filter(FilterError::Type)))));
    let found = clinic.store.conversations().find(alice.account, conversation).await.unwrap().unwrap();
    assert_eq!(found.message_count, 0);
}
