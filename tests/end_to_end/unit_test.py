"""The unit for systemd, looked at by systemd's own tools where they are there."""
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import BINARY, REPOSITORY

UNIT = REPOSITORY / "docker/ruadar.service"


@unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd-analyze here")
class Unit(unittest.TestCase):
    def setUp(self):
        # The program of this build, and no man pages that are not installed.
        text = UNIT.read_text(encoding="utf-8").replace("/usr/bin/ruadar", str(Path(BINARY).resolve()))
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.unit = Path(self.folder.name) / "ruadar.service"
        self.unit.write_text(re.sub(r"(?m)^Documentation=.*\n", "", text))

    def test_systemd_finds_nothing_wrong_with_it(self):
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(self.unit)], capture_output=True, text=True)
        self.assertEqual([line for line in done.stderr.splitlines() if "ruadar" in line], [])

    def test_it_is_hardened(self):
        done = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(self.unit)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-200:])

    def test_the_filter_leaves_what_the_program_needs(self):
        """Child processes with filters and limits of their own."""
        def members(group, seen=()):
            listed = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True).stdout
            names = [line.strip() for line in listed.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
            return set().union(*(members(name) if name.startswith("@") else {name} for name in names))

        allowed = set()
        for line in re.findall(r"^SystemCallFilter=(.*)$", UNIT.read_text(encoding="utf-8"), re.M):
            names = line.lstrip("~").split()
            calls = set().union(*(members(name) if name.startswith("@") else {name} for name in names))
            allowed = allowed - calls if line.startswith("~") else allowed | calls
        needed = {"clone", "clone3", "fork", "wait4", "prctl", "seccomp", "prlimit64", "socketpair", "pipe2", "kill", "memfd_create", "flock",
                  "fsync", "fdatasync", "epoll_wait", "poll", "accept4", "sendto", "recvfrom", "rt_sigtimedwait"}
        self.assertEqual(needed - allowed, set())


if __name__ == "__main__":
    unittest.main()
