"""A real IMAP server: every way in, every wish for afterwards, and what is said when something is wrong."""

import contextlib
import gzip
import json
import mailbox
import re
import shutil
import signal
import sqlite3
import tempfile
import unittest
from pathlib import Path

from dovecot import Dovecot
from installation import HAS_FAILPOINTS, Installation
from program import SAMPLE, truth
from report_mails import note_mail, report_mail


def sample_mails():
    with tempfile.NamedTemporaryFile() as plain:
        plain.write(gzip.decompress(SAMPLE.read_bytes()))
        plain.flush()
        box = mailbox.mbox(plain.name)
        try:
            return [message.as_bytes() for message in box]
        finally:
            box.close()


@unittest.skipUnless(Dovecot.is_installed(), "there is no Dovecot here (docker/install-build-deps.sh test)")
class ImapDovecotTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="ruadar-dovecot-"))
        self.addCleanup(shutil.rmtree, self.directory)
        dovecot = Dovecot()
        self.addCleanup(shutil.rmtree, dovecot.directory, True)
        self.addCleanup(dovecot.stop)
        dovecot.start()
        self.dovecot = dovecot

    def installation(self, **settings):
        return Installation(self.directory, self.dovecot.settings(**settings))

    def test_the_sample_comes_out_as_by_import(self):
        self.dovecot.deliver(sample_mails())
        ruadar = self.installation()
        totals, code, _ = ruadar.fetch()
        self.assertEqual(code, 3)  # the sample holds a conflict and a mail that cannot be read
        expected = truth()
        self.assertEqual({key: totals[key] for key in expected["import"]}, expected["import"])
        summary = ruadar.summary()
        self.assertEqual({key: summary[key] for key in expected["summary"]}, expected["summary"])
        again, code, _ = ruadar.fetch()
        self.assertEqual((again["mails"], code), (0, 0))
        # Nothing was marked as read.
        client = self.dovecot.client()
        client.select("INBOX", readonly=True)
        self.assertEqual(client.search(None, "SEEN")[1], [b""])
        # Moved by a later wish, what it has read already goes where it belongs.
        ruadar.configure(self.dovecot.settings(after="move", done_folder="DMARC/Erledigt ü", failed_folder="DMARC/Failed"))
        ruadar.fetch()
        self.assertEqual(client.select('"DMARC/Erledigt &APw-"', readonly=True)[1], [b"550"])
        self.assertEqual(client.select("DMARC/Failed", readonly=True)[1], [b"2"])
        self.assertEqual(client.select("INBOX", readonly=True)[1], [b"7"])

    def test_every_way_in(self):
        self.dovecot.deliver([report_mail("one", 1)])
        ports = self.dovecot.ports
        for settings, mails in (
            ({"tls": "starttls", "port": ports["imap"]}, 1),
            ({}, 0),
            ({"tls": "none", "port": ports["imap"], "host": "127.0.0.1"}, 0),
            ({"protocol": "pop3", "port": ports["pop3s"], "name": "pop"}, 1),
            ({"protocol": "pop3", "tls": "starttls", "port": ports["pop3"], "name": "pop"}, 0),
        ):
            with self.subTest(settings):
                totals, code, error = self.installation(**settings).fetch()
                self.assertEqual((code, totals["mails"]), (0, mails), error)
        self.assertEqual(self.installation().summary()["messages"], 1)

    def test_what_is_wrong_is_said_and_tells_in_the_exit_code(self):
        for settings, code, words in (
            ({"ca_file": ""}, 69, "certificate"),
            ({"password": "wrong"}, 77, "Authentication failed"),
            ({"port": 1}, 69, "No connection"),
            ({"folder": "Nowhere"}, 69, "Nowhere"),
            ({"after": "delete"}, 78, "delete_after_days"),
        ):
            with self.subTest(settings):
                _, exit_code, error = self.installation(**settings).fetch()
                self.assertEqual(exit_code, code, error)
                self.assertIn(words, error)

    def test_check_says_what_would_be_done_and_touches_nothing(self):
        ruadar = self.installation()
        self.dovecot.deliver([report_mail("one", 1)])
        checked = ruadar.run("check", "--mailbox", "--json")
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertEqual(json.loads(checked.stdout)["mailboxes"][0]["folders"],
                         [{"folder": "INBOX", "messages": 1, "unread": 1}])
        self.assertFalse(ruadar.database.exists())

    def flags(self, folder="INBOX"):
        """Of each mail, by its subject's last word."""
        client = self.dovecot.client()
        client.select(folder, readonly=True)
        found = {}
        for line in client.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]:
            if isinstance(line, tuple):
                flags = re.search(rb"FLAGS \((.*?)\)", line[0]).group(1).decode().split()
                found[line[1].split()[-1].decode()] = sorted(set(flags) - {"\\Recent"})
        client.logout()
        return found

    def test_after_the_commit_mails_are_marked_moved_or_deleted_as_wished(self):
        broken = b"Subject: broken\r\nContent-Type: application/gzip; name=a.xml.gz\r\n\r\n\x1f\x8b rubbish"
        self.dovecot.deliver([report_mail("one", 1), note_mail("note"), broken])
        alone = {"one": [], "note": [], "broken": []}
        ruadar = self.installation()
        self.assertEqual(ruadar.fetch()[1], 3)  # one cannot be read
        self.assertEqual(self.flags(), alone)
        # Every wish holds for what was read before, too; and mail that is no report is left alone.
        ruadar.configure(self.dovecot.settings(after="seen"))
        ruadar.fetch()
        self.assertEqual(self.flags(), {"one": ["\\Seen"], "note": [], "broken": ["\\Seen"]})
        ruadar.configure(self.dovecot.settings(after="keyword"))
        ruadar.fetch()
        self.assertEqual(self.flags()["one"], ["$DmarcIngested", "\\Seen"])
        self.assertEqual(self.flags()["note"], [])
        ruadar.configure(self.dovecot.settings(after="delete", delete_after_days=30, failed_folder="Failed"))
        ruadar.fetch()
        self.assertEqual((list(self.flags()), list(self.flags("Failed"))), (["one", "note"], ["broken"]))
        self.age(ruadar, 29)
        ruadar.fetch()
        self.assertEqual(list(self.flags()), ["one", "note"])
        # Another client has marked a mail as deleted: that is not ours to carry out.
        client = self.dovecot.client()
        client.select("INBOX")
        client.store("2", "+FLAGS", "(\\Deleted)")
        self.age(ruadar, 2)
        ruadar.fetch()
        self.assertEqual(self.flags(), {"note": ["\\Deleted"]})
        self.assertEqual(ruadar.summary()["messages"], 1)

    def age(self, ruadar, days):
        """Makes all that was read look older."""
        with contextlib.closing(sqlite3.connect(ruadar.database)) as database, database:
            database.execute("UPDATE mail SET read_at = read_at - ? * 86400", (days,))

    @unittest.skipUnless(HAS_FAILPOINTS, "built without RUADAR_FAILPOINTS")
    def test_pop3_loses_and_doubles_nothing_when_killed(self):
        self.dovecot.deliver([report_mail(f"r{n}", n) for n in range(1, 21)])
        ruadar = self.installation(protocol="pop3", port=self.dovecot.ports["pop3s"])
        for point in ("in_transaction:3", "before_commit", "after_commit", "acknowledged"):
            result = ruadar.run("fetch", "--limit", "4", variables={"RUADAR_FAILPOINT": point})
            self.assertEqual(result.returncode, -signal.SIGKILL)
        self.assertEqual(ruadar.fetch()[1], 0)
        summary = ruadar.summary()
        self.assertEqual((summary["reports"], summary["messages"]), (20, 210))

    def test_pop3_deletes_only_what_is_stored_and_old_enough(self):
        self.dovecot.deliver([report_mail("one", 1), report_mail("two", 2)])
        ruadar = self.installation(protocol="pop3", port=self.dovecot.ports["pop3s"], after="delete", delete_after_days=30)
        self.assertEqual(ruadar.fetch()[0]["stored"], 2)
        self.assertEqual(ruadar.fetch()[0]["mails"], 0)
        client = self.dovecot.client()
        self.assertEqual(client.select("INBOX", readonly=True)[1], [b"2"])
        self.age(ruadar, 31)
        self.dovecot.deliver([report_mail("three", 3)])
        ruadar.fetch()
        client.noop()
        self.assertEqual(client.select("INBOX", readonly=True)[1], [b"1"])

    def test_new_mail_is_heard_of_at_once_and_a_restart_is_survived(self):
        ruadar = self.installation()
        ruadar.start()
        self.addCleanup(ruadar.stop)
        self.assertTrue(ruadar.wait_until(lambda: ruadar.mailbox()["state"] == "watching"))
        self.assertTrue(ruadar.mailbox()["pushed"])
        self.dovecot.deliver([report_mail("one", 1)])
        self.assertTrue(ruadar.wait_until(lambda: ruadar.mailbox()["mails"] == 1, 20))
        self.dovecot.stop()
        self.assertTrue(ruadar.wait_until(lambda: "No connection" in ruadar.mailbox()["error"], 30))
        ready = ruadar.get("/readyz")
        self.assertEqual(ready["mailboxes"][0]["status"], "degraded")
        self.dovecot.deliver([report_mail("two", 2)])
        self.dovecot.start()
        self.assertTrue(ruadar.wait_until(lambda: ruadar.mailbox()["mails"] == 2, 60))
        self.assertIsNone(ruadar.mailbox()["error"])
        self.assertEqual(ruadar.post("/api/v1/ingest/runs?mailbox=main")[0], 202)
        self.assertEqual(ruadar.stop(), 0)


if __name__ == "__main__":
    unittest.main()
