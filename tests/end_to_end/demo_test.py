"""`ruadar demo`: a year of made-up reports in a folder that is gone at the end, the same ones each time."""
import os
import signal
import subprocess
import unittest

from program import BINARY, ProgramTest, Server, environment, run

END = "2026-11-18"


class Demo(ProgramTest):
    def test_a_year_is_served_from_a_folder_that_is_gone_at_the_end(self):
        temporary = self.folder / "tmp"
        temporary.mkdir()
        with Server(command=("demo", "--end", END), environ={**environment(), "TMPDIR": str(temporary)}, patience=400) as server:
            self.assertEqual(len(list(temporary.iterdir())), 1)
            totals = server.get("summary?range=all")
            self.assertEqual(totals["meta"]["to"], END)
            self.assertEqual(totals["data"]["domains"], 5)
            self.assertEqual((totals["data"]["reports"], totals["data"]["records"], totals["data"]["messages"]), (4396, 45964, 1265652))
            months = server.get("timeseries?range=all&interval=month")["data"]
            self.assertGreaterEqual(len(months), 12)
            self.assertTrue(all(month["messages"] > 50_000 for month in months[1:-1]))

            codes = {row["code"] for row in server.get("ingest/failures")["data"]}
            self.assertEqual(codes, {"xml_truncated", "xml_doctype", "archive_corrupt", "conflict"})
            counts = server.get("ingest/messages?limit=1")["counts"]
            self.assertGreater(counts["duplicate"], 2)
            self.assertGreater(counts["ignored"], 5)
            silent = {row["reporter"] for row in server.get("reporters?range=all")["data"] if row["silent_days"] > 2}
            self.assertEqual(silent, {"Mail.Ru", "oldgate.example"})
            steps = {(change["from"]["p"], change["to"]["p"]) for change in server.get("policies?range=all")["changes"]
                     if change["domain"] == "example.com"}
            self.assertEqual(steps, {("none", "quarantine"), ("quarantine", "reject")})
            unaligned = server.get("breakdown?by=combination&domain=example.org&range=7d")["data"]
            self.assertIn("spf+dkim", {row["key"] for row in unaligned})
            last = server.get("timeseries?range=7d")["data"][-1]
            self.assertFalse(last["complete"])
        self.assertEqual(list(temporary.iterdir()), [])

    def test_what_is_there_is_left_alone(self):
        self.database.write_bytes(b"something")
        run("demo", "--dir", self.folder, check=[2])
        self.assertEqual(self.database.read_bytes(), b"something")
        run("demo", "--end", "2999-01-01", check=[2])

    def test_an_interruption_leaves_nothing(self):
        temporary = self.folder / "tmp"
        temporary.mkdir()
        process = subprocess.Popen([BINARY, "demo", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   env={**environment(), "TMPDIR": str(temporary)})
        while not list(temporary.glob("*/ruadar.db")) and process.poll() is None:
            pass
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=120)
        self.assertNotEqual(process.returncode, 0)
        self.assertEqual(list(temporary.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
