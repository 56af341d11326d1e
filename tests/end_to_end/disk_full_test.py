"""A disk of every size is full at another moment: what was told is there, nothing is doubled, and room ends it.

RUADAR_TEST_SIZES: how many sizes are tried (32).
"""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from installation import Installation
from program import BINARY, ProgramTest, environment
from report_mails import report_mail

SIZES = int(os.environ.get("RUADAR_TEST_SIZES", "32"))
REPORTS = 150



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


if __name__ == "__main__":
    unittest.main()
