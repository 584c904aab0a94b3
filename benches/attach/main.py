"""Runs the rows in turn, round by round, and compares. See scripts/bench."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time

import rows
from run import PAUSE, Engine, Failed, summary

HEAVY = (rows.Many, rows.Apply, rows.Detach)  # seconds a round: every tenth round is enough


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--many", required=True)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("only", nargs="*")
    return parser.parse_args()


def prepare(args):
    """The bridges, the store, and what is to be measured in one round."""
    for name in ("state", "cni"):
        shutil.rmtree(f"{args.dir}/{name}", ignore_errors=True)
    for bridge in (rows.BRIDGE, rows.MANY):
        subprocess.run(["ip", "link", "add", bridge, "type", "bridge"], check=True)
        subprocess.run(["ip", "link", "set", bridge, "up"], check=True)
    url = os.environ["NETPIPE_TEST_ENGINE"]
    bench = rows.Bench(args.dir, Engine(url), url)
    programs = args.bin.split(",")
    labels = [""] + [f" ({os.path.basename(program)})" for program in programs[1:]]
    tools = [rows.Floor(bench)]
    tools += [rows.Netpipe(bench, program, label) for program, label in zip(programs, labels)]
    makers = {"cni": lambda: rows.Cni(bench),
              "cni example": lambda: rows.Cni(bench, " (example)", rows.Cni.EXAMPLE),
              "docker": lambda: rows.Docker(bench),
              "ip": lambda: rows.Iproute(bench), "many": lambda: rows.Many(bench, args.many),
              "apply": lambda: rows.Apply(bench, programs[0]),
              "detach64": lambda: rows.Detach(bench, programs[0])}
    if pipework := os.environ.get("PIPEWORK"):
        makers["pipework"] = lambda: rows.Pipework(bench, pipework)
    tools += [make() for name, make in makers.items()
              if not args.only or any(wanted in name for wanted in args.only)]
    # One attachment that stays: the bridge's firewall rule is there, as it is on a host in use.
    bench.container("resident")
    bench.run(programs[0], "attach", "resident", rows.BRIDGE, "10.1.255.1/16")
    return tools


def measure(tools, rounds):
    """Samples by row. The first round warms up and does not count."""
    samples = {}
    for i in range(rounds + 1):
        for tool in tools:
            if isinstance(tool, HEAVY) and i % max(rounds // 4, 1) != 1:
                continue
            time.sleep(PAUSE)
            for row, spent in tool.go(i).items():
                if i:
                    samples.setdefault(row, []).append(spent)
        if sys.stderr.isatty():
            print(f"\rround {i}/{rounds} ", end="", file=sys.stderr, flush=True)
    return {row: summary(values) for row, values in samples.items()}


def goals(measured):
    """Each goal: what it says, the number that was reached, the bound, and if it holds."""
    def ms(row):
        return measured.get(row, {}).get("median")

    attach, floor, sync = ms("netpipe attach"), ms("floor attach"), ms("fdatasync")
    wanted = [("attach, less one fdatasync, ÷ floor", attach - sync, floor, 1.5, True)]
    for row, bound in (("CNI bridge ADD", 5), ("CNI bridge ADD (example)", 5),
                       ("docker connect (API)", 8), ("ip, four commands", 3)):
        wanted.append((f"{row} ÷ attach", ms(row), attach, bound, False))
    wanted.append(("1000 by one process ÷ raw netlink", ms("netpipe, 1000 by one process"),
                   ms("floor, 1000 by one process"), 1.3, True))
    wanted.append(("floor ÷ apply of 1000", ms("floor, 1000 for apply, each"),
                   ms("netpipe apply of 1000, each"), 0.7, False))
    wanted.append(("apply of 1000, unchanged, ms", ms("netpipe apply of 1000, unchanged"),
                   1, 300, True))
    wanted.append(("detach of 64, ms each", ms("netpipe detach of 64, each"), 1, 5, True))
    for text, over, under, bound, most in wanted:
        if over is not None and under is not None:
            ratio = over / under
            yield {"goal": text, "ratio": ratio, "bound": f"{'≤' if most else '≥'} {bound}",
                   "pass": ratio <= bound if most else ratio >= bound}


def table(measured, reached):
    """The results for people."""
    floor = measured["floor attach"]["median"]
    lines = [f"{'milliseconds, whole processes':34} {'median':>9} {'min':>9} {'p90':>9} {'÷ floor':>8} {'n':>4}"]
    for row, said in measured.items():
        lines.append(f"{row:34} {said['median']:9.2f} {said['min']:9.2f} {said['p90']:9.2f}"
                     f" {said['median'] / floor:8.2f} {said['n']:4}")
    lines += ["", f"{'goal':46} {'reached':>8}  bound"]
    for goal in reached:
        verdict = "pass" if goal["pass"] else "FAIL"
        lines.append(f"{goal['goal']:46} {goal['ratio']:8.2f}  {goal['bound']:6} {verdict}")
    return "\n".join(lines) + "\n"


def main():
    args = arguments()
    tools = prepare(args)
    try:
        measured = measure(tools, args.rounds)
    finally:
        for tool in tools:
            getattr(tool, "close", lambda: None)()
    reached = list(goals(measured))
    text = table(measured, reached)
    with open(f"{args.dir}/attach.json", "w", encoding="utf-8") as file:
        json.dump({"kernel": os.uname().release, "cpus": os.cpu_count(), "milliseconds": measured,
                   "goals": reached}, file, indent=1, ensure_ascii=False)
    with open(args.out, "w", encoding="utf-8") as file:
        file.write(text)
    print(text, end="")


if __name__ == "__main__":
    try:
        main()
    except Failed as error:
        sys.exit(f"bench: {error}")
