//! The claims, each a function over any index; the modules for the two forms call them by name.

use std::collections::{BTreeMap, BTreeSet};

use voiceassist_model::{AccessSetId, ChunkId, Source};
use voiceassist_rag::index::narrow::{Facts, MAX_DOCUMENTS, MAX_PEOPLE, MAX_TYPES, Narrow};
use voiceassist_rag::index::{
    ChunkIndex, HybridHits, HybridQuery, IndexError, MAX_HITS, MAX_IDS, MAX_SCANNED, Placed, Point,
};

use super::{DIMENSION, Fresh, chunk, document, point, set, terms};

/// Runs every claim on an index of its own.
macro_rules! every_claim {
    ($fresh:path) => {
        every_claim!($fresh:
            a_reader_without_sets_finds_nothing,
            each_leg_finds_only_what_the_reader_may_see,
            a_limit_is_filled_from_what_is_readable,
            two_hundred_sets_filter_like_one,
            writing_twice_keeps_one_point,
            a_dense_vector_joins_its_point_later,
            moving_a_document_moves_who_finds_it,
            many_documents_move_in_one_call_and_no_other_with_them,
            removed_chunks_and_documents_are_gone,
            rare_terms_outweigh_common_ones,
            an_empty_question_finds_nothing,
            beginnings_of_documents_are_a_leg_of_their_own,
            a_subject_is_a_condition_beside_access,
            each_condition_takes_away_what_does_not_fit_and_adds_nothing,
            facts_written_anew_leave_nothing_of_before,
            points_without_facts_are_found_only_where_they_are_let_through,
            random_conditions_find_exactly_what_fits_of_what_is_readable,
            conditions_beyond_measure_are_refused,
            vectors_are_read_only_by_who_may_see_their_chunks,
            misfits_are_refused_before_anything_is_written,
            removing_what_is_not_there_changes_nothing,
            many_points_are_written_in_one_call,
            optimising_changes_no_answer,
            a_scan_shows_every_point_once_and_where_it_belongs,
            a_scan_goes_on_where_it_stopped_while_others_write,
            random_readers_find_exactly_what_their_sets_hold
        );
    };
    ($fresh:path: $($claim:ident),+) => {$(
        #[tokio::test]
        async fn $claim() {
            let Some(fresh) = $fresh(stringify!($claim)).await else { return };
            $crate::index::contract::$claim(&fresh).await;
        }
    )+};
}
pub(super) use every_claim;

const EAST: [f32; DIMENSION] = [1.0, 0.0, 0.0, 0.0];
const NORTH: [f32; DIMENSION] = [0.0, 1.0, 0.0, 0.0];

fn ask(text: &str, dense: Option<[f32; DIMENSION]>, readers: &[i64]) -> HybridQuery {
    HybridQuery {
        dense: dense.map(Vec::from),
        sparse: terms(text),
        access: readers.iter().copied().map(AccessSetId::new).collect(),
        limit_per_leg: 10,
        ..HybridQuery::default()
    }
}

fn dense(hits: &HybridHits) -> Vec<ChunkId> {
    hits.dense.iter().map(|hit| hit.chunk).collect()
}

fn sparse(hits: &HybridHits) -> Vec<ChunkId> {
    hits.sparse.iter().map(|hit| hit.chunk).collect()
}

async fn found(index: &dyn ChunkIndex, query: HybridQuery) -> HybridHits {
    index.search(query).await.unwrap()
}

pub(super) async fn a_reader_without_sets_finds_nothing(fresh: &Fresh) {
    let index = &*fresh.index;
    index.upsert(vec![point(1, 1, 1, "metformin dose", Some(EAST))]).await.unwrap();
    assert_eq!(found(index, ask("metformin", Some(EAST), &[])).await, HybridHits::default());
    assert_eq!(found(index, ask("metformin", Some(EAST), &[2])).await, HybridHits::default());
}

