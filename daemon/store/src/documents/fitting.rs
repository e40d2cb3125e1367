//! Which of a person's documents fit: by what they are, their type, where the person has them, and when.
//!
//! The condition is the same here as in the index, and the folder is known here alone, because every person has their own
//! view of a tree. It stands beside the question who may read and never in its place: all statements go through
//! `readable_documents`. What comes out are ids, and of what is not a file those who are in it, for whoever compares people.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, ChunkId, DocumentId, Source};

use super::{Documents, read_source};
use crate::error::{During as _, Result, StoreError};
use crate::items;

/// Documents compared by one call at most.
pub const MAX_COMPARED: usize = 4_096;

/// What documents must be. What is empty is no condition.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Fit {
    /// Any of these.
    pub sources: Vec<Source>,
    /// Any of these media types, lower case; `image/*` is a family.
    pub types: Vec<String>,
    /// Only files below this folder of the person's own tree, as a path without a slash at its end; `/` is the whole tree.
    pub folder: Option<String>,
    /// Only these files, by the server's ids.
    pub files: Vec<i64>,
    /// Only what has not ended before this: a file that was changed, an event that takes place, a message that was written.
    pub from: Option<DateTime<Utc>>,
    /// Only what begins before this.
    pub before: Option<DateTime<Utc>>,
}

voiceassist_model::debug_without_text!(Fit { sources, from, before; });

/// A document that fits.
#[derive(Clone, PartialEq, Eq)]
pub struct Fitting {
    /// Its id.
    pub document: DocumentId,
    /// What it is.
    pub source: Source,
    /// Names and addresses of those who are in it, of what is not a file.
    pub people: Vec<String>,
}

voiceassist_model::debug_without_text!(Fitting { document, source; });

// === impl Fit ===

impl Fit {
    /// Whether everything fits.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn source_names(&self) -> Vec<String> {
        self.sources.iter().map(|source| source.as_str().to_owned()).collect()
    }

    /// What every path below the folder begins with.
    pub(super) fn prefix(&self) -> Option<String> {
        self.folder.as_deref().map(|folder| format!("{}/", folder.trim_end_matches('/')))
    }
}

impl Documents<'_> {
    /// The documents that a person may read and that fit, if they are no more than `limit`.
    pub async fn all_fitting(
        self,
        account: AccountId,
        fit: &Fit,
        limit: usize,
    ) -> Result<Option<Vec<DocumentId>>> {
        let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let ids = sqlx::query_scalar!(
            r#"
            select document_id as "id!" from readable_documents
             where account_id = $1 and (cardinality($2::text[]) = 0 or source = any($2))
               and (cardinality($3::text[]) = 0 or lower(mime) = any($3)
                    or lower(split_part(mime, '/', 1)) || '/*' = any($3))
               and ($4::text is null or source = 'file' and starts_with(path, $4))
               and ($5::timestamptz is null
                    or coalesce(ends_at, case when begins_at is not null then 'infinity'::timestamptz end) >= $5)
               and ($6::timestamptz is null or begins_at < $6)
               and (cardinality($7::bigint[]) = 0 or source = 'file' and file_id = any($7))
             limit $8
            "#,
            account.as_uuid(),
            &fit.source_names(),
            &fit.types,
            fit.prefix(),
            fit.from,
            fit.before,
            &fit.files,
            most
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing what fits of a person's documents")?;
        let all = ids.len() <= limit;
        Ok(all.then(|| ids.into_iter().map(DocumentId::from_uuid).collect()))
    }

    /// The beginnings of the files that a person may read, that fit and whose name has one of these words, in lower case: those
    /// with most of the words first.
    pub async fn named(
        self,
        account: AccountId,
        fit: &Fit,
        words: &[String],
        limit: u32,
    ) -> Result<Vec<ChunkId>> {
        let ids = sqlx::query_scalar!(
            r#"
            select c.id
              from (select document_id, (select count(*) from unnest($2::text[]) as word (said)
                                          where position(word.said in lower(name)) > 0) as hits
                      from readable_documents
                     where account_id = $1 and source = 'file'
                       and (cardinality($3::text[]) = 0 or source = any($3))
                       and (cardinality($4::text[]) = 0 or lower(mime) = any($4)
                            or lower(split_part(mime, '/', 1)) || '/*' = any($4))
                       and ($5::text is null or starts_with(path, $5))
                       and ($6::timestamptz is null or ends_at >= $6)
                       and ($7::timestamptz is null or begins_at < $7)) as named
              join chunks c on c.document_id = named.document_id and c.ordinal = 0
             where named.hits > 0 order by named.hits desc, named.document_id desc limit $8
            "#,
            account.as_uuid(),
            words,
            &fit.source_names(),
            &fit.types,
            fit.prefix(),
            fit.from,
            fit.before,
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for files by their names")?;
        Ok(ids.into_iter().map(ChunkId::from_uuid).collect())
    }

    /// Of these documents, those that a person may read and that fit. Who is in them is opened where that is asked for.
    pub async fn fitting(
        self,
        account: AccountId,
        fit: &Fit,
        documents: &[DocumentId],
        with_people: bool,
    ) -> Result<Vec<Fitting>> {
        if documents.len() > MAX_COMPARED {
            return Err(StoreError::TooMany { what: "documents", limit: MAX_COMPARED });
        }
        let ids: Vec<Uuid> = documents.iter().map(|document| document.as_uuid()).collect();
        let rows = sqlx::query!(
            r#"
            select may.document_id as "id!", may.source as "source!", may.about
              from readable_among($1, $2) as may
             where (cardinality($3::text[]) = 0 or may.source = any($3))
               and (cardinality($4::text[]) = 0 or lower(may.mime) = any($4)
                    or lower(split_part(may.mime, '/', 1)) || '/*' = any($4))
               and ($5::text is null or may.source = 'file' and starts_with(may.path, $5))
               and ($6::timestamptz is null
                    or coalesce(may.ends_at,
                                case when may.begins_at is not null then 'infinity'::timestamptz end) >= $6)
               and ($7::timestamptz is null or may.begins_at < $7)
               and (cardinality($8::bigint[]) = 0 or may.source = 'file' and may.file_id = any($8))
            "#,
            account.as_uuid(),
            &ids,
            &fit.source_names(),
            &fit.types,
            fit.prefix(),
            fit.from,
            fit.before,
            &fit.files
        )
        .fetch_all(self.store.pool())
        .await
        .during("comparing documents with what is asked for")?;
        let mut fitting = Vec::with_capacity(rows.len());
        for row in rows {
            let people = match row.about.filter(|_| with_people) {
                Some(about) => items::open_about(self.store, row.id, &about).await?.people,
                None => Vec::new(),
            };
            let document = DocumentId::from_uuid(row.id);
            fitting.push(Fitting { document, source: read_source(&row.source)?, people });
        }
        Ok(fitting)
    }
}

#[cfg(test)]
mod tests {
    use super::Fit;

    #[test]
    fn a_folder_is_the_beginning_of_paths_below_it_and_of_no_neighbour() {
        let prefix =
            |folder: &str| Fit { folder: Some(folder.to_owned()), ..Fit::default() }.prefix().unwrap();
        assert_eq!(prefix("/Clinic"), "/Clinic/");
        assert_eq!(prefix("/"), "/");
        assert!(!"/Clinical/a.pdf".starts_with(&prefix("/Clinic")));
    }
}
