//! `netpipe kv auth`

use clap::{Args, Subcommand};

use super::json::{Json, Object, headed};
use super::print::{Answer, Done, Page, Printer};
use super::remote::{Remote, Server};
use crate::error::{Error, Result};
use crate::kv::proto::etcdserverpb::{
    AuthDisableRequest, AuthEnableRequest, AuthRoleAddRequest, AuthStatusRequest,
    AuthStatusResponse, AuthUserGrantRoleRequest,
};

/// Say whether users need a password and permissions
#[derive(Debug, Args)]
pub struct Auth {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Require a user, with permission for what it does
    ///
    /// A user `root` has to be there; the role `root` is made and given to it where it lacks.
    #[command(after_long_help = "\
Example:
  netpipe kv user add root
  netpipe kv auth enable")]
    Enable,
    /// Let everybody do everything
    Disable,
    /// Say which of the two it is
    Status,
}

impl Auth {
    /// Runs the subcommand.
    pub fn run(self, server: Server, printer: Printer<'_>) -> Result<()> {
        server.run(|remote| async move {
            match self.command {
                Command::Enable => enable(&remote, printer).await,
                Command::Disable => {
                    let call = || async { remote.auth().auth_disable(AuthDisableRequest {}).await };
                    let done = remote.call(call).await?;
                    let json = Object::new().with("enabled", false);
                    printer.print(&Done::new(done.header, "Authentication Disabled", json))
                }
                Command::Status => {
                    let call = || async { remote.auth().auth_status(AuthStatusRequest {}).await };
                    printer.print(&remote.call(call).await?)
                }
            }
        })
    }
}

async fn enable(remote: &Remote, printer: Printer<'_>) -> Result<()> {
    let enable = || async {
        let call = || async { remote.auth().auth_enable(AuthEnableRequest {}).await };
        remote.call(call).await
    };
    let done = match enable().await {
        Err(error) if lacks_the_role(&error) => {
            let name = || "root".to_owned();
            let role = AuthRoleAddRequest { name: name() };
            let call = || async { remote.auth().role_add(role.clone()).await };
            match remote.call(call).await {
                Err(error) if !error.to_string().contains("already exists") => return Err(error),
                _ => {}
            }
            let grant = AuthUserGrantRoleRequest {
                user: name(),
                role: name(),
            };
            let call = || async { remote.auth().user_grant_role(grant.clone()).await };
            remote.call(call).await?;
            enable().await?
        }
        done => done?,
    };
    let json = Object::new().with("enabled", true);
    printer.print(&Done::new(done.header, "Authentication Enabled", json))
}

/// Whether what is missing is the role `root`, or that the user `root` has it.
fn lacks_the_role(error: &Error) -> bool {
    error
        .to_string()
        .contains("root user does not have root role")
}

impl Answer for AuthStatusResponse {
    fn simple(&self, page: &mut Page) {
        page.line(format!("Authentication Status: {}", self.enabled));
        page.line(format!("AuthRevision: {}", self.auth_revision));
    }

    fn fields(&self, page: &mut Page) -> bool {
        page.header(self.header.as_ref());
        page.field("Enabled", self.enabled);
        page.field("AuthRevision", self.auth_revision);
        true
    }

    fn etcd(&self, _hex: bool) -> Json {
        headed(self.header.as_ref())
            .with_set("enabled", self.enabled)
            .with_set("authRevision", self.auth_revision)
            .into()
    }

    fn json(&self) -> Json {
        Object::new()
            .with("enabled", self.enabled)
            .with("auth_revision", self.auth_revision)
            .into()
    }
}