pub(super) async fn each_leg_finds_only_what_the_reader_may_see(fresh: &Fresh) {
    let index = &*fresh.index;
    let points = vec![
        point(1, 1, 1, "metformin dose", Some(EAST)),
        point(2, 2, 2, "metformin dose", Some(EAST)),
        point(3, 3, 3, "metformin dose", Some(NORTH)),
    ];
    index.upsert(points).await.unwrap();
    let hits = found(index, ask("metformin", Some(EAST), &[1, 3])).await;
    assert_eq!(dense(&hits), [chunk(1), chunk(3)]);
    assert_eq!(sparse(&hits).len(), 2);
    assert!(!sparse(&hits).contains(&chunk(2)));
    assert_eq!(hits.dense[0].document, document(1));
    assert!((hits.dense[0].score - 1.0).abs() < 1e-4, "{}", hits.dense[0].score);
}

/// A filter after the search would leave the few readable chunks behind the many that are not.
pub(super) async fn a_limit_is_filled_from_what_is_readable(fresh: &Fresh) {
    let index = &*fresh.index;
    let mut points: Vec<_> =
        (0..300).map(|number| point(number, number, 1, "metformin metformin", Some(EAST))).collect();
    points.push(point(900, 900, 2, "metformin with many other words around it", Some([0.6, 0.8, 0.0, 0.0])));
    index.upsert(points).await.unwrap();
    let mut query = ask("metformin", Some(EAST), &[2]);
    query.limit_per_leg = 1;
    let hits = found(index, query).await;
    assert_eq!(dense(&hits), [chunk(900)]);
    assert_eq!(sparse(&hits), [chunk(900)]);
}

pub(super) async fn two_hundred_sets_filter_like_one(fresh: &Fresh) {
    let index = &*fresh.index;
    let points = (0..400).map(|number| {
        let readers = i64::try_from(number).unwrap();
        point(number, number, readers, "insulin", Some(EAST))
    });
    index.upsert(points.collect()).await.unwrap();
    let readers: Vec<i64> = (0..400).step_by(2).collect();
    let mut query = ask("insulin", Some(EAST), &readers);
    query.limit_per_leg = 400;
    let hits = found(index, query).await;
    assert_eq!(hits.dense.len(), 200);
    assert_eq!(hits.sparse.len(), 200);
    assert!(dense(&hits).iter().all(|found| (0..400).step_by(2).any(|number| chunk(number) == *found)));
}

pub(super) async fn writing_twice_keeps_one_point(fresh: &Fresh) {
    let index = &*fresh.index;
    index.upsert(vec![point(1, 1, 1, "warfarin", Some(EAST))]).await.unwrap();
    index.upsert(vec![point(1, 1, 1, "heparin", Some(NORTH))]).await.unwrap();
    assert_eq!(index.count().await.unwrap(), 1);
    assert!(sparse(&found(index, ask("warfarin", None, &[1])).await).is_empty());
    assert_eq!(sparse(&found(index, ask("heparin", None, &[1])).await), [chunk(1)]);
}

pub(super) async fn a_dense_vector_joins_its_point_later(fresh: &Fresh) {
    let index = &*fresh.index;
    index.upsert(vec![point(1, 1, 1, "warfarin", None), point(2, 1, 1, "heparin", None)]).await.unwrap();
    let before = found(index, ask("warfarin", Some(EAST), &[1])).await;
    assert_eq!((dense(&before), sparse(&before)), (vec![], vec![chunk(1)]));
    index.upsert(vec![point(1, 1, 1, "warfarin", Some(EAST))]).await.unwrap();
    let after = found(index, ask("warfarin", Some(EAST), &[1])).await;
    assert_eq!((dense(&after), sparse(&after)), (vec![chunk(1)], vec![chunk(1)]));
    assert_eq!(index.count().await.unwrap(), 2);
}

pub(super) async fn moving_a_document_moves_who_finds_it(fresh: &Fresh) {
    let index = &*fresh.index;
    let points = vec![
        point(1, 1, 1, "sepsis", Some(EAST)),
        point(2, 1, 1, "sepsis", None),
        point(3, 2, 1, "sepsis", Some(NORTH)),
    ];
    index.upsert(points).await.unwrap();
    index.set_access(vec![document(1)], set(2)).await.unwrap();
    let old = found(index, ask("sepsis", Some(EAST), &[1])).await;
    assert_eq!((dense(&old), sparse(&old)), (vec![chunk(3)], vec![chunk(3)]));
    let new = found(index, ask("sepsis", Some(EAST), &[2])).await;
    assert_eq!(dense(&new), [chunk(1)]);
    assert_eq!(new.sparse.len(), 2);
    assert!(new.sparse.iter().all(|hit| hit.document == document(1)));
}

