"""Keeping the database: what 'ruadar db' says and does, and what a server does by itself."""
import json
import os
import sqlite3
import time
import unittest

from imap_server import ImapServer
from installation import Installation
from program import SAMPLE, ProgramTest, Server, import_json, run
from report_mails import report_mail


def answer(*arguments, check):
    return json.loads(run(*arguments, "--json", check=check).stdout)


class DatabaseTest(ProgramTest):
    def mails(self, *numbers):
        folder = self.folder / f"mails-{'-'.join(map(str, numbers))}"
        folder.mkdir(exist_ok=True)
        for number in numbers:
            (folder / f"{number}.eml").write_bytes(report_mail(f"r{number}", number))
        return folder

    def test_a_backup_is_made_beside_a_server_and_holds_everything(self):
        import_json(self.database, SAMPLE)
        copy = self.folder / "copy.db"
        with Server(self.database) as server:
            made = answer("db", "backup", copy, "--db", self.database, check=[0])
            self.assertEqual(made["reports"], server.get("status")["data"]["reports"])
        self.assertTrue(answer("db", "verify", copy, "--db", self.database, check=[0])["ok"])
        with Server(copy) as server:
            self.assertEqual(server.get("summary?range=all")["data"]["messages"], made["messages"])

    def test_what_a_restored_backup_lacks_is_found_again(self):
        import_json(self.database, self.mails(1, 2))
        copy = self.folder / "copy.db"
        run("db", "backup", copy, "--db", self.database, check=[0])
        import_json(self.database, self.mails(3, 4))
        lacks = answer("db", "restore-check", copy, "--db", self.database, check=[0])["lacks"]
        self.assertEqual(lacks, {"mails": 2, "reports": 2, "messages": 7})
        for file in self.folder.glob("ruadar.db*"):
            file.unlink()
        copy.rename(self.database)
        totals = import_json(self.database, self.mails(1, 2), self.mails(3, 4))
        self.assertEqual((totals["stored"], totals["duplicate"]), (2, 2))
        self.assertEqual(self.summary()["messages"], 10)

    def test_mails_that_were_moved_after_the_backup_are_found_where_they_lie(self):
        server = ImapServer({number: report_mail(f"r{number}", number) for number in (1, 2, 3)})
        self.addCleanup(server.stop)
        ruadar = Installation(self.folder, f'[[mailbox]]\nname = "m"\nhost = "127.0.0.1"\nport = {server.port}\ntls = "none"\n'
                              'user = "u"\npassword = "p"\nafter = "move"\ndone_folder = "Done"\nfailed_folder = "Failed"\n')
        self.assertEqual(ruadar.fetch("--limit", "1")[0]["stored"], 1)
        copy = self.folder / "copy.db"
        self.assertEqual(ruadar.run("db", "backup", str(copy)).returncode, 0)
        self.assertEqual(ruadar.fetch()[0]["stored"], 2)
        for file in self.folder.glob("ruadar.db*"):
            file.unlink()
        copy.rename(self.database)
        self.assertEqual(ruadar.fetch()[0]["stored"], 0)
        totals, code, error = ruadar.fetch("--reconcile")
        self.assertEqual((code, totals["stored"]), (0, 2), error)
        self.assertEqual(ruadar.summary()["messages"], 6)
        self.assertEqual(len(server.folders["Done"]), 3)

    def test_damage_is_found_told_and_left_as_it_is(self):
        import_json(self.database, SAMPLE)
        with open(self.database, "r+b") as file:
            file.seek(40 * 4096)
            file.write(os.urandom(30 * 4096))
        damaged = self.database.read_bytes()
        self.assertGreater(len(answer("db", "verify", "--db", self.database, check=[4])["problems"]), 0)
        self.assertFalse(answer("db", "restore-check", self.database, check=[4])["ok"])
        refused = run("db", "backup", self.folder / "copy.db", "--db", self.database)
        self.assertNotEqual(refused.returncode, 0)
        self.assertEqual(list(self.folder.glob("copy.db*")), [])
        self.assertEqual(self.database.read_bytes(), damaged)

    def test_sums_that_are_wrong_are_found(self):
        import_json(self.database, SAMPLE)
        with sqlite3.connect(self.database) as database:
            database.execute("UPDATE report SET messages = messages + 1, unknown = unknown + 1 WHERE id = 7")
        problems = answer("db", "verify", "--db", self.database, check=[4])["problems"]
        self.assertTrue(any("report 7:" in problem for problem in problems), problems)
        self.assertTrue(any("daily totals" in problem for problem in problems), problems)

    def test_prune_tells_beforehand_what_it_takes(self):
        import_json(self.database, SAMPLE)
        with sqlite3.connect(self.database) as database:
            day = database.execute("SELECT min(day) + 40 FROM report").fetchone()[0]
        age = f"{int(time.time()) // 86400 - day}d"
        expected = answer("db", "prune", "--older-than", age, "--dry-run", "--db", self.database, check=[0])
        self.assertGreater(expected["reports"], 0)
        before = self.summary()
        kept = answer("db", "prune", "--older-than", age, "--keep-rollups", "--db", self.database, check=[0])
        self.assertEqual({key: kept[key] for key in ("reports", "records", "originals", "original_bytes")},
                         {key: expected[key] for key in ("reports", "records", "originals", "original_bytes")})
        self.assertEqual(self.summary(), before)
        run("db", "verify", "--db", self.database, check=[0])
        answer("db", "prune", "--older-than", age, "--db", self.database, check=[0])
        after = self.summary()
        self.assertEqual(after["reports"], before["reports"] - expected["reports"])
        self.assertEqual(after["records"], before["records"] - expected["records"])
        run("db", "verify", "--db", self.database, check=[0])
        stats = answer("db", "stats", "--db", self.database, check=[0])
        self.assertEqual(stats["records"], after["records"])
        self.assertEqual(sum(table["bytes"] or 0 for table in stats["tables"]) > 0, True)
        run("db", "vacuum", "--db", self.database, check=[0])
        # What comes back is known.
        again = import_json(self.database, SAMPLE)
        self.assertEqual(again["stored"], 0)
        self.assertEqual(self.summary(), after)

    def age(self, seconds):
        """As if all of it had been stored so long ago."""
        with sqlite3.connect(self.database) as database:
            database.execute("UPDATE report SET stored_at = stored_at - ?, day = day - ?, begin_ = begin_ - ?, end_ = end_ - ?",
                             (seconds, seconds // 86400, seconds, seconds))
            for table in ("daily", "daily_source"):
                database.execute(f"UPDATE {table} SET day = day - {seconds // 86400}")
            database.execute("DELETE FROM weekly_source")

    def retention(self, server, condition):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            told = server.get("retention")["data"]
            if condition(told):
                return told
            time.sleep(0.1)
        self.fail(f"retention: {told}")

    def test_a_server_gives_up_what_is_old_unless_the_clock_jumped(self):
        import_json(self.database, self.mails(1, 2))
        with Server(self.database) as server:
            self.assertEqual(self.retention(server, lambda r: r["state"] == "idle")["last"], None)
            self.assertEqual(server.get("summary?range=all")["data"]["reports"], 2)
        self.age(500 * 86400)
        import_json(self.database, self.mails(3))
        # The clock is ahead by more than a week, or behind: nothing is given up.
        for seen_at in (int(time.time()) - 8 * 86400, int(time.time()) + 3600):
            with sqlite3.connect(self.database) as database:
                database.execute("UPDATE clock SET seen_at = ?", (seen_at,))
            with Server(self.database) as server:
                self.assertIn("confirm-clock", self.retention(server, lambda r: r["state"] == "paused")["message"])
                self.assertEqual(server.get("summary?range=all")["data"]["reports"], 3)
            self.assertEqual(run("db", "prune", "--older-than", "400d", "--db", self.database).returncode, 75)
        run("db", "confirm-clock", "--db", self.database, check=[0])
        with Server(self.database) as server:
            last = self.retention(server, lambda r: r["state"] == "idle" and r["last"])["last"]
            self.assertEqual((last["kind"], last["reports"]), ("retention", 2))
            self.assertEqual(server.get("summary?range=all")["data"]["reports"], 1)
            self.assertEqual(server.get("status")["data"]["storage"]["state"], "ok")
        run("db", "verify", "--db", self.database, check=[0])

    def weeks(self):
        with sqlite3.connect(self.database) as database:
            return [week for week, in database.execute("SELECT DISTINCT week FROM weekly_source ORDER BY week")]

    def test_weeks_are_packed_at_the_end_of_an_import_and_else_by_a_server(self):
        import_json(self.database, SAMPLE)
        packed = self.weeks()
        self.assertGreater(len(packed), 10)
        run("db", "verify", "--db", self.database, check=[0])
        with sqlite3.connect(self.database) as database:
            database.execute("DELETE FROM weekly_source WHERE week > ?", (packed[2],))
            self.assertEqual(database.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'report'").fetchone()[0] > 0, True)
        with Server(self.database) as server:
            before = server.get("concentration?range=all")["data"]
            deadline = time.monotonic() + 60
            # The newest one waits until no report has come for a while.
            while self.weeks() != packed[:-1] and time.monotonic() < deadline:
                time.sleep(0.1)
            self.assertEqual(self.weeks(), packed[:-1])
            self.assertEqual(server.get("concentration?range=all")["data"], before)
        answer("db", "prune", "--older-than", "1d", "--keep-rollups", "--db", self.database, check=[0])
        self.assertEqual(self.weeks(), packed)
        run("db", "verify", "--db", self.database, check=[0])

    def test_an_old_archive_that_is_imported_now_stays(self):
        old = self.folder / "old.eml"
        old.write_bytes(report_mail("old", 5))
        import_json(self.database, old)
        with sqlite3.connect(self.database) as database:
            database.execute("UPDATE report SET day = day - 2000")
            for table in ("daily", "daily_source"):
                database.execute(f"UPDATE {table} SET day = day - 2000")
        with Server(self.database) as server:
            self.retention(server, lambda r: r["state"] == "idle")
            self.assertEqual(server.get("summary?range=all")["data"]["reports"], 1)

    def test_a_damaged_database_is_served_and_not_written(self):
        import_json(self.database, SAMPLE)
        with sqlite3.connect(self.database) as database:
            root = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'mail'").fetchone()[0]
        with open(self.database, "r+b") as file:
            file.seek((root - 1) * 4096)
            file.write(os.urandom(4096))
        with Server(self.database) as server:
            status, _, body = server.ask("/api/v1/reports", report_mail("new", 1), method="POST")
            self.assertEqual((status, json.loads(body)["code"]), (503, "database_damaged"))
            self.assertEqual(json.loads(server.ask("/readyz")[2])["storage"], "damaged")
            self.assertEqual(server.get("summary?range=all")["data"]["reports"], 547)
            self.assertIn("db verify", server.output())
        self.assertNotEqual(run("import", "--db", self.database, self.mails(1)).returncode, 0)

    def test_leftovers_of_a_backup_that_was_killed_are_taken_away_at_the_start(self):
        import_json(self.database, self.mails(1))
        left = self.folder / "ruadar.db.v1-backup.backup.tmp"
        left.write_bytes(b"half")
        with Server(self.database):
            self.assertFalse(left.exists())


if __name__ == "__main__":
    unittest.main()
