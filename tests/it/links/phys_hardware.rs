//! Real cards: those of the emulated machine, in its own first namespace, where the kernel
//! brings them back to when a namespace dies.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::support::{Container, Host, Namespaces, needs, stream};

/// The tests in the machine's own namespace, one at a time.
static MACHINE: Mutex<()> = Mutex::new(());

/// The machine itself as a host, for one test.
pub fn machine() -> (Host, MutexGuard<'static, ()>) {
    let alone = MACHINE.lock().unwrap_or_else(PoisonError::into_inner);
    std::fs::create_dir_all("/run/netns").unwrap();
    (Host::within(Namespaces::open("/proc/1/ns/net")), alone)
}

struct Scene {
    // Goes after the containers, which give the cards back.
    host: Host,
    card: String,
    lan: Container,
    other: String,
    _alone: MutexGuard<'static, ()>,
}

impl Scene {
    /// The machine with one card in use, and the other one, at the same wire, in a
    /// container `lan`.
    fn new() -> Self {
        let (host, alone) = machine();
        let cards = std::env::var("NETPIPE_TEST_CARDS").unwrap();
        let mut cards = cards.split_whitespace().map(str::to_owned);
        let (card, other) = (cards.next().unwrap(), cards.next().unwrap());
        host.sh(&format!("ip link set {card} up alias uplink"));
        host.sh(&format!("ip address add 192.168.1.5/24 brd + dev {card}"));
        host.sh(&format!("ip address add fd07::5/64 dev {card} nodad"));
        host.sh(&format!(
            "ip route add 10.1.0.0/16 via 192.168.1.1 dev {card}"
        ));
        let lan = host.container("lan");
        host.sh(&format!("ip link set {other} netns {}", lan.path()));
        lan.sh(&format!(
            "ip address add 10.0.0.1/24 dev {other} && ip link set {other} up && ip link set lo up"
        ));
        let scene = Self {
            host,
            card,
            lan,
            other,
            _alone: alone,
        };
        // Routes to IPv6 addresses come with the carrier.
        let card = &scene.card;
        scene.host.sh(&format!(
            "timeout 20 sh -c 'until ip -6 route show table local | grep -q \"fd07::5 dev {card}\"; \
             do :; done'"
        ));
        scene
    }

    fn attach(&self, target: &str) -> String {
        format!(
            "attach netns:{target} phys:{} 10.0.0.5/24 -i nic9",
            self.card
        )
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let Self {
            host,
            card,
            lan,
            other,
            ..
        } = self;
        let _ = host.netpipe("detach netns:blue --all");
        let _ = host.netpipe("gc");
        let home = format!("ip link set {other} down; ip link set {other} netns 1");
        let _ = lan.try_sh(&home);
        let _ = host.try_sh(&format!(
            "ip link set {card} down; ip address flush dev {card}; ip link set {card} alias ''; \
             rm -f /run/netns/*"
        ));
    }
}

#[test]
fn a_card_carries_and_comes_home() {
    if !needs("spare_cards") {
        return;
    }
    let scene = Scene::new();
    let Scene { host, lan, .. } = &scene;
    let blue = host.container("blue");
    let before = host.snapshot();
    host.netpipe(scene.attach("blue")).status(0).stderr("");
    assert!(lan.comes_to_reach("10.0.0.5") && blue.comes_to_reach("10.0.0.1"));
    stream::carries(blue.place(), lan.place(), "10.0.0.1");
    stream::carries(lan.place(), blue.place(), "10.0.0.5");
    host.netpipe("check").status(0);
    host.netpipe("detach netns:blue").status(0).stderr("");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_card_comes_home_when_its_namespace_dies() {
    if !needs("spare_cards") {
        return;
    }
    let scene = Scene::new();
    let Scene { host, card, .. } = &scene;
    let before = host.snapshot();
    let blue = host.container("blue");
    host.netpipe(scene.attach("blue")).status(0);
    host.remove(blue);
    host.netpipe("gc")
        .status(0)
        .stderr("")
        .stdout("netns:blue nic9: released, the target is gone\n");
    before.assert_same(&host.snapshot());

    // Its name in the target is taken on the host, so the kernel calls it otherwise.
    let blue = host.container("blue");
    host.netpipe(scene.attach("blue")).status(0);
    host.sh("ip link add nic9 type dummy");
    host.remove(blue);
    host.netpipe("gc").status(0).stderr("");
    host.sh("ip link del nic9");
    before.assert_same(&host.snapshot());

    // Or its own name is: nothing is lost, and it gets it back when that is free.
    let blue = host.container("blue");
    host.netpipe(scene.attach("blue")).status(0);
    host.sh(&format!("ip link add {card} type dummy"));
    host.remove(blue);
    host.netpipe("gc")
        .status(1)
        .stderr_has("another link of the host is named");
    host.sh(&format!("ip link del {card}"));
    host.netpipe("gc").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn the_next_command_on_a_card_finds_it_home() {
    if !needs("spare_cards") {
        return;
    }
    let scene = Scene::new();
    let Scene { host, lan, .. } = &scene;
    let before = host.snapshot();
    let blue = host.container("blue");
    host.netpipe(scene.attach("blue")).status(0);
    host.remove(blue);
    // Another container gets it.
    let green = host.container("green");
    host.netpipe(scene.attach("green")).status(0).stderr("");
    assert!(green.comes_to_reach("10.0.0.1"));
    host.netpipe("list").status(0).stdout_lacks("netns:blue");
    // One that came back is repaired.
    host.remove(green);
    let green = host.container("green");
    host.netpipe("check").status(1);
    host.netpipe("check --repair").status(0);
    assert!(green.comes_to_reach("10.0.0.1") && lan.comes_to_reach("10.0.0.5"));
    // And one that is gone is detached.
    host.remove(green);
    host.netpipe("detach netns:green").status(0).stderr("");
    before.assert_same(&host.snapshot());
}
