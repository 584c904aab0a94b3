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
