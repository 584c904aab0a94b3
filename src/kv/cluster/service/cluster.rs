//! The service `Cluster`. Its headers have no revision, as etcd's.

use tonic::{Request, Response, Status};

use super::Services;
use crate::kv::cluster::{EtcdError, Member, MemberId};
use crate::kv::proto::etcdserverpb as pb;

#[tonic::async_trait]
impl pb::cluster_server::Cluster for Services {
    async fn member_add(
        &self,
        request: Request<pb::MemberAddRequest>,
    ) -> Result<Response<pb::MemberAddResponse>, Status> {
        self.admin(&request).await?;
        let pb::MemberAddRequest {
            peer_ur_ls,
            is_learner,
        } = request.into_inner();
        if peer_ur_ls.is_empty() {
            return Err(EtcdError::MemberBadUrls.into());
        }
        let (id, members) = self.node.member_add(peer_ur_ls, is_learner).await?;
        let added = members.iter().find(|(member, _)| *member == id);
        Ok(Response::new(pb::MemberAddResponse {
            header: self.header(0),
            member: added.cloned().map(to_proto),
            members: all(members),
        }))
    }

    async fn member_remove(
        &self,
        request: Request<pb::MemberRemoveRequest>,
    ) -> Result<Response<pb::MemberRemoveResponse>, Status> {
        self.admin(&request).await?;
        let members = self.node.member_remove(request.into_inner().id).await?;
        Ok(Response::new(pb::MemberRemoveResponse {
            header: self.header(0),
            members: all(members),
        }))
    }

    async fn member_update(
        &self,
        request: Request<pb::MemberUpdateRequest>,
    ) -> Result<Response<pb::MemberUpdateResponse>, Status> {
        self.admin(&request).await?;
        let pb::MemberUpdateRequest { id, peer_ur_ls } = request.into_inner();
        let members = self.node.member_update(id, peer_ur_ls).await?;
        Ok(Response::new(pb::MemberUpdateResponse {
            header: self.header(0),
            members: all(members),
        }))
    }

    async fn member_list(
        &self,
        request: Request<pb::MemberListRequest>,
    ) -> Result<Response<pb::MemberListResponse>, Status> {
        if request.into_inner().linearizable {
            self.node.linearized().await?;
        }
        Ok(Response::new(pb::MemberListResponse {
            header: self.header(0),
            members: all(self.node.members()),
        }))
    }

    async fn member_promote(
        &self,
        request: Request<pb::MemberPromoteRequest>,
    ) -> Result<Response<pb::MemberPromoteResponse>, Status> {
        self.admin(&request).await?;
        let members = self.node.member_promote(request.into_inner().id).await?;
        Ok(Response::new(pb::MemberPromoteResponse {
            header: self.header(0),
            members: all(members),
        }))
    }
}

fn all(members: Vec<(MemberId, Member)>) -> Vec<pb::Member> {
    members.into_iter().map(to_proto).collect()
}

fn to_proto((id, member): (MemberId, Member)) -> pb::Member {
    pb::Member {
        id,
        name: member.name,
        peer_ur_ls: member.peer_urls,
        client_ur_ls: member.client_urls,
        is_learner: member.learner,
    }
}
