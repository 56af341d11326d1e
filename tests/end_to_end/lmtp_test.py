"""Mail handed over by a mail server: 250 means that it is on disk."""

import json
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from installation import HAS_FAILPOINTS, Installation
from program import environment
from report_mails import note_mail, report_mail


class LmtpTest(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="rua-lm-", dir="/tmp"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.socket = self.directory / "lmtp.sock"
        self.ruadar = Installation(self.directory, f'[lmtp]\nlisten = "unix:{self.socket}"\n')
        self.start()
        self.addCleanup(self.ruadar.stop)

    def start(self, port=None, **options):
        """Serving, and listening for mail: that begins a moment after the API, and a killed program leaves its socket."""
        self.ruadar.start(**options)
        family, address = (socket.AF_INET, ("127.0.0.1", port)) if port else (socket.AF_UNIX, str(self.socket))
        deadline = time.monotonic() + 30
        while True:
            try:
                with socket.socket(family) as probe:
                    return probe.connect(address)
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def converse(self, *lines):
        """The last reply to each, byte for byte."""
        replies = []
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(str(self.socket))
            with connection.makefile("rwb") as stream:
                for line in (b"", *lines):
                    stream.write(line)
                    stream.flush()
                    while (reply := stream.readline())[3:4] == b"-":
                        pass
                    replies.append(reply[:3].decode())
        return replies[1:]

    def test_only_crlf_dot_crlf_ends_a_mail(self):
        for trick in (b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r\r\n"):
            smuggled = report_mail("one", 1) + trick + b"MAIL FROM:<x@example.com>\r\nRCPT TO:<y@example.com>\r\nDATA\r\n"
            codes = self.converse(b"LHLO me\r\n", b"MAIL FROM:<>\r\n", b"RCPT TO:<a@example.com>\r\n", b"DATA\r\n",
                                  smuggled + b"\r\n.\r\n", b"QUIT\r\n")
            self.assertEqual(codes, ["250", "250", "250", "354", "250", "221"])
        messages = self.ruadar.get("/api/v1/ingest/messages")["data"]
        self.assertEqual(len(messages), 5)

    def test_mail_is_left_with_the_sender_where_there_is_no_room(self):
        self.ruadar.stop()
        small = self.directory / "small"
        small.mkdir()
        confined = ["unshare", "-rm", "sh", "-c", f'mount -t tmpfs -o size=64m none "{small}" && exec "$@"', "sh"]
        if subprocess.run([*confined, "true"], capture_output=True).returncode != 0:
            self.skipTest("no file system of a chosen size can be made here")
        self.ruadar.database = small / "ruadar.db"
        self.ruadar.start(within=confined)
        codes = self.converse(b"LHLO me\r\n", b"MAIL FROM:<>\r\n", b"QUIT\r\n")
        self.assertEqual(codes, ["250", "452", "221"])

    def test_it_listens_on_this_machine_only(self):
        self.ruadar.stop()
        for listen in ("0.0.0.0:24", "192.0.2.1:24", "example.com:24"):
            self.ruadar.configure(f'[lmtp]\nlisten = "{listen}"\n')
            done = self.ruadar.run("serve", "--listen", "127.0.0.1:0", timeout=30)
            self.assertEqual(done.returncode, 78)
            self.assertIn("an address of this machine", done.stderr)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.ruadar.configure(f'[lmtp]\nlisten = "127.0.0.1:{port}"\n')
        self.start(port)
        with smtplib.LMTP("127.0.0.1", port) as client:
            self.assertEqual(client.sendmail("", ["dmarc@example.com"], report_mail("one", 1)), {})

    def test_a_pipe_is_taken_by_import(self):
        self.ruadar.stop()
        done = subprocess.run(self.ruadar.arguments("import", "--json", "-"), input=report_mail("one", 1), capture_output=True,
                              env=environment())
        self.assertEqual((done.returncode, json.loads(done.stdout)["stored"]), (0, 1), done.stderr)

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
            self.start()
        self.assertEqual(self.ruadar.get("/api/v1/summary?range=all")["data"]["messages"], 15)

    @unittest.skipUnless(HAS_FAILPOINTS, "built without RUADAR_FAILPOINTS")
    def test_a_kill_before_the_answer_costs_nothing(self):
        for point in ("lmtp_received", "before_commit", "after_commit", "lmtp_stored"):
            self.ruadar.stop()
            self.start(variables={"RUADAR_FAILPOINT": point})
            with self.assertRaises((smtplib.SMTPException, OSError)):
                self.send(report_mail("again", 7))
            self.ruadar.stop()
            self.start()
            self.assertEqual(self.send(report_mail("again", 7)), {})
            self.assertEqual(self.ruadar.get("/api/v1/summary?range=all")["data"]["messages"], 7)

    def test_a_mail_that_is_too_large_is_refused(self):
        with self.assertRaises(smtplib.SMTPResponseException) as refused:
            self.send(b"x" * 80 + b"\r\n" + b"y" * (26 * 1024 * 1024))
        self.assertEqual(refused.exception.smtp_code, 552)


if __name__ == "__main__":
    unittest.main()
