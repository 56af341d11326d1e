"""An import as whoever gives the command sees it: on a terminal, stopped, and gone on with."""
import json
import os
import pty
import select
import signal
import sqlite3
import subprocess
import threading
import time
import unittest

from program import BINARY, ProgramTest, Server, environment, run
from report_mails import report_mail

MAILS = 6000  # so many that a test can stop it before it is through


class OnATerminal(ProgramTest):
    def write_mbox(self, mails):
        path = self.folder / "reports.mbox"
        with open(path, "wb") as file:
            for number in range(mails):
                file.write(b"From a@example.net Thu Nov 19 10:00:00 2026\n")
                file.write(report_mail("r%d" % number, 2).replace(b"\r\n", b"\n") + b"\n")
        return path

    def start(self, *arguments):
        """The process, and the terminal that its standard error is."""
        terminal, inner = pty.openpty()
        self.addCleanup(os.close, terminal)
        process = subprocess.Popen([BINARY, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=inner, env=dict(environment(), TERM="xterm", COLUMNS="120"))
        os.close(inner)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        return process, terminal

    def read_until(self, terminal, word, seen="", patience=120):
        """What the terminal showed; `word` none: to its end."""
        deadline = time.monotonic() + patience
        while word is None or word not in seen:
            self.assertLess(time.monotonic(), deadline, seen[-2000:])
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                more = os.read(terminal, 65536).decode(errors="replace")
            except OSError:  # closed at the other end
                more = ""
            if not more:
                self.assertIsNone(word, seen[-2000:])
                break
            seen += more
        return seen

    def read_what_is_there(self, terminal):
        if select.select([terminal], [], [], 0.02)[0]:
            try:
                os.read(terminal, 65536)
            except OSError:
                pass

    def test_control_c_keeps_what_is_done_and_resume_does_the_rest(self):
        path = self.write_mbox(MAILS)
        process, terminal = self.start("import", "--json", "--db", self.database, path)
        seen = self.read_until(terminal, " mails")
        process.send_signal(signal.SIGINT)
        seen = self.read_until(terminal, None, seen)
        totals = json.loads(process.stdout.read())
        self.assertEqual(process.wait(), 3)
        self.assertRegex(seen, r"\[[#.]{20}\] +\d+%  [\d,]+ mails")
        self.assertIn("Stopped. What is stored stays. To go on, give the same command again with --resume", seen)
        self.assertGreater(totals["stored"], 0)
        self.assertLess(totals["mails"], MAILS)
        self.assertEqual(totals["stored"], totals["mails"])

        resumed = json.loads(run("import", "--json", "--resume", "--db", self.database, path, check=(0,)).stdout)
        self.assertEqual(resumed["skipped"], totals["stored"])
        self.assertEqual(resumed["stored"], MAILS - totals["stored"])
        again = run("import", "--resume", "--db", self.database, path, check=(0,)).stdout.decode()
        self.assertIn("0 mails: 0 stored, 0 duplicate, 0 failed, %d skipped (done before)" % MAILS, again)
        summary = json.loads(run("summary", "--json", "--range", "all", "--db", self.database, check=(0,)).stdout)
        self.assertEqual(summary["data"]["messages"], 2 * MAILS)

    def begin_elsewhere(self):
        """An import whose first mails are stored, and which nobody watches."""
        path = self.write_mbox(MAILS)
        errors = open(self.folder / "errors", "w+b")
        self.addCleanup(errors.close)
        process = subprocess.Popen([BINARY, "import", "--json", "--verbose", "--db", self.database, path], stderr=errors,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environment())
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertIn(b"stored", process.stdout.readline())
        return path, process, errors

    def test_a_second_control_c_ends_it_at_once(self):
        path, process, _ = self.begin_elsewhere()
        drained = threading.Thread(target=process.stdout.read)
        drained.start()
        # It cannot end in order now: what it has read waits for somebody else, who writes. Between two transactions of the
        # import the database is free for a moment only: who sleeps between attempts may find it so after the last one.
        other = sqlite3.connect(self.database, timeout=0, isolation_level=None)
        while not other.in_transaction:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 1)
        other.execute("ROLLBACK")
        other.close()
        drained.join()

        resumed = json.loads(run("import", "--json", "--resume", "--db", self.database, path, check=(0,)).stdout)
        self.assertEqual(resumed["skipped"] + resumed["stored"], MAILS)
        summary = json.loads(run("summary", "--json", "--range", "all", "--db", self.database, check=(0,)).stdout)
        self.assertEqual(summary["data"]["messages"], 2 * MAILS)

    def test_elsewhere_it_says_every_30_seconds_how_far_it_is(self):
        _, process, errors = self.begin_elsewhere()
        process.send_signal(signal.SIGSTOP)
        time.sleep(31)
        process.send_signal(signal.SIGCONT)
        process.stdout.read()
        self.assertEqual(process.wait(), 0)
        errors.seek(0)
        self.assertRegex(errors.read().decode(), r"^ *\d+%  [\d,]+ mails  [\d,]+/s(  eta [\d:]+)?\n")

    def test_a_server_tells_how_far_an_import_beside_it_has_come(self):
        path = self.write_mbox(MAILS)
        run("import", "--db", self.database, "-", stdin=report_mail("first", 1), check=(0,))
        with Server(self.database) as server:
            self.assertIsNone(server.get("ingest/runs?limit=1")["data"][0]["percent"])
            process, terminal = self.start("import", "--db", self.database, path)
            seen, expected = set(), set()
            while process.poll() is None:
                row = server.get("ingest/runs?limit=1")["data"][0]
                if row["id"] == 2 and row["ended_at"] is None:
                    seen.add(row["percent"])
                    expected.add(row["mails_expected"])
                self.read_what_is_there(terminal)
            self.assertEqual(process.wait(), 0)
            self.assertTrue({percent for percent in seen if percent is not None and 0 < percent <= 100}, seen)
            row = server.get("ingest/runs?limit=1")["data"][0]
            self.assertEqual((row["mails"], row["percent"], row["mails_expected"]), (MAILS, None, None))
            self.assertEqual(row["origin"], str(path))
            # Mails of one length: but for what was read ahead of them, the estimate is right.
            estimates = sorted(expected - {None})
            self.assertTrue(estimates and MAILS / 2 <= estimates[len(estimates) // 2] <= MAILS, expected)

    def test_the_bar_is_gone_when_the_last_line_is_written(self):
        process, terminal = self.start("import", "--db", self.database, self.write_mbox(300))
        seen = self.read_until(terminal, None)
        self.assertEqual(process.wait(), 0)
        self.assertIn("300 mails: 300 stored", process.stdout.read().decode())
        self.assertTrue(seen.endswith("\r\x1b[K"), seen[-200:])

    def test_elsewhere_nothing_is_drawn(self):
        done = run("import", "--db", self.database, self.write_mbox(300), check=(0,))
        self.assertNotIn(b"\x1b", done.stderr)
        self.assertNotIn(b"\r", done.stderr)
        quiet, terminal = self.start("import", "-q", "--db", self.folder / "quiet.db", self.folder / "reports.mbox")
        self.assertEqual(self.read_until(terminal, None), "")
        self.assertEqual(quiet.wait(), 0)


if __name__ == "__main__":
    unittest.main()