pub(super) async fn many_documents_move_in_one_call_and_no_other_with_them(fresh: &Fresh) {
    let index = &*fresh.index;
    let points = (0..1_400).map(|number| point(number, number, 1, "gout", Some(EAST))).collect();
    index.upsert(points).await.unwrap();
    let moved: Vec<_> = (0..1_400).filter(|number| number % 2 == 0).map(document).collect();
    index.set_access(moved, set(2)).await.unwrap();
    index.set_access(Vec::new(), set(3)).await.unwrap();
    let mut query = ask("gout", None, &[2]);
    query.limit_per_leg = MAX_HITS;
    let new = found(index, query.clone()).await;
    assert_eq!(new.sparse.len(), 700);
    query.access = vec![set(1)];
    let old = found(index, query).await;
    assert_eq!(old.sparse.len(), 700);
    assert!(new.sparse.iter().all(|hit| old.sparse.iter().all(|other| other.chunk != hit.chunk)));
    let too_many = vec![document(1); MAX_IDS + 1];
    assert!(matches!(index.set_access(too_many, set(2)).await, Err(IndexError::TooMany { .. })));
}

pub(super) async fn removed_chunks_and_documents_are_gone(fresh: &Fresh) {
    let index = &*fresh.index;
    let points =
        (1..=4).map(|number| point(number, 1 + number / 3, 1, "asthma", Some(EAST))).collect::<Vec<_>>();
    index.upsert(points).await.unwrap();
    index.remove_chunks(vec![chunk(1)]).await.unwrap();
    assert_eq!(index.contains(vec![chunk(1), chunk(2)]).await.unwrap(), [chunk(2)]);
    index.remove_document(document(2)).await.unwrap();
    assert_eq!(index.count().await.unwrap(), 1);
    let left = found(index, ask("asthma", Some(EAST), &[1])).await;
    assert_eq!((dense(&left), sparse(&left)), (vec![chunk(2)], vec![chunk(2)]));
}

pub(super) async fn rare_terms_outweigh_common_ones(fresh: &Fresh) {
    let index = &*fresh.index;
    let mut points: Vec<_> = (10..60).map(|number| point(number, number, 1, "patient visit", None)).collect();
    points.push(point(1, 1, 1, "patient brca1", None));
    index.upsert(points).await.unwrap();
    let hits = found(index, ask("visit brca1", None, &[1])).await;
    assert_eq!(hits.sparse[0].chunk, chunk(1));
    assert!(hits.sparse[0].score > 2.0 * hits.sparse[1].score);
}

pub(super) async fn beginnings_of_documents_are_a_leg_of_their_own(fresh: &Fresh) {
    let index = &*fresh.index;
    let points = vec![
        Point { lead: true, ..point(1, 1, 1, "gout", Some(NORTH)) },
        point(2, 1, 1, "gout", Some(EAST)),
        Point { lead: true, ..point(3, 3, 2, "gout", Some(EAST)) },
    ];
    index.upsert(points).await.unwrap();
    let hits = found(index, HybridQuery { leads: true, ..ask("gout", Some(EAST), &[1]) }).await;
    assert_eq!(hits.leads.iter().map(|hit| hit.chunk).collect::<Vec<_>>(), [chunk(1)]);
    assert_eq!(dense(&hits), [chunk(2), chunk(1)]);
    assert!(found(index, ask("gout", Some(EAST), &[1])).await.leads.is_empty());
    let words = found(index, HybridQuery { leads: true, ..ask("gout", None, &[1]) }).await;
    assert!(words.leads.is_empty() && sparse(&words).len() == 2);
}

