//! A bridge, and a network namespace for each member.

use std::fs::File;
use std::os::fd::AsFd;
use std::process::Command;
use std::sync::{Arc, Mutex};

use netpipe::sys::netns::{self, Netns};

use super::tap;
use super::wire::{CLIENTS, Faults, Wire};

/// The network of a run, in the network namespace that it was made in.
#[derive(Debug)]
pub struct Network {
    /// Each member's namespace.
    pub places: Vec<Netns>,
    /// What is wrong with it at the moment.
    pub faults: Arc<Mutex<Faults>>,
    // Where a member's own end is kept, the interface is.
    _wires: Vec<Wire>,
}

/// The address of a member.
pub fn address(member: usize) -> String {
    format!("10.77.0.{}", member + 1)
}

fn ip(place: Option<&Netns>, words: &str) {
    let run = || {
        let output = Command::new("ip").args(words.split(' ')).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "ip {words}: {said}");
    };
    match place {
        Some(place) => place.run(run).unwrap(),
        None => run(),
    }
}

impl Network {
    /// Makes it. The clients are in the namespace of the caller, on the bridge.
    pub fn new(members: usize, seed: u64) -> Self {
        let faults = Arc::new(Mutex::new(Faults::default()));
        ip(None, "link set lo up");
        ip(None, "link add br0 type bridge");
        ip(None, &format!("address add 10.77.0.{CLIENTS}/24 dev br0"));
        ip(None, "link set br0 up");
        let mut network = Self {
            places: Vec::new(),
            faults: Arc::clone(&faults),
            _wires: Vec::new(),
        };
        for member in 0..members {
            let fd = netns::create().unwrap();
            let place = Netns::from_fd(fd.as_fd().try_clone_to_owned().unwrap(), "member").unwrap();
            let inner: File = place.run(|| tap::make("eth0")).unwrap().unwrap();
            let port = format!("port{member}");
            let outer = tap::make(&port).unwrap();
            ip(None, &format!("link set {port} master br0 up"));
            ip(Some(&place), "link set lo up");
            let own = address(member);
            ip(Some(&place), &format!("address add {own}/24 dev eth0"));
            ip(Some(&place), "link set eth0 up");
            let seed = seed.wrapping_add(100 * member as u64);
            let wire = Wire::join([inner, outer], member + 1, &faults, seed);
            network._wires.push(wire);
            network.places.push(place);
        }
        network
    }

    /// Changes what is wrong with it.
    pub fn change(&self, change: impl FnOnce(&mut Faults)) {
        change(&mut self.faults.lock().unwrap());
    }

    /// Mends it.
    pub fn mend(&self) {
        self.change(|faults| *faults = Faults::default());
    }
}
