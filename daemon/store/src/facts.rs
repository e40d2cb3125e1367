//! By what searches are narrowed: what a document is, its type, its time and who is in it, on its way into the index.
//!
//! The index has this of every document beside its words, as numbers. Whoever changes a document's type, time or people
//! takes back that the index has them; whoever wrote them says so here, and it counts only if they are still the same. So a
//! document whose facts are not in the index is always known to be one, and [`Facts::unwritten`] names it. What is handed out
//! is for the writer of the index; a person's search is compared by [`crate::documents::Fit`].

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{DocumentId, Source};

use crate::Store;
use crate::documents::read_source;
use crate::error::{During as _, Result};
use crate::items;

/// Facts of documents on their way into the index.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    pub(crate) store: &'a Store,
}

/// What there is to know of a document beside its text.
#[derive(Clone, PartialEq, Eq)]
pub struct Told {
    /// The document.
    pub document: DocumentId,
    /// Its version.
    pub version: i32,
    /// What it is.
    pub source: Source,
    /// Its media type, if it has one.
    pub mime: Option<String>,
    /// When it begins, was changed or was written.
    pub from: Option<DateTime<Utc>>,
    /// When it has ended; `None` with a beginning goes on.
    pub until: Option<DateTime<Utc>>,
    /// Names and addresses of those who are in it, of what is not a file.
    pub people: Vec<String>,
    /// The people as they are kept, to see that they are still the same.
    sealed: Option<Vec<u8>>,
}

voiceassist_model::debug_without_text!(Told { document, version, source, from, until; });

impl Facts<'_> {
    /// What there is to know of these documents, in no order; those that are gone are absent.
    pub async fn of(self, documents: &[DocumentId]) -> Result<Vec<Told>> {
        let ids: Vec<Uuid> = documents.iter().map(|document| document.as_uuid()).collect();
        let rows = sqlx::query!(
            r#"
            select id, version, source, mime, about,
                   case when source = 'file' then modified_at else begins_at end as begins,
                   case when source = 'file' then modified_at else ends_at end as ends
              from documents where id = any($1)
            "#,
            &ids
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading what documents are")?;
        let mut told = Vec::with_capacity(rows.len());
        for row in rows {
            let people = match &row.about {
                Some(about) => items::open_about(self.store, row.id, about).await?.people,
                None => Vec::new(),
            };
            told.push(Told {
                document: DocumentId::from_uuid(row.id),
                version: row.version,
                source: read_source(&row.source)?,
                mime: row.mime,
                from: row.begins,
                until: row.ends,
                people,
                sealed: row.about,
            });
        }
        Ok(told)
    }

    /// Notes that the index has these facts in a form. Those that changed meanwhile stay to be written.
    pub async fn written(self, told: &[Told], form: i16) -> Result<()> {
        let ids: Vec<Uuid> = told.iter().map(|told| told.document.as_uuid()).collect();
        let versions: Vec<i32> = told.iter().map(|told| told.version).collect();
        let mimes: Vec<Option<String>> = told.iter().map(|told| told.mime.clone()).collect();
        let from: Vec<Option<DateTime<Utc>>> = told.iter().map(|told| told.from).collect();
        let sealed: Vec<Option<Vec<u8>>> = told.iter().map(|told| told.sealed.clone()).collect();
        sqlx::query!(
            r#"
            update documents d set index_facts = $5
              from unnest($1::uuid[], $2::int[], $3::text[], $4::timestamptz[], $6::bytea[])
                   as input (id, version, mime, begins, about)
             where d.id = input.id and d.version = input.version and d.mime is not distinct from input.mime
               and case when d.source = 'file' then d.modified_at else d.begins_at end is not distinct from input.begins
               and d.about is not distinct from input.about
            "#,
            &ids,
            &versions,
            &mimes as &[Option<String>],
            &from as &[Option<DateTime<Utc>>],
            form,
            &sealed as &[Option<Vec<u8>>]
        )
        .execute(self.store.pool())
        .await
        .during("noting what the index knows of documents")?;
        Ok(())
    }

    /// Documents that are found and whose facts the index does not have in this form, the first of them.
    pub async fn unwritten(self, form: i16, limit: u32) -> Result<Vec<DocumentId>> {
        let ids = sqlx::query_scalar!(
            r#"
            select id from documents where index_facts < $1 and state in ('searchable', 'indexed')
             order by index_facts, id limit $2
            "#,
            form,
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for documents of which the index knows no more than the words")?;
        Ok(ids.into_iter().map(DocumentId::from_uuid).collect())
    }

    /// Whether the index has the facts of every document that is found.
    pub async fn are_whole(self, form: i16) -> Result<bool> {
        Ok(self.unwritten(form, 1).await?.is_empty())
    }
}
