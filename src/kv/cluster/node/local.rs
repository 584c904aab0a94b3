//! The store of one host alone becomes the first member of a cluster, and back.
//!
//! The file of the embedded store changes places with one that is none, in one system call, so
//! that no process finds it missing and makes an empty one: who writes to it at that moment has
//! written to the file that is taken over, and who comes later is refused.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};

use super::identity::{Identity, Lock};
use super::recover;
use crate::error::{Context as _, Error, Result};
use crate::kv::LocalKv;
use crate::kv::cluster::config::{Bootstrap, Config};
use crate::kv::cluster::machine::{self, Machine, MachineOptions};
use crate::kv::local::FILE_NAME;

/// Where the file of an embedded store is kept that was taken over.
const TAKEN: &str = "kv.taken";

/// What is in its place.
const NOTE: &str = "The store of this host is a member of a cluster: see `netpipe kv serve`.\n";

/// Whether the store of a state directory was taken over by a member.
pub fn was_taken(state_dir: &Path) -> bool {
    let path = state_dir.join(FILE_NAME);
    let as_long = fs::metadata(&path).is_ok_and(|found| found.len() == NOTE.len() as u64);
    as_long && fs::read(&path).is_ok_and(|found| found == NOTE.as_bytes())
}

/// The socket at which a member serves the netpipe of its host.
pub fn socket(state_dir: &Path) -> PathBuf {
    state_dir.join("kv.sock")
}

/// Takes over the store of the host, if it has one, as the state of a cluster's first member.
pub(super) fn take_over(config: &Config, identity: &Identity) -> Result<()> {
    let Some(state_dir) = &config.local else {
        return Ok(());
    };
    let failed = || format!("cannot take over the store in {}", state_dir.display());
    let here = state_dir.join(FILE_NAME);
    let taken = state_dir.join(TAKEN);
    let (new, store) = (taken.join("note"), taken.join(FILE_NAME));
    if !was_taken(state_dir) {
        let there = here.exists();
        if there && (config.bootstrap != Bootstrap::New || identity.begins.len() != 1) {
            return Err(Error::conflict(format!(
                "this host has a store of its own in {}, and only one host's can begin a cluster",
                state_dir.display()
            ))
            .hint("begin with a cluster of one on the host whose records shall stay, and add the others to it")
            .hint(format!("or, if nothing in it is needed: mv {0} {0}.old", here.display())));
        }
        fs::create_dir_all(&taken).or_failed(failed)?;
        fs::write(&new, NOTE).or_failed(failed)?;
        let how = match there {
            true => RenameFlags::RENAME_EXCHANGE,
            false => RenameFlags::RENAME_NOREPLACE,
        };
        renameat2(AT_FDCWD, &new, AT_FDCWD, &here, how).or_failed(failed)?;
        sync(&taken)
            .and_then(|()| sync(state_dir))
            .or_failed(failed)?;
    }
    if new.exists() {
        fs::rename(&new, &store)
            .and_then(|()| sync(&taken))
            .or_failed(failed)?;
    }
    if !store.exists() {
        return Ok(());
    }
    let state = config.data_dir.join(machine::FILE_NAME);
    if state.exists() {
        // Made by a start that was cut off before the member was one.
        fs::remove_file(&state).or_failed(failed)?;
    }
    let store = LocalKv::open(&taken)?;
    machine::import_local(
        &store,
        &config.data_dir,
        &recover::founded(&identity.begins),
    )
}

/// Makes the store of the host of what its member has, which must have stopped.
///
/// # Errors
/// The member runs, its data is damaged, or the host has a store of its own.
pub async fn give_back(state_dir: &Path, data_dir: &Path) -> Result<()> {
    let failed = || format!("cannot make the store in {}", state_dir.display());
    if !machine::has_state(data_dir) {
        return Err(Error::not_found(format!(
            "there is no member's data in {}",
            data_dir.display()
        )));
    }
    let lock = Lock::take(data_dir)?;
    let machine = Machine::open(data_dir, &MachineOptions::default())?;
    let mut log = crate::kv::cluster::log::Log::open(&recover::log_of(data_dir))?;
    recover::catch_up(&machine, &mut log)
        .await
        .or_failed(failed)?;
    drop(machine.save().await.or_failed(failed)?);
    drop((machine, log));
    let (here, back) = (state_dir.join(FILE_NAME), state_dir.join("kv.back"));
    let taken = was_taken(state_dir);
    if here.exists() && !taken {
        return Err(
            Error::conflict(format!("there is a store at {}", here.display())).hint(format!(
                "if it is not needed: mv {0} {0}.old",
                here.display()
            )),
        );
    }
    if back.exists() {
        fs::remove_dir_all(&back).or_failed(failed)?;
    }
    fs::create_dir_all(&back).or_failed(failed)?;
    machine::export_local(data_dir, &back)?;
    fs::rename(back.join(FILE_NAME), &here)
        .and_then(|()| sync(state_dir))
        .or_failed(failed)?;
    // What is left is of the past: kept aside, so that it is not taken for a member again.
    let old = data_dir.with_extension("old");
    if old.exists() {
        fs::remove_dir_all(&old).or_failed(failed)?;
    }
    fs::rename(data_dir, &old)
        .and_then(|()| fs::remove_dir_all(&back))
        .or_failed(failed)?;
    if taken {
        let _ = fs::remove_dir_all(state_dir.join(TAKEN));
    }
    drop(lock);
    Ok(())
}

fn sync(directory: &Path) -> std::io::Result<()> {
    File::open(directory)?.sync_all()
}
