"""netpipe and etcd in turn, round by round, under the same loads. See scripts/bench."""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time

from servers import Cluster, Failed

ROWS = [  # name, load, clients, at three members too
    ("put, 1 client", "put", 1, True),
    ("put, 64 clients", "put", 64, True),
    ("put, 256 clients", "put", 256, True),
    ("serializable get, 1 client", "get-stale", 1, False),
    ("serializable get, 64 clients", "get-stale", 64, False),
    ("linearizable get, 1 client", "get", 1, False),
    ("linearizable get, 64 clients", "get", 64, True),
]
GOALS = [  # row, what of it, at most or at least, bound of netpipe ÷ etcd
    ("put, 1 client", "p50", "≤", 0.65),
    ("put, 64 clients", "rate", "≥", 1.5),
    ("put, 64 clients", "p99", "≤", 1),
    ("put, 64 clients", "cpu", "≤", 0.6),
    ("put, 256 clients", "rate", "≥", 1.3),
    ("put, 256 clients", "p99", "≤", 1),
    ("serializable get, 1 client", "p50", "≤", 0.7),
    ("serializable get, 64 clients", "rate", "≥", 1.7),
    ("linearizable get, 1 client", "p50", "≤", 0.7),
    ("linearizable get, 64 clients", "rate", "≥", 1.7),
    ("1000 watchers", "p99", "<", 1),
    ("100,000 keys", "rss", "<", 0.5),
    ("cold start to first put", "ms", "<", 1),
    ("put, 64 clients, three members", "rate", "≥", 1.5),
    ("put, 64 clients, three members", "p99", "≤", 1),
    ("put, 256 clients, three members", "rate", "≥", 1.5),
    ("put, 256 clients, three members", "p99", "≤", 1),
]


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--load", required=True, help="benches/kv/main.rs, built")
    parser.add_argument("--netpipe", default="")
    parser.add_argument("--etcd", required=True)
    parser.add_argument("--floor", required=True)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--revisions", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("only", nargs="*")
    return parser.parse_args()


