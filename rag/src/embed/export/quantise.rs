//! From floats to 8-bit integers with one scale per channel.
//!
//! Symmetric: zero stays zero, and a channel's largest magnitude becomes [`REACH`]. Weights keep to seven bits and a
//! sign less one because processors without VNNI add pairs of products in 16 bits and saturate: 255 × 63 × 2 fits into
//! them, 255 × 127 × 2 does not.

/// The largest magnitude of a quantised weight.
pub(super) const REACH: f32 = 63.0;

/// Integers and the scale of each channel.
pub(super) struct Quantised {
    pub values: Vec<i8>,
    pub scales: Vec<f32>,
}

/// Quantises a matrix of `rows` × `columns` with one scale per column.
pub(super) fn by_column(matrix: &[f32], columns: usize, reach: f32) -> Quantised {
    let mut largest = vec![0.0_f32; columns];
    for row in matrix.chunks_exact(columns) {
        for (most, value) in largest.iter_mut().zip(row) {
            *most = most.max(value.abs());
        }
    }
    let scales: Vec<f32> = largest.iter().map(|most| scale(*most, reach)).collect();
    let values = matrix
        .chunks_exact(columns)
        .flat_map(|row| row.iter().zip(&scales).map(|(value, scale)| integer(*value, *scale, reach)))
        .collect();
    Quantised { values, scales }
}

/// Quantises a matrix with one scale per row.
pub(super) fn by_row(matrix: &[f32], columns: usize, reach: f32) -> Quantised {
    let mut values = Vec::with_capacity(matrix.len());
    let mut scales = Vec::with_capacity(matrix.len() / columns.max(1));
    for row in matrix.chunks_exact(columns) {
        let scale = scale(row.iter().fold(0.0_f32, |most, value| most.max(value.abs())), reach);
        values.extend(row.iter().map(|value| integer(*value, scale, reach)));
        scales.push(scale);
    }
    Quantised { values, scales }
}

/// A channel of zeros gets the scale one, so that nothing divides by zero.
fn scale(largest: f32, reach: f32) -> f32 {
    if largest > 0.0 { largest / reach } else { 1.0 }
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the range of an i8 just before")]
fn integer(value: f32, scale: f32, reach: f32) -> i8 {
    (value / scale).round_ties_even().clamp(-reach, reach) as i8
}

#[cfg(test)]
mod tests {
    use super::{REACH, by_column, by_row};

    #[test]
    fn a_channel_is_restored_within_half_a_step() {
        let matrix = [0.1, -2.0, 0.5, 1.0, -0.3, 0.0];
        let quantised = by_column(&matrix, 2, REACH);
        for (at, value) in matrix.iter().enumerate() {
            let scale = quantised.scales[at % 2];
            assert!((f32::from(quantised.values[at]) * scale - value).abs() <= scale / 2.0 + f32::EPSILON);
        }
    }

    #[test]
    fn a_channel_of_zeros_stays_zero() {
        let quantised = by_row(&[0.0, 0.0, 1.0, -1.0], 2, 127.0);
        assert_eq!(quantised.values, [0, 0, 127, -127]);
        assert!((quantised.scales[0] - 1.0).abs() < f32::EPSILON);
    }
}
