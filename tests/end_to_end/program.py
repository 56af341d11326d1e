"""The program as its users see it: run, import, serve, ask."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

BINARY = os.environ.get("RUADAR_BINARY", "ruadar")
REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = REPOSITORY / "tests/data/sample/mailbox.mbox.gz"
# Public reports and attacks, where they lie beside the repository.
SHARED = REPOSITORY.parent / "shared"
OUTCOMES = ("stored", "duplicate", "conflict", "quarantined", "ignored")


def truth():
    return json.loads((SAMPLE.parent / "truth.json").read_text(encoding="utf-8"))


def run(*arguments, stdin=b"", timeout=600, check=None):
    """The finished process; `check`: exit codes that are right."""
    done = subprocess.run([BINARY, *map(str, arguments)], input=stdin, capture_output=True, timeout=timeout, env=environment())
    if check is not None and done.returncode not in check:
        raise AssertionError("%s ended with %d, not %s\n%s" % (arguments, done.returncode, check, done.stderr.decode()[-2000:]))
    return done


def environment():
    return {key: value for key, value in os.environ.items() if not key.startswith("RUADAR_")}


def import_json(database, *paths, stdin=b"", check=(0, 3)):
    """What `ruadar import --json` tells at its end."""
    return json.loads(run("import", "--json", "--db", database, *paths, stdin=stdin, check=check).stdout)


def import_verbose(database, *paths, check=(0, 3)):
    """(one object for each attachment, the object at the end)"""
    lines = run("import", "--json", "--verbose", "--db", database, *paths, check=check).stdout.decode().splitlines()
    objects = [json.loads(line) for line in lines]
    return objects[:-1], objects[-1]


class Server:
    """A running `ruadar serve`, or what else `command` is that serves, as a context."""

    def __init__(self, database=None, command=(), environ=None, patience=30):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = "http://127.0.0.1:%d" % self.port
        self.log = tempfile.TemporaryFile()
        self.patience = patience  # seconds until it must answer
        command = command or ("serve", "--db", str(database))
        self.process = subprocess.Popen([BINARY, *command, "--listen", "127.0.0.1:%d" % self.port],
                                        stdout=self.log, stderr=self.log, env=environ or environment())

    def __enter__(self):
        deadline = time.monotonic() + self.patience
        while True:
            try:
                urllib.request.urlopen(self.url + "/healthz", timeout=5).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    output = self.output()
                    self.stop()
                    raise AssertionError("the server did not start:\n" + output)
                time.sleep(0.05)

    def __exit__(self, *_):
        code = self.stop()
        output = self.output()
        self.log.close()
        if code != 0:
            raise AssertionError("the server ended with %d:\n%s" % (code, output))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def output(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-4000:]

    def ask(self, path, body=None, headers=(), method=None):
        """(status, headers, body) of one exchange, whatever the status."""
        request = urllib.request.Request(self.url + path, data=body, headers=dict(headers), method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def get(self, path):
        """The JSON of an answer that must be 200."""
        status, _, body = self.ask("/api/v1/" + path)
        if status != 200:
            raise AssertionError("GET %s: %d %s" % (path, status, body.decode(errors="replace")))
        return json.loads(body)

    def lines(self, path):
        """The objects of an NDJSON answer."""
        status, _, body = self.ask("/api/v1/" + path)
        if status != 200:
            raise AssertionError("GET %s: %d %s" % (path, status, body.decode(errors="replace")))
        return [json.loads(line) for line in body.decode().splitlines()]


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own and a database in it."""
    maxDiff = None

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="ruadar-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.database = self.folder / "ruadar.db"

    def summary(self):
        with Server(self.database) as server:
            return server.get("summary?range=all")["data"]
