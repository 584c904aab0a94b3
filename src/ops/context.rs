//! What every operation works with.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

#[cfg(feature = "etcd")]
use super::Remote;
use super::target_lock::{Held, TargetLock};
use crate::error::{Context as _, Error, Result};
use crate::kv::Kv;
use crate::kv::local::{FILE_NAME, LOCK_WAIT, LocalKv, make_directory};
use crate::registry::Registry;
use crate::registry::record::{AttachmentRecord, Owner};
use crate::resolve::place::canonical;
use crate::resolve::{Engine, Place, Wait, ovs};
use crate::spec::{IfName, OvsdbRemote, StoreId, Target, TopologyName};
use crate::sys::lock::{self, Lock};
use crate::sys::netlink::Door;
use crate::sys::ovsdb::Client;
use crate::sys::signal::Interrupt;
use crate::sys::{boot, link, netns, store_id};

/// Where netpipe keeps its state on this host, and who it is.
pub struct Context {
    /// The directory of store and locks.
    pub state_dir: PathBuf,
    /// This host's name in the records.
    pub host: String,
    /// The cookie of the namespace that netpipe runs in, the host's.
    pub host_cookie: u64,
    /// The engine's address, if one was given.
    pub engine: Option<String>,
    /// The database of the Open vSwitch, if one was given.
    pub ovs_db: Option<OvsdbRemote>,
    /// The store that many hosts share, if one was given: then the state directory has none.
    #[cfg(feature = "etcd")]
    pub remote: Option<Remote>,
    /// The signals that undo.
    pub interrupt: Interrupt,
    reads_only: bool,
    warnings: RefCell<Vec<String>>,
    boot_id: OnceCell<String>,
    kv: OnceCell<Box<dyn Kv>>,
    store_id: OnceCell<StoreId>,
    topology: OnceCell<TopologyName>,
    pub(super) held: Held,
}

impl Context {
    /// A context; nothing is opened yet.
    ///
    /// # Errors
    /// If no host is given and this one's name cannot name it.
    pub fn new(
        state_dir: PathBuf,
        host: Option<String>,
        engine: Option<String>,
        interrupt: Interrupt,
    ) -> Result<Self> {
        let host = host.map_or_else(boot::host, Ok)?;
        let host_cookie = match interrupt.stream() {
            Some(socket) => netns::cookie_of(socket),
            None => netns::cookie_here(),
        };
        Ok(Self {
            state_dir,
            host,
            host_cookie,
            engine,
            ovs_db: None,
            #[cfg(feature = "etcd")]
            remote: None,
            interrupt,
            reads_only: false,
            warnings: RefCell::default(),
            boot_id: OnceCell::new(),
            kv: OnceCell::new(),
            store_id: OnceCell::new(),
            topology: OnceCell::new(),
            held: Held::default(),
        })
    }

    /// The same for a command that only reads: it makes no store where there is none.
    #[must_use]
    pub fn reading(mut self) -> Self {
        self.reads_only = true;
        self
    }

    /// Has all that is made from now on recorded as this topology's.
    pub fn work_for(&self, topology: TopologyName) {
        let _ = self.topology.set(topology);
    }

    /// The topology that things are made for; none if they are made by hand.
    pub fn topology(&self) -> Option<&TopologyName> {
        self.topology.get()
    }

    /// The same for what has to be finished: no signal ends it.
    ///
    /// # Errors
    /// Never: the host has its name.
    pub fn deaf(&self) -> Result<Self> {
        let (host, engine) = (Some(self.host.clone()), self.engine.clone());
        let mut deaf = Self::new(self.state_dir.clone(), host, engine, Interrupt::default())?;
        deaf.host_cookie = self.host_cookie;
        deaf.ovs_db.clone_from(&self.ovs_db);
        #[cfg(feature = "etcd")]
        deaf.remote.clone_from(&self.remote);
        deaf.topology.clone_from(&self.topology);
        Ok(deaf)
    }

    /// Notes what the user should know of an operation that went on all the same.
    pub fn warn(&self, text: String) {
        self.warnings.borrow_mut().push(text);
    }

    /// The notes since the last time, to be shown.
    pub fn warnings(&self) -> Vec<String> {
        self.warnings.take()
    }

