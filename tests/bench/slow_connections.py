"""How long others wait while slow clients hold connections.

    RUADAR_BINARY=build/release/server/ruadar python3 tests/bench/slow_connections.py [CONNECTIONS] [SECONDS]

Serves the sample mailbox; CONNECTIONS (500) clients send a byte of their head now and then and start over when they are
refused, while one client after the other asks for the summary. Prints the quantiles of what it waited, and by how much
the server grew.
"""
import random
import shutil
import socket
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "end_to_end"))
from program import SAMPLE, Server, import_json  # noqa: E402

ASKED = "/api/v1/summary?range=all"


def resident(pid):
    for line in Path("/proc/%d/status" % pid).read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def dawdle(port, stop):
    """One slow client after the other."""
    while not stop.is_set():
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as client:
                for byte in b"GET /api/v1/summary HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + b"a" * 1000:
                    client.send(bytes([byte]))
                    if stop.wait(random.uniform(0.5, 1.5)):
                        return
        except OSError:
            stop.wait(0.2)


def waits(url, seconds):
    times, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.monotonic()
        with urllib.request.urlopen(url, timeout=30) as answer:
            answer.read()
        times.append((time.monotonic() - begin) * 1000)
    return sorted(times)


def told(name, times):
    at = lambda share: times[min(len(times) - 1, int(len(times) * share))]
    print("%-22s %5d answers, median %.1f ms, p99 %.1f ms, longest %.1f ms" % (name, len(times), at(0.5), at(0.99), times[-1]))


def main():
    connections = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 15
    folder = Path(tempfile.mkdtemp(prefix="ruadar-"))
    stop = threading.Event()
    try:
        import_json(folder / "ruadar.db", SAMPLE)
        with Server(folder / "ruadar.db") as server:
            told("alone", waits(server.url + ASKED, seconds))
            before = resident(server.process.pid)
            threads = [threading.Thread(target=dawdle, args=(server.port, stop)) for _ in range(connections)]
            for thread in threads:
                thread.start()
            time.sleep(2)
            told("beside %d slow" % connections, waits(server.url + ASKED, seconds))
            print("%-22s %+.1f MB" % ("memory", resident(server.process.pid) - before))
            stop.set()
            for thread in threads:
                thread.join()
    finally:
        stop.set()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
