"""A scripted IMAP server: well-behaved by itself, and as bad as a Fault makes it."""

import base64
import contextlib
import re
import socket
import ssl
import threading
import time


FOR_EVER = 10**6  # connections


class Gone(Exception):
    """The server closes the connection."""


class Fault:
    """A server that behaves. Subclasses override; it is over after some connections, or some time after it first showed,
    and what comes then shows whether the program has recovered."""

    connections, seconds = 2, None
    capabilities = "IMAP4rev1 IDLE UIDPLUS MOVE SASL-IR AUTH=PLAIN"
    after = "keep"
    tls = "none"  # or starttls, implicit

    def active(self, session):
        if self.seconds is not None:
            return session.server.began is None or time.monotonic() - session.server.began < self.seconds
        return session.number <= self.connections

    def accept(self, session):
        """A connection has come."""

    def command(self, session, name, line):
        """True: was answered here."""
        return False

    def output(self, session, data):
        """What is really sent of `data`."""
        return data

    def certificate(self, session):
        """The files of certificate and key; None: the good ones."""


class ImapServer:
    """mails: by UID. Starts at once; `connections` counts them."""

    def __init__(self, mails, fault=None, certificate=None, listen=True):
        self.folders = {"INBOX": {uid: (mail, set()) for uid, mail in mails.items()}}
        self.commands = []  # (connection, name, when), as they came
        self.uidvalidity = 1
        self.fault = fault or Fault()
        self.certificate = certificate
        self.lock = threading.RLock()
        self.connections = 0
        self.began = None  # when a client first saw the fault
        self.fault_ended = time.monotonic()
        self.stopping = False
        self.sessions = []
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        if listen:
            self.listen()

    def listen(self):
        self.listener.listen(50)
        threading.Thread(target=self.accept, daemon=True).start()

    def stop(self):
        self.stopping = True
        self.listener.close()
        for session in self.sessions:
            session.close()

    def accept(self):
        while not self.stopping:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            session = Session(self, connection, self.connections)
            self.sessions.append(session)
            threading.Thread(target=session.run, daemon=True).start()

    def add(self, uid, mail):
        """New mail."""
        with self.lock:
            self.folders["INBOX"][uid] = (mail, set())

    def happened(self):
        """The fault shows."""
        if self.began is None:
            self.began = time.monotonic()
            self.fault_ended = self.began + (self.fault.seconds or 0)

    def kick(self):
        """Closes every connection."""
        for session in self.sessions:
            session.close()


