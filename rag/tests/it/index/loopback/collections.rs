//! The service of collections.

use qdrant_client::qdrant as wire;
use qdrant_client::qdrant::collections_server::Collections;
use tonic::{Request, Response, Status};

use super::{Service, translate};

/// The calls that are answered, and the names of those that are not.
macro_rules! collections_service {
    ({ $($answered:tt)* } $($refused:ident: $request:ident -> $reply:ident),+ $(,)?) => {
        #[tonic::async_trait]
        impl Collections for Service {
            $($answered)*
            $(async fn $refused(&self, _: Request<wire::$request>) -> Result<Response<wire::$reply>, Status> {
                Err(Status::unimplemented(stringify!($refused)))
            })+
        }
    };
}

collections_service! {
    {
        async fn get(
            &self,
            request: Request<wire::GetCollectionInfoRequest>,
        ) -> Result<Response<wire::GetCollectionInfoResponse>, Status> {
            let collection = self.0.collection(&request.into_inner().collection_name)?;
            let config = wire::CollectionConfig { metadata: collection.metadata.clone(), ..Default::default() };
            let info = wire::CollectionInfo { config: Some(config), ..Default::default() };
            Ok(Response::new(wire::GetCollectionInfoResponse { result: Some(info), time: 0.0 }))
        }

        async fn create(
            &self,
            request: Request<wire::CreateCollection>,
        ) -> Result<Response<wire::CollectionOperationResponse>, Status> {
            let request = request.into_inner();
            let config = translate::config(&request)?;
            self.0.make(&request.collection_name, request.metadata, config)?;
            Ok(Response::new(wire::CollectionOperationResponse { result: true, time: 0.0 }))
        }

        async fn delete(
            &self,
            request: Request<wire::DeleteCollection>,
        ) -> Result<Response<wire::CollectionOperationResponse>, Status> {
            let removed = self.0.collections.lock().unwrap().remove(&request.into_inner().collection_name);
            Ok(Response::new(wire::CollectionOperationResponse { result: removed.is_some(), time: 0.0 }))
        }

        async fn collection_exists(
            &self,
            request: Request<wire::CollectionExistsRequest>,
        ) -> Result<Response<wire::CollectionExistsResponse>, Status> {
            let exists = self.0.collection(&request.into_inner().collection_name).is_ok();
            let result = Some(wire::CollectionExists { exists });
            Ok(Response::new(wire::CollectionExistsResponse { result, time: 0.0 }))
        }
    }
    list: ListCollectionsRequest -> ListCollectionsResponse,
    update: UpdateCollection -> CollectionOperationResponse,
    update_aliases: ChangeAliases -> CollectionOperationResponse,
    list_collection_aliases: ListCollectionAliasesRequest -> ListAliasesResponse,
    list_aliases: ListAliasesRequest -> ListAliasesResponse,
    collection_cluster_info: CollectionClusterInfoRequest -> CollectionClusterInfoResponse,
    update_collection_cluster_setup: UpdateCollectionClusterSetupRequest -> UpdateCollectionClusterSetupResponse,
    create_shard_key: CreateShardKeyRequest -> CreateShardKeyResponse,
    delete_shard_key: DeleteShardKeyRequest -> DeleteShardKeyResponse,
    list_shard_keys: ListShardKeysRequest -> ListShardKeysResponse,
}
