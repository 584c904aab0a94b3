"""Whole processes, timed with as little in between as there can be."""

import ctypes
import http.client
import os
import socket
import statistics
import threading
import time

PAUSE = 0.03  # between two tools: sockets and links of the one before close meanwhile
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


class Failed(Exception):
    """A command that was to be measured did not succeed."""


def timed(argv, env, stdin=None, log="/dev/null"):
    """Milliseconds from the start of a process to its end."""
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, stdin or "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    begin = time.monotonic_ns()
    pid = os.posix_spawn(argv[0], argv, env, file_actions=actions)
    _, status, _ = os.wait4(pid, 0)
    spent = time.monotonic_ns() - begin
    if status:
        said = ""
        if os.path.isfile(log):
            with open(log, encoding="utf-8", errors="replace") as file:
                said = file.read()
        raise Failed(f"{' '.join(argv)}: status {os.waitstatus_to_exitcode(status)}: {said}")
    return spent / 1e6


class Engine:
    """The engine's API, one connection kept open."""

    def __init__(self, url):
        self.connection = http.client.HTTPConnection("docker")
        self.connection.sock = socket.socket(socket.AF_UNIX)
        self.connection.sock.connect(url.removeprefix("unix://"))

    def ask(self, method, path, body=None):
        """The answer's body; fails unless the status is 2xx."""
        self.connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status // 100 != 2:
            raise Failed(f"{method} {path}: {answer.status} {text!r}")
        return text


def new_netns(ipv6=True):
    """A descriptor of a new network namespace."""
    made = []

    def work():
        if LIBC.unshare(CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "unshare")
        for of in () if ipv6 else ("all", "default"):
            path = f"/proc/sys/net/ipv6/conf/{of}/disable_ipv6"
            if os.path.exists(path):
                with open(path, "w", encoding="ascii") as file:
                    file.write("1")
        made.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return made[0]


def ports(bridge):
    """How many ports a bridge has."""
    return len(os.listdir(f"/sys/class/net/{bridge}/brif"))


def settle(bridge, wanted=0):
    """Waits until a bridge has no more ports than that: the kernel removes those of
    namespaces that are gone in its own time."""
    end = time.monotonic() + 60
    while ports(bridge) > wanted:
        if time.monotonic() > end:
            raise Failed(f"{bridge} still has {ports(bridge)} ports")
        time.sleep(0.01)


def summary(samples):
    """What is said of one row's samples."""
    ordered = sorted(samples)
    return {
        "n": len(ordered),
        "min": ordered[0],
        "median": statistics.median(ordered),
        "p90": ordered[int(len(ordered) * 0.9)],
    }
