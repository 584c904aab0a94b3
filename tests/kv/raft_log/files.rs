//! A directory in memory that can lose power, fill up and fail.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex, MutexGuard};

use netpipe::kv::cluster::log::files::Files;
use netpipe::kv::local::disk::Disk;

/// Writes reach a disk in pieces of this size, each whole or not at all.
const SECTOR: usize = 512;

/// Names, and what they hold.
pub type Image = BTreeMap<String, Vec<u8>>;

/// A directory that remembers what is durable and what is only written.
#[derive(Debug, Clone, Default)]
pub struct FaultFiles(Arc<Mutex<World>>);

#[derive(Debug, Default)]
struct World {
    files: Vec<Content>,
    names: Names,
    /// The names as they are on the disk, and as they were after each change since.
    durable: Vec<Names>,
    left: Option<usize>,
    done: usize,
    room: Option<usize>,
    /// The next sync of a file fails, and nothing else.
    sync_fails: bool,
}

type Names = BTreeMap<String, usize>;

#[derive(Debug, Default)]
struct Content {
    durable: Vec<u8>,
    cached: Vec<u8>,
    unsynced: BTreeMap<usize, ()>,
}

#[derive(Debug)]
struct File(FaultFiles, usize);

impl FaultFiles {
    /// A directory that holds this after a restart.
    pub fn holding(image: &Image) -> Self {
        let mut world = World::default();
        for (name, bytes) in image {
            world.names.insert(name.clone(), world.files.len());
            world.files.push(Content {
                durable: bytes.clone(),
                cached: bytes.clone(),
                ..Content::default()
            });
        }
        world.durable.push(world.names.clone());
        Self(Arc::new(Mutex::new(world)))
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap()
    }

    /// Dies after this many more changes and syncs.
    pub fn die_after(&self, operations: usize) {
        let mut world = self.world();
        (world.left, world.done) = (Some(operations), 0);
    }

    /// The changes and syncs since [`Self::die_after`], or since it was made.
    pub fn operations(&self) -> usize {
        self.world().done
    }

    /// Has the next sync of a file fail.
    pub fn fail_sync(&self) {
        self.world().sync_fails = true;
    }

    /// Holds at most this many bytes, in all files.
    pub fn limit(&self, room: Option<usize>) {
        self.world().room = room;
    }

    /// The bytes in all files.
    pub fn size(&self) -> usize {
        self.world()
            .files
            .iter()
            .map(|file| file.cached.len())
            .sum()
    }

    /// Changes a file behind everybody's back.
    pub fn spoil(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut world = self.world();
        let file = world.names[name];
        change(&mut world.files[file].cached);
    }

    /// What a process that starts now finds: everything written.
    pub fn cached(&self) -> Image {
        let world = self.world();
        let content = |file: &usize| world.files[*file].cached.clone();
        world
            .names
            .iter()
            .map(|(name, file)| (name.clone(), content(file)))
            .collect()
    }

    /// What is left after a power cut: of each sector that is not synced `dice` decides, and of the
    /// changes of names, which are kept up to one of them. `keeps` says of how many all are kept.
    pub fn after_power_cut(&self, mut keeps: impl FnMut() -> bool) -> Image {
        let world = self.world();
        let kept = world.durable.iter().skip(1).take_while(|_| keeps()).count();
        let names = world.durable.get(kept).cloned().unwrap_or_default();
        names
            .into_iter()
            .map(|(name, file)| (name, world.files[file].after_power_cut(&mut keeps)))
            .collect()
    }
}

impl Content {
    fn after_power_cut(&self, keeps: &mut impl FnMut() -> bool) -> Vec<u8> {
        let mut left = self.durable.clone();
        if left.len() != self.cached.len() && keeps() {
            left.resize(self.cached.len(), 0);
        }
        for &sector in self.unsynced.keys() {
            let start = sector * SECTOR;
            let end = (start + SECTOR).min(self.cached.len()).min(left.len());
            if start < end && keeps() {
                left[start..end].copy_from_slice(&self.cached[start..end]);
            }
        }
        left
    }
}

impl World {
    fn count(&mut self) -> Result<()> {
        if self.left == Some(self.done) {
            return Err(Error::other("the power is gone"));
        }
        self.done += 1;
        Ok(())
    }

    fn renamed(&mut self) {
        self.durable.push(self.names.clone());
    }

    fn write(&mut self, file: usize, offset: u64, data: &[u8]) -> Result<()> {
        self.count()?;
        let (start, end) = (offset as usize, offset as usize + data.len());
        self.grow(file, end)?;
        let file = &mut self.files[file];
        file.cached[start..end].copy_from_slice(data);
        let sectors = start / SECTOR..end.div_ceil(SECTOR);
        file.unsynced.extend(sectors.map(|sector| (sector, ())));
        Ok(())
    }

    fn grow(&mut self, file: usize, len: usize) -> Result<()> {
        let total: usize = self
            .names
            .values()
            .map(|file| self.files[*file].cached.len())
            .sum();
        let more = len.saturating_sub(self.files[file].cached.len());
        if self
            .room
            .is_some_and(|room| more > 0 && total + more > room)
        {
            return Err(ErrorKind::StorageFull.into());
        }
        let cached = &mut self.files[file].cached;
        cached.resize(cached.len().max(len), 0);
        Ok(())
    }
}

impl Files for FaultFiles {
    fn names(&self) -> Result<Vec<String>> {
        Ok(self.world().names.keys().cloned().collect())
    }

    fn open(&self, name: &str) -> Result<Box<dyn Disk>> {
        let file = self.world().names.get(name).copied();
        Ok(Box::new(File(
            self.clone(),
            file.ok_or(ErrorKind::NotFound)?,
        )))
    }

    fn create(&self, name: &str) -> Result<Box<dyn Disk>> {
        let mut world = self.world();
        world.count()?;
        let file = world.files.len();
        world.files.push(Content::default());
        world.names.insert(name.to_owned(), file);
        world.renamed();
        Ok(Box::new(File(self.clone(), file)))
    }

    fn rename(&self, from: &str, to: &str) -> Result<()> {
        let mut world = self.world();
        world.count()?;
        let file = world.names.remove(from).ok_or(ErrorKind::NotFound)?;
        world.names.insert(to.to_owned(), file);
        world.renamed();
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<()> {
        let mut world = self.world();
        world.count()?;
        world.names.remove(name).ok_or(ErrorKind::NotFound)?;
        world.renamed();
        Ok(())
    }

    fn sync(&self) -> Result<()> {
        let mut world = self.world();
        world.count()?;
        world.durable = vec![world.names.clone()];
        Ok(())
    }

    fn path(&self, name: &str) -> String {
        format!("/log/{name}")
    }
}

impl Disk for File {
    fn len(&self) -> Result<u64> {
        Ok(self.0.world().files[self.1].cached.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<()> {
        let world = self.0.world();
        let start = offset as usize;
        let found = world.files[self.1].cached.get(start..start + out.len());
        out.copy_from_slice(found.ok_or(ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.0.world().write(self.1, offset, data)
    }

    fn set_len(&self, len: u64) -> Result<()> {
        let mut world = self.0.world();
        world.count()?;
        world.grow(self.1, len as usize)?;
        world.files[self.1].cached.truncate(len as usize);
        Ok(())
    }

    fn sync(&self) -> Result<()> {
        let mut world = self.0.world();
        world.count()?;
        if std::mem::take(&mut world.sync_fails) {
            return Err(Error::other("input/output error"));
        }
        let file = &mut world.files[self.1];
        file.durable = file.cached.clone();
        file.unsynced.clear();
        Ok(())
    }
}
