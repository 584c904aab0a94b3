//! The service `Watch`.

mod hub;
mod index;
mod output;
mod stream;

use std::sync::Arc;

use tonic::{Request, Response, Status, Streaming};

pub use self::hub::Hub;
use self::index::Span;
pub use self::output::Output;
use self::stream::{Shared, Wanted};
use super::Services;
use super::front::in_etcds_words;
use crate::kv::Revision;
use crate::kv::cluster::EtcdError;
use crate::kv::cluster::auth::{Access, Claim};
use crate::kv::proto::etcdserverpb::watch_create_request::FilterType;
use crate::kv::proto::etcdserverpb::watch_request::RequestUnion;
use crate::kv::proto::etcdserverpb::watch_server::Watch;
use crate::kv::proto::etcdserverpb::{WatchCreateRequest, WatchRequest, WatchResponse};

/// Whose watch it is not (etcd: `clientv3.InvalidWatchID`).
const NO_WATCH: i64 = -1;

#[tonic::async_trait]
impl Watch for Services {
    type WatchStream = Output;

    async fn watch(
        &self,
        request: Request<Streaming<WatchRequest>>,
    ) -> Result<Response<Output>, Status> {
        let reader = Reader {
            claim: self.claim(&request),
            shared: self.hub.join(),
            services: self.clone(),
        };
        let shared = Arc::clone(&reader.shared);
        let reading = tokio::spawn(reader.read(request.into_inner()));
        let output = Output::new(self.clone(), shared, Some(reading.abort_handle()));
        Ok(Response::new(output))
    }
}

/// What reads what the client asks.
struct Reader {
    services: Services,
    shared: Arc<Shared>,
    claim: Claim,
}

impl Reader {
    /// Reads until the client says no more; its watchers go on then, as etcd's do.
    async fn read(self, mut requests: Streaming<WatchRequest>) {
        loop {
            self.shared.has_room().await;
            let asked = match requests.message().await {
                Ok(Some(request)) => self.ask(request).await,
                Ok(None) => return,
                Err(status) => Err(in_etcds_words(&status).unwrap_or(status)),
            };
            if let Err(status) = asked {
                return self.shared.fail(status);
            }
        }
    }

    async fn ask(&self, request: WatchRequest) -> Result<(), Status> {
        let hub = &self.services.hub;
        match request.request_union {
            Some(RequestUnion::CreateRequest(create)) => return self.create(create).await,
            Some(RequestUnion::CancelRequest(cancel)) => {
                if self.shared.cancel(hub, cancel.watch_id) {
                    self.shared.state().answer(WatchResponse {
                        header: self.services.header(self.revision()),
                        watch_id: cancel.watch_id,
                        canceled: true,
                        ..WatchResponse::default()
                    });
                }
            }
            Some(RequestUnion::ProgressRequest(_)) => {
                let mut state = self.shared.state();
                state.progress_asked = true;
                state.wake();
            }
            None => {}
        }
        Ok(())
    }

    async fn create(&self, create: WatchCreateRequest) -> Result<(), Status> {
        if create.start_revision < 0 {
            self.refuse(EtcdError::Compacted.text().to_owned());
            return Ok(());
        }
        if let Err(error) = self.permitted(&create).await {
            // Go's text of a status, as etcd sends it here.
            let (code, text) = (go_name(&error), error.text());
            self.refuse(format!("rpc error: code = {code} desc = {text}"));
            return Ok(());
        }
        let filters = |kind: FilterType| create.filters.contains(&i32::from(kind));
        let (no_put, no_delete) = (filters(FilterType::Noput), filters(FilterType::Nodelete));
        let range = (first_key(&create.key), create.range_end.clone());
        let Some(span) = Span::new(create.key, create.range_end) else {
            self.refuse("mvcc: watcher range is empty".to_owned());
            return Ok(());
        };
        let wanted = Wanted {
            span: Arc::new(span),
            range,
            no_put,
            no_delete,
            prev_kv: create.prev_kv,
            fragment: create.fragment,
            start: create.start_revision,
        };
        let (hub, machine) = (&self.services.hub, self.services.node.machine());
        let created = |watch_id, revision| WatchResponse {
            header: self.services.header(revision),
            watch_id,
            created: true,
            ..WatchResponse::default()
        };
        let progress = create.progress_notify;
        let made = self
            .shared
            .create(hub, machine, create.watch_id, wanted, progress, created)?;
        if let Err(reason) = made {
            self.refuse(reason.to_owned());
        }
        Ok(())
    }

    async fn permitted(&self, create: &WatchCreateRequest) -> Result<(), EtcdError> {
        let auth = self.services.node.machine().auth();
        if !auth.enabled() {
            return Ok(());
        }
        let who = auth.identify(&self.claim).await?;
        let key = first_key(&create.key);
        auth.state()
            .check_range(&who, &key, &create.range_end, Access::Read)
    }

    fn revision(&self) -> Revision {
        self.services.node.machine().revision()
    }

    /// No watcher was made.
    fn refuse(&self, cancel_reason: String) {
        self.shared.state().answer(WatchResponse {
            header: self.services.header(self.revision()),
            watch_id: NO_WATCH,
            created: true,
            canceled: true,
            cancel_reason,
            ..WatchResponse::default()
        });
    }
}

/// An empty key is the first there can be.
fn first_key(key: &[u8]) -> Vec<u8> {
    if key.is_empty() {
        vec![0]
    } else {
        key.to_vec()
    }
}

/// What Go calls the code of an error.
fn go_name(error: &EtcdError) -> &'static str {
    match error.code() {
        tonic::Code::Unauthenticated => "Unauthenticated",
        tonic::Code::InvalidArgument => "InvalidArgument",
        _ => "PermissionDenied",
    }
}
