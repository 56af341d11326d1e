"""Killed at any moment, of import, upload and LMTP, or while the database is kept: nothing is lost, nothing doubled.

RUADAR_TEST_KILLS: how many kills (60); of IMAP see imap_kill_test.
"""
import os
import random
import signal
import smtplib
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from installation import HAS_FAILPOINTS, Installation
from program import BINARY, ProgramTest, environment, run
from report_mails import report_mail

KILLS = int(os.environ.get("RUADAR_TEST_KILLS", "60"))
SEED = int(os.environ.get("RUADAR_TEST_SEED", "1"))


class KillTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.chance = random.Random(SEED)
        print("seed", SEED, flush=True)

    def killed(self, arguments, longest, variables=()):
        """Whether it was killed in time, at a random moment of `longest` seconds."""
        process = subprocess.Popen([BINARY, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env={**environment(), **dict(variables)})
        try:
            process.wait(60 if variables else self.chance.uniform(0, longest))
        except subprocess.TimeoutExpired:
            process.kill()
        return process.wait(60) == -signal.SIGKILL

    def judge(self, expected):
        self.assertEqual(run("db", "verify", "--db", self.database).stdout.decode().strip(), f"{self.database}: nothing is wrong")
        sums = self.summary()
        self.assertEqual((sums["reports"], sums["messages"]), expected)

    def duration(self, *arguments):
        begun = time.monotonic()
        run(*arguments, check=[0])
        return time.monotonic() - begun

    def test_import(self):
        mails = self.folder / "mails"
        mails.mkdir()
        count = 400
        for number in range(1, count + 1):
            (mails / f"{number}.eml").write_bytes(report_mail(f"r{number}", number))
        longest = self.duration("import", "--db", self.folder / "well.db", mails)
        killed = 0
        points = ("in_transaction", "before_commit", "after_commit", "acknowledged") if HAS_FAILPOINTS else ()
        for attempt in range(KILLS):
            # From nothing now and then, else it would soon be done.
            if attempt % 8 == 0:
                for file in self.folder.glob("ruadar.db*"):
                    file.unlink()
            point = points[attempt // 2 % len(points)] if points and attempt % 2 else ""
            killed += self.killed(["import", "--db", self.database, mails], longest,
                                  {"RUADAR_FAILPOINT": f"{point}:{self.chance.randint(1, 3)}"}.items() if point else ())
        self.assertGreater(killed, KILLS // 4)
        run("import", "--db", self.database, mails, check=[0])
        self.judge((count, count * (count + 1) // 2))
        print(killed, "kills of import", flush=True)

    def test_uploads_and_lmtp(self):
        """What was answered 201 or 250 is there; what was not is sent again."""
        home = Path(tempfile.mkdtemp(prefix="rua-kl-", dir="/tmp"))
        self.addCleanup(subprocess.run, ["rm", "-r", str(home)])
        ruadar = Installation(home, f'[lmtp]\nlisten = "unix:{home}/lmtp.sock"\n')
        self.database = ruadar.database
        self.addCleanup(ruadar.stop)

        def upload(mail):
            request = urllib.request.Request(f"http://127.0.0.1:{ruadar.port}/api/v1/reports", data=mail)
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status in (200, 201)

        def lmtp(mail):
            with smtplib.LMTP(f"{home}/lmtp.sock", timeout=60) as client:
                return client.sendmail("", ["dmarc@example.com"], mail) == {}

        acknowledged = {"upload": set(), "lmtp": set()}
        for attempt in range(max(2, KILLS // 6)):
            ruadar.start()
            stop = threading.Event()

            def send(way, kind):
                number = 0
                while not stop.is_set():
                    number += 1
                    try:
                        if way(report_mail(f"{kind}-{attempt}-{number}", number)):
                            acknowledged[kind].add((attempt, number))
                    except (OSError, smtplib.SMTPException, urllib.error.URLError):
                        return

            senders = [threading.Thread(target=send, args=pair) for pair in ((upload, "upload"), (lmtp, "lmtp"))]
            for sender in senders:
                sender.start()
            time.sleep(self.chance.uniform(0, 0.5))
            ruadar.stop(signal.SIGKILL)
            stop.set()
            for sender in senders:
                sender.join()
        ruadar.start()
        held = {line["report_id"] for line in self.reports(ruadar)}
        for kind, numbers in acknowledged.items():
            self.assertGreater(len(numbers), 0)
            for attempt, number in numbers:
                self.assertIn(f"{kind}-{attempt}-{number}", held)
                way = upload if kind == "upload" else lmtp
            self.assertTrue(way(report_mail(f"{kind}-{attempt}-{number}", number)))
        self.assertEqual({line["report_id"] for line in self.reports(ruadar)}, held)
        messages = sum(int(identity.rsplit("-", 1)[1]) for identity in held)
        self.assertEqual(ruadar.get("/api/v1/summary?range=all")["data"]["messages"], messages)
        self.assertEqual(ruadar.stop(), 0)
        self.assertEqual(run("db", "verify", "--db", self.database).returncode, 0)
        print(sum(map(len, acknowledged.values())), "acknowledged over", max(2, KILLS // 6), "kills", flush=True)

    @staticmethod
    def reports(ruadar):
        import json
        with urllib.request.urlopen(f"http://127.0.0.1:{ruadar.port}/api/v1/reports?range=all&format=ndjson", timeout=60) as answer:
            return [json.loads(line) for line in answer.read().decode().splitlines()]

    def test_backup_and_prune(self):
        mails = self.folder / "mails"
        mails.mkdir()
        count = 300
        for number in range(1, count + 1):
            (mails / f"{number}.eml").write_bytes(report_mail(f"r{number}", number))
        run("import", "--db", self.database, mails, check=[0])
        copy = self.folder / "backup" / "copy.db"
        copy.parent.mkdir()
        longest = self.duration("db", "backup", copy, "--db", self.database)
        killed = sum(self.killed(["db", "backup", copy, "--db", self.database], longest) for _ in range(KILLS // 6))
        # There is always a backup that holds everything, and nothing is left beside it when one was made.
        run("db", "backup", copy, "--db", self.database, check=[0])
        self.assertEqual([file.name for file in copy.parent.iterdir()], ["copy.db"])
        run("db", "verify", copy, check=[0])
        self.judge((count, count * (count + 1) // 2))

        # The mails are of a day that is not old yet: the younger the limit, the more it takes.
        prune = ["db", "prune", "--older-than", "1d", "--confirm-clock", "--db", self.database]
        killed_pruning = 0
        for _ in range(max(2, KILLS // 10)):
            killed_pruning += self.killed(prune, 0.2)
            run("db", "verify", "--db", self.database, check=[0])
        run(*prune, check=[0])
        self.assertEqual(self.summary()["reports"], 0)
        # Come back, they are known.
        run("import", "--db", self.database, mails, check=[0])
        self.assertEqual(self.summary()["reports"], 0)
        run("db", "verify", "--db", self.database, check=[0])
        print(killed, "kills of backup,", killed_pruning, "of prune", flush=True)


if __name__ == "__main__":
    unittest.main()
