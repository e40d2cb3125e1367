//! The loopback servers and the synthetic material, checked before anyone relies on them.

mod postgres;
