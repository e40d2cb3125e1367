//! The question, moved a little towards what it found.
//!
//! Pseudo-relevance feedback by vectors (Rocchio, 1971): the first documents of a search are likely about the right thing,
//! so their vectors are mixed into the question's and meaning is searched once more. Few documents and a small share,
//! because a wrong first document must not carry the search away; words are left as they are for the same reason.

use voiceassist_model::ChunkId;

use super::RankedChunk;

/// Documents that are learnt from.
const DOCUMENTS: usize = 2;
/// What their vectors weigh beside the question's.
const SHARE: f32 = 0.2;

/// The best chunk of each of the first documents.
pub(super) fn teachers(hits: &[RankedChunk]) -> Vec<ChunkId> {
    let mut seen = Vec::with_capacity(DOCUMENTS);
    let mut teachers = Vec::with_capacity(DOCUMENTS);
    for hit in hits {
        if teachers.len() == DOCUMENTS {
            break;
        }
        if !seen.contains(&hit.document) {
            seen.push(hit.document);
            teachers.push(hit.chunk);
        }
    }
    teachers
}

/// The question's vector with theirs mixed in, of length one; nothing when there is nothing to learn.
pub(super) fn moved(question: &[f32], teachers: &[(ChunkId, Vec<f32>)]) -> Option<Vec<f32>> {
    if teachers.is_empty() || teachers.iter().any(|(_, vector)| vector.len() != question.len()) {
        return None;
    }
    // Added in the order of ids, so that the same search gives the same vector to the last bit.
    let mut teachers: Vec<_> = teachers.iter().collect();
    teachers.sort_by_key(|(chunk, _)| *chunk);
    let each = SHARE / teachers.len() as f32;
    let mut moved: Vec<f32> = question.iter().map(|number| (1.0 - SHARE) * number).collect();
    for (_, vector) in teachers {
        for (total, number) in moved.iter_mut().zip(vector) {
            *total += each * number;
        }
    }
    scaled(moved)
}

/// Two vectors mixed, of length one.
pub(super) fn mixed(one: &[f32], other: &[f32], share: f32) -> Option<Vec<f32>> {
    scaled(one.iter().zip(other).map(|(one, other)| (1.0 - share) * one + share * other).collect())
}

fn scaled(vector: Vec<f32>) -> Option<Vec<f32>> {
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    length.is_normal().then(|| vector.into_iter().map(|number| number / length).collect())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use voiceassist_model::{ChunkId, DocumentId};

    use super::{RankedChunk, mixed, moved, teachers};

    fn chunk(number: u128) -> ChunkId {
        ChunkId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn one_chunk_of_each_of_the_first_documents_teaches() {
        let hit = |number, document| RankedChunk {
            chunk: chunk(number),
            document: DocumentId::from_uuid(Uuid::from_u128(document)),
            score: 0.5,
            dense_rank: None,
            sparse_rank: None,
        };
        assert_eq!(teachers(&[hit(1, 1), hit(2, 1), hit(3, 2), hit(4, 3)]), [chunk(1), chunk(3)]);
        assert!(teachers(&[]).is_empty());
    }

    #[test]
    fn a_question_moves_towards_its_teachers_and_keeps_its_length() {
        let one = vec![(chunk(1), vec![0.0, 1.0])];
        let vector = moved(&[1.0, 0.0], &one).unwrap();
        assert!(vector[0] > vector[1] && vector[1] > 0.1);
        assert!((vector[0].hypot(vector[1]) - 1.0).abs() < 1e-6);
        assert!(moved(&[1.0, 0.0], &[]).is_none());
        assert!(moved(&[1.0], &one).is_none(), "vectors of another model teach nothing");
        assert!(mixed(&[1.0, 0.0], &[-1.0, 0.0], 0.5).is_none(), "what cancels out has no direction");
    }
}
