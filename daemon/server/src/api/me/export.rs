//! `POST /api/v1/me/export`: a copy of what is kept of you, one JSON object a line.
//!
//! Your account, sessions, rules and conversations, and nobody else's. Old answers are checked as whenever they are shown:
//! sentences whose documents you may not read now are left out and counted. The file is streamed, one page of a
//! conversation at a time, so that years of them cost no memory; its last line says how many there are, and a file without
//! it was cut. Files stay in Nextcloud and are not in it.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use voiceassist_model::ConversationId;
use voiceassist_store::Page;
use voiceassist_store::audit::{Action, Actor, Entry};
use voiceassist_store::scope::Owner;

use crate::api::conversations::{Conversation, Message};
use crate::api::scope::Rule;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// Rows of one look at the store.
const ROWS: u32 = 50;

/// Takes a copy of what is kept of you.
#[utoipa::path(
    post, path = "/api/v1/me/export", operation_id = "export_own_data", tag = "me", security(("token" = [])),
    responses((status = 200, description = "JSON lines; the last is of kind `end`", body = String,
               content_type = "application/x-ndjson")),
)]
pub(crate) async fn export_own_data(reader: Reader) -> Result<Response, Failure> {
    let entry = Entry::new(Actor::Person(reader.account_id()), Action::DataExport);
    reader.store().audit().append(entry).await?;
    let head = head(&reader).await?;
    let lines = async_stream::stream! {
        let mut count = 0_u64;
        for line in head {
            count += 1;
            yield Ok::<_, Infallible>(written(&line));
        }
        let mut page = Page::first(ROWS);
        'whole: {
            loop {
                let Ok(listed) = conversations(&reader, &page).await else { break 'whole };
                for (id, line) in listed.items {
                    count += 1;
                    yield Ok(written(&line));
                    let mut within = Page::first(ROWS);
                    loop {
                        let Ok((messages, next)) = messages(&reader, id, &within).await else { break 'whole };
                        for line in messages {
                            count += 1;
                            yield Ok(written(&line));
                        }
                        let Some(next) = next else { break };
                        within = Page::after(next, ROWS);
                    }
                }
                let Some(next) = listed.next else { break };
                page = Page::after(next, ROWS);
            }
            yield Ok(written(&json!({ "kind": "end", "lines": count })));
        }
    };
    let kind = HeaderValue::from_static("application/x-ndjson");
    let name = HeaderValue::from_static("attachment; filename=\"voiceassist-export.jsonl\"");
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// Who you are, where you are signed in, and your rules about what is read.
async fn head(reader: &Reader) -> Result<Vec<Value>, Failure> {
    let (store, account) = (reader.store(), &reader.account);
    let mut lines = vec![json!({
        "kind": "me", "user_id": account.user_id, "display_name": account.display_name,
        "login_name": account.login_name, "state": account.state.as_str(), "connected_at": account.created_at,
    })];
    let limits = reader.state().session_limits();
    for session in store.sessions().list(account.instance, &account.user_id, limits).await? {
        lines.push(json!({
            "kind": "session", "created_at": session.created_at, "last_used_at": session.last_used_at,
            "ends_at": session.ends_at, "address": session.address, "agent": session.agent,
        }));
    }
    for rule in store.scope().rules(Owner::Person(account.id)).await? {
        lines.push(of_kind("scope", &Rule::from(rule)));
    }
    Ok(lines)
}

struct Conversations {
    items: Vec<(ConversationId, Value)>,
    next: Option<voiceassist_store::Cursor>,
}

async fn conversations(reader: &Reader, page: &Page) -> Result<Conversations, Failure> {
    let listed = reader.store().conversations().list(reader.account_id(), None, page).await?;
    let line = |kept: voiceassist_store::conversations::Conversation| {
        (kept.id, of_kind("conversation", &Conversation::from(kept)))
    };
    Ok(Conversations { items: listed.items.into_iter().map(line).collect(), next: listed.next })
}

/// One page of a conversation; nothing when it was deleted meanwhile.
async fn messages(
    reader: &Reader,
    id: ConversationId,
    page: &Page,
) -> Result<(Vec<Value>, Option<voiceassist_store::Cursor>), Failure> {
    let Some(listed) = reader.assistant().messages(&reader.principal, id, page).await? else {
        return Ok((Vec::new(), None));
    };
    let line = |message| {
        let mut line = of_kind("message", &Message::from(message));
        line["conversation_id"] = json!(id);
        line
    };
    Ok((listed.items.into_iter().map(line).collect(), listed.next))
}

fn of_kind(kind: &str, what: &impl serde::Serialize) -> Value {
    let mut line = json!({ "kind": kind });
    if let (Some(line), Ok(Value::Object(fields))) = (line.as_object_mut(), serde_json::to_value(what)) {
        // A rule has a kind of its own, which then is called what it is.
        line.extend(
            fields
                .into_iter()
                .map(|(name, value)| (if name == "kind" { "looks_at".to_owned() } else { name }, value)),
        );
    }
    line
}

fn written(line: &Value) -> Bytes {
    Bytes::from(format!("{line}\n"))
}