pub(super) async fn a_subject_is_a_condition_beside_access(fresh: &Fresh) {
    let index = &*fresh.index;
    let about = |number, readers, subject: &[u32]| Point {
        subject: subject.to_vec(),
        ..point(number, number, readers, "dose", Some(EAST))
    };
    index
        .upsert(vec![about(1, 1, &[7, 4_000_000_000]), about(2, 1, &[7]), about(3, 2, &[7, 4_000_000_000])])
        .await
        .unwrap();
    let both = HybridQuery { subject: vec![7, 4_000_000_000], ..ask("dose", Some(EAST), &[1]) };
    let hits = found(index, both).await;
    assert_eq!((dense(&hits), sparse(&hits)), (vec![chunk(1)], vec![chunk(1)]));
    assert_eq!(hits.dense[0].subject, [7, 4_000_000_000]);
    let one = HybridQuery { subject: vec![7], ..ask("dose", None, &[1]) };
    assert_eq!(sparse(&found(index, one).await).len(), 2);
    let nobody = HybridQuery { subject: vec![7], ..ask("dose", Some(EAST), &[]) };
    assert_eq!(found(index, nobody).await, HybridHits::default());
}

pub(super) async fn vectors_are_read_only_by_who_may_see_their_chunks(fresh: &Fresh) {
    let index = &*fresh.index;
    let points =
        vec![point(1, 1, 1, "a", Some(EAST)), point(2, 2, 2, "b", Some(NORTH)), point(3, 3, 1, "c", None)];
    index.upsert(points).await.unwrap();
    let ids = vec![chunk(1), chunk(2), chunk(3), chunk(4)];
    let read = index.vectors(ids.clone(), vec![set(1)]).await.unwrap();
    assert_eq!(read, [(chunk(1), EAST.to_vec())]);
    assert!(index.vectors(ids, vec![]).await.unwrap().is_empty());
}

pub(super) async fn an_empty_question_finds_nothing(fresh: &Fresh) {
    let index = &*fresh.index;
    index.upsert(vec![point(1, 1, 1, "asthma", Some(EAST))]).await.unwrap();
    assert_eq!(found(index, ask("", None, &[1])).await, HybridHits::default());
    let mut none = ask("asthma", Some(EAST), &[1]);
    none.limit_per_leg = 0;
    assert_eq!(found(index, none).await, HybridHits::default());
}

pub(super) async fn misfits_are_refused_before_anything_is_written(fresh: &Fresh) {
    let index = &*fresh.index;
    let mut short = point(2, 1, 1, "asthma", None);
    short.dense = Some(vec![1.0; DIMENSION - 1]);
    let refused = index.upsert(vec![point(1, 1, 1, "asthma", Some(EAST)), short]).await;
    assert!(matches!(refused, Err(IndexError::BadVector { .. })));
    let endless = index.upsert(vec![point(1, 1, 1, "asthma", Some([f32::NAN, 0.0, 0.0, 0.0]))]).await;
    assert!(matches!(endless, Err(IndexError::BadVector { .. })));
    assert_eq!(index.count().await.unwrap(), 0);
    let mut greedy = ask("asthma", None, &[1]);
    greedy.limit_per_leg = MAX_HITS + 1;
    assert!(matches!(index.search(greedy).await, Err(IndexError::TooMany { .. })));
}

pub(super) async fn removing_what_is_not_there_changes_nothing(fresh: &Fresh) {
    let index = &*fresh.index;
    index.upsert(vec![point(1, 1, 1, "asthma", None)]).await.unwrap();
    index.remove_chunks(vec![chunk(9)]).await.unwrap();
    index.remove_chunks(Vec::new()).await.unwrap();
    index.remove_document(document(9)).await.unwrap();
    index.set_access(vec![document(9)], set(9)).await.unwrap();
    index.upsert(Vec::new()).await.unwrap();
    assert_eq!(index.count().await.unwrap(), 1);
}

pub(super) async fn many_points_are_written_in_one_call(fresh: &Fresh) {
    let index = &*fresh.index;
    let points = (0..700).map(|number| point(number, number % 7, 1, "gout", Some(EAST))).collect();
    index.upsert(points).await.unwrap();
    assert_eq!(index.count().await.unwrap(), 700);
    let asked: Vec<_> = (0..800).map(chunk).collect();
    assert_eq!(index.contains(asked).await.unwrap().len(), 700);
}

