//! `netpipe kv user`

use clap::{ArgAction, Args, Subcommand};

use super::json::{Json, Object, headed};
use super::password;
use super::print::{Answer, Done, Page, Printer};
use super::remote::{Remote, Server};
use super::role;
use crate::error::{Error, Result};
use crate::kv::proto::authpb::UserAddOptions;
use crate::kv::proto::etcdserverpb::{
    AuthUserAddRequest, AuthUserChangePasswordRequest, AuthUserDeleteRequest, AuthUserGetRequest,
    AuthUserGetResponse, AuthUserGrantRoleRequest, AuthUserListRequest, AuthUserListResponse,
    AuthUserRevokeRoleRequest,
};

/// Say who may use the store
///
/// A user has a password, or a certificate with its name in it, and roles.
#[derive(Debug, Args)]
pub struct User {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a user
    ///
    /// The password is asked for, twice, unless it is given.
    #[command(after_long_help = "\
Examples:
  netpipe kv user add alice
  netpipe kv user add host-a --no-password
  netpipe kv user add alice --interactive=false <password-file")]
    Add {
        /// The user; NAME:PASSWORD is taken too
        #[arg(value_name = "NAME")]
        account: String,
        /// The password
        #[arg(long, value_name = "PASSWORD", conflicts_with = "no_password")]
        new_user_password: Option<String>,
        /// Without a password: known by its certificate alone
        #[arg(long)]
        no_password: bool,
        #[command(flatten)]
        how: How,
    },
    /// Delete a user
    Delete {
        /// The user
        #[arg(value_name = "NAME")]
        account: String,
    },
    /// Print which roles a user has
    Get {
        /// The user
        #[arg(value_name = "NAME")]
        account: String,
        /// And what each of them may do
        #[arg(long)]
        detail: bool,
    },
    /// List the users
    List,
    /// Change a user's password, which is asked for
    Passwd {
        /// The user
        #[arg(value_name = "NAME")]
        account: String,
        #[command(flatten)]
        how: How,
    },
    /// Give a user a role
    #[command(after_long_help = "\
Example:
  netpipe kv user grant-role alice web")]
    GrantRole {
        /// The user
        #[arg(value_name = "NAME")]
        account: String,
        /// The role
        role: String,
    },
    /// Take a role from a user
    #[command(after_long_help = "\
Example:
  netpipe kv user revoke-role alice web")]
    RevokeRole {
        /// The user
        #[arg(value_name = "NAME")]
        account: String,
        /// The role
        role: String,
    },
}

/// How a password is asked for.
#[derive(Debug, Args)]
struct How {
    /// Ask twice, at the terminal; else it is the first line of stdin
    #[arg(long, value_name = "BOOL", default_value_t = true, action = ArgAction::Set)]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    interactive: bool,
}

impl How {
    fn ask(&self, account: &str) -> Result<String> {
        match self.interactive {
            true => password::ask_twice(account),
            false => password::from_stdin(),
        }
    }
}

impl User {
    /// Runs the subcommand.
    pub fn run(self, server: Server, printer: Printer<'_>) -> Result<()> {
        server.run(|remote| async move {
            match self.command {
                Command::Add {
                    account,
                    new_user_password,
                    no_password,
                    how,
                } => {
                    let (name, password) = match (no_password, new_user_password) {
                        (true, _) => (account, String::new()),
                        (false, Some(password)) => (account, password),
                        (false, None) => divided(account, &how)?,
                    };
                    let request = AuthUserAddRequest {
                        name: name.clone(),
                        password,
                        options: Some(UserAddOptions { no_password }),
                        hashed_password: String::new(),
                    };
                    let call = || async { remote.auth().user_add(request.clone()).await };
                    let header = remote.call(call).await?.header;
                    let text = format!("User {name} created");
                    printer.print(&Done::new(header, text, named(&name)))
                }
                Command::Passwd { account, how } => {
                    let request = AuthUserChangePasswordRequest {
                        password: how.ask(&account)?,
                        name: account.clone(),
                        hashed_password: String::new(),
                    };
                    let call =
                        || async { remote.auth().user_change_password(request.clone()).await };
                    let header = remote.call(call).await?.header;
                    printer.print(&Done::new(header, "Password updated", named(&account)))
                }
                Command::Get { account, detail } => get(&remote, account, detail, printer).await,
                other => change(&remote, other, printer).await,
            }
        })
    }
}

