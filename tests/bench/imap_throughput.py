#!/usr/bin/env python3
"""How long fetching takes beside importing: the same mails out of an mbox, out of a Dovecot on loopback, and out of it
through a proxy that adds latency to each way.

    RUADAR_BINARY=build/release/server/ruadar tests/bench/imap_throughput.py --generator gen_corpus.py [--mails 10000]

The generator writes mails below --out DIR (eml/*.eml). Without one, the sample mailbox is taken, made over with other
report ids until there are enough.
"""

import argparse
import gzip
import heapq
import mailbox
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "end_to_end"))
from dovecot import Dovecot  # noqa: E402
from installation import Installation  # noqa: E402
from program import SAMPLE  # noqa: E402
from report_mails import report_mail  # noqa: E402


class DelayingProxy:
    """Each byte arrives `delay` seconds after it was sent, in both directions, however many are on their way."""

    def __init__(self, port, delay):
        self.target, self.delay = port, delay
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            inside, _ = self.listener.accept()
            outside = socket.create_connection(("127.0.0.1", self.target))
            for source, sink in ((inside, outside), (outside, inside)):
                for end in (source, sink):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.carry(source, sink)

    def carry(self, source, sink):
        waiting, ready = [], threading.Condition()

        def receive():
            number = 0
            while True:
                try:
                    data = source.recv(262144)
                except OSError:
                    data = b""
                number += 1
                with ready:
                    heapq.heappush(waiting, (time.monotonic() + self.delay, number, data))
                    ready.notify()
                if not data:
                    return

        def send():
            while True:
                with ready:
                    ready.wait_for(lambda: waiting)
                    at, _, data = heapq.heappop(waiting)
                time.sleep(max(0, at - time.monotonic()))
                try:
                    if not data:
                        sink.shutdown(socket.SHUT_WR)
                        return
                    sink.sendall(data)
                except OSError:
                    return

        threading.Thread(target=receive, daemon=True).start()
        threading.Thread(target=send, daemon=True).start()


def the_mails(options, directory):
    if options.generator:
        subprocess.run([sys.executable, options.generator, "--out", str(directory / "corpus"), "--mails", str(options.mails),
                        "--formats", "eml"], check=True, stdout=subprocess.DEVNULL)
        return [path.read_bytes() for path in sorted((directory / "corpus/eml").glob("*.eml"))]
    plain = directory / "sample.mbox"
    plain.write_bytes(gzip.decompress(SAMPLE.read_bytes()))
    mails = [message.as_bytes() for message in mailbox.mbox(plain)][: options.mails]
    return mails + [report_mail(f"bench-{n}", 1) for n in range(options.mails - len(mails))]


def timed(installation, *arguments):
    installation.database.unlink(missing_ok=True)
    began, cpu_began = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = installation.run(*arguments, timeout=3600)
    seconds, cpu_ended = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = cpu_ended.ru_utime + cpu_ended.ru_stime - cpu_began.ru_utime - cpu_began.ru_stime
    if done.returncode not in (0, 3):
        sys.exit(f"{arguments} ended with {done.returncode}: {done.stderr[-2000:]}")
    return seconds, cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=10000)
    parser.add_argument("--generator")
    parser.add_argument("--latency", type=float, default=0.050, help="round trip, in seconds")
    parser.add_argument("--runs", type=int, default=3, help="of each kind, in turn; the medians are told")
    options = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="ruadar-bench-"))
    try:
        mails = the_mails(options, directory)
        box = directory / "mails.mbox"
        with box.open("wb") as file:
            for mail in mails:
                file.write(b"From bench@example.com Mon Sep 21 00:00:00 2026\n" + mail.replace(b"\r\n", b"\n") + b"\n")
        with Dovecot() as dovecot:
            dovecot.deliver(mails)
            installation = Installation(directory)
            ways = {"import of the mbox": None, "fetch on loopback": dovecot.ports["imaps"],
                    f"fetch over {options.latency * 1000:.0f} ms":
                        DelayingProxy(dovecot.ports["imaps"], options.latency / 2).port}
            results = {name: [] for name in ways}
            for _ in range(options.runs):
                for name, port in ways.items():
                    if port:
                        installation.configure(dovecot.settings(port=port))
                    results[name].append(timed(installation, *(["fetch"] if port else ["import", str(box)])))
                    print(f"{name:24} {results[name][-1][0]:8.2f} s", flush=True)
        print(f"{len(mails)} mails, medians of {options.runs}")
        medians = {name: [statistics.median(each) for each in zip(*times)] for name, times in results.items()}
        imported, cpu_imported = medians["import of the mbox"]
        for name, (seconds, cpu) in medians.items():
            print(f"{name:24} {seconds:8.2f} s {len(mails) / seconds:9.0f} mails/s {seconds / imported:6.2f} x;"
                  f" processor time of ours {cpu:8.2f} s {cpu / cpu_imported:6.2f} x")
    finally:
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
