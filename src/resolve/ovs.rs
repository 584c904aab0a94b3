//! Where this host's Open vSwitch is, found as its own tools find it.

use std::env;
use std::path::PathBuf;

use crate::spec::OvsdbRemote;

/// Where the sockets of Open vSwitch are (ovs-vsctl(8), `--db`).
const RUNDIR: &str = "/var/run/openvswitch";

/// The database: `given` (`--ovs-db`), else `db.sock` in OVS_RUNDIR, else the usual one.
pub fn find(given: Option<&OvsdbRemote>) -> OvsdbRemote {
    if let Some(remote) = given {
        return remote.clone();
    }
    let directory = env::var_os("OVS_RUNDIR").filter(|name| !name.is_empty());
    let directory = directory.map_or_else(|| PathBuf::from(RUNDIR), PathBuf::from);
    OvsdbRemote::Unix(directory.join("db.sock"))
}

/// Whether there is any sign of an Open vSwitch: one was named, or its socket is there.
pub fn is_there(given: Option<&OvsdbRemote>) -> bool {
    match (given, find(given)) {
        (None, OvsdbRemote::Unix(path)) => path.exists(),
        _ => true,
    }
}
