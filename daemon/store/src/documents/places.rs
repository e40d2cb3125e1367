//! Where the lines of a document are printed, for documents that were read before that was kept.
//!
//! Each of them is queued once, in the last lane. What is written are places alone: no text, no id, no state and nothing of
//! the index changes, and a piece that is no longer cut as it was keeps nothing, because places of another cut would point
//! beside it. A document that was read since knows already and is not queued.

use uuid::Uuid;
use voiceassist_model::DocumentId;

use super::{Documents, Marked, NewText, recognised};
use crate::chunks::printed;
use crate::error::{During as _, Result};
use crate::jobs::{Enqueue, Job, Lane};

impl Documents<'_> {
    /// Queues the next of those that were read before places were kept, at most `limit`. Returns how many.
    pub async fn ask_for_places(self, limit: u32) -> Result<u64> {
        let mut tx = self.store.begin().await?;
        let asked = sqlx::query_scalar!(
            r#"
            update documents set places_asked = true
             where id in (select id from documents
                           where not places_asked and source = 'file' and mime = 'application/pdf'
                             and state in ('searchable', 'indexed')
                           order by id limit $1 for update skip locked)
            returning id
            "#,
            i64::from(limit)
        )
        .fetch_all(tx.connection())
        .await
        .during("looking for documents without places")?;
        let job =
            |id| Enqueue::new(Job::ReadPlaces { document: DocumentId::from_uuid(id) }).in_lane(Lane::Backlog);
        let jobs: Vec<Enqueue> = asked.into_iter().map(job).collect();
        self.store.jobs().enqueue_all(&mut tx, &jobs).await?;
        tx.commit().await?;
        Ok(jobs.len() as u64)
    }

    /// How many have still to be looked at, those that are queued included.
    pub async fn without_places(self) -> Result<u64> {
        let count = sqlx::query_scalar!(
            r#"
            select (select count(*) from documents
                     where not places_asked and source = 'file' and mime = 'application/pdf'
                       and state in ('searchable', 'indexed'))
                 + (select count(*) from jobs where kind = 'read_places') as "count!"
            "#
        )
        .fetch_one(self.store.pool())
        .await
        .during("counting documents without places")?;
        Ok(count.unsigned_abs())
    }

    /// Writes where these pieces are printed, as far as they are the document's, and how surely its pages were recognised.
    pub async fn tell_places(self, id: DocumentId, version: i32, text: &NewText) -> Result<Marked> {
        let mut tx = self.store.begin().await?;
        let pages = recognised::stored(&text.recognised);
        let done = sqlx::query!(
            r#"
            update documents set places_asked = true, recognised = $3
             where id = $1 and version = $2 and state in ('searchable', 'indexed')
            "#,
            id.as_uuid(),
            version,
            pages.as_deref()
        )
        .execute(tx.connection())
        .await
        .during("noting that places are known")?;
        if done.rows_affected() == 0 {
            return Ok(Marked::Superseded);
        }
        let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let ids: Vec<Uuid> = text.chunks.iter().map(|chunk| chunk.id.as_uuid()).collect();
        let starts: Vec<i32> = text.chunks.iter().map(|chunk| number(chunk.span.start)).collect();
        let pages: Vec<i32> = text.chunks.iter().map(|chunk| number(chunk.pages.first)).collect();
        let lines: Vec<Option<Vec<u8>>> = text.chunks.iter().map(printed::stored).collect();
        let sure: Vec<Option<i16>> =
            text.chunks.iter().map(|chunk| chunk.printed.recognised.map(i16::from)).collect();
        sqlx::query!(
            r#"
            update chunks set printed = told.printed, recognised = told.recognised
              from unnest($2::uuid[], $3::int[], $4::int[], $5::bytea[], $6::smallint[])
                   as told (id, span_start, page_first, printed, recognised)
             where chunks.id = told.id and document_id = $1 and chunks.span_start = told.span_start
               and chunks.page_first = told.page_first
            "#,
            id.as_uuid(),
            &ids,
            &starts,
            &pages,
            &lines as &[Option<Vec<u8>>],
            &sure as &[Option<i16>]
        )
        .execute(tx.connection())
        .await
        .during("writing where pieces are printed")?;
        tx.commit().await?;
        Ok(Marked::Done)
    }
}
