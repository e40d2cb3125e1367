//! A fresh, empty database for one test.
//!
//! The test command starts one cluster and names it in an environment variable; each test takes a database of its own
//! in it, so tests run side by side. The module refuses to start clusters by itself: one per test would cost a second
//! each.

use std::env;
use std::fmt::Write as _;
use std::hash::{BuildHasher, RandomState};
use std::process;

use url::Url;

use super::programs::{client, psql};
use super::quoted;

/// Names the admin database of a running cluster.
pub const TEST_DATABASE_VARIABLE: &str = "VOICEASSIST_TEST_DATABASE_URL";

/// A database that vanishes when dropped.
#[derive(Debug)]
pub struct TestDatabase {
    admin: String,
    name: String,
    url: String,
}

impl TestDatabase {
    /// Creates a database. Panics with advice when there is no cluster: it is meant for tests alone.
    #[expect(
        clippy::panic,
        reason = "a test without its database can only stop, and the text says what to do"
    )]
    pub fn create() -> Self {
        let Some(admin) = env::var_os(TEST_DATABASE_VARIABLE).and_then(|value| value.into_string().ok())
        else {
            panic!("{TEST_DATABASE_VARIABLE} is not set: run the tests through script/test");
        };
        Self::create_in(&admin)
    }

    /// The same in the cluster whose admin database this names, for tests that look at a cluster's own files. Panics
    /// like [`Self::create`].
    #[expect(clippy::panic, reason = "as for `create`")]
    pub fn create_in(admin: &str) -> Self {
        let name = unique_name();
        let Ok(mut url) = Url::parse(admin) else {
            panic!("{TEST_DATABASE_VARIABLE} is not a URL: run the tests through script/test");
        };
        url.set_path(&name);
        if let Err(error) = psql(&client(), admin, &format!("create database {}", quoted(&name))) {
            panic!("creating a test database: {error}; does the cluster of {TEST_DATABASE_VARIABLE} run?");
        }
        Self { admin: admin.to_owned(), name, url: url.into() }
    }

    /// Its connection URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs one SQL text and returns what it printed, unaligned. Panics when it fails.
    #[expect(clippy::panic, reason = "for assertions of tests")]
    pub fn psql(&self, sql: &str) -> String {
        match psql(&client(), &self.url, sql) {
            Ok(output) => output,
            Err(error) => panic!("running SQL in a test database: {error}"),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let sql = format!("drop database if exists {} with (force)", quoted(&self.name));
        if let Err(error) = psql(&client(), &self.admin, &sql) {
            tracing::warn!(error = %error, database = self.name, "a test database stays behind");
        }
    }
}

/// Unique among processes that share a cluster, now and after a restart of the machine: two keys of the standard
/// library's hasher are random.
fn unique_name() -> String {
    let mut name = format!("va_test_{}", process::id());
    for value in [0_u8, 1] {
        let _ = write!(name, "_{:08x}", RandomState::new().hash_one(value) >> 32);
    }
    name
}
