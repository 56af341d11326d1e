"""Other clients at work in the same mailbox, and a server that is restarted: whatever is left in the end has been read,
and nothing counts twice."""

import imaplib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from collections import Counter
from pathlib import Path

from dovecot import Dovecot
from independent_reader import reports_of_bytes
from installation import Installation
from program import SHARED
from report_mails import note_mail, report_mail

GENERATOR = SHARED / "tools/gen_corpus.py"
MAILS = int(os.environ.get("RUADAR_TEST_MAILS", "5000"))
READ = ("INBOX", "Other")  # folders of the configuration


def generated_mails(directory, count):
    if not GENERATOR.exists():
        mails = [report_mail(f"r{n}", 1 + n % 7) for n in range(count * 98 // 100)]
        return mails + mails[: count - len(mails)]
    subprocess.run([sys.executable, str(GENERATOR), "--out", str(directory), "--mails", str(count), "--formats", "eml",
                    "--max-records", "20", "--dup", "0.02", "--seed", "7"], check=True, capture_output=True)
    return [path.read_bytes() for path in sorted((directory / "eml").glob("*.eml"))]


class World:
    """Numbered mails, and what a reader that shares nothing with the program finds in them."""

    def __init__(self, mails):
        self.mails, self.reports = [], []
        for number, mail in enumerate(mails):
            self.mails.append(b"X-Number: %d\n" % number + mail)
            self.reports.append([(r.org_name, r.report_id, r.domain, r.begin, r.messages) for r in reports_of_bytes(mail)])

    def reports_of(self, numbers):
        return {report for number in numbers for report in self.reports[number]}

    def with_reports(self, numbers):
        return {number for number in numbers if self.reports[number]}


class OtherClient(threading.Thread):
    """Moves and deletes whatever it meets, until it is stopped."""

    def __init__(self, dovecot, deletions):
        super().__init__()
        self.dovecot, self.deletions = dovecot, deletions
        self.chance = random.Random(2)
        self.over = threading.Event()
        self.moved = self.deleted = 0

    def run(self):
        while not self.over.is_set():
            try:
                with self.dovecot.client() as client:
                    while not self.over.is_set():
                        self.disturb(client)
                        time.sleep(0.05)
            except (imaplib.IMAP4.error, OSError):  # the server is being restarted
                time.sleep(0.2)

    def disturb(self, client):
        source, target = self.chance.choice([READ, READ[::-1]])
        client.select(source)
        uids = client.uid("SEARCH", None, "ALL")[1][0].decode().split()
        moved = self.chance.sample(uids, min(len(uids), 12))
        if moved and client.uid("MOVE", ",".join(moved), target)[0] == "OK":
            self.moved += len(moved)
        left = [uid for uid in uids if uid not in moved]
        if left and self.deleted < self.deletions:
            # The newest half of the time: that is the one we may not have seen.
            doomed = max(left, key=int) if self.chance.random() < 0.5 else self.chance.choice(left)
            client.uid("STORE", doomed, "+FLAGS.SILENT", "(\\Deleted)")
            if client.uid("EXPUNGE", doomed)[0] == "OK":
                self.deleted += 1


@unittest.skipUnless(Dovecot.is_installed(), "there is no Dovecot here (docker/install-build-deps.sh test)")
class ImapOthersTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="ruadar-others-"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.dovecot = Dovecot()
        self.addCleanup(shutil.rmtree, self.dovecot.directory, True)
        self.addCleanup(self.dovecot.stop)
        self.dovecot.start()

    def numbers_in(self, *folders):
        found = set()
        for mail in self.dovecot.mails_in(*folders):
            found.add(int(re.match(rb"X-Number: (\d+)", mail).group(1)))
        return found

    def stored(self, ruadar):
        """Every report that the program shows, as often as it does."""
        rows, cursor = Counter(), ""
        while cursor is not None:
            answer = ruadar.get("/api/v1/reports?range=all&limit=1000" + (cursor and "&cursor=" + cursor))
            for row in answer["data"]:
                begin = int(time.mktime(time.strptime(row["begin"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone)
                rows[row["reporter"], row["report_id"], row["domain"], begin, row["messages"]] += 1
            cursor = answer["page"]["next_cursor"]
        return rows

    def live_among_others(self, count, **settings):
        """Mails keep coming while they are moved and deleted and the server restarts; the world, and the program."""
        mails = generated_mails(self.directory / "corpus", count)
        mails += [note_mail(f"noise {n}") for n in range(count // 10)]
        random.Random(1).shuffle(mails)
        world = World(mails)
        self.dovecot.deliver([], "Other")
        self.dovecot.deliver(world.mails[: count // 2])
        ruadar = Installation(self.directory, self.dovecot.settings(folder=list(READ), poll_seconds=5, **settings))
        ruadar.start()
        self.addCleanup(ruadar.stop)
        other = OtherClient(self.dovecot, deletions=count // 20)
        other.start()
        self.addCleanup(other.join)
        self.addCleanup(other.over.set)
        parts = 12
        rest = world.mails[count // 2 :]
        for part in range(parts):
            self.dovecot.deliver(rest[part::parts], READ[part % 2] if part % 2 else "")
            time.sleep(1)
            if part % 4 == 3:
                self.dovecot.restart()
        self.assertTrue(ruadar.wait_until(lambda: other.moved >= count // 8 and other.deleted >= count // 80, 120),
                        "the other client comes to nothing")
        other.over.set()
        other.join()
        return world, ruadar, other

    def judge(self, world, ruadar, other, left):
        """`left`: the mails that are still there, wherever."""
        everything = set(range(len(world.mails)))
        # What the other client has not taken away has been read.
        self.assertLessEqual(len(everything - left), other.deleted + 1)  # one may have been cut off before its OK
        expected = world.reports_of(left)
        self.assertTrue(ruadar.wait_until(lambda: expected <= set(self.stored(ruadar)), 240),
                        lambda: sorted(expected - set(self.stored(ruadar)))[:5])
        stored = self.stored(ruadar)
        # Nothing twice, nothing made up; and only what was deleted may be missing.
        self.assertEqual([report for report, times in stored.items() if times > 1], [])
        self.assertLessEqual(set(stored), world.reports_of(everything))
        unseen = world.reports_of(everything) - set(stored)
        self.assertLessEqual(unseen, world.reports_of(everything - left) - expected)
        summary = ruadar.get("/api/v1/summary?range=all")["data"]
        every_message = sum(report[-1] for report in world.reports_of(everything))
        self.assertEqual(summary["reports"], len(world.reports_of(everything)) - len(unseen))
        self.assertEqual(summary["messages"], every_message - sum(report[-1] for report in unseen))
        self.assertEqual(ruadar.get("/api/v1/ingest/failures?state=all")["data"], [])
        print(f"{len(world.mails)} mails, {other.moved} moved and {len(everything - left)} deleted by another client, "
              f"{len(unseen)} reports deleted before they were seen")

    def test_nothing_is_lost_or_doubled_while_others_move_and_delete(self):
        world, ruadar, other = self.live_among_others(MAILS)
        self.judge(world, ruadar, other, self.numbers_in(*READ))
        self.assertEqual(ruadar.stop(), 0)

    def test_nothing_is_lost_or_doubled_while_we_move_mails_too(self):
        world, ruadar, other = self.live_among_others(MAILS // 10, after="move", done_folder="Done")
        self.judge(world, ruadar, other, self.numbers_in(*READ, "Done"))
        # In the end all reports are in their folder, and what is none is where it was.
        self.assertTrue(ruadar.wait_until(lambda: not world.with_reports(self.numbers_in(*READ)), 60))
        self.assertEqual(world.with_reports(self.numbers_in("Done")), self.numbers_in("Done"))
        self.assertEqual(ruadar.stop(), 0)


if __name__ == "__main__":
    unittest.main()
