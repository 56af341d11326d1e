"""What can go wrong with a mail server. Each is a class whose name says it."""

import re
import time

from imap_server import FOR_EVER, Fault, Gone

every_fault = []


def fault(cls):
    every_fault.append(cls)
    return cls


def cut(name, at, count=1, **more):
    """Closes the connection in the answer to a command: `at` says how much of it is sent first."""

    class Cut(Fault):
        def output(self, session, data):
            if session.name != name:
                return data
            position = at(data)
            if position is None:
                return data
            session.raw(data[:position])
            raise Gone

    Cut.__name__ = more.get("title") or f"cut_in_{name}_{len(every_fault)}".replace(" ", "_")
    every_fault.append(Cut)


def after_text(text, extra=0):
    return lambda data: data.index(text) + len(text) + extra if text in data else None


cut("GREETING", lambda data: 0, title="gone_before_the_greeting")
cut("GREETING", lambda data: 5, title="gone_in_the_greeting")
cut("CAPABILITY", lambda data: 0, title="gone_before_the_capabilities")
cut("CAPABILITY", lambda data: 20, title="gone_in_the_capabilities")
cut("AUTHENTICATE", lambda data: 0, title="gone_at_the_login")
cut("EXAMINE", lambda data: 0, title="gone_at_the_folder")
cut("EXAMINE", after_text(b"UIDVALIDITY "), title="gone_in_the_folder")
cut("UID SEARCH", lambda data: 0, title="gone_before_the_list")
cut("UID SEARCH", lambda data: 11, title="gone_in_the_list")
cut("UID SEARCH", lambda data: 0 if b" OK " in data else None, title="gone_behind_the_list")
cut("SIZE", after_text(b"RFC822.SIZE "), title="gone_in_a_size")
cut("BODY", lambda data: 0, title="gone_before_a_mail")
cut("BODY", after_text(b"BODY[] {"), title="gone_in_the_length_of_a_mail")
cut("BODY", after_text(b"}\r\n"), title="gone_before_the_first_byte_of_a_mail")
cut("BODY", lambda data: len(data) // 2, title="gone_in_the_middle_of_a_mail")
cut("BODY", lambda data: len(data) - 3, title="gone_behind_the_last_byte_of_a_mail")
cut("BODY", lambda data: len(data) - 1, title="gone_in_the_last_line_end_of_a_mail")
cut("BODY", lambda data: 0 if b" OK " in data else None, title="gone_before_the_end_of_a_fetch")


def says(name, answer, title, **more):
    """Answers a command with something else; $ is its tag."""

    class Says(Fault):
        def command(self, session, command, line):
            if command != name:
                return False
            text = answer(line) if callable(answer) else answer
            session.raw(text.replace(b"$", session.tag.encode()))
            return True

    Says.__name__ = title
    for key, value in more.items():
        setattr(Says, key, value)
    every_fault.append(Says)


says("BODY", b"* 1 FETCH (UID 1 BODY[] {4294967295}\r\n", "literal_of_four_gigabytes")
says("BODY", b"* 1 FETCH (UID 1 BODY[] {-1}\r\n)\r\n$ OK\r\n", "literal_of_minus_one")
says("BODY", b"* 1 FETCH (UID 1 BODY[] {99999999999999999999}\r\n", "literal_of_twenty_digits")
says("BODY", b"* 1 FETCH (UID 1 BODY[] {10}\r\nSubject: and much more than ten bytes\r\n)\r\n$ OK\r\n", "literal_too_short_for_its_bytes")
says("BODY", b"* 1 FETCH (" + b"X {1}\r\nx " * 100000 + b")\r\n$ OK\r\n", "a_hundred_thousand_literals")
# These do not end the session; the server thinks better of it after some seconds.
says("BODY", b"$ OK nothing\r\n", "ok_without_data", seconds=5)
says("BODY", b"* 1 FETCH (UID 1 BODY[] NIL)\r\n$ OK\r\n", "nil_for_a_mail", seconds=5)
says("BODY", b'* 1 FETCH (UID 1 BODY[] "")\r\n$ OK\r\n', "nothing_for_a_mail", seconds=5)
says("BODY", b"* 1 FETCH (UID 4711 BODY[] {9}\r\nnot asked)\r\n$ OK\r\n", "mail_of_another_uid", seconds=5)
for command, after in (("CAPABILITY", "keep"), ("EXAMINE", "keep"), ("SELECT", "seen"), ("UID SEARCH", "keep"), ("SIZE", "keep"),
                       ("BODY", "keep"), ("IDLE", "keep"), ("UID STORE", "seen"), ("UID MOVE", "move")):
    place = "at_" + command.lower().replace(" ", "_")
    # These end a command and not the session: the server itself has to think better of it.
    seconds = 5 if command in ("SIZE", "BODY", "UID STORE", "UID MOVE") else None
    says(command, b"$ NO [SERVERBUG] not now\r\n", "no_" + place, after=after, seconds=seconds)
    says(command, b"$ BAD what?\r\n", "bad_" + place, after=after, seconds=seconds)
    says(command, b"* BYE going down\r\n", "bye_" + place, after=after)
says("AUTHENTICATE", b"$ NO [UNAVAILABLE] later\r\n", "login_not_available", connections=1)
says("AUTHENTICATE", b"$ NO [AUTHENTICATIONFAILED] no\r\n", "login_refused_once", connections=1)
says("UID SEARCH", b"* 1 RECENT\r\n" * 20000 + b"$ OK\r\n", "endless_untagged")
says("UID SEARCH", b"* SEARCH " + b"1 " * 5_000_000 + b"\r\n$ OK\r\n", "line_of_ten_megabytes")
says("UID SEARCH", b"* SEARCH 1\0 2\r\n$ OK\r\n", "nul_in_a_line")
says("UID SEARCH", b"* SEARCH 3 1 3 0 2 99999999999 4 x\r\n$ OK\r\n", "odd_uids", seconds=5)
says("UID SEARCH", b"* OK [UIDVALIDITY 99] new\r\n* SEARCH 1 2 3 4\r\n$ OK\r\n", "uidvalidity_changes_in_the_session")
says("UID SEARCH", b"x99 OK done\r\n", "end_of_another_command")
says("UID SEARCH", bytes(range(128, 256)) * 50 + b"\r\n", "rubbish")
says("UID SEARCH", b"* SEARCH " + b"(" * 5000 + b"\r\n$ OK\r\n", "nested_too_deeply")


def size_lie(title, factor):
    class Lie(Fault):
        def output(self, session, data):
            return re.sub(rb"RFC822\.SIZE (\d+)", lambda m: b"RFC822.SIZE %d" % int(int(m.group(1)) * factor), data)

    Lie.__name__ = title
    every_fault.append(Lie)


size_lie("size_zero", 0)
size_lie("size_half", 0.5)
size_lie("size_tenfold", 10)
size_lie("size_of_gigabytes", 10**7)


@fault
class half_of_each_mail(Fault):
    """Well-formed answers with half the bytes."""

    connections = FOR_EVER

    def command(self, session, name, line):
        if name != "BODY" or "<" in line:
            return False
        for uid in session.chosen(line.split(" ")[2]):
            mail = session.mails()[uid][0]
            half = mail[: len(mail) // 2]
            session.raw(b"* 1 FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, len(half), half))
        session.ok()
        return True


@fault
class news_in_every_answer(Fault):
    connections = FOR_EVER

    def output(self, session, data):
        if session.name not in ("SIZE", "BODY"):
            return data
        return b"* 2 FETCH (FLAGS (\\Seen))\r\n* 1 EXPUNGE\r\n* 3 EXISTS\r\n* OK [ALERT] hello\r\n" + data


@fault
class one_byte_a_second(Fault):
    seconds = 6

    def output(self, session, data):
        for i in range(len(data)):
            if not session.bad:
                return data[i:]
            session.raw(data[i : i + 1])
            time.sleep(1)
        return b""


@fault
class silence_before_the_greeting(Fault):
    connections = 1

    def accept(self, session):
        session.until_closed()


@fault
class silence_in_a_mail(Fault):
    connections = 1

    def command(self, session, name, line):
        if name != "BODY":
            return False
        session.raw(b"* 1 FETCH (UID 1 BODY[] {1000}\r\nSubject: x\r\n")
        session.until_closed()


@fault
class idle_never_ends(Fault):
    connections = 1

    def command(self, session, name, line):
        if name != "IDLE":
            return False
        session.raw(b"+ idling\r\n")
        session.until_closed()


@fault
class uidvalidity_changes_five_times(Fault):
    connections = FOR_EVER

    def command(self, session, name, line):
        if name == "EXAMINE":
            session.server.happened()
            session.server.uidvalidity = min(session.server.uidvalidity + 1, 6)
        return False


@fault
class messages_vanish_before_they_are_fetched(Fault):
    """And are back the next time."""

    seconds = 5

    def command(self, session, name, line):
        if name != "BODY":
            return False
        session.raw(b"* 1 EXPUNGE\r\n" * 4)
        session.ok("[EXPUNGEISSUED] done")
        return True


@fault
class no_idle(Fault):
    capabilities = "IMAP4rev1 AUTH=PLAIN"
    connections = 0


@fault
class no_move_and_no_uidplus(Fault):
    capabilities = "IMAP4rev1 AUTH=PLAIN"
    after = "move"
    connections = 0


@fault
class no_move(Fault):
    capabilities = "IMAP4rev1 AUTH=PLAIN UIDPLUS"
    after = "move"
    connections = 0


@fault
class quota_full_on_move(Fault):
    after = "move"
    seconds = 4

    def command(self, session, name, line):
        if name == "UID MOVE":
            session.raw(session.tag.encode() + b" NO [OVERQUOTA] full\r\n")
            return True
        return False


@fault
class gone_in_a_move(Fault):
    after = "move"

    def output(self, session, data):
        if session.name == "UID MOVE":
            raise Gone
        return data


@fault
class preauth_where_starttls_is_wanted(Fault):
    tls = "starttls"

    def output(self, session, data):
        return data.replace(b"* OK ready", b"* PREAUTH ready")


@fault
class no_starttls(Fault):
    tls = "starttls"

    def output(self, session, data):
        return data.replace(b" STARTTLS", b"")


@fault
class plaintext_behind_starttls(Fault):
    tls = "starttls"

    def command(self, session, name, line):
        if name != "STARTTLS":
            return False
        session.raw(session.tag.encode() + b" OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nA002 OK injected\r\n")
        session.start_tls()
        return True


def bad_certificate(title, name):
    class Bad(Fault):
        tls = "implicit"

        def certificate(self, session):
            session.server.happened()
            directory = session.server.directory
            return directory / f"{name}.pem", directory / f"{name}.key"

    Bad.__name__ = title
    every_fault.append(Bad)


bad_certificate("certificate_of_another_host", "other_host")
bad_certificate("certificate_expired", "expired")
bad_certificate("certificate_not_yet_valid", "future")
bad_certificate("certificate_signed_by_itself", "self_signed")
bad_certificate("certificate_of_an_unknown_authority", "unknown")


# These lack something, rather than do something.
by_nature = (Fault, no_idle, no_move_and_no_uidplus, no_move)
