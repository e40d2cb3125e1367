//! Where the points of the two GRACE scores change; both use the same steps.

pub(super) const AGE_CUTS: &[f64] = &[30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0];
pub(super) const HEART_RATE_CUTS: &[f64] = &[50.0, 70.0, 90.0, 110.0, 150.0, 200.0];
pub(super) const SYSTOLIC_CUTS: &[f64] = &[80.0, 100.0, 120.0, 140.0, 160.0, 200.0];
pub(super) const CREATININE_CUTS: &[f64] = &[0.4, 0.8, 1.2, 1.6, 2.0, 4.0];
