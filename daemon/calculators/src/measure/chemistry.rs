//! Measures of the laboratory and the pharmacy that the general list does not hold.
//!
//! The same rules hold: every accepted unit with its factor to the first, nothing guessed from the size of a number.

use super::{Measure, unit};

/// Activity of an enzyme.
pub static ENZYME: Measure = Measure {
    name: "enzyme activity",
    units: &[unit("U/L", &["IU/L", "units/L"], 1.0), unit("µkat/L", &["ukat/L"], 60.0)],
    plausible: (0.0, 100_000.0),
};
/// A short time.
pub static SECONDS: Measure = Measure {
    name: "time",
    units: &[unit("s", &["sec", "seconds"], 1.0), unit("ms", &["msec"], 0.001)],
    plausible: (0.0, 1000.0),
};
/// An interval of the electrocardiogram.
pub static INTERVAL: Measure = Measure {
    name: "interval",
    units: &[unit("ms", &["msec"], 1.0), unit("s", &["sec", "seconds"], 1000.0)],
    plausible: (100.0, 1200.0),
};
/// How long something lasted.
pub static DURATION: Measure = Measure {
    name: "duration",
    units: &[
        unit("min", &["minutes", "minute"], 1.0),
        unit("h", &["hours", "hour"], 60.0),
        unit("d", &["days", "day"], 1440.0),
    ],
    plausible: (0.0, 100_000.0),
};
/// Cystatin C.
pub static CYSTATIN: Measure =
    Measure { name: "cystatin C", units: &[unit("mg/L", &["mg/l"], 1.0)], plausible: (0.1, 20.0) };
/// Ions whose charge is one, and bicarbonate.
pub static ION: Measure =
    Measure { name: "ion", units: &[unit("mmol/L", &["mEq/L", "meq/L"], 1.0)], plausible: (0.0, 600.0) };
/// Total calcium; 1 mmol/L is 4.008 mg/dL (mmol/L = mg/dL × 0.2495).
pub static CALCIUM: Measure = Measure {
    name: "calcium",
    units: &[unit("mg/dL", &[], 1.0), unit("mmol/L", &[], 1.0 / 0.249_5)],
    plausible: (1.0, 30.0),
};
/// Osmolality or osmolarity.
pub static OSMOLALITY: Measure = Measure {
    name: "osmolality",
    units: &[unit("mOsm/kg", &["mosmol/kg", "mOsm/L", "mmol/kg"], 1.0)],
    plausible: (100.0, 800.0),
};
/// Ethanol; 46.07 mg is 1 mmol.
pub static ETHANOL: Measure = Measure {
    name: "ethanol",
    units: &[unit("mg/dL", &[], 1.0), unit("mmol/L", &[], 4.607), unit("g/L", &["‰", "permille"], 100.0)],
    plausible: (0.0, 1500.0),
};
/// Protein in a body fluid.
pub static PROTEIN: Measure = Measure {
    name: "protein",
    units: &[unit("g/dL", &[], 1.0), unit("g/L", &[], 0.1)],
    plausible: (0.0, 20.0),
};
/// Barometric pressure.
pub static ATMOSPHERE: Measure = Measure {
    name: "barometric pressure",
    units: &[
        unit("mmHg", &["mm Hg", "torr"], 1.0),
        unit("kPa", &[], 7.500_62),
        unit("hPa", &["mbar"], 0.750_062),
    ],
    plausible: (150.0, 2500.0),
};
/// A volume of fluid in the body.
pub static LITRES: Measure = Measure {
    name: "volume",
    units: &[unit("L", &["litre", "liter", "litres"], 1.0), unit("mL", &["ml"], 0.001)],
    plausible: (-50.0, 100.0),
};
/// A small volume.
pub static MILLILITRES: Measure = Measure {
    name: "volume",
    units: &[unit("mL", &["ml", "cm3", "cc", "cm³"], 1.0), unit("L", &["litre", "liter"], 1000.0)],
    plausible: (0.0, 10_000.0),
};
/// A dose.
pub static DOSE: Measure = Measure {
    name: "dose",
    units: &[
        unit("mg", &["milligram"], 1.0),
        unit("g", &["gram"], 1000.0),
        unit("µg", &["mcg", "ug"], 0.001),
    ],
    plausible: (0.0, 1.0e6),
};
/// A daily dose by weight.
pub static DOSE_BY_WEIGHT: Measure = Measure {
    name: "dose by weight",
    units: &[unit("mg/kg/d", &["mg/kg/day"], 1.0), unit("µg/kg/d", &["mcg/kg/day", "ug/kg/d"], 0.001)],
    plausible: (0.0, 10_000.0),
};
/// Concentration of a liquid medicine.
pub static CONCENTRATION: Measure = Measure {
    name: "concentration",
    units: &[unit("mg/mL", &["mg/ml"], 1.0), unit("mg/5 mL", &["mg/5ml"], 0.2), unit("g/L", &[], 1.0)],
    plausible: (0.001, 10_000.0),
};
/// Phenytoin in serum; 1 µg/mL is 3.964 µmol/L.
pub static PHENYTOIN: Measure = Measure {
    name: "phenytoin level",
    units: &[unit("µg/mL", &["mcg/mL", "ug/mL", "mg/L"], 1.0), unit("µmol/L", &["umol/L"], 1.0 / 3.964)],
    plausible: (0.0, 200.0),
};
/// Difference of base from normal.
pub static BASE: Measure =
    Measure { name: "base deficit", units: &[unit("mmol/L", &["mEq/L"], 1.0)], plausible: (-60.0, 60.0) };
/// C-reactive protein.
pub static CRP: Measure = Measure {
    name: "C-reactive protein",
    units: &[unit("mg/L", &[], 1.0), unit("mg/dL", &[], 10.0)],
    plausible: (0.0, 1000.0),
};
/// Albumin against creatinine in urine; 1 mg/mmol is 8.84 mg/g.
pub static ALBUMIN_RATIO: Measure = Measure {
    name: "albumin-creatinine ratio",
    units: &[unit("mg/g", &[], 1.0), unit("mg/mmol", &[], 8.84)],
    plausible: (0.0, 100_000.0),
};
/// Creatinine clearance, not indexed to body surface.
pub static CLEARANCE: Measure = Measure {
    name: "clearance",
    units: &[unit("mL/min", &["ml/min"], 1.0), unit("mL/s", &["ml/s"], 60.0)],
    plausible: (0.0, 400.0),
};
