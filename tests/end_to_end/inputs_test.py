"""Every kind of input, and every kind of bad input."""
import gzip
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import unittest
import zipfile

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "support"))
from make_sample_mailbox import make
from program import BINARY, OUTCOMES, SAMPLE, ProgramTest, Server, environment, import_json, run, truth

XML = b"""<?xml version="1.0"?>
<feedback><version>1.0</version>
<report_metadata><org_name>mx.receiver.example</org_name><email>dmarc@receiver.example</email><report_id>%s</report_id>
<date_range><begin>1767225600</begin><end>1767311999</end></date_range></report_metadata>
<policy_published><domain>example.com</domain><p>none</p><pct>100</pct></policy_published>
<record><row><source_ip>192.0.2.10</source_ip><count>7</count>
<policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
<identifiers><header_from>example.com</header_from></identifiers>
<auth_results><dkim><domain>example.com</domain><selector>s1</selector><result>pass</result></dkim>
<spf><domain>other.example</domain><result>pass</result></spf></auth_results></record></feedback>
"""


def xml(report_id):
    return XML % report_id.encode()


def mails():
    return [text.encode() for _, text in make(truth()["end"])[0]]


class KindsOfInput(ProgramTest):
    def sample_totals(self, *paths, stdin=b""):
        told = import_json(self.database, *paths, stdin=stdin)
        told.pop("seconds")
        self.assertEqual(told, truth()["import"])
        self.assertEqual(self.summary(), truth()["summary"])

    def test_mbox(self):
        plain = self.folder / "reports"
        plain.write_bytes(gzip.decompress(SAMPLE.read_bytes()))
        self.sample_totals(plain)

    def test_maildir(self):
        box = self.folder / "box"
        for part in ("new", "cur", "tmp"):
            (box / part).mkdir(parents=True)
        # Files are read in the order of their names, which is the order of arrival.
        for n, mail in enumerate(mails()):
            part = "cur" if n % 3 else "new"
            (box / part / ("%010d.M%dP1.host%s" % (n, n, ":2,S" if part == "cur" else ""))).write_bytes(mail)
        (box / "tmp" / "0000000000.half").write_bytes(b"From: half a mail")
        told = import_json(self.database, box)
        # cur and new may be read in either order: which of two conflicting reports is first is then not ours to say.
        self.assertEqual(told["mails"], truth()["import"]["mails"])
        for outcome in OUTCOMES:
            self.assertEqual(told[outcome], truth()["import"][outcome], outcome)

    def test_folder_of_mails_and_below_it_folders(self):
        for n, mail in enumerate(mails()):
            folder = self.folder / "in" / str(n % 7)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / ("%05d.eml" % n)).write_bytes(mail)
        told = import_json(self.database, self.folder / "in")
        self.assertEqual([told[name] for name in ("mails", *OUTCOMES)], [truth()["import"][name] for name in ("mails", *OUTCOMES)])

    def test_mail_on_standard_input(self):
        told = import_json(self.database, "-", stdin=mails()[0])
        self.assertEqual((told["mails"], told["stored"]), (1, 1))

    def test_report_on_standard_input(self):
        for n, packed in enumerate((xml("a"), gzip.compress(xml("b")))):
            told = import_json(self.database, "-", stdin=packed)
            self.assertEqual((told["mails"], told["stored"], told["messages"]), (1, 1, 7), n)

    def test_loose_files_whatever_their_names_say(self):
        folder = self.folder / "in"
        folder.mkdir()
        (folder / "a.xml").write_bytes(xml("a"))
        (folder / "b.xml.gz").write_bytes(gzip.compress(xml("b")))
        (folder / "c.zip").write_bytes(gzip.compress(xml("c")))
        (folder / "d").write_bytes(xml("d"))
        with zipfile.ZipFile(folder / "e.gz", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("one.xml", xml("e1"))
            archive.writestr("two.xml", xml("e2"))
        (folder / "f.eml").write_bytes(mails()[0])
        told = import_json(self.database, folder)
        self.assertEqual((told["mails"], told["stored"]), (6, 7))

    def test_a_large_archive_of_the_operator(self):
        path = self.folder / "archive.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(300):
                archive.writestr("%d.xml" % n, xml("many-%d" % n))
        told = import_json(self.database, path)
        self.assertEqual((told["mails"], told["stored"], told["messages"]), (1, 300, 2100))

    def test_an_upload_is_an_import(self):
        with Server(self.database) as server:
            results = []
            for body in (mails()[0], gzip.compress(xml("up")), xml("up"), b"not a report at all"):
                status, _, answer = server.ask("/api/v1/reports?name=file", body=body, headers={"Content-Type": "application/octet-stream"})
                results.append((status, json.loads(answer).get("results", [{}])[0].get("outcome")))
            self.assertEqual(results[:3], [(201, "stored"), (201, "stored"), (200, "duplicate")])
            self.assertEqual(results[3][0], 422)
            self.assertEqual(server.get("summary?range=all")["data"]["reports"], 2)


class BadInput(ProgramTest):
    def test_a_missing_file_is_named_and_the_rest_is_imported(self):
        good = self.folder / "good.xml"
        good.write_bytes(xml("a"))
        done = run("import", "--json", "--db", self.database, self.folder / "missing.mbox", good, check=[3])
        self.assertIn(b"missing.mbox", done.stderr)
        self.assertEqual(json.loads(done.stdout)["stored"], 1)

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_a_file_that_may_not_be_read_is_named(self):
        secret = self.folder / "secret.xml"
        secret.write_bytes(xml("a"))
        secret.chmod(0)
        self.assertIn(b"secret.xml", run("import", "--db", self.database, secret, check=[3]).stderr)

    def test_what_is_no_mail_is_said_and_kept_apart(self):
        path = self.folder / "noise.bin"
        path.write_bytes(random.Random(7).randbytes(5000))
        told = import_json(self.database, path)
        self.assertEqual((told["mails"], told["stored"]), (1, 0))
        self.assertEqual(sum(told[outcome] for outcome in OUTCOMES), told["attachments"])

    def test_an_empty_folder_is_nothing_to_do(self):
        (self.folder / "empty").mkdir()
        self.assertEqual(import_json(self.database, self.folder / "empty", check=[0])["mails"], 0)

    def test_a_broken_report_is_quarantined_with_its_place(self):
        path = self.folder / "cut.xml"
        path.write_bytes(xml("a")[:600])
        done = run("import", "--json", "--verbose", "--db", self.database, path, check=[3])
        first = json.loads(done.stdout.splitlines()[0])
        self.assertEqual((first["outcome"], first["code"]), ("quarantined", "xml_truncated"))
        self.assertIn("cut.xml", first["origin"])

    def test_a_database_of_a_newer_version_is_refused(self):
        import_json(self.database, "-", stdin=xml("a"))
        with sqlite3.connect(self.database) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            connection.execute("PRAGMA user_version = %d" % (version + 1000))
        connection.close()
        before = self.database.read_bytes()
        for arguments in (("import", "--db", self.database, SAMPLE), ("serve", "--db", self.database, "--listen", "127.0.0.1:0")):
            done = run(*arguments, check=[78], timeout=30)
            self.assertIn(b"later version", done.stderr)
        self.assertEqual(self.database.read_bytes(), before)

    def test_what_is_no_database_is_refused_and_left_alone(self):
        self.database.write_bytes(b"My diary, chapter one.\n" * 400)
        self.assertNotEqual(run("import", "--db", self.database, SAMPLE, timeout=30).returncode, 0)
        self.assertTrue(self.database.read_bytes().startswith(b"My diary"))

    def test_a_port_in_use_is_said(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = run("serve", "--db", self.database, "--listen", "127.0.0.1:%d" % port, check=[1], timeout=30)
        self.assertIn(str(port).encode(), done.stderr)

    def test_a_network_address_is_refused_without_insecure_open(self):
        done = run("serve", "--db", self.database, "--listen", "0.0.0.0:1", check=[78], timeout=30)
        self.assertIn(b"--insecure-open", done.stderr)

    def test_usage_errors(self):
        for arguments in (("import",), ("imprt", "x"), ("import", "--no-such-option", "x"), ()):
            run(*arguments, check=[2], timeout=30)
        self.assertIn(b"import", run("imprt", "x", check=[2]).stderr)
        self.assertIn(b"import", run("--help", check=[0]).stdout)
        self.assertTrue(run("version", check=[0]).stdout)


class Killed(ProgramTest):
    def test_killed_at_any_moment_and_run_again_stores_every_report_once(self):
        """Within the time that an import of all of it takes here."""
        mbox = self.folder / "big.mbox"
        text = gzip.decompress(SAMPLE.read_bytes())
        mbox.write_bytes(text)
        begun = time.monotonic()
        import_json(self.folder / "whole.db", mbox)
        whole = time.monotonic() - begun
        chance = random.Random(11)
        kills = 0
        for _ in range(8):
            process = subprocess.Popen([BINARY, "import", "--db", str(self.database), str(mbox)], env=environment(),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(0.7 * whole * chance.random())
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
        self.assertGreater(kills, 0)
        last = import_json(self.database, mbox)
        self.assertEqual(last["mails"], truth()["import"]["mails"])
        self.assertEqual(self.summary(), truth()["summary"])
        self.assertEqual(import_json(self.database, mbox)["stored"], 0)

    def test_a_server_that_is_killed_serves_again(self):
        import_json(self.database, SAMPLE)
        with self.assertRaises(AssertionError), Server(self.database) as server:
            server.process.kill()
        self.assertEqual(self.summary(), truth()["summary"])


if __name__ == "__main__":
    unittest.main()
