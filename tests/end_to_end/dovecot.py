"""A real Dovecot on loopback, in a directory of its own, with a certificate authority of its own."""

import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")  # made in no time, unlike RSA's
USER, PASSWORD = "dmarc@example.com", 'pa"ss wörd'


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_authority(directory: Path):
    """ca.pem, and server.pem and server.key for 'localhost' and 127.0.0.1, good from now on."""

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, cwd=directory, capture_output=True)

    openssl("req", "-x509", *KEY, "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
            "-days", "2", "-subj", "/CN=Ruadar test authority",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    make_certificate(directory, "server", "localhost", "DNS:localhost,IP:127.0.0.1")


def make_certificate(directory: Path, name, common_name, alternative_names, days="2"):
    (directory / f"{name}.ext").write_text(
        f"subjectAltName={alternative_names}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
    for arguments in (
        ["req", *KEY, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
         "-subj", f"/CN={common_name}"],
        ["x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
         "-days", days, "-extfile", f"{name}.ext", "-out", f"{name}.pem"],
    ):
        subprocess.run(["openssl", *arguments], check=True, cwd=directory, capture_output=True)


def binary():
    return shutil.which("dovecot") or "/usr/sbin/dovecot"


def version():
    """As (2, 3)."""
    told = subprocess.run([binary(), "--version"], check=True, capture_output=True, text=True).stdout
    return tuple(int(number) for number in told.split(".")[:2])


def by_version(version, directory):
    """What Dovecot 2.4 (Debian 13) calls otherwise than 2.3 (Debian 12); it must be told first which one is meant."""
    if version >= (2, 4):
        return f"""
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
ssl_server_cert_file = {directory}/server.pem
ssl_server_key_file = {directory}/server.key
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = ~/Maildir
pop3_uidl_format = %{{guid}}
passdb passwd-file {{
  passwd_file_path = {directory}/users
}}
userdb passwd-file {{
  passwd_file_path = {directory}/users
}}
"""
    return f"""
ssl_cert = <{directory}/server.pem
ssl_key = <{directory}/server.key
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
pop3_uidl_format = %g
passdb {{
  driver = passwd-file
  args = {directory}/users
}}
userdb {{
  driver = passwd-file
  args = {directory}/users
}}
"""


class Dovecot:
    """Use as a context manager; `restart()` in between."""

    @staticmethod
    def is_installed():
        return os.path.exists(binary())

    def __init__(self):
        # Short: names of Unix sockets are.
        self.directory = Path(tempfile.mkdtemp(prefix="rua-dc-", dir="/tmp"))
        self.ports = {name: free_port() for name in ("imap", "imaps", "pop3", "pop3s")}
        self.process = None
        root = os.geteuid() == 0
        me = pwd.getpwuid(os.geteuid()).pw_name
        # Dovecot serves nobody as root.
        self.mail_user = "mail" if root else me
        internal, login = ("dovecot", "dovenull") if root else (me, me)
        make_authority(self.directory)
        home = self.directory / "home"
        home.mkdir()
        account = pwd.getpwnam(self.mail_user)
        (self.directory / "users").write_text(
            f"{USER}:{{PLAIN}}{PASSWORD}:{account.pw_uid}:{account.pw_gid}::{home}::\n")
        (self.directory / "dovecot.conf").write_text(by_version(version(), self.directory) + f"""
base_dir = {self.directory}/run
state_dir = {self.directory}/state
log_path = {self.directory}/log
protocols = imap pop3
listen = 127.0.0.1
ssl = yes
auth_mechanisms = plain login
default_internal_user = {internal}
default_internal_group = {internal if root else ""}
default_login_user = {login}
first_valid_uid = 1
mail_fsync = never
imap_idle_notify_interval = 2s
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.ports["imap"]}
  }}
  inet_listener imaps {{
    port = {self.ports["imaps"]}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {self.ports["pop3"]}
  }}
  inet_listener pop3s {{
    port = {self.ports["pop3s"]}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
""")
        if root:
            shutil.chown(home, self.mail_user, account.pw_gid)
            os.chmod(self.directory, 0o755)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self):
        self.process = subprocess.Popen([binary(), "-F", "-c", str(self.directory / "dovecot.conf")],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, start_new_session=True)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self.ports["imaps"]), 1):
                    return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        raise RuntimeError("Dovecot does not start:\n" + self.log())

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
            # Sessions outlive their master otherwise.
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def restart(self):
        self.stop()
        self.start()

    def log(self):
        path = self.directory / "log"
        return path.read_text()[-4000:] if path.exists() else ""

    def client(self):
        """Another client, logged in."""
        context = ssl.create_default_context(cafile=self.directory / "ca.pem")
        client = imaplib.IMAP4_SSL("localhost", self.ports["imaps"], ssl_context=context)
        client.authenticate("PLAIN", lambda _: b"\0" + USER.encode() + b"\0" + PASSWORD.encode())
        return client

    def deliver(self, mails, folder=""):
        """Straight into the Maildir, as a delivery agent would."""
        home = self.directory / "home" / "Maildir"
        maildir = home / ("." + folder) if folder else home
        account = pwd.getpwnam(self.mail_user)
        for part in ("tmp", "new", "cur"):
            (maildir / part).mkdir(parents=True, exist_ok=True)
        for path in (home, maildir, maildir / "tmp", maildir / "new", maildir / "cur"):
            if os.geteuid() == 0:
                os.chown(path, account.pw_uid, account.pw_gid)
        for number, mail in enumerate(mails):
            name = f"{time.time_ns()}.{number}.test"
            temporary = maildir / "tmp" / name
            temporary.write_bytes(mail)
            if os.geteuid() == 0:
                os.chown(temporary, account.pw_uid, account.pw_gid)
            temporary.rename(maildir / "new" / name)

    def mails_in(self, *folders):
        """What lies in them now, from the disk."""
        home = self.directory / "home" / "Maildir"
        for folder in folders:
            maildir = home if folder == "INBOX" else home / ("." + folder)
            for part in ("new", "cur"):
                for path in list((maildir / part).iterdir()):
                    try:
                        yield path.read_bytes()
                    except FileNotFoundError:  # renamed by the server since
                        yield next((maildir / "cur").glob(path.name.split(":")[0] + "*")).read_bytes()

    def settings(self, **more):
        """A [[mailbox]] for it, as TOML; implicit TLS unless told otherwise."""
        lines = {"name": "main", "host": "localhost", "port": self.ports["imaps"], "user": USER,
                 "password": PASSWORD, "ca_file": str(self.directory / "ca.pem"), **more}
        text = "[[mailbox]]\n"
        for key, value in lines.items():
            if isinstance(value, int):
                text += f"{key} = {value}\n"
            elif isinstance(value, list):
                text += f"{key} = [" + ", ".join(f'"{v}"' for v in value) + "]\n"
            else:
                value = value.replace("\\", "\\\\").replace('"', '\\"')
                text += f'{key} = "{value}"\n'
        return text