class Bench:
    """What is measured, as {row: {server: {what: [a value a round]}}}."""

    def __init__(self, args):
        self.args, self.rows = args, {}
        self.servers = {"etcd": [args.etcd, "--log-level", "error"]}
        if args.netpipe:
            self.servers["netpipe"] = [args.netpipe, "kv", "serve"]

    def wanted(self, row):
        """Whether the row was asked for."""
        return not self.args.only or any(word in row for word in self.args.only)

    def load(self, *words):
        """Runs the client program."""
        done = subprocess.run([self.args.load, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise Failed(f"{' '.join(map(str, words))}: {done.stderr}")
        return json.loads(done.stdout)

    def note(self, row, server, **values):
        """Keeps what one round gave."""
        for what, value in values.items():
            self.rows.setdefault(row, {}).setdefault(server, {}).setdefault(what, []).append(value)
        if sys.stderr.isatty():
            print(f"\r\033[K{row}, {server}", end="", file=sys.stderr, flush=True)

    def requests(self, server, words, members):
        """One round of all loads on one server."""
        suffix = "" if members == 1 else ", three members"
        rows = [row for row in ROWS if (members == 1 or row[3]) and self.wanted(row[0] + suffix)]
        watch = f"1000 watchers{suffix}"
        if not rows and not self.wanted(watch):
            return
        cluster = Cluster(server, words, self.args.dir, members)
        try:
            cluster.since_start(self.args.load)
            self.load("fill", cluster.urls, 10_000, 10_000)  # what is got has to be there
            for name, load, clients, _ in rows:
                before = cluster.cpu()
                told = self.load(load, cluster.urls, clients, self.args.seconds)
                # The load counts nine tenths of its time.
                cpu = (cluster.cpu() - before) * 0.9 / told["count"] * 1e6
                self.note(name + suffix, server, rate=told["rate"], p50=told["p50"], p99=told["p99"], cpu=cpu)
            if self.wanted(watch):
                told = self.load("watch", cluster.urls, 1000, self.args.seconds)
                self.note(watch, server, rate=told["rate"], p50=told["p50"], p99=told["p99"])
            cluster.alive()
        finally:
            cluster.stop()
            cluster.forget()

    def starts(self, server, words):
        """Starts with nothing, and with what was there; what many keys take."""
        if not self.wanted("cold start to first put") and not self.wanted("100,000 keys"):
            return
        cluster = Cluster(server, words, self.args.dir)
        try:
            self.note("cold start to first put", server, ms=cluster.since_start(self.args.load))
            if self.wanted("100,000 keys"):
                self.load("fill", cluster.urls, 100_000, 100_000)
                self.note("100,000 keys", server, rss=cluster.rss() / 1e6)
                cluster.stop()
                self.note("start with 100,000 keys to first put", server, ms=cluster.since_start(self.args.load))
        finally:
            cluster.stop()
            cluster.forget()

    def restart(self, server, words):
        """A start with many revisions behind it."""
        row = f"restart with {self.args.revisions:,} revisions"
        if not self.wanted(row):
            return
        cluster = Cluster(server, words, self.args.dir)
        try:
            cluster.since_start(self.args.load)
            self.load("fill", cluster.urls, self.args.revisions, 1000)
            cluster.stop()
            self.note(row, server, ms=cluster.since_start(self.args.load))
        finally:
            cluster.stop()
            cluster.forget()

    def local(self):
        """Reservations without a server: their time beside the disk's, and their fsyncs."""
        row, log = "local reservation", f"{self.args.dir}/strace"
        if not self.wanted(row):
            return
        sync = subprocess.run([self.args.floor, "fdatasync", f"{self.args.dir}/record", "50"],
                              stdout=subprocess.PIPE, check=True, text=True)
        self.note(row, "disk", p50=float(sync.stdout))
        data = Cluster("local", [], self.args.dir)
        told = self.load("reserve", f"{data.directory}/store", 200)
        counts = []
        for count in (1, 101):
            data.forget()
            subprocess.run(["strace", "-f", "-o", log, "-e", "trace=fsync,fdatasync,msync,sync_file_range",
                            self.args.load, "reserve", f"{data.directory}/store", str(count)],
                           stdout=subprocess.DEVNULL, check=True)
            with open(log, encoding="ascii", errors="replace") as file:
                counts.append(len(re.findall(r"(?m)^\d+ +(?:fsync|fdatasync|msync|sync_file_range)\(", file.read())))
        data.forget()
        self.note(row, "netpipe", p50=told["p50"], p99=told["p99"], fsyncs=(counts[1] - counts[0]) / 100)

    def run(self):
        """All rounds. Each server comes first in every other one."""
        for i in range(self.args.rounds):
            order = list(self.servers.items())[::1 if i % 2 else -1]
            for members in (1, 3):
                for server, words in order:
                    self.requests(server, words, members)
            for server, words in order:
                self.starts(server, words)
            self.local()
        for server, words in self.servers.items():
            self.restart(server, words)
        return {row: {server: {what: statistics.median(values) for what, values in said.items()}
                      for server, said in servers.items()} for row, servers in self.rows.items()}


def goals(measured, revisions):
    """Each goal: what it says, what was reached, the bound, and if it holds."""
    def one(text, reached, sign, bound):
        holds = {"≤": reached <= bound, "≥": reached >= bound, "<": reached < bound}[sign]
        return {"goal": text, "reached": reached, "bound": f"{sign} {bound:g}", "pass": holds}

    for row, what, sign, bound in GOALS:
        said = measured.get(row, {})
        if {"netpipe", "etcd"} <= said.keys():
            yield one(f"{row}: {what}, ÷ etcd's", said["netpipe"][what] / said["etcd"][what], sign, bound)
    again = measured.get(f"restart with {revisions:,} revisions", {}).get("netpipe")
    if again:
        yield one(f"restart with {revisions:,} revisions, s", again["ms"] / 1000, "<", 5)
    local = measured.get("local reservation", {}).get("netpipe")
    if local:
        yield one("local reservation: fsyncs", local["fsyncs"], "≤", 1)


UNITS = {"rate": "/s", "p50": "p50 µs", "p99": "p99 µs", "cpu": "CPU µs", "ms": "ms", "rss": "RSS MB",
         "fsyncs": "fsyncs"}


def table(measured, reached):
    """The results for people."""
    lines = [f"{'medians of the rounds':44} {'':8} {'netpipe':>10} {'etcd':>10} {'ratio':>6}"]
    for row, servers in measured.items():
        other = "disk" if "disk" in servers else "etcd"
        whats = dict.fromkeys(what for said in servers.values() for what in said)
        for what in whats:
            values = [servers.get(server, {}).get(what) for server in ("netpipe", other)]
            shown = [f"{value:10,.1f}" if value is not None else f"{'-':>10}" for value in values]
            ratio = f"{values[0] / values[1]:6.2f}" if None not in values and values[1] else ""
            name = f"{row} (beside fdatasync)" if other == "disk" else row
            lines.append(f"{name:44} {UNITS[what]:8} {shown[0]} {shown[1]} {ratio}".rstrip())
    if reached:
        lines += ["", f"{'goal':62} {'reached':>8}  bound"]
    for goal in reached:
        verdict = "pass" if goal["pass"] else "FAIL"
        lines.append(f"{goal['goal']:62} {goal['reached']:8.2f}  {goal['bound']:7} {verdict}")
    return "\n".join(lines) + "\n"


def main():
    args = arguments()
    bench = Bench(args)
    begin = time.monotonic()
    measured = bench.run()
    reached = list(goals(measured, args.revisions))
    text = table(measured, reached)
    if not args.netpipe:
        text += "this netpipe has no `kv serve`: etcd alone was measured\n"
    with open(f"{os.path.dirname(args.out) or '.'}/kv.json", "w", encoding="utf-8") as file:
        json.dump({"kernel": os.uname().release, "cpus": os.cpu_count(), "rounds": args.rounds,
                   "seconds": time.monotonic() - begin, "measured": measured, "goals": reached},
                  file, indent=1, ensure_ascii=False)
    with open(args.out, "w", encoding="utf-8") as file:
        file.write(text)
    print(text, end="")


if __name__ == "__main__":
    try:
        main()
    except Failed as error:
        sys.exit(f"bench: {error}")
