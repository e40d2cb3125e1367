//! Writes an ONNX graph node by node.
//!
//! A node gets the next free name and answers with the name of its output, so a model reads as a chain of calls. A
//! linear layer is written here in either precision, because that is the one place where they differ. The builder
//! checks nothing: the runtime does, when the file is loaded.

use std::collections::HashMap;

use super::Precision;
use super::onnx::{
    ATTRIBUTE_FLOAT, ATTRIBUTE_INT, ATTRIBUTE_INTS, Attribute, Dimension, DimensionValue, ElementType, Graph,
    Model, Node, OperatorSet, Shape, Tensor, TensorType, Type, ValueInfo,
};
use super::quantise::{self, Quantised};

/// The operator set: the first with a layer normalisation of its own.
const OPSET: i64 = 17;
/// The file format that belongs to it.
const IR_VERSION: i64 = 8;
/// Rows of the embedding table use the whole range of an i8: they are looked up, not multiplied.
const TABLE_REACH: f32 = 127.0;

/// A graph that grows.
pub(super) struct GraphBuilder {
    precision: Precision,
    graph: Graph,
    /// Activations that are quantised already: several layers read the same one.
    quantised: HashMap<String, [String; 3]>,
    named: usize,
}

impl GraphBuilder {
    pub(super) fn new(name: &str, precision: Precision) -> Self {
        let graph = Graph { name: name.to_owned(), ..Graph::default() };
        Self { precision, graph, quantised: HashMap::new(), named: 0 }
    }

    /// Declares an input of the graph.
    pub(super) fn input(&mut self, name: &str, element: ElementType, shape: &[DimensionValue]) -> String {
        self.graph.input.push(value_info(name, element, shape));
        name.to_owned()
    }

    /// Names a value as the graph's output.
    pub(super) fn output(&mut self, value: &str, name: &str, element: ElementType, shape: &[DimensionValue]) {
        self.graph.node.push(Node {
            input: vec![value.to_owned()],
            output: vec![name.to_owned()],
            name: name.to_owned(),
            op_type: "Identity".to_owned(),
            attribute: Vec::new(),
        });
        self.graph.output.push(value_info(name, element, shape));
    }

    pub(super) fn floats(&mut self, shape: &[usize], values: &[f32]) -> String {
        self.tensor(ElementType::Float, shape, values.iter().flat_map(|value| value.to_le_bytes()).collect())
    }

    pub(super) fn float(&mut self, value: f32) -> String {
        self.floats(&[], &[value])
    }

    pub(super) fn int64s(&mut self, shape: &[usize], values: &[i64]) -> String {
        self.tensor(ElementType::Int64, shape, values.iter().flat_map(|value| value.to_le_bytes()).collect())
    }

    fn int8s(&mut self, shape: &[usize], values: &[i8]) -> String {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.tensor(ElementType::Int8, shape, bytes)
    }

    /// A node with one output.
    pub(super) fn node(&mut self, operator: &str, inputs: &[&str], attributes: Vec<Attribute>) -> String {
        let [output] = self.node_of(operator, inputs, attributes);
        output
    }

    /// A node with several outputs.
    pub(super) fn node_of<const N: usize>(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: Vec<Attribute>,
    ) -> [String; N] {
        let name = self.next_name(operator);
        let outputs: [String; N] = std::array::from_fn(|at| format!("{name}.{at}"));
        self.graph.node.push(Node {
            input: inputs.iter().map(ToString::to_string).collect(),
            output: outputs.to_vec(),
            name,
            op_type: operator.to_owned(),
            attribute: attributes,
        });
        outputs
    }

    /// Looks rows up in a table.
    pub(super) fn lookup(&mut self, table: &[f32], columns: usize, rows: &str) -> String {
        let height = table.len() / columns.max(1);
        if self.precision == Precision::Float32 {
            let table = self.floats(&[height, columns], table);
            return self.node("Gather", &[&table, rows], vec![int("axis", 0)]);
        }
        let Quantised { values, scales } = quantise::by_row(table, columns, TABLE_REACH);
        let table = self.int8s(&[height, columns], &values);
        let scales = self.floats(&[height, 1], &scales);
        let integers = self.node("Gather", &[&table, rows], vec![int("axis", 0)]);
        let floats = self.node("Cast", &[&integers], vec![int("to", ElementType::Float.code().into())]);
        let scale = self.node("Gather", &[&scales, rows], vec![int("axis", 0)]);
        self.node("Mul", &[&floats, &scale], Vec::new())
    }

