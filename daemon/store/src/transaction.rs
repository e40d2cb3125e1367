//! Several steps that happen together or not at all.
//!
//! A transaction that is dropped is rolled back. The type hides the driver's, so that callers can hold and pass on a
//! transaction without being able to run statements of their own.

use sqlx::{PgConnection, Postgres};

use crate::Store;
use crate::error::{During as _, Result};

/// A transaction of the store.
pub struct Transaction {
    inner: sqlx::Transaction<'static, Postgres>,
}

impl Store {
    /// Starts a transaction.
    pub async fn begin(&self) -> Result<Transaction> {
        let inner = self.pool().begin().await.during("starting a transaction")?;
        Ok(Transaction { inner })
    }
}

impl Transaction {
    /// Makes everything done in the transaction last.
    pub async fn commit(self) -> Result<()> {
        self.inner.commit().await.during("committing a transaction")
    }

    /// Undoes everything done in the transaction. Dropping it does the same, a little later.
    pub async fn rollback(self) -> Result<()> {
        self.inner.rollback().await.during("rolling a transaction back")
    }

    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}

impl std::fmt::Debug for Transaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}
