"""The servers that are compared, started and stopped as one or as a cluster of three."""

import os
import shutil
import signal
import subprocess
import time

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """Something that was to be measured did not happen."""


class Cluster:
    """Members on loopback, each with a directory of its own; data stays until `forget`."""

    def __init__(self, name, words, directory, members=1):
        self.name, self.words, self.directory = name, words, f"{directory}/{name}"
        self.members, self.processes = members, []
        self.forget()

    @property
    def urls(self):
        """What clients connect to."""
        return ",".join(f"http://127.0.0.1:{2379 + 10 * i}" for i in range(self.members))

    def forget(self):
        """Forgets all data."""
        shutil.rmtree(self.directory, ignore_errors=True)
        os.makedirs(self.directory, mode=0o700)

    def start(self):
        """Starts all members; what they say goes into a file beside the data."""
        peers = [f"http://127.0.0.1:{2380 + 10 * i}" for i in range(self.members)]
        cluster = ",".join(f"m{i}={peer}" for i, peer in enumerate(peers))
        for i, (peer, client) in enumerate(zip(peers, self.urls.split(","))):
            argv = self.words + [
                "--name", f"m{i}", "--data-dir", f"{self.directory}/m{i}",
                "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", cluster, "--initial-cluster-token", "bench",
                "--initial-cluster-state", "new"]
            with open(f"{self.directory}/m{i}.log", "ab") as log:
                self.processes.append(subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def alive(self):
        """Fails if a member has ended."""
        for i, process in enumerate(self.processes):
            if process.poll() is not None:
                with open(f"{self.directory}/m{i}.log", encoding="utf-8", errors="replace") as log:
                    raise Failed(f"{self.name}: member {i} ended: {log.read()[-2000:]}")

    def stop(self):
        """Ends all members, at once."""
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.processes = []

    def cpu(self):
        """Seconds of the processors that the members used so far (proc_pid_stat(5))."""
        spent = 0
        for process in self.processes:
            with open(f"/proc/{process.pid}/stat", encoding="utf-8") as stat:
                fields = stat.read().rpartition(")")[2].split()
            spent += int(fields[11]) + int(fields[12])
        return spent / TICKS

    def rss(self):
        """Bytes in memory of the largest member."""
        sizes = []
        for process in self.processes:
            with open(f"/proc/{process.pid}/statm", encoding="ascii") as statm:
                sizes.append(int(statm.read().split()[1]) * PAGE)
        return max(sizes)

    def since_start(self, program):
        """Starts the members and gives the milliseconds until the first put succeeded."""
        url = self.urls.split(",", maxsplit=1)[0]
        with subprocess.Popen([program, "first", url], stdout=subprocess.PIPE, text=True) as first:
            time.sleep(0.2)  # the client is up and tries
            begin = time.monotonic()
            self.start()
            if not first.stdout.readline():
                self.alive()
                raise Failed(f"{self.name}: no put succeeded")
            spent = time.monotonic() - begin
        self.alive()
        return spent * 1000
