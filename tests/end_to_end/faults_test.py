"""Every write, fsync, open and malloc of an ingest of three mails fails in turn: nothing is lost, nothing doubled.

RUADAR_TEST_FAULTS: how many of each kind are tried, evenly spread; 0 for all of them (minutes).
"""
import errno
import json
import os
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor

from program import BINARY, ProgramTest, environment, import_json, run
from report_mails import report_mail

LIBRARY = os.environ.get("RUADAR_FAULTS_LIBRARY", "")
TRIES = int(os.environ.get("RUADAR_TEST_FAULTS", "40"))
KINDS = (("write", errno.EIO), ("write", errno.ENOSPC), ("fsync", errno.EIO), ("open", errno.EIO), ("open", errno.EMFILE),
         ("malloc", errno.ENOMEM))


@unittest.skipUnless(LIBRARY and os.path.exists(LIBRARY), "the library that makes calls fail is not built")
class FaultsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.mails = self.folder / "mails"
        self.mails.mkdir()
        for number in (1, 2, 3):
            (self.mails / f"{number}.eml").write_bytes(report_mail(f"r{number}", number))

    def ingest(self, database, kind, at, how, count=None):
        variables = {"LD_PRELOAD": LIBRARY, "RUADAR_FAULT_KIND": kind, "RUADAR_FAULT_AT": str(at), "RUADAR_FAULT_ERRNO": str(how),
                     **({"RUADAR_FAULT_COUNT": str(count)} if count else {})}
        return subprocess.run([BINARY, "import", "--json", "--jobs", "1", "--db", str(database), str(self.mails)], timeout=120,
                              capture_output=True, env={**environment(), **variables})

    def one(self, kind, how, at):
        """What went wrong with it, as a text; empty: nothing did."""
        database = self.folder / f"{kind}-{how}-{at}" / "a.db"
        done = self.ingest(database, kind, at, how)
        told = None
        if done.returncode == 0:
            told = json.loads(done.stdout)["stored"]
            if told != 3:
                return f"{kind} {at}: it says that all is well with {told} stored"
        # Whatever it said, it goes on from there.
        again = run("import", "--json", "--db", database, self.mails)
        if again.returncode != 0:
            return f"{kind} {at} (then {done.returncode}): {again.returncode} {again.stderr.decode()}"
        if told == 3 and json.loads(again.stdout)["stored"] != 0:
            return f"{kind} {at}: what was acknowledged was lost"
        sums = json.loads(run("summary", "--range", "all", "--format", "json", "--db", database, check=[0]).stdout)["data"]
        if (sums["reports"], sums["messages"]) != (3, 6):
            return f"{kind} {at}: {sums['reports']} reports, {sums['messages']} messages"
        verified = run("db", "verify", "--db", database)
        return "" if verified.returncode == 0 else f"{kind} {at}: {verified.stdout.decode()}"

    def test_whichever_call_fails_nothing_is_lost_or_doubled(self):
        self.assertEqual(import_json(self.folder / "well.db", self.mails)["stored"], 3)
        for kind, how in KINDS:
            with self.subTest(kind=kind, errno=how):
                count = self.folder / "count"
                self.assertEqual(self.ingest(self.folder / f"count-{kind}-{how}" / "a.db", kind, 0, how, count).returncode, 0)
                calls = int(count.read_text())
                self.assertGreater(calls, 5)
                step = 1 if TRIES == 0 else max(1, calls // TRIES)
                chosen = range(1, calls + 1, step)
                with ThreadPoolExecutor(os.cpu_count()) as pool:
                    wrong = [text for text in pool.map(lambda at: self.one(kind, how, at), chosen) if text]
                print(f"{kind} ({errno.errorcode[how]}): {len(chosen)} of {calls} calls failed in turn", flush=True)
                self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
