//! What can be measured, in which units, and how one unit becomes another.
//!
//! A measure lists every unit an input of that kind accepts, each with the factor (and offset) to the first, its base.
//! Nothing is inferred from the size of a number: a plain number is in the unit the input declares, anything else must
//! name its unit. A unit that is not listed is refused. What is converted for a calculation is rounded to nine
//! significant digits, so that 100.4 °F is exactly 38 °C and a threshold means the same in both.

pub mod chemistry;

use serde::Serialize;

/// Digits a converted value keeps: enough that converting there and back gives the same reading.
const CONVERTED_DIGITS: i32 = 12;
/// Digits of a reading that was converted.
const READING_DIGITS: i32 = 9;

/// A kind of quantity with the units it is reported in.
#[derive(Debug)]
pub struct Measure {
    /// What is measured, e.g. "creatinine".
    pub name: &'static str,
    /// Accepted units; the first is the base of the factors.
    pub units: &'static [Unit],
    /// Lowest and highest value a living person can have, in the base unit.
    pub plausible: (f64, f64),
}

/// One unit of a measure.
#[derive(Debug, Serialize)]
pub struct Unit {
    /// As it is shown, e.g. "µmol/L".
    pub symbol: &'static str,
    /// Other spellings that mean the same.
    pub spellings: &'static [&'static str],
    /// Base units in one of this unit.
    pub factor: f64,
    /// Added after multiplying (only temperatures need it).
    pub offset: f64,
}

const fn unit(symbol: &'static str, spellings: &'static [&'static str], factor: f64) -> Unit {
    Unit { symbol, spellings, factor, offset: 0.0 }
}

impl Measure {
    /// The unit written so, in any accepted spelling.
    pub fn unit(&self, spelling: &str) -> Option<&'static Unit> {
        let wanted = plain(spelling);
        self.units.iter().find(|unit| {
            plain(unit.symbol) == wanted || unit.spellings.iter().any(|other| plain(other) == wanted)
        })
    }

    /// `value` of the unit `from` in the unit `to`; `None` if either is no unit of this measure.
    pub fn convert(&self, value: f64, from: &str, to: &str) -> Option<f64> {
        let (from, to) = (self.unit(from)?, self.unit(to)?);
        if from.symbol == to.symbol {
            return Some(value);
        }
        let base = value * from.factor + from.offset;
        Some(significant((base - to.offset) / to.factor, CONVERTED_DIGITS))
    }

    /// The same for a reading that enters a calculation: without the noise of the conversion.
    pub fn reading(&self, value: f64, from: &str, to: &str) -> Option<f64> {
        let same = self.unit(from)?.symbol == self.unit(to)?.symbol;
        if same {
            Some(value)
        } else {
            self.convert(value, from, to).map(|value| significant(value, READING_DIGITS))
        }
    }

    /// The plausible range in the unit `to`.
    pub fn plausible_in(&self, to: &str) -> Option<(f64, f64)> {
        let base = self.units.first()?.symbol;
        let (low, high) = self.plausible;
        Some((self.convert(low, base, to)?, self.convert(high, base, to)?))
    }
}

/// A computed value without the last digits of floating point, for comparing with a threshold.
pub(crate) fn settled(value: f64) -> f64 {
    significant(value, READING_DIGITS)
}

/// Rounds to the digits a laboratory value can have, so that conversion noise never crosses a threshold.
fn significant(value: f64, digits: i32) -> f64 {
    if value.abs() < f64::MIN_POSITIVE || !value.is_finite() {
        return value;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the exponent of a finite f64 lies within ±308")]
    let magnitude = value.abs().log10().floor() as i32;
    let scale = 10f64.powi(digits - 1 - magnitude);
    if scale.is_finite() && scale > 0.0 { (value * scale).round() / scale } else { value }
}

/// A spelling without case, spaces and the several ways to write micro, powers and brackets.
fn plain(spelling: &str) -> String {
    spelling
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '[' | ']' | '^' | '*' | '.' | '·' | '°' | 'º'))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'µ' | 'μ' => 'u',
            '×' => 'x',
            '⁹' => '9',
            '³' => '3',
            '²' | '₂' => '2',
            'ℓ' => 'l',
            other => other,
        })
        .collect()
}

