//! The published weights, looked up by name and shape.
//!
//! A view over the safetensors bytes. It hands out little-endian 32-bit floats and refuses any other element type and
//! any tensor whose shape is not the expected one, so that a wrong file fails before a graph is written.

use safetensors::{Dtype, SafeTensors};

use super::ExportError;

/// Reads tensors by name.
pub(super) struct Weights<'a>(SafeTensors<'a>);

impl<'a> Weights<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, ExportError> {
        Ok(Self(SafeTensors::deserialize(bytes)?))
    }

    /// The values of a tensor in row order.
    pub(super) fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ExportError> {
        let problem = |problem: String| ExportError::Tensor { name: name.to_owned(), problem };
        let tensor = self.0.tensor(name).map_err(|error| problem(error.to_string()))?;
        if tensor.dtype() != Dtype::F32 {
            return Err(problem(format!("its elements are {:?}, not 32-bit floats", tensor.dtype())));
        }
        if tensor.shape() != shape {
            return Err(problem(format!("its shape is {:?}, not {shape:?}", tensor.shape())));
        }
        let (floats, _) = tensor.data().as_chunks::<4>();
        Ok(floats.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    /// A linear layer's weight as inputs × outputs, the order a matrix product wants; it is published the other way.
    pub(super) fn linear(&self, name: &str, inputs: usize, outputs: usize) -> Result<Vec<f32>, ExportError> {
        let published = self.values(name, &[outputs, inputs])?;
        let mut turned = vec![0.0; published.len()];
        for (output, row) in published.chunks_exact(inputs).enumerate() {
            for (input, value) in row.iter().enumerate() {
                if let Some(slot) = turned.get_mut(input * outputs + output) {
                    *slot = *value;
                }
            }
        }
        Ok(turned)
    }
}
