"""What scripts lean on: cursors while reports come in, streams that hold nothing, uploads that are refused in time, and
the examples of every help text."""
import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import unittest
from collections import Counter

from many_records import high_water, report, stream, write_reports
from program import BINARY, SAMPLE, ProgramTest, Server, environment, import_json, run

# Nobody listens there: what needs the mailbox gives up at once.
CONFIGURATION = """[[mailbox]]
name = "main"
host = "127.0.0.1"
port = 9
tls = "none"
user = "dmarc"
password = "secret"
"""
RECORDS = 60_000  # of the stream; many_records.py has a million


class Cursors(ProgramTest):
    def test_a_walk_beside_an_import_meets_every_earlier_row_once(self):
        early, late = self.folder / "early", self.folder / "late"
        early.mkdir()
        late.mkdir()
        write_reports(early, 60, 5)
        # On the same days, before and behind whatever row a walk stands at.
        write_reports(late, 240, 5, first=60)
        import_json(self.database, early)
        walks = {"reports": "id", "reports?sort=day": "id", "reports?sort=-messages": "id", "ingest/messages": "id",
                 "records": None, "sources?sort=ip": "ip"}
        with Server(self.database) as server:
            def key(list_name, row):
                name = walks[list_name]
                return row[name] if name else (row["report_id"], row["ip"])

            def target(list_name, more):
                window = "" if list_name.startswith("ingest") else "range=all&"
                return list_name + ("&" if "?" in list_name else "?") + window + more

            expected = {name: {key(name, row) for row in server.lines(target(name, "format=ndjson"))} for name in walks}
            seen = {name: Counter() for name in walks}
            cursors = {name: "" for name in walks}
            importing = threading.Thread(target=lambda: import_json(self.database, late))
            grown = 0
            rounds = 0
            while any(cursor is not None for cursor in cursors.values()):
                for name, cursor in cursors.items():
                    if cursor is None:
                        continue
                    answer = server.get(target(name, "limit=7" + ("&cursor=" + cursor if cursor else "")))
                    seen[name].update(key(name, row) for row in answer["data"])
                    cursors[name] = answer["page"]["next_cursor"]
                    grown = max(grown, answer["meta"]["total"] if name == "reports" else 0)
                rounds += 1
                if rounds == 2:
                    importing.start()
                if rounds == 4:
                    importing.join()  # the rest of every walk is among all of them
            self.assertGreater(grown, 60, "nothing came in meanwhile")
        for name in walks:
            with self.subTest(list=name):
                twice = {row for row, times in seen[name].items() if times > 1}
                self.assertEqual(twice, set())
                self.assertEqual(expected[name] - set(seen[name]), set())


