"""A disk of every size is full at another moment: what was told is there, nothing is doubled, and room ends it.

RUADAR_TEST_SIZES: how many sizes are tried (32).
"""
import gzip
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from installation import Installation
from program import BINARY, ProgramTest, environment
from report_mails import report_mail, report_xml

SIZES = int(os.environ.get("RUADAR_TEST_SIZES", "32"))
REPORTS = 150
RECORDS = 10_000  # of one large report


class DiskFullTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        self.mails = self.folder / "mails"
        self.mails.mkdir()
        for number in range(1, REPORTS + 1):
            (self.mails / f"{number}.eml").write_bytes(report_mail(f"r{number}", number))
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(self.disk)], capture_output=True).returncode != 0:
            self.skipTest("no file system of a chosen size can be made here")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], capture_output=True)
        # What must be free is another matter: here it is less than what the disk holds.
        self.variables = {**environment(), "RUADAR_DATABASE_FREE_BYTES": "1B", "RUADAR_LIMITS_MAIL_BYTES": "16KiB"}

    def resize(self, kilobytes):
        subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", str(self.disk)], check=True)

    def ruadar(self, *arguments):
        return subprocess.run([BINARY, *map(str, arguments), "--db", str(self.disk / "a.db")], capture_output=True, timeout=120,
                              env=self.variables)

    def test_a_disk_that_fills_up_costs_nothing(self):
        full = 0
        for step in range(SIZES):
            size = 100 + step * 48
            with self.subTest(kilobytes=size):
                for file in self.disk.iterdir():
                    file.unlink()
                self.resize(size)
                first = self.ruadar("import", "--json", self.mails)
                self.assertIn(first.returncode, (0, 75), first.stderr)
                if first.returncode == 75:
                    full += 1
                    self.assertIn(b"ake room", first.stderr)
                self.resize(64 * 1024)
                again = self.ruadar("import", "--json", self.mails)
                self.assertEqual(again.returncode, 0, again.stderr)
                if first.returncode == 0:
                    self.assertEqual(json.loads(again.stdout)["stored"], 0)
                sums = json.loads(self.ruadar("summary", "--range", "all", "--format", "json").stdout)["data"]
                self.assertEqual((sums["reports"], sums["messages"]), (REPORTS, REPORTS * (REPORTS + 1) // 2))
                verified = self.ruadar("db", "verify")
                self.assertEqual(verified.returncode, 0, verified.stdout)
        print(f"{full} of {SIZES} disks were full", flush=True)
        self.assertGreater(full, 0)


class WatermarkTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.disk = Path(tempfile.mkdtemp(prefix="rua-df-", dir="/tmp"))
        self.addCleanup(self.disk.rmdir)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(self.disk)], capture_output=True).returncode != 0:
            self.skipTest("no file system of a chosen size can be made here")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], capture_output=True)

    def test_below_the_watermark_nothing_is_taken_in_and_with_twice_as_much_it_goes_on(self):
        ruadar = Installation(self.folder, '[database]\nfree_bytes = "8MiB"\n[limits]\nmail_bytes = "1MiB"\n')
        ruadar.database = self.disk / "a.db"
        ruadar.start()
        self.addCleanup(ruadar.stop)

        def upload(number):
            done = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--data-binary", "@-",
                                   f"http://127.0.0.1:{ruadar.port}/api/v1/reports"], input=report_mail(f"r{number}", number),
                                  capture_output=True)
            return int(done.stdout)

        def storage():
            return ruadar.get("/api/v1/status")["data"]["storage"]

        self.assertEqual(upload(1), 201)
        self.assertEqual(storage()["state"], "ok")
        self.assertTrue((self.disk / "a.db-reserve").exists())
        ballast = self.disk / "ballast"
        free = os.statvfs(self.disk).f_bavail * os.statvfs(self.disk).f_frsize
        with open(ballast, "wb") as file:
            file.write(b"x" * (free - 6 * 1024 * 1024))
        self.assertEqual(upload(2), 507)
        self.assertEqual(storage()["state"], "low")
        self.assertEqual(ruadar.get("/readyz")["storage"], "low")
        done = ruadar.run("import", str(self.mail(3)))
        self.assertEqual(done.returncode, 75, done.stderr)
        self.assertIn("are needed before anything more is taken in", done.stderr)
        # More than the mark is not enough, twice the mark is.
        with open(ballast, "r+b") as file:
            file.truncate(free - 12 * 1024 * 1024)
        self.assertEqual(upload(2), 507)
        with open(ballast, "r+b") as file:
            file.truncate(free - 20 * 1024 * 1024)
        self.assertEqual(upload(2), 201)
        self.assertEqual(storage()["state"], "ok")
        self.assertEqual(ruadar.stop(), 0)

    def mail(self, number):
        path = self.folder / f"{number}.eml"
        path.write_bytes(report_mail(f"r{number}", number))
        return path


