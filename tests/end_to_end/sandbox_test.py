"""Mails are read in processes that can do nothing else; what ends them costs one mail, and one mail only."""
import ctypes
import errno
import json
import os
import signal
import subprocess
import time
import unittest
from pathlib import Path

from inputs_test import xml
from program import BINARY, SAMPLE, ProgramTest, Server, environment, import_json, run, truth

FAILPOINTS = os.environ.get("RUADAR_TEST_FAILPOINTS") in ("1", "ON")


def children(process):
    """Its children and theirs: {pid: name}."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name, rest = (folder / "stat").read_text().split("(", 1)[1].rsplit(") ", 1)
        except OSError:
            continue
        if rest.split()[0] not in "ZX":
            found[int(folder.name)] = (int(rest.split()[1]), name)
    family = {process}
    while True:
        more = {pid for pid, (parent, _) in found.items() if parent in family} - family
        if not more:
            return {pid: found[pid][1] for pid in family - {process}}
        family |= more


def without_seccomp():
    """Makes the kernel of this process and its children one that knows no seccomp."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_rule_add.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    rules = library.seccomp_init(0x7fff0000)
    refused = 0x00050000 | errno.ENOSYS
    for call in (b"seccomp", b"prctl"):
        if library.seccomp_rule_add(rules, refused, library.seccomp_syscall_resolve_name(call), 0) != 0:
            os._exit(99)
    if library.seccomp_load(rules) != 0:
        os._exit(99)


def run_without_seccomp(*arguments):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, timeout=120, env=environment(),
                          preexec_fn=without_seccomp)


class KernelsThatRefuse(ProgramTest):
    def setUp(self):
        super().setUp()
        self.report = self.folder / "report.xml"
        self.report.write_bytes(xml("a"))

    def test_refusing_is_an_error_that_names_the_way_out(self):
        for command in (["import", self.report], ["fetch"], ["serve"], ["reparse"], ["failures", "retry", "--all"]):
            done = run_without_seccomp(*command, "--db", self.database)
            told = done.stderr.decode()
            if command == ["fetch"]:  # there are no mailboxes, which is found first
                continue
            self.assertEqual(done.returncode, 78, told)
            self.assertIn("--no-sandbox", told)
            self.assertFalse(self.database.exists())

    def test_without_a_sandbox_it_reads_and_says_so_loudly(self):
        done = run_without_seccomp("import", "--no-sandbox", "--db", self.database, self.report)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"WARNING", done.stderr)
        self.assertIn(b"1 stored", done.stdout)

    def test_the_setting_does_the_same(self):
        config = self.folder / "ruadar.toml"
        config.write_text("[ingest]\nsandbox = false\n")
        done = run("import", "-c", config, "--db", self.database, self.report, check=[0])
        self.assertIn(b"WARNING", done.stderr)
        self.assertIn(b"ruadar.toml:2", done.stderr)

    def test_with_a_sandbox_nothing_is_said(self):
        done = run("import", "--db", self.database, self.report, check=[0])
        self.assertEqual(done.stderr, b"")

    def test_what_reads_no_mails_needs_no_sandbox(self):
        import_json(self.database, self.report)
        done = run_without_seccomp("summary", "--db", self.database)
        self.assertEqual(done.returncode, 0, done.stderr)


class Processes(ProgramTest):
    def test_they_end_with_the_program_however_it_ends(self):
        with Server(self.database) as server:
            status, _, _ = server.ask("/api/v1/reports", xml("a"), {"Content-Type": "application/xml"})
            self.assertEqual(status, 201)
            family = children(server.process.pid)
            self.assertIn("ruadar-starter", family.values())
            self.assertIn("ruadar-reader", family.values())
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
            deadline = time.monotonic() + 30
            while any(Path("/proc/%d" % pid).exists() for pid in family):
                self.assertLess(time.monotonic(), deadline, "they outlive the program")
                time.sleep(0.05)
            server.process.returncode = 0  # as it was meant

    def test_an_idle_server_keeps_none_that_reads(self):
        with Server(self.database) as server:
            server.ask("/api/v1/reports", xml("a"), {"Content-Type": "application/xml"})
            deadline = time.monotonic() + 60
            while "ruadar-reader" in children(server.process.pid).values():
                self.assertLess(time.monotonic(), deadline, "it waits for mails that do not come")
                time.sleep(0.2)
            # The next one is read all the same.
            status, _, body = server.ask("/api/v1/reports", xml("b"), {"Content-Type": "application/xml"})
            self.assertEqual((status, json.loads(body)["results"][0]["outcome"]), (201, "stored"))

    def test_a_key_pressed_at_the_terminal_reaches_the_program_alone(self):
        with Server(self.database) as server:
            server.ask("/api/v1/reports", xml("a"), {"Content-Type": "application/xml"})
            family = children(server.process.pid)
            for pid in family:
                os.kill(pid, signal.SIGINT)
                os.kill(pid, signal.SIGTERM)
            status, _, body = server.ask("/api/v1/reports", xml("b"), {"Content-Type": "application/xml"})
            self.assertEqual((status, json.loads(body)["results"][0]["outcome"]), (201, "stored"))
            self.assertLessEqual(set(family), set(children(server.process.pid)))


@unittest.skipUnless(FAILPOINTS, "this build has no points for kills")
class Deaths(ProgramTest):
    def import_with(self, failpoint, *paths):
        env = {**environment(), "RUADAR_FAILPOINT": failpoint}
        return subprocess.run([BINARY, "import", "--json", "-j", "2", "--db", str(self.database), *map(str, paths)],
                              capture_output=True, timeout=300, env=env)

    def test_readers_that_die_now_and_then_cost_nothing(self):
        # Each process dies at its 40th mail; the mail is read by the next.
        done = self.import_with("worker_reading:40", SAMPLE)
        told = json.loads(done.stdout)
        told.pop("seconds")
        self.assertEqual(told, truth()["import"], done.stderr)
        self.assertEqual(self.summary(), truth()["summary"])

    def test_a_mail_that_kills_every_reader_is_put_aside(self):
        paths = []
        for name in "ab":
            paths.append(self.folder / (name + ".xml"))
            paths[-1].write_bytes(xml(name))
        done = self.import_with("worker_reading", *paths)
        self.assertEqual(done.returncode, 3, done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual((told["mails"], told["stored"], told["quarantined"]), (2, 0, 2))
        failures = json.loads(run("failures", "list", "--json", "--db", self.database).stdout)
        self.assertEqual({failure["code"] for failure in failures}, {"worker_crash"})
        # The original is there, and another try stores it.
        again = run("failures", "retry", "--all", "--db", self.database, check=[0])
        self.assertEqual(again.stdout.count(b"stored"), 2)


if __name__ == "__main__":
    unittest.main()
