"""The server in the hands of an operator: reload, signals, service manager, journal, log."""
import json
import os
import re
import signal
import socket
import subprocess
import unittest
import urllib.error
import urllib.request

from installation import Installation
from program import BINARY, REPOSITORY, SAMPLE, ProgramTest, environment, run


class Operations(ProgramTest):
    def setUp(self):
        super().setUp()
        self.ruadar = Installation(self.folder)
        self.addCleanup(self.ruadar.stop, signal.SIGKILL)

    def log(self):
        return (self.folder / "serve.log").read_text()

    def events(self, name):
        return [line for line in self.log().splitlines() if " event=%s" % name in line]

    def status_for_host(self, host):
        request = urllib.request.Request("http://127.0.0.1:%d/api/v1/status" % self.ruadar.port, headers={"Host": host})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def hang_up(self, event):
        before = len(self.events(event))
        self.ruadar.serving.send_signal(signal.SIGHUP)
        self.assertTrue(self.ruadar.wait_until(lambda: len(self.events(event)) > before), self.log())

    def test_hup_takes_new_settings_and_keeps_the_old_ones_when_the_new_are_wrong(self):
        self.ruadar.start()
        self.assertEqual(self.status_for_host("dmarc.example.com"), 421)

        self.ruadar.configure('[server]\nhosts = ["dmarc.example.com"]\n')
        self.hang_up("reloaded")
        self.assertEqual(self.status_for_host("dmarc.example.com"), 200)

        self.ruadar.configure('[server]\nhosts = []\nlisten_on = "x"\n')
        self.hang_up("not_reloaded")
        self.assertIn("ruadar.toml:3:1", self.events("not_reloaded")[0])
        self.assertIn("did you mean 'listen'", self.events("not_reloaded")[0])
        self.assertEqual(self.status_for_host("dmarc.example.com"), 200)

        self.ruadar.configure('[server]\nhosts = []\nbase_path = "/moved"\n')
        self.hang_up("needs_restart")
        self.assertIn("settings=server.base_path", self.events("needs_restart")[0])
        self.assertTrue(self.ruadar.wait_until(lambda: self.status_for_host("dmarc.example.com") == 421))
        self.assertEqual(self.ruadar.stop(), 0)

    def test_requests_that_run_while_it_reloads_are_answered(self):
        run("import", "--db", self.database, SAMPLE, check=[3])
        self.ruadar.start()
        for _ in range(6):
            self.ruadar.serving.send_signal(signal.SIGHUP)
            with urllib.request.urlopen("http://127.0.0.1:%d/api/v1/records?format=ndjson&range=all" % self.ruadar.port, timeout=60) as answer:
                rows = [json.loads(line) for line in answer]
            self.assertGreater(len(rows), 1000)
        self.assertEqual(self.ruadar.stop(), 0)

    def test_usr1_looks_at_the_mailboxes_now(self):
        self.ruadar.start()
        self.ruadar.serving.send_signal(signal.SIGUSR1)
        self.assertTrue(self.ruadar.wait_until(lambda: self.events("fetch_now")))
        self.assertEqual(self.ruadar.stop(), 0)

    def test_the_service_manager_hears_how_it_is_doing(self):
        run("import", "--db", self.database, SAMPLE, check=[3])
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(self.folder / "notify"))
            manager.settimeout(60)
            heard = []

            def hear(wanted):
                while not any(wanted in message for message in heard):
                    heard.append(manager.recv(4096).decode())

            self.ruadar.start(variables={"NOTIFY_SOCKET": str(self.folder / "notify"), "WATCHDOG_USEC": "200000"})
            hear("READY=1")
            hear("WATCHDOG=1")
            hear("STATUS=")
            self.assertRegex(next(message for message in heard if "STATUS" in message), r"^STATUS=[1-9][0-9]* reports$")
            del heard[:]
            self.ruadar.serving.send_signal(signal.SIGHUP)
            hear("RELOADING=1")
            self.assertRegex(next(message for message in heard if "RELOADING" in message), r"MONOTONIC_USEC=[0-9]+")
            hear("READY=1")
            self.ruadar.serving.send_signal(signal.SIGTERM)
            hear("STOPPING=1")
            self.assertEqual(self.ruadar.serving.wait(60), 0)

    def metrics(self, port, host=None):
        request = urllib.request.Request("http://127.0.0.1:%d/metrics" % port, headers={"Host": host} if host else {})
        with urllib.request.urlopen(request, timeout=20) as answer:
            self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
            lines = answer.read().decode().splitlines()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}

    def test_metrics_count_what_the_api_counts(self):
        run("import", "--db", self.database, SAMPLE, check=[3])
        self.ruadar.start()
        self.ruadar.get("/api/v1/status")
        summary = self.ruadar.get("/api/v1/summary?range=all")["data"]
        before = self.metrics(self.ruadar.port)
        of_class = lambda name: sum(value for key, value in before.items() if key.startswith("ruadar_messages_total") and 'class="%s"' % name in key)
        for name in ("pass_both", "pass_one", "fail_delivered", "fail_stopped", "unknown"):
            self.assertEqual(of_class(name), summary[name], name)
        self.assertEqual(before['ruadar_http_requests_total{route="/api/v1/status",method="GET",code="200"}'], 1)
        self.assertEqual(before["ruadar_ingest_failures_open"], self.ruadar.get("/api/v1/status")["data"]["failures_open"])
        upload = urllib.request.Request("http://127.0.0.1:%d/api/v1/reports" % self.ruadar.port, headers={"Content-Type": "application/octet-stream"},
                                        data=(REPOSITORY / "tests/data/reports/A02_rfc9990_namespace.xml").read_bytes())
        with urllib.request.urlopen(upload, timeout=60) as answer:
            self.assertEqual(answer.status, 201)
        after = self.metrics(self.ruadar.port)
        self.assertEqual(after['ruadar_ingest_mails_total{mailbox="upload",outcome="stored"}'], 1)
        self.assertEqual(self.ruadar.stop(), 0)

    def test_metrics_may_have_an_address_of_their_own(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.ruadar.start(variables={"RUADAR_METRICS_LISTEN": "127.0.0.1:%d" % port, "RUADAR_SERVER_HOSTS": "ruadar"})
        self.assertEqual(self.metrics(port, "ruadar:%d" % port)["ruadar_db_up"], 1)
        for where, path, status in ((self.ruadar.port, "/metrics", 404), (port, "/api/v1/status", 404), (port, "/", 404)):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen("http://127.0.0.1:%d%s" % (where, path), timeout=20)
            refused.exception.close()
            self.assertEqual(refused.exception.code, status)
        self.assertEqual(self.ruadar.stop(), 0)

    def serve_once(self, *arguments, variables=lambda log: {}):
        """The log of a server that starts and ends."""
        with open(self.folder / "other.log", "wb") as log:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            process = subprocess.Popen([BINARY, "serve", "--db", str(self.database), "--listen", "127.0.0.1:%d" % port, *arguments],
                                       stdout=subprocess.PIPE, stderr=log, env={**environment(), **variables(log)})
            process.stdout.readline()
            process.terminate()
            self.assertEqual(process.wait(60), 0)
            process.stdout.close()
        return (self.folder / "other.log").read_text().splitlines()

    def test_the_journal_gets_priorities_and_no_time(self):
        def stream(log):
            status = os.fstat(log.fileno())
            return {"JOURNAL_STREAM": "%d:%d" % (status.st_dev, status.st_ino)}

        for line in self.serve_once(variables=stream):
            self.assertRegex(line, r"^<6>level=info event=\w+")
        for line in self.serve_once("--log-format", "json", variables=stream):
            self.assertTrue(line.startswith("<6>"), line)
            self.assertEqual(json.loads(line[3:])["level"], "info")
        # Somebody else's stream, inherited.
        for line in self.serve_once(variables=lambda _: {"JOURNAL_STREAM": "1:1"}):
            self.assertRegex(line, r"^time=\S+ level=info event=\w+")
        for line in self.serve_once("--log-format", "text", variables=stream):
            self.assertRegex(line, r"^time=\S+ level=info event=\w+")

    def test_quiet_verbose_and_colours(self):
        self.assertEqual(self.serve_once("-q"), [])
        self.assertEqual(len(self.serve_once("-v")), len(self.serve_once()))
        for arguments, variables, coloured in ((["--color", "always"], {}, True), ([], {}, False), (["--color=never"], {}, False),
                                               (["--color", "auto"], {"NO_COLOR": "1"}, False)):
            done = subprocess.run([BINARY, "serve", "--db", "/proc/no/such", *arguments], capture_output=True, env={**environment(), **variables})
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(b"\x1b[31m" in done.stderr, coloured, done.stderr)
        self.assertEqual(run("serve", "--color", "sometimes").returncode, 2)
        self.assertEqual(run("serve", "--log-format", "xml").returncode, 2)

    def test_what_is_ingested_is_logged_without_control_characters(self):
        self.ruadar.start()
        request = urllib.request.Request("http://127.0.0.1:%d/api/v1/reports" % self.ruadar.port, data=b"<feedback>\x1b[31m",
                                         headers={"Content-Type": "application/octet-stream"})
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=60)
        refused.exception.close()
        self.assertTrue(self.ruadar.wait_until(lambda: self.events("report_quarantined")))
        self.assertRegex(self.events("report_quarantined")[0], r"level=warning event=report_quarantined mailbox=upload .*code=xml_")
        self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f]", self.log()))
        self.assertEqual(self.ruadar.stop(), 0)


if __name__ == "__main__":
    unittest.main()