class Streams(ProgramTest):
    def test_all_records_are_streamed_in_little_memory(self):
        folder = self.folder / "reports"
        folder.mkdir()
        write_reports(folder, 12, RECORDS // 12)
        import_json(self.database, folder)
        with Server(self.database) as server:
            server.get("summary?range=all")
            before = high_water(server.process.pid)
            for kind in ("csv", "ndjson"):
                rows, size, _ = stream(server, kind)
                self.assertEqual(rows, RECORDS)
                self.assertGreater(size, 5_000_000)
            self.assertLess(high_water(server.process.pid) - before, 64 * 2**20)


class Uploads(ProgramTest):
    def setUp(self):
        super().setUp()
        import_json(self.database, "-", stdin=report(1, 1).encode())
        self.tokens = {}
        for scope in ("read", "ingest"):
            made = run("token", "create", "--name", scope, "--scope", scope, "--json", "--db", self.database, check=(0,))
            self.tokens[scope] = re.search(r"rua_\w+", made.stdout.decode())[0]
        run("user", "add", "alice", "--db", self.database, stdin=b"correct horse battery\n", check=(0,))

    def asked_with_head_alone(self, server, token, length):
        """The status line that comes while no byte of the body was sent."""
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
            client.sendall(("POST /api/v1/reports HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
                            "Content-Length: %d\r\n\r\n" % (token, length)).encode())
            return client.recv(200).decode().split("\r\n")[0]

    def test_who_may_not_send_is_told_before_the_body_is_read(self):
        with Server(self.database) as server:
            self.assertIn(" 401 ", self.asked_with_head_alone(server, "rua_x", 10_000_000))
            self.assertIn(" 403 ", self.asked_with_head_alone(server, self.tokens["read"], 10_000_000))
            self.assertIn(" 413 ", self.asked_with_head_alone(server, self.tokens["ingest"], 100_000_000))

    def test_a_large_upload_is_stored_once(self):
        body = report(2, 3000).encode()
        self.assertGreater(len(body), 10 * 64 * 1024)
        with Server(self.database) as server:
            headers = {"Authorization": "Bearer " + self.tokens["ingest"], "Content-Type": "application/xml"}
            status, answered, answer = server.ask("/api/v1/reports", body, headers)
            self.assertEqual(status, 201, answer)
            self.assertRegex(answered["RateLimit"], r'^"default";r=\d+$')
            self.assertRegex(answered["RateLimit-Policy"], r'^"default";q=\d+;w=\d+$')
            status, _, answer = server.ask("/api/v1/reports", body, headers)
            self.assertEqual((status, json.loads(answer)["results"][0]["outcome"]), (200, "duplicate"))
            status, _, answer = server.ask("/api/v1/reports", b"no report", headers)
            self.assertEqual(status, 422, answer)
            status, _, _ = server.ask("/api/v1/reports", body, {**headers, "Content-Encoding": "gzip"})
            self.assertEqual(status, 415)


class Help(ProgramTest):
    """Every example of every help text is run by a shell; 2 says that a command line is wrong."""

    def help_of(self, *path):
        return run(*path, "--help", check=(0,)).stdout.decode()

    def commands(self, *path):
        text = self.help_of(*path)
        yield path, text
        part = re.search(r"\nCommands:\n(.*?)\n\n", text, re.S)
        for name in re.findall(r"^  (\S+)  ", part[1], re.M) if part else ():
            yield from self.commands(*path, name)

    def test_the_examples_are_right(self):
        (self.folder / "bin").mkdir()
        (self.folder / "bin/ruadar").symlink_to(os.path.abspath(shutil.which(BINARY)))
        home = self.folder / "home"
        (home / "Mail/dmarc").mkdir(parents=True)
        (home / "Mail/dmarc/report.xml").write_text(report(7, 2))
        shutil.copy(SAMPLE, home / "reports.mbox.gz")
        (home / "report.xml").write_text(report(8, 2))
        for name in ("report.xml.gz", "broken.xml.gz"):
            (home / name).write_bytes(gzip.compress(report(9, 2).encode()))
        (home / "password.txt").write_text("correct horse battery\n")
        (home / ".ruadar-key").write_text("k" * 64)
        (home / "ruadar.toml").write_text(CONFIGURATION)
        (home / "ruadar.toml").chmod(0o600)
        import_json(self.database, SAMPLE)
        asked = 0
        for path, text in self.commands():
            codes = {int(code) for code in re.findall(r"^  (\d+)  ", text.split("\nExit codes:\n")[1], re.M)}
            examples = text.split("\nExamples:\n")[1].strip().splitlines() if "\nExamples:\n" in text else []
            self.assertTrue("Commands:" in text or examples, path)
            for example in examples:
                with self.subTest(example=example.strip()):
                    asked += 1
                    self.run_example(example.strip(), codes, home)
        self.assertGreater(asked, 60)

    def run_example(self, example, codes, home):
        example = example.replace("/etc/ruadar/ruadar.toml", str(home / "ruadar.toml")).replace("/tmp/demo", str(home / "demo"))
        env = environment() | {"HOME": str(home), "RUADAR_CONFIG": str(home / "ruadar.toml"), "RUADAR_DATABASE_PATH": str(self.database),
                               "PATH": str(self.folder / "bin") + ":" + os.environ["PATH"]}
        words = example.split()
        if "--mail-to" in words:  # nobody gets mail from a test
            example += " --sendmail " + shutil.which("true")
        if "serve" in words or "demo" in words:
            return self.run_server(example, env, home)
        done = subprocess.run(["bash", "-c", example], cwd=home, env=env, input=b"correct horse battery\n", capture_output=True,
                              timeout=120)
        if "--min-pass-rate" in words:  # its exit codes are those of monitoring plugins
            self.assertRegex(done.stdout.decode(), "^RUADAR (OK|WARNING|CRITICAL) - ")
            return self.assertIn(done.returncode, (0, 1, 2))
        self.assertIn(done.returncode, codes, done.stderr.decode()[-500:])
        self.assertNotEqual(done.returncode, 2, done.stderr.decode()[-500:])

    def run_server(self, example, env, home):
        """It says where it listens, or that somebody else does there."""
        with subprocess.Popen(["bash", "-c", "exec " + example], cwd=home, env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL) as server:
            said = b""
            for line in server.stdout:
                said += line
                if b"http://127.0.0.1:" in line:
                    break
            server.terminate()
            server.stdout.read()
        self.assertRegex(said.decode(), r"http://127\.0\.0\.1:\d+|in use")


if __name__ == "__main__":
    unittest.main()
