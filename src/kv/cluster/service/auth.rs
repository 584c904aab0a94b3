//! The service `Auth`: users, roles, permissions and tokens.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tonic::{Request, Response, Status};

use super::Services;
use crate::kv::cluster::auth::{AuthState, Checked, Claim, Permission, draw_prefix, no_password};
use crate::kv::cluster::tls::PeerInfo;
use crate::kv::cluster::{Auth, AuthCommand, Change, Command, EtcdError, Identity, Outcome, Reply};
use crate::kv::proto::etcdserverpb as pb;

/// How often a password is checked anew because users and roles changed meanwhile.
const ATTEMPTS: usize = 16;

impl Services {
    /// Finds out who asks: by the token of the request, or by the certificate of its connection.
    ///
    /// # Errors
    /// [`EtcdError::InvalidAuthToken`].
    pub(super) async fn identify<T>(&self, request: &Request<T>) -> Result<Identity, EtcdError> {
        if !self.auth().enabled() {
            return Ok(Identity::nobody());
        }
        self.auth().identify(&self.claim(request)).await
    }

    /// Who a request says it is from.
    pub(super) fn claim<T>(&self, request: &Request<T>) -> Claim {
        let peer = request.extensions().get::<PeerInfo>();
        let name = peer.and_then(|peer| peer.common_name.as_deref());
        Claim::new(request.metadata(), name)
    }

    pub(super) fn auth(&self) -> &Auth {
        self.node.machine().auth()
    }

    /// Has a change made; returns the header for the answer, and what it returned.
    async fn change<T>(
        &self,
        request: &Request<T>,
        command: AuthCommand,
    ) -> Result<(Option<pb::ResponseHeader>, Reply), Status> {
        let identity = self.identify(request).await?;
        let Outcome { revision, result } = self
            .node
            .propose(Command {
                identity,
                change: Change::Auth(command).into(),
            })
            .await?;
        Ok((self.header(revision), result?))
    }

    /// Reads users and roles, with all changes that were acknowledged before.
    async fn read<T, R>(
        &self,
        request: &Request<T>,
        work: impl FnOnce(&AuthState, &Identity) -> Checked<R>,
    ) -> Result<(Option<pb::ResponseHeader>, R), Status> {
        let identity = self.identify(request).await?;
        let machine = self.node.linearized().await?;
        let found = work(&machine.auth().state(), &identity)?;
        let revision = machine
            .read(|reader| Ok(reader.revision()))
            .map_err(EtcdError::from)?;
        Ok((self.header(revision), found))
    }

    /// Refuses all but administrators, where more is looked at before the log is asked.
    async fn only_admin<T>(&self, request: &Request<T>) -> Result<(), Status> {
        let checked = self.read(request, |state, who| state.check_admin(who));
        checked.await.map(drop)
    }

    /// Hashes a password for an administrator: the others are refused before it costs a hash.
    async fn hash<T>(&self, request: &Request<T>, password: String) -> Result<Vec<u8>, Status> {
        self.only_admin(request).await?;
        Ok(self.auth().hash(password).await?)
    }
}

/// An answer that is a header and nothing else.
macro_rules! done {
    ($self:ident, $request:ident, $answer:ident, $command:expr) => {{
        let (header, _) = $self.change(&$request, $command).await?;
        Ok(Response::new(pb::$answer { header }))
    }};
}

#[tonic::async_trait]
impl pb::auth_server::Auth for Services {
    async fn auth_enable(
        &self,
        request: Request<pb::AuthEnableRequest>,
    ) -> Result<Response<pb::AuthEnableResponse>, Status> {
        done!(self, request, AuthEnableResponse, AuthCommand::Enable)
    }

    async fn auth_disable(
        &self,
        request: Request<pb::AuthDisableRequest>,
    ) -> Result<Response<pb::AuthDisableResponse>, Status> {
        done!(self, request, AuthDisableResponse, AuthCommand::Disable)
    }

    async fn auth_status(
        &self,
        request: Request<pb::AuthStatusRequest>,
    ) -> Result<Response<pb::AuthStatusResponse>, Status> {
        let (header, (enabled, auth_revision)) = self
            .read(&request, |state, who| {
                state.check_admin(who)?;
                Ok((state.enabled(), state.revision()))
            })
            .await?;
        Ok(Response::new(pb::AuthStatusResponse {
            header,
            enabled,
            auth_revision,
        }))
    }

    /// The password is checked here, and the token made known to all members by the log. If
    /// users and roles changed between the two, the password may have too.
    async fn authenticate(
        &self,
        request: Request<pb::AuthenticateRequest>,
    ) -> Result<Response<pb::AuthenticateResponse>, Status> {
        let pb::AuthenticateRequest { name, password } = request.into_inner();
        self.node.linearized().await?;
        for _ in 0..ATTEMPTS {
            let checked = self.auth().check_password(&name, password.clone()).await?;
            let prefix = draw_prefix().map_err(EtcdError::from)?;
            let user = name.clone();
            let change = Change::Auth(AuthCommand::Authenticate { user, prefix });
            let outcome = self.node.propose(Command::own(change)).await?;
            let Reply::Token(token) = outcome.result? else {
                return Err(EtcdError::internal("no token was assigned").into());
            };
            if self.auth().state().revision() == checked {
                return Ok(Response::new(pb::AuthenticateResponse {
                    header: self.header(outcome.revision),
                    token,
                }));
            }
        }
        Err(EtcdError::AuthOldRevision.into())
    }

    async fn user_add(
        &self,
        mut request: Request<pb::AuthUserAddRequest>,
    ) -> Result<Response<pb::AuthUserAddResponse>, Status> {
        let asked = std::mem::take(request.get_mut());
        let hash = match asked.options {
            Some(options) if options.no_password => None,
            _ => Some(self.hash(&request, asked.password).await?),
        };
        let name = asked.name;
        done!(
            self,
            request,
            AuthUserAddResponse,
            AuthCommand::UserAdd { name, hash }
        )
    }

