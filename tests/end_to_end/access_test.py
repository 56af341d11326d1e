"""Users, tokens and TLS as their operator meets them: the commands, the start, the log."""
import json
import os
import pty
import select
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

from program import BINARY, ProgramTest, Server, environment, run

PASSWORD = b"correct horse battery"
LOGIN = json.dumps({"name": "alice", "password": PASSWORD.decode()}).encode()
PAGE = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}


class AccessTest(ProgramTest):
    def command(self, *arguments, stdin=b"", check=(0,)):
        return run(*arguments, "--db", self.database, stdin=stdin, check=check)

    def add_alice(self):
        self.command("user", "add", "alice", "--role", "admin", stdin=PASSWORD + b"\n")


class Commands(AccessTest):
    def test_a_user_is_added_listed_changed_and_removed(self):
        self.add_alice()
        self.command("user", "add", "bob", "--domains", "example.com,*.example.org", stdin=PASSWORD)
        users = json.loads(self.command("user", "list", "--json").stdout)
        self.assertEqual([(u["name"], u["role"], u["domains"]) for u in users],
                         [("alice", "admin", []), ("bob", "viewer", ["*.example.org", "example.com"])])
        self.assertIn(b"already", self.command("user", "add", "BOB", stdin=PASSWORD, check=(1,)).stderr)
        self.command("user", "passwd", "bob", stdin=b"another password\n")
        self.command("user", "remove", "bob")
        self.command("user", "remove", "bob", check=(1,))
        actions = [row["action"] for row in json.loads(self.command("audit", "--json").stdout)]
        self.assertEqual(actions, ["user_removed", "password_changed", "user_added", "user_added"])

    def test_what_cannot_be_a_user_is_refused_with_code_2(self):
        for arguments, stdin in ((("a b",), PASSWORD), (("c",), b"short\n"), (("c",), b""), (("c", "--role", "root"), PASSWORD),
                                 (("c", "--domains", "-no-.domain!"), PASSWORD)):
            with self.subTest(arguments=arguments):
                self.command("user", "add", *arguments, stdin=stdin, check=(2,))
        self.assertEqual(json.loads(self.command("user", "list", "--json", check=(0, 1, 75)).stdout or b"[]"), [])

    def test_a_terminal_does_not_show_the_password(self):
        master, slave = pty.openpty()
        process = subprocess.Popen([BINARY, "user", "add", "alice", "--db", str(self.database)], stdin=slave, stdout=slave,
                                   stderr=slave, env=environment(), start_new_session=True)
        os.close(slave)
        shown = b""

        def until(text):
            nonlocal shown
            end = time.monotonic() + 60
            while text not in shown and time.monotonic() < end and select.select([master], [], [], 60)[0]:
                try:
                    shown += os.read(master, 4096)
                except OSError:
                    break
            self.assertIn(text, shown)

        until(b"Password of alice: ")
        os.write(master, PASSWORD + b"\n")
        until(b"Once more: ")
        os.write(master, PASSWORD + b"\n")
        until(b"alice: viewer")
        self.assertEqual(process.wait(60), 0)
        os.close(master)
        self.assertNotIn(PASSWORD, shown)

    def test_tokens_let_programs_in_until_they_are_revoked(self):
        self.add_alice()
        token = self.command("token", "create", "--scope", "read", "--name", "grafana").stdout.decode().strip()
        self.assertRegex(token, r"^rua_[0-9a-f]{10}_[0-9a-f]{64}$")
        listed = self.command("token", "list").stdout.decode()
        self.assertIn("grafana", listed)
        self.assertNotIn(token[15:], listed)
        self.assertNotIn(token[15:].encode(), self.database.read_bytes())
        bearer = {"Authorization": "Bearer " + token}
        with Server(self.database) as server:
            self.assertEqual(server.ask("/api/v1/summary", headers=bearer)[0], 200)
            self.assertEqual(server.ask("/api/v1/users", headers=bearer)[0], 403)
            self.assertEqual(server.ask("/api/v1/summary")[0], 401)
            self.command("token", "revoke", token.split("_")[1])
            self.assertEqual(server.ask("/api/v1/summary", headers=bearer)[0], 401)
        self.command("token", "create", "--scope", "root", check=(2,))


