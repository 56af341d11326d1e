"""Every write, fsync, open and malloc of an ingest of three mails fails in turn: nothing is lost, nothing doubled.

RUADAR_TEST_FAULTS: how many of each kind are tried, evenly spread; 0 for all of them (about half an hour: malloc is called
some 40,000 times, many of them before the program knows what it is to do).
"""
import errno
import json
import os
import shutil
import sqlite3
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor

from program import BINARY, ProgramTest, environment, import_json, run
from report_mails import report_mail
from stored_records import records

LIBRARY = os.environ.get("RUADAR_FAULTS_LIBRARY", "")
TRIES = int(os.environ.get("RUADAR_TEST_FAULTS", "40"))
KINDS = (("write", errno.EIO), ("write", errno.ENOSPC), ("fsync", errno.EIO), ("open", errno.EIO), ("open", errno.EMFILE),
         ("malloc", errno.ENOMEM))


def contradictions(path):
    """What is wrong with a database that should hold three reports with six messages, seen without our program."""
    with sqlite3.connect(path) as database:
        def all_of(question):
            return database.execute(question).fetchall()

        wrong = [row for row in all_of("PRAGMA integrity_check") if row != ("ok",)] + all_of("PRAGMA foreign_key_check")
        if sum(record[3] for record in records(database)) != 6:
            wrong.append("the messages of records")
        for table in ("report", "daily", "daily_source"):
            if all_of(f"SELECT sum(messages) FROM {table}") != [(6,)]:
                wrong.append(f"the messages of {table}")
        for table in ("report", "mail", "attachment"):
            if all_of(f"SELECT count(*) FROM {table}") != [(3,)]:
                wrong.append(f"the rows of {table}")
    return wrong


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
        folder = self.folder / f"{kind}-{how}-{at}"
        database = folder / "a.db"
        done = self.ingest(database, kind, at, how)
        told = None
        if done.returncode == 0:
            told = json.loads(done.stdout)["stored"]
            if told != 3:
                return f"{kind} {at}: it says that all is well with {told} stored"
        elif not database.exists():
            return ""  # as if it had not been called
        if told is None:
            # Whatever it said, it goes on from there.
            again = run("import", "--json", "--db", database, self.mails)
            if again.returncode != 0:
                return f"{kind} {at} (then {done.returncode}): {again.returncode} {again.stderr.decode()}"
        wrong = contradictions(database)
        shutil.rmtree(folder)
        return f"{kind} {at}: {wrong}" if wrong else ""

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
