//! The closed list of problem codes, with status, title and usual sentence of each.
//!
//! Codes are part of the API: one is added at the end and never renamed. The reference page of the codes is made from
//! [`catalogue`]. A code says what the caller can do about it; causes that call for the same step share one.

use axum::http::StatusCode;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:ident, $title:literal, $detail:literal;)+) => {
        /// What kind of failure it is.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Code {
            $($(#[$doc])* $name,)+
        }

        impl Code {
            /// Every code, in order of arrival.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable code.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The status it travels with.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// The kind of problem in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }

            /// The usual sentence for the caller.
            pub const fn detail(self) -> &'static str {
                match self { $(Self::$name => $detail,)+ }
            }
        }
    };
}

codes! {
    /// No token, or one that is not ours.
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "Not signed in",
        "Send a valid access token as `Authorization: Bearer …`.";
    /// A token whose time is over.
    TokenExpired = "token_expired", UNAUTHORIZED, "The access token has expired", "Get a new access token and try again.";
    /// A good token of an account that is gone.
    AccountDisconnected = "account_disconnected", UNAUTHORIZED, "The account is not connected",
        "This account is no longer connected. Connect it to Nextcloud again.";
    /// A vouch that is forged, old, used or of another server.
    InvalidVouch = "invalid_vouch", UNAUTHORIZED, "The Nextcloud app is not believed",
        "The paired Nextcloud app could not vouch for you. An administrator can pair it again.";
    /// No such route.
    NotFound = "not_found", NOT_FOUND, "No such address", "There is nothing at this address.";
    /// A route without this method.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "Wrong method",
        "This address does not take this method; `Allow` lists those it takes.";
    /// Absent, or somebody else's: the caller cannot tell.
    DocumentNotFound = "document_not_found", NOT_FOUND, "No such document",
        "There is no such document, or you may not read it.";
    /// Absent, or somebody else's: the caller cannot tell.
    ConversationNotFound = "conversation_not_found", NOT_FOUND, "No such conversation",
        "There is no such conversation, or it is not yours.";
    /// No calculator has this name.
    CalculatorNotFound = "calculator_not_found", NOT_FOUND, "No such calculator",
        "There is no calculator by this name. `GET /api/v1/calculators` lists them.";
    /// A calculator cannot compute from what was sent.
    InputsNotAcceptable = "inputs_not_acceptable", UNPROCESSABLE_ENTITY, "Inputs are missing or not acceptable",
        "Inputs are missing or not acceptable; `problems` lists them.";
    /// Not JSON.
    MalformedJson = "malformed_json", BAD_REQUEST, "The body is not JSON", "The body is not well-formed JSON.";
    /// A field nobody knows.
    UnknownField = "unknown_field", BAD_REQUEST, "Unknown field", "The body has a field that is not known here.";
    /// A field that must be there.
    MissingField = "missing_field", BAD_REQUEST, "Missing field", "The body lacks a field.";
    /// A field of another type.
    WrongType = "wrong_type", BAD_REQUEST, "Wrong type", "A field of the body has the wrong type.";
    /// A path or query parameter that does not parse, or is out of range.
    InvalidParameter = "invalid_parameter", BAD_REQUEST, "Invalid parameter", "A parameter of the address is not valid.";
    /// Not declared as JSON.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "The body must be JSON",
        "Send the body as `Content-Type: application/json`.";
    /// Over the limit of a body.
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "The body is too large", "The body is larger than the limit.";
    /// Nothing to look for.
    QueryEmpty = "query_empty", BAD_REQUEST, "The question is empty", "Write a question.";
    /// Over the limit of a question.
    QueryTooLong = "query_too_long", BAD_REQUEST, "The question is too long", "Ask a shorter question.";
    /// A number of results out of range.
    LimitOutOfRange = "limit_out_of_range", BAD_REQUEST, "Limit out of range", "Ask for another number of results.";
    /// Over the limit of a title.
    TitleTooLong = "title_too_long", BAD_REQUEST, "The title is too long", "Choose a shorter title.";
    /// The document's reason will be the same again.
    RetryCannotHelp = "retry_cannot_help", CONFLICT, "Trying again cannot help",
        "The same file would fail in the same way. Change the file in Nextcloud; it is then read again by itself.";
    /// More turns at once than one person, or the machine, may run.
    TooManyTurns = "too_many_turns", TOO_MANY_REQUESTS, "Too many questions at once",
        "Wait for an answer to end before asking again.";
    /// A delivery that is not proved, came before, or is too old.
    HookRefused = "hook_refused", UNAUTHORIZED, "The delivery is not believed",
        "Prove the delivery with a valid token, or with a fresh signature and a new nonce.";
    /// More deliveries than one sender, or all strangers, may make.
    TooManyHooks = "too_many_hooks", TOO_MANY_REQUESTS, "Too many deliveries",
        "Deliveries come too fast. What is dropped is found by the next regular look.";
    /// More requests at once than the daemon takes.
    Overloaded = "overloaded", SERVICE_UNAVAILABLE, "Too busy", "The assistant is busy. Try again in a moment.";
    /// Longer than the limit of a request.
    TimedOut = "timed_out", SERVICE_UNAVAILABLE, "Took too long", "The request took too long. Try again in a moment.";
    /// The database or the index does not answer.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Temporarily unavailable",
        "A part of the assistant is not available. Try again in a moment.";
    /// Our own fault.
    Internal = "internal", INTERNAL_SERVER_ERROR, "Internal error",
        "Something went wrong inside VoiceAssist. The administrator's log says more.";
    /// A rule about what is read that means nothing, or too many of them.
    InvalidRule = "invalid_rule", BAD_REQUEST, "Invalid rule", "A rule about what is read cannot be understood.";
    /// A person without an account.
    AccountNotConnected = "account_not_connected", NOT_FOUND, "No account is connected",
        "Your account is not connected yet. Connect it to Nextcloud first.";
    /// Absent, or somebody else's: the caller cannot tell.
    LoginNotFound = "login_not_found", NOT_FOUND, "No such login", "There is no such login, or it is not yours.";
    /// A token for a Nextcloud the daemon does not serve.
    OtherNextcloud = "other_nextcloud", CONFLICT, "Another Nextcloud",
        "This assistant belongs to another Nextcloud than you do.";
    /// More logins than the daemon waits for.
    TooManyLogins = "too_many_logins", TOO_MANY_REQUESTS, "Too many logins wait",
        "Too many logins wait to be completed. Try again in a few minutes.";
    /// What cannot be recorded in the audit log is not shown and not done.
    NotRecorded = "not_recorded", SERVICE_UNAVAILABLE, "It cannot be recorded",
        "What you asked for must be recorded and cannot be just now, so it was not done. Try again in a moment.";
    /// Nextcloud is away or in trouble.
    NextcloudUnavailable = "nextcloud_unavailable", SERVICE_UNAVAILABLE, "Nextcloud does not answer",
        "Nextcloud does not answer as it should. Try again in a moment.";
    /// The policy says no.
    NotAllowed = "not_allowed", FORBIDDEN, "This is not allowed to you",
        "The clinic's policy does not allow you this. An administrator can give you the role that may.";
    /// Absent, or of a document the caller may not read: the caller cannot tell.
    PassageNotFound = "passage_not_found", NOT_FOUND, "No such passage",
        "There is no such passage any more, or you may not read it. Ask again to see the document as it is now.";
    /// Absent, or somebody else's: the caller cannot tell.
    MessageNotFound = "message_not_found", NOT_FOUND, "No such message",
        "There is no such message, or it is not yours.";
    /// A text over its limit, or one that is none.
    TextNotAcceptable = "text_not_acceptable", UNPROCESSABLE_ENTITY, "The text cannot be looked at",
        "The text is longer than the limit, or holds what a text does not.";
    /// Over the quota of a person, or of an address that proves nobody.
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS, "Too many requests",
        "Requests come faster than one person may make them. Wait as long as `Retry-After` says.";
    /// Absent, or somebody else's: the caller cannot tell. The same for its folders.
    MailboxNotFound = "mailbox_not_found", NOT_FOUND, "No such mailbox",
        "There is no such mailbox or folder, or it is not yours.";
    /// A server that the configuration does not list.
    MailServerNotListed = "mail_server_not_listed", UNPROCESSABLE_ENTITY, "The mail server may not be reached",
        "Mailboxes may be on servers the administrator lists in `mail.servers` only; this one is not among them.";
    /// The name or the secret is not believed.
    MailSignInRefused = "mail_sign_in_refused", UNPROCESSABLE_ENTITY, "The mail server does not accept the sign-in",
        "The mail server does not accept this name with this secret. Nothing was kept.";
    /// The server is away, offers no safe way, or answers what nobody understands.
    MailServerUnusable = "mail_server_unusable", UNPROCESSABLE_ENTITY, "The mail server cannot be used",
        "The mail server could not be reached safely; `reason` says what went wrong. Nothing was kept.";
    /// More mailboxes than one person may have.
    TooManyMailboxes = "too_many_mailboxes", CONFLICT, "Too many mailboxes",
        "You have as many mailboxes as one person may have. Remove one first.";
    /// A session that was ended, was not used for too long, or is too old.
    SessionEnded = "session_ended", UNAUTHORIZED, "The session is over",
        "This session is over. Sign in again.";
    /// Absent, over, or somebody else's: the caller cannot tell.
    SessionNotFound = "session_not_found", NOT_FOUND, "No such session", "There is no such session, or it is not yours.";
    /// An operation that asks for a fresh and strong sign-in.
    StepUpRequired = "step_up_required", UNAUTHORIZED, "Prove again who you are",
        "This asks for a fresh sign-in; `max_age`, `amr` and `acr` say which. Sign in again and repeat it.";
    /// No provider.
    SignInNotConfigured = "sign_in_not_configured", NOT_FOUND, "There is no sign-in of this kind",
        "No provider to sign in at is configured. Open VoiceAssist inside Nextcloud.";
    /// An answer of the provider that is not believed, or a sign-in that was not begun here.
    SignInRefused = "sign_in_refused", UNAUTHORIZED, "The sign-in is not believed",
        "The sign-in could not be completed. Begin it again.";
    /// More sign-ins than the daemon waits for.
    TooManySignIns = "too_many_sign_ins", TOO_MANY_REQUESTS, "Too many sign-ins wait",
        "Too many sign-ins wait to be completed. Try again in a minute.";
    /// The provider is away or in trouble.
    ProviderUnavailable = "provider_unavailable", SERVICE_UNAVAILABLE, "The sign-in does not answer",
        "The server that signs people in does not answer as it should. Try again in a moment.";
    /// A logout token that is not believed.
    LogoutRefused = "logout_refused", BAD_REQUEST, "The logout is not believed",
        "The logout token is not one of the configured provider, is too old, or was used before.";
    /// A ticket that is unknown, over, used, or for another page.
    TicketRefused = "ticket_refused", UNAUTHORIZED, "The ticket is not believed",
        "The ticket is over or was used. Fetch another one.";
    /// A page of an origin that may not.
    OriginNotAllowed = "origin_not_allowed", FORBIDDEN, "Not from this page",
        "Requests of this kind come from the page of the paired Nextcloud, or of the daemon itself.";
    /// More tickets than one session may hold.
    TooManyTickets = "too_many_tickets", TOO_MANY_REQUESTS, "Too many tickets",
        "Use the tickets you have, or wait half a minute.";
    /// A filter of a search that cannot be meant.
    InvalidFilter = "invalid_filter", BAD_REQUEST, "The filter is not valid",
        "The filter of the search cannot be meant; the detail says what is allowed.";
}

impl Code {
    /// The code of a refusal that the framework made by itself.
    pub(super) fn of_framework(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            status if status.is_client_error() => Self::InvalidParameter,
            _ => Self::Internal,
        }
    }

    /// After how many seconds another try makes sense.
    pub(super) const fn retry_after(self) -> Option<u16> {
        match self {
            Self::Overloaded | Self::TooManyTurns | Self::TooManyHooks => Some(1),
            Self::TooManyTickets => Some(30),
            Self::TimedOut
            | Self::Unavailable
            | Self::NotRecorded
            | Self::NextcloudUnavailable
            | Self::ProviderUnavailable => Some(5),
            Self::TooManyLogins | Self::TooManySignIns => Some(60),
            _ => None,
        }
    }
}

/// Status, code and meaning of every problem, for the reference page.
pub fn catalogue() -> Vec<(u16, &'static str, &'static str)> {
    Code::ALL.iter().map(|code| (code.status().as_u16(), code.as_str(), code.detail())).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Code;

    #[test]
    fn codes_are_distinct_and_fail() {
        let mut seen = HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{} is listed twice", code.as_str());
            assert!(code.status().is_client_error() || code.status().is_server_error());
        }
    }
}
