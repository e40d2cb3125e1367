//! What one request costs: set aside before it is sent, settled when it is known.
//!
//! The provider's count is believed; where it gives none, lengths are. A request that nobody waits for any more is settled
//! by what came of it, in the background, so that going away does not cost more than staying.

use tokio_util::task::TaskTracker;
use voiceassist_model::AccountId;
use voiceassist_rag::chat::facts::estimated_tokens;
use voiceassist_rag::chat::{Facts, Price, Report, Usage};
use voiceassist_store::model_spending::{Allowance, Amount, Granted, SetAside};
use voiceassist_store::{Store, StoreError};

use crate::{MODEL_COST, MODEL_TOKENS};

/// A request that is being paid for.
pub(super) struct Spending {
    store: Store,
    tasks: TaskTracker,
    price: Price,
    set_aside: Option<SetAside>,
    /// Tokens sent, by their length.
    sent: u64,
    /// Tokens written so far, by their length.
    written: u64,
    report: Report,
}

/// What a request cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spent {
    pub(super) usage: Usage,
    pub(super) is_estimate: bool,
    pub(super) cost: u64,
}

/// Why a request may not be paid for.
pub(super) enum Broke {
    /// The asker's day is used up.
    Person,
    /// Everybody's month is used up.
    Whole,
    /// It could not be counted.
    NotCounted(StoreError),
}

impl Spending {
    /// Sets aside what a request of so many tokens can cost at most.
    pub(super) async fn begin(
        store: &Store,
        tasks: &TaskTracker,
        account: AccountId,
        facts: &Facts,
        sent: u64,
        allowance: &Allowance,
    ) -> Result<Self, Broke> {
        let most = Usage { input: sent, output: u64::from(facts.max_output_tokens) };
        let most = Amount { tokens: most.total(), cost: facts.price.of(most) };
        let granted = store.model_spending().set_aside(account, most, allowance).await;
        match granted.map_err(Broke::NotCounted)? {
            Granted::Yes(set_aside) => Ok(Self {
                store: store.clone(),
                tasks: tasks.clone(),
                price: facts.price,
                set_aside: Some(set_aside),
                sent,
                written: 0,
                report: Report::default(),
            }),
            Granted::PersonUsedUp => Err(Broke::Person),
            Granted::WholeUsedUp => Err(Broke::Whole),
        }
    }

    /// Something was written.
    pub(super) fn wrote(&mut self, text: &str) {
        self.written += estimated_tokens(text);
    }

    /// The provider says something about it.
    pub(super) fn reported(&mut self, report: Report) {
        self.report.add(report);
    }

    /// The model's name in the provider's words, as far as it came.
    pub(super) fn model(&self) -> Option<String> {
        self.report.model.clone()
    }

    /// It was never answered, so it cost nothing.
    pub(super) async fn nothing(mut self) {
        if let Some(set_aside) = self.set_aside.take() {
            settle(&self.store, set_aside, Amount::default()).await;
        }
    }

    /// It is over.
    pub(super) async fn end(mut self) -> Spent {
        let spent = self.spent();
        count(spent);
        if let Some(set_aside) = self.set_aside.take() {
            settle(&self.store, set_aside, spent.amount()).await;
        }
        spent
    }

    fn spent(&self) -> Spent {
        let counted = self.report.usage.filter(|usage| usage.total() > 0);
        let usage = counted.unwrap_or(Usage { input: self.sent, output: self.written });
        Spent { usage, is_estimate: counted.is_none(), cost: self.price.of(usage) }
    }
}

impl Spent {
    const fn amount(self) -> Amount {
        Amount { tokens: self.usage.total(), cost: self.cost }
    }
}

impl Drop for Spending {
    fn drop(&mut self) {
        let Some(set_aside) = self.set_aside.take() else { return };
        let (store, spent) = (self.store.clone(), self.spent());
        count(spent);
        // Without a runtime the program is ending; then what was set aside stays counted, which is the safe side.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let settling = async move { settle(&store, set_aside, spent.amount()).await };
            self.tasks.spawn_on(settling, &runtime);
        }
    }
}

async fn settle(store: &Store, set_aside: SetAside, amount: Amount) {
    if let Err(error) = store.model_spending().settle(set_aside, amount).await {
        // What was set aside stays counted, which is the safe side.
        tracing::warn!(error = %error, "what a question cost could not be settled");
    }
}

/// Counts what was spent, for the metrics.
fn count(spent: Spent) {
    metrics::counter!(MODEL_TOKENS, "way" => "sent").increment(spent.usage.input);
    metrics::counter!(MODEL_TOKENS, "way" => "written").increment(spent.usage.output);
    metrics::counter!(MODEL_COST).increment(spent.cost);
}
