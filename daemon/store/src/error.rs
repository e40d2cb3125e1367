//! What can go wrong while keeping or finding something.
//!
//! A database's own message can quote values of a row (`Key (path)=(…) already exists`), so it is never passed on:
//! [`DatabaseError`] keeps the code, the table and the constraint and drops the rest. An error therefore may be logged.

use thiserror::Error;

use crate::seal::SealError;

/// What every method returns.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A failure of the store.
#[derive(Debug, Error)]
pub enum StoreError {
    /// A statement failed.
    #[error("{operation}")]
    Database {
        /// What was being done.
        operation: &'static str,
        /// What the database said, without values.
        source: DatabaseError,
    },
    /// Something could not be sealed or opened.
    #[error("opening sealed data")]
    Seal(#[from] SealError),
    /// The job or the leadership belongs to somebody else by now.
    #[error("the lease is held by somebody else")]
    LeaseLost,
    /// The connection does not keep its session from one statement to the next.
    #[error(
        "a pooler in transaction mode sits before the database; give the daemon a direct connection or session pooling"
    )]
    TransactionPooler,
    /// A row holds what this release cannot read.
    #[error("a stored {what} cannot be read by this release")]
    Corrupt {
        /// Which noun.
        what: &'static str,
    },
    /// A page was asked for with a cursor that is not one of ours.
    #[error("the page's cursor is not one of ours")]
    InvalidCursor,
    /// More was asked for in one call than the call allows.
    #[error("more than {limit} {what} in one call")]
    TooMany {
        /// Which noun.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// An action could not be recorded in the audit log, so it must not happen and nothing may be shown.
    #[error("the action could not be recorded")]
    Unrecorded {
        /// Why; others may have waited for the same.
        source: std::sync::Arc<StoreError>,
    },
    /// The end of the audit log is not the one that was written last: it was cut, rewritten, or restored from a backup.
    #[error("the audit log was changed underneath; run `voiceassist audit verify`")]
    AuditChanged,
    /// Everything stopped before it was done.
    #[error("{operation} was interrupted")]
    Interrupted {
        /// What was being done.
        operation: &'static str,
    },
    /// The schema could not be brought up to date.
    #[error("migrating the database")]
    Migration {
        /// Which step, and what the database said.
        source: DatabaseError,
    },
    /// The URL of the database is not one.
    #[error("reading the database URL")]
    Url {
        /// What is wrong with it.
        source: DatabaseError,
    },
}

impl StoreError {
    /// Whether the same call can succeed when it is made again: lost connections, deadlocks and their like.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Database { source, .. } | Self::Migration { source } => source.transient,
            Self::Unrecorded { source } => source.is_transient(),
            _ => false,
        }
    }
}

/// A failure of the database, without any value of a row.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct DatabaseError {
    message: String,
    code: Option<String>,
    constraint: Option<String>,
    transient: bool,
}

/// Classes and codes of SQLSTATE after which the same statement may succeed: connection, resources, operator
/// intervention; then serialisation failure, deadlock, a foreign key that lost a race against a clean-up, and a data key
/// that was destroyed between sealing and writing.
const TRANSIENT_CLASSES: [&str; 3] = ["08", "53", "57"];
const TRANSIENT_CODES: [&str; 5] = ["40001", "40P01", "55P03", "23503", "VA001"];
const UNIQUE_VIOLATION: &str = "23505";

impl DatabaseError {
    /// The SQLSTATE, when the database itself refused.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    pub(crate) fn violates_unique(&self, constraint: &str) -> bool {
        self.code() == Some(UNIQUE_VIOLATION) && self.constraint.as_deref() == Some(constraint)
    }

    pub(crate) fn described(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: None, constraint: None, transient: false }
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        let Some(database) = error.as_database_error() else {
            let transient = matches!(
                error,
                sqlx::Error::Io(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed
                    | sqlx::Error::Protocol(_)
            );
            return Self { message: error.to_string(), code: None, constraint: None, transient };
        };
        let code = database.code().map(std::borrow::Cow::into_owned);
        let constraint = database.constraint().map(str::to_owned);
        let mut message = format!("SQLSTATE {}", code.as_deref().unwrap_or("unknown"));
        for (noun, name) in [("table", database.table()), ("constraint", database.constraint())] {
            if let Some(name) = name {
                message.extend([", ", noun, " ", name]);
            }
        }
        let transient = code.as_deref().is_some_and(|code| {
            TRANSIENT_CODES.contains(&code) || TRANSIENT_CLASSES.iter().any(|class| code.starts_with(class))
        });
        Self { message, code, constraint, transient }
    }
}

/// Names the operation of a failed statement.
pub(crate) trait During<T> {
    fn during(self, operation: &'static str) -> Result<T>;
}

impl<T> During<T> for std::result::Result<T, sqlx::Error> {
    fn during(self, operation: &'static str) -> Result<T> {
        self.map_err(|error| StoreError::Database { operation, source: error.into() })
    }
}
