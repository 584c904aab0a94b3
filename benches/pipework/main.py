"""A container gets an interface on a bridge, an address and a gateway, by the script and by
netpipe in its words, in turn. See scripts/bench."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, f"{os.path.dirname(os.path.abspath(__file__))}/../attach")
from rows import Bench  # pylint: disable=wrong-import-position
from run import PAUSE, Engine, summary  # pylint: disable=wrong-import-position

BRIDGE, BOUND = "br0", 100


def quiet(*argv):
    """Runs what is not measured."""
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)


class Script:
    """pipework itself, which leaves its interface until the container or we remove it."""

    def __init__(self, bench, path):
        self.bench, self.path = bench, path
        bench.container("by-script")

    def go(self, words):
        spent = self.bench.run(self.path, BRIDGE, "by-script", *words)
        quiet("ip", "link", "del", f"veth1pl{self.bench.pids['by-script']}")
        return spent


class Netpipe:
    """The same words to netpipe, which registers the address and announces it thrice."""

    def __init__(self, bench, path):
        self.bench, self.path = bench, path
        bench.container("by-netpipe")

    def go(self, words):
        spent = self.bench.run(self.path, "pipework", BRIDGE, "by-netpipe", *words)
        self.bench.run(self.path, "detach", "by-netpipe")
        return spent


def main():
    parser = argparse.ArgumentParser()
    for name in ("bin", "script", "dir", "rounds", "out"):
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    shutil.rmtree(f"{args.dir}/state", ignore_errors=True)
    quiet("ip", "link", "add", BRIDGE, "type", "bridge")
    quiet("ip", "link", "set", BRIDGE, "up")
    url = os.environ["NETPIPE_TEST_ENGINE"]
    bench = Bench(args.dir, Engine(url), url)
    tools = {"pipework": Script(bench, args.script), "netpipe pipework": Netpipe(bench, args.bin)}
    # One that stays: the bridge's firewall rule is there, as it is on a host in use.
    bench.container("resident")
    bench.run(args.bin, "attach", "resident", BRIDGE, "10.5.255.1/16")
    samples = {name: [] for name in tools}
    # The first round warms up and does not count.
    for i in range(int(args.rounds) + 1):
        words = [f"10.5.{i // 250}.{2 + i % 250}/16@10.5.0.1"]
        for name, tool in tools.items():
            time.sleep(PAUSE)
            spent = tool.go(words)
            if i:
                samples[name].append(spent)
    measured = {name: summary(values) for name, values in samples.items()}
    script, own = (measured[name]["median"] for name in tools)
    arping = "with" if shutil.which("arping") else "without"
    lines = [f"{name:18} {row['median']:10.1f} ms (least {row['min']:.1f}, p90 {row['p90']:.1f}, "
             f"{row['n']} rounds)" for name, row in measured.items()]
    kept = script / own >= BOUND
    lines.append(f"{script / own:.0f} times as fast, the script {arping} arping; "
                 f"goal {BOUND}: {'reached' if kept else 'NOT reached'}")
    with open(args.out, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    with open(f"{args.dir}/pipework.json", "w", encoding="utf-8") as file:
        json.dump(measured, file, indent=1)
    print("\n".join(lines))
    sys.exit(not kept)


main()
