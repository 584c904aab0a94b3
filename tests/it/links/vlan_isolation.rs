//! VLANs of a bridge keep their frames to themselves: tenants with the same addresses never
//! see each other's, whatever they send.

use std::thread;

use super::traffic::{BROADCAST, Mac, Sniffer, mac, parse_mac, send, transfer};
use crate::support::{Container, Host, needs};

const DOT1Q: u16 = 0x8100;
const DOT1AD: u16 = 0x88a8;

/// A frame to send: to whom, with which tags, and whether the tenant's other container
/// gets it.
type Frame<'a> = (Mac, &'a [(u16, u16)], bool);

/// Two containers that are one tenant's.
struct Tenant {
    containers: [Container; 2],
    /// The MACs of their interfaces.
    macs: [Mac; 2],
    sniffers: Vec<Sniffer>,
}

/// Has both see all frames from the start.
fn sniffed(containers: [Container; 2]) -> Tenant {
    Tenant {
        sniffers: containers.iter().map(Sniffer::start).collect(),
        macs: [[0; 6]; 2],
        containers,
    }
}

impl Tenant {
    fn read_macs(&mut self) {
        self.macs = self.containers.each_ref().map(|one| mac(one, "eth1"));
    }

    /// Both families, both ways, and enough bytes for faults to show.
    fn talks(&self) {
        let [one, two] = &self.containers;
        for (from, address) in [(one, "10.0.0.2"), (two, "10.0.0.1"), (one, "fd00::2")] {
            assert!(from.comes_to_reach(address), "{address}");
        }
        transfer(one, two, "10.0.0.2");
    }

    /// Sends what could come through to others; gives the marks of the frames that the
    /// tenant's other container gets.
    fn attacks(&self, own: u16, other: u16, victims: [Mac; 2], first: u8) -> Vec<u8> {
        let from = &self.containers[0];
        let multicast = [1, 0, 0x5e, 0, 0, 1];
        let unknown = [2, 0, 0, 0, 0, 0x77];
        let frames: [Frame<'_>; 12] = [
            (BROADCAST, &[], true),
            (multicast, &[], true),
            (unknown, &[], true),
            (victims[0], &[], true),
            // With priority only, it is in the port's own VLAN.
            (BROADCAST, &[(DOT1Q, 0)], true),
            (BROADCAST, &[(DOT1Q, own)], true),
            (BROADCAST, &[(DOT1Q, other)], false),
            (victims[1], &[(DOT1Q, other)], false),
            (BROADCAST, &[(DOT1Q, own), (DOT1Q, other)], true),
            (BROADCAST, &[(DOT1Q, other), (DOT1Q, own)], false),
            (BROADCAST, &[(DOT1Q, 1)], false),
            (BROADCAST, &[(DOT1AD, other)], true),
        ];
        let mut sibling = Vec::new();
        for (mark, (to, tags, arrives)) in (first..).zip(frames) {
            send(from, "eth1", to, tags, mark);
            sibling.extend(arrives.then_some(mark));
        }
        sibling
    }

    /// Claims that its containers saw its own frames, with these marks, and nobody else's.
    fn saw_only_its_own(self, ends: &[Mac], marks: &[u8], name: &str) {
        for (nth, sniffer) in self.sniffers.into_iter().enumerate() {
            let seen = sniffer.stop();
            for (sender, count) in &seen.senders {
                // The loopback has none, and the host's end of the pair speaks for itself.
                let known = *sender == [0; 6] || self.macs.contains(sender);
                let known = known || ends.contains(sender);
                assert!(known, "{name} {nth}: {count} frames of {sender:02x?}");
            }
            assert!(
                seen.senders[&self.macs[1 - nth]] > 100,
                "{name} {nth}: {seen:?}"
            );
            if nth == 1 {
                // The other one sent them, and so saw all of them go.
                let seen: Vec<u8> = seen.marks.into_iter().collect();
                assert_eq!(seen, marks, "{name}");
            }
        }
    }
}

/// The MACs of the host's ends of a container's interface.
fn end(host: &Host, container: &str) -> Mac {
    let shown = host
        .netpipe(format!("show netns:{container}"))
        .status(0)
        .out;
    let line = shown
        .lines()
        .find(|line| line.contains("host end"))
        .unwrap();
    parse_mac(line.split_whitespace().last().unwrap())
}

fn at_once(red: &Tenant, blue: &Tenant) {
    thread::scope(|scope| {
        scope.spawn(|| red.talks());
        blue.talks();
    });
}

