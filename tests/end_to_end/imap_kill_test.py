"""Killed at every named point and at random times, it loses nothing and counts nothing twice."""

import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from imap_server import Fault, ImapServer
from installation import HAS_FAILPOINTS, Installation
from program import environment
from report_mails import note_mail, report_mail

POINTS = ["fetched", "in_transaction", "before_commit", "after_commit", "acknowledged", "before_move", "after_move",
          "after_copy"]
KILLS = int(os.environ.get("RUADAR_TEST_KILLS", "300" if os.environ.get("CI") == "true" else "60"))


class Slow(Fault):
    """A server far enough away to be interrupted anywhere."""

    after, connections = "move", 10**9

    def __init__(self, capabilities):
        self.capabilities = capabilities

    def output(self, session, data):
        if getattr(session, "name", "") == "BODY":
            time.sleep(0.002)
        return data


class ImapKillTest(unittest.TestCase):
    maxDiff = None

    def drain(self, capabilities, kills, seed, count=240):
        """Kills `kills` times, half at points and half at random; then lets it end."""
        print(f"seed {seed}")
        chance = random.Random(seed)
        directory = Path(tempfile.mkdtemp(prefix="ruadar-kill-"))
        self.addCleanup(shutil.rmtree, directory)
        mails = {uid: report_mail(f"r{uid}", uid) for uid in range(1, count + 1)}
        expected = {f"r{uid}": uid for uid in mails}
        for uid in range(count + 1, count + 20):
            mails[uid] = note_mail(f"note {uid}")
        server = ImapServer(mails, Slow(capabilities))
        self.addCleanup(server.stop)
        ruadar = Installation(directory, f'[[mailbox]]\nname = "m"\nhost = "127.0.0.1"\nport = {server.port}\ntls = "none"\n'
                              f'user = "u"\npassword = "p"\nafter = "move"\ndone_folder = "Done"\n')
        killed = 0
        for attempt in range(kills):
            # Few mails at a time, so that there is always something left to be killed at.
            arguments = ruadar.arguments("fetch", "--limit", str(chance.randint(1, 6)))
            point = chance.choice(POINTS) if HAS_FAILPOINTS and attempt % 2 else ""
            variables = {"RUADAR_FAILPOINT": f"{point}:{chance.randint(1, 3)}"} if point else {}
            process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       env={**environment(), **variables})
            if not point:
                time.sleep(chance.uniform(0.005, 0.5))
                process.kill()
            process.wait(60)
            killed += process.returncode == -signal.SIGKILL
        self.assertGreater(killed, kills // 4)
        totals, code, error = ruadar.fetch()
        self.assertEqual(code, 0, error)
        summary = ruadar.summary()
        self.assertEqual((summary["reports"], summary["messages"]), (len(expected), sum(expected.values())))
        # All reports lie where they belong. A copy may be there twice where the server cannot move; the original not.
        inbox = {uid for uid, (_, flags) in server.folders["INBOX"].items() if "\\Deleted" not in flags}
        self.assertEqual(inbox, set(range(count + 1, count + 20)))
        self.assertEqual({mail for mail, _ in server.folders["Done"].values()},
                         {mails[uid] for uid in range(1, count + 1)})
        return killed

    def test_with_a_server_that_moves(self):
        killed = self.drain("IMAP4rev1 UIDPLUS MOVE AUTH=PLAIN SASL-IR", KILLS * 2 // 3, 1)
        print(f"killed {killed} times")

    def test_with_a_server_that_copies(self):
        killed = self.drain("IMAP4rev1 UIDPLUS AUTH=PLAIN SASL-IR", KILLS // 3, 2)
        print(f"killed {killed} times")


if __name__ == "__main__":
    unittest.main()
