//! What asking models has cost, and whether one more question may be asked.
//!
//! Before a request, what it can cost at most is taken from the asker's day and from everybody's month, in one transaction
//! that refuses as a whole; afterwards the difference to what it did cost is given back. So requests at the same time
//! cannot overspend together, and one whose daemon was killed counts as if it had cost the most. When nothing can be
//! counted, nothing is granted. No row says what was asked, or which model answered.

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use voiceassist_model::AccountId;

use crate::error::{During as _, Result};
use crate::{Store, Transaction};

/// Days for which a person's sums are kept.
pub const DAYS_KEPT: u32 = 62;

/// Sums of what was spent.
#[derive(Clone, Copy)]
pub struct ModelSpending<'a> {
    pub(crate) store: &'a Store,
}

/// Tokens, and their cost in millionths of the configured currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Sent and written.
    pub tokens: u64,
    /// In millionths of the currency.
    pub cost: u64,
}

/// How much may be spent; nothing is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limit {
    /// Tokens.
    pub tokens: Option<u64>,
    /// Millionths of the currency.
    pub cost: Option<u64>,
}

/// The limits of a person's day and of everybody's month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    /// Of one person in one day.
    pub person_daily: Limit,
    /// Of all people in one month.
    pub monthly: Limit,
}

/// Whether a request may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granted {
    /// It may; so much is set aside for it.
    Yes(SetAside),
    /// The person's day is used up.
    PersonUsedUp,
    /// Everybody's month is used up.
    WholeUsedUp,
}

/// What is set aside for a request that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetAside {
    account: AccountId,
    day: NaiveDate,
    amount: Amount,
}

impl Limit {
    fn allows(self, spent: Amount) -> bool {
        self.tokens.is_none_or(|limit| spent.tokens <= limit)
            && self.cost.is_none_or(|limit| spent.cost <= limit)
    }
}

impl ModelSpending<'_> {
    /// Sets aside what a request can cost at most, if both limits allow it.
    pub async fn set_aside(
        self,
        account: AccountId,
        amount: Amount,
        allowance: &Allowance,
    ) -> Result<Granted> {
        let day = self.store.now().date_naive();
        let mut tx = self.store.begin().await?;
        let person = self.add_to_person(&mut tx, account, day, amount).await?;
        if !allowance.person_daily.allows(person) {
            tx.rollback().await?;
            return Ok(Granted::PersonUsedUp);
        }
        let whole = self.add_to_whole(&mut tx, month_of(day), amount).await?;
        if !allowance.monthly.allows(whole) {
            tx.rollback().await?;
            return Ok(Granted::WholeUsedUp);
        }
        self.forget_old_days(&mut tx, account, day).await?;
        tx.commit().await?;
        Ok(Granted::Yes(SetAside { account, day, amount }))
    }

    /// Replaces what was set aside by what it did cost.
    pub async fn settle(self, set_aside: SetAside, spent: Amount) -> Result<()> {
        let SetAside { account, day, amount } = set_aside;
        let (tokens, cost) = (difference(spent.tokens, amount.tokens), difference(spent.cost, amount.cost));
        let mut tx = self.store.begin().await?;
        sqlx::query!(
            r#"
            update model_spending_of_people
               set tokens = greatest(0, tokens + $3), cost = greatest(0, cost + $4)
             where account_id = $1 and day = $2
            "#,
            account.as_uuid(),
            day,
            tokens,
            cost
        )
        .execute(tx.connection())
        .await
        .during("settling what a person's question has cost")?;
        sqlx::query!(
            "update model_spending set tokens = greatest(0, tokens + $2), cost = greatest(0, cost + $3) where month = $1",
            month_of(day),
            tokens,
            cost
        )
        .execute(tx.connection())
        .await
        .during("settling what a question has cost")?;
        tx.commit().await
    }

    /// What a person has spent today.
    pub async fn today_of(self, account: AccountId) -> Result<Amount> {
        let day = self.store.now().date_naive();
        let spent = sqlx::query!(
            "select tokens, cost from model_spending_of_people where account_id = $1 and day = $2",
            account.as_uuid(),
            day
        )
        .fetch_optional(self.store.pool())
        .await
        .during("reading what a person has spent")?;
        Ok(spent.map(|spent| amount(spent.tokens, spent.cost)).unwrap_or_default())
    }

    /// What everybody has spent this month.
    pub async fn this_month(self) -> Result<Amount> {
        let month = month_of(self.store.now().date_naive());
        let spent = sqlx::query!("select tokens, cost from model_spending where month = $1", month)
            .fetch_optional(self.store.pool())
            .await
            .during("reading what was spent")?;
        Ok(spent.map(|spent| amount(spent.tokens, spent.cost)).unwrap_or_default())
    }

    async fn add_to_person(
        self,
        tx: &mut Transaction,
        account: AccountId,
        day: NaiveDate,
        added: Amount,
    ) -> Result<Amount> {
        let sum = sqlx::query!(
            r#"
            insert into model_spending_of_people as spent (account_id, day, tokens, cost) values ($1, $2, $3, $4)
            on conflict (account_id, day)
            do update set tokens = spent.tokens + excluded.tokens, cost = spent.cost + excluded.cost
            returning tokens, cost
            "#,
            account.as_uuid(),
            day,
            signed(added.tokens),
            signed(added.cost)
        )
        .fetch_one(tx.connection())
        .await
        .during("counting what a person spends")?;
        Ok(amount(sum.tokens, sum.cost))
    }

    async fn add_to_whole(self, tx: &mut Transaction, month: NaiveDate, added: Amount) -> Result<Amount> {
        let sum = sqlx::query!(
            r#"
            insert into model_spending as spent (month, tokens, cost) values ($1, $2, $3)
            on conflict (month) do update set tokens = spent.tokens + excluded.tokens, cost = spent.cost + excluded.cost
            returning tokens, cost
            "#,
            month,
            signed(added.tokens),
            signed(added.cost)
        )
        .fetch_one(tx.connection())
        .await
        .during("counting what is spent")?;
        Ok(amount(sum.tokens, sum.cost))
    }

    async fn forget_old_days(self, tx: &mut Transaction, account: AccountId, day: NaiveDate) -> Result<()> {
        sqlx::query!(
            "delete from model_spending_of_people where account_id = $1 and day < $2",
            account.as_uuid(),
            day - TimeDelta::days(i64::from(DAYS_KEPT))
        )
        .execute(tx.connection())
        .await
        .during("forgetting what was spent long ago")?;
        Ok(())
    }
}

fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// Sums of a sum must stay within what the database counts, so one request counts as at most this much.
const MOST: u64 = 1 << 50;

fn signed(value: u64) -> i64 {
    i64::try_from(value.min(MOST)).unwrap_or(i64::MAX)
}

fn difference(spent: u64, set_aside: u64) -> i64 {
    signed(spent) - signed(set_aside)
}

fn amount(tokens: i64, cost: i64) -> Amount {
    Amount { tokens: tokens.unsigned_abs(), cost: cost.unsigned_abs() }
}