    /// This boot's id.
    ///
    /// # Errors
    /// If /proc is not mounted.
    pub fn boot_id(&self) -> Result<&str> {
        if let Some(known) = self.boot_id.get() {
            return Ok(known);
        }
        let id = boot::id()?;
        Ok(self.boot_id.get_or_init(|| id))
    }

    /// The store, opened when first asked for.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn kv(&self) -> Result<&dyn Kv> {
        if self.kv.get().is_none() {
            let _ = self.kv.set(self.open()?);
        }
        match self.kv.get() {
            Some(kv) => Ok(&**kv),
            None => Err(Error::failed("the store did not open")),
        }
    }

    fn open(&self) -> Result<Box<dyn Kv>> {
        #[cfg(feature = "etcd")]
        if let Some(remote) = &self.remote {
            return Ok(Box::new(remote.open(&self.host)?));
        }
        Ok(Box::new(match self.reads_only {
            true => LocalKv::open_read_only(&self.state_dir),
            false => LocalKv::open(&self.state_dir)?,
        }))
    }

    /// Whether the store is one that many hosts share.
    pub fn is_remote(&self) -> bool {
        #[cfg(feature = "etcd")]
        return self.remote.is_some();
        #[cfg(not(feature = "etcd"))]
        false
    }

    /// The id of the store, which the marks of its links name. A command that only reads
    /// makes none where there is none, and shows one that might be chosen.
    ///
    /// # Errors
    /// If it cannot be read or made.
    pub fn store_id(&self) -> Result<StoreId> {
        if let Some(known) = self.store_id.get() {
            return Ok(*known);
        }
        let dir = &self.state_dir;
        let found = match store_id::read(dir) {
            Ok(None) if !self.reads_only => {
                make_directory(dir)?;
                store_id::make(dir).map(Some)
            }
            found => found,
        };
        let id = match found {
            Err(_) if self.reads_only => StoreId::random(),
            found => found
                .or_failed(|| format!("cannot read `{}`", dir.join(store_id::NAME).display()))
                .map_err(|error| error.hint("remove it if it is no symbolic link of netpipe's"))?
                .unwrap_or_else(StoreId::random),
        };
        Ok(*self.store_id.get_or_init(|| id))
    }

    /// How this host's Open vSwitch is asked.
    pub fn ovs(&self) -> ovs::Access<'_> {
        ovs::Access {
            given: self.ovs_db.as_ref(),
            interrupt: &self.interrupt,
        }
    }

    /// The database of this host's Open vSwitch, whether it is there or not.
    pub fn ovs_db(&self) -> OvsdbRemote {
        ovs::find(self.ovs_db.as_ref())
    }

    /// Whether this host shows any sign of an Open vSwitch.
    pub fn has_switch(&self) -> bool {
        ovs::is_there(self.ovs_db.as_ref())
    }

    /// A connection to it.
    ///
    /// # Errors
    /// Unreachable if nobody answers there.
    pub fn switch(&self) -> Result<Client> {
        Client::connect(&self.ovs_db(), &self.interrupt)
    }

    /// The registry of this host.
    ///
    /// # Errors
    /// If the store cannot be opened.
    pub fn registry(&self) -> Result<Registry<'_>> {
        Ok(Registry::new(self.kv()?, &self.host))
    }

    /// The namespace of a target.
    ///
    /// # Errors
    /// As [`Place::find`].
    pub fn place(&self, target: &Target, patience: Option<std::time::Duration>) -> Result<Place> {
        let wait = Wait {
            patience,
            interrupt: self.interrupt.clone(),
        };
        Place::find(target, self.engine.as_deref(), &wait, &|| self.read_ahead())
    }

    /// Reads what will be needed, if the store is there: about as long as an engine takes for
    /// an answer. What is wrong is told when it is used.
    fn read_ahead(&self) {
        let there = self.is_remote() || self.state_dir.join(FILE_NAME).exists();
        if self.reads_only || self.kv.get().is_some() || !there {
            return;
        }
        if !self.is_remote()
            && let Ok(kv) = LocalKv::open(&self.state_dir)
        {
            // Not while others keep it locked: then it is waited for once, when it is used.
            let kv = kv.lock_wait(Duration::ZERO);
            let _ = kv.get(b"/");
            let _ = self.kv.set(Box::new(kv.lock_wait(LOCK_WAIT)));
        }
        if let Ok(Some(id)) = store_id::read(&self.state_dir) {
            let _ = self.store_id.set(id);
        }
        let _ = self.boot_id();
    }

    /// A door to the host's namespace.
    ///
    /// # Errors
    /// If the kernel refuses a socket.
    pub fn host_door(&self) -> Result<Door> {
        Door::open().or_failed(|| "cannot open netlink".into())
    }

    /// The namespace of a target, and its lock. While the lock was waited for, the target may
    /// have got another namespace: then that one is meant.
    ///
    /// # Errors
    /// As [`Place::find`] and [`lock::take`].
    pub fn locked_place(
        &self,
        target: &Target,
        patience: Option<std::time::Duration>,
    ) -> Result<(Place, TargetLock)> {
        let place = self.place(target, patience)?;
        let lock = self.lock_target(&place.target)?;
        if place.is_current() {
            return Ok((place, lock));
        }
        drop(lock);
        let place = self.place(target, patience)?;
        let lock = self.lock_target(&place.target)?;
        match place.is_current() {
            true => Ok((place, lock)),
            false => Err(Error::failed(format!(
                "`{target}` got another network namespace twice while another netpipe worked on it"
            ))
            .hint("see what restarts it, and repeat the command")),
        }
    }

    /// Keeps other netpipe processes off a bridge, or off a card and its VLANs.
    ///
    /// # Errors
    /// As [`lock::take`].
    pub fn lock_bridge(&self, name: &IfName) -> Result<Lock> {
        self.lock_root(name, &self.interrupt)
    }

    /// Keeps other netpipe processes off a bridge and an interface that is to be its port, and
    /// off the host's routes, of which that may take some along.
    ///
    /// # Errors
    /// As [`lock::take`].
    pub fn lock_port(&self, bridge: &IfName, nic: &IfName) -> Result<Vec<Lock>> {
        let mut locks = self.lock_bridges(&[bridge, nic])?;
        locks.push(self.lock_routes()?);
        Ok(locks)
    }

    /// Keeps other netpipe processes off several bridges or cards, in an order that all of
    /// them keep.
    ///
    /// # Errors
    /// As [`lock::take`].
    pub fn lock_bridges(&self, names: &[&IfName]) -> Result<Vec<Lock>> {
        self.lock_roots(names, &self.interrupt)
    }

    fn lock_roots(&self, names: &[&IfName], interrupt: &Interrupt) -> Result<Vec<Lock>> {
        let mut door = self.host_door()?;
        let mut roots = || -> Result<BTreeMap<u8, String>> {
            let roots = names.iter().map(|name| root_of(&mut door, name));
            roots
                .map(|root| root.map(|root| (lock::bucket(&root), root)))
                .collect()
        };
        // Most names are their own root, so that is tried before the kernel is asked.
        let guessed = names.iter().map(|name| root_in(name.as_str()).to_owned());
        let mut wanted: BTreeMap<u8, String> =
            guessed.map(|root| (lock::bucket(&root), root)).collect();
        loop {
            let take = |root: &String| lock::take(&self.state_dir, "bridge", root, interrupt);
            let locks: Vec<Lock> = wanted.values().map(take).collect::<Result<_>>()?;
            // A VLAN may have any name; and while they were waited for, it may have gone or come.
            let now = roots()?;
            if now.keys().eq(wanted.keys()) {
                return Ok(locks);
            }
            drop(locks);
            interrupt.check()?;
            wanted = now;
        }
    }

    /// Keeps other netpipe processes off the host's routes, forwarding and their rules.
    ///
    /// # Errors
    /// As [`lock::take`].
    pub fn lock_routes(&self) -> Result<Lock> {
        lock::take(&self.state_dir, "routes", "all", &self.interrupt)
    }

    /// Keeps other netpipe processes off a tunnel.
    ///
    /// # Errors
    /// As [`lock::take`].
    pub fn lock_tunnel(&self, name: &IfName) -> Result<Lock> {
        lock::take(&self.state_dir, "tunnel", name.as_str(), &self.interrupt)
    }

    /// [`Context::lock_bridge`] for what has to be finished: no signal ends the wait.
    ///
    /// # Errors
    /// As [`lock::take`].
    pub fn lock_bridge_deaf(&self, name: &IfName) -> Result<Lock> {
        self.lock_root(name, &Interrupt::default())
    }

    fn lock_root(&self, name: &IfName, interrupt: &Interrupt) -> Result<Lock> {
        let mut locks = self.lock_roots(&[name], interrupt)?;
        let lock = locks.pop();
        lock.ok_or_else(|| Error::failed(format!("`{name}` has no lock")))
    }

    /// The name under which a target is recorded: its own, or that of the container which
    /// has this id, id prefix or new name. For those that need not be there any more.
    ///
    /// # Errors
    /// If the store does not answer; a usage error if a prefix fits several containers.
    pub fn recorded(&self, target: &Target) -> Result<Target> {
        let Target::Container(text) = target else {
            return Ok(canonical(target));
        };
        if self.registry()?.knows(target)? {
            return Ok(target.clone());
        }
        if text.len() >= 4
            && let Some(found) = self.recorded_id(text)?
        {
            return Ok(found);
        }
        let known = Engine::connect(self.engine.as_deref())
            .and_then(|mut engine| engine.container(text, &self.interrupt));
        Ok(match known {
            Ok(container) => self.recorded_id(&container.id)?,
            Err(_) => None,
        }
        .unwrap_or_else(|| target.clone()))
    }

    /// The same for a target that is there.
    ///
    /// # Errors
    /// If the store does not answer.
    pub fn recorded_place(&self, place: &Place) -> Result<Target> {
        let unnamed = || Ok::<_, Error>(!self.registry()?.knows(&place.target)?);
        Ok(match &place.container {
            Some(id) if unnamed()? => self.recorded_id(id)?,
            _ => None,
        }
        .unwrap_or_else(|| place.target.clone()))
    }

    /// The name under which the container of that id or id prefix is recorded.
    fn recorded_id(&self, prefix: &str) -> Result<Option<Target>> {
        let mut found: Option<AttachmentRecord> = None;
        for record in self.registry()?.attachments()?.records {
            if !record
                .container
                .as_ref()
                .is_some_and(|id| id.starts_with(prefix))
            {
                continue;
            }
            if found
                .as_ref()
                .is_some_and(|other| other.container != record.container)
            {
                return Err(Error::usage(format!(
                    "`{prefix}` is the start of several containers' ids"
                ))
                .hint("give more of it, or a name"));
            }
            found = Some(record);
        }
        Ok(found.map(|record| record.owner.target))
    }

    /// The owner that an interface of a target is in the records.
    pub fn owner(&self, target: &Target, ifname: &IfName) -> Owner {
        Owner {
            host: self.host.clone(),
            target: target.clone(),
            ifname: ifname.clone(),
        }
    }
}

/// The most links that can be stacked (MAX_NEST_DEV in linux/netdevice.h).
const MOST_STACKED: usize = 8;

/// What a link is locked by: a card and its VLANs, such as `eth0`, `eth0.10` and
/// `eth0.10.20`, by one lock, for whoever uses one of them may have to make or to delete
/// another. A VLAN may have any name, so the kernel is asked for its card; one that is not
/// there is taken for that of the card in its name.
fn root_of(door: &mut Door, name: &IfName) -> Result<String> {
    let cannot = || format!("cannot look up the link `{name}`");
    let mut root = name.to_string();
    let mut found = link::find(door, &root).or_failed(cannot)?;
    for _ in 0..MOST_STACKED {
        let Some(link) = found else { break };
        root = link.name;
        let below = link
            .peer
            .filter(|_| link.vlan.is_some() && !link.peer_elsewhere);
        let Some(below) = below else { break };
        found = link::get_by_index(door, below).or_failed(cannot)?;
    }
    Ok(root_in(&root).to_owned())
}

/// The card's name in that of a VLAN.
fn root_in(name: &str) -> &str {
    match name.split_once('.') {
        Some((root, _)) if !root.is_empty() => root,
        _ => name,
    }
}
