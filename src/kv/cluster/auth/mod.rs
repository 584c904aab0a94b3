//! Users, roles, permissions and tokens of a cluster, as etcd's.
//!
//! [`AuthState`] is the replicated part: users and roles, changed by [`AuthCommand`]s from the
//! log and by nothing else. [`Auth`] is what a member has of it in memory, with the tokens, and
//! is shared by the state machine and the services:
//!
//! - The state machine reads it from its rows at the start and from a snapshot
//!   ([`Auth::install`]), applies commands ([`Auth::apply`]) and writes the rows that it gets
//!   back, checks every other command with [`AuthState::check_change`] before it is applied, and
//!   tells ([`Auth::applied`]) how far it is.
//! - A service finds out who asks ([`Auth::identify`]) and puts the [`Identity`] into the
//!   command, or checks it itself, with the `check_…` functions, where nothing enters the log:
//!
//!   | request | check |
//!   |---|---|
//!   | Range, read-only Txn | `check_range`, `check_txn`; after the read `check_current` |
//!   | Watch (create) | `check_range` with [`Access::Read`]; refused in a cancelled answer |
//!   | LeaseKeepAlive | `check_identified`, `check_lease_write` with the lease's keys |
//!   | LeaseTimeToLive | `check_identified`; with keys `check_lease_read`, then `check_current` |
//!   | LeaseLeases | `check_identified`, `check_lease_read` with the keys of all leases |
//!   | Alarm get | `check_identified` |
//!   | the rest of Alarm, Maintenance; changes of members | `check_admin` |
//!   | MemberList | none |

mod check;
mod claim;
mod command;
mod password;
mod ranges;
mod rows;
mod state;
#[cfg(test)]
mod tests;
mod token;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use tokio::sync::watch;

pub use check::{Checked, LeaseKeys};
pub use claim::Claim;
pub use command::{Access, Applied, AuthCommand, Identity, Permission};
pub use password::DEFAULT_COST;
use password::Passwords;
pub use state::{AuthState, User};
use token::Tokens;
pub use token::draw_prefix;

use super::error::EtcdError;
use crate::error::Error;
use crate::spec::shown;

/// How long a token lives after it was last used, unless told otherwise (etcd:
/// `--auth-token-ttl`).
pub const DEFAULT_TOKEN_TTL: Duration = Duration::from_secs(300);

/// How long a request waits for its token, which this member has not heard of yet.
const TOKEN_WAIT: Duration = Duration::from_secs(5);

/// What can be chosen about authentication, for this member alone.
#[derive(Debug, Clone)]
pub struct AuthOptions {
    /// How long a token lives after it was last used.
    pub token_ttl: Duration,
    /// The cost of a password's hash: 4 to 31, each twice the one before.
    pub bcrypt_cost: u32,
    /// Whether the name in a client's certificate says who it is, where there is no token
    /// (etcd: `--client-cert-auth`).
    pub client_cert_auth: bool,
}

impl Default for AuthOptions {
    fn default() -> Self {
        Self {
            token_ttl: DEFAULT_TOKEN_TTL,
            bcrypt_cost: DEFAULT_COST,
            client_cert_auth: false,
        }
    }
}

/// A member's users, roles and tokens.
#[derive(Debug)]
pub struct Auth {
    /// What `state` says, for the many requests of a store without users.
    enabled: AtomicBool,
    state: RwLock<AuthState>,
    tokens: Mutex<Tokens>,
    /// The index of the last command applied.
    applied: watch::Sender<u64>,
    passwords: Passwords,
    client_cert_auth: bool,
    token_wait: Duration,
}

impl Auth {
    /// Begins with what was stored.
    pub fn new(options: &AuthOptions, state: AuthState) -> Self {
        Self {
            enabled: AtomicBool::new(state.enabled()),
            state: RwLock::new(state),
            tokens: Mutex::new(Tokens::new(options.token_ttl)),
            applied: watch::Sender::new(0),
            passwords: Passwords::new(options.bcrypt_cost),
            client_cert_auth: options.client_cert_auth,
            token_wait: TOKEN_WAIT,
        }
    }

    /// Whether authentication is on.
    pub fn enabled(&self) -> bool {
        self.enabled.load(Ordering::Acquire)
    }

    /// The users and roles, to be checked or read. Not to be held over an `await`.
    pub fn state(&self) -> RwLockReadGuard<'_, AuthState> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the users and roles of a snapshot over. The tokens stay, as they are known to the
    /// other members too, unless authentication is off.
    pub fn install(&self, state: AuthState) {
        let enabled = state.enabled();
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
        self.enabled.store(enabled, Ordering::Release);
        if !enabled {
            self.tokens().end();
        }
    }

