//! What was found, where, how surely, and by which rule.
//!
//! A finding holds offsets and never the text, so that it can be counted, logged and stored without being itself what
//! it warns of. Kinds follow the eighteen identifiers of 45 CFR 164.514(b)(2), some of them told apart further.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One piece of evidence in a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// Where it stands, in Unicode code points.
    pub chars: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// How sure that is, 0 to 1.
    pub confidence: f32,
    /// The rule that found it.
    pub rule: &'static str,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// What can point at a person.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Kind {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $variant,)+
        }

        impl Kind {
            /// All of them, in the order of the law's list.
            pub const ALL: [Self; 23] = [$(Self::$variant),+];

            /// The stable name used in interfaces, files and metrics.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

kinds! {
    /// Names of patients, relatives, household members and clinicians, with initials.
    Name = "NAME",
    /// Street, house, flat, post-office box.
    Street = "LOCATION_STREET",
    /// City, county, ward: a place below the state.
    City = "LOCATION_CITY",
    /// Postal code.
    Zip = "LOCATION_ZIP",
    /// Hospital, practice, pharmacy, school.
    Facility = "LOCATION_FACILITY",
    /// Employer.
    Employer = "ORGANIZATION_EMPLOYER",
    /// Any date more exact than a year.
    Date = "DATE",
    /// An age above 89.
    AgeOver89 = "AGE_OVER_89",
    /// Telephone or pager number.
    Phone = "PHONE",
    /// Fax number.
    Fax = "FAX",
    /// E-mail address.
    Email = "EMAIL",
    /// Social security number, also its last four digits.
    Ssn = "SSN",
    /// Medical record number.
    Mrn = "MRN",
    /// Number of an insurance.
    HealthPlan = "HEALTH_PLAN",
    /// Number of an account or a payment card.
    AccountNumber = "ACCOUNT_NUMBER",
    /// Number of a certificate or licence, of a person who treats too (NPI, DEA).
    LicenseNumber = "LICENSE_NUMBER",
    /// Plate or identification number of a vehicle.
    VehicleId = "VEHICLE_ID",
    /// Serial number or identifier of a device.
    DeviceId = "DEVICE_ID",
    /// Web address, also of a profile.
    Url = "URL",
    /// Internet address, also of a network card.
    IpAddress = "IP_ADDRESS",
    /// Template of a body's feature.
    BiometricId = "BIOMETRIC_ID",
    /// File or link that shows somebody.
    PhotoRef = "PHOTO_REF",
    /// Any other number or code given to one person or case: accession, order, study, user name.
    OtherId = "OTHER_ID",
}

/// A name that no kind has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("reading a kind of finding: no kind has this name")]
pub struct UnknownKind;

// === impl Kind ===

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or(UnknownKind)
    }
}

impl Kind {
    /// Whether such a thing stands in a text because of one patient.
    pub const fn is_of_a_patient(self) -> bool {
        matches!(
            self,
            Self::Ssn
                | Self::Mrn
                | Self::HealthPlan
                | Self::DeviceId
                | Self::BiometricId
                | Self::OtherId
                | Self::AgeOver89
                | Self::PhotoRef
        )
    }

    /// Whether such a thing leads to a person by itself.
    pub const fn is_of_a_person(self) -> bool {
        self.is_of_a_patient()
            || matches!(
                self,
                Self::Name | Self::Street | Self::AccountNumber | Self::LicenseNumber | Self::VehicleId
            )
    }

    /// Whether such a thing may as well be a clinic's own.
    pub const fn is_contact(self) -> bool {
        matches!(self, Self::Phone | Self::Fax | Self::Email | Self::Zip | Self::Url | Self::IpAddress)
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn every_kind_is_read_back_from_its_name() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert!("NAMES".parse::<Kind>().is_err());
    }
}
