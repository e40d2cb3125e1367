//! The encoder of all-MiniLM-L6-v2 as a graph.
//!
//! Six layers of self-attention with twelve heads over 384 numbers per token. The graph takes `input_ids`,
//! `attention_mask` and `token_type_ids`, each batch × length, and gives `last_hidden_state`, batch × length × 384; so
//! a file exported elsewhere with the usual names serves as well. Pooling is left to the caller.

use super::graph::{GraphBuilder, fixed, int, ints, number};
use super::onnx::{DimensionValue, ElementType, Model};
use super::weights::Weights;
use super::{ExportError, Precision};

const HIDDEN: usize = 384;
const HEADS: usize = 12;
const HEAD: usize = HIDDEN / HEADS;
const INNER: usize = 1536;
const LAYERS: usize = 6;
const VOCABULARY: usize = 30_522;
const POSITIONS: usize = 512;
const SEGMENTS: usize = 2;
const EPSILON: f32 = 1e-12;
/// What is added to the attention score of a padding token.
const MASKED: f32 = -10_000.0;

/// Writes the whole graph.
pub(super) fn model(weights: &Weights<'_>, precision: Precision) -> Result<Model, ExportError> {
    let mut graph = GraphBuilder::new("all-MiniLM-L6-v2", precision);
    let shape = [DimensionValue::Named("batch".to_owned()), DimensionValue::Named("length".to_owned())];
    let ids = graph.input("input_ids", ElementType::Int64, &shape);
    let mask = graph.input("attention_mask", ElementType::Int64, &shape);
    let segments = graph.input("token_type_ids", ElementType::Int64, &shape);
    let bias = attention_bias(&mut graph, &mask);
    let mut hidden = embeddings(&mut graph, weights, &ids, &segments)?;
    for layer in 0..LAYERS {
        hidden = encoder_layer(&mut graph, weights, layer, &hidden, &bias)?;
    }
    let [batch, length] = shape;
    let shape = [batch, length, DimensionValue::Fixed(fixed(HIDDEN))];
    graph.output(&hidden, "last_hidden_state", ElementType::Float, &shape);
    Ok(graph.finish())
}

/// Zero where a token is, [`MASKED`] where padding is; batch × 1 × 1 × length.
fn attention_bias(graph: &mut GraphBuilder, mask: &str) -> String {
    let axes = graph.int64s(&[2], &[1, 2]);
    let mask = graph.node("Unsqueeze", &[mask, &axes], Vec::new());
    let mask = graph.node("Cast", &[&mask], vec![int("to", ElementType::Float.code().into())]);
    let one = graph.float(1.0);
    let padding = graph.node("Sub", &[&one, &mask], Vec::new());
    let masked = graph.float(MASKED);
    graph.node("Mul", &[&padding, &masked], Vec::new())
}

fn embeddings(
    graph: &mut GraphBuilder,
    weights: &Weights<'_>,
    ids: &str,
    segments: &str,
) -> Result<String, ExportError> {
    let words = weights.values("embeddings.word_embeddings.weight", &[VOCABULARY, HIDDEN])?;
    let words = graph.lookup(&words, HIDDEN, ids);
    let table = weights.values("embeddings.token_type_embeddings.weight", &[SEGMENTS, HIDDEN])?;
    let table = graph.floats(&[SEGMENTS, HIDDEN], &table);
    let kinds = graph.node("Gather", &[&table, segments], vec![int("axis", 0)]);
    let table = weights.values("embeddings.position_embeddings.weight", &[POSITIONS, HIDDEN])?;
    let table = graph.floats(&[POSITIONS, HIDDEN], &table);
    let shape = graph.node("Shape", &[ids], vec![int("start", 1), int("end", 2)]);
    let start = graph.int64s(&[1], &[0]);
    let places = graph.node("Slice", &[&table, &start, &shape, &start], Vec::new());
    let sum = graph.node("Add", &[&words, &kinds], Vec::new());
    let sum = graph.node("Add", &[&sum, &places], Vec::new());
    layer_norm(graph, weights, "embeddings.LayerNorm", &sum)
}