    /// Applies the command at `index` of the log, asked for by `who`. The rows that it
    /// returns are to be stored; a refusal changes nothing.
    ///
    /// # Errors
    /// As [`AuthState::apply`].
    pub fn apply(
        &self,
        index: u64,
        who: &Identity,
        command: &AuthCommand,
    ) -> Result<Applied, EtcdError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let applied = state.apply(index, who, command)?;
        let enabled = state.enabled();
        drop(state);
        self.enabled.store(enabled, Ordering::Release);
        match command {
            AuthCommand::Authenticate { user, .. } => {
                if let Some(token) = &applied.token {
                    self.tokens().add(token.clone(), user, Instant::now());
                }
            }
            AuthCommand::UserDelete { name } | AuthCommand::UserChangePassword { name, .. } => {
                self.tokens().end_of(name);
            }
            AuthCommand::Disable => self.tokens().end(),
            _ => {}
        }
        Ok(applied)
    }

    /// Takes note that everything up to `index` of the log is applied: a token that is not known
    /// by then is none.
    pub fn applied(&self, index: u64) {
        self.applied.send_if_modified(|applied| {
            let later = index > *applied;
            *applied = index.max(*applied);
            later
        });
    }

    /// Finds out who asks: the owner of the token, else the one whom the certificate names, if
    /// that counts, else nobody. Nobody is told from anybody while authentication is off.
    ///
    /// A token that the other members know already is waited for.
    ///
    /// # Errors
    /// [`EtcdError::InvalidAuthToken`].
    pub async fn identify(&self, claim: &Claim) -> Result<Identity, EtcdError> {
        if !self.enabled() {
            return Ok(Identity::nobody());
        }
        let user = match (&claim.token, &claim.common_name) {
            (Some(token), _) => self.owner(token).await?,
            (None, Some(name)) if self.client_cert_auth => name.clone(),
            (None, _) => return Ok(Identity::nobody()),
        };
        Ok(Identity {
            user,
            auth_revision: self.state().revision(),
        })
    }

    async fn owner(&self, token: &str) -> Result<String, EtcdError> {
        let index = token::index(token).ok_or(EtcdError::InvalidAuthToken)?;
        let known = || self.tokens().user(token, Instant::now());
        if let Some(user) = known() {
            return Ok(user);
        }
        let mut applied = self.applied.subscribe();
        let caught_up = applied.wait_for(|applied| *applied >= index);
        // If it takes too long, the answer is the same: nobody can tell.
        let _ = tokio::time::timeout(self.token_wait, caught_up).await;
        known().ok_or(EtcdError::InvalidAuthToken)
    }

    /// Hashes a password, away from the thread that serves.
    ///
    /// # Errors
    /// An error in Go's words if it is longer than bcrypt takes (72 bytes).
    pub async fn hash(&self, password: String) -> Result<Vec<u8>, EtcdError> {
        self.passwords.hash(password).await
    }

    /// Checks a password; returns the revision of the users and roles as of which it is right.
    ///
    /// # Errors
    /// [`EtcdError::AuthNotEnabled`], [`EtcdError::AuthFailed`], and etcd's own words for a user
    /// without a password.
    pub async fn check_password(&self, name: &str, password: String) -> Result<u64, EtcdError> {
        let (hash, revision) = {
            let state = self.state();
            if !state.enabled() {
                return Err(EtcdError::AuthNotEnabled);
            }
            let user = state.users.get(name).ok_or(EtcdError::AuthFailed)?;
            if user.no_password {
                return Err(no_password());
            }
            (user.hash.clone(), state.revision())
        };
        if self.passwords.matches(password, hash).await? {
            return Ok(revision);
        }
        tracing::info!("a wrong password was given for the user `{name}`");
        Err(EtcdError::AuthFailed)
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Checks the kind of token that is asked for (etcd: `--auth-token`): there is one, `simple`.
///
/// # Errors
/// It is another.
pub fn check_token_kind(kind: &str) -> Result<(), Error> {
    match kind {
        "simple" => Ok(()),
        _ => Err(
            Error::usage(format!("there are no tokens of the kind `{}`", shown(kind)))
                .hint("give --auth-token simple, or leave it out"),
        ),
    }
}

/// What etcd answers where a password is given for a user without one: an error that is not in
/// its table (`auth.ErrNoPasswordUser`).
pub(super) fn no_password() -> EtcdError {
    EtcdError::unknown("auth: authentication failed, password was given for no password user")
}