pub(super) async fn optimising_changes_no_answer(fresh: &Fresh) {
    let index = &*fresh.index;
    let points = (0..50).map(|number| point(number, number, 1, "gout", Some(EAST))).collect();
    index.upsert(points).await.unwrap();
    index.remove_chunks((0..20).map(chunk).collect()).await.unwrap();
    index.flush().await.unwrap();
    index.optimise().await.unwrap();
    index.flush().await.unwrap();
    assert_eq!(index.count().await.unwrap(), 30);
    let mut query = ask("gout", Some(EAST), &[1]);
    query.limit_per_leg = 100;
    let hits = found(index, query).await;
    assert_eq!((hits.dense.len(), hits.sparse.len()), (30, 30));
}

/// Every page of a scan.
async fn scanned(index: &dyn ChunkIndex, limit: usize) -> Vec<Placed> {
    let (mut all, mut from) = (Vec::new(), None);
    loop {
        let page = index.scan(from, limit).await.unwrap();
        assert!(page.points.len() <= limit);
        all.extend(page.points);
        from = page.next;
        if from.is_none() {
            return all;
        }
    }
}

pub(super) async fn a_scan_shows_every_point_once_and_where_it_belongs(fresh: &Fresh) {
    let index = &*fresh.index;
    assert_eq!(index.scan(None, 10).await.unwrap().points, []);
    let points = (0..50).map(|number| point(number, number / 5, 1, "gout", Some(EAST))).collect();
    index.upsert(points).await.unwrap();
    index.set_access(vec![document(3)], set(7)).await.unwrap();
    index.remove_chunks(vec![chunk(0), chunk(49)]).await.unwrap();
    let expected: Vec<Placed> = (1..49)
        .map(|number| Placed {
            chunk: chunk(number),
            document: document(number / 5),
            access_set: if number / 5 == 3 { set(7) } else { set(1) },
        })
        .collect();
    for limit in [1, 7, 48, 49] {
        assert_eq!(scanned(index, limit).await, expected, "pages of {limit}");
    }
    let refused = index.scan(None, MAX_SCANNED + 1).await;
    assert!(matches!(refused, Err(IndexError::TooMany { .. })));
}

pub(super) async fn a_scan_goes_on_where_it_stopped_while_others_write(fresh: &Fresh) {
    let index = &*fresh.index;
    index.upsert((10..30).map(|number| point(number, number, 1, "gout", None)).collect()).await.unwrap();
    let first = index.scan(None, 10).await.unwrap();
    index.upsert(vec![point(1, 1, 1, "gout", None), point(25, 25, 2, "gout", None)]).await.unwrap();
    index.remove_chunks(vec![chunk(20), chunk(21)]).await.unwrap();
    let second = index.scan(first.next, 100).await.unwrap();
    let seen: Vec<_> = first.points.iter().chain(&second.points).map(|placed| placed.chunk).collect();
    let expected: Vec<_> = (10..30).filter(|number| ![20, 21].contains(number)).map(chunk).collect();
    assert_eq!(seen, expected);
    assert_eq!(second.next, None);
}