class FullDiskOfAServerTest(ProgramTest):
    """The watermark is below what one large report takes: a write finds the disk full."""

    def setUp(self):
        super().setUp()
        self.disk = Path(tempfile.mkdtemp(prefix="rua-ff-", dir="/tmp"))
        self.addCleanup(self.disk.rmdir)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(self.disk)], capture_output=True).returncode != 0:
            self.skipTest("no file system of a chosen size can be made here")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], capture_output=True)
        self.ruadar = Installation(self.folder, '[database]\nfree_bytes = "1B"\n[limits]\nmail_bytes = "48KiB"\n')
        self.ruadar.database = self.disk / "a.db"
        self.reserve = self.disk / "a.db-reserve"
        self.ballast = self.disk / "ballast"

    def fill(self, kilobytes_left):
        free = os.statvfs(self.disk).f_bavail * os.statvfs(self.disk).f_frsize
        with open(self.ballast, "ab") as file:
            file.write(b"x" * max(0, free - kilobytes_left * 1024))

    def upload(self, report):
        """The status, and the code of what went wrong."""
        done = subprocess.run(["curl", "-s", "-w", "\n%{http_code}", "--data-binary", "@-",
                               f"http://127.0.0.1:{self.ruadar.port}/api/v1/reports"], input=report, capture_output=True)
        body, status = done.stdout.decode().rsplit("\n", 1)
        return int(status), json.loads(body).get("code")

    def test_a_full_disk_is_tried_again_by_and_by_and_the_reserve_is_given_back(self):
        large = large_report(RECORDS)
        ruadar = self.ruadar.start()
        self.addCleanup(ruadar.stop)
        self.assertEqual(self.upload(report_mail("small", 1)), (201, None))
        self.assertTrue(self.reserve.exists())

        self.fill(kilobytes_left=300)
        self.assertEqual(self.upload(large), (507, "disk_full"))
        self.assertFalse(self.reserve.exists())
        log = self.folder / "serve.log"
        self.assertIn("reserve_released", log.read_text())
        self.assertEqual(ruadar.get("/api/v1/status")["data"]["storage"]["state"], "full")
        # What was stored is read as ever.
        self.assertEqual(ruadar.get("/api/v1/summary?range=all")["data"]["messages"], 1)

        # There is room now, but until its time has come nothing is tried: had it been, it would have been stored.
        answers = [self.upload(large)]
        self.assertTrue(ruadar.wait_until(lambda: answers[-1][0] != 507 or answers.append(self.upload(large))))
        self.assertEqual(answers.pop(), (201, None))
        self.assertLessEqual(set(answers), {(507, "disk_full")})
        self.assertEqual(log.read_text().count("event=disk_full"), 1)
        self.assertEqual(ruadar.get("/api/v1/summary?range=all")["data"]["messages"], 1 + RECORDS)
        self.assertEqual(ruadar.get("/api/v1/status")["data"]["storage"]["state"], "ok")

        # What it had to give is taken again before it is needed.
        self.ballast.unlink()
        self.assertEqual(self.upload(report_mail("after", 1)), (201, None))
        self.assertTrue(self.reserve.exists())
        self.assertEqual(ruadar.stop(), 0)
        self.assertEqual(ruadar.run("db", "verify").returncode, 0)

    def test_an_import_on_a_full_disk_leaves_the_reserve_to_the_server(self):
        ruadar = self.ruadar.start()
        self.addCleanup(ruadar.stop)
        self.assertEqual(self.upload(report_mail("small", 1)), (201, None))
        self.assertEqual(ruadar.stop(), 0)
        path = self.folder / "large.xml.gz"
        path.write_bytes(large_report(RECORDS))
        self.fill(kilobytes_left=300)
        done = ruadar.run("import", str(path))
        self.assertEqual(done.returncode, 75, done.stderr)
        self.assertIn("disk is full", done.stderr)
        self.assertTrue(self.reserve.exists())
        self.assertEqual(ruadar.summary()["messages"], 1)
        self.ballast.unlink()
        self.assertEqual(ruadar.run("import", str(path)).returncode, 0)
        self.assertEqual(ruadar.summary()["messages"], 1 + RECORDS)
        self.assertEqual(ruadar.run("db", "verify").returncode, 0)


def large_report(records):
    """Small on its way, and some megabytes in the database: a source of its own for each of its messages."""
    xml = report_xml("large", ((f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 1) for number in range(records)))
    return gzip.compress(xml, mtime=0)


if __name__ == "__main__":
    unittest.main()
