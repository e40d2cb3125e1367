//! How much a large mailbox costs, measured and printed, on a real server.
//!
//! Runs where `VOICEASSIST_MEASURE_MAIL` names a server on loopback and a user whose password is `mara-password`:
//! `26143,big`. `VOICEASSIST_MEASURE_MAIL_LOOKS` says after how many looks to stop; without it, at the end.

use std::time::Instant;

use secrecy::SecretString;
use voiceassist_dav::imap::{MailCredentials, Security, TlsTrust};
use voiceassist_fakes::mail::AUTHORITY_PEM;
use voiceassist_workers::sync::mail::{MailConnection, sync_mail};

use crate::clinic::Clinic;

/// Resident memory of this process, in MiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() / 1024
}

#[tokio::test]
async fn a_large_mailbox_is_mirrored_in_constant_memory() {
    let Some(named) = std::env::var_os("VOICEASSIST_MEASURE_MAIL").and_then(|named| named.into_string().ok())
    else {
        return;
    };
    let (port, user) = named.split_once(',').expect("a port and a user");
    let looks = std::env::var_os("VOICEASSIST_MEASURE_MAIL_LOOKS")
        .and_then(|looks| looks.into_string().ok()?.parse().ok());
    let clinic = Clinic::open().await;
    let account = clinic.connect("alice").await;
    let connection = MailConnection {
        host: "127.0.0.1".to_owned(),
        port: port.parse().expect("a port"),
        security: Security::PlainOnLoopback,
        credentials: MailCredentials::Password {
            login_name: user.to_owned(),
            secret: SecretString::from("mara-password"),
        },
    };
    let mail = clinic.context.store.mail();
    let mailbox = mail.add(account, &connection.write()).await.expect("kept").expect("room");
    let trust = TlsTrust::only(&[AUTHORITY_PEM.to_vec()]).expect("an authority");
    let (begun, before, mut messages) = (Instant::now(), resident(), 0);
    let mut most = before;
    for look in 1..=looks.unwrap_or(u32::MAX) {
        let report = sync_mail(&clinic.context, &trust, mailbox).await.expect("the look succeeds");
        messages += report.read;
        most = most.max(resident());
        println!(
            "look {look}: {messages} messages, {:.0}/s, {} MiB resident",
            messages as f64 / begun.elapsed().as_secs_f64(),
            resident()
        );
        if !report.more {
            break;
        }
    }
    let again = Instant::now();
    let report = sync_mail(&clinic.context, &trust, mailbox).await.expect("the look succeeds");
    println!(
        "once more: {} ms, {} read; before {before} MiB, most {most} MiB",
        again.elapsed().as_millis(),
        report.read
    );
    assert!(most < before + 150, "memory grew from {before} to {most} MiB");
}
