"""The program with a configuration: its mailboxes, its commands, its server."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from program import BINARY, environment


# The program dies at the point that RUADAR_FAILPOINT names (ingest/failpoint.h).
HAS_FAILPOINTS = os.environ.get("RUADAR_TEST_FAILPOINTS") == "1"


class Installation:
    """Everything that it writes lies in `directory`."""

    def __init__(self, directory: Path, config: str = ""):
        self.directory = Path(directory)
        self.database = self.directory / "ruadar.db"
        self.config = self.directory / "ruadar.toml"
        self.serving = None
        self.configure(config)

    def configure(self, config):
        self.config.write_text(config)
        self.config.chmod(0o600)

    def arguments(self, *arguments):
        return [BINARY, *arguments, "-c", str(self.config), "--db", str(self.database)]

    def run(self, *arguments, variables=None, timeout=300):
        return subprocess.run(self.arguments(*arguments), capture_output=True, text=True, timeout=timeout,
                              env={**environment(), **(variables or {})})

    def fetch(self, *arguments, **more):
        """The totals and the exit code."""
        result = self.run("fetch", "--json", *arguments, **more)
        try:
            totals = json.loads(result.stdout)
        except ValueError:
            totals = None
        return totals, result.returncode, result.stderr

    def summary(self):
        result = self.run("summary", "--range", "all", "--format", "json")
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)["data"]

    def start(self, *arguments, variables=None, within=()):
        """within: a command that runs the program, in a world of its own making."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with open(self.directory / "serve.log", "ab") as log:
            command = self.arguments("serve", "--listen", f"127.0.0.1:{self.port}", *arguments)
            self.serving = subprocess.Popen([*within, *command],
                                            stdout=log, stderr=log, env={**environment(), **(variables or {})})
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                self.get("/healthz")
                return self
            except OSError:
                if self.serving.poll() is not None:
                    break
                time.sleep(0.05)
        raise RuntimeError("serve does not start: " + (self.directory / "serve.log").read_text()[-2000:])

    def stop(self, how=signal.SIGTERM):
        if self.serving and self.serving.poll() is None:
            self.serving.send_signal(how)
            self.serving.wait(60)
        return self.serving.returncode if self.serving else None

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            text = answer.read().decode()
        return json.loads(text) if text.startswith("{") else text

    def post(self, path):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=b"", method="POST",
                                         headers={"Origin": f"http://127.0.0.1:{self.port}"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()

    def mailbox(self, number=0):
        return self.get("/api/v1/ingest/mailboxes")["data"][number]

    def wait_until(self, condition, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if condition():
                    return True
            except (OSError, IndexError, TypeError):
                pass
            time.sleep(0.1)
        return False
