//! Taking jobs back whose subject is gone.
//!
//! Only what waits is taken back. A job that runs finds nothing to do, or loses the race for its row, and ends by itself.

use uuid::Uuid;
use voiceassist_model::{AccountId, DocumentId};

use super::payloads::subjects_of;
use super::{Job, Jobs};
use crate::Transaction;
use crate::error::{During as _, Result};

impl Jobs<'_> {
    /// Takes back what waits to bring these documents forward; the removal of their points stays.
    pub(crate) async fn cancel_ingest(self, tx: &mut Transaction, documents: &[Uuid]) -> Result<u64> {
        let keys: Vec<String> = documents
            .iter()
            .map(|id| DocumentId::from_uuid(*id))
            .flat_map(|document| {
                [Job::IngestDocument { document }, Job::SetAccess { document }, Job::ReadPlaces { document }]
            })
            .map(|job| job.dedup_key())
            .collect();
        let done = sqlx::query!("delete from jobs where state = 'waiting' and dedup_key = any($1)", &keys)
            .execute(tx.connection())
            .await
            .during("taking back the jobs of documents")?;
        Ok(done.rows_affected())
    }

    /// Takes back whatever waits to be done for this account.
    pub(crate) async fn cancel_of_account(self, tx: &mut Transaction, account: AccountId) -> Result<u64> {
        let done = sqlx::query!(
            "delete from jobs where state = 'waiting' and subject = any($1)",
            &subjects_of(account)
        )
        .execute(tx.connection())
        .await
        .during("taking back an account's jobs")?;
        Ok(done.rows_affected())
    }
}
