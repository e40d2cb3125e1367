//! Which code the errors of other crates become.
//!
//! Each error enum is taken apart here exhaustively, so that a new variant asks for a decision. What a caller can act
//! on keeps its meaning; everything else is ours, and its cause goes to the log.

use voiceassist_assistant::diary::DiaryError;
use voiceassist_assistant::mailbox::MailboxError;
use voiceassist_assistant::people::PeopleError;
use voiceassist_assistant::{AskError, SearchError};
use voiceassist_store::StoreError;
use voiceassist_store::audit::Unaudited;

use super::{Code, Failure};
use crate::connector::ConnectorError;

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::InvalidCursor => {
                return Self::new(Code::InvalidParameter)
                    .detail("The parameter `after` is not a cursor of this list.");
            }
            StoreError::Unrecorded { .. } => Code::NotRecorded,
            error if error.is_transient() => Code::Unavailable,
            _ => Code::Internal,
        };
        Self::new(code).because(error)
    }
}

impl<E: Into<Self>> From<Unaudited<E>> for Failure {
    fn from(error: Unaudited<E>) -> Self {
        match error {
            Unaudited::NotBegun(error) | Unaudited::EndUnrecorded(error) => error.into(),
            Unaudited::Action(error) => error.into(),
        }
    }
}

impl From<SearchError> for Failure {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::EmptyQuery => Self::new(Code::QueryEmpty),
            SearchError::QueryTooLong { limit } => Self::new(Code::QueryTooLong)
                .detail(format!("A question may have at most {limit} characters.")),
            SearchError::Limit { max } => Self::new(Code::LimitOutOfRange)
                .detail(format!("Between 1 and {max} passages can be asked for.")),
            SearchError::Filter(error) => error.into(),
            SearchError::People(error) => error.into(),
            SearchError::Store(error) => error.into(),
            error @ (SearchError::Retrieve(_) | SearchError::Own(_)) => {
                Self::new(Code::Unavailable).because(error)
            }
        }
    }
}

impl From<DiaryError> for Failure {
    fn from(error: DiaryError) -> Self {
        let told = match error {
            DiaryError::Store(error) => return error.into(),
            DiaryError::UnknownZone => "The parameter `zone` is not the name of a time zone.".to_owned(),
            DiaryError::Span { max } => {
                format!("`to` must be after `from`, by {} days at most.", max.num_days())
            }
            DiaryError::TooMany { limit } => {
                format!("The span has more than {limit} entries; ask for a shorter one.")
            }
            DiaryError::Hours => "Working hours must end after they begin, on at least one day.".to_owned(),
        };
        Self::new(Code::InvalidParameter).detail(told)
    }
}

impl From<PeopleError> for Failure {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::QueryTooLong { limit } => Self::new(Code::QueryTooLong)
                .detail(format!("A question about people may have at most {limit} characters.")),
            PeopleError::Store(error) => error.into(),
        }
    }
}

impl From<MailboxError> for Failure {
    fn from(error: MailboxError) -> Self {
        match error {
            MailboxError::Span => Self::new(Code::InvalidParameter).detail("`to` must be after `from`."),
            MailboxError::QueryTooLong { limit } => Self::new(Code::QueryTooLong)
                .detail(format!("Words and people may have at most {limit} characters.")),
            MailboxError::Store(error) => error.into(),
        }
    }
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Self {
        match error {
            AskError::UnknownConversation => Self::new(Code::ConversationNotFound),
            AskError::UnknownQuestion => Self::new(Code::MessageNotFound),
            AskError::TooManyTurns => Self::new(Code::TooManyTurns),
            AskError::TimedOut => Self::new(Code::TimedOut),
            AskError::Search(error) => error.into(),
            AskError::Store(error) => error.into(),
        }
    }
}

impl From<ConnectorError> for Failure {
    fn from(error: ConnectorError) -> Self {
        match error {
            ConnectorError::OtherServer => Self::new(Code::OtherNextcloud),
            ConnectorError::TooMany => Self::new(Code::TooManyLogins),
            ConnectorError::NoAccount => Self::new(Code::AccountNotConnected),
            ConnectorError::Store(error) => error.into(),
            error @ ConnectorError::Nextcloud(_) => Self::new(Code::NextcloudUnavailable).because(error),
        }
    }
}
