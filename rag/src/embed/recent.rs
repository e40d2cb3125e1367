//! Vectors that were made lately, kept for a while.
//!
//! One turn needs its question's vector several times, and the sentences that answer one question are looked at again for
//! the next one about the same subject. Only what a person waits for comes through here, questions and sentences; texts of
//! documents pass. What is kept is numbers under a hash of the text, in memory alone and within [`MOST_NUMBERS`]: no text,
//! nothing of who asked, and nothing that outlives the process. Whether somebody may read a sentence was decided before it
//! came here. It stands around one model: vectors of two models never meet in it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::{EmbedError, Embedder};

/// Numbers that are kept at most, four bytes each; what was used last stays longest.
pub const MOST_NUMBERS: usize = 3_000_000;

/// An embedder that remembers.
pub struct Recent {
    inner: Arc<dyn Embedder>,
    kept: Mutex<Kept>,
}

/// Who waits for a vector: a model may treat questions and sentences differently.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Question,
    Sentence,
}

type Key = (Kind, [u8; 32]);

/// Two generations: when the young one is full it becomes the old one, and the old one goes.
#[derive(Default)]
struct Kept {
    young: HashMap<Key, Arc<[f32]>>,
    old: HashMap<Key, Arc<[f32]>>,
    /// Vectors of one generation.
    most: usize,
}

impl Recent {
    /// Around one model.
    pub fn new(inner: Arc<dyn Embedder>) -> Self {
        let most = (MOST_NUMBERS / 2 / inner.dimension().max(1)).max(1);
        Self { inner, kept: Mutex::new(Kept { most, ..Kept::default() }) }
    }

    fn known(&self, key: &Key) -> Option<Vec<f32>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.find(key).map(|vector| vector.to_vec())
    }

    fn keep(&self, key: Key, vector: &[f32]) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).add(key, vector.into());
    }
}

#[async_trait]
impl Embedder for Recent {
    fn id(&self) -> &str {
        self.inner.id()
    }

    fn dimension(&self) -> usize {
        self.inner.dimension()
    }

    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.inner.embed(texts).await
    }

    async fn embed_question(&self, text: String) -> Result<Vec<f32>, EmbedError> {
        let key = key(Kind::Question, &text);
        if let Some(known) = self.known(&key) {
            return Ok(known);
        }
        let vector = self.inner.embed_question(text).await?;
        self.keep(key, &vector);
        Ok(vector)
    }

    async fn embed_awaited(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        let keys: Vec<Key> = texts.iter().map(|text| key(Kind::Sentence, text)).collect();
        let mut vectors: Vec<Option<Vec<f32>>> = keys.iter().map(|key| self.known(key)).collect();
        let unknown: Vec<String> = texts
            .into_iter()
            .zip(&vectors)
            .filter_map(|(text, known)| known.is_none().then_some(text))
            .collect();
        if !unknown.is_empty() {
            let wanted = unknown.len();
            let made = self.inner.embed_awaited(unknown).await?;
            if made.len() != wanted {
                return Err(EmbedError::NoVectors);
            }
            let gaps = keys.iter().zip(&mut vectors).filter(|(_, vector)| vector.is_none());
            for ((key, gap), vector) in gaps.zip(made) {
                self.keep(*key, &vector);
                *gap = Some(vector);
            }
        }
        Ok(vectors.into_iter().flatten().collect())
    }
}

impl Kept {
    fn find(&mut self, key: &Key) -> Option<Arc<[f32]>> {
        if let Some(vector) = self.young.get(key) {
            return Some(Arc::clone(vector));
        }
        let vector = self.old.remove(key)?;
        self.add(*key, Arc::clone(&vector));
        Some(vector)
    }

    fn add(&mut self, key: Key, vector: Arc<[f32]>) {
        if self.young.len() >= self.most {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, vector);
    }
}

fn key(kind: Kind, text: &str) -> Key {
    (kind, *blake3::hash(text.as_bytes()).as_bytes())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;

    use super::{Kept, Kind, Recent, key};
    use crate::embed::{EmbedError, Embedder};

    /// Counts what it is asked; the vector is the length of the text.
    #[derive(Default)]
    struct Counting(AtomicUsize);

    #[async_trait]
    impl Embedder for Counting {
        fn id(&self) -> &'static str {
            "counting"
        }

        fn dimension(&self) -> usize {
            1
        }

        async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
            self.0.fetch_add(texts.len(), Ordering::Relaxed);
            Ok(texts.iter().map(|text| vec![text.len() as f32]).collect())
        }
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[tokio::test]
    async fn what_was_made_is_not_made_again_and_comes_in_its_order() {
        let model = Arc::new(Counting::default());
        let recent = Recent::new(Arc::clone(&model) as Arc<dyn Embedder>);
        assert_eq!(recent.embed_awaited(texts(&["a", "bb"])).await.unwrap(), [[1.0], [2.0]]);
        let again = recent.embed_awaited(texts(&["ccc", "bb", "a", "dddd"])).await.unwrap();
        assert_eq!(again, [[3.0], [2.0], [1.0], [4.0]]);
        assert_eq!(model.0.load(Ordering::Relaxed), 4);
        assert_eq!(recent.embed_question("bb".to_owned()).await.unwrap(), [2.0]);
        assert_eq!(recent.embed_question("bb".to_owned()).await.unwrap(), [2.0]);
        assert_eq!(model.0.load(Ordering::Relaxed), 5, "a question is no sentence");
        recent.embed(texts(&["a"])).await.unwrap();
        assert_eq!(model.0.load(Ordering::Relaxed), 6, "texts of documents pass");
    }

    #[test]
    fn what_is_used_stays_and_what_is_kept_is_bounded() {
        let mut kept = Kept { most: 2, ..Kept::default() };
        let keys = ["a", "b", "c", "d", "e"].map(|text| key(Kind::Sentence, text));
        for one in keys {
            kept.add(one, [0.0].into());
            assert!(kept.find(&keys[0]).is_some(), "it is used all the time");
            assert!(kept.young.len() <= 2 && kept.old.len() <= 2);
        }
        assert!(kept.find(&keys[1]).is_none());
    }
}
