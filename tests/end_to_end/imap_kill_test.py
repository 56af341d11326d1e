"""Killed at every named point and at random times, it loses nothing and counts nothing twice."""

import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
from collections import Counter
from pathlib import Path

from imap_server import FOR_EVER, Fault, ImapServer
from installation import HAS_FAILPOINTS, Installation
from program import environment
from report_mails import note_mail, report_mail

KILLS = int(os.environ.get("RUADAR_TEST_KILLS", "300"))
POINTS = ("fetched", "in_transaction", "before_commit", "after_commit", "acknowledged")
NOTES = 20


class Slow(Fault):
    """A server far enough away to be interrupted anywhere."""

    after, connections = "move", FOR_EVER

    def __init__(self, capabilities):
        self.capabilities = capabilities

    def output(self, session, data):
        if session.name in ("BODY", "UID MOVE", "UID COPY", "UID STORE", "UID EXPUNGE"):
            time.sleep(0.003)
        return data


class Victim:
    """A mailbox that is read by a program which is killed again and again."""

    def __init__(self, directory, capabilities, points, seed, reports):
        self.chance = random.Random(seed)
        self.points = points
        self.mails = {uid: report_mail(f"r{uid}", uid) for uid in range(1, reports + 1)}
        self.expected = {f"r{uid}": uid for uid in self.mails}
        for uid in range(reports + 1, reports + NOTES + 1):
            self.mails[uid] = note_mail(f"note {uid}")
        self.notes = set(range(reports + 1, reports + NOTES + 1))
        self.server = ImapServer(self.mails, Slow(capabilities))
        self.ruadar = Installation(directory, f'[[mailbox]]\nname = "m"\nhost = "127.0.0.1"\nport = {self.server.port}\n'
                                   'tls = "none"\nuser = "u"\npassword = "p"\nafter = "move"\ndone_folder = "Done"\n')
        self.killed = Counter()

    def kill(self, times):
        """Half at points and half at random. Few mails at a time, so that there is always something left to be killed at."""
        attempts = 0
        while sum(self.killed.values()) < times and attempts < 2 * times:
            attempts += 1
            point = self.points[attempts // 2 % len(self.points)] if HAS_FAILPOINTS and attempts % 2 else ""
            each_mail = point in ("fetched", "in_transaction")
            variables = {"RUADAR_FAILPOINT": f"{point}:{self.chance.randint(1, 3) if each_mail else 1}"} if point else {}
            arguments = self.ruadar.arguments("fetch", "--limit", str(self.chance.randint(1, 5)))
            process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       env={**environment(), **variables})
            if not point:
                # Counted from the moment that it talks to the server: what comes before is the same for every program.
                begun = self.server.connections
                while process.poll() is None and self.server.connections == begun:
                    time.sleep(0.001)
                time.sleep(self.chance.uniform(0, 0.08))
                process.kill()
            if process.wait(60) == -signal.SIGKILL:
                self.killed[point or "random"] += 1

    def judge(self, test):
        totals, code, error = self.ruadar.fetch()
        test.assertEqual(code, 0, error)
        summary = self.ruadar.summary()
        test.assertEqual((summary["reports"], summary["messages"]), (len(self.expected), sum(self.expected.values())))
        # All reports lie where they belong. A copy may be there twice where the server cannot move; the original not.
        inbox = {uid for uid, (_, flags) in self.server.folders["INBOX"].items() if "\\Deleted" not in flags}
        test.assertEqual(inbox, self.notes)
        test.assertEqual({mail for mail, _ in self.server.folders["Done"].values()},
                         {mail for uid, mail in self.mails.items() if uid not in self.notes})
        if HAS_FAILPOINTS:
            test.assertEqual(set(self.killed), {*self.points, "random"})


class ImapKillTest(unittest.TestCase):
    maxDiff = None

    def test_killed_hundreds_of_times_nothing_is_lost_or_doubled(self):
        victims = []
        for seed, (capabilities, points) in enumerate((
            ("IMAP4rev1 UIDPLUS MOVE AUTH=PLAIN SASL-IR", (*POINTS, "before_move", "after_move")),
            ("IMAP4rev1 UIDPLUS AUTH=PLAIN SASL-IR", (*POINTS, "after_copy")),
        )):
            directory = Path(tempfile.mkdtemp(prefix="ruadar-kill-"))
            self.addCleanup(shutil.rmtree, directory)
            victims.append(Victim(directory, capabilities, points, seed, reports=KILLS))
            self.addCleanup(victims[-1].server.stop)
        threads = [threading.Thread(target=victim.kill, args=(KILLS // 2,)) for victim in victims]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for victim in victims:
            print(dict(victim.killed))
            victim.judge(self)
        self.assertGreaterEqual(sum(sum(victim.killed.values()) for victim in victims), KILLS)


if __name__ == "__main__":
    unittest.main()
