//! Addresses that open an event, a task or a contact in Nextcloud's own apps, for one person's server.

use std::ops::Deref;

use voiceassist_model::AccountId;
use voiceassist_store::{Store, StoreError};

/// Makes addresses for one person's server.
#[derive(Clone, Debug)]
pub struct Links(voiceassist_dav::links::Links);

impl Links {
    /// Those of this account.
    pub async fn of(store: &Store, account: AccountId) -> Result<Self, StoreError> {
        let base_url = store.instances().address_of(account).await?.unwrap_or_default();
        Ok(Self(voiceassist_dav::links::Links::at(&base_url)))
    }
}

impl Deref for Links {
    type Target = voiceassist_dav::links::Links;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
