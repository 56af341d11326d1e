"""Real reports of other projects, where they lie beside the repository: every file accounted for, every stored report
equal to what the second reader reads."""
import json
import shutil
import tempfile
import unittest
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

from independent_reader import CLASSES, reports_of_path
from program import OUTCOMES, SHARED, Server, import_json, import_verbose

CORPUS = SHARED / "corpus"


def seconds(time):
    return int(datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp())


@unittest.skipUnless(CORPUS.is_dir(), "no corpus beside the repository")
class Corpus(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="ruadar-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.database = cls.folder / "ruadar.db"
        cls.attachments, cls.told = import_verbose(cls.database, CORPUS)
        with Server(cls.database) as server:
            cls.summary = server.get("summary?range=all")["data"]
            cls.reports = server.lines("reports?range=all&format=ndjson")
            cls.ledger = server.get("ingest/messages?limit=1")
        cls.again = import_json(cls.database, CORPUS)
        with Server(cls.database) as server:
            cls.summary_again = server.get("summary?range=all")["data"]

    def test_every_file_is_accounted_for(self):
        files = [file for file in CORPUS.rglob("*") if file.is_file()]
        self.assertGreaterEqual(self.told["mails"], len(files))
        self.assertEqual(self.ledger["meta"]["total"], self.told["mails"])
        self.assertEqual(sum(self.told[outcome] for outcome in OUTCOMES), self.told["attachments"])
        self.assertEqual(len(self.attachments), self.told["attachments"])
        named = {attachment["origin"] for attachment in self.attachments}
        unnamed = [str(file) for file in files if not any(origin.startswith(str(file)) for origin in named)]
        self.assertEqual(unnamed, [])

    def test_every_refusal_has_a_code(self):
        for attachment in self.attachments:
            self.assertIn(attachment["outcome"], OUTCOMES)
            self.assertEqual(attachment["outcome"] == "stored", attachment["code"] is None, attachment)

    def test_stored_reports_equal_those_of_the_second_reader(self):
        read = defaultdict(list)
        for path, report in reports_of_path(CORPUS):
            read[report.key].append((report.totals, path))
        unknown, different = [], []
        for row in self.reports:
            key = row["domain"], row["report_id"], seconds(row["begin"]), seconds(row["end"])
            told = (row["records"], row["messages"], *(row[name] for name in CLASSES))
            if key not in read:
                unknown.append((row["name"] if "name" in row else row["reporter"], key))
            elif told not in [totals for totals, _ in read[key]]:
                different.append((key, told, read[key]))
        self.assertEqual(different, [])
        self.assertEqual(unknown, [])
        self.assertEqual(len(self.reports), self.told["stored"])

    def test_totals_are_the_sums_of_the_stored_reports(self):
        for name in ("records", "messages", *CLASSES):
            self.assertEqual(self.summary[name], sum(row[name] for row in self.reports), name)
        self.assertEqual(self.summary["messages"], self.told["messages"])
        self.assertEqual(self.summary["records"], self.told["records"])

    def test_what_the_second_reader_reads_is_stored_or_explained(self):
        stored = Counter((row["domain"], row["report_id"], seconds(row["begin"]), seconds(row["end"])) for row in self.reports)
        outcome_of = defaultdict(set)
        for attachment in self.attachments:
            outcome_of[attachment["origin"]].add((attachment["outcome"], attachment["code"]))
        lost = []
        for path, report in reports_of_path(CORPUS):
            if stored[report.key]:
                continue
            codes = {code for origin, outcomes in outcome_of.items() if origin.startswith(str(path)) for _, code in outcomes}
            # What would need a guess about numbers or identity waits for a person.
            if not codes & {"date_range", "ambiguous_field", "conflict", "missing_field", "field_too_long", "bad_domain",
                            "xml_illegal_char"}:
                lost.append((str(path), report.key, codes))
        self.assertEqual(lost, [])

    def test_importing_again_changes_nothing(self):
        self.assertEqual(self.again["stored"], 0)
        self.assertEqual(self.again["mails"], self.told["mails"])
        self.assertEqual(self.summary_again, self.summary)


if __name__ == "__main__":
    unittest.main()
