"""Mail handed over by a mail server: 250 means that it is on disk."""

import shutil
import signal
import smtplib
import tempfile
import unittest
from pathlib import Path

from installation import HAS_FAILPOINTS, Installation
from report_mails import note_mail, report_mail


class LmtpTest(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="rua-lm-", dir="/tmp"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.socket = self.directory / "lmtp.sock"
        self.ruadar = Installation(self.directory, f'[lmtp]\nlisten = "unix:{self.socket}"\n')
        self.ruadar.start()
        self.addCleanup(self.ruadar.stop)

    def send(self, mail):
        with smtplib.LMTP(str(self.socket)) as client:
            return client.sendmail("", ["dmarc@example.com"], mail)

    def test_reports_duplicates_and_rubbish_are_all_taken(self):
        self.assertEqual(oct(self.socket.stat().st_mode & 0o777), "0o660")
        self.assertEqual(self.send(report_mail("one", 1)), {})
        self.assertEqual(self.send(report_mail("one", 1)), {})
        self.assertEqual(self.send(note_mail("hello")), {})
        self.assertEqual(self.send(b"\x00\xff rubbish"), {})
        summary = self.ruadar.get("/api/v1/summary?range=all")["data"]
        self.assertEqual((summary["reports"], summary["messages"]), (1, 1))
        self.assertEqual(len(self.ruadar.get("/api/v1/ingest/messages")["data"]), 3)

    def test_what_was_taken_survives_a_kill(self):
        for number in range(1, 6):
            self.assertEqual(self.send(report_mail(f"r{number}", number)), {})
            self.ruadar.stop(signal.SIGKILL)
            self.ruadar.start()
        self.assertEqual(self.ruadar.get("/api/v1/summary?range=all")["data"]["messages"], 15)

    @unittest.skipUnless(HAS_FAILPOINTS, "built without RUADAR_FAILPOINTS")
    def test_a_kill_before_the_answer_costs_nothing(self):
        for point in ("lmtp_received", "before_commit", "after_commit", "lmtp_stored"):
            self.ruadar.stop()
            self.ruadar.start(variables={"RUADAR_FAILPOINT": point})
            with self.assertRaises((smtplib.SMTPException, OSError)):
                self.send(report_mail("again", 7))
            self.ruadar.stop()
            self.ruadar.start()
            self.assertEqual(self.send(report_mail("again", 7)), {})
            self.assertEqual(self.ruadar.get("/api/v1/summary?range=all")["data"]["messages"], 7)

    def test_a_mail_that_is_too_large_is_refused(self):
        with self.assertRaises(smtplib.SMTPResponseException) as refused:
            self.send(b"x" * 80 + b"\r\n" + b"y" * (26 * 1024 * 1024))
        self.assertEqual(refused.exception.smtp_code, 552)


if __name__ == "__main__":
    unittest.main()