fn encoder_layer(
    graph: &mut GraphBuilder,
    weights: &Weights<'_>,
    layer: usize,
    hidden: &str,
    bias: &str,
) -> Result<String, ExportError> {
    let prefix = format!("encoder.layer.{layer}");
    let context = attention(graph, weights, &format!("{prefix}.attention.self"), hidden, bias)?;
    let out = linear(graph, weights, &format!("{prefix}.attention.output.dense"), &context, HIDDEN, HIDDEN)?;
    let sum = graph.node("Add", &[&out, hidden], Vec::new());
    let middle = layer_norm(graph, weights, &format!("{prefix}.attention.output.LayerNorm"), &sum)?;
    let inner = linear(graph, weights, &format!("{prefix}.intermediate.dense"), &middle, HIDDEN, INNER)?;
    let inner = gelu(graph, &inner);
    let out = linear(graph, weights, &format!("{prefix}.output.dense"), &inner, INNER, HIDDEN)?;
    let sum = graph.node("Add", &[&out, &middle], Vec::new());
    layer_norm(graph, weights, &format!("{prefix}.output.LayerNorm"), &sum)
}

fn attention(
    graph: &mut GraphBuilder,
    weights: &Weights<'_>,
    prefix: &str,
    hidden: &str,
    bias: &str,
) -> Result<String, ExportError> {
    let query = linear(graph, weights, &format!("{prefix}.query"), hidden, HIDDEN, HIDDEN)?;
    let key = linear(graph, weights, &format!("{prefix}.key"), hidden, HIDDEN, HIDDEN)?;
    let value = linear(graph, weights, &format!("{prefix}.value"), hidden, HIDDEN, HIDDEN)?;
    let query = heads(graph, &query, &[0, 2, 1, 3]);
    let key = heads(graph, &key, &[0, 2, 3, 1]);
    let value = heads(graph, &value, &[0, 2, 1, 3]);
    let scores = graph.node("MatMul", &[&query, &key], Vec::new());
    #[expect(clippy::cast_possible_truncation, reason = "a small whole number")]
    let root = graph.float((HEAD as f64).sqrt() as f32);
    let scores = graph.node("Div", &[&scores, &root], Vec::new());
    let scores = graph.node("Add", &[&scores, bias], Vec::new());
    let shares = graph.node("Softmax", &[&scores], vec![int("axis", -1)]);
    let context = graph.node("MatMul", &[&shares, &value], Vec::new());
    let context = graph.node("Transpose", &[&context], vec![ints("perm", &[0, 2, 1, 3])]);
    let shape = graph.int64s(&[3], &[0, 0, fixed(HIDDEN)]);
    Ok(graph.node("Reshape", &[&context, &shape], Vec::new()))
}

/// Splits batch × length × 384 into heads and puts the axes in order.
fn heads(graph: &mut GraphBuilder, value: &str, order: &[i64; 4]) -> String {
    let shape = graph.int64s(&[4], &[0, 0, fixed(HEADS), fixed(HEAD)]);
    let split = graph.node("Reshape", &[value, &shape], Vec::new());
    graph.node("Transpose", &[&split], vec![ints("perm", order)])
}

/// The exact form, by the error function, in the shape the runtime fuses.
fn gelu(graph: &mut GraphBuilder, value: &str) -> String {
    let root = graph.float(std::f32::consts::SQRT_2);
    let scaled = graph.node("Div", &[value, &root], Vec::new());
    let error = graph.node("Erf", &[&scaled], Vec::new());
    let one = graph.float(1.0);
    let raised = graph.node("Add", &[&error, &one], Vec::new());
    let product = graph.node("Mul", &[value, &raised], Vec::new());
    let half = graph.float(0.5);
    graph.node("Mul", &[&product, &half], Vec::new())
}

fn linear(
    graph: &mut GraphBuilder,
    weights: &Weights<'_>,
    name: &str,
    value: &str,
    inputs: usize,
    outputs: usize,
) -> Result<String, ExportError> {
    let weight = weights.linear(&format!("{name}.weight"), inputs, outputs)?;
    let bias = weights.values(&format!("{name}.bias"), &[outputs])?;
    Ok(graph.linear(value, &weight, &bias))
}

fn layer_norm(
    graph: &mut GraphBuilder,
    weights: &Weights<'_>,
    name: &str,
    value: &str,
) -> Result<String, ExportError> {
    let scale = weights.values(&format!("{name}.weight"), &[HIDDEN])?;
    let scale = graph.floats(&[HIDDEN], &scale);
    let bias = weights.values(&format!("{name}.bias"), &[HIDDEN])?;
    let bias = graph.floats(&[HIDDEN], &bias);
    let attributes = vec![int("axis", -1), number("epsilon", EPSILON)];
    Ok(graph.node("LayerNormalization", &[value, &scale, &bias], attributes))
}
