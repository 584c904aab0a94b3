"""What is measured: one class a tool. `go` gives the milliseconds of one round by row
name, and leaves the bridge with the ports it had."""

import json
import os
import time

from run import PAUSE, new_netns, settle, timed

BRIDGE, MANY = "br0", "brmany"


class Bench:
    """What all rows share."""

    def __init__(self, directory, engine, url):
        self.directory, self.engine, self.url = directory, engine, url
        self.floor = f"{directory}/floor"
        self.env = {"PATH": os.environ["PATH"], "HOME": directory, "NETPIPE_ENGINE": url,
                    "NETPIPE_STATE_DIR": f"{directory}/state", "DOCKER_HOST": url,
                    "LC_ALL": "C"}
        self.pids = {}

    def container(self, name):
        """Starts a container without links of the engine's."""
        config = {"Image": "local/busybox", "HostConfig": {"NetworkMode": "none"}}
        self.engine.ask("POST", f"/containers/create?name={name}", json.dumps(config))
        self.engine.ask("POST", f"/containers/{name}/start")
        self.pids[name] = json.loads(self.engine.ask("GET", f"/containers/{name}/json"))["State"]["Pid"]

    def run(self, *argv, **more):
        """Runs and times a command."""
        return timed([str(arg) for arg in argv], self.env, log=f"{self.directory}/log", **more)


class Floor:
    """benches/floor.c: raw system calls."""

    def __init__(self, bench):
        self.bench = bench
        bench.container("floor")

    def go(self, i):
        b = self.bench
        ip = f"10.1.{i // 250}.{1 + i % 250}/16"
        socket = b.url.removeprefix("unix://")
        spent = {"floor nop": b.run(b.floor, "nop"),
                 "floor attach": b.run(b.floor, "attach", socket, "floor", BRIDGE, "fl0", "eth1", ip)}
        spent["floor detach"] = b.run(b.floor, "detach", "fl0")
        # One by a process that has just started, as an attach makes one: a disk that was
        # kept busy answers three times as fast.
        time.sleep(PAUSE)
        b.run(b.floor, "fdatasync", f"{b.directory}/record", 1)
        with open(f"{b.directory}/log", encoding="ascii") as log:
            spent["fdatasync"] = int(log.read()) / 1000
        return spent


class Netpipe:
    """netpipe, registration and announcement included."""

    def __init__(self, bench, program, label=""):
        self.bench, self.program, self.label = bench, program, label
        self.name = f"web{len(bench.pids)}"
        bench.container(self.name)

    def go(self, i):
        b, label = self.bench, self.label
        ip = f"10.1.{4 + i // 250}.{1 + i % 250}/16"
        spent = {f"netpipe --version{label}": b.run(self.program, "--version"),
                 f"netpipe attach{label}": b.run(self.program, "attach", self.name, BRIDGE, ip, "-i", "eth1")}
        spent[f"netpipe detach{label}"] = b.run(self.program, "detach", self.name, "eth1")
        return spent


class Cni:
    """The CNI bridge plugin with host-local, on a fresh namespace: with no option, or with
    those of the example in its manual."""

    EXAMPLE = {"isDefaultGateway": True, "forceAddress": False, "ipMasq": True, "hairpinMode": True}

    def __init__(self, bench, label="", options=None, plugins="/usr/lib/cni"):
        self.bench, self.plugins, self.label = bench, plugins, label
        name = "example" if options else "bench"
        self.config = f"{bench.directory}/cni-{name}.json"
        ipam = {"type": "host-local", "subnet": "10.6.0.0/16" if options else "10.2.0.0/16",
                "dataDir": f"{bench.directory}/cni"}
        config = {"cniVersion": "1.0.0", "name": name, "type": "bridge",
                  "bridge": BRIDGE, "ipam": ipam} | (options or {})
        with open(self.config, "w", encoding="ascii") as file:
            json.dump(config, file)

    def go(self, i):
        b = self.bench
        netns = new_netns()
        env = b.env | {"CNI_CONTAINERID": f"bench{i}", "CNI_IFNAME": "eth1", "CNI_PATH": self.plugins,
                       "CNI_NETNS": f"/proc/{os.getpid()}/fd/{netns}"}
        spent = {}
        for command in ("ADD", "DEL"):
            spent[f"CNI bridge {command}{self.label}"] = timed(
                [f"{self.plugins}/bridge"], env | {"CNI_COMMAND": command}, stdin=self.config,
                log=f"{b.directory}/log")
        os.close(netns)
        return spent


class Docker:
    """The engine's own connect, over its raw API on a connection that is open."""

    def __init__(self, bench):
        self.bench = bench
        bench.engine.ask("POST", "/networks/create", json.dumps(
            {"Name": "bench", "IPAM": {"Config": [{"Subnet": "10.3.0.0/16"}]}}))
        # With a network of the engine's: `none` excludes others.
        config = {"Image": "local/busybox"}
        bench.engine.ask("POST", "/containers/create?name=plain", json.dumps(config))
        bench.engine.ask("POST", "/containers/plain/start")

    def go(self, _):
        engine, body = self.bench.engine, json.dumps({"Container": "plain", "Force": True})
        begin = time.monotonic_ns()
        engine.ask("POST", "/networks/bench/connect", body)
        connected = time.monotonic_ns()
        engine.ask("POST", "/networks/bench/disconnect", body)
        return {"docker connect (API)": (connected - begin) / 1e6,
                "docker disconnect (API)": (time.monotonic_ns() - connected) / 1e6}


