"""Attacks and odd inputs that lie beside the repository, through the whole program with its sandbox: each must end as its
manifest says, in little time and memory, and leave no trace where it must not."""
import json
import os
import re
import subprocess
import unittest
import urllib.parse
from pathlib import Path

from program import BINARY, OUTCOMES, SHARED, ProgramTest, Server, environment, import_json

HOSTILE = SHARED / "hostile"
SECONDS, MEBIBYTES = 2, 256  # of processor time and memory of the program itself, each case


def control_bytes(output):
    """What a terminal would act on."""
    return re.findall(rb"[\x00-\x09\x0b-\x1f\x7f]", output) + re.findall(rb"\xc2[\x80-\x9f]", output)


def seconds_of(process):
    """Processor time of a process, without its children."""
    fields = Path("/proc/%d/stat" % process).read_text().rsplit(") ", 1)[1].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def peak_mebibytes(process):
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/%d/status" % process).read_text()).group(1)) / 1024


# What the invariants of the manifest say of the stored report or of the program's words, where they can be asked.
REPORTS = {
    "a12_zip64_valid.zip": lambda report: report["records"] == 1,
    "b19_xml_utf16le_bom.xml": lambda report: report["reporter"] == "h\u00e9llo",
    "b24_xml_windows1252.xml": lambda report: report["reporter"] == "Caf\u00e9 \u20ac",
    "b28_xml_split_text.xml": lambda report: report["reporter"] == "google.com",
    "b22_xml_bad_utf8.xml": lambda report: "\ufffd" in json.dumps(report, ensure_ascii=False),
    "b23_xml_overlong.xml": lambda report: "<script" not in json.dumps(report),
    "c04_count_zero.xml": lambda report: report["messages"] == 0,
    "c16_date_milliseconds.xml": lambda report: report["begin"].startswith("202"),
    "c24_domain_case_dot.xml": lambda report: report["domain"] == "example.com",
    "c26_missing_record.xml": lambda report: report["records"] == 0,
}


