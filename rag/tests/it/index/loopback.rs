//! A Qdrant server in the test's own process: the genuine engine behind the genuine wire.
//!
//! It speaks the published gRPC services and hands each call to the embedded engine on a temporary directory. Only what
//! the client under test uses is there; anything else is answered with "unimplemented", so that a new call is noticed.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use qdrant_client::qdrant::collections_server::CollectionsServer;
use qdrant_client::qdrant::points_server::PointsServer;
use qdrant_client::qdrant::qdrant_server::QdrantServer;
use qdrant_client::qdrant::{HealthCheckReply, HealthCheckRequest, Value};
use qdrant_edge::EdgeShard;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

mod collections;
mod points;
mod translate;

/// A running server; it ends with this value.
pub(super) struct Loopback {
    url: String,
    state: Arc<State>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// All collections.
pub(super) struct State {
    collections: Mutex<HashMap<String, Arc<Collection>>>,
    /// Goes after the shards, which write once more when they are dropped.
    directory: TempDir,
}

/// One collection: a shard and what was said when it was made.
pub(super) struct Collection {
    shard: EdgeShard,
    metadata: HashMap<String, Value>,
}

#[derive(Clone)]
struct Service(Arc<State>);

impl Loopback {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State { collections: Mutex::default(), directory: TempDir::new().unwrap() });
        let service = Service(Arc::clone(&state));
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let task = tokio::spawn(async move {
            Server::builder()
                .add_service(QdrantServer::new(service.clone()))
                .add_service(CollectionsServer::new(service.clone()))
                .add_service(PointsServer::new(service))
                .serve_with_incoming_shutdown(TcpListenerStream::new(listener), stopped)
                .await
                .unwrap();
        });
        Self { url, state, stop, task }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// A collection that some other program made.
    pub(super) fn make_foreign(&self, name: &str) {
        self.state.make(name, HashMap::new(), translate::config_without_vectors()).unwrap();
    }

    pub(super) async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

impl State {
    fn collection(&self, name: &str) -> Result<Arc<Collection>, Status> {
        let collections = self.collections.lock().unwrap();
        collections.get(name).cloned().ok_or_else(|| Status::not_found(format!("no collection {name}")))
    }

    fn make(
        &self,
        name: &str,
        metadata: HashMap<String, Value>,
        config: qdrant_edge::EdgeConfig,
    ) -> Result<(), Status> {
        let mut collections = self.collections.lock().unwrap();
        if collections.contains_key(name) {
            return Err(Status::already_exists(format!("collection {name} exists")));
        }
        let path = self.directory.path().join(name);
        drop(std::fs::remove_dir_all(&path));
        std::fs::create_dir(&path).unwrap();
        let shard = EdgeShard::new(&path, config).map_err(translate::internal)?;
        collections.insert(name.to_owned(), Arc::new(Collection { shard, metadata }));
        Ok(())
    }
}

#[tonic::async_trait]
impl qdrant_client::qdrant::qdrant_server::Qdrant for Service {
    async fn health_check(
        &self,
        _: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckReply>, Status> {
        Ok(Response::new(HealthCheckReply {
            title: "loopback".to_owned(),
            version: "1.16.0".to_owned(),
            commit: None,
        }))
    }
}
