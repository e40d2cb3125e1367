//! What the classifier can call a word.
//!
//! Seven classes in two roles each, the first word of a piece and a further one, and "nothing". Dates, ages, addresses of
//! mail and of the net are told by their form alone, so the rules keep them and the classifier has no class for them.

use crate::span::Kind;

/// How many labels there are: nothing, and two roles of seven classes.
pub(super) const COUNT: Label = 15;
/// The same, to count places.
pub(super) const LABELS: usize = COUNT as usize;
/// Scores of a word, padded so that a row is sixteen numbers.
pub(super) const LANES: usize = 16;

/// A label; 0 is nothing, odd ones begin a piece, even ones go on with it.
pub(super) type Label = u8;

/// Nothing.
pub(super) const NOTHING: Label = 0;

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Name,
    City,
    Address,
    Facility,
    Employer,
    Phone,
    Number,
}

impl Class {
    pub(super) const ALL: [Self; 7] =
        [Self::Name, Self::City, Self::Address, Self::Facility, Self::Employer, Self::Phone, Self::Number];

    /// The class of a kind, if the classifier has one.
    pub(super) const fn of(kind: Kind) -> Option<Self> {
        Some(match kind {
            Kind::Name => Self::Name,
            Kind::City => Self::City,
            Kind::Street | Kind::Zip => Self::Address,
            Kind::Facility => Self::Facility,
            Kind::Employer => Self::Employer,
            Kind::Phone | Kind::Fax => Self::Phone,
            Kind::Ssn
            | Kind::Mrn
            | Kind::HealthPlan
            | Kind::AccountNumber
            | Kind::LicenseNumber
            | Kind::VehicleId
            | Kind::DeviceId
            | Kind::BiometricId
            | Kind::OtherId => Self::Number,
            Kind::Date | Kind::AgeOver89 | Kind::Email | Kind::Url | Kind::IpAddress | Kind::PhotoRef => {
                return None;
            }
        })
    }

    /// The kind under which a piece is reported.
    pub(super) const fn kind(self) -> Kind {
        match self {
            Self::Name => Kind::Name,
            Self::City => Kind::City,
            Self::Address => Kind::Street,
            Self::Facility => Kind::Facility,
            Self::Employer => Kind::Employer,
            Self::Phone => Kind::Phone,
            Self::Number => Kind::OtherId,
        }
    }

    /// The stable name of "the classifier found such a piece".
    pub(super) const fn rule(self) -> &'static str {
        match self {
            Self::Name => "model.name",
            Self::City => "model.city",
            Self::Address => "model.street",
            Self::Facility => "model.facility",
            Self::Employer => "model.employer",
            Self::Phone => "model.phone",
            Self::Number => "model.number",
        }
    }

    /// The label of the first word of a piece.
    pub(super) const fn first(self) -> Label {
        1 + 2 * self as Label
    }

    /// The label of a further word.
    pub(super) const fn further(self) -> Label {
        2 + 2 * self as Label
    }

    /// The class of a label, unless it is nothing.
    pub(super) fn of_label(label: Label) -> Option<Self> {
        Self::ALL.get(usize::from(label.checked_sub(1)?) / 2).copied()
    }
}

/// Whether a label begins a piece.
pub(super) const fn begins(label: Label) -> bool {
    label % 2 == 1
}

/// Whether one label may follow another: a further word needs a word of its class before it.
pub(super) const fn may_follow(label: Label, before: Label) -> bool {
    label == NOTHING || begins(label) || before == label || before + 1 == label
}

#[cfg(test)]
mod tests {
    use super::{Class, LABELS, NOTHING, may_follow};

    #[test]
    fn a_label_leads_back_to_its_class() {
        for class in Class::ALL {
            assert_eq!(Class::of_label(class.first()), Some(class));
            assert_eq!(Class::of_label(class.further()), Some(class));
            assert!(usize::from(class.further()) < LABELS);
            assert_eq!(Class::of(class.kind()), Some(class));
        }
        assert_eq!(Class::of_label(NOTHING), None);
    }

    #[test]
    fn a_further_word_needs_one_of_its_class_before_it() {
        let (name, city) = (Class::Name, Class::City);
        assert!(may_follow(name.further(), name.first()) && may_follow(name.further(), name.further()));
        assert!(!may_follow(name.further(), city.first()) && !may_follow(name.further(), NOTHING));
        assert!(may_follow(city.first(), name.further()) && may_follow(NOTHING, city.first()));
    }
}
