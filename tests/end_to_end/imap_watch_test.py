"""What `ruadar serve` does with a mailbox for months: it listens, renews, gives up where it must, and says so."""

import shutil
import tempfile
import time
import unittest
from pathlib import Path

from imap_server import FOR_EVER, Fault, ImapServer
from installation import Installation
from report_mails import report_mail


class PasswordNeeded(Fault):
    """Takes one password only."""

    connections = FOR_EVER

    def command(self, session, name, line):
        if name != "AUTHENTICATE":
            return False
        session.authenticated(line.split(" "), good=lambda credentials: credentials.endswith("\0right"))
        return True


class NoIdle(Fault):
    capabilities = "IMAP4rev1 AUTH=PLAIN"


class ImapWatchTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="ruadar-watch-"))
        self.addCleanup(shutil.rmtree, self.directory)

    def serve(self, **servers):
        """Each with its lines of configuration."""
        config = ""
        for name, (server, lines) in servers.items():
            self.addCleanup(server.stop)
            config += (f'[[mailbox]]\nname = "{name}"\nhost = "127.0.0.1"\nport = {server.port}\ntls = "none"\nuser = "u"\n'
                       + lines)
        self.ruadar = Installation(self.directory, config)
        self.ruadar.start()
        self.addCleanup(self.ruadar.stop)
        return self.ruadar

    def test_idle_is_renewed_and_a_poll_stands_behind_it(self):
        server = ImapServer({1: report_mail("one", 1)})
        ruadar = self.serve(m=(server, 'password = "p"\npoll_seconds = 5\n'))
        self.assertTrue(ruadar.wait_until(lambda: sum(name == "IDLE" for _, name, _ in server.commands) >= 3, 60))
        # A server that forgets to tell: the poll finds it, over the same connection.
        server.add(2, report_mail("two", 2))
        self.assertTrue(ruadar.wait_until(lambda: ruadar.mailbox()["mails"] == 2, 20))
        self.assertEqual({number for number, _, _ in server.commands}, {1})
        self.assertTrue(ruadar.mailbox()["pushed"])

    def test_a_login_refused_stops_after_three_tries_and_shows_red_until_somebody_asks_again(self):
        server = ImapServer({1: report_mail("one", 1)}, PasswordNeeded())
        secret = self.directory / "secret"
        secret.write_text("sesame-wrong\n")
        secret.chmod(0o600)
        ruadar = self.serve(m=(server, f'password_file = "{secret}"\n'))
        self.assertTrue(ruadar.wait_until(lambda: ruadar.mailbox()["state"] == "refused", 120))
        self.assertEqual(server.connections, 3)
        mailbox = ruadar.mailbox()
        self.assertIn("no such user or password", mailbox["error"])
        self.assertIsNone(mailbox["next_try_at"])
        self.assertEqual(ruadar.get("/readyz")["mailboxes"], [{"state": "refused", "status": "degraded", "lag": 0}])
        time.sleep(3)
        self.assertEqual(server.connections, 3)
        # The password is put right, and somebody presses the button.
        secret.write_text("right\n")
        self.assertEqual(ruadar.post("/api/v1/ingest/runs?mailbox=m")[0], 202)
        self.assertTrue(ruadar.wait_until(lambda: ruadar.mailbox()["mails"] == 1, 30))
        self.assertIsNone(ruadar.mailbox()["error"])
        self.assertNotIn("sesame", (self.directory / "serve.log").read_text())

    def test_fetch_now_does_not_wait_for_the_poll(self):
        first, second = ImapServer({}, NoIdle()), ImapServer({}, NoIdle())
        lines = 'password = "p"\npoll_seconds = 3600\n'
        ruadar = self.serve(one=(first, lines), two=(second, lines))
        self.assertTrue(ruadar.wait_until(lambda: all(ruadar.mailbox(n)["state"] == "watching" for n in (0, 1))))
        self.assertFalse(ruadar.mailbox()["pushed"])
        first.add(1, report_mail("one", 1))
        second.add(1, report_mail("two", 2))
        time.sleep(2)
        self.assertEqual(ruadar.mailbox(0)["mails"] + ruadar.mailbox(1)["mails"], 0)
        self.assertEqual(ruadar.post("/api/v1/ingest/runs?mailbox=two")[0], 202)
        self.assertTrue(ruadar.wait_until(lambda: ruadar.mailbox(1)["mails"] == 1, 20))
        self.assertEqual(ruadar.mailbox(0)["mails"], 0)
        self.assertEqual(ruadar.post("/api/v1/ingest/runs")[0], 202)
        self.assertTrue(ruadar.wait_until(lambda: ruadar.mailbox(0)["mails"] == 1, 20))
        self.assertIsNotNone(ruadar.mailbox(0)["last_mail_at"])
        self.assertEqual(ruadar.mailbox(0)["lag"], 0)


if __name__ == "__main__":
    unittest.main()
