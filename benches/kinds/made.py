"""What is made in each row, by netpipe and by hand.

Each has two hosts' worth of namespaces: `c` is the container that is plugged in, `peer`
is at the other end of the card `nic0`, as 10.0.0.1/24. `here` is the namespace that the
bench itself runs in. Commands of netpipe are its arguments; those by hand are a script.
"""

from dataclasses import dataclass, field

ADDRESS = "10.0.0.5/24"
BY_HAND = "ip -n c address add 10.0.0.5/24 brd + dev eth1; ip -n c link set eth1 up"
PAIR = ("ip link add p0 numtxqueues 1 numrxqueues 1 type veth peer name eth1 "
        "numtxqueues 1 numrxqueues 1 netns c; ip link set p0 master br0 up")


@dataclass
class Row:
    """One thing to make in two ways."""

    name: str
    probe: str  # fails where the kernel cannot do it
    netpipe: list
    hand: str
    setup: str = ""  # before both
    undo_netpipe: list = field(default_factory=lambda: ["detach", "netns:c"])
    undo_hand: str = "ip -n c link del eth1"
    close: str = ""  # after both
    dataplane: bool = True  # whether `client` then reaches 10.0.0.1
    client: str = "c"
    server: str = "peer"  # who has 10.0.0.1
    prepare: str = ""  # before data is sent


def attach(link, *options):
    """The arguments of an attach of `c`."""
    return ["attach", "netns:c", link, ADDRESS, *options]


BRIDGE = ("ip link add br0 type bridge; ip link set br0 up; ip link set nic0 master br0; "
          "ip link set br0 alias netpipe:bridge")
UNDERLAY = "ip address add 192.0.2.1/24 dev nic0; ip -n peer address add 192.0.2.2/24 dev eth0"


# A switch of the bench's own: the kernel's datapath where there is one.
OVS = "/tmp/ovs"
VSCTL = f"ovs-vsctl --db=unix:{OVS}/db.sock"
SWITCH = (f"mkdir -p {OVS}; cd {OVS}; "
          "ovsdb-tool create conf.db /usr/share/openvswitch/vswitch.ovsschema; "
          f"ovsdb-server {OVS}/conf.db --remote=punix:{OVS}/db.sock --pidfile={OVS}/server.pid "
          f"--unixctl={OVS}/server.ctl --log-file={OVS}/server.log --detach --no-chdir; "
          f"{VSCTL} --no-wait init; "
          "test -d /sys/module/openvswitch && kernel= || kernel=--disable-system; "
          f"ovs-vswitchd unix:{OVS}/db.sock $kernel --pidfile={OVS}/switch.pid "
          f"--unixctl={OVS}/switch.ctl --log-file={OVS}/switch.log --detach --no-chdir; "
          f"[ $kernel ] && type=netdev || type=system; "
          f"{VSCTL} add-br ovs0 -- set Bridge ovs0 datapath_type=$type -- add-port ovs0 nic0")
# What ovs-docker add-port runs, but for its questions to the engine.
OVS_DOCKER = (f"{VSCTL} --data=bare --no-heading --columns=name find interface "
              "external_ids:container_id=c external_ids:container_iface=eth1; "
              f"{VSCTL} br-exists ovs0; "
              "ip link add p0 type veth peer name p1; "
              f"{VSCTL} --may-exist add-port ovs0 p0 -- set interface p0 "
              "external_ids:container_id=c external_ids:container_iface=eth1; "
              "ip link set p0 up; ip link set p1 netns c; "
              "ip netns exec c ip link set dev p1 name eth1; ip netns exec c ip link set eth1 up; "
              f"ip netns exec c ip addr add {ADDRESS} dev eth1")


