"""A second reader of report mails, to check the first: Python's own email, gzip, zipfile and ElementTree.

It shares no code, no library and no author's habit with the program. It is as tolerant as the formats ask (names
matched without namespace, any order, blanks trimmed, bytes that are no UTF-8), and gives up where it would have to
guess: the tests then look at what the program says about such a document.
"""
import base64
import email
import email.policy
import gzip
import io
import mailbox
import os
import re
import zipfile
import zlib
import datetime
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

CLASSES = ("pass_both", "pass_one", "fail_delivered", "fail_stopped", "unknown")


@dataclass
class ReadReport:
    org_name: str
    report_id: str
    domain: str
    begin: int
    end: int
    records: int = 0
    messages: int = 0
    classes: dict = field(default_factory=lambda: dict.fromkeys(CLASSES, 0))
    dispositions: dict = field(default_factory=dict)

    @property
    def key(self):
        return self.domain, self.report_id, self.begin, self.end

    @property
    def totals(self):
        return (self.records, self.messages) + tuple(self.classes[name] for name in CLASSES)


def reports_of_path(path):
    """Every report in a file or below a folder, in the order of the file names: (path, report)."""
    path = Path(path)
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    for file in files:
        for report in reports_of_bytes(file.read_bytes()):
            yield file, report


def reports_of_bytes(data):
    for document in documents(data):
        report = read_report(document)
        if report:
            yield report


# From bytes to documents: what they are is seen in the bytes, never in a name.

def documents(data, depth=0):
    """Every XML document in `data`: XML, gzip, zip, a mail, an mbox."""
    if depth > 6:
        return
    if data[:2] == b"\x1f\x8b":
        try:
            inner = gunzip(data)
        except (zlib.error, EOFError):
            return
        yield from documents(inner, depth + 1)
    elif data[:2] == b"PK":
        yield from zip_entries(data, depth)
    elif data[:2] in (b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        try:
            yield from documents(zlib.decompress(data), depth + 1)
        except zlib.error:
            return
    elif data[:5] == b"From ":
        yield from mbox_entries(data, depth)
    elif looks_like_xml(data):
        yield data
    elif looks_like_mail(data):
        yield from mail_parts(email.message_from_bytes(data, policy=email.policy.compat32), depth)


def gunzip(data):
    """All members of a gzip file; what follows the last one is not looked at."""
    out = b""
    while data[:2] == b"\x1f\x8b":
        inflate = zlib.decompressobj(31)
        out += inflate.decompress(data)
        if not inflate.eof:
            raise EOFError("gzip ends early")
        data = inflate.unused_data
    return out


def zip_entries(data, depth):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                name = entry.filename.rsplit("/", 1)[-1]
                if entry.is_dir() or not entry.file_size or entry.filename.startswith("__MACOSX/") or name.startswith("."):
                    continue
                try:
                    yield from documents(archive.read(entry), depth + 1)
                except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
                    continue
    except zipfile.BadZipFile:
        return


def mbox_entries(data, depth):
    for text in re.split(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\n", data)[1:]:
        yield from documents(re.sub(rb"(?m)^>(>*From )", rb"\1", text), depth + 1)


def looks_like_xml(data):
    start = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0\"")
    return start[:1] == b"<"


def looks_like_mail(data):
    return re.match(rb"\s*[!-9;-~]+[ \t]*:", data[:1000]) is not None


def mail_parts(message, depth):
    for part in message.walk():
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True) or b""
        encoded = b"".join(payload.split())
        if not packed(payload) and len(encoded) > 40 and re.fullmatch(rb"[A-Za-z0-9+/]+=*", encoded):
            # A transfer encoding that nobody declared.
            try:
                payload = base64.b64decode(encoded + b"=" * (-len(encoded) % 4))
            except ValueError:
                continue
        if packed(payload) or looks_like_xml(payload):
            yield from documents(payload, depth + 1)


def packed(data):
    return data[:2] in (b"\x1f\x8b", b"PK")


# From a document to a report.

