//! What opens one stream: random bytes, good for half a minute and once.
//!
//! A browser cannot put a token into the head of a WebSocket or an event source, and a token in an address ends up in
//! logs. So the page fetches a ticket with its token and opens the stream with that. A ticket is bound to its session and
//! to the origin of the page that fetched it; taking it and finding out whose it is are one statement, so it is taken
//! once by all replicas together. Kept is a hash.

use chrono::TimeDelta;
use secrecy::SecretString;
use uuid::Uuid;
use voiceassist_model::InstanceId;

use crate::Store;
use crate::error::{During as _, Result};
use crate::sessions::refresh::random_token;

/// How long a ticket is good.
pub const LIFETIME: TimeDelta = TimeDelta::seconds(30);

const PREFIX: &str = "vat_";
/// Tickets of one session that wait at the same time.
const MAX_WAITING: i64 = 20;

/// Whose ticket it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Admitted {
    /// The session.
    pub session: Uuid,
    /// The person's Nextcloud.
    pub instance: InstanceId,
    /// Nextcloud's user id.
    pub user_id: String,
}

/// Tickets.
#[derive(Clone, Copy)]
pub struct Tickets<'a> {
    pub(crate) store: &'a Store,
}

impl Tickets<'_> {
    /// Makes a ticket; it is told once. `None` while the session has too many that nobody took.
    pub async fn issue(self, session: Uuid, origin: &str, purpose: &str) -> Result<Option<SecretString>> {
        let now = self.store.now();
        sqlx::query!("delete from tickets where ends_at <= $1", now)
            .execute(self.store.pool())
            .await
            .during("forgetting old tickets")?;
        let ticket = random_token(self.store, PREFIX);
        let hash = blake3::hash(ticket.as_bytes());
        let done = sqlx::query!(
            r#"
            insert into tickets (hash, session_id, origin, purpose, ends_at)
            select $1, $2, $3, $4, $5 where (select count(*) from tickets where session_id = $2) < $6
            "#,
            hash.as_bytes().as_slice(),
            session,
            origin,
            purpose,
            now + LIFETIME,
            MAX_WAITING
        )
        .execute(self.store.pool())
        .await
        .during("making a ticket")?;
        Ok((done.rows_affected() > 0).then(|| SecretString::from(ticket.as_str())))
    }

    /// Takes a ticket. `None` when it is unknown, over, was taken before, or is for another page or purpose; it is gone
    /// in any case. Without an origin the browser has said that the page is of ours.
    pub async fn take(self, ticket: &str, origin: Option<&str>, purpose: &str) -> Result<Option<Admitted>> {
        let hash = blake3::hash(ticket.as_bytes());
        let row = sqlx::query!(
            r#"
            with taken as (
                delete from tickets where hash = $1 returning session_id, origin, purpose, ends_at
            )
            select t.session_id, t.origin, t.purpose, t.ends_at, s.instance_id, s.user_id
              from taken t join sessions s on s.id = t.session_id
            "#,
            hash.as_bytes().as_slice()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("taking a ticket")?;
        let fits = row.filter(|row| {
            origin.is_none_or(|origin| row.origin == origin)
                && row.purpose == purpose
                && row.ends_at > self.store.now()
        });
        Ok(fits.map(|row| Admitted {
            session: row.session_id,
            instance: InstanceId::from_uuid(row.instance_id),
            user_id: row.user_id,
        }))
    }
}
