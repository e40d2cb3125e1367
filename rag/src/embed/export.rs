//! Makes the ONNX file of the embedding model out of its published weights.
//!
//! The weights are published as 32-bit floats in the safetensors format; no package carries a fast ONNX form of them.
//! So the graph is written here, once, when models are pulled: the BERT encoder with [`Precision::Int8`] weights per
//! output channel and activations quantised as they flow, which halves the time of a text and quarters the file, or
//! with [`Precision::Float32`], which is the published model exactly and serves as the measure for the other. The same
//! weights always give the same bytes. This module refuses weights that are not this model's: every tensor is looked
//! up by name and held against the expected shape.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use prost::Message as _;

mod bert;
mod graph;
mod onnx;
mod quantise;
mod weights;

use weights::Weights;

/// How exact the exported weights are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Precision {
    /// 8-bit integers; the default.
    Int8,
    /// 32-bit floats, as published.
    Float32,
}

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A file could not be read or written.
    #[error("exporting the model: {operation} {}", file.display())]
    File {
        /// What was tried.
        operation: &'static str,
        /// The file.
        file: PathBuf,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// The weights are not a readable safetensors file.
    #[error("reading the published weights")]
    Format(#[from] safetensors::SafeTensorError),
    /// A tensor is missing or is not the one expected.
    #[error("the published weights have no fitting tensor {name}: {problem}")]
    Tensor {
        /// Its name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// Reads the published weights of all-MiniLM-L6-v2 and writes the ONNX file in one step: it is there whole or not at
/// all.
pub fn minilm(safetensors: &Path, onnx: &Path, precision: Precision) -> Result<(), ExportError> {
    let file_error = |operation, file: &Path| {
        let file = file.to_owned();
        move |source| ExportError::File { operation, file, source }
    };
    let bytes = std::fs::read(safetensors).map_err(file_error("reading", safetensors))?;
    let model = bert::model(&Weights::read(&bytes)?, precision)?;
    drop(bytes);
    let folder = onnx.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = tempfile::NamedTempFile::new_in(folder).map_err(file_error("creating", onnx))?;
    draft.write_all(&model.encode_to_vec()).map_err(file_error("writing", onnx))?;
    draft.as_file().sync_all().map_err(file_error("writing", onnx))?;
    draft.persist(onnx).map_err(|error| file_error("naming", onnx)(error.error))?;
    Ok(())
}