    async fn user_get(
        &self,
        request: Request<pb::AuthUserGetRequest>,
    ) -> Result<Response<pb::AuthUserGetResponse>, Status> {
        let name = &request.get_ref().name;
        let (header, roles) = self
            .read(&request, |state, who| state.user_get(who, name))
            .await?;
        Ok(Response::new(pb::AuthUserGetResponse { header, roles }))
    }

    async fn user_list(
        &self,
        request: Request<pb::AuthUserListRequest>,
    ) -> Result<Response<pb::AuthUserListResponse>, Status> {
        let (header, users) = self
            .read(&request, |state, who| state.user_list(who))
            .await?;
        Ok(Response::new(pb::AuthUserListResponse { header, users }))
    }

    async fn user_delete(
        &self,
        mut request: Request<pb::AuthUserDeleteRequest>,
    ) -> Result<Response<pb::AuthUserDeleteResponse>, Status> {
        let name = std::mem::take(&mut request.get_mut().name);
        done!(
            self,
            request,
            AuthUserDeleteResponse,
            AuthCommand::UserDelete { name }
        )
    }

    async fn user_change_password(
        &self,
        mut request: Request<pb::AuthUserChangePasswordRequest>,
    ) -> Result<Response<pb::AuthUserChangePasswordResponse>, Status> {
        let asked = std::mem::take(request.get_mut());
        let hash = if asked.password.is_empty() {
            self.only_admin(&request).await?;
            // As etcd: a hash that the client made, or none, which no password matches.
            STANDARD
                .decode(asked.hashed_password)
                .map_err(|_| no_password())?
        } else {
            self.hash(&request, asked.password).await?
        };
        let name = asked.name;
        done!(
            self,
            request,
            AuthUserChangePasswordResponse,
            AuthCommand::UserChangePassword { name, hash }
        )
    }

    async fn user_grant_role(
        &self,
        mut request: Request<pb::AuthUserGrantRoleRequest>,
    ) -> Result<Response<pb::AuthUserGrantRoleResponse>, Status> {
        let pb::AuthUserGrantRoleRequest { user, role } = std::mem::take(request.get_mut());
        done!(
            self,
            request,
            AuthUserGrantRoleResponse,
            AuthCommand::UserGrantRole { user, role }
        )
    }

    async fn user_revoke_role(
        &self,
        mut request: Request<pb::AuthUserRevokeRoleRequest>,
    ) -> Result<Response<pb::AuthUserRevokeRoleResponse>, Status> {
        let pb::AuthUserRevokeRoleRequest { name, role } = std::mem::take(request.get_mut());
        done!(
            self,
            request,
            AuthUserRevokeRoleResponse,
            AuthCommand::UserRevokeRole { user: name, role }
        )
    }

    async fn role_add(
        &self,
        mut request: Request<pb::AuthRoleAddRequest>,
    ) -> Result<Response<pb::AuthRoleAddResponse>, Status> {
        let name = std::mem::take(&mut request.get_mut().name);
        done!(
            self,
            request,
            AuthRoleAddResponse,
            AuthCommand::RoleAdd { name }
        )
    }

    async fn role_get(
        &self,
        request: Request<pb::AuthRoleGetRequest>,
    ) -> Result<Response<pb::AuthRoleGetResponse>, Status> {
        let name = &request.get_ref().role;
        let (header, permissions) = self
            .read(&request, |state, who| state.role_get(who, name))
            .await?;
        let perm = permissions.into_iter().map(Into::into).collect();
        Ok(Response::new(pb::AuthRoleGetResponse { header, perm }))
    }

    async fn role_list(
        &self,
        request: Request<pb::AuthRoleListRequest>,
    ) -> Result<Response<pb::AuthRoleListResponse>, Status> {
        let (header, roles) = self
            .read(&request, |state, who| state.role_list(who))
            .await?;
        Ok(Response::new(pb::AuthRoleListResponse { header, roles }))
    }

    async fn role_delete(
        &self,
        mut request: Request<pb::AuthRoleDeleteRequest>,
    ) -> Result<Response<pb::AuthRoleDeleteResponse>, Status> {
        let name = std::mem::take(&mut request.get_mut().role);
        done!(
            self,
            request,
            AuthRoleDeleteResponse,
            AuthCommand::RoleDelete { name }
        )
    }

    async fn role_grant_permission(
        &self,
        mut request: Request<pb::AuthRoleGrantPermissionRequest>,
    ) -> Result<Response<pb::AuthRoleGrantPermissionResponse>, Status> {
        let asked = std::mem::take(request.get_mut());
        let Some(permission) = asked.perm else {
            self.only_admin(&request).await?;
            return Err(EtcdError::PermissionNotGiven.into());
        };
        let Ok(permission) = Permission::try_from(permission) else {
            self.only_admin(&request).await?;
            return Err(EtcdError::InvalidAuthMgmt.into());
        };
        let role = asked.name;
        done!(
            self,
            request,
            AuthRoleGrantPermissionResponse,
            AuthCommand::RoleGrantPermission { role, permission }
        )
    }

    async fn role_revoke_permission(
        &self,
        mut request: Request<pb::AuthRoleRevokePermissionRequest>,
    ) -> Result<Response<pb::AuthRoleRevokePermissionResponse>, Status> {
        let asked = std::mem::take(request.get_mut());
        done!(
            self,
            request,
            AuthRoleRevokePermissionResponse,
            AuthCommand::RoleRevokePermission {
                role: asked.role,
                key: asked.key,
                range_end: asked.range_end,
            }
        )
    }
}
