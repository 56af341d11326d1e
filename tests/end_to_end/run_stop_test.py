"""An import in another process is stopped over the API; going on afterwards loses and doubles nothing."""
import gzip
import json
import subprocess
import threading
import time
import unittest

from program import BINARY, SAMPLE, ProgramTest, Server, environment, import_json


class Import:
    """`ruadar import -`, fed a mail after the other, slower than it reads them."""

    def __init__(self, database, mails):
        self.process = subprocess.Popen([BINARY, "import", "--db", str(database), "-"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
        self.feeding = threading.Thread(target=self._feed, args=(mails,))
        self.feeding.start()

    def _feed(self, mails):
        try:
            for mail in mails:
                self.process.stdin.write(mail)
                self.process.stdin.flush()
                time.sleep(0.02)
            self.process.stdin.close()
        except OSError:  # it reads no more
            pass

    def end(self):
        """(code, what it says on stderr)"""
        errors = self.process.stderr.read().decode()
        code = self.process.wait(60)
        self.feeding.join()
        try:
            self.process.stdin.close()
        except OSError:
            pass
        self.process.stdout.close()
        self.process.stderr.close()
        return code, errors


class RunStop(ProgramTest):
    def setUp(self):
        super().setUp()
        self.whole = gzip.decompress(SAMPLE.read_bytes())
        parts = self.whole.split(b"\n\nFrom ")
        self.mails = [parts[0]] + [b"\n\nFrom " + part for part in parts[1:]]
        self.assertGreater(len(self.mails), 300)

    def running(self, server):
        """The run that is under way, once something of it is stored."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            runs = server.get("ingest/runs")["data"]
            if runs and runs[0]["stored"] > 0:
                self.assertEqual((runs[0]["state"], runs[0]["ended_at"]), ("running", None))
                return runs[0]["id"]
            time.sleep(0.05)
        self.fail("no run is under way")

    def stop(self, server, run):
        status, _, body = server.ask("/api/v1/ingest/runs/%d/stop" % run, b"", method="POST")
        return status, json.loads(body)

    def code(self, server, run):
        status, problem = self.stop(server, run)
        return status, problem["code"]

    def test_an_import_in_another_process_is_stopped_and_goes_on_with_resume(self):
        import_json(self.database, "-", stdin=b"")
        with Server(self.database) as server:
            importing = Import(self.database, self.mails)
            run = self.running(server)
            status, answer = self.stop(server, run)
            self.assertEqual(status, 202)
            self.assertIsNotNone(answer["data"]["stop_asked_at"])
            self.assertIn(answer["data"]["state"], ("stopping", "stopped"))
            code, errors = importing.end()
            self.assertEqual(code, 3, errors)
            self.assertIn("as was asked for over the API", errors)
            self.assertIn("--resume", errors)

            stopped = server.get("ingest/runs/%d" % run)["data"]
            self.assertEqual(stopped["state"], "stopped")
            self.assertIsNotNone(stopped["ended_at"])
            self.assertLess(stopped["mails"], len(self.mails))
            self.assertEqual(self.code(server, run), (409, "run_ended"))
            decided = server.get("audit?action=run_stop_asked")["data"]
            self.assertEqual([row["target"] for row in decided], [str(run)])  # a refusal is no decision

            rest = import_json(self.database, "--resume", "-", stdin=self.whole)
            self.assertEqual(rest["skipped"], stopped["mails"])
            self.assertEqual(rest["stored"] + stopped["stored"], server.get("summary?range=all")["data"]["reports"])
            self.assertEqual(server.get("ingest/runs")["data"][0]["state"], "done")
            totals = server.get("summary?range=all")["data"]
        other = self.folder / "other.db"
        import_json(other, "-", stdin=self.whole)
        with Server(other) as server:
            self.assertEqual(server.get("summary?range=all")["data"], totals)

    def test_what_was_cut_off_is_not_said_to_stop(self):
        import_json(self.database, "-", stdin=b"")
        with Server(self.database) as server:
            importing = Import(self.database, self.mails)
            run = self.running(server)
            importing.process.kill()
            importing.end()
            self.assertEqual(server.get("ingest/runs/%d" % run)["data"]["state"], "cut_off")
            self.assertEqual(self.code(server, run), (409, "run_cut_off"))
            self.assertEqual(self.code(server, run + 1), (404, "not_found"))
            self.assertEqual(server.get("audit?action=run_stop_asked")["data"], [])
            # The next run tells nothing of the one before.
            import_json(self.database, "--resume", "-", stdin=self.whole)
            states = [row["state"] for row in server.get("ingest/runs")["data"]]
            self.assertEqual(states, ["done", "cut_off", "done"])


if __name__ == "__main__":
    unittest.main()