@unittest.skipUnless(HOSTILE.is_dir(), "no attacks beside the repository")
class Attacks(ProgramTest):
    """Each input alone, so that none is a duplicate of another; by import, and by upload."""

    @classmethod
    def setUpClass(cls):
        cls.manifest = json.loads((HOSTILE / "manifest.json").read_text(encoding="utf-8"))
        cls.cases = [case for case in cls.manifest["cases"] if (HOSTILE / case["file"]).exists()]

    def setUp(self):
        super().setUp()
        self.config = self.folder / "ruadar.toml"
        wanted = self.manifest["config"]
        self.config.write_text("[ingest]\ndomains = %s\ntrusted_authserv_id = %s\ntrust_authentication_results = true\n" % (
            json.dumps(wanted["domains"]), json.dumps(wanted["trusted_authserv_id"])))

    def judge(self, case, outcomes):
        """None, or why these (outcome, code) are not what the manifest asks."""
        expected, codes = case["expected"], {case["reason"], *case["reason_alt"]} - {None}
        # A mail that holds no report is ignored under any of its kinds.
        kinds = {"not_a_report", "bounce", "failure_report", "tls_report"}
        right = any((outcome == expected and (not codes or code in codes)) or (expected == outcome == "ignored" and code in kinds)
                    or (outcome == "ignored" and code in codes) for outcome, code in outcomes)
        stored = sum(outcome == "stored" for outcome, _ in outcomes)
        right = right and stored == (1 if expected == "stored" else case.get("reports", 0))
        return None if right else "%s: %s, expected %s %s" % (case["file"], sorted(outcomes, key=str), expected, sorted(codes))

    def run_measured(self, *arguments):
        """(output, complaint about time and memory); the memory is that of the largest of its processes."""
        with open(self.folder / "out", "w+b") as out:
            process = subprocess.Popen([BINARY, *map(str, arguments)], stdout=out, stderr=subprocess.STDOUT, env=environment())
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            time = seconds_of(process.pid)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            output = out.read()
        self.assertIn(process.returncode, (0, 3), output)
        memory = used.ru_maxrss / 1024
        return output, "%.1f s, %d MiB" % (time, memory) if time > SECONDS or memory > MEBIBYTES else None

    def test_import(self):
        wrong = []
        before = {path for folder in ("/tmp", "/etc", ".") for path in Path(folder).iterdir()}
        for case in self.cases:
            file, database = HOSTILE / case["file"], self.folder / (case["file"] + ".db")
            output, cost = self.run_measured("import", "-c", self.config, "--json", "--verbose", "--db", database, file)
            *attachments, told = [json.loads(line) for line in output.splitlines() if line.startswith(b"{")]
            wrong.append(self.judge(case, [(each["outcome"], each["code"]) for each in attachments]))
            if cost:
                wrong.append("%s: %s" % (case["file"], cost))
            self.assertEqual(sum(told[outcome] for outcome in OUTCOMES), told["attachments"], case["file"])
            # Another time for people: no byte may move their terminal, no value flood it; nothing is added.
            text, _ = self.run_measured("import", "-c", self.config, "--verbose", "--db", database, file)
            if control_bytes(text) or max(map(len, text.splitlines())) > 4096:
                wrong.append("%s: %r" % (case["file"], text[:200]))
            if import_json(database, file, "-c", self.config)["stored"]:
                wrong.append("%s: it is stored again" % case["file"])
        self.assertEqual([each for each in wrong if each], [])
        after = {path for folder in ("/tmp", "/etc", ".") for path in Path(folder).iterdir()}
        self.assertEqual([path for path in after - before if "passwd" in path.name or "evil" in path.name], [])

    def test_what_is_stored_is_what_the_manifest_says(self):
        for name, holds in REPORTS.items():
            database = self.folder / (name + ".db")
            import_json(database, HOSTILE / name, "-c", self.config)
            with Server(database) as server:
                reports = server.lines("reports?range=all&format=ndjson")
            self.assertEqual(len(reports), 1, name)
            self.assertTrue(holds(reports[0]), (name, reports[0]))

    def test_keys_that_read_alike_are_two_reports(self):
        pair = [HOSTILE / case["file"] for case in self.cases if case.get("group") == "concat"]
        self.assertEqual(import_json(self.database, *pair, "-c", self.config)["stored"], len(pair))

    def test_a_report_about_a_foreign_domain_makes_no_domain(self):
        import_json(self.database, HOSTILE / "e08_forged_foreign_domain.eml", "-c", self.config)
        with Server(self.database) as server:
            self.assertEqual(server.get("domains?range=all")["data"], [])

    def test_upload(self):
        wrong = []
        for case in self.cases:
            if case["via"] == "mbox":
                continue  # mailboxes are imported, not uploaded
            with Server(self.folder / (case["file"] + ".db"),
                        command=("serve", "-c", self.config, "--db", str(self.folder / (case["file"] + ".db")))) as server:
                process = server.process.pid
                before = seconds_of(process)
                status, _, answer = server.ask("/api/v1/reports?name=" + urllib.parse.quote(case["file"]),
                                               body=(HOSTILE / case["file"]).read_bytes(),
                                               headers={"Content-Type": "application/octet-stream"})
                used, peak = seconds_of(process) - before, peak_mebibytes(process)
                self.assertIn(status, (200, 201, 422), case["file"])
                answer.decode("utf-8")
                results = json.loads(answer).get("results", [])
                outcomes = [(each["outcome"], each["code"]) for each in results]
                # A single file of which nothing was stored is a problem with its code.
                if status == 422 and not results:
                    outcomes = [(case["expected"], json.loads(answer)["code"])]
                wrong.append(self.judge(case, outcomes))
                if used > SECONDS or peak > MEBIBYTES:
                    wrong.append("%s: %.1f s, %d MiB" % (case["file"], used, peak))
                self.assertEqual(server.ask("/healthz")[0], 200)
        self.assertEqual([each for each in wrong if each], [])


if __name__ == "__main__":
    unittest.main()
