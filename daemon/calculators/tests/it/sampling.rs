//! Random inputs for any calculator, from its own declarations.
//!
//! A seed gives the same inputs everywhere. Every second number lies on or beside a declared cut, where errors live.

use serde_json::{Map, Value, json};
use voiceassist_calculators::{Calculator, Input, Kind};

/// A small deterministic generator (splitmix64).
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice for one seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    /// A number from `low` to `high`, with at most three decimals.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        let share = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        let value = low + share * (high - low);
        ((value * 1000.0).round() / 1000.0).clamp(low, high)
    }
}

/// Plausible inputs for a calculator, complete.
pub(crate) fn inputs(calculator: &Calculator, dice: &mut Dice) -> Map<String, Value> {
    calculator.inputs.iter().map(|input| (input.name.to_owned(), value(input, dice))).collect()
}

/// One plausible value.
pub(crate) fn value(input: &Input, dice: &mut Dice) -> Value {
    match input.kind {
        Kind::Number { .. } => {
            let (low, high) = input.derivation.or(input.range()).unwrap();
            if !input.cuts.is_empty() && dice.below(2) == 0 {
                let cut = input.cuts[dice.below(input.cuts.len())];
                let (low, high) = input.range().unwrap();
                {
                    let beside = [cut - 0.1, cut, cut + 0.1][dice.below(3)].clamp(low, high);
                    json!((beside * 1000.0).round() / 1000.0)
                }
            } else {
                json!(dice.between(low, high))
            }
        }
        Kind::Integer { min, max, .. } => {
            let span = usize::try_from(max - min + 1).unwrap();
            json!(min + i64::try_from(dice.below(span)).unwrap())
        }
        Kind::Boolean => json!(dice.below(2) == 0),
        Kind::Choice(options) => json!(options[dice.below(options.len())].value),
        Kind::Items(parts) => parts
            .iter()
            .map(|part| {
                let span = usize::try_from(part.max - part.min + 1).unwrap();
                part.min + i64::try_from(dice.below(span)).unwrap()
            })
            .collect::<Vec<_>>()
            .into(),
        Kind::Date => json!(format!("2024-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28))),
        Kind::Records { fields, max } => (0..=dice.below(max.min(4)))
            .map(|_| {
                fields.iter().map(|field| (field.name.to_owned(), value(field, dice))).collect::<Map<_, _>>()
            })
            .map(Value::Object)
            .collect(),
    }
}

/// Any JSON value, most of them nonsense.
pub(crate) fn anything(dice: &mut Dice, depth: usize) -> Value {
    match dice.below(if depth == 0 { 8 } else { 10 }) {
        0 => Value::Null,
        1 => json!(dice.below(2) == 0),
        2 => json!(dice.next()),
        3 => json!(-1i64 - i64::try_from(dice.below(1000)).unwrap()),
        4 => json!(f64::from_bits(dice.next())),
        5 => json!(f64::MAX),
        6 => json!("high"),
        7 => {
            let unit = ["mmol/L", "mg/dL", "furlong", "°F"][dice.below(4)];
            json!({"value": dice.between(-10.0, 500.0), "unit": unit})
        }
        8 => (0..dice.below(16)).map(|_| anything(dice, depth - 1)).collect(),
        _ => (0..dice.below(4))
            .map(|n| (format!("k{n}"), anything(dice, depth - 1)))
            .collect::<Map<_, _>>()
            .into(),
    }
}