#[test]
fn on_one_bridge() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    let before = host.snapshot();
    let containers = ["r1", "r2", "b1", "b2"].map(|name| host.container(name));
    let [r1, r2, b1, b2] = containers.clone();
    let (mut red, mut blue) = (sniffed([r1, r2]), sniffed([b1, b2]));
    host.netpipe("bridge add br0 --address 10.0.0.9/24 --vlan-filtering")
        .status(0);
    for (name, nth, tenant, vlan) in [
        ("r1", 1, "tenantA", 10),
        ("r2", 2, "tenantA", 10),
        ("b1", 1, "tenantB", 20),
        ("b2", 2, "tenantB", 20),
    ] {
        host.netpipe(format!(
            "attach netns:{name} br0 10.0.0.{nth}/24 fd00::{nth}/64 --vlan {vlan} \
             --network {tenant}"
        ))
        .status(0)
        .stderr("");
    }
    red.read_macs();
    blue.read_macs();
    at_once(&red, &blue);
    let in_red = red.attacks(10, 20, blue.macs, 0);
    let in_blue = blue.attacks(20, 10, red.macs, 100);
    // What was sent before these has arrived where it could.
    at_once(&red, &blue);
    // The host is in neither, whatever its address.
    assert!(!containers[0].reaches("10.0.0.9"));
    let ends = ["r1", "r2", "b1", "b2"].map(|name| end(&host, name));
    red.saw_only_its_own(&ends[..2], &in_red, "red");
    blue.saw_only_its_own(&ends[2..], &in_blue, "blue");
    for name in ["r1", "r2", "b1", "b2"] {
        host.netpipe(format!("detach netns:{name}")).status(0);
        host.remove(host.container(name));
    }
    host.netpipe("bridge del br0").status(0);
    drop(containers);
    before.assert_same_kernel(&host.snapshot());
}

/// Two hosts with a wire between their cards, and a bridge on each that the card is a port
/// of, for these VLANs and no other.
fn wired(options: &str, vlans: &str) -> [Host; 2] {
    let hosts = [Host::new(), Host::new()];
    hosts[0].sh(&format!(
        "ip link add nic0 mtu 1504 type veth peer name nic0 mtu 1504 netns {}",
        hosts[1].place().path()
    ));
    for host in &hosts {
        host.netpipe(format!(
            "bridge add br0 --mtu 1500 --vlan-filtering {options} --port nic0"
        ))
        .status(0);
        host.sh("ip link set nic0 up");
        host.netpipe(format!("vlan add br0 nic0 {vlans}")).status(0);
        host.netpipe("vlan del br0 nic0 1").status(0);
    }
    hosts
}

#[test]
fn across_two_hosts_over_a_trunk() {
    if !needs("vlan_filtering") {
        return;
    }
    let hosts = wired("", "10,20");
    let on = |nth: usize, name: &str| hosts[nth].container(name);
    let mut red = sniffed([on(0, "r1"), on(1, "r2")]);
    let mut blue = sniffed([on(0, "b1"), on(1, "b2")]);
    // The store is the host's own here, so that each knows only its own addresses.
    for (host, name, nth, vlan) in [
        (&hosts[0], "r1", 1, 10),
        (&hosts[1], "r2", 2, 10),
        (&hosts[0], "b1", 1, 20),
        (&hosts[1], "b2", 2, 20),
    ] {
        host.netpipe(format!(
            "attach netns:{name} br0 10.0.0.{nth}/24 fd00::{nth}/64 --vlan {vlan}"
        ))
        .status(0)
        .stderr("");
    }
    red.read_macs();
    blue.read_macs();
    at_once(&red, &blue);
    let in_red = red.attacks(10, 20, blue.macs, 0);
    let in_blue = blue.attacks(20, 10, red.macs, 100);
    at_once(&red, &blue);
    let ends = |names: [&str; 2]| [end(&hosts[0], names[0]), end(&hosts[1], names[1])];
    red.saw_only_its_own(&ends(["r1", "r2"]), &in_red, "red");
    blue.saw_only_its_own(&ends(["b1", "b2"]), &in_blue, "blue");
}

#[test]
fn in_vlans_that_have_vlans_in_them() {
    if !needs("vlan_filtering") {
        return;
    }
    let hosts = wired("--vlan-protocol 802.1ad", "100,200");
    let (here, there) = (hosts[0].container("here"), hosts[1].container("there"));
    let other = hosts[1].container("other");
    for (host, name, address, vlan) in [
        (&hosts[0], "here", "10.0.0.1/24", 100),
        (&hosts[1], "there", "10.0.0.2/24", 100),
        (&hosts[1], "other", "10.0.0.2/24", 200),
    ] {
        host.netpipe(format!(
            "attach netns:{name} br0 {address} --vlan {vlan} --mtu 1496"
        ))
        .status(0);
    }
    assert!(here.comes_to_reach("10.0.0.2") && there.comes_to_reach("10.0.0.1"));
    transfer(&here, &there, "10.0.0.2");
    // The customer's own VLANs go through the provider's, and not into another's.
    let sniffers = [Sniffer::start(&there), Sniffer::start(&other)];
    for (mark, id) in [(1, 10), (2, 100), (3, 200)] {
        send(&here, "eth1", BROADCAST, &[(DOT1Q, id)], mark);
    }
    send(&here, "eth1", BROADCAST, &[(DOT1AD, 200)], 4);
    assert!(here.comes_to_reach("10.0.0.2"));
    let [there, other] = sniffers.map(|sniffer| sniffer.stop().marks);
    assert_eq!(there.into_iter().collect::<Vec<_>>(), [1, 2, 3]);
    assert!(other.is_empty(), "{other:?}");
}
