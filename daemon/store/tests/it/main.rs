//! The store against a real PostgreSQL, one fresh database per test.
//!
//! Nothing here is faked: the tests need a server, named by `VOICEASSIST_TEST_DATABASE_URL`, on which they may create
//! databases. Time stands still unless a test moves it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop and say where"
)]

mod accounts;
mod audit;
mod audit_crash;
mod audit_exports;
mod audit_kills;
mod clinic;
mod connect_flows;
mod conversations;
mod cursors;
mod documents;
mod egress_decisions;
mod entries;
mod indexing;
mod jobs;
mod leases;
mod migrations;
mod model_spending;
mod nudges;
mod passages;
mod plans;
mod readers;
mod remote_writes;
mod rotation;
mod scope;
mod scope_agreement;
mod sealing;
mod shared_rates;
