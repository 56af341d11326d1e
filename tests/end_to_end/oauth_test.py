"""OAuth2 against a token endpoint of our own: refreshed, rotated, refused; and the device flow."""

import json
import shutil
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from dovecot import make_authority
from imap_server import FOR_EVER, Fault, ImapServer
from installation import Installation
from report_mails import report_mail


class TokenEndpoint:
    def __init__(self, directory):
        self.asked, self.pending, self.refusal = [], 2, None
        self.rotate = None
        self.given = 0  # access tokens; the last one is good
        self.life = 3600
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                fields = {key: values[0] for key, values in
                          parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
                endpoint.asked.append((self.path, fields))
                status, answer = endpoint.answer(self.path, fields)
                body = json.dumps(answer).encode()
                self.send_response(status)
                # Without it the answer ends where the connection does, which a client cannot tell from an attack.
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(directory / "server.pem", directory / "server.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path, fields):
        if path == "/device":
            return 200, {"device_code": "dev", "user_code": "ABCD-EFGH", "verification_uri": "https://example.com/go",
                         "interval": 1, "expires_in": 60}
        if self.refusal:
            return 400, {"error": self.refusal, "error_description": "because"}
        if "device_code" in fields:
            self.pending -= 1
            if self.pending >= 0:
                return 400, {"error": "authorization_pending"}
            return 200, {"access_token": "access", "refresh_token": "first-refresh"}
        self.given += 1
        answer = {"access_token": f"good-token-{self.given}", "expires_in": self.life}
        if self.rotate:
            answer["refresh_token"] = self.rotate
        return 200, answer


class TokenServer(Fault):
    """Takes one token only."""

    capabilities = "IMAP4rev1 AUTH=XOAUTH2 AUTH=OAUTHBEARER SASL-IR"
    connections = 0


class OAuthTest(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="ruadar-oauth-"))
        self.addCleanup(shutil.rmtree, self.directory)
        make_authority(self.directory)
        self.endpoint = TokenEndpoint(self.directory)
        self.addCleanup(self.endpoint.server.shutdown)
        self.refresh = self.directory / "refresh-token"

    def test_tokens_are_fetched_anew_in_time_and_after_a_refusal_and_nothing_of_them_is_told(self):
        self.refresh.write_text("secret-refresh\n")
        self.refresh.chmod(0o600)
        endpoint = self.endpoint

        class LastTokenOnly(TokenServer):
            """As servers do when a token has expired before its time."""

            connections = FOR_EVER

            def command(self, session, name, line):
                if name == "AUTHENTICATE":
                    session.authenticated(line.split(" "), good=lambda text: f"Bearer good-token-{endpoint.given}\x01" in text)
                return name == "AUTHENTICATE"

        server = ImapServer({1: report_mail("one", 1)}, LastTokenOnly())
        self.addCleanup(server.stop)
        # Refused once as the token is an old one by then: the next try comes with another.
        endpoint.given = 5
        ruadar = Installation(self.directory, self.mailbox(server, self.oauth(
            f'refresh_token_file = "{self.refresh}"\nclient_secret = "secret-of-client"\npoll_seconds = 5\n')))
        ruadar.start()
        self.addCleanup(ruadar.stop)
        self.assertTrue(ruadar.wait_until(lambda: ruadar.mailbox()["mails"] == 1, 30))
        self.assertEqual(len(endpoint.asked), 1)
        # Good for an hour: another connection takes the same one.
        server.kick()
        server.add(2, report_mail("two", 2))
        self.assertTrue(ruadar.wait_until(lambda: ruadar.mailbox()["mails"] == 2, 30))
        self.assertEqual(len(endpoint.asked), 1)
        # It does not hold any more.
        endpoint.given += 1
        endpoint.life = 1
        server.kick()
        server.add(3, report_mail("three", 3))
        self.assertTrue(ruadar.wait_until(lambda: ruadar.mailbox()["mails"] == 3, 60))
        self.assertEqual(len(endpoint.asked), 2)
        # This one was good for a second.
        server.kick()
        server.add(4, report_mail("four", 4))
        self.assertTrue(ruadar.wait_until(lambda: ruadar.mailbox()["mails"] == 4, 30))
        self.assertGreaterEqual(len(endpoint.asked), 3)
        told = (self.directory / "serve.log").read_text() + str(ruadar.mailbox()) + ruadar.run("config", "show").stdout
        for secret in ("good-token", "secret-refresh", "secret-of-client"):
            self.assertNotIn(secret, told)

    def mailbox(self, server, lines):
        return (f'[[mailbox]]\nname = "m"\nhost = "127.0.0.1"\nport = {server.port}\ntls = "none"\nuser = "u@example.com"\n'
                f'ca_file = "{self.directory}/ca.pem"\n' + lines)

    def oauth(self, extra):
        return (f'oauth = "custom"\nclient_id = "client"\ntoken_endpoint = "{self.endpoint.url}/token"\n'
                f'device_endpoint = "{self.endpoint.url}/device"\nscope = "mail"\n' + extra)

    def fetch(self, lines, fault=None):
        server = ImapServer({1: report_mail("one", 1)}, fault or TokenServer())
        self.addCleanup(server.stop)
        ruadar = Installation(self.directory, self.mailbox(server, lines))
        totals, code, error = ruadar.fetch()
        credentials = getattr(server.sessions[0], "credentials", None) if server.sessions else None
        return totals, code, error, credentials

    def test_a_refresh_token_is_turned_into_an_access_token_and_kept_anew(self):
        self.refresh.write_text("old-refresh\n")
        self.refresh.chmod(0o600)
        self.endpoint.rotate = "new-refresh"
        totals, code, error, credentials = self.fetch(self.oauth(f'refresh_token_file = "{self.refresh}"\n'))
        self.assertEqual((code, totals["stored"]), (0, 1), error)
        self.assertIn("auth=Bearer good-token-1\x01", credentials)
        self.assertTrue(credentials.startswith("n,a=u@example.com,"))
        self.assertEqual(self.endpoint.asked[0][1],
                         {"client_id": "client", "scope": "mail", "grant_type": "refresh_token", "refresh_token": "old-refresh"})
        self.assertEqual(self.refresh.read_text(), "new-refresh\n")
        self.assertEqual(self.refresh.stat().st_mode & 0o777, 0o600)

    def test_client_credentials(self):
        totals, code, error, credentials = self.fetch(self.oauth('client_secret = "hush"\n'))
        self.assertEqual((code, totals["stored"]), (0, 1), error)
        self.assertEqual(self.endpoint.asked[0][1]["grant_type"], "client_credentials")
        self.assertEqual(self.endpoint.asked[0][1]["client_secret"], "hush")

    def test_a_refused_grant_ends_with_77_and_tells_no_secret(self):
        self.endpoint.refusal = "invalid_grant"
        self.refresh.write_text("secret-refresh\n")
        totals, code, error, _ = self.fetch(self.oauth(f'refresh_token_file = "{self.refresh}"\n'))
        self.assertEqual(code, 77, error)
        self.assertIn("invalid_grant: because", error)
        self.assertNotIn("secret-refresh", error)

    def test_a_command_prints_the_token(self):
        class Old(TokenServer):
            capabilities = "IMAP4rev1 AUTH=XOAUTH2"

        totals, code, error, credentials = self.fetch('token_command = "echo from-command; echo more"\n', Old())
        self.assertEqual((code, totals["stored"]), (0, 1), error)
        self.assertEqual(credentials, "user=u@example.com\x01auth=Bearer from-command\x01\x01")
        self.assertEqual(self.fetch('token_command = "exit 3"\n')[1], 75)

    def test_a_login_in_the_browser_that_is_denied_leaves_nothing_behind(self):
        server = ImapServer({}, TokenServer())
        self.addCleanup(server.stop)
        self.endpoint.refusal = "access_denied"
        ruadar = Installation(self.directory, self.mailbox(server, self.oauth(f'refresh_token_file = "{self.refresh}"\n')))
        done = ruadar.run("auth", "m")
        self.assertEqual(done.returncode, 77, done.stderr)
        self.assertIn("access_denied: because", done.stderr)
        self.assertFalse(self.refresh.exists())

    def test_the_device_flow_keeps_the_refresh_token_to_its_owner(self):
        server = ImapServer({}, TokenServer())
        self.addCleanup(server.stop)
        path = self.directory / "new" / "token"
        ruadar = Installation(self.directory, self.mailbox(server, self.oauth(f'refresh_token_file = "{path}"\n')))
        done = ruadar.run("auth", "m")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("ABCD-EFGH", done.stdout)
        self.assertIn("https://example.com/go", done.stdout)
        self.assertNotIn("first-refresh", done.stdout + done.stderr)
        self.assertEqual(path.read_text(), "first-refresh\n")
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)


if __name__ == "__main__":
    unittest.main()
