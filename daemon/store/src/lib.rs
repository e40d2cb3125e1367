//! Everything that is kept, in PostgreSQL.
//!
//! The only crate that says `sqlx`. Everything hangs off a [`Store`]: `store.accounts()`, `store.entries()` and their
//! like are small handles whose methods are the statements. A step that must happen together with others takes the
//! caller's [`Transaction`]; the rest make their own. What is absent is `Ok(None)`, an outcome that is part of normal
//! work is a value, and only what nobody planned for is a [`StoreError`].
//!
//! The way of a document through the tables: [`entries`] holds each person's tree as last observed and decides who may
//! read; [`documents`] holds one row per file of a server with its readers interned as an access set ([`access`]);
//! [`jobs`] carries the work that follows, enqueued in the same transaction; [`chunks`] takes the sealed text; and
//! [`passages`] gives it to people, after asking once more whether they may read it.
//!
//! The crate refuses: plain text of documents, messages or passwords in any column; names or paths in job rows and in
//! errors; the wall clock and the database's `now()`, because time is the caller's [`Clock`].
//!
//! Adding a table takes five steps: a migration in `migrations/`, a module here named after the noun, a handle on
//! [`Store`], `script/prepare-queries`, and a file of claims in `tests/it/`.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod calendars;
pub mod checks;
pub mod chunks;
pub mod cited;
pub mod collections;
pub mod connect_flows;
pub mod contacts;
pub mod conversations;
pub mod cursors;
pub mod data_keys;
pub mod documents;
pub mod egress_decisions;
pub mod entries;
pub mod facts;
pub mod hook_keys;
pub mod index_epochs;
pub mod instances;
pub mod items;
pub mod jobs;
pub mod leases;
pub mod mail;
pub mod model_spending;
pub mod nudges;
pub mod paired_apps;
pub mod passages;
pub mod receipts;
pub mod remote_writes;
pub mod rhythm;
pub mod scope;
pub mod seal;
pub mod sessions;
pub mod settings;
pub mod shared_rates;
pub mod sign_ins;
pub mod signing_keys;
pub mod tickets;
pub mod truth;
pub mod verified;

mod error;
mod migrate;
mod page;
mod pool;
mod transaction;

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use sqlx::PgPool;
use uuid::Uuid;
use voiceassist_model::{Clock, Randomness};

pub use audit::METRICS;
pub use documents::ContentHash;
pub use error::{DatabaseError, Result, StoreError};
pub use jobs::{Enqueue, Job, Lane, Leased};
pub use migrate::{MigrationReport, SchemaState, make_schema, schema_name};
pub use page::{Cursor, Listed, MAX_PAGE, Page};
pub use pool::StoreSettings;
pub use seal::{MasterKey, SealError};
pub use transaction::Transaction;
pub use verified::{Unverified, Verified};

/// PostgreSQL keeps microseconds; an instant that went there and back must equal the one that stayed.
const SUBSECOND_DIGITS: u16 = 6;

/// The door to everything kept. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    pool: PgPool,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    seal: data_keys::LazySeal,
    audit: audit::Appender,
}

macro_rules! handles {
    ($($(#[$doc:meta])* $method:ident -> $module:ident::$handle:ident,)+) => {
        impl Store {$(
            $(#[$doc])*
            pub fn $method(&self) -> $module::$handle<'_> {
                $module::$handle { store: self }
            }
        )+}
    };
}

handles! {
    /// Who may read what.
    access -> access::Access,
    /// People's connections to Nextcloud.
    accounts -> accounts::Accounts,
    /// Who saw or did what.
    audit -> audit::Audit,
    /// Events and tasks.
    calendars -> calendars::Calendars,
    /// Comparisons of mirror, index and server.
    checks -> checks::Checks,
    /// The sealed text of documents, for the writer of the index.
    chunks -> chunks::Chunks,
    /// Which items an old answer may still show.
    cited -> cited::Cited,
    /// Calendars and address books, and how far each is mirrored.
    collections -> collections::Collections,
    /// People's contacts.
    contacts -> contacts::Contacts,
    /// Logins that wait for their person.
    connect_flows -> connect_flows::ConnectFlows,
    /// What people asked and were told.
    conversations -> conversations::Conversations,
    /// Where each account's mirror stands.
    cursors -> cursors::Cursors,
    /// The wrapped keys that seal rows.
    data_keys -> data_keys::DataKeys,
    /// One row per file of a server.
    documents -> documents::Documents,
    /// What was decided about content that was to leave.
    egress_decisions -> egress_decisions::EgressDecisions,
    /// Each person's tree.
    entries -> entries::Entries,
    /// By what searches are narrowed, for the writer of the index.
    facts -> facts::Facts,
    /// Who may send hints.
    hook_keys -> hook_keys::HookKeys,
    /// Which incarnation of each index was filled.
    index_epochs -> index_epochs::IndexEpochs,
    /// Nextcloud servers.
    instances -> instances::Instances,
    /// Events, tasks, contacts and messages as documents.
    items -> items::Items,
    /// The queue.
    jobs -> jobs::Jobs,
    /// Leadership.
    leases -> leases::Leases,
    /// People's mailboxes.
    mail -> mail::Mail,
    /// What asking models has cost.
    model_spending -> model_spending::ModelSpending,
    /// Hints that something changed.
    nudges -> nudges::Nudges,
    /// Nextcloud apps that vouch for people.
    paired_apps -> paired_apps::PairedApps,
    /// Text for people.
    passages -> passages::Passages,
    /// What must be true of mirror and index.
    truth -> truth::Truth,
    /// When accounts are looked at.
    rhythm -> rhythm::Rhythm,
    /// Which files are read.
    scope -> scope::Scope,
    /// What administrators changed of the limits.
    settings -> settings::Settings,
    /// Who is signed in.
    sessions -> sessions::Sessions,
    /// Sign-ins at a provider that were begun, and who is who there.
    sign_ins -> sign_ins::SignIns,
    /// Keys that sign access tokens.
    signing_keys -> signing_keys::SigningKeys,
    /// What opens one stream.
    tickets -> tickets::Tickets,
    /// What went with people who were removed.
    receipts -> receipts::Receipts,
    /// Writes to Nextcloud.
    remote_writes -> remote_writes::RemoteWrites,
}

impl Store {
    /// The clock all methods take their time from.
    pub fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    /// The source of ids, nonces and keys.
    pub fn randomness(&self) -> &dyn Randomness {
        &*self.inner.randomness
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.inner.pool
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.inner.clock.now().trunc_subsecs(SUBSECOND_DIGITS)
    }

    pub(crate) fn new_uuid(&self) -> Uuid {
        self.inner.randomness.uuid(self.clock())
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}
