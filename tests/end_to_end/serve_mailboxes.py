"""serve_mailboxes.py COMMAND...: runs a command while mailboxes are watched, each in another state; RUADAR_URL says where.

"calm" has one mail, and another one that is heard of only when somebody asks; "locked" refuses every login; "away" is not
reachable. Ends with the command's exit code.
"""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from imap_server import FOR_EVER, Fault, ImapServer
from installation import Installation
from report_mails import report_mail


class Forgetful(Fault):
    """Tells nobody of new mail."""

    capabilities = "IMAP4rev1 AUTH=PLAIN"


class Locked(Fault):
    connections = FOR_EVER

    def command(self, session, name, line):
        if name != "AUTHENTICATE":
            return False
        session.raw(f"{session.tag} NO [AUTHENTICATIONFAILED] <b>wrong</b> password\r\n".encode())
        return True


calm, locked, away = ImapServer({1: report_mail("one", 1)}, Forgetful()), ImapServer({}, Locked()), ImapServer({}, listen=False)
folder = Path(tempfile.mkdtemp(prefix="ruadar-"))
ruadar = Installation(folder, "".join(
    f'[[mailbox]]\nname = "{name}"\nhost = "127.0.0.1"\nport = {server.port}\ntls = "none"\nuser = "u"\npassword = "p"\n'
    "poll_seconds = 3600\n" for name, server in (("calm", calm), ("locked", locked), ("away", away))))
try:
    ruadar.start()
    try:
        if not (ruadar.wait_until(lambda: ruadar.mailbox(0)["mails"] == 1 and ruadar.mailbox(0)["state"] == "watching", 120)
                and ruadar.wait_until(lambda: ruadar.mailbox(1)["state"] == "refused", 240)):
            sys.exit("the mailboxes do not come to their states")
        calm.add(2, report_mail("two", 2))
        code = subprocess.run(sys.argv[1:], env={**os.environ, "RUADAR_URL": f"http://127.0.0.1:{ruadar.port}/"}).returncode
    finally:
        ruadar.stop()
finally:
    shutil.rmtree(folder)
sys.exit(code)