def read_report(data):
    """None for what is no report, or no well-formed one after bounded repair."""
    root = parse_xml(data)
    if root is None or local(root) != "feedback":
        return None
    metadata = child(root, "report_metadata")
    policies = [node for node in root if local(node) == "policy_published" and text(node, "domain")]
    if metadata is None or not policies:
        return None
    period = child(metadata, "date_range")
    begin, end = (timestamp(text(period, name)) for name in ("begin", "end"))
    if begin is None or end is None:
        return None
    report = ReadReport(text(metadata, "org_name"), report_identifier(text(metadata, "report_id")),
                        domain_name(text(policies[0], "domain")), begin, end)
    for record in root.iter():
        if local(record) == "record" and child(record, "row") is not None:
            add_record(report, record)
    return report


def add_record(report, record):
    row = child(record, "row")
    evaluated = child(row, "policy_evaluated")
    dkim, spf = verdict(text(evaluated, "dkim")), verdict(text(evaluated, "spf"))
    disposition = text(evaluated, "disposition").lower()
    messages = number(text(row, "count"))
    if dkim == spf == "pass":
        kind = "pass_both"
    elif "pass" in (dkim, spf):
        kind = "pass_one"
    elif "unknown" in (dkim, spf):
        kind = "unknown"
    else:
        kind = "fail_stopped" if disposition in ("quarantine", "reject") else "fail_delivered"
    report.records += 1
    report.messages += messages
    report.classes[kind] += messages
    report.dispositions[disposition] = report.dispositions.get(disposition, 0) + messages


def parse_xml(data):
    """An ElementTree, by the first of these readings that is well-formed."""
    if re.search(rb"<!DOCTYPE|<!ENTITY", data, re.I):
        return None
    for attempt in (lambda: data, lambda: decoded(data).encode(), lambda: repaired(decoded(data)).encode()):
        try:
            return ElementTree.fromstring(attempt())
        except (ElementTree.ParseError, ValueError, LookupError):
            continue
    return None


def decoded(data):
    """Text without its declaration: by byte order mark, as UTF-8, else as Windows wrote it."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text_ = data.decode("utf-16", "replace")
    else:
        try:
            text_ = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text_ = data.decode("windows-1252", "replace")
    return re.sub(r"^\s*<\?xml.*?\?>", "", text_, count=1, flags=re.S)


def repaired(text_):
    text_ = re.sub("[\0-\x08\x0b\x0c\x0e-\x1f]", "", text_)
    text_ = re.sub(r"&(?!(?:[A-Za-z]+|#\d+|#x[0-9A-Fa-f]+);)", "&amp;", text_)
    for name in ("email", "org_name", "extra_contact_info", "comment", "human_result"):
        text_ = re.sub(r"(<%s>)(.*?)(</%s>)" % (name, name),
                       lambda match: match[1] + match[2].replace("<", "&lt;").replace(">", "&gt;") + match[3], text_, flags=re.S)
    whole = re.search(r"<(?:[\w.-]+:)?feedback\b.*</(?:[\w.-]+:)?feedback\s*>", text_, re.S)
    return whole[0] if whole else text_


def local(node):
    name = node.tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1].lower() if isinstance(node.tag, str) else ""
    return "identifiers" if name == "identities" else name


def child(node, name):
    return None if node is None else next((each for each in node if local(each) == name), None)


def text(node, name):
    found = child(node, name)
    return "" if found is None else "".join(found.itertext()).strip()


def verdict(word):
    word = word.lower()
    if word in ("pass", "fail"):
        return word
    # A raw result that leaked in is certainly no aligned pass; nothing said is nothing known.
    return "fail" if word in ("none", "softfail", "neutral", "temperror", "permerror", "hardfail", "policy") else "unknown"


def number(word):
    match = re.fullmatch(r"\+?(\d+)(?:\.0*)?", word)
    value = int(match[1]) if match else 0
    return value if value <= 10**9 else 0


def timestamp(word):
    if re.fullmatch(r"\d{4}-\d\d-\d\d[T ].*", word):
        try:
            return int(datetime.datetime.fromisoformat(word.replace("Z", "+00:00")).timestamp())
        except ValueError:
            return None
    match = re.fullmatch(r"(\d{1,18})(?:\.\d*)?", word)
    if not match:
        return None
    value = int(match[1])
    return value // 1000 if value > 10**11 else value


def report_identifier(word):
    return word[1:-1].strip() if word[:1] == "<" and word[-1:] == ">" else word


def domain_name(word):
    word = word.strip().rstrip(".").lower()
    if not word.isascii():
        word = word.encode("idna").decode()
    return word