/// Random documents move between random readers, come and go; whatever happened, a reader finds exactly the chunks whose
/// set is theirs, in both legs.
pub(super) async fn random_readers_find_exactly_what_their_sets_hold(fresh: &Fresh) {
    let index = &*fresh.index;
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut model: BTreeMap<u128, (u128, i64)> = BTreeMap::new();
    for _ in 0..40 {
        match dice.roll(4) {
            0 | 1 => {
                let (of, readers) = (dice.roll(12), i64::try_from(dice.roll(6)).unwrap());
                let chunks: Vec<u128> = (0..=dice.roll(4)).map(|part| of * 10 + part).collect();
                let written = chunks.iter().map(|one| point(*one, of, readers, "gout", Some(EAST)));
                index.upsert(written.collect()).await.unwrap();
                // A document has one set: its other chunks follow, as the access job sees to.
                index.set_access(vec![document(of)], set(readers)).await.unwrap();
                model.extend(chunks.into_iter().map(|one| (one, (of, readers))));
                model.values_mut().filter(|(of_one, _)| *of_one == of).for_each(|one| one.1 = readers);
            }
            2 => {
                let (of, readers) = (dice.roll(12), i64::try_from(dice.roll(6)).unwrap());
                index.set_access(vec![document(of)], set(readers)).await.unwrap();
                model.values_mut().filter(|(of_one, _)| *of_one == of).for_each(|one| one.1 = readers);
            }
            _ => {
                let of = dice.roll(12);
                index.remove_document(document(of)).await.unwrap();
                model.retain(|_, (of_one, _)| *of_one != of);
            }
        }
        let readers: Vec<i64> = (0..6).filter(|_| dice.roll(2) == 0).collect();
        let mut query = ask("gout", Some(EAST), &readers);
        query.limit_per_leg = 200;
        let hits = found(index, query).await;
        let expected: BTreeSet<ChunkId> =
            model.iter().filter(|(_, (_, set))| readers.contains(set)).map(|(one, _)| chunk(*one)).collect();
        assert_eq!(dense(&hits).into_iter().collect::<BTreeSet<_>>(), expected, "by meaning, {readers:?}");
        assert_eq!(sparse(&hits).into_iter().collect::<BTreeSet<_>>(), expected, "by words, {readers:?}");
    }
    let placed = scanned(index, 16).await;
    let expected: Vec<Placed> = model
        .iter()
        .map(|(one, (of, readers))| Placed {
            chunk: chunk(*one),
            document: document(*of),
            access_set: set(*readers),
        })
        .collect();
    assert_eq!(placed, expected, "and a scan shows the same");
}

fn facts(source: Source, types: &[u32], from: Option<i64>, until: Option<i64>, people: &[u32]) -> Facts {
    Facts { source, types: types.to_vec(), from, until, people: people.to_vec() }
}

/// Which chunks both legs find under a condition. They must agree.
async fn narrowed(index: &dyn ChunkIndex, readers: &[i64], narrow: Narrow) -> BTreeSet<ChunkId> {
    let mut query = HybridQuery { narrow, leads: true, ..ask("gout", Some(EAST), readers) };
    query.limit_per_leg = 500;
    let hits = found(index, query).await;
    let by_meaning: BTreeSet<ChunkId> = dense(&hits).into_iter().collect();
    assert_eq!(by_meaning, sparse(&hits).into_iter().collect(), "both legs stand under the same condition");
    assert!(hits.leads.iter().all(|hit| by_meaning.contains(&hit.chunk)));
    by_meaning
}

pub(super) async fn each_condition_takes_away_what_does_not_fit_and_adds_nothing(fresh: &Fresh) {
    let index = &*fresh.index;
    let told = |number, readers, facts| Point {
        facts: Some(facts),
        ..point(number, number, readers, "gout", Some(EAST))
    };
    let points = vec![
        told(1, 1, facts(Source::File, &[10, 11], Some(100), Some(100), &[])),
        told(2, 1, facts(Source::Message, &[20], Some(200), Some(200), &[7, 8])),
        told(3, 1, facts(Source::Event, &[30], Some(300), Some(400), &[7])),
        told(4, 1, facts(Source::Event, &[30], Some(150), None, &[8])),
        told(5, 1, facts(Source::Contact, &[40], None, None, &[9])),
        told(6, 2, facts(Source::Message, &[20], Some(200), Some(200), &[7, 8])),
    ];
    index.upsert(points).await.unwrap();
    let cases: [(Narrow, &[u128]); 12] = [
        (Narrow::default(), &[1, 2, 3, 4, 5]),
        (Narrow { sources: vec![Source::Message, Source::File], ..Narrow::default() }, &[1, 2]),
        (Narrow { types: vec![11, 40], ..Narrow::default() }, &[1, 5]),
        (Narrow { from: Some(200), ..Narrow::default() }, &[2, 3, 4]),
        (Narrow { from: Some(401), ..Narrow::default() }, &[4]),
        (Narrow { before: Some(200), ..Narrow::default() }, &[1, 4]),
        (Narrow { from: Some(350), before: Some(360), ..Narrow::default() }, &[3, 4]),
        (Narrow { people: vec![vec![vec![7, 8], vec![9]]], ..Narrow::default() }, &[2, 5]),
        (Narrow { people: vec![vec![vec![7]], vec![vec![8]]], ..Narrow::default() }, &[2]),
        (Narrow { documents: Some(vec![document(3), document(6)]), ..Narrow::default() }, &[3]),
        (Narrow { documents: Some(Vec::new()), ..Narrow::default() }, &[]),
        (Narrow { types: vec![99], ..Narrow::default() }, &[]),
    ];
    for (narrow, expected) in cases {
        let found = narrowed(index, &[1], narrow.clone()).await;
        assert_eq!(found, expected.iter().copied().map(chunk).collect(), "{narrow:?}");
        assert_eq!(narrowed(index, &[], narrow).await, BTreeSet::new(), "a reader without sets");
    }
}

