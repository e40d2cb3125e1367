//! A body that is counted while it is sent and that breaks off where a scripted fault says so.
//! Breaking off is an error of the body, which makes the server drop the connection without a proper end.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::reply::Body;
use crate::recorder::Outcome;

struct Metered {
    inner: Body,
    outcome: Arc<Outcome>,
    /// Bytes that may still go out, when the body is to be cut.
    left: Option<u64>,
    /// The server had an occasion to flush what was let through.
    paused: bool,
}

/// Wraps a body; `cut_after` is how much of it may be sent.
pub(crate) fn metered(inner: Body, outcome: Arc<Outcome>, cut_after: Option<u64>) -> Body {
    Metered { inner, outcome, left: cut_after, paused: false }.boxed_unsync()
}

impl HttpBody for Metered {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.left == Some(0) {
            return self.cut(context);
        }
        let Some(frame) = ready!(Pin::new(&mut self.inner).poll_frame(context)).transpose()? else {
            return if self.left.is_some() { self.cut(context) } else { Poll::Ready(None) };
        };
        let Ok(data) = frame.into_data() else { return Poll::Ready(None) };
        let kept = match &mut self.left {
            None => data.len(),
            Some(left) => {
                let kept = usize::try_from(*left).unwrap_or(usize::MAX).min(data.len());
                *left -= kept as u64;
                kept
            }
        };
        self.outcome.sent(kept);
        Poll::Ready(Some(Ok(Frame::data(data.slice(..kept)))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_none() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Metered {
    /// Ends the body with an error, one turn late: an error at once would take the last bytes back.
    fn cut(&mut self, context: &Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if !self.paused {
            self.paused = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::ConnectionAborted, "scripted cut"))))
    }
}
