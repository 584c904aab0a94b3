//! `netpipe kv role`

use std::ffi::OsString;

use clap::{Args, Subcommand, ValueEnum};

use super::json::{Json, Object, base64, headed};
use super::print::{Answer, Done, Page, Printer};
use super::remote::{Remote, Server};
use super::span;
use super::value::{bytes, quoted};
use crate::error::Result;
use crate::kv::proto::authpb::Permission;
use crate::kv::proto::authpb::permission::Type;
use crate::kv::proto::etcdserverpb::{
    AuthRoleAddRequest, AuthRoleDeleteRequest, AuthRoleGetRequest, AuthRoleGetResponse,
    AuthRoleGrantPermissionRequest, AuthRoleListRequest, AuthRoleListResponse,
    AuthRoleRevokePermissionRequest,
};
use crate::kv::types::prefix_end;

/// Say what users may read and write
///
/// A role has permissions for keys, and a user has roles. The role `root` may do everything.
#[derive(Debug, Args)]
pub struct Role {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a role
    Add {
        /// The role
        role: String,
    },
    /// Delete a role
    Delete {
        /// The role
        role: String,
    },
    /// Print what a role may read and write
    Get {
        /// The role
        role: String,
    },
    /// List the roles
    List,
    /// Let a role read or write keys
    #[command(after_long_help = "\
Example:
  netpipe kv role grant-permission web readwrite config/web/ --prefix")]
    GrantPermission {
        /// The role
        role: String,
        /// What it may do
        #[arg(ignore_case = true)]
        permission: Kind,
        #[command(flatten)]
        keys: Keys,
    },
    /// Take such a permission away; the keys have to be those it was given for
    #[command(after_long_help = "\
Example:
  netpipe kv role revoke-permission web config/web/ --prefix")]
    RevokePermission {
        /// The role
        role: String,
        #[command(flatten)]
        keys: Keys,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Read,
    Write,
    Readwrite,
}

/// Which keys a permission is for.
#[derive(Debug, Args)]
struct Keys {
    /// The key, or the first of a range
    #[arg(id = "first", value_name = "KEY")]
    key: OsString,
    /// The end of the range; it is not part of it
    #[arg(conflicts_with_all = ["prefix", "from_key"])]
    range_end: Option<OsString>,
    /// The keys that start with KEY
    #[arg(long, conflicts_with = "from_key")]
    prefix: bool,
    /// The keys from KEY on
    #[arg(long)]
    from_key: bool,
}

impl Keys {
    fn span(self) -> (Vec<u8>, Vec<u8>) {
        let end = self.range_end.map(bytes);
        let (key, end) = span::span(bytes(self.key), end, self.prefix, self.from_key);
        // A permission is for an interval, and an interval has a first key.
        let key = if key.is_empty() { vec![0] } else { key };
        (key, end)
    }
}

impl Role {
    /// Runs the subcommand.
    pub fn run(self, server: Server, printer: Printer<'_>) -> Result<()> {
        server.run(|remote| async move {
            match self.command {
                Command::Add { role } => {
                    let request = AuthRoleAddRequest { name: role.clone() };
                    let call = || async { remote.auth().role_add(request.clone()).await };
                    let header = remote.call(call).await?.header;
                    let text = format!("Role {role} created");
                    printer.print(&Done::new(header, text, named(&role)))
                }
                Command::Delete { role } => {
                    let request = AuthRoleDeleteRequest { role: role.clone() };
                    let call = || async { remote.auth().role_delete(request.clone()).await };
                    let header = remote.call(call).await?.header;
                    let text = format!("Role {role} deleted");
                    printer.print(&Done::new(header, text, named(&role)))
                }
                Command::Get { role } => printer.print(&get(&remote, role).await?),
                Command::List => {
                    let call = || async { remote.auth().role_list(AuthRoleListRequest {}).await };
                    printer.print(&remote.call(call).await?)
                }
                Command::GrantPermission {
                    role,
                    permission,
                    keys,
                } => grant(&remote, role, permission, keys, printer).await,
                Command::RevokePermission { role, keys } => {
                    revoke(&remote, role, keys, printer).await
                }
            }
        })
    }
}

fn named(role: &str) -> Object {
    Object::new().with("role", role)
}

async fn grant(
    remote: &Remote,
    role: String,
    permission: Kind,
    keys: Keys,
    printer: Printer<'_>,
) -> Result<()> {
    let kind = match permission {
        Kind::Read => Type::Read,
        Kind::Write => Type::Write,
        Kind::Readwrite => Type::Readwrite,
    };
    let (key, range_end) = keys.span();
    let perm = Permission {
        perm_type: kind.into(),
        key,
        range_end,
    };
    let json = named(&role).with("permission", own(&perm));
    let request = AuthRoleGrantPermissionRequest {
        name: role.clone(),
        perm: Some(perm),
    };
    let call = || async { remote.auth().role_grant_permission(request.clone()).await };
    let header = remote.call(call).await?.header;
    printer.print(&Done::new(header, format!("Role {role} updated"), json))
}

async fn revoke(remote: &Remote, role: String, keys: Keys, printer: Printer<'_>) -> Result<()> {
    let (key, range_end) = keys.span();
    let shown = String::from_utf8_lossy(&key).into_owned();
    let of = match range_end.as_slice() {
        [] => format!("key {shown}"),
        [0] => format!("range [{shown}, <open ended>"),
        end => format!("range [{shown}, {})", String::from_utf8_lossy(end)),
    };
    let json = named(&role)
        .with_bytes("key", "key_base64", &key)
        .with_bytes("range_end", "range_end_base64", &range_end);
    let text = format!("Permission of {of} is revoked from role {role}");
    let request = AuthRoleRevokePermissionRequest {
        role,
        key,
        range_end,
    };
    let call = || async { remote.auth().role_revoke_permission(request.clone()).await };
    let header = remote.call(call).await?.header;
    printer.print(&Done::new(header, text, json))
}

/// A role, and what it may do.
pub struct Described {
    name: String,
    response: AuthRoleGetResponse,
}

/// Asks for a role.
///
/// # Errors
/// There is none, or the server cannot be reached.
pub async fn get(remote: &Remote, name: String) -> Result<Described> {
    let request = AuthRoleGetRequest { role: name.clone() };
    let call = || async { remote.auth().role_get(request.clone()).await };
    let response = remote.call(call).await?;
    Ok(Described { name, response })
}

/// A permission as netpipe's JSON has it.
fn own(permission: &Permission) -> Object {
    Object::new()
        .with("type", permission.perm_type().as_str_name().to_lowercase())
        .with_bytes("key", "key_base64", &permission.key)
        .with_bytes("range_end", "range_end_base64", &permission.range_end)
}

impl Described {
    fn lists(&self, page: &mut Page, title: &str, kind: Type) {
        page.line(title);
        if self.name == "root" && self.response.perm.is_empty() {
            return page.line("\t[, <open ended>");
        }
        for permission in &self.response.perm {
            if [kind, Type::Readwrite].contains(&permission.perm_type()) {
                page.line(line(permission));
            }
        }
    }
}

fn line(permission: &Permission) -> String {
    let Permission { key, range_end, .. } = permission;
    let [first, end] = [key, range_end].map(|bytes| String::from_utf8_lossy(bytes));
    let mut line = match range_end.as_slice() {
        [] => return format!("\t{first}"),
        [0] => format!("\t[{first}, <open ended>"),
        _ => format!("\t[{first}, {end})"),
    };
    if !key.is_empty() && prefix_end(key) == *range_end {
        line += &format!(" (prefix {first})");
    }
    line
}

impl Answer for Described {
    fn simple(&self, page: &mut Page) {
        page.line(format!("Role {}", self.name));
        self.lists(page, "KV Read:", Type::Read);
        self.lists(page, "KV Write:", Type::Write);
    }

