//! Calendar objects (RFC 5545): read, expanded into occurrences, and changed without touching the rest.
//!
//! [`read`] takes an object apart into typed items and keeps its text; [`zone`] turns local times into instants, by
//! the IANA name, by Windows' names or by the object's own `VTIMEZONE`; [`recurrence`] gives the occurrences within a
//! window, under hard caps; [`write`] renders the same text with some lines replaced. The module is pure: no clock, no
//! network, and nothing it is given makes it panic. It does not interpret alarms and attachments; they stay in the text.
//! The libraries that expand rules would resolve local times in the machine's own zone, or ignore `VTIMEZONE`; hence
//! rules are expanded on bare local times here, and every time is resolved by [`zone`] alone.

pub mod attendee;
pub mod moment;
pub mod read;
pub mod recurrence;
pub mod rule;
pub mod write;
pub mod zone;

pub use self::attendee::{Attendee, Participation};
pub use self::moment::{Moment, Span};
pub use self::read::{CalendarObject, Defect, Item, ItemKind, RecurrenceId};
pub use self::recurrence::{Expansion, ExpansionLimits, Occurrence, TimeKind, Window};
pub use self::rule::Rule;
pub use self::write::{Draft, Edit, EditError, Property, Target};
pub use self::zone::{Fit, Resolved, Zone, Zones};