pub(super) async fn facts_written_anew_leave_nothing_of_before(fresh: &Fresh) {
    let index = &*fresh.index;
    let before = facts(Source::Event, &[1], Some(100), Some(200), &[5]);
    let of = |number, document| Point {
        facts: Some(before.clone()),
        ..point(number, document, 1, "gout", Some(EAST))
    };
    index.upsert(vec![of(1, 1), of(2, 1), of(3, 2)]).await.unwrap();
    let now = facts(Source::File, &[], None, None, &[]);
    index.set_facts(vec![(document(1), now)]).await.unwrap();
    for narrow in [
        Narrow { sources: vec![Source::Event], ..Narrow::default() },
        Narrow { types: vec![1], ..Narrow::default() },
        Narrow { from: Some(0), ..Narrow::default() },
        Narrow { before: Some(1_000), ..Narrow::default() },
        Narrow { people: vec![vec![vec![5]]], ..Narrow::default() },
    ] {
        assert_eq!(narrowed(index, &[1], narrow).await, BTreeSet::from([chunk(3)]));
    }
    let files = Narrow { sources: vec![Source::File], ..Narrow::default() };
    assert_eq!(narrowed(index, &[1], files).await, BTreeSet::from([chunk(1), chunk(2)]));
    assert_eq!(index.count().await.unwrap(), 3, "vectors and words stay");
}

pub(super) async fn points_without_facts_are_found_only_where_they_are_let_through(fresh: &Fresh) {
    let index = &*fresh.index;
    let told = facts(Source::File, &[], Some(5), Some(5), &[]);
    let points = vec![
        point(1, 1, 1, "gout", Some(EAST)),
        Point { facts: Some(told), ..point(2, 2, 1, "gout", Some(EAST)) },
        point(3, 3, 2, "gout", Some(EAST)),
    ];
    index.upsert(points).await.unwrap();
    let mail = Narrow { sources: vec![Source::Message], ..Narrow::default() };
    assert_eq!(narrowed(index, &[1], mail.clone()).await, BTreeSet::new());
    let lenient = Narrow { or_unknown: true, ..mail };
    assert_eq!(narrowed(index, &[1], lenient).await, BTreeSet::from([chunk(1)]), "and nobody else's");
    let one = Narrow { documents: Some(vec![document(1)]), ..Narrow::default() };
    assert_eq!(
        narrowed(index, &[1], one).await,
        BTreeSet::from([chunk(1)]),
        "a document by name needs no facts"
    );
}