    fn fields(&self, page: &mut Page) -> bool {
        page.header(self.response.header.as_ref());
        for permission in &self.response.perm {
            // With two blanks, as etcdctl has it.
            page.line(format!(
                "\"PermType\" :  {}",
                permission.perm_type().as_str_name()
            ));
            page.field("Key", quoted(&permission.key));
            page.field("RangeEnd", quoted(&permission.range_end));
        }
        true
    }

    fn etcd(&self, _hex: bool) -> Json {
        let permissions = self.response.perm.iter().map(|permission| {
            Object::new()
                .with_set("permType", i64::from(permission.perm_type))
                .with_set("key", base64(&permission.key))
                .with_set("range_end", base64(&permission.range_end))
        });
        headed(self.response.header.as_ref())
            .with_set("perm", Json::list(permissions))
            .into()
    }

    fn json(&self) -> Json {
        let permissions = Json::list(self.response.perm.iter().map(own));
        named(&self.name).with("permissions", permissions).into()
    }
}

impl Answer for AuthRoleListResponse {
    fn simple(&self, page: &mut Page) {
        self.roles.iter().for_each(|role| page.line(role));
    }

    fn fields(&self, page: &mut Page) -> bool {
        page.header(self.header.as_ref());
        let roles = self.roles.iter().map(|role| quoted(role.as_bytes()));
        page.field("Roles", roles.collect::<Vec<_>>().join(" "));
        true
    }

    fn etcd(&self, _hex: bool) -> Json {
        headed(self.header.as_ref())
            .with_set("roles", Json::list(&self.roles))
            .into()
    }

    fn json(&self) -> Json {
        Object::new().with("roles", Json::list(&self.roles)).into()
    }
}
