//! Corrected QT interval by four formulas.
//!
//! Heart rate is taken from the same tracing; RR is 60 / heart rate in seconds. Bazett overcorrects above 90 /min
//! and undercorrects below 60, so the band is read from Fridericia. The limits are 450 ms for men and 460 ms for
//! women; a value on the limit is not prolonged, 500 ms is.

use crate::bands::{Bands, above, at_most, below};
use crate::definition::{Calculator, Example, Status, decimal, document, paper, rises};
use crate::input::Input;
use crate::measure;
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "qtc",
    title: "Corrected QT interval (QTc)",
    synonyms: &["QT correction", "Bazett", "Fridericia", "Framingham", "Hodges"],
    specialties: &["cardiology", "emergency medicine", "clinical pharmacology"],
    purpose: "QT interval corrected for heart rate by Bazett, Fridericia, Framingham and Hodges.",
    population: "Adults in sinus rhythm with a narrow QRS.",
    inputs: &[
        Input::number("qt_ms", "QT interval", &measure::chemistry::INTERVAL, "ms")
            .synonyms(&["qt", "qt interval"]),
        patient::HEART_RATE.plausible(20.0, 300.0),
        patient::SEX.optional().help("Only for the limit of the band: 450 ms for men, 460 ms for women."),
    ],
    outputs: &[
        decimal("bazett", "Bazett", "ms"),
        decimal("fridericia", "Fridericia", "ms"),
        decimal("framingham", "Framingham", "ms"),
        decimal("hodges", "Hodges", "ms"),
    ],
    bands: &[Bands {
        key: "band",
        of: "fridericia",
        title: "QTc by Fridericia",
        rows: &[
            at_most(450.0, "normal", "At most 450 ms in men, 460 ms in women."),
            at_most(460.0, "prolonged in men only", "Above 450 to 460 ms: prolonged in men."),
            below(500.0, "prolonged", "Prolonged."),
            above("markedly prolonged", "500 ms or more: high risk of torsade de pointes."),
        ],
    }],
    formula: "RR = 60 / heart rate. Bazett QT/√RR; Fridericia QT/∛RR; Framingham QT + 154 · (1 − RR); Hodges \
                 QT + 1.75 · (heart rate − 60).",
    rounding: "Four decimals; the band is read from these.",
    version: "1920 to 1992",
    sources: &[
        document("Bazett HC, Heart 1920;7:353", 1920),
        paper("Fridericia LS, Acta Med Scand 1920;53:469", 1920, "10.1111/j.0954-6820.1920.tb18266.x"),
        paper("Sagie A et al., Am J Cardiol 1992;70:797 (Framingham)", 1992, "10.1016/0002-9149(92)90562-D"),
        document("Hodges M et al., J Am Coll Cardiol 1983;1:694", 1983),
    ],
    status: Status::Verified,
    notes: &[],
    bounded: false,
    monotone: &[
        rises("qt_ms", "bazett"),
        rises("qt_ms", "fridericia"),
        rises("heart_rate", "hodges"),
        rises("heart_rate", "bazett"),
    ],
    example: Example {
        inputs: r#"{"qt_ms":494,"heart_rate":120}"#,
        expected: r#"{"bazett":698.6215,"fridericia":622.401,"framingham":571.0,"hodges":599.0}"#,
        origin: "worked by hand: RR 0.5 s",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (interval, rate) = (values.number("qt_ms")?, values.number("heart_rate")?);
    let beat = 60.0 / rate;
    let fridericia = settled(interval / beat.cbrt());
    let outcome = Outcome::new()
        .number("bazett", interval / beat.sqrt())
        .number("fridericia", fridericia)
        .number("framingham", interval + 154.0 * (1.0 - beat))
        .number("hodges", interval + 1.75 * (rate - 60.0))
        .working(format!("RR = 60 / {rate} = {beat:.4} s. The band is read from Fridericia."))
        .note_if(rate > 90.0, "Above 90 /min Bazett overcorrects.")
        .note_if(rate < 60.0, "Below 60 /min Bazett undercorrects.");
    Ok(match values.choice("sex") {
        Ok(sex) => outcome.text("band", by_sex(fridericia, sex)),
        Err(_) => outcome.note("Without the sex, 450 to 460 ms is shown as prolonged in men only."),
    })
}

fn by_sex(interval: f64, sex: &str) -> &'static str {
    let limit = if sex == "female" { 460.0 } else { 450.0 };
    match interval {
        long if long >= 500.0 => "markedly prolonged",
        long if long > limit => "prolonged",
        _ => "normal",
    }
}
