//! How a computed answer is compared with an expected one: decimals within 0.5 % or 0.01, all else exactly.
//!
//! A whole number is expected exactly where the calculator declares a whole number.

use serde_json::{Map, Value};
use voiceassist_calculators::{Calculator, OutputKind};

/// Calculates and compares; the error says what differs.
pub(crate) fn check(
    calculator: &'static Calculator,
    inputs: &Map<String, Value>,
    expected: &Map<String, Value>,
) -> Result<(), String> {
    let calculation = calculator.calculate(inputs).map_err(|refusal| refusal.to_string())?;
    let answer = serde_json::to_value(&calculation).map_err(|error| error.to_string())?;
    for (key, wanted) in expected {
        let got = answer.get(key).ok_or_else(|| format!("{key} is not in the answer"))?;
        let exact = calculator.output(key).is_none_or(|output| output.kind == OutputKind::Integer);
        if !same(got, wanted, exact) {
            return Err(format!("{key} is {got}, expected {wanted}"));
        }
    }
    Ok(())
}

fn same(got: &Value, wanted: &Value, exact: bool) -> bool {
    match (got.as_f64(), wanted.as_f64()) {
        (Some(got), Some(wanted)) => {
            let distance = (got - wanted).abs();
            if exact { distance < 1e-9 } else { distance <= (0.005 * wanted.abs()).max(0.01) }
        }
        _ => got == wanted,
    }
}