    /// `value × weight + bias`; the weight is inputs × outputs.
    pub(super) fn linear(&mut self, value: &str, weight: &[f32], bias: &[f32]) -> String {
        let columns = bias.len();
        let rows = weight.len() / columns.max(1);
        let product = match self.precision {
            Precision::Float32 => {
                let weight = self.floats(&[rows, columns], weight);
                self.node("MatMul", &[value, &weight], Vec::new())
            }
            Precision::Int8 => self.integer_product(value, weight, rows, columns),
        };
        let bias = self.floats(&[columns], bias);
        self.node("Add", &[&product, &bias], Vec::new())
    }

    /// The runtime recognises this chain and runs it as one operation.
    fn integer_product(&mut self, value: &str, weight: &[f32], rows: usize, columns: usize) -> String {
        let Quantised { values, scales } = quantise::by_column(weight, columns, quantise::REACH);
        let weight = self.int8s(&[rows, columns], &values);
        let weight_scales = self.floats(&[columns], &scales);
        let weight_zeros = self.int8s(&[columns], &vec![0; columns]);
        let [integers, scale, zero] = self.quantise(value);
        let sums = self.node("MatMulInteger", &[&integers, &weight, &zero, &weight_zeros], Vec::new());
        let floats = self.node("Cast", &[&sums], vec![int("to", ElementType::Float.code().into())]);
        let scale = self.node("Mul", &[&scale, &weight_scales], Vec::new());
        self.node("Mul", &[&floats, &scale], Vec::new())
    }

    fn quantise(&mut self, value: &str) -> [String; 3] {
        if let Some(known) = self.quantised.get(value) {
            return known.clone();
        }
        let made: [String; 3] = self.node_of("DynamicQuantizeLinear", &[value], Vec::new());
        self.quantised.insert(value.to_owned(), made.clone());
        made
    }

    fn tensor(&mut self, element: ElementType, shape: &[usize], raw_data: Vec<u8>) -> String {
        let name = self.next_name("constant");
        let dims = shape.iter().map(|size| fixed(*size)).collect();
        self.graph.initializer.push(Tensor { dims, data_type: element.code(), name: name.clone(), raw_data });
        name
    }

    fn next_name(&mut self, stem: &str) -> String {
        self.named += 1;
        format!("{stem}.{}", self.named)
    }

    /// The finished file.
    pub(super) fn finish(self) -> Model {
        Model {
            ir_version: IR_VERSION,
            producer_name: "voiceassist".to_owned(),
            graph: Some(self.graph),
            opset_import: vec![OperatorSet { domain: String::new(), version: OPSET }],
        }
    }
}

/// A size as ONNX counts it. Sizes of tensors in memory always fit.
pub(super) fn fixed(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

pub(super) fn int(name: &str, value: i64) -> Attribute {
    Attribute { name: name.to_owned(), i: value, kind: ATTRIBUTE_INT, ..Attribute::default() }
}

pub(super) fn ints(name: &str, values: &[i64]) -> Attribute {
    Attribute { name: name.to_owned(), ints: values.to_vec(), kind: ATTRIBUTE_INTS, ..Attribute::default() }
}

pub(super) fn number(name: &str, value: f32) -> Attribute {
    Attribute { name: name.to_owned(), f: value, kind: ATTRIBUTE_FLOAT, ..Attribute::default() }
}

fn value_info(name: &str, element: ElementType, shape: &[DimensionValue]) -> ValueInfo {
    let dim = shape.iter().map(|value| Dimension { value: Some(value.clone()) }).collect();
    let tensor = TensorType { elem_type: element.code(), shape: Some(Shape { dim }) };
    ValueInfo { name: name.to_owned(), r#type: Some(Type { tensor_type: Some(tensor) }) }
}
