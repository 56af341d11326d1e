"""Requests a second through the guarded front, beside plain cpp-httplib on the same machine in the same run.

    RUADAR_BINARY=build/release/server/ruadar python3 tests/bench/throughput.py [SECONDS]

Takes wrk and a compiler. Both answer /healthz with three bytes over keep-alive; then Ruadar alone the summary of the sample mailbox, which is
a question to the database, and the same with the ETag, which is a 304. Runs alternate, and the medians are told.
"""
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "end_to_end"))
from program import SAMPLE, Server, import_json  # noqa: E402

ROUNDS = 3


def wrk(url, seconds, connections, headers=()):
    """(requests a second, p99 in milliseconds, answers that were none)"""
    options = [option for header in headers for option in ("-H", header)]
    told = subprocess.run(["wrk", "-t1", "-c%d" % connections, "-d%ds" % seconds, "--latency", *options, url], capture_output=True, text=True, check=True).stdout
    amount, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", told).groups()
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", told)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]), float(amount) * {"us": 0.001, "ms": 1, "s": 1000}[unit], errors[0] if errors else "none"


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    folder = Path(tempfile.mkdtemp(prefix="ruadar-"))
    plain = None
    try:
        subprocess.run(["c++", "-std=c++20", "-O2", str(Path(__file__).parent / "plain_httplib.cpp"), "-o", str(folder / "plain"), "-lcpp-httplib", "-lpthread"],
                       check=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        plain = subprocess.Popen([str(folder / "plain"), str(port), "3"])
        import_json(folder / "ruadar.db", SAMPLE)
        quiet = ("serve", "--db", str(folder / "ruadar.db"), "-q")
        with Server(command=quiet) as server:
            etag = server.ask("/api/v1/summary?range=all")[1]["ETag"]
            time.sleep(0.5)
            asked = {"plain cpp-httplib /healthz": ("http://127.0.0.1:%d/healthz" % port, ()),
                     "ruadar /healthz": (server.url + "/healthz", ()),
                     "ruadar summary": (server.url + "/api/v1/summary?range=all", ()),
                     "ruadar summary, 304": (server.url + "/api/v1/summary?range=all", ("If-None-Match: " + etag,))}
            for connections in (8, 64):
                results = {name: [] for name in asked}
                for _ in range(ROUNDS):
                    for name, (url, headers) in asked.items():
                        results[name].append(wrk(url, seconds, connections, headers))
                for name, runs in results.items():
                    print("%2d connections  %-28s %7.0f requests/s  p99 %7.2f ms  errors: %s"
                          % (connections, name, statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs), runs[-1][2]))
    finally:
        if plain:
            plain.terminate()
            plain.wait()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