class Start(AccessTest):
    def test_the_network_is_refused_until_somebody_could_log_in(self):
        refused = run("serve", "--db", self.database, "--listen", "0.0.0.0:0", check=(78,))
        self.assertIn(b"ruadar user add", refused.stderr)
        self.assertFalse(self.database.exists())
        self.command("user", "list", check=(0, 1, 75))
        self.command("token", "create", "--scope", "read")
        for more, line in (((), "open to its users"), (("--insecure-open",), "WITHOUT LOGIN")):
            with self.subTest(more=more):
                self.assertIn(line, self.first_line(*more))
        self.add_alice()
        self.assertIn("open to its users", self.first_line("--insecure-open"))

    def first_line(self, *more):
        process = subprocess.Popen([BINARY, "serve", "--db", str(self.database), "--listen", "0.0.0.0:0", *more],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment())
        try:
            return process.stdout.readline().decode()
        finally:
            process.terminate()
            process.wait(60)
            process.stdout.close()

    def test_the_first_user_ends_the_open_doors_of_a_running_server(self):
        run("user", "list", "--db", self.database, check=(0, 1, 75))
        with Server(self.database) as server:
            self.assertEqual(server.get("session")["data"]["kind"], "machine")
            self.add_alice()
            self.assertEqual(server.ask("/api/v1/summary")[0], 401)
            status, headers, _ = server.ask("/api/v1/session", LOGIN, PAGE)
            self.assertEqual(status, 200)
            cookie = headers["Set-Cookie"].split(";")[0]
            self.assertEqual(server.ask("/api/v1/summary", headers={"Cookie": cookie})[0], 200)
            self.assertEqual(server.ask("/api/v1/users", LOGIN, {"Cookie": cookie})[0], 403)
            log = server.output()
        self.assertIn("event=audit action=login", log)
        self.assertRegex(log, r"event=http method=GET path=/api/v1/summary status=401 ms=\d+ address=127.0.0.1 who=nobody")
        self.assertNotIn(PASSWORD.decode(), log)
        self.assertNotIn(cookie.split("=")[1], log)


class Log(AccessTest):
    def test_a_request_is_one_line_whatever_stands_in_it(self):
        with Server(self.database) as server:
            server.ask("/api/v1/%E2%80%AEabc%22%20level=error%C2%85x" + "y" * 2000)
            log = server.output()
        lines = [line for line in log.splitlines() if "event=http " in line and "yyy" in line]
        self.assertEqual(len(lines), 1)
        self.assertLess(len(lines[0]), 800)
        self.assertTrue(lines[0].isascii(), lines[0])
        self.assertIn('\\"', lines[0])


@unittest.skipUnless(shutil.which("openssl"), "no openssl to make certificates")
class Tls(AccessTest):
    def certificate(self, name):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                        "2", "-subj", "/CN=" + name, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                        self.folder / "key.pem", "-out", self.folder / "certificate.pem"], check=True, capture_output=True)

    def subject(self, port):
        pem = ssl.get_server_certificate(("127.0.0.1", port))
        return subprocess.run(["openssl", "x509", "-noout", "-subject"], input=pem.encode(), capture_output=True, check=True).stdout

    def test_it_speaks_tls_and_reads_its_certificate_again_on_hup(self):
        self.add_alice()
        self.certificate("first")
        config = self.folder / "ruadar.toml"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        config.write_text('[server]\nlisten = "127.0.0.1:%d"\ntls_certificate = "%s"\ntls_key = "%s"\n[database]\npath = "%s"\n'
                          % (port, self.folder / "certificate.pem", self.folder / "key.pem", self.database))
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen([BINARY, "serve", "-c", config], stdout=log, stderr=log, env=environment())
            try:
                self.await_health(config)
                trust = ssl.create_default_context(cafile=self.folder / "certificate.pem")
                head = self.exchange(port, trust, b"GET /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                self.assertIn(b"HTTP/1.1 200", head)
                self.assertIn(b"Strict-Transport-Security", head)
                login = self.exchange(port, trust, b"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
                                      b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(LOGIN), LOGIN))
                self.assertRegex(login, rb"Set-Cookie: __Host-ruadar=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict; Secure")
                self.assertIn(b"first", self.subject(port))
                self.certificate("second")
                process.send_signal(signal.SIGHUP)
                self.until(lambda: b"second" in self.subject(port))
                (self.folder / "key.pem").write_text("nonsense")
                process.send_signal(signal.SIGHUP)
                self.until(lambda: log.seek(0) or b"not_reloaded" in log.read())
                self.assertIn(b"second", self.subject(port))
            finally:
                process.terminate()
                self.assertEqual(process.wait(60), 0)
        refused = run("serve", "-c", config, check=(78,))
        self.assertIn(b"key.pem", refused.stderr)

    @staticmethod
    def exchange(port, trust, request):
        with socket.create_connection(("127.0.0.1", port), 30) as plain, trust.wrap_socket(plain, server_hostname="127.0.0.1") as tls:
            tls.sendall(request)
            answer = b""
            while data := tls.recv(65536):
                answer += data
            return answer

    def await_health(self, config):
        self.until(lambda: run("healthcheck", "-c", config).returncode == 0)

    def until(self, done):
        end = time.monotonic() + 60
        while not done():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)


if __name__ == "__main__":
    unittest.main()
