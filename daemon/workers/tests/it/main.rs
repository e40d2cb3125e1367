//! The engines against a loopback Nextcloud, a real PostgreSQL and the embedded index.

#![expect(clippy::expect_used, reason = "a test that cannot go on stops and says where")]
#![expect(unreachable_pub, reason = "modules of one test binary share their helpers")]

mod bad_input;
mod both_sides;
mod clinic;
mod collections;
mod deep_check;
mod drift;
mod facts;
mod fault_matrix;
mod following;
mod ingesting;
mod items;
mod mail;
mod mail_measure;
mod moving;
mod places;
mod politeness;
mod pushed;
mod readers;
mod real_mail;
mod reembed;
mod scope;
mod sharing;
mod trouble;
mod truth;
