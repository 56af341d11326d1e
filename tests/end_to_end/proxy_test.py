"""Behind reverse proxies, as docker/ shows it: nginx and Caddy, where they are there."""
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import unittest

from installation import Installation
from program import REPOSITORY, SAMPLE, ProgramTest, run

SITE = "mail.example.com"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Proxy(ProgramTest):
    def setUp(self):
        super().setUp()
        self.ruadar = Installation(self.folder, '[server]\nbase_path = "/dmarc"\nhosts = ["%s"]\ntrusted_proxies = ["127.0.0.1"]\n' % SITE)
        self.addCleanup(self.ruadar.stop, signal.SIGKILL)

    def start(self):
        """Without asking it: its base path is not that of other tests."""
        self.ruadar.port = free_port()
        with open(self.folder / "serve.log", "wb") as log:
            self.ruadar.serving = subprocess.Popen(self.ruadar.arguments("serve", "--listen", "127.0.0.1:%d" % self.ruadar.port),
                                                   stdout=subprocess.DEVNULL, stderr=log)
        self.assertTrue(self.ruadar.wait_until(lambda: self.ruadar.get("/dmarc/healthz") == "ok\n"))

    def ask(self, port, path, headers=(), body=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("POST" if body else "GET", path, body, headers={"Host": SITE, **dict(headers)})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    @unittest.skipUnless(shutil.which("nginx"), "there is no nginx here")
    def test_nginx_serves_it_below_a_path(self):
        run("import", "--db", self.database, SAMPLE, check=[3])
        self.start()
        port = free_port()
        snippet = (REPOSITORY / "docker/nginx.conf").read_text().replace("127.0.0.1:8080", "127.0.0.1:%d" % self.ruadar.port)
        (self.folder / "ruadar.conf").write_text(snippet)
        (self.folder / "nginx.conf").write_text(
            "%sdaemon off; worker_processes 1; pid %s/nginx.pid; error_log %s/nginx.log;\nevents { }\nhttp {\n  access_log off;\n"
            "  client_body_temp_path %s; proxy_temp_path %s; fastcgi_temp_path %s; uwsgi_temp_path %s; scgi_temp_path %s;\n"
            "  server { listen 127.0.0.1:%d; server_name %s; include %s/ruadar.conf; }\n}\n"
            % ("user root; " if os.geteuid() == 0 else "", self.folder, self.folder, *[self.folder / "temporary"] * 5, port, SITE, self.folder))
        command = ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "nginx.log")]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        nginx = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (nginx.terminate(), nginx.wait()))
        deadline = time.monotonic() + 30
        while True:
            try:
                status, _, page = self.ask(port, "/dmarc/")
                break
            except OSError:
                self.assertLess(time.monotonic(), deadline, (self.folder / "nginx.log").read_text())
                time.sleep(0.05)

        self.assertEqual(status, 200)
        own = re.findall(r'(?:src|href)="(/[^"]*)"', page.decode())
        self.assertTrue(own)
        for address in own:
            self.assertTrue(address.startswith("/dmarc/"), address)
            # Whoever comes through a proxy is not this machine.
            self.assertEqual(self.ask(port, address)[0], 401 if "/api/" in address else 200, address)
        status, headers, _ = self.ask(port, "/dmarc")
        self.assertEqual(status, 308)
        self.assertTrue(headers["Location"].endswith("/dmarc/"))
        self.assertEqual(self.ask(port, "/dmarc/metrics")[0], 404)

        run("user", "add", "alice", "--role", "viewer", "--db", self.database, stdin=b"correct horse battery\n", check=[0])
        login = json.dumps({"name": "alice", "password": "correct horse battery"})
        status, headers, body = self.ask(port, "/dmarc/api/v1/session", {"Origin": "http://" + SITE, "Content-Type": "application/json"}, login)
        self.assertEqual(status, 200, body)
        cookie = headers["Set-Cookie"].split(";")[0]
        status, _, body = self.ask(port, "/dmarc/api/v1/summary?range=all", {"Cookie": cookie})
        self.assertEqual(status, 200)
        self.assertGreater(json.loads(body)["data"]["messages"], 0)
        status, _, body = self.ask(port, "/dmarc/api/v1/records?format=ndjson&range=all", {"Cookie": cookie})
        self.assertEqual(status, 200)
        self.assertGreater(len(body.splitlines()), 1000)

    @unittest.skipUnless(shutil.which("caddy"), "there is no Caddy here")
    def test_caddy_takes_its_file(self):
        secret = subprocess.run(["caddy", "hash-password", "--plaintext", "x"], capture_output=True, text=True, check=True).stdout.strip()
        done = subprocess.run(["caddy", "validate", "--adapter", "caddyfile", "--config", str(REPOSITORY / "docker/Caddyfile")], capture_output=True, text=True,
                              env={**os.environ, "HOME": str(self.folder), "RUADAR_SITE": SITE, "RUADAR_PASSWORD_HASH": secret})
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
