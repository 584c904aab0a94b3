//! A store that many hosts share.

use std::ffi::OsString;
use std::path::{Path, absolute};

use crate::error::{Context as _, Result};
use crate::kv::etcd::{Access, EtcdKv};
use crate::registry::keys;

/// The variable of the user's password.
pub const PASSWORD: &str = "NETPIPE_KV_PASSWORD";

/// Where the shared store is, who asks, and which part of it is netpipe's.
#[derive(Debug, Clone)]
pub struct Remote {
    /// Where, and who.
    pub access: Access,
    /// What all keys start with; empty where the store is netpipe's alone.
    pub prefix: String,
}

impl Remote {
    /// The member on this host that has taken over the store of a state directory; none if none
    /// has.
    pub fn of_host(state_dir: &Path) -> Option<Self> {
        #[cfg(feature = "cluster")]
        {
            use crate::kv::cluster::node::local::{socket, was_taken};
            let taken = was_taken(state_dir);
            let path = taken.then(|| absolute(socket(state_dir)).ok()).flatten()?;
            let access = Access::new([crate::spec::KvUrl::socket(&path)?]);
            let prefix = String::new();
            Some(Self { access, prefix })
        }
        #[cfg(not(feature = "cluster"))]
        {
            let _ = state_dir;
            None
        }
    }

    /// Connects, as the host of that name.
    ///
    /// # Errors
    /// As for [`Access::connect`].
    pub fn open(&self, host: &str) -> Result<EtcdKv> {
        let opened = EtcdKv::open(&self.access)?;
        Ok(opened.within(self.prefix.as_str()).marked(keys::mark(host)))
    }

    /// The options that name it, for another process that stands in another directory; the
    /// password is not among them.
    ///
    /// # Errors
    /// If there is no current directory.
    pub fn words(&self) -> Result<Vec<OsString>> {
        let Access {
            endpoints,
            tls,
            user,
            request_timeout,
            ..
        } = &self.access;
        let urls: Vec<_> = endpoints.iter().map(ToString::to_string).collect();
        let mut words: Vec<OsString> = vec!["--kv".into(), urls.join(",").into()];
        let full =
            |path: &Path| absolute(path).or_failed(|| format!("cannot find `{}`", path.display()));
        for (name, path) in [
            ("--kv-cacert", &tls.ca),
            ("--kv-cert", &tls.cert),
            ("--kv-key", &tls.key),
        ] {
            if let Some(path) = path {
                words.extend([name.into(), full(path)?.into()]);
            }
        }
        if let Some(name) = &tls.server_name {
            words.extend(["--kv-server-name".into(), name.into()]);
        }
        if let Some(user) = user {
            words.extend(["--kv-user".into(), user.name.clone().into()]);
        }
        if !self.prefix.is_empty() {
            words.extend(["--kv-prefix".into(), self.prefix.clone().into()]);
        }
        let seconds = request_timeout.as_secs().max(1).to_string();
        words.extend(["--kv-timeout".into(), seconds.into()]);
        Ok(words)
    }

    /// The user's password, if there is a user.
    pub fn password(&self) -> Option<&str> {
        self.access.user.as_ref().map(|user| user.password.as_str())
    }
}
