//! The people the mirror knows, told to the gate again and again.
//!
//! They are told once before anything is served, and a daemon that cannot read them does not start. Later, a failed look
//! keeps those of the look before.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use voiceassist_phi::Gate;
use voiceassist_store::Store;

/// The time between two looks.
const AGAIN: Duration = Duration::from_mins(15);

/// Tells the gate of everybody until told to stop.
pub async fn follow(store: Store, gate: Option<Gate>, stop: CancellationToken) {
    let Some(gate) = gate else { return };
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(AGAIN) => {}
        }
        match voiceassist_assistant::known_people(&store).await {
            Ok(people) => gate.know(people),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "who is known could not be read again"
                );
            }
        }
    }
}
