//! One by one or all at once: what a server's requests and entries cost.
//!
//! Measured on Nextcloud 32: a request costs about 50 ms of the server's processor whatever it asks, an entry of a
//! listing about 0.1 ms. Folders are therefore worth listing together as soon as all that lies below them is cheaper
//! than the requests it saves. Nothing is guessed from names or dates.

use super::{Look, LookError};

/// So many entries of a listing cost the server what one more request costs.
const ENTRIES_PER_REQUEST: u64 = 500;

/// Whether one listing of everything below `folder` costs the server less than `requests` listings of folders in it.
pub(super) async fn one_listing_is_cheaper(
    look: &Look<'_>,
    folder: i64,
    requests: usize,
) -> Result<bool, LookError> {
    let saved = (requests as u64).saturating_sub(1);
    if saved == 0 {
        return Ok(false);
    }
    let worth = saved.saturating_mul(ENTRIES_PER_REQUEST);
    let below = look.context.store.entries().count_below(look.account, folder, worth).await?;
    Ok(below < worth)
}
