//! What was found, where, how surely, and by which rule.
//!
//! A finding holds offsets and never the text, so that it can be counted, logged and stored without being itself what
//! it warns of.

use serde::{Deserialize, Serialize};
use voiceassist_model::TextSpan;

/// One piece of evidence in a text.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// Where it stands, in code points.
    pub span: TextSpan,
    /// What it is.
    pub kind: Kind,
    /// How sure that is, 0 to 1.
    pub confidence: f32,
    /// The rule that found it.
    pub rule: &'static str,
}

/// What can point at a person, after the list of 45 CFR 164.514(b)(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The name of a patient, a relative or somebody not known to be staff.
    Name,
    /// The name of somebody who treats.
    Clinician,
    /// A date of birth.
    BirthDate,
    /// Any other full date or day of a year.
    Date,
    /// An age above 89.
    GreatAge,
    /// A telephone or fax number.
    Phone,
    /// An e-mail address.
    Email,
    /// Street and house number.
    Street,
    /// A postal code with its place.
    Zip,
    /// A web address.
    Url,
    /// An internet address.
    IpAddress,
    /// A social security number.
    Ssn,
    /// A medical record number.
    RecordNumber,
    /// A number of an insurance.
    HealthPlan,
    /// A number of an account or a payment card.
    Account,
    /// A number of a licence.
    Licence,
    /// A plate or number of a vehicle.
    Vehicle,
    /// A number of a device.
    Device,
    /// A template of a body's feature.
    Biometric,
    /// A file that shows somebody.
    Photo,
    /// Any other number given to one case: order, accession, study.
    OtherNumber,
}

impl Kind {
    /// Whether such a thing stands in a text because of one patient.
    pub const fn is_of_a_patient(self) -> bool {
        matches!(
            self,
            Self::BirthDate
                | Self::Ssn
                | Self::RecordNumber
                | Self::HealthPlan
                | Self::Device
                | Self::Biometric
                | Self::OtherNumber
                | Self::GreatAge
                | Self::Photo
        )
    }

    /// Whether such a thing leads to a person by itself.
    pub const fn is_of_a_person(self) -> bool {
        self.is_of_a_patient()
            || matches!(self, Self::Name | Self::Street | Self::Account | Self::Licence | Self::Vehicle)
    }

    /// Whether such a thing may as well be a clinic's own.
    pub const fn is_contact(self) -> bool {
        matches!(self, Self::Phone | Self::Email | Self::Zip | Self::Url | Self::IpAddress)
    }
}
