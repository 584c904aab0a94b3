"""Each kind of link made by netpipe and by hand, in turn, and what it carries then. See
scripts/bench."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "attach"))
from made import ROWS  # noqa: E402
from run import Failed, summary, timed  # noqa: E402

NAMESPACES = ("c", "far", "peer")


def sh(script):
    """Runs a script that has to succeed."""
    done = subprocess.run(["sh", "-ec", script], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{script}: {done.stderr}")


def within(name):
    """What runs a program in a namespace."""
    return [] if name == "here" else ["ip", "netns", "exec", name]


class Scene:
    """The namespaces of one row; those of another one are made anew."""

    def __init__(self, row, program):
        self.row, self.program = row, program
        self.state = tempfile.mkdtemp(prefix="netpipe-bench-")
        self.env = {**os.environ, "NETPIPE_STATE_DIR": self.state, "NETPIPE_HOST": "h1"}
        for name in NAMESPACES:
            sh(f"ip netns add {name}; ip -n {name} link set lo up")
        sh("ip link add nic0 type veth peer name eth0 netns peer; ip link set nic0 up; "
           "ip -n peer link set eth0 up; ip -n peer address add 10.0.0.1/24 dev eth0")

    def can(self):
        """Whether the kernel has it."""
        probe = f"{self.row.probe} && {{ ip link del probe0 2>/dev/null || true; }}"
        return subprocess.run(["sh", "-c", probe], capture_output=True, check=False).returncode == 0

    def netpipe(self, args):
        """Milliseconds that a command of netpipe takes."""
        return timed([self.program, *args], self.env, log=f"{self.state}/log")

    def hand(self, script):
        """Milliseconds that a script takes."""
        return timed(["/bin/sh", "-ec", script], self.env, log=f"{self.state}/log")

    def rate(self, seconds):
        """Gbit/s from the row's client to 10.0.0.1."""
        sh(self.row.prepare)
        server = subprocess.Popen([*within(self.row.server), "iperf3", "-s", "-1", "--forceflush"],
                                  stdout=subprocess.PIPE, text=True)
        while "listening" not in server.stdout.readline():
            pass
        done = subprocess.run([*within(self.row.client), "iperf3", "-J", "-c", "10.0.0.1",
                               "-t", str(seconds)], capture_output=True, text=True, check=False)
        server.communicate()
        try:
            return json.loads(done.stdout)["end"]["sum_received"]["bits_per_second"] / 1e9
        except KeyError as missing:
            raise Failed(f"iperf3: {done.stdout}") from missing

    def close(self):
        """Ends it."""
        if self.row.close:
            sh(self.row.close)
        for name in NAMESPACES:
            sh(f"ip netns del {name}")
        for name in os.listdir("/sys/class/net"):
            subprocess.run(["ip", "link", "del", name], capture_output=True, check=False)
        shutil.rmtree(self.state)


def measure(scene, rounds, seconds):
    """Samples of both ways, of making it and of what it carries."""
    row, ms, rates = scene.row, {"netpipe": [], "hand": []}, {"netpipe": [], "hand": []}
    if row.setup:
        sh(row.setup)
    ways = {"netpipe": (lambda: scene.netpipe(row.netpipe), lambda: scene.netpipe(row.undo_netpipe)),
            "hand": (lambda: scene.hand(row.hand), lambda: sh(row.undo_hand))}
    for i in range(rounds + 1):
        for way, (make, undo) in ways.items():
            spent = make()
            if i:
                ms[way].append(spent)
            if i and row.dataplane and seconds and i <= 10:
                rates[way].append(scene.rate(seconds))
            undo()
    return ms, rates


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--out", required=True)
    parser.add_argument("only", nargs="*")
    args = parser.parse_args()
    head = (f"{'kernel ' + os.uname().release:20} {'netpipe ms':>10} {'by hand ms':>10} {'times':>6}"
            f" {'Gbit/s':>8} {'by hand':>8} {'ratio':>6}")
    lines = [head]
    print(head, flush=True)
    for row in ROWS:
        if args.only and not any(wanted in row.name for wanted in args.only):
            continue
        scene = Scene(row, args.bin)
        try:
            if not scene.can():
                line = f"{row.name:20} the kernel has none"
            else:
                ms, rates = measure(scene, args.rounds, args.seconds)
                own, hand = (summary(ms[way])["median"] for way in ("netpipe", "hand"))
                line = f"{row.name:20} {own:10.2f} {hand:10.2f} {hand / own:6.2f}"
                if rates["hand"]:
                    carried, other = (summary(rates[way])["median"] for way in ("netpipe", "hand"))
                    line += f" {carried:8.2f} {other:8.2f} {carried / other:6.2f}"
        finally:
            scene.close()
        lines.append(line)
        print(line, flush=True)
    with open(args.out, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    try:
        main()
    except Failed as error:
        sys.exit(f"bench: {error}")
