//! The service of points.

use qdrant_client::qdrant as wire;
use qdrant_client::qdrant::points_server::Points;
use qdrant_edge::{CountRequest, UpdateOperation, WithPayloadInterface};
use tonic::{Request, Response, Status};

use super::{Service, translate};

/// The calls that are answered, and the names of those that are not.
macro_rules! points_service {
    ({ $($answered:tt)* } $($refused:ident: $request:ident -> $reply:ident),+ $(,)?) => {
        #[tonic::async_trait]
        impl Points for Service {
            $($answered)*
            $(async fn $refused(&self, _: Request<wire::$request>) -> Result<Response<wire::$reply>, Status> {
                Err(Status::unimplemented(stringify!($refused)))
            })+
        }
    };
}

impl Service {
    fn update(
        &self,
        collection: &str,
        update: Result<UpdateOperation, Status>,
    ) -> Result<Response<wire::PointsOperationResponse>, Status> {
        self.0.collection(collection)?.shard.update(update?).map_err(translate::internal)?;
        Ok(Response::new(wire::PointsOperationResponse::default()))
    }
}

points_service! {
    {
        async fn upsert(
            &self,
            request: Request<wire::UpsertPoints>,
        ) -> Result<Response<wire::PointsOperationResponse>, Status> {
            let request = request.into_inner();
            self.update(&request.collection_name, translate::upsert(request.points))
        }

        async fn delete(
            &self,
            request: Request<wire::DeletePoints>,
        ) -> Result<Response<wire::PointsOperationResponse>, Status> {
            let request = request.into_inner();
            self.update(&request.collection_name, translate::delete(request.points))
        }

        async fn set_payload(
            &self,
            request: Request<wire::SetPayloadPoints>,
        ) -> Result<Response<wire::PointsOperationResponse>, Status> {
            let request = request.into_inner();
            let update = translate::set_payload(request.payload, request.points_selector);
            self.update(&request.collection_name, update)
        }

        async fn create_field_index(
            &self,
            request: Request<wire::CreateFieldIndexCollection>,
        ) -> Result<Response<wire::PointsOperationResponse>, Status> {
            let request = request.into_inner();
            self.update(&request.collection_name, translate::field_index(&request))
        }

        async fn get(&self, request: Request<wire::GetPoints>) -> Result<Response<wire::GetResponse>, Status> {
            let request = request.into_inner();
            let collection = self.0.collection(&request.collection_name)?;
            let ids = request.ids.into_iter().map(translate::point_id).collect::<Result<Vec<_>, _>>()?;
            let payload = translate::wants_payload(request.with_payload);
            let vectors = translate::wanted_vectors(request.with_vectors)?;
            let found = collection
                .shard
                .retrieve(&ids, Some(WithPayloadInterface::Bool(payload)), Some(vectors))
                .map_err(translate::internal)?;
            let result = found.into_iter().map(translate::record).collect();
            Ok(Response::new(wire::GetResponse { result, ..Default::default() }))
        }

        async fn scroll(
            &self,
            request: Request<wire::ScrollPoints>,
        ) -> Result<Response<wire::ScrollResponse>, Status> {
            let request = request.into_inner();
            let collection = self.0.collection(&request.collection_name)?;
            let (found, next) =
                collection.shard.scroll(translate::scroll(request)?).map_err(translate::internal)?;
            let result = found.into_iter().map(|record| translate::recorded(record.id, record.payload)).collect();
            let next_page_offset = next.map(translate::wire_id);
            Ok(Response::new(wire::ScrollResponse { next_page_offset, result, ..Default::default() }))
        }

        async fn count(&self, request: Request<wire::CountPoints>) -> Result<Response<wire::CountResponse>, Status> {
            let request = request.into_inner();
            let collection = self.0.collection(&request.collection_name)?;
            let exact = CountRequest { filter: None, exact: true };
            let count = collection.shard.count(exact).map_err(translate::internal)? as u64;
            Ok(Response::new(wire::CountResponse { result: Some(wire::CountResult { count }), ..Default::default() }))
        }

        async fn query_batch(
            &self,
            request: Request<wire::QueryBatchPoints>,
        ) -> Result<Response<wire::QueryBatchResponse>, Status> {
            let request = request.into_inner();
            let collection = self.0.collection(&request.collection_name)?;
            let mut result = Vec::new();
            for query in request.query_points {
                let points = collection.shard.query(translate::query(query)?).map_err(translate::internal)?;
                result.push(wire::BatchResult { result: points.into_iter().map(translate::scored).collect() });
            }
            Ok(Response::new(wire::QueryBatchResponse { result, ..Default::default() }))
        }
    }
    update_vectors: UpdatePointVectors -> PointsOperationResponse,
    delete_vectors: DeletePointVectors -> PointsOperationResponse,
    overwrite_payload: SetPayloadPoints -> PointsOperationResponse,
    delete_payload: DeletePayloadPoints -> PointsOperationResponse,
    clear_payload: ClearPayloadPoints -> PointsOperationResponse,
    delete_field_index: DeleteFieldIndexCollection -> PointsOperationResponse,
    create_vector_name: CreateVectorNameRequest -> PointsOperationResponse,
    delete_vector_name: DeleteVectorNameRequest -> PointsOperationResponse,
    search: SearchPoints -> SearchResponse,
    search_batch: SearchBatchPoints -> SearchBatchResponse,
    search_groups: SearchPointGroups -> SearchGroupsResponse,
    recommend: RecommendPoints -> RecommendResponse,
    recommend_batch: RecommendBatchPoints -> RecommendBatchResponse,
    recommend_groups: RecommendPointGroups -> RecommendGroupsResponse,
    discover: DiscoverPoints -> DiscoverResponse,
    discover_batch: DiscoverBatchPoints -> DiscoverBatchResponse,
    update_batch: UpdateBatchPoints -> UpdateBatchResponse,
    query: QueryPoints -> QueryResponse,
    query_groups: QueryPointGroups -> QueryGroupsResponse,
    facet: FacetCounts -> FacetResponse,
    search_matrix_pairs: SearchMatrixPoints -> SearchMatrixPairsResponse,
    search_matrix_offsets: SearchMatrixPoints -> SearchMatrixOffsetsResponse,
}
