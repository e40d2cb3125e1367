//! What the parts of the search find by themselves: words, meaning, and both merged by rank alone.
//!
//! A document stands where its best chunk stands. Merging by rank is reciprocal rank fusion over the first hundred
//! documents of each leg with the constant of 60 (Cormack, Clarke and Büttcher, 2009).

use std::collections::HashMap;

use super::super::scratch::Scratch;

/// Chunks asked of each leg: enough for a hundred documents where most have few chunks.
const HITS: usize = 400;
/// Documents merged of each leg.
const MERGED: usize = 100;
const RRF_CONSTANT: f64 = 60.0;

/// Three rankings of documents.
pub(super) struct Baselines {
    pub(super) words: Vec<String>,
    pub(super) meaning: Vec<String>,
    pub(super) merged: Vec<String>,
}

/// Asks both legs.
pub(super) async fn of(scratch: &Scratch, question: &str) -> anyhow::Result<Baselines> {
    let legs = scratch.legs(question, HITS).await?;
    let words = scratch.by_document(&legs.sparse);
    let meaning = scratch.by_document(&legs.dense);
    let merged = by_rank(&[&words, &meaning]);
    Ok(Baselines { words, meaning, merged })
}

fn by_rank(legs: &[&[String]]) -> Vec<String> {
    let mut scores = HashMap::<&String, f64>::new();
    for leg in legs {
        for (place, id) in leg.iter().take(MERGED).enumerate() {
            *scores.entry(id).or_default() += 1.0 / (RRF_CONSTANT + (place + 1) as f64);
        }
    }
    let mut merged: Vec<_> = scores.into_iter().collect();
    merged.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(other.0)));
    merged.into_iter().map(|(id, _)| id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::by_rank;

    #[test]
    fn what_both_legs_find_stands_above_what_one_finds() {
        let leg = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        assert_eq!(by_rank(&[&leg(&["a", "b"]), &leg(&["c", "b"])]), ["b", "a", "c"]);
    }
}
