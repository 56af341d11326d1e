"""The sample mailbox in, the numbers of its truth out: by import, by every answer of the API, in every format."""
import csv
import io
import json
import shutil
import tempfile
import unittest
from pathlib import Path

from independent_reader import CLASSES, reports_of_path
from program import OUTCOMES, SAMPLE, Server, import_json, truth


class Sample(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="ruadar-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.database = cls.folder / "ruadar.db"
        cls.truth = truth()
        cls.imported = import_json(cls.database, SAMPLE)
        cls.imported_again = import_json(cls.database, SAMPLE)
        cls.server = cls.enterClassContext(Server(cls.database)) if hasattr(cls, "enterClassContext") else cls.start()

    @classmethod
    def start(cls):  # Python before 3.11
        server = Server(cls.database).__enter__()
        cls.addClassCleanup(server.__exit__, None, None, None)
        return server

    def test_import_tells_the_truth(self):
        self.assertGreaterEqual(self.imported.pop("seconds"), 0)
        self.assertEqual(self.imported, self.truth["import"])

    def test_importing_again_stores_nothing(self):
        again = self.imported_again
        self.assertEqual((again["stored"], again["records"], again["messages"]), (0, 0, 0))
        self.assertEqual(again["mails"], self.truth["import"]["mails"])
        self.assertEqual(sum(again[outcome] for outcome in OUTCOMES), again["attachments"])

    def test_the_second_reader_agrees(self):
        stored = {}
        for _, report in reports_of_path(SAMPLE):
            stored.setdefault((report.org_name, report.key), report)
        read = {"messages": 0, "records": 0, "reports": len(stored), **dict.fromkeys(CLASSES, 0)}
        for report in stored.values():
            read["messages"] += report.messages
            read["records"] += report.records
            for name in CLASSES:
                read[name] += report.classes[name]
        self.assertEqual(read, {name: self.truth["summary"][name] for name in read})

    def test_summary(self):
        answer = self.server.get("summary?range=all")
        self.assertEqual(answer["data"], self.truth["summary"])
        days = sorted(self.truth["by"]["day"])
        meta = answer["meta"]
        self.assertEqual((meta["from"], meta["to"], meta["as_of"]), (days[0], days[-1], self.truth["end"]))
        self.assertLessEqual(meta["complete_through"], meta["as_of"])
        self.assertGreater(meta["generation"], 0)

    def test_every_breakdown(self):
        for by in ("ip", "domain", "reporter", "policy", "header_from", "disposition", "combination"):
            with self.subTest(by=by):
                rows = self.server.get("breakdown?range=all&limit=1000&by=" + by)
                counted = {row["key"]: {name: row[name] for name in ("messages",) + CLASSES} for row in rows["data"]}
                self.assertEqual(counted, self.truth["by"][by])
                self.assertEqual(rows["meta"]["total"], len(counted))
                self.assertEqual(rows["meta"]["total_messages"], self.truth["summary"]["messages"])

    def test_every_day(self):
        points = self.server.get("timeseries?range=all&interval=day")["data"]
        counted = {point["day"]: {name: point[name] for name in ("messages",) + CLASSES} for point in points}
        self.assertEqual(counted, self.truth["by"]["day"])
        self.assertEqual([point["day"] for point in points], sorted(counted))

    def test_longer_intervals_add_up_to_the_days(self):
        for interval in ("week", "month"):
            points = self.server.get("timeseries?range=all&interval=" + interval)["data"]
            for name in ("messages",) + CLASSES:
                self.assertEqual(sum(point[name] for point in points), self.truth["summary"][name], (interval, name))

    def test_filters_narrow_to_the_truth_of_one_value(self):
        for field, key in (("domain", "example.org"), ("reporter", "google.com"), ("policy", "reject"),
                           ("header_from", "news.example.com"), ("disposition", "quarantine"), ("ip", "192.0.2.40")):
            with self.subTest(field=field):
                told = self.server.get("summary?range=all&%s=%s" % (field, key))["data"]
                self.assertEqual({name: told[name] for name in ("messages",) + CLASSES}, self.truth["by"][field][key])
                rest = self.server.get("summary?range=all&%s=!%s" % (field, key))["data"]
                self.assertEqual(told["messages"] + rest["messages"], self.truth["summary"]["messages"])

    def test_a_window_counts_its_days(self):
        days = [day for day in sorted(self.truth["by"]["day"]) if "2026-10-01" <= day <= "2026-10-31"]
        told = self.server.get("summary?from=2026-10-01&to=2026-10-31")["data"]
        for name in ("messages",) + CLASSES:
            self.assertEqual(told[name], sum(self.truth["by"]["day"][day][name] for day in days), name)

    def test_lists_hold_what_the_summary_counts(self):
        for path, total in (("domains", "domains"), ("reporters", "reporters"), ("sources", "sources"), ("reports", "reports"),
                            ("records", "records")):
            with self.subTest(path=path):
                answer = self.server.get(path + "?range=all&limit=5")
                self.assertEqual(answer["meta"]["total"], self.truth["summary"][total])
                self.assertEqual(answer["page"]["limit"], 5)
                self.assertIsNotNone(answer["page"]["next_cursor"])
        for path in ("domains", "reporters", "sources", "reports", "policies"):
            with self.subTest(path=path):
                rows = self.server.get(path + "?range=all&limit=1000")["data"]
                for name in ("messages",) + CLASSES:
                    self.assertEqual(sum(row[name] for row in rows), self.truth["summary"][name], name)

    def test_walking_the_cursor_meets_every_row_once(self):
        for path, total in (("reports", "reports"), ("records", "records")):
            seen, cursor = [], None
            while cursor is not None or not seen:
                page = self.server.get("%s?range=all&limit=500%s" % (path, "&cursor=" + cursor if cursor else ""))
                seen += [(row["report"], row["record"]) if path == "records" else row["id"] for row in page["data"]]
                cursor = page["page"]["next_cursor"]
            self.assertEqual(len(seen), self.truth["summary"][total])
            self.assertEqual(len(set(seen)), len(seen))

    def test_records_are_whole_in_every_format(self):
        expected = {"messages": self.truth["summary"]["messages"], "rows": self.truth["summary"]["records"]}
        rows = self.server.lines("records?range=all&format=ndjson")
        self.assertEqual({"messages": sum(row["messages"] for row in rows), "rows": len(rows)}, expected)
        wanted = {"day", "report_id", "reporter", "domain", "header_from", "envelope_from", "envelope_to", "ip", "messages",
                  "disposition", "dkim", "spf", "class", "override", "dkim_results", "spf_results", "policy", "begin", "end"}
        self.assertLessEqual(wanted, set(rows[0]))
        status, headers, body = self.server.ask("/api/v1/records?range=all&format=csv")
        self.assertEqual((status, headers.get_content_type()), (200, "text/csv"))
        table = list(csv.DictReader(io.StringIO(body.decode())))
        self.assertEqual({"messages": sum(int(row["messages"]) for row in table), "rows": len(table)}, expected)
        self.assertLessEqual(wanted, set(table[0]))

    def test_a_report_is_told_in_full(self):
        rows = self.server.get("reports?range=all&limit=1000")["data"]
        wanted = {"id", "reporter", "email", "report_id", "domain", "begin", "end", "day", "records", "messages", *CLASSES,
                  "policy", "dialect", "notes", "sightings"}
        self.assertLessEqual(wanted, set(rows[0]))
        self.assertEqual({row["reporter"] for row in rows if row["dialect"] == "rfc9990"}, {"GMX", "Nordlys Mailbox"})
        # The mailbox was read twice, but from the same place: only its copies are further arrivals.
        self.assertEqual(sum(row["sightings"] > 1 for row in rows), self.truth["import"]["duplicate"])
        for row in rows[::50]:
            detail = self.server.get("reports/%d" % row["id"])["data"]
            self.assertEqual(detail["report_id"], row["report_id"])
            self.assertEqual(sum(record["messages"] for record in detail["rows"]), row["messages"])
            status, _, xml = self.server.ask("/api/v1/reports/%d/xml" % row["id"])
            self.assertEqual(status, 200)
            self.assertIn(b"<feedback", xml)

    def test_a_source_is_told_in_full(self):
        detail = self.server.get("sources/192.0.2.40?range=all")["data"]
        self.assertEqual(detail["messages"], self.truth["by"]["ip"]["192.0.2.40"]["messages"])
        self.assertEqual({row["key"] for row in detail["domains"]}, {"example.com"})

    def test_the_policies_of_the_domains(self):
        answer = self.server.get("policies?range=all&limit=1000")
        published = {row["p"]: row["domains"] for row in answer["published"]}
        self.assertEqual(published, {"none": 1, "quarantine": 2, "reject": 3})
        steps = [(change["from"]["p"], change["to"]["p"]) for change in answer["changes"]
                 if change["domain"] == "example.com" and change["reporter"] == "google.com"]
        self.assertEqual(sorted(set(steps)), [("none", "quarantine"), ("quarantine", "quarantine"), ("quarantine", "reject")])

    def test_the_ledger_adds_up(self):
        answer = self.server.get("ingest/messages?limit=1")
        first = self.truth["import"]
        self.assertEqual(answer["meta"]["total"], first["mails"])
        self.assertEqual(answer["counts"], {outcome: first[outcome] for outcome in OUTCOMES})
        rows = self.server.lines("ingest/messages?format=ndjson")
        self.assertEqual(sum(len(row["outcomes"]) for row in rows), first["attachments"])
        codes = sorted(outcome["code"] for row in rows for outcome in row["outcomes"] if outcome["outcome"] == "ignored")
        self.assertEqual(codes, ["bounce", "failure_report", "not_a_report", "not_a_report"] + 3 * ["tls_report"])

    def test_what_failed_can_be_looked_at(self):
        failures = {row["code"]: row for row in self.server.get("ingest/failures")["data"]}
        self.assertEqual(set(failures), {"xml_truncated", "conflict"})
        cut = failures["xml_truncated"]
        self.assertEqual((cut["state"], cut["stage"]), ("open", "xml"))
        self.assertGreater(cut["position"]["byte"], 500)
        self.assertIsNotNone(failures["conflict"]["rival"])

    def test_the_same_question_again_is_304(self):
        status, headers, _ = self.server.ask("/api/v1/summary?range=all")
        self.assertEqual(status, 200)
        status, _, body = self.server.ask("/api/v1/summary?range=all", headers={"If-None-Match": headers["ETag"]})
        self.assertEqual((status, body), (304, b""))

    def test_a_wrong_question_names_the_mistake(self):
        status, headers, body = self.server.ask("/api/v1/summary?form=2026-01-01")
        self.assertEqual((status, headers.get_content_type()), (400, "application/problem+json"))
        self.assertIn("form", json.loads(body)["errors"][0]["parameter"])
        self.assertEqual(self.server.ask("/api/v1/nothing")[0], 404)
        self.assertEqual(self.server.ask("/api/v1/reports/999999")[0], 404)

    def test_health(self):
        self.assertEqual(self.server.ask("/healthz")[0], 200)
        status, _, body = self.server.ask("/readyz")
        self.assertEqual(status, 200)
        json.loads(body)

    def test_the_pages_are_served_with_a_strict_policy(self):
        for path in ("/", "/domains/example.com", "/sources", "/reports", "/ingest"):
            status, headers, body = self.server.ask(path)
            self.assertEqual((status, headers.get_content_type()), (200, "text/html"), path)
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
            self.assertNotIn("unsafe-inline", headers["Content-Security-Policy"])


if __name__ == "__main__":
    unittest.main()
