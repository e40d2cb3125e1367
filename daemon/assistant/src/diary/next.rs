//! The next appointment: what takes the person's time and has not begun yet.

use chrono::TimeDelta;
use voiceassist_dav::icalendar::Zone;
use voiceassist_store::calendars::{ItemKind, Times};

use super::{Appointment, Diary, DiaryError, MAX_SPAN, span};

/// How far is looked, nearer first.
const REACHES: [TimeDelta; 3] = [TimeDelta::days(2), TimeDelta::days(40), TimeDelta::days(731)];

impl Diary<'_> {
    /// The next appointment with a time of day; `None` when there is none for two years.
    pub async fn next(&self, zone: &Zone) -> Result<Option<Appointment>, DiaryError> {
        let now = self.store.clock().now();
        for reach in REACHES {
            let span = span(now, now + reach, zone, MAX_SPAN)?;
            let placed = self.placed(ItemKind::Event, &span, zone).await?;
            let next = placed
                .into_iter()
                .find(|one| one.what.what.busy && one.what.what.times != Times::AllDay && one.start >= now);
            if let Some(next) = next {
                let found = self.described(vec![next], zone).await?.pop();
                self.record(usize::from(found.is_some())).await?;
                return Ok(found);
            }
        }
        Ok(None)
    }
}
