"""fetch and check against servers that behave as scripted: what they tell by their exit code, and what they touch."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

from imap_server import FOR_EVER, Fault, ImapServer
from installation import Installation
from report_mails import note_mail, report_mail

UNAVAILABLE, TRY_AGAIN, NO_PERMISSION, CONFIGURATION = 69, 75, 77, 78


class Refusing(Fault):
    connections = FOR_EVER

    def __init__(self, command, answer):
        self.refused, self.text = command, answer

    def command(self, session, name, line):
        if name != self.refused:
            return False
        session.raw(self.text.replace("$", session.tag).encode())
        return True


class MailboxCommandsTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="ruadar-commands-"))
        self.addCleanup(shutil.rmtree, self.directory)

    def server(self, mails=None, fault=None, listen=True):
        server = ImapServer(mails or {}, fault, listen=listen)
        self.addCleanup(server.stop)
        return server

    def installation(self, server, more='password = "p"\n', name="m"):
        self.mailbox = (f'[[mailbox]]\nname = "{name}"\nhost = "127.0.0.1"\nport = {server.port}\ntls = "none"\nuser = "u"\n'
                        + more)
        return Installation(self.directory, self.mailbox)

    def test_what_is_wrong_tells_in_the_exit_code_of_fetch_and_check(self):
        # A server, a way to log in, the exit code, and words of the reason.
        nobody = self.server(listen=False)
        nobody.listener.close()
        password = 'password = "p"\n'
        cases = (
            (nobody, password, UNAVAILABLE, "No connection"),
            (self.server(fault=Refusing("CAPABILITY", "* BYE too many\r\n$ NO no\r\n")), password, UNAVAILABLE, "too many"),
            (self.server(fault=Refusing("EXAMINE", "$ NO [NONEXISTENT] no such folder\r\n")), password, UNAVAILABLE,
             "no such folder"),
            (self.server(fault=Refusing("UID SEARCH", "* SEARCH (((\r\n$ OK\r\n")), password, UNAVAILABLE, "mail server"),
            (self.server(fault=Refusing("AUTHENTICATE", "$ NO [UNAVAILABLE] later\r\n")), password, TRY_AGAIN, "later"),
            (self.server(), 'token_command = "exit 3"\n', TRY_AGAIN, "token_command ended with 3"),
            (self.server(fault=Refusing("AUTHENTICATE", "$ NO [AUTHENTICATIONFAILED] wrong password\r\n")), password,
             NO_PERMISSION, "wrong password"),
            (self.server(), f'password_file = "{self.directory}/nowhere"\n', NO_PERMISSION, "nowhere"),
            (self.server(), password + 'after = "delete"\n', CONFIGURATION, "delete_after_days"),
            (self.server(), password + "folders_ = []\n", CONFIGURATION, "folders_"),
        )
        for server, login, code, words in cases:
            with self.subTest(code=code, words=words):
                ruadar = self.installation(server, login)
                for command in (("check", "--mailbox"), ("fetch",)):
                    done = ruadar.run(*command)
                    self.assertEqual(done.returncode, code, done.stdout + done.stderr)
                    self.assertIn(words, done.stdout + done.stderr)

    def test_one_mailbox_that_fails_costs_the_other_nothing(self):
        good = self.server({1: report_mail("one", 1)})
        bad = self.server(fault=Refusing("AUTHENTICATE", "$ NO [AUTHENTICATIONFAILED] no\r\n"))
        first = self.installation(bad, name="bad") and self.mailbox
        ruadar = self.installation(good, name="good")
        ruadar.configure(first + self.mailbox)
        totals, code, error = ruadar.fetch()
        self.assertEqual((code, totals["stored"]), (3, 1), error)
        self.assertEqual([bool(box["error"]) for box in totals["mailboxes"]], [True, False])
        totals, code, error = ruadar.fetch("--mailbox", "good")
        self.assertEqual((code, totals["mails"]), (0, 0), error)

    def test_check_reads_only(self):
        server = self.server({1: report_mail("one", 1), 2: note_mail("hello")})
        ruadar = self.installation(server, 'password = "p"\nafter = "move"\ndone_folder = "Done"\n')
        done = ruadar.run("check", "--mailbox", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        [box] = json.loads(done.stdout)["mailboxes"]
        self.assertEqual(box["folders"], [{"folder": "INBOX", "messages": 2, "unread": 2}])
        self.assertIn("Done", box["after"])
        self.assertLessEqual({name for _, name, _ in server.commands},
                             {"CAPABILITY", "AUTHENTICATE", "EXAMINE", "UID SEARCH", "LOGOUT"})
        self.assertEqual(sorted(path.name for path in self.directory.iterdir()), ["ruadar.toml"])
        ruadar.fetch()
        done = ruadar.run("check", "--mailbox", "--json")
        self.assertEqual(json.loads(done.stdout)["mailboxes"][0]["folders"], [{"folder": "INBOX", "messages": 1, "unread": 0}])

    def test_mails_in_folders_named_in_utf_8(self):
        server = self.server()
        for number, wire in enumerate(("Entw&APw-rfe", "&U,BTFw-", "A&-B")):
            server.folders[wire] = {1: (report_mail(f"r{number}", 1), set())}
        ruadar = self.installation(server, 'password = "p"\nfolder = ["Entwürfe", "台北", "A&B"]\n')
        totals, code, error = ruadar.fetch()
        self.assertEqual((code, totals["stored"]), (0, 3), error)
        self.assertEqual((ruadar.fetch()[0]["mails"], code), (0, 0))

    def test_a_folder_made_anew_is_read_again_and_counts_once(self):
        server = self.server({uid: report_mail(f"r{uid}", uid) for uid in range(1, 101)})
        ruadar = self.installation(server)
        for uidvalidity in range(1, 7):
            server.uidvalidity = uidvalidity
            totals, code, error = ruadar.fetch()
            self.assertEqual((code, totals["mails"]), (0, 100), error)
            self.assertEqual(totals["stored" if uidvalidity == 1 else "duplicate"], 100)
        summary = ruadar.summary()
        self.assertEqual((summary["reports"], summary["messages"]), (100, 5050))


if __name__ == "__main__":
    unittest.main()