def tunnel(kind, netpipe, hand, far):
    """A tunnel to `peer`, whose end has 10.0.0.1/24, with the address of this one by hand."""
    setup = (f"{UNDERLAY}; ip -n peer link add t0 type {far}; ip -n peer address flush dev t0; "
             "ip -n peer address del 10.0.0.1/24 dev eth0; "
             "ip -n peer address add 10.0.0.1/24 dev t0; ip -n peer link set t0 up")
    return Row(f"tunnel, {kind}", f"ip link add probe0 type {far.replace('192.0.2.1', '192.0.2.9')}",
               ["tunnel", "add", kind, "t0", "--local", "192.0.2.1", "--remote", "192.0.2.2", *netpipe],
               f"ip link add t0 type {hand}; ip link set t0 up", setup,
               ["tunnel", "del", "t0"], "ip link del t0", client="here",
               prepare="ip address add 10.0.0.5/24 dev t0; ip link set t0 up")


ROWS = [
    Row("bridge", "true", attach("br0"), f"{PAIR}; {BY_HAND}", BRIDGE),
    Row("macvlan", "ip link add probe0 link nic0 type macvlan",
        attach("macvlan:nic0"),
        f"ip link add link nic0 name eth1 netns c type macvlan mode bridge; {BY_HAND}"),
    Row("ipvlan", "ip link add probe0 link nic0 type ipvlan",
        attach("ipvlan:nic0"),
        f"ip link add link nic0 name eth1 netns c type ipvlan mode l2; {BY_HAND}"),
    Row("VLAN of a card", "ip link add probe0 link nic0 type vlan id 9",
        attach("nic0", "--vlan", "10"),
        "ip link add link nic0 name nic0.10 type vlan id 10; ip link set nic0.10 up; "
        f"ip link add link nic0.10 name eth1 netns c type macvlan mode bridge; {BY_HAND}",
        "ip -n peer link add link eth0 name eth0.10 type vlan id 10; "
        "ip -n peer address del 10.0.0.1/24 dev eth0; "
        "ip -n peer address add 10.0.0.1/24 dev eth0.10; ip -n peer link set eth0.10 up",
        undo_hand="ip -n c link del eth1; ip link del nic0.10"),
    Row("VLAN of a bridge", "ip link add probe0 type bridge vlan_filtering 1 && "
        "ip -d link show probe0 | grep -q 'vlan_filtering 1'",
        attach("br0", "--vlan", "10"),
        f"{PAIR}; bridge vlan del dev p0 vid 1; bridge vlan add dev p0 vid 10 pvid untagged; {BY_HAND}",
        f"{BRIDGE}; ip link set br0 type bridge vlan_filtering 1; "
        "bridge vlan add dev nic0 vid 10 pvid untagged"),
    Row("wire", "true", ["attach", "netns:c", "veth:netns:far", ADDRESS, "--peer-ifname", "eth1",
                         "--peer-address", "10.0.0.1/24"],
        "ip link add eth1 netns c numtxqueues 1 numrxqueues 1 type veth peer name eth1 netns far "
        f"numtxqueues 1 numrxqueues 1; {BY_HAND}; "
        "ip -n far address add 10.0.0.1/24 dev eth1; ip -n far link set eth1 up", server="far"),
    Row("Open vSwitch", "command -v ovs-vswitchd",
        attach("ovs0", "--ovs-db", f"unix:{OVS}/db.sock"), OVS_DOCKER, SWITCH,
        undo_hand=f"{VSCTL} del-port p0; ip link del p0",
        close=f"kill $(cat {OVS}/switch.pid {OVS}/server.pid); rm -r {OVS}",
        # What the daemon itself switches needs its checksums made.
        prepare="for end in 'c eth1' 'peer eth0'; do set -- $end; "
                "ip netns exec $1 ethtool -K $2 tx off >/dev/null; done"),
    Row("dummy", "ip link add probe0 type dummy", attach("dummy"),
        f"ip link add eth1 netns c type dummy; {BY_HAND}", dataplane=False),
    tunnel("gretap", ["--key", "5"], "gretap local 192.0.2.1 remote 192.0.2.2 key 5",
           "gretap local 192.0.2.2 remote 192.0.2.1 key 5"),
    tunnel("vxlan", ["--vni", "5"], "vxlan id 5 local 192.0.2.1 remote 192.0.2.2 dstport 4789",
           "vxlan id 5 local 192.0.2.2 remote 192.0.2.1 dstport 4789"),
    tunnel("geneve", ["--vni", "5"], "geneve id 5 remote 192.0.2.2", "geneve id 5 remote 192.0.2.1"),
]
