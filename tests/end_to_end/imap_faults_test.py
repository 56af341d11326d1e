"""Bad servers: whatever they do, nothing is lost, nothing is counted twice, and soon after they are well again all is
there. All faults run side by side, each as a mailbox of its own of one program."""

import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from dovecot import KEY, make_authority, make_certificate
from imap_faults import by_nature, every_fault
from imap_server import ImapServer
from installation import Installation
from report_mails import note_mail, report_mail

MAILS = 4  # reports of each mailbox from the beginning,
LATE = MAILS + 2  # and one that comes later


def make_certificates(directory):
    make_authority(directory)
    make_certificate(directory, "other_host", "other.example", "DNS:other.example")
    other = directory / "other"
    other.mkdir()
    make_authority(other)
    for suffix in ("pem", "key"):
        shutil.copy(other / f"server.{suffix}", directory / f"unknown.{suffix}")
    for name, begin, end in (("expired", "20200101000000Z", "20200201000000Z"), ("future", "20990101000000Z", "20990201000000Z")):
        make_certificate(directory, name, "localhost", "DNS:localhost")
        sign_with_dates(directory, name, begin, end)
    subprocess.run(["openssl", "req", "-x509", *KEY, "-nodes", "-keyout", "self_signed.key", "-out",
                    "self_signed.pem", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                   check=True, cwd=directory, capture_output=True)


def sign_with_dates(directory, name, begin, end):
    """`openssl x509` knows days only; `openssl ca` knows dates."""
    (directory / "index").write_text("")
    (directory / "serial").write_text("42\n")
    (directory / "ca.cnf").write_text(
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n"
        "unique_subject=no\n[p]\ncommonName=supplied\n")
    subprocess.run(["openssl", "ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-in",
                    f"{name}.csr", "-out", f"{name}.pem", "-startdate", begin, "-enddate", end, "-extfile", f"{name}.ext",
                    "-notext"], check=True, cwd=directory, capture_output=True)


class ImapFaultsTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="ruadar-faults-"))
        self.addCleanup(shutil.rmtree, self.directory)
        make_certificates(self.directory)
        self.servers = {}
        self.addCleanup(lambda: [server.stop() for server in self.servers.values()])

    def server(self, name, number, fault=None, listen=True):
        mails = {uid: report_mail(f"{name}-{uid}", number * 10 + uid) for uid in range(1, MAILS + 1)}
        mails[MAILS + 1] = note_mail("no report")
        server = ImapServer(mails, fault, (self.directory / "server.pem", self.directory / "server.key"), listen)
        server.directory = self.directory
        self.servers[name] = server
        return server

    def mailbox(self, name, server):
        return (f'[[mailbox]]\nname = "{name}"\nhost = "localhost"\nport = {server.port}\ntls = "{server.fault.tls}"\n'
                f'ca_file = "{self.directory}/ca.pem"\nuser = "u"\npassword = "p"\npoll_seconds = 5\n'
                f'after = "{server.fault.after}"\ndone_folder = "Done"\n')

    def reports(self, installation):
        """Messages of each stored report, by its id."""
        stored, cursor = {}, ""
        while cursor is not None:
            answer = installation.get("/api/v1/reports?range=all&limit=1000" + (cursor and "&cursor=" + cursor))
            stored.update({row["report_id"]: row["messages"] for row in answer["data"]})
            cursor = answer["page"]["next_cursor"]
        return stored

    def test_every_fault(self):
        self.assertGreaterEqual(len(every_fault), 40)
        config = ""
        for number, fault in enumerate(every_fault):
            config += self.mailbox(fault.__name__, self.server(fault.__name__, number, fault()))
        refusing = self.server("connection_refused", len(every_fault), listen=False)
        config += self.mailbox("connection_refused", refusing)
        self.assertEqual(len(self.servers), len(every_fault) + 1)  # each has a name of its own
        installation = Installation(self.directory, config)
        installation.start()
        self.addCleanup(installation.stop)

        # In the midst of it one more mail comes to each.
        time.sleep(8)
        refusing.listen()
        for number, name in enumerate(self.servers):
            self.servers[name].add(LATE, report_mail(f"{name}-{LATE}", number * 10 + LATE))
        late_since = time.monotonic()
        expected = {f"{name}-{uid}": number * 10 + uid for number, name in enumerate(self.servers)
                    for uid in (*range(1, MAILS + 1), LATE)}
        well = {}  # when all was there

        # The longest fault is silence, found out after 45 seconds; then a minute to recover.
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline and len(well) < len(self.servers):
            stored = self.reports(installation)
            for name in self.servers:
                if name not in well and all(f"{name}-{uid}" in stored for uid in (*range(1, MAILS + 1), LATE)):
                    well[name] = time.monotonic()
            time.sleep(0.5)

        self.assertEqual(sorted(set(expected) - set(stored)), [], (self.directory / "serve.log").read_text()[-3000:])
        self.assertEqual(stored, expected)
        # Nothing twice, whatever was fetched twice.
        summary = installation.get("/api/v1/summary?range=all")["data"]
        self.assertEqual((summary["messages"], summary["reports"]), (sum(expected.values()), len(expected)))
        self.assertEqual(installation.get("/api/v1/ingest/failures?state=all")["data"], [])
        self.judge_recovery(well, late_since)
        self.judge_folders(installation)
        self.judge_secrecy()
        self.assertEqual(installation.stop(), 0)

    def judge_recovery(self, well, late_since):
        took = {}
        for name, server in self.servers.items():
            self.assertTrue(server.began or type(server.fault) in by_nature, f"{name} did not happen")
            took[name] = well[name] - max(server.fault_ended, late_since)
        slowest = max(took, key=took.get)
        print(f"{len(took)} faults; after the end of {slowest} it took {took[slowest]:.0f} s, the longest of all")
        self.assertLess(took[slowest], 60, slowest)

    def judge_folders(self, installation):
        """What was to be moved is moved, and what was not is where it was."""
        for name in ("no_move", "gone_in_a_move", "quota_full_on_move", "no_at_uid_move", "bye_at_uid_move"):
            folders = self.servers[name].folders
            self.assertTrue(installation.wait_until(lambda: len(folders["INBOX"]) == 1, 30), name)
            self.assertEqual(len(folders["Done"]), MAILS + 1, name)
        flags = [mail[1] for mail in self.servers["no_move_and_no_uidplus"].folders["INBOX"].values()]
        self.assertEqual(sum("\\Deleted" in each for each in flags), MAILS + 1)
        for name in ("no_at_uid_store", "bye_at_select"):
            def seen():
                return sum("\\Seen" in each for _, each in self.servers[name].folders["INBOX"].values())
            self.assertTrue(installation.wait_until(lambda: seen() == MAILS + 1, 30), name)

    def judge_secrecy(self):
        """Nobody has logged in where the way was not safe."""
        unsafe = [name for name in self.servers if name.startswith("certificate_")]
        self.assertEqual(len(unsafe), 5)
        for name in (*unsafe, "plaintext_behind_starttls", "no_starttls", "preauth_where_starttls_is_wanted"):
            first = self.servers[name].sessions[0]
            self.assertFalse(hasattr(first, "credentials"), name)


if __name__ == "__main__":
    unittest.main()
