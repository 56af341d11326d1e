"""What a program and all that it starts cost: wall time, processor time, peak memory."""
import os
import subprocess
import threading
import time
from dataclasses import dataclass


@dataclass
class Cost:
    wall: float
    cpu: float  # user and system, of the whole group
    peak_mib: float  # proportional set size, summed over the group; a page that several map is counted once
    output: bytes


def group_of(pid):
    """The processes that `pid` started, directly or not, and itself."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, "rb") as stat:
                    parents[int(name)] = int(stat.read().rsplit(b")", 1)[1].split()[1])
            except OSError:
                pass
    group, grown = {pid}, True
    while grown:
        new = {child for child, parent in parents.items() if parent in group} - group
        group |= new
        grown = bool(new)
    return group


def pss_mib(pids):
    total = 0
    for pid in pids:
        try:
            with open("/proc/%d/smaps_rollup" % pid) as rollup:
                total += sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
        except (OSError, ProcessLookupError):
            pass
    return total / 1024


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        try:
            with open("/proc/%d/stat" % pid, "rb") as stat:
                fields = stat.read().rsplit(b")", 1)[1].split()
            total += sum(map(int, fields[11:13]))
        except OSError:
            pass
    return total / os.sysconf("SC_CLK_TCK")


def run(command, sample=0.05, stdout=subprocess.PIPE):
    """The cost of a command that must succeed; its memory is looked at every `sample` seconds, 0: not at all."""
    begun = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], stdout=stdout, stderr=subprocess.PIPE,
                               env={k: v for k, v in os.environ.items() if not k.startswith("RUADAR_")})
    peak, over = [0.0], threading.Event()

    def watch():
        while not over.wait(sample):
            peak[0] = max(peak[0], pss_mib(group_of(process.pid)))

    watcher = threading.Thread(target=watch, daemon=True)
    if sample:
        watcher.start()
    errors = []
    reader = threading.Thread(target=lambda: errors.append(process.stderr.read()), daemon=True)
    reader.start()
    output = process.stdout.read() if process.stdout else b""
    reader.join()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    over.set()
    if sample:
        watcher.join()
    if process.returncode != 0:
        raise SystemExit("%s ended with %d\n%s" % (command, process.returncode, errors[0].decode(errors="replace")[-2000:]))
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak[0], output)