class Iproute:
    """iproute2 by hand: no registration, no announcement, the namespace known."""

    def __init__(self, bench):
        self.bench = bench
        bench.container("byhand")
        os.makedirs("/run/netns", exist_ok=True)
        self.netns = f"nb{bench.pids['byhand']}"
        os.symlink(f"/proc/{bench.pids['byhand']}/ns/net", f"/run/netns/{self.netns}")

    def close(self):
        os.unlink(f"/run/netns/{self.netns}")

    def go(self, i):
        b, ns = self.bench, self.netns
        ip = f"10.4.{i // 250}.{1 + i % 250}/16"
        make = f"link add ip0 type veth peer name eth1 netns {ns}"
        plug, addr, up = f"link set ip0 master {BRIDGE} up", f"addr add {ip} dev eth1", "link set eth1 up"
        enter = f"nsenter --net=/run/netns/{ns} ip"
        spent = {"ip, four commands": b.run(
            "/bin/sh", "-ec", f"ip {make}; ip {plug}; {enter} {addr}; {enter} {up}")}
        b.run(b.floor, "detach", "ip0")
        with open(f"{b.directory}/batch", "w", encoding="ascii") as file:
            file.write(f"{make}\n{plug}\n")
        with open(f"{b.directory}/inner", "w", encoding="ascii") as file:
            file.write(f"{addr}\n{up}\n")
        spent["ip -batch, one a namespace"] = b.run(
            "/bin/sh", "-ec", f"ip -batch {b.directory}/batch; {enter} -batch {b.directory}/inner")
        b.run(b.floor, "detach", "ip0")
        return spent


class Pipework:
    """pipework, if it is there."""

    def __init__(self, bench, program):
        self.bench, self.program = bench, program
        bench.container("piped")

    def go(self, i):
        b = self.bench
        ip = f"10.5.{i // 250}.{1 + i % 250}/16"
        before = set(os.listdir(f"/sys/class/net/{BRIDGE}/brif"))
        spent = {"pipework": b.run(self.program, BRIDGE, "-i", "eth1", "piped", ip)}
        for port in set(os.listdir(f"/sys/class/net/{BRIDGE}/brif")) - before:
            b.run(b.floor, "detach", port)
        return spent


class Many:
    """Attaches by one process; now and then, for each takes seconds."""

    def __init__(self, bench, program, count=1000):
        self.bench, self.program, self.count = bench, program, count

    def go(self, _):
        b, spent = self.bench, {}
        for row, argv in ((f"floor, {self.count} by one process", [b.floor, "many", self.count, MANY]),
                          (f"netpipe, {self.count} by one process", [self.program, self.count, MANY])):
            b.run(*argv)
            with open(f"{b.directory}/log", encoding="ascii") as log:
                spent[row] = float(log.read()) / 1000
            settle(MANY)
        return spent


class Apply:
    """One file with `count` attachments, ten a namespace: made, made again (nothing to do), and
    taken down. The floor is that of `floor many`, whose namespaces it mirrors."""

    EACH = 10

    def __init__(self, bench, program, count=1000):
        self.bench, self.program, self.count = bench, program, count

    def write(self, path, namespaces):
        """The topology file."""
        lines = ["version: 1", "name: bench", "attachments:"]
        for n, netns in enumerate(namespaces):
            lines.append(f"  /proc/{os.getpid()}/fd/{netns}:")
            for k in range(min(self.EACH, self.count - n * self.EACH)):
                ip = f"10.{200 + k}.{n // 250}.{1 + n % 250}/16"
                lines.append(f"    - {{link: {MANY}, ifname: eth{1 + k}, address: {ip}, no-announce: true}}")
        with open(path, "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")

    def go(self, _):
        b, n = self.bench, self.count
        b.run(b.floor, "many", n, MANY)
        with open(f"{b.directory}/log", encoding="ascii") as log:
            floor = float(log.read()) / 1000
        settle(MANY)
        namespaces = [new_netns(ipv6=False) for _ in range(-(-n // self.EACH))]
        file, empty = f"{b.directory}/topology.yaml", f"{b.directory}/empty.yaml"
        self.write(file, namespaces)
        with open(empty, "w", encoding="ascii") as out:
            out.write("version: 1\nname: bench\n")
        spent = {f"floor, {n} for apply, each": floor,
                 f"netpipe apply of {n}, each": b.run(self.program, "apply", "-f", file) / n,
                 f"netpipe apply of {n}, unchanged": b.run(self.program, "apply", "-f", file)}
        spent[f"netpipe apply --prune of {n}, each"] = b.run(
            self.program, "apply", "-f", empty, "--prune") / n
        for netns in namespaces:
            os.close(netns)
        settle(MANY)
        return spent


class Detach:
    """64 attachments taken down by one command; ms for each."""

    def __init__(self, bench, program, count=64):
        self.bench, self.program, self.count = bench, program, count
        bench.container("wide")

    def go(self, _):
        b, n = self.bench, self.count
        for i in range(n):
            b.run(self.program, "attach", "wide", BRIDGE, f"10.{64 + i}.0.1/16", "-i", f"w{i}")
        spent = {f"netpipe detach of {n}, each": b.run(self.program, "detach", "wide", "--all") / n}
        socket, whole = b.url.removeprefix("unix://"), 0
        for i in range(n):
            b.run(b.floor, "attach", socket, "wide", BRIDGE, f"fw{i}", f"w{i}", f"10.{64 + i}.0.2/16")
        for i in range(n):
            whole += b.run(b.floor, "detach", f"fw{i}")
        spent[f"floor detach ×{n}, each"] = whole / n
        return spent