/// Completed years of life.
pub static AGE: Measure = Measure {
    name: "age",
    units: &[
        unit("years", &["year", "y", "yr", "yrs", "a"], 1.0),
        unit("months", &["month", "mo"], 1.0 / 12.0),
    ],
    plausible: (0.0, 125.0),
};
/// Beats per minute.
pub static HEART_RATE: Measure = Measure {
    name: "heart rate",
    units: &[unit("/min", &["bpm", "1/min", "beats/min"], 1.0)],
    plausible: (10.0, 400.0),
};
/// Breaths per minute.
pub static RESPIRATORY_RATE: Measure = Measure {
    name: "respiratory rate",
    units: &[unit("/min", &["bpm", "1/min", "breaths/min"], 1.0)],
    plausible: (0.0, 120.0),
};
/// Arterial blood pressure.
pub static BLOOD_PRESSURE: Measure = Measure {
    name: "blood pressure",
    units: &[unit("mmHg", &["mm Hg", "mm[Hg]"], 1.0), unit("kPa", &[], 7.500_62)],
    plausible: (0.0, 350.0),
};
/// Partial pressure of a blood gas; 1 kPa is 7.50 mmHg.
pub static GAS_PRESSURE: Measure = Measure {
    name: "gas pressure",
    units: &[unit("mmHg", &["mm Hg", "mm[Hg]", "torr"], 1.0), unit("kPa", &[], 7.500_62)],
    plausible: (5.0, 760.0),
};
/// Body temperature.
pub static TEMPERATURE: Measure = Measure {
    name: "temperature",
    units: &[
        unit("°C", &["C", "Cel", "celsius", "degC"], 1.0),
        Unit {
            symbol: "°F",
            spellings: &["F", "degF", "fahrenheit"],
            factor: 1.0 / 1.8,
            offset: -32.0 / 1.8,
        },
    ],
    plausible: (20.0, 46.0),
};
/// Oxygen saturation.
pub static SATURATION: Measure = Measure {
    name: "oxygen saturation",
    units: &[unit("%", &["percent"], 1.0), unit("fraction", &["1"], 100.0)],
    plausible: (20.0, 100.0),
};
/// Inspired oxygen as a fraction.
pub static INSPIRED_OXYGEN: Measure = Measure {
    name: "inspired oxygen",
    units: &[unit("fraction", &["1"], 1.0), unit("%", &["percent"], 0.01)],
    plausible: (0.15, 1.0),
};
/// Share in percent.
pub static PERCENT: Measure = Measure {
    name: "percentage",
    units: &[unit("%", &["percent"], 1.0), unit("fraction", &["1"], 100.0)],
    plausible: (0.0, 100.0),
};
/// Body weight.
pub static WEIGHT: Measure = Measure {
    name: "body weight",
    units: &[
        unit("kg", &["kilogram", "kilograms"], 1.0),
        unit("lb", &["lbs", "pound", "pounds", "[lb_av]"], 1.0 / 2.204_622_6),
        unit("g", &["gram", "grams"], 0.001),
    ],
    plausible: (0.2, 700.0),
};
/// Body height or another length of the body.
pub static LENGTH: Measure = Measure {
    name: "length",
    units: &[
        unit("cm", &["centimetre", "centimeter"], 1.0),
        unit("m", &["metre", "meter"], 100.0),
        unit("in", &["inch", "inches", "[in_i]"], 2.54),
    ],
    plausible: (5.0, 275.0),
};
/// Body mass index.
pub static BODY_MASS_INDEX: Measure =
    Measure { name: "body mass index", units: &[unit("kg/m²", &["kg/m2"], 1.0)], plausible: (5.0, 150.0) };
/// Creatinine in blood; 88.4 µmol/L is 1 mg/dL.
pub static CREATININE: Measure = Measure {
    name: "creatinine",
    units: &[
        unit("mg/dL", &[], 1.0),
        unit("µmol/L", &["umol/L", "mcmol/L", "micromol/L"], 1.0 / 88.4),
        unit("mmol/L", &[], 1000.0 / 88.4),
    ],
    plausible: (0.05, 60.0),
};
/// Urea; 2.8 mg/dL of urea nitrogen is 1 mmol/L of urea. "mg/dL" always means urea nitrogen.
pub static UREA: Measure = Measure {
    name: "urea",
    units: &[
        unit("mg/dL", &["mg/dL BUN", "mg/dL urea nitrogen"], 1.0),
        unit("mmol/L", &["mmol/L urea"], 2.8),
        unit("mg/dL urea", &["mg/dL of urea"], 28.0 / 60.06),
    ],
    plausible: (0.0, 400.0),
};
/// Glucose; 18.016 mg/dL is 1 mmol/L.
pub static GLUCOSE: Measure = Measure {
    name: "glucose",
    units: &[unit("mg/dL", &[], 1.0), unit("mmol/L", &[], 18.016)],
    plausible: (5.0, 3000.0),
};
/// Total bilirubin; 17.1 µmol/L is 1 mg/dL.
pub static BILIRUBIN: Measure = Measure {
    name: "bilirubin",
    units: &[unit("mg/dL", &[], 1.0), unit("µmol/L", &["umol/L", "mcmol/L", "micromol/L"], 1.0 / 17.1)],
    plausible: (0.0, 100.0),
};
/// Albumin in serum.
pub static ALBUMIN: Measure = Measure {
    name: "albumin",
    units: &[unit("g/dL", &[], 1.0), unit("g/L", &[], 0.1)],
    plausible: (0.2, 10.0),
};
/// Haemoglobin.
pub static HAEMOGLOBIN: Measure = Measure {
    name: "haemoglobin",
    units: &[unit("g/dL", &[], 1.0), unit("g/L", &[], 0.1), unit("mmol/L", &[], 1.611_4)],
    plausible: (0.5, 30.0),
};
/// Haematocrit in percent.
pub static HAEMATOCRIT: Measure = Measure {
    name: "haematocrit",
    units: &[unit("%", &["percent"], 1.0), unit("L/L", &["fraction", "1"], 100.0)],
    plausible: (1.0, 90.0),
};
/// Cells in blood, thousands per microlitre.
pub static CELLS: Measure = Measure {
    name: "cell count",
    units: &[
        unit(
            "10⁹/L",
            &["10^3/µL", "10*3/uL", "10*9/L", "x10^9/L", "x10^3/µL", "G/L", "K/µL", "10^9/L", "/nL"],
            1.0,
        ),
        unit("/µL", &["cells/µL", "/mm3", "/uL"], 0.001),
    ],
    plausible: (0.0, 5000.0),
};
/// Sodium in serum.
pub static SODIUM: Measure =
    Measure { name: "sodium", units: &[unit("mmol/L", &["mEq/L", "meq/L"], 1.0)], plausible: (80.0, 220.0) };