class Session:
    def __init__(self, server, connection, number):
        self.server, self.connection, self.number = server, connection, number
        self.fault = server.fault
        self.buffer = b""
        self.name = "GREETING"  # of the command under way
        self.selected = None

    def close(self):
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.connection.close()

    def send(self, data):
        if isinstance(data, str):
            data = data.encode()
        if self.bad:
            with self.misbehaving():
                really = self.fault.output(self, data)
                if really != data:
                    self.server.happened()
                data = really
        self.raw(data)

    @contextlib.contextmanager
    def misbehaving(self):
        try:
            yield
        except (Gone, OSError):
            self.server.happened()
            raise

    def raw(self, data):
        self.connection.sendall(data)

    def line(self):
        while b"\r\n" not in self.buffer:
            data = self.connection.recv(65536)
            if not data:
                raise Gone
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line.decode(errors="replace")

    @property
    def bad(self):
        return self.fault.active(self)

    def start_tls(self, certificate=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*(certificate or self.server.certificate))
        self.connection = context.wrap_socket(self.connection, server_side=True)

    def run(self):
        try:
            if self.bad:
                with self.misbehaving():
                    self.fault.accept(self)
            if self.fault.tls == "implicit":
                self.start_tls(self.fault.certificate(self) if self.bad else None)
            self.send("* OK ready\r\n")
            while True:
                self.answer(self.line())
        except (Gone, OSError, ValueError):
            pass
        finally:
            if self.suffers:
                self.server.fault_ended = max(self.server.fault_ended, time.monotonic())
            self.close()

    @property
    def suffers(self):
        """This session is bad until its end, unlike those that are so for some seconds or always."""
        return self.fault.seconds is None and self.number <= self.fault.connections < FOR_EVER

    def until_closed(self):
        """Says nothing any more."""
        while self.connection.recv(65536):
            pass
        raise Gone

    def ok(self, text="done"):
        self.send(f"{self.tag} OK {text}\r\n")

    def answer(self, line):
        self.tag, _, rest = line.partition(" ")
        words = rest.split(" ")
        name = words[0].upper()
        if name == "UID":
            name += " " + words[1].upper()
        if name == "UID FETCH":
            name = "BODY" if "BODY" in rest else "SIZE"
        self.name = name
        self.server.commands.append((self.number, name, time.monotonic()))
        if self.bad:
            with self.misbehaving():
                if self.fault.command(self, name, rest):
                    self.server.happened()
                    return
        with self.server.lock:
            self.obey(name, rest, words)

    def mails(self):
        return self.server.folders[self.selected]

    def chosen(self, text):
        for part in text.split(","):
            first, _, last = part.partition(":")
            for uid in sorted(self.mails()):
                if int(first) <= uid <= int(last or first):
                    yield uid

    def remove(self, uid):
        number = sorted(self.mails()).index(uid) + 1
        del self.mails()[uid]
        self.send(f"* {number} EXPUNGE\r\n")

    def obey(self, name, rest, words):
        if name == "CAPABILITY":
            tls = " STARTTLS" if self.fault.tls == "starttls" else ""
            self.send(f"* CAPABILITY {self.fault.capabilities}{tls}\r\n")
            self.ok()
        elif name == "STARTTLS":
            self.ok()
            self.start_tls()
        elif name == "AUTHENTICATE":
            self.authenticated(words)
        elif name in ("SELECT", "EXAMINE"):
            folder = rest.split(" ", 1)[1].strip('"')
            if folder not in self.server.folders:
                return self.send(f"{self.tag} NO [NONEXISTENT] no such folder\r\n")
            self.selected = folder
            self.send(f"* {len(self.mails())} EXISTS\r\n* FLAGS (\\Seen \\Deleted)\r\n"
                      f"* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] x\r\n"
                      f"* OK [UIDVALIDITY {self.server.uidvalidity}] x\r\n")
            self.ok("[READ-WRITE] selected")
        elif name == "UID SEARCH":
            self.send("* SEARCH " + " ".join(map(str, sorted(self.mails()))) + "\r\n")
            self.ok()
        elif name in ("SIZE", "BODY"):
            for uid in self.chosen(words[2]):
                self.fetch(uid, rest)
            self.ok()
        elif name == "UID STORE":
            for uid in self.chosen(words[2]):
                self.mails()[uid][1].add(re.search(r"\((.*)\)", rest).group(1))
            self.ok()
        elif name in ("UID MOVE", "UID COPY"):
            target = rest.split(" ", 3)[3].strip('"')
            if target not in self.server.folders:
                return self.send(f"{self.tag} NO [TRYCREATE] no such folder\r\n")
            folder = self.server.folders[target]
            for uid in list(self.chosen(words[2])):
                folder[max(folder, default=0) + 1] = self.mails()[uid]
                if name == "UID MOVE":
                    self.remove(uid)
            self.ok()
        elif name == "UID EXPUNGE":
            for uid in list(self.chosen(words[2])):
                if "\\Deleted" in self.mails()[uid][1]:
                    self.remove(uid)
            self.ok()
        elif name == "CREATE":
            self.server.folders[rest.split(" ", 1)[1].strip('"')] = {}
            self.ok()
        elif name == "IDLE":
            self.idle()
        elif name == "LOGOUT":
            self.send("* BYE\r\n")
            self.ok()
            raise Gone
        else:
            self.ok()

    def authenticated(self, words, good=lambda credentials: True):
        if len(words) < 3:
            self.send("+ \r\n")
            words = [*words, self.line()]
        self.credentials = base64.b64decode(words[2]).decode()
        if not good(self.credentials):
            return self.send(f"{self.tag} NO [AUTHENTICATIONFAILED] no such user or password\r\n")
        self.ok("[CAPABILITY " + self.fault.capabilities + "] logged in")

    def idle(self):
        tag = self.tag
        self.send("+ idling\r\n")
        # Others may use the server meanwhile.
        self.server.lock.release()
        try:
            line = self.line()
        finally:
            self.server.lock.acquire()
        if line.upper() == "DONE":
            self.send(f"{tag} OK done\r\n")

    def size(self, uid):
        return len(self.mails()[uid][0])

    def fetch(self, uid, rest):
        items = [f"UID {uid}"]
        if "RFC822.SIZE" in rest:
            items.append(f"RFC822.SIZE {self.size(uid)}")
        data = b""
        if "BODY.PEEK[]" in rest:
            data = self.mails()[uid][0]
            piece = re.search(r"BODY\.PEEK\[\]<(\d+)\.(\d+)>", rest)
            name = "BODY[]"
            if piece:
                offset, length = int(piece.group(1)), int(piece.group(2))
                data, name = data[offset : offset + length], f"BODY[]<{offset}>"
            items.append(f"{name} {{{len(data)}}}\r\n")
        self.send(f"* 1 FETCH ({' '.join(items)}".encode() + data + b")\r\n")