/// What needs no password.
async fn change(remote: &Remote, command: Command, printer: Printer<'_>) -> Result<()> {
    match command {
        Command::Delete { account } => {
            let request = AuthUserDeleteRequest {
                name: account.clone(),
            };
            let call = || async { remote.auth().user_delete(request.clone()).await };
            let header = remote.call(call).await?.header;
            let text = format!("User {account} deleted");
            printer.print(&Done::new(header, text, named(&account)))
        }
        Command::GrantRole { account, role } => {
            let text = format!("Role {role} is granted to user {account}");
            let json = named(&account).with("role", &role);
            let request = AuthUserGrantRoleRequest {
                user: account,
                role,
            };
            let call = || async { remote.auth().user_grant_role(request.clone()).await };
            let header = remote.call(call).await?.header;
            printer.print(&Done::new(header, text, json))
        }
        Command::RevokeRole { account, role } => {
            let text = format!("Role {role} is revoked from user {account}");
            let json = named(&account).with("role", &role);
            let request = AuthUserRevokeRoleRequest {
                name: account,
                role,
            };
            let call = || async { remote.auth().user_revoke_role(request.clone()).await };
            let header = remote.call(call).await?.header;
            printer.print(&Done::new(header, text, json))
        }
        _ => {
            let call = || async { remote.auth().user_list(AuthUserListRequest {}).await };
            printer.print(&remote.call(call).await?)
        }
    }
}

fn named(account: &str) -> Object {
    Object::new().with("user", account)
}

/// The name and the password of NAME:PASSWORD; of NAME alone, the one that is asked for.
fn divided(account: String, how: &How) -> Result<(String, String)> {
    match account.split_once(':') {
        Some(("", _)) => Err(Error::usage("the user's name is empty")),
        Some((name, password)) => Ok((name.to_owned(), password.to_owned())),
        None => {
            let password = how.ask(&account)?;
            Ok((account, password))
        }
    }
}

async fn get(remote: &Remote, name: String, detail: bool, printer: Printer<'_>) -> Result<()> {
    let request = AuthUserGetRequest { name: name.clone() };
    let call = || async { remote.auth().user_get(request.clone()).await };
    let response = remote.call(call).await?;
    let mut roles = Vec::new();
    if detail {
        for role in &response.roles {
            roles.push(role::get(remote, role.clone()).await?);
        }
    }
    printer.print(&Described {
        name,
        response,
        roles: detail.then_some(roles),
    })
}

/// A user, and if that was asked for its roles.
struct Described {
    name: String,
    response: AuthUserGetResponse,
    roles: Option<Vec<role::Described>>,
}

impl Answer for Described {
    fn simple(&self, page: &mut Page) {
        page.line(format!("User: {}", self.name));
        if let Some(roles) = &self.roles {
            for role in roles {
                page.line("");
                role.simple(page);
            }
            return;
        }
        let names = self.response.roles.iter();
        let names: String = names.map(|role| format!(" {role}")).collect();
        page.line(format!("Roles:{names}"));
    }

    fn etcd(&self, _hex: bool) -> Json {
        headed(self.response.header.as_ref())
            .with_set("roles", Json::list(&self.response.roles))
            .into()
    }

    fn json(&self) -> Json {
        let object = named(&self.name);
        match &self.roles {
            Some(roles) => object.with("roles", Json::list(roles.iter().map(Answer::json))),
            None => object.with("roles", Json::list(&self.response.roles)),
        }
        .into()
    }
}

impl Answer for AuthUserListResponse {
    fn simple(&self, page: &mut Page) {
        self.users.iter().for_each(|user| page.line(user));
    }

    fn etcd(&self, _hex: bool) -> Json {
        headed(self.header.as_ref())
            .with_set("users", Json::list(&self.users))
            .into()
    }

    fn json(&self) -> Json {
        Object::new().with("users", Json::list(&self.users)).into()
    }
}
