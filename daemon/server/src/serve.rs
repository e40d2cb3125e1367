//! Takes connections until told to stop, then ends in two steps.
//!
//! First no new connection is taken, idle ones are closed, and requests in flight are finished; answers that stream
//! may end by themselves. After the grace period what is left is cut, which stops its turn; the assistant keeps what
//! was streamed. A slow client cannot hold a connection by sending its head a byte at a time.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::limits::{HEAD_TIME, MAX_CONNECTIONS, MAX_STREAMS_PER_CONNECTION};
use crate::metrics::CONNECTIONS;
use crate::middleware::caller::Peer;

/// How long to wait before accepting again when the system is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// How to serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServeSettings {
    /// How long requests in flight may go on after the stop.
    pub grace: Duration,
}

impl Default for ServeSettings {
    fn default() -> Self {
        Self { grace: Duration::from_secs(10) }
    }
}

/// Serves until `stop` is cancelled and everything in flight has ended or was cut.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: CancellationToken,
    settings: ServeSettings,
) -> io::Result<()> {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let connections = TaskTracker::new();
    let cut = CancellationToken::new();
    let builder = builder();
    while let Some((stream, peer, permit)) = next(&listener, &slots, &stop).await {
        let connection = Connection {
            builder: builder.clone(),
            router: router.clone(),
            stop: stop.clone(),
            cut: cut.clone(),
            peer,
            _open: Open::enter(permit),
        };
        connections.spawn(connection.run(stream));
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(settings.grace, connections.wait()).await.is_err() {
        tracing::info!(open = connections.len(), "the grace period is over, open connections are cut");
        cut.cancel();
        connections.wait().await;
    }
    Ok(())
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(HEAD_TIME)
        .max_concurrent_streams(MAX_STREAMS_PER_CONNECTION);
    builder
}

/// The next connection; `None` once the stop is asked for.
async fn next(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, Peer, OwnedSemaphorePermit)> {
    let accept = async {
        // Never closed, so this waits for a free slot.
        let permit = Arc::clone(slots).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, from)) => break Some((stream, Peer(from.ip()), permit)),
                Err(error) => {
                    tracing::warn!(error = %error, "accepting a connection failed");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    };
    tokio::select! {
        biased;
        () = stop.cancelled() => None,
        accepted = accept => accepted,
    }
}

/// Counts an open connection and holds its slot.
struct Open(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

impl Open {
    fn enter(permit: OwnedSemaphorePermit) -> Self {
        metrics::gauge!(CONNECTIONS).increment(1);
        Self(permit)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!(CONNECTIONS).decrement(1);
    }
}

struct Connection {
    builder: Builder<TokioExecutor>,
    router: Router,
    stop: CancellationToken,
    cut: CancellationToken,
    peer: Peer,
    _open: Open,
}

impl Connection {
    async fn run(self, stream: TcpStream) {
        // Events of a stream are small and must not wait for more.
        let _ = stream.set_nodelay(true);
        let peer = self.peer;
        let service = self.router.clone().map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            request
        });
        let service = TowerToHyperService::new(service);
        let mut connection = pin!(self.builder.serve_connection(TokioIo::new(stream), service));
        let mut stopping = false;
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(error = %error, "a connection broke");
                    }
                    return;
                }
                () = self.cut.cancelled() => return,
                () = self.stop.cancelled(), if !stopping => {
                    stopping = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}
