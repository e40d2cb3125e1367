//! The one ONNX Runtime of this process.
//!
//! The runtime is a shared library that is opened when the first model is needed; nothing links against it and a build
//! never looks for it. The library allows one environment per process and forbids a second after the first is gone, so
//! this module keeps it in the program's only static of its kind. It refuses to switch to another library file later.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ort::environment::Environment;
use ort::ep;
use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;

use super::EmbedError;

/// The library that was opened, and its environment.
static OPENED: Mutex<Option<(PathBuf, Environment)>> = Mutex::new(None);

/// Opens the library, or hands out what is open already.
pub fn environment(library: &Path) -> Result<Environment, EmbedError> {
    let mut opened = OPENED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some((path, environment)) = opened.as_ref() {
        if path != library {
            return Err(load_error(library, format!("this process already uses {}", path.display())));
        }
        return Ok(environment.clone());
    }
    if !library.is_file() {
        return Err(EmbedError::Missing { file: library.to_owned() });
    }
    let builder = ort::init_from(library).map_err(|error| load_error(library, error))?;
    let environment = builder
        .with_name("voiceassist")
        .with_telemetry(false)
        .build()
        .map_err(|error| load_error(library, error))?;
    *opened = Some((library.to_owned(), environment.clone()));
    Ok(environment)
}

/// A session for one worker thread. It runs on the calling thread alone and keeps no arena, because several small
/// sessions side by side use the cores better than one that spins, and an arena never gives memory back.
pub fn session(environment: &Environment, model: &Path) -> Result<Session, EmbedError> {
    if !model.is_file() {
        return Err(EmbedError::Missing { file: model.to_owned() });
    }
    build_session(environment, model).map_err(|error| load_error(model, error))
}

fn build_session(environment: &Environment, model: &Path) -> ort::Result<Session> {
    let session = Session::builder(environment)?
        .with_optimization_level(GraphOptimizationLevel::All)?
        .with_intra_threads(1)?
        .with_inter_threads(1)?
        .with_memory_pattern(false)?
        .with_execution_providers([ep::CPU::default().with_arena_allocator(false).build()])?
        .commit_from_file(model)?;
    Ok(session)
}

fn load_error(file: &Path, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> EmbedError {
    EmbedError::Load { file: file.to_owned(), source: source.into() }
}
