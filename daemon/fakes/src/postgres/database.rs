//! A fresh database for one test, empty or like one that was filled before.
//!
//! The test command starts one cluster and names it in an environment variable; each test takes a database of its own
//! in it, so tests run side by side. The module refuses to start clusters by itself: one per test would cost a second
//! each. It knows no schema either: what is copied is what a caller has filled once.

use std::env;
use std::fmt::{Display, Write as _};
use std::hash::{BuildHasher, RandomState};
use std::process;

use url::Url;

use super::programs::{client, psql};
use super::{ClusterError, quoted};

/// Names the admin database of a running cluster.
pub const TEST_DATABASE_VARIABLE: &str = "VOICEASSIST_TEST_DATABASE_URL";

/// What PostgreSQL copies where nothing else is asked for.
const EMPTY: &str = "template1";

/// A database that vanishes when dropped.
#[derive(Debug)]
pub struct TestDatabase {
    admin: String,
    name: String,
    url: String,
}

impl TestDatabase {
    /// Creates a database. Panics with advice when there is no cluster: it is meant for tests alone.
    pub fn create() -> Self {
        Self::create_in(&admin())
    }

    /// The same in the cluster whose admin database this names, for tests that look at a cluster's own files. Panics
    /// like [`Self::create`].
    pub fn create_in(admin: &str) -> Self {
        match Self::copy(admin, EMPTY) {
            Ok(database) => database,
            Err(error) => refused(&error),
        }
    }

    /// Creates a database like the one called `pattern`, which the first test that asks for it fills at the URL it is
    /// given. Filling takes longer than copying, and what is filled is the same for all. Whoever fills must have left
    /// the database by then. Panics like [`Self::create`].
    pub async fn like<Filling>(pattern: &str, fill: impl FnOnce(String) -> Filling) -> Self
    where
        Filling: Future<Output = ()>,
    {
        let admin = admin();
        if let Ok(database) = Self::copy(&admin, pattern) {
            return database;
        }
        let first = Self::create_in(&admin);
        fill(first.url.clone()).await;
        // Of several tests that come first at the same time one gives its database this name; the others find it taken.
        let named = format!("alter database {} rename to {}", quoted(&first.name), quoted(pattern));
        let named = psql(&client(), &admin, &named);
        match (Self::copy(&admin, pattern), named) {
            (Ok(database), _) => database,
            (Err(_), Err(error)) | (Err(error), Ok(_)) => refused(&error),
        }
    }

    fn copy(admin: &str, pattern: &str) -> Result<Self, ClusterError> {
        let name = unique_name();
        let Ok(mut url) = Url::parse(admin) else {
            refused(&"its value is not a URL");
        };
        url.set_path(&name);
        let sql = format!("create database {} template {}", quoted(&name), quoted(pattern));
        psql(&client(), admin, &sql)?;
        Ok(Self { admin: admin.to_owned(), name, url: url.into() })
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

/// The admin database of the cluster that the test command started.
#[expect(clippy::disallowed_methods, reason = "the variable is how a test command tells its tests")]
fn admin() -> String {
    match env::var(TEST_DATABASE_VARIABLE) {
        Ok(admin) => admin,
        Err(error) => refused(&error),
    }
}

#[expect(clippy::panic, reason = "a test without its database can only stop, and the text says what to do")]
fn refused(error: &dyn Display) -> ! {
    panic!(
        "creating a test database: {error}; does the cluster of {TEST_DATABASE_VARIABLE} run? script/test starts one"
    )
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
