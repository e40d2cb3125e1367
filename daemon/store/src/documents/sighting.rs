//! Files seen in somebody's tree, turned into documents or signs of new content.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, DocumentId, InstanceId};

use super::Documents;
use crate::Transaction;
use crate::access;
use crate::entries::ObservedEntry;
use crate::error::{During as _, Result};
use crate::jobs::{Enqueue, Job};

/// A document that was seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sighting {
    pub(crate) document: DocumentId,
    /// Whether this was the first to bring a sign of new content.
    pub(crate) raised: bool,
    /// Whether it is new, so that nobody but its finder can read it.
    pub(crate) made: bool,
    /// Whether rules leave it out, so that new content is not read.
    pub(crate) left_out: bool,
}

/// Who sees the files, and the call in which they do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finder {
    pub(crate) instance: InstanceId,
    pub(crate) account: AccountId,
    /// Tells the documents this call raised from those it merely met.
    pub(crate) call: Uuid,
}

/// What the schema gives a document that is made.
const FIRST_VERSION: i32 = 1;

#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    file_ids: Vec<i64>,
    names: Vec<String>,
    mimes: Vec<Option<String>>,
    sizes: Vec<i64>,
    etags: Vec<String>,
    upload_times: Vec<Option<i64>>,
    modified: Vec<Option<DateTime<Utc>>>,
}

impl Documents<'_> {
    /// Makes or refreshes the documents of these files, which come sorted by file id. Another etag, upload time or size
    /// than the last raises the version; a document that rules leave out stays so; that nothing was known about the upload time is no sign.
    pub(crate) async fn sight(
        self,
        tx: &mut Transaction,
        finder: Finder,
        files: &[&ObservedEntry],
    ) -> Result<HashMap<i64, Sighting>> {
        if files.is_empty() {
            return Ok(HashMap::new());
        }
        let Finder { instance, account, call } = finder;
        let alone = access::intern_single(self.store, tx, instance, account).await?;
        let mut columns = Columns::default();
        for file in files {
            columns.ids.push(self.store.new_uuid());
            columns.file_ids.push(file.file_id);
            columns.names.push(file.name.clone());
            columns.mimes.push(file.mime.clone());
            columns.sizes.push(file.size);
            columns.etags.push(file.etag.clone());
            columns.upload_times.push(file.upload_time);
            columns.modified.push(file.modified_at);
        }
        let rows = sqlx::query!(
            r#"
            insert into documents as known (id, file_id, name, mime, size, etag, upload_time, modified_at,
                                            instance_id, raised_by, state, created_at, updated_at, access_set_id)
            select id, file_id, name, mime, size, etag, upload_time, modified_at, $9, $10, 'pending', $11, $11, $12
              from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bigint[],
                          $8::timestamptz[])
                   as input (id, file_id, name, mime, size, etag, upload_time, modified_at)
             order by file_id
            on conflict (instance_id, file_id) do update
               set name = excluded.name, mime = excluded.mime, modified_at = excluded.modified_at,
                   index_facts = case when (known.mime, known.modified_at)
                                           is distinct from (excluded.mime, excluded.modified_at)
                                      then 0 else known.index_facts end,
                   size = excluded.size, etag = excluded.etag,
                   upload_time = coalesce(excluded.upload_time, known.upload_time),
                   (version, raised_by, state, reason, attempts, fetched_hash, updated_at) = (
                       select case when fresh then known.version + 1 else known.version end,
                              case when fresh then excluded.raised_by else known.raised_by end,
                              case when fresh and not left_out then 'pending' else known.state end,
                              case when fresh and not left_out then null else known.reason end,
                              case when fresh then 0 else known.attempts end,
                              case when fresh then null else known.fetched_hash end,
                              case when fresh then excluded.updated_at else known.updated_at end
                         from (select (known.etag, known.size) <> (excluded.etag, excluded.size)
                                   or coalesce(known.upload_time <> excluded.upload_time, false),
                                 known.access_set_id is null) as sign (fresh, left_out))
            returning id, file_id as "file_id!", version, raised_by, access_set_id is null as "left_out!"
            "#,
            &columns.ids,
            &columns.file_ids,
            &columns.names,
            &columns.mimes as &[Option<String>],
            &columns.sizes,
            &columns.etags,
            &columns.upload_times as &[Option<i64>],
            &columns.modified as &[Option<DateTime<Utc>>],
            instance.as_uuid(),
            call,
            self.store.now(),
            alone
        )
        .fetch_all(tx.connection())
        .await
        .during("writing documents")?;
        let sightings = rows.into_iter().map(|row| {
            let (document, raised) = (DocumentId::from_uuid(row.id), row.raised_by == call);
            let made = raised && row.version == FIRST_VERSION;
            (row.file_id, Sighting { document, raised, made, left_out: row.left_out })
        });
        Ok(sightings.collect())
    }

    /// The server's word about these documents is not enough: their content is fetched and hashed again. Returns how
    /// many there are.
    pub async fn recheck(self, tx: &mut Transaction, documents: &[DocumentId]) -> Result<u64> {
        let ids: Vec<Uuid> = documents.iter().map(|document| document.as_uuid()).collect();
        let raised = sqlx::query_scalar!(
            r#"
            with suspects as (
                select id from documents where id = any($1) and access_set_id is not null
                 order by instance_id, file_id, id for update
            )
            update documents
               set version = version + 1, raised_by = $2, state = 'pending', reason = null, attempts = 0,
                   fetched_hash = null, updated_at = $3
             where id in (select id from suspects)
            returning id
            "#,
            &ids,
            self.store.new_uuid(),
            self.store.now()
        )
        .fetch_all(tx.connection())
        .await
        .during("rechecking documents")?;
        let ingest = |id| Enqueue::new(Job::IngestDocument { document: DocumentId::from_uuid(id) });
        let jobs: Vec<Enqueue> = raised.into_iter().map(ingest).collect();
        self.store.jobs().enqueue_all(tx, &jobs).await
    }
}
