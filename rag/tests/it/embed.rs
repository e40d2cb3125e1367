//! The local embedder with its real files, and its export from the published weights.
//!
//! These claims need the models of `voiceassist models pull`; `VOICEASSIST_MODELS_DIR` says where they are. Without it
//! they say loudly that they were skipped, and everything else is tested all the same.
#![expect(clippy::print_stdout, reason = "a skipped claim says so")]

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;
use voiceassist_rag::embed::export::{self, ExportError, Precision};
use voiceassist_rag::embed::minilm::{DIMENSION, MiniLm, MiniLmSettings};
use voiceassist_rag::embed::{EmbedError, Embedder, MAX_TEXTS};

const MODELS: &str = "VOICEASSIST_MODELS_DIR";

/// Cosines of the published model for these pairs, from an independent forward pass in 32-bit floats.
const PAIRS: [(&str, &str, f32); 3] = [
    ("metformin for type 2 diabetes", "The patient takes metformin because of T2DM.", 0.704),
    ("high blood pressure", "hypertension", 0.727),
    ("high blood pressure", "The cafeteria closes at three.", 0.056),
];

fn settings(model: &str) -> Option<MiniLmSettings> {
    let Some(folder) = std::env::var_os(MODELS).map(PathBuf::from) else {
        println!("SKIPPED: {MODELS} is not set, so the embedding model was not run");
        return None;
    };
    Some(MiniLmSettings {
        runtime: folder.join("libonnxruntime.so"),
        model: folder.join(model),
        tokenizer: folder.join("minilm-tokenizer.json"),
        workers: 2,
        idle_unload: None,
    })
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn vectors_are_near_those_of_the_published_model() {
    let Some(settings) = settings("minilm-int8.onnx") else { return };
    let model = MiniLm::new(&settings).unwrap();
    for (one, other, expected) in PAIRS {
        let vectors = model.embed(texts(&[one, other])).await.unwrap();
        assert!(vectors.iter().all(|vector| vector.len() == DIMENSION));
        assert!(vectors.iter().all(|vector| (cosine(vector, vector) - 1.0).abs() < 1e-4));
        let found = cosine(&vectors[0], &vectors[1]);
        assert!((found - expected).abs() < 0.03, "{one} / {other}: {found}, published {expected}");
    }
}

#[tokio::test]
async fn a_text_has_the_same_vector_alone_and_in_company() {
    let Some(settings) = settings("minilm-int8.onnx") else { return };
    let model = MiniLm::new(&settings).unwrap();
    let alone = model.embed_question("insulin dose".to_owned()).await.unwrap();
    let company = model.embed(texts(&["a", "insulin dose", &"long ".repeat(3000), ""])).await.unwrap();
    assert_eq!(alone, company[1]);
    assert!(company.iter().all(|vector| vector.iter().all(|value| value.is_finite())));
}

#[tokio::test]
async fn what_follows_the_trained_length_is_not_seen() {
    let Some(settings) = settings("minilm-int8.onnx") else { return };
    let model = MiniLm::new(&settings).unwrap();
    let long = "word ".repeat(254);
    let vectors = model.embed(vec![long.clone(), format!("{long} insulin")]).await.unwrap();
    assert_eq!(vectors[0], vectors[1]);
    let seen = "word ".repeat(200);
    let vectors = model.embed(vec![seen.clone(), format!("{seen} insulin")]).await.unwrap();
    assert_ne!(vectors[0], vectors[1]);
}

#[tokio::test]
async fn a_model_that_was_unloaded_loads_again() {
    let Some(settings) = settings("minilm-int8.onnx") else { return };
    let settings = MiniLmSettings { workers: 1, idle_unload: Some(Duration::from_millis(50)), ..settings };
    let model = MiniLm::new(&settings).unwrap();
    let first = model.embed_question("gout".to_owned()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(model.embed_question("gout".to_owned()).await.unwrap(), first);
}

#[tokio::test]
async fn too_many_texts_are_refused() {
    let Some(settings) = settings("minilm-int8.onnx") else { return };
    let refused = MiniLm::new(&settings).unwrap().embed(vec![String::new(); MAX_TEXTS + 1]).await;
    assert!(matches!(refused, Err(EmbedError::TooMany { .. })));
}

#[test]
fn a_missing_file_is_named_with_its_cure() {
    let folder = TempDir::new().unwrap();
    let missing = |name: &str| folder.path().join(name);
    let settings = MiniLmSettings {
        runtime: missing("libonnxruntime.so"),
        model: missing("minilm-int8.onnx"),
        tokenizer: missing("minilm-tokenizer.json"),
        workers: 1,
        idle_unload: None,
    };
    let error = MiniLm::new(&settings).unwrap_err();
    assert!(error.is_missing_model());
    assert!(error.to_string().contains("voiceassist models pull"));
}

#[tokio::test]
async fn a_file_that_is_no_library_is_an_error_and_not_a_crash() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, b"not what the name says").unwrap();
        path
    };
    let settings = MiniLmSettings {
        runtime: file("libonnxruntime.so"),
        model: file("minilm-int8.onnx"),
        tokenizer: file("minilm-tokenizer.json"),
        workers: 1,
        idle_unload: None,
    };
    let refused = MiniLm::new(&settings).unwrap().embed_question("gout".to_owned()).await;
    assert!(matches!(refused, Err(EmbedError::Load { .. })), "{refused:?}");
}

#[test]
fn weights_of_another_model_are_refused_and_nothing_is_written() {
    let folder = TempDir::new().unwrap();
    let weights = folder.path().join("model.safetensors");
    let model = folder.path().join("model.onnx");
    std::fs::write(&weights, b"\x08\0\0\0\0\0\0\0{}      ").unwrap();
    let refused = export::minilm(&weights, &model, Precision::Int8);
    assert!(matches!(refused, Err(ExportError::Tensor { .. })), "{refused:?}");
    std::fs::write(&weights, b"nothing of the kind").unwrap();
    assert!(matches!(export::minilm(&weights, &model, Precision::Int8), Err(ExportError::Format(_))));
    assert!(!model.exists());
}
