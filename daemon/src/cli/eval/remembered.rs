//! Vectors kept between runs.
//!
//! One file for each model: records of a text's hash and its vector, one after the other, only ever added to. A record
//! that a killed run left half written is cut off. Texts themselves are not kept.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read as _, Write as _};
use std::path::Path;

use anyhow::Context as _;
use voiceassist_rag::embed::Embedder;

const HASH_BYTES: usize = 32;
const NUMBER_BYTES: usize = 4;

/// The vectors of one model.
pub(super) struct Remembered {
    file: File,
    vectors: HashMap<[u8; HASH_BYTES], Vec<f32>>,
}

impl Remembered {
    /// Reads what is there; makes the directory and the file where they are not.
    pub(super) fn open(directory: &Path, embedder: &dyn Embedder) -> anyhow::Result<Self> {
        let model = blake3::hash(embedder.id().as_bytes()).to_hex();
        let path = directory.join(format!("vectors-{}.bin", &model[..16]));
        let opened = fs::create_dir_all(directory).and_then(|()| Self::read(&path, embedder.dimension()));
        opened.with_context(|| format!("opening {}", path.display()))
    }

    fn read(path: &Path, dimension: usize) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let record = HASH_BYTES + NUMBER_BYTES * dimension;
        let whole = file.metadata()?.len() / record as u64;
        file.set_len(whole * record as u64)?;
        let mut input = BufReader::new(&file);
        let mut vectors = HashMap::new();
        let mut bytes = vec![0; record];
        for _ in 0..whole {
            input.read_exact(&mut bytes)?;
            let (hash, numbers) = bytes.split_at(HASH_BYTES);
            let vector = numbers.as_chunks::<NUMBER_BYTES>().0.iter().map(|one| f32::from_le_bytes(*one));
            if let Ok(hash) = hash.try_into() {
                vectors.insert(hash, vector.collect());
            }
        }
        Ok(Self { file, vectors })
    }

    /// The vectors of texts; what is not kept yet is made and kept.
    pub(super) async fn embed(
        &mut self,
        embedder: &dyn Embedder,
        texts: Vec<String>,
    ) -> anyhow::Result<Vec<Vec<f32>>> {
        let hashes: Vec<_> = texts.iter().map(|text| *blake3::hash(text.as_bytes()).as_bytes()).collect();
        let (new, missing): (Vec<_>, Vec<String>) = hashes
            .iter()
            .zip(texts)
            .filter(|(hash, _)| !self.vectors.contains_key(*hash))
            .map(|(hash, text)| (*hash, text))
            .unzip();
        for (hash, vector) in new.into_iter().zip(embedder.embed(missing).await?) {
            let numbers = vector.iter().flat_map(|number| number.to_le_bytes());
            let record: Vec<u8> = hash.into_iter().chain(numbers).collect();
            self.file.write_all(&record).context("keeping a vector")?;
            self.vectors.insert(hash, vector);
        }
        Ok(hashes.iter().filter_map(|hash| self.vectors.get(hash).cloned()).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use voiceassist_rag::embed::{EmbedError, Embedder};

    use super::Remembered;

    /// Counts what it is asked.
    #[derive(Default)]
    struct Counting(AtomicUsize);

    #[async_trait]
    impl Embedder for Counting {
        fn id(&self) -> &'static str {
            "test/counting"
        }

        fn dimension(&self) -> usize {
            2
        }

        async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
            self.0.fetch_add(texts.len(), Ordering::SeqCst);
            Ok(texts.iter().map(|text| vec![text.len() as f32, 0.5]).collect())
        }
    }

    fn texts(all: &[&str]) -> Vec<String> {
        all.iter().map(|text| (*text).to_owned()).collect()
    }

    #[tokio::test]
    async fn a_text_is_embedded_once_and_a_torn_record_again() {
        let directory = tempfile::tempdir().unwrap();
        let model = Counting::default();
        let mut first = Remembered::open(directory.path(), &model).unwrap();
        let vectors = first.embed(&model, texts(&["one", "three"])).await.unwrap();
        assert_eq!(vectors, [vec![3.0, 0.5], vec![5.0, 0.5]]);
        drop(first);
        let file = std::fs::read_dir(directory.path()).unwrap().next().unwrap().unwrap().path();
        let bytes = std::fs::read(&file).unwrap();
        std::fs::write(&file, &bytes[..bytes.len() - 3]).unwrap();
        let mut second = Remembered::open(directory.path(), &model).unwrap();
        assert_eq!(
            second.embed(&model, texts(&["three", "one"])).await.unwrap(),
            [vec![5.0, 0.5], vec![3.0, 0.5]]
        );
        assert_eq!(model.0.load(Ordering::SeqCst), 3);
    }
}