/// Random documents with random facts; whatever is asked, what is found is what would be found without the condition, less
/// what does not fit.
pub(super) async fn random_conditions_find_exactly_what_fits_of_what_is_readable(fresh: &Fresh) {
    let index = &*fresh.index;
    let mut dice = Dice(0xD1B5_4A32_D192_ED03);
    let mut model: BTreeMap<u128, (i64, Facts)> = BTreeMap::new();
    for number in 0..120 {
        let from = (dice.roll(5) > 0).then(|| i64::try_from(dice.roll(50)).unwrap());
        let until = match from {
            Some(from) if dice.roll(6) > 0 => Some(from + i64::try_from(dice.roll(10)).unwrap()),
            _ => None,
        };
        let mut some = |most: u64| -> Vec<u32> { (0..6).filter(|_| dice.roll(most) == 0).collect() };
        let (types, people) = (some(4), some(3));
        let source = Source::ALL[usize::try_from(dice.roll(5)).unwrap()];
        let facts = facts(source, &types, from, until, &people);
        let readers = i64::try_from(dice.roll(4)).unwrap();
        let written =
            Point { facts: Some(facts.clone()), ..point(number, number, readers, "gout", Some(EAST)) };
        index.upsert(vec![written]).await.unwrap();
        model.insert(number, (readers, facts));
    }
    for round in 0..80 {
        let readers: Vec<i64> = (0..4).filter(|_| dice.roll(2) == 0).collect();
        let narrow = Narrow {
            sources: Source::ALL.into_iter().filter(|_| dice.roll(3) == 0).collect(),
            types: (0..6).filter(|_| dice.roll(4) == 0).collect(),
            from: (dice.roll(2) == 0).then(|| i64::try_from(dice.roll(60)).unwrap()),
            before: (dice.roll(2) == 0).then(|| i64::try_from(dice.roll(60)).unwrap()),
            people: if dice.roll(3) == 0 {
                vec![vec![vec![u32::try_from(dice.roll(6)).unwrap()], vec![0, 1]]]
            } else {
                Vec::new()
            },
            documents: (dice.roll(3) == 0)
                .then(|| (0..120).filter(|_| dice.roll(2) == 0).map(document).collect()),
            or_unknown: dice.roll(2) == 0,
        };
        let everything = narrowed(index, &readers, Narrow::default()).await;
        let expected: BTreeSet<ChunkId> = model
            .iter()
            .filter(|(number, (_, facts))| fits(&narrow, **number, facts))
            .map(|(number, _)| chunk(*number))
            .filter(|one| everything.contains(one))
            .collect();
        assert_eq!(narrowed(index, &readers, narrow.clone()).await, expected, "round {round}: {narrow:?}");
    }
}

/// What the conditions mean, said once more.
fn fits(narrow: &Narrow, number: u128, facts: &Facts) -> bool {
    let holds = |words: &Vec<u32>| words.iter().all(|word| facts.people.contains(word));
    (narrow.sources.is_empty() || narrow.sources.contains(&facts.source))
        && (narrow.types.is_empty() || narrow.types.iter().any(|one| facts.types.contains(one)))
        && narrow
            .from
            .is_none_or(|from| facts.from.is_some() && facts.until.is_none_or(|until| until >= from))
        && narrow.before.is_none_or(|before| facts.from.is_some_and(|from| from < before))
        && narrow.people.iter().all(|ways| ways.iter().any(holds))
        && narrow.documents.as_ref().is_none_or(|named| named.contains(&document(number)))
}

pub(super) async fn conditions_beyond_measure_are_refused(fresh: &Fresh) {
    let index = &*fresh.index;
    let too_many = [
        Narrow { types: vec![1; MAX_TYPES + 1], ..Narrow::default() },
        Narrow { documents: Some(vec![document(1); MAX_DOCUMENTS + 1]), ..Narrow::default() },
        Narrow { people: vec![vec![vec![1]]; 9], ..Narrow::default() },
        Narrow { people: vec![vec![vec![1]; 33]], ..Narrow::default() },
        Narrow { people: vec![vec![vec![1; 9]]], ..Narrow::default() },
    ];
    for narrow in too_many {
        let refused = index.search(HybridQuery { narrow, ..ask("gout", None, &[1]) }).await;
        assert!(matches!(refused, Err(IndexError::TooMany { .. })));
    }
    let crowd = facts(Source::Event, &[], None, None, &vec![1; MAX_PEOPLE + 1]);
    let refused = index.set_facts(vec![(document(1), crowd.clone())]).await;
    assert!(matches!(refused, Err(IndexError::TooMany { .. })));
    let refused = index.upsert(vec![Point { facts: Some(crowd), ..point(1, 1, 1, "gout", None) }]).await;
    assert!(matches!(refused, Err(IndexError::TooMany { .. })));
    assert_eq!(index.count().await.unwrap(), 0);
}

/// The same throws in every run (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u128 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u128::from(self.0 % sides)
    }
}
