//! Parameters in the address: of the path, and after the question mark.
//!
//! Thin covers over the framework's own extractors that fail with a problem. The detail names what was expected and
//! never repeats the value.

use axum::extract::FromRequestParts;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::{Code, Failure};
use crate::state::AppState;

/// Parameters of the path.
pub(crate) struct FromPath<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for FromPath<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(error)) => Err(match error.into_kind() {
                ErrorKind::ParseErrorAtKey { key, expected_type, .. } => Failure::new(Code::InvalidParameter)
                    .detail(format!("The part `{key}` of the address must be a {}.", plain(expected_type))),
                _ => {
                    Failure::new(Code::InvalidParameter).detail("The address has a part that cannot be read.")
                }
            }),
            Err(rejection) => Err(Failure::new(Code::Internal).because(rejection)),
        }
    }
}

/// Parameters after the question mark. Unknown ones are refused by the type.
pub(crate) struct FromQuery<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for FromQuery<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(_) => Err(Failure::new(Code::InvalidParameter)
                .detail("A parameter after the question mark is unknown or has the wrong type.")),
        }
    }
}

fn plain(expected_type: &str) -> &str {
    if expected_type.ends_with("Uuid") { "UUID" } else { "number" }
}