/// Potassium in serum.
pub static POTASSIUM: Measure =
    Measure { name: "potassium", units: &[unit("mmol/L", &["mEq/L", "meq/L"], 1.0)], plausible: (0.5, 15.0) };
/// Acidity of blood.
pub static PH: Measure = Measure { name: "pH", units: &[unit("pH", &["1", ""], 1.0)], plausible: (6.3, 8.2) };
/// Cholesterol of any fraction; 1 mg/dL is 0.02586 mmol/L.
pub static CHOLESTEROL: Measure = Measure {
    name: "cholesterol",
    units: &[unit("mg/dL", &[], 1.0), unit("mmol/L", &[], 1.0 / 0.025_86)],
    plausible: (1.0, 2000.0),
};
/// Triglycerides; 1 mg/dL is 0.01129 mmol/L.
pub static TRIGLYCERIDES: Measure = Measure {
    name: "triglycerides",
    units: &[unit("mg/dL", &[], 1.0), unit("mmol/L", &[], 1.0 / 0.011_29)],
    plausible: (1.0, 20_000.0),
};
/// Insulin; 6.0 pmol/L is 1 µU/mL (some assays use up to 6.945).
pub static INSULIN: Measure = Measure {
    name: "insulin",
    units: &[unit("µU/mL", &["uU/mL", "mU/L", "mIU/L", "µIU/mL"], 1.0), unit("pmol/L", &[], 1.0 / 6.0)],
    plausible: (0.0, 2000.0),
};
/// Glomerular filtration, indexed or not.
pub static FILTRATION: Measure = Measure {
    name: "filtration rate",
    units: &[unit("mL/min/1.73 m²", &["mL/min/1.73m2", "mL/min"], 1.0)],
    plausible: (0.0, 300.0),
};
/// A bare number without unit.
pub static PLAIN: Measure =
    Measure { name: "number", units: &[unit("1", &[""], 1.0)], plausible: (0.0, 1.0e6) };
/// D-dimer; one unit counted as D-dimer (DDU) is two counted as fibrinogen (FEU).
pub static D_DIMER: Measure = Measure {
    name: "D-dimer",
    units: &[
        unit("ng/mL FEU", &["µg/L FEU", "ng/mL", "µg/L"], 1.0),
        unit("mg/L FEU", &["µg/mL FEU"], 1000.0),
        unit("ng/mL DDU", &["µg/L DDU"], 2.0),
        unit("mg/L DDU", &["µg/mL DDU"], 2000.0),
    ],
    plausible: (0.0, 1.0e6),
};
/// Glycated haemoglobin; the NGSP percentage is 0.09148 × IFCC mmol/mol + 2.152.
pub static GLYCATED_HAEMOGLOBIN: Measure = Measure {
    name: "glycated haemoglobin",
    units: &[
        unit("%", &["percent", "% NGSP"], 1.0),
        Unit { symbol: "mmol/mol", spellings: &["mmol/mol IFCC"], factor: 0.091_48, offset: 2.152 },
    ],
    plausible: (2.5, 25.0),
};
/// Difference of alveolar and arterial oxygen.
pub static OXYGEN_GRADIENT: Measure = Measure {
    name: "alveolar–arterial oxygen gradient",
    units: &[unit("mmHg", &["mm[Hg]"], 1.0), unit("kPa", &[], 7.500_62)],
    plausible: (-100.0, 760.0),
};
/// Rate of a continuous infusion by body weight.
pub static INFUSION_RATE: Measure = Measure {
    name: "infusion rate",
    units: &[
        unit("µg/kg/min", &["mcg/kg/min", "ug/kg/min"], 1.0),
        unit("µg/kg/h", &["mcg/kg/h"], 1.0 / 60.0),
    ],
    plausible: (0.0, 200.0),
};
/// Urine in a day.
pub static URINE_VOLUME: Measure = Measure {
    name: "urine volume",
    units: &[unit("mL/day", &["mL/24 h", "mL/d", "mL"], 1.0), unit("L/day", &["L/24 h", "L/d", "L"], 1000.0)],
    plausible: (0.0, 30_000.0),
};
