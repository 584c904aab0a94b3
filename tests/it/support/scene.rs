//! Situations that several tests start from.

use super::{Container, Host};

/// Sets up the host's firewall as dockerd leaves it: bridged packets are filtered, and
/// what is forwarded is dropped unless DOCKER-USER says otherwise.
pub fn docker_firewall(host: &Host) {
    host.sh("echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables");
    host.sh("echo 1 > /proc/sys/net/bridge/bridge-nf-call-ip6tables");
    for program in ["iptables", "ip6tables"] {
        host.sh(&format!(
            "{program} -w 10 -N DOCKER-USER && {program} -w 10 -A DOCKER-USER -j RETURN && \
             {program} -w 10 -A FORWARD -j DOCKER-USER && {program} -w 10 -P FORWARD DROP"
        ));
    }
}

/// Gives a container a link that was there before netpipe came, with the default routes
/// of both families.
pub fn uplink(container: &Container) {
    container.sh(
        "ip link add up0 type veth peer name up1 && ip link set up1 up && \
         ip link set up0 up && \
         ip address add 192.168.7.2/24 dev up0 && ip -6 address add fd07::2/64 dev up0 nodad && \
         ip route add default via 192.168.7.1 && ip -6 route add default via fd07::1",
    );
}

/// Wires the host's `eth0` to a LAN: a switch, a `gateway` with something beyond it, and an
/// `other` host. Each but the switch has addresses of both families.
pub fn lan(host: &Host) {
    let switch = host.container("switch");
    switch.sh("ip link set lo up && ip link add sw0 type bridge && ip link set sw0 up");
    for (name, number) in [("gateway", 1), ("other", 9)] {
        let end = host.container(name);
        host.sh(&format!(
            "ip link add {name} netns switch type veth peer name eth0 netns {name}"
        ));
        switch.sh(&format!("ip link set {name} master sw0 up"));
        end.sh(&format!(
            "ip link set lo up && ip link set eth0 up && \
             ip address add 192.168.7.{number}/24 dev eth0 && \
             ip address add fd07::{number}/64 dev eth0 nodad"
        ));
    }
    host.sh("ip link add host netns switch type veth peer name eth0 && ip link set eth0 up");
    switch.sh("ip link set host master sw0 up");
    let gateway = "nsenter --net=/run/netns/gateway";
    host.sh(&format!(
        "{gateway} ip address add 203.0.113.1/32 dev lo && \
         {gateway} ip address add 2001:db8::1/128 dev lo nodad && \
         ip address add 192.168.7.2/24 brd + dev eth0 && \
         ip address add 192.168.7.3/24 dev eth0 label eth0:1 && \
         ip address add fd07::2/64 dev eth0 nodad && \
         ip route add default via 192.168.7.1 dev eth0 metric 100 proto dhcp src 192.168.7.2 \
         mtu 1400 && \
         ip route add 10.50.0.0/16 via 192.168.7.1 dev eth0 table 100 tos 0x10 && \
         ip route add 10.51.0.0/16 dev eth0 scope link && \
         ip -6 route add default via fd07::1 dev eth0 metric 50"
    ));
}

/// Makes the records those of an earlier boot.
pub fn reboot(host: &Host) {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let boot = boot.trim();
    host.rewrite(|value| value.replace(boot, "11111111-2222-3333-4444-555555555555"));
}
