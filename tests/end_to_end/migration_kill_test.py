"""Killed at every write and fsync of a migration: the database opens, is whole, and is migrated the next time, behind a
backup that was proved.

RUADAR_TEST_FAULTS: how many of each kind are tried, evenly spread; 0 for all of them.
"""
import os
import shutil
import signal
import sqlite3
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor

from program import BINARY, REPOSITORY, ProgramTest, environment, run
from report_mails import report_mail
from stored_records import records

LIBRARY = os.environ.get("RUADAR_FAULTS_LIBRARY", "")
TRIES = int(os.environ.get("RUADAR_TEST_FAULTS", "40"))
MIGRATIONS = sorted((REPOSITORY / "schema/migrations").glob("*.sql"))
REPORTS = 30


def names(database, schema):
    return [name for name, in database.execute(f"SELECT name FROM {schema}.sqlite_schema WHERE type = 'table'"
                                               " AND name NOT LIKE 'sqlite_%'")]


def columns(database, schema, table):
    return [row[1] for row in database.execute(f'PRAGMA {schema}.table_info("{table}")')]


def counts(path):
    """What must stay, whatever is added: rows of the tables of the first version, and what records say."""
    with sqlite3.connect(path) as database:
        found = tuple(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                      for table in ("mail", "attachment", "report", "original"))
        if database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'record'").fetchone():
            return *found, database.execute("SELECT * FROM record ORDER BY report_id, n").fetchall()
        return *found, list(records(database))


def version(path):
    with sqlite3.connect(path) as database:
        return database.execute("PRAGMA user_version").fetchone()[0]


@unittest.skipUnless(LIBRARY and os.path.exists(LIBRARY), "the library that makes calls fail is not built")
class MigrationKillTest(ProgramTest):
    def setUp(self):
        super().setUp()
        mails = self.folder / "mails"
        mails.mkdir()
        for number in range(1, REPORTS + 1):
            (mails / f"{number}.eml").write_bytes(report_mail(f"r{number}", number))
        run("import", "--db", self.database, mails, check=[0])
        self.old = self.first_version()
        self.counts = counts(self.old)
        self.assertEqual(self.counts[2], REPORTS)

    def first_version(self):
        """The database as the first migration left it, with all that it has a place for."""
        path = self.folder / "old.db"
        with sqlite3.connect(path) as old:
            old.executescript(MIGRATIONS[0].read_text(encoding="utf-8"))
            old.execute("PRAGMA application_id = 0x52646172")
            old.execute("PRAGMA user_version = 1")
            old.execute("ATTACH ? AS today", (str(self.database),))
            for table in set(names(old, "main")) & set(names(old, "today")):
                shared = ", ".join(name for name in columns(old, "main", table) if name in columns(old, "today", table))
                old.execute(f'INSERT OR REPLACE INTO main."{table}" ({shared}) SELECT {shared} FROM today."{table}"')
            with sqlite3.connect(self.database) as today:
                old.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", records(today))
        return path

    def migrate(self, database, kind, at, count=None):
        database.parent.mkdir()
        shutil.copy(self.old, database)
        variables = {"LD_PRELOAD": LIBRARY, "RUADAR_FAULT_KIND": kind, "RUADAR_FAULT_AT": str(at), "RUADAR_FAULT_ERRNO": "0",
                     **({"RUADAR_FAULT_COUNT": str(count)} if count else {})}
        return subprocess.run([BINARY, "db", "migrate", "--db", str(database)], timeout=300, capture_output=True,
                              env={**environment(), **variables})

    def one(self, kind, at):
        """What went wrong with it, as a text; empty: nothing did."""
        where = f"killed at {kind} {at}: "
        database = self.folder / f"{kind}-{at}" / "a.db"
        backup = database.with_name("a.db.v1-backup")
        code = self.migrate(database, kind, at).returncode
        if code != -signal.SIGKILL:
            return f"{where}it ended with {code}"
        if backup.exists() and (version(backup), counts(backup)) != (1, self.counts):
            return f"{where}a backup that is none: {version(backup)}, {counts(backup)}"
        # Looked at beside it: whoever opens a database tidies it.
        shutil.copytree(database.parent, database.parent / "seen")
        seen = database.parent / "seen" / "a.db"
        with sqlite3.connect(seen) as found:
            if found.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                return where + "it is damaged"
        if counts(seen) != self.counts:
            return f"{where}it holds {counts(seen)}"
        if version(seen) > 1 and not backup.exists():
            return where + "it was migrated without a backup"
        again = run("db", "migrate", "--db", database)
        if again.returncode != 0:
            return where + again.stderr.decode()
        if (version(database), counts(database)) != (len(MIGRATIONS), self.counts):
            return f"{where}then it is of version {version(database)} with {counts(database)}"
        for file in (database, backup):
            verified = run("db", "verify", file)
            if verified.returncode != 0:
                return f"{where}{file.name}: {verified.stdout.decode()}"
        left = [file.name for file in database.parent.glob("*.tmp")]
        return f"{where}left over: {left}" if left else ""

    def test_whenever_a_migration_is_killed_nothing_is_lost(self):
        for kind in ("write", "fsync"):
            with self.subTest(kind=kind):
                count = self.folder / "count"
                done = self.migrate(self.folder / f"count-{kind}" / "a.db", kind, 0, count)
                self.assertEqual(done.returncode, 0, done.stderr)
                calls = int(count.read_text())
                self.assertGreater(calls, 5)
                chosen = range(1, calls + 1, 1 if TRIES == 0 else max(1, calls // TRIES))
                with ThreadPoolExecutor(os.cpu_count()) as pool:
                    wrong = [text for text in pool.map(lambda at: self.one(kind, at), chosen) if text]
                print(f"killed at {len(chosen)} of {calls} calls of {kind}", flush=True)
                self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
