"""The reporters of the sample mailbox: how each writes its XML, packs it and mails it.

The shapes are those of the large receivers and of common self-hosted software: order of elements, what is left out,
line ends, containers, MIME structure. Domains, sources and numbers are of sample_world.
"""
import base64
import struct
import zlib
from dataclasses import dataclass
from email.utils import formatdate
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Reporter:
    org_name: str
    email: str
    receiver: str  # first field of the file name, and the Submitter
    mail_from: str
    share: float  # of all mail in the world, what this receiver sees
    domains: dict  # domain -> one report every n days
    mail: str  # shape of the mail, see wrap()
    report_id: str = "digits"
    shift: int = 0  # seconds after midnight at which its day begins
    length: int = 86399
    # The XML.
    declaration: str = '<?xml version="1.0" encoding="UTF-8" ?>\n'
    namespace: str = ""
    version: str = "1.0"
    newline: str = "\n"
    indent: str = "  "
    without: frozenset = frozenset()  # of: adkim sp scope selector envelope_from pct dkim_when_empty
    envelope_to: str = ""
    np: bool = False
    fo: bool = False
    spf_first: bool = False
    result_first: bool = False
    human_result: bool = False
    contact: str = ""
    verdict: bool = True  # false: says only what it did, not why
    charset: str = "utf-8"

    @property
    def rfc9990(self):
        return bool(self.namespace)


RFC9990 = "urn:ietf:params:xml:ns:dmarc-2.0"
PLAIN = '<?xml version="1.0" encoding="UTF-8"?>\n'

REPORTERS = [
    Reporter("google.com", "noreply-dmarc-support@google.com", "google.com", "noreply-dmarc-support@google.com", 0.42,
             {"example.com": 1, "example.org": 3, "example.net": 5, "shop.example": 4, "mail.example.com": 9,
              "parked.example": 6}, "single_zip", "digits", np=True, indent="  ",
             without=frozenset({"scope", "envelope_from"}), contact="https://support.google.com/a/answer/2466580"),
    Reporter("Outlook.com", "dmarcreport@microsoft.com", "protection.outlook.com", "dmarcreport@microsoft.com", 0.21,
             {"example.com": 1, "example.org": 6, "shop.example": 9}, "outlook", "hex32", length=86400, fo=True,
             declaration='<?xml version="1.0"?>\r\n', newline="\r\n", envelope_to="outlook.com"),
    Reporter("Enterprise Outlook", "dmarcreport@microsoft.com", "enterprise.protection.outlook.com",
             "dmarcreport@microsoft.com", 0.12, {"example.com": 5, "mail.example.com": 18}, "outlook", "hex32",
             length=86400, fo=True, declaration='<?xml version="1.0"?>\r\n', newline="\r\n",
             envelope_to="customer.example"),
    Reporter("Yahoo", "dmarchelp@yahooinc.com", "yahoo.com", "noreply@dmarc.yahoo.com", 0.1,
             {"example.com": 2, "example.org": 6, "shop.example": 7}, "yahoo", "epoch_micro", version="",
             declaration='<?xml version="1.0"?>\n', without=frozenset({"sp", "scope", "envelope_from"})),
    Reporter("Mail.Ru", "dmarc_support@corp.mail.ru", "mail.ru", "dmarc_support@corp.mail.ru", 0.03,
             {"example.com": 6, "shop.example": 15}, "mailru", "digits", length=86400,
             declaration="<?xml version='1.0' encoding='utf-8'?>", newline="", indent="",
             without=frozenset({"scope"})),
    Reporter("Mimecast", "noreply@dmarc.mimecastreport.example", "mimecast.org", "noreply@dmarc.mimecastreport.example",
             0.03, {"example.com": 7, "example.org": 11}, "single_gzip_tail", "hex64", version="", human_result=True,
             without=frozenset({"scope", "envelope_from"}), contact="https://mimecast.example"),
    Reporter("Fastmail Pty Ltd", "reports@fastmaildmarc.com", "fastmaildmarc.com", "reports@fastmaildmarc.com", 0.02,
             {"example.com": 8, "example.net": 11}, "inline_2231", "number", declaration=PLAIN,
             without=frozenset({"adkim"}), human_result=True),
    Reporter("AMAZON-SES", "postmaster@amazonses.com", "amazonses.com", "postmaster@amazonses.com", 0.02,
             {"example.com": 12}, "octet_stream", "uuid", length=86400, version="0.1", declaration='<?xml version="1.0"?>\n',
             without=frozenset({"selector", "scope"})),
    Reporter("GMX", "noreply-dmarc@sicher.gmx.net", "gmx.net", "noreply-dmarc@sicher.gmx.net", 0.03,
             {"example.com": 4, "example.net": 9}, "mixed_gzip", "hex32", namespace=RFC9990),
    Reporter("Nordlys Mailbox", "dmarc@nordlys.example", "nordlys.example", "dmarc@nordlys.example", 0.01,
             {"example.com": 9, "shop.example": 14}, "plain_xml", "mailbox", namespace=RFC9990, declaration=PLAIN),
    Reporter("bakery.example", "postmaster@bakery.example", "bakery.example", "dmarc@bakery.example", 0.004,
             {"example.com": 8, "example.net": 12}, "mixed_gzip", "domain_begin_end", version="", shift=-3600,
             length=86400, without=frozenset({"selector", "scope", "envelope_from"})),
    Reporter("mx.club.example", "postmaster@mx.club.example", "mx.club.example", "opendmarc@mx.club.example", 0.004,
             {"example.com": 9, "example.org": 13}, "mixed_zip", "domain_colon_epoch", version="1", spf_first=True,
             shift=25200, length=86399),
    Reporter("Käserei Hügli", "post@kaeserei.example", "kaeserei.example", "post@kaeserei.example", 0.002,
             {"example.org": 15}, "mixed_gzip", "number", charset="iso-8859-1",
             declaration='<?xml version="1.0" encoding="ISO-8859-1"?>\n', result_first=True),
    Reporter("oldgate.example", "abuse@oldgate.example", "oldgate.example", "abuse@oldgate.example", 0.002,
             {"shop.example": 30}, "mixed_gzip", "number", version="", verdict=False),
]


def report_id(reporter, rng, domain, begin, end):
    hexadecimal = "".join("0123456789abcdef"[int(rng.random() * 16)] for _ in range(64))
    return {
        "digits": str(int(10**18 * (1 + 8 * rng.random()))),
        "number": str(int(10**8 * (1 + 8 * rng.random()))),
        "hex32": hexadecimal[:32],
        "hex64": hexadecimal,
        "uuid": "-".join((hexadecimal[:8], hexadecimal[8:12], hexadecimal[12:16], hexadecimal[16:20], hexadecimal[20:32])),
        "epoch_micro": "%d.%06d" % (end + 9000, int(10**6 * rng.random())),
        "domain_begin_end": "%s.%d.%d" % (domain, begin, end),
        "domain_colon_epoch": "%s:%d" % (domain, end + 60),
        "mailbox": "%d-%s@%s" % (begin, domain, reporter.receiver),
    }[reporter.report_id]


class Xml:
    """Writes elements in the reporter's manner: its line ends, its indentation."""

    def __init__(self, reporter):
        self.reporter, self.depth, self.out = reporter, 0, []

    def line(self, text):
        self.out.append(self.reporter.indent * self.depth + text + self.reporter.newline)

    def open(self, name, attributes=""):
        self.line("<%s%s>" % (name, attributes))
        self.depth += 1

    def close(self, name):
        self.depth -= 1
        self.line("</%s>" % name)

    def value(self, name, text):
        self.line("<%s>%s</%s>" % (name, escape(str(text)), name))


def render(reporter, report):
    """The XML of a report, as bytes."""
    x, r, without = Xml(reporter), reporter, reporter.without
    x.open("feedback", ' xmlns="%s"' % r.namespace if r.namespace else "")
    if r.version:
        x.value("version", r.version)
    x.open("report_metadata")
    x.value("org_name", r.org_name)
    x.value("email", r.email)
    if r.contact:
        x.value("extra_contact_info", r.contact)
    x.value("report_id", report.report_id)
    x.open("date_range")
    x.value("begin", report.begin)
    x.value("end", report.end)
    x.close("date_range")
    if r.rfc9990:
        x.value("generator", "Sample Reporter 1.0")
    x.close("report_metadata")
    x.open("policy_published")
    x.value("domain", report.domain)
    if "adkim" not in without:
        x.value("adkim", report.policy.adkim)
        x.value("aspf", report.policy.aspf)
    x.value("p", report.policy.p)
    if "sp" not in without and report.policy.sp:
        x.value("sp", report.policy.sp)
    if not r.rfc9990:
        x.value("pct", report.policy.pct)
    if r.np:
        x.value("np", report.policy.sp or report.policy.p)
    if r.fo:
        x.value("fo", "0")
    if r.rfc9990:
        x.value("testing", "n")
        x.value("discovery_method", "treewalk")
    x.close("policy_published")
    for record in report.records:
        render_record(x, r, record)
    x.close("feedback")
    return (r.declaration + "".join(x.out)).encode(r.charset)


def render_record(x, r, record):
    flow = record.flow
    x.open("record")
    x.open("row")
    x.value("source_ip", flow.ip)
    x.value("count", record.messages)
    x.open("policy_evaluated")
    x.value("disposition", record.disposition)
    if r.verdict:
        x.value("dkim", "pass" if flow.dkim_aligned else "fail")
        x.value("spf", "pass" if flow.spf_aligned else "fail")
    for kind, comment in record.reasons:
        x.open("reason")
        x.value("type", kind)
        x.value("comment", comment)
        x.close("reason")
    x.close("policy_evaluated")
    x.close("row")
    x.open("identifiers")
    if r.envelope_to:
        x.value("envelope_to", r.envelope_to)
    if "envelope_from" not in r.without:
        x.value("envelope_from", flow.envelope_from)
    x.value("header_from", flow.header_from)
    x.close("identifiers")
    x.open("auth_results")
    if r.spf_first:
        render_spf(x, r, flow)
    for domain, selector, result in flow.dkim:
        x.open("dkim")
        if r.result_first:
            x.value("result", result)
        x.value("domain", domain)
        if "selector" not in r.without:
            x.value("selector", selector)
        if not r.result_first:
            x.value("result", result)
        if r.human_result:
            x.value("human_result", "")
        x.close("dkim")
    if not r.spf_first:
        render_spf(x, r, flow)
    x.close("auth_results")
    x.close("record")


def render_spf(x, r, flow):
    x.open("spf")
    x.value("domain", flow.envelope_from)
    if "scope" not in r.without:
        x.value("scope", "mfrom")
    x.value("result", flow.spf)
    x.close("spf")


# Containers, byte for byte the same with every version of zlib's wrappers.

def gzipped(data, name=""):
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(data) + deflate.flush()
    head = b"\x1f\x8b\x08" + (b"\x08" if name else b"\x00") + b"\0\0\0\0\x02\xff"
    return head + (name.encode() + b"\0" if name else b"") + body + struct.pack("<II", zlib.crc32(data), len(data))


def zipped(data, name):
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(data) + deflate.flush()
    entry = name.encode()
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x5821, zlib.crc32(data), len(body), len(data), len(entry), 0)
    local = b"PK\x03\x04" + fields + entry + body
    central = b"PK\x01\x02\x14\x03" + fields + struct.pack("<HHHII", 0, 0, 0, 0x81A40000, 0) + entry
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


# Mails.

def base64_lines(data):
    text = base64.b64encode(data).decode()
    return "\n".join(text[i:i + 76] for i in range(0, len(text), 76)) + "\n"


def part(headers, body):
    return "".join("%s: %s\n" % header for header in headers) + "\n" + body


def multipart(kind, boundary, parts):
    body = "".join("--%s\n%s\n" % (boundary, p) for p in parts) + "--%s--\n" % boundary
    return [("MIME-Version", "1.0"), ("Content-Type", 'multipart/%s; boundary="%s"' % (kind, boundary))], body


def mail(mail_from, subject, sent, message_id, headers, body, to="dmarc@example.com"):
    top = [("Received", "from %s by mx.example.com; %s" % (mail_from.split("@")[1], formatdate(sent))),
           ("From", mail_from), ("To", to), ("Subject", subject), ("Date", formatdate(sent - 5)),
           ("Message-ID", "<%s>" % message_id)]
    return part(top + headers, body)


def report_mail(reporter, report, sent, message_id):
    """The mail that brings one report, as text with LF line ends."""
    xml = render(reporter, report)
    name = "%s!%s!%d!%d" % (reporter.receiver, report.domain, report.begin, report.end)
    return wrap(reporter, report, xml, name, sent, message_id)


def wrap(r, report, xml, name, sent, message_id):
    prose = "This is an aggregate report from %s.\n" % r.receiver
    subject = "Report Domain: %s\n Submitter: %s\n Report-ID: <%s>" % (report.domain, r.receiver, report.report_id)
    boundary = "=_%08x" % zlib.crc32(message_id.encode())
    base64_encoded = ("Content-Transfer-Encoding", "base64")

    def attached(content_type, file_name, data, disposition="attachment"):
        return part([("Content-Type", '%s; name="%s"' % (content_type, file_name)), base64_encoded,
                     ("Content-Disposition", '%s; filename="%s"' % (disposition, file_name))], base64_lines(data))

    text = part([("Content-Type", "text/plain; charset=utf-8")], prose)
    gz, zip_ = name + ".xml.gz", name + ".zip"
    if r.mail == "single_zip":
        subject = "Report domain: %s Submitter: %s Report-ID: %s" % (report.domain, r.receiver, report.report_id)
        headers = [("MIME-Version", "1.0"), ("Content-Type", 'application/zip; name="%s"' % zip_),
                   ("Content-Disposition", 'attachment; filename="%s"' % zip_), base64_encoded]
        body = base64_lines(zipped(xml, name + ".xml"))
    elif r.mail == "single_gzip_tail":
        headers = [("MIME-Version", "1.0"), ("Content-Type", "application/gzip"),
                   ("Content-Disposition", 'attachment; filename="%s"' % gz), base64_encoded]
        body = base64_lines(gzipped(xml) + b"\r\n")
    elif r.mail == "outlook":
        subject = "=?utf-8?B?%s?=" % base64.b64encode(
            ("Report Domain: %s Submitter: %s" % (report.domain, r.receiver)).encode()).decode()
        html = part([("Content-Type", 'text/html; charset="utf-8"'), base64_encoded],
                    base64_lines(("<div>%s</div>" % prose).encode()))
        inner_headers, inner = multipart("alternative", boundary + "b", [text, html])
        related_headers, related = multipart("related", boundary + "a", [part(inner_headers[1:], inner)])
        headers, body = multipart("mixed", boundary, [part(related_headers[1:], related),
                                                      attached("application/gzip", gz, gzipped(xml))])
    elif r.mail == "yahoo":
        binary = part([("Content-Type", "text/plain; charset=us-ascii"), ("Content-Transfer-Encoding", "binary")], prose)
        headers, body = multipart("mixed", boundary, [binary, attached("application/gzip", gz, gzipped(xml, name + ".xml"))])
    elif r.mail == "mailru":
        subject = "Report Domain: %s; Submitter: %s; Report-ID: %s" % (report.domain, r.org_name, report.report_id)
        encoded = part([("Content-Type", "text/plain; charset=utf-8"), base64_encoded], base64_lines(prose.encode()))
        headers, body = multipart("mixed", boundary, [encoded, attached("application/gzip", gz, gzipped(xml))])
    elif r.mail in ("inline_2231", "octet_stream"):
        cut = len(gz) // 2
        kind, disposition = {"inline_2231": ("application/gzip", "inline"),
                             "octet_stream": ("application/octet-stream", "attachment")}[r.mail]
        continued = part([("Content-Type", kind), base64_encoded,
                          ("Content-Disposition", '%s;\n filename*0="%s";\n filename*1="%s"'
                           % (disposition, gz[:cut], gz[cut:]))], base64_lines(gzipped(xml)))
        headers, body = multipart("mixed", boundary, [text, continued])
    elif r.mail == "plain_xml":
        headers, body = multipart("mixed", boundary, [text, part(
            [("Content-Type", "text/xml; charset=utf-8"), ("Content-Transfer-Encoding", "8bit"),
             ("Content-Disposition", 'attachment; filename="%s.xml"' % name)], xml.decode())])
    elif r.mail == "mixed_zip":
        headers, body = multipart("mixed", boundary, [text, attached("application/zip", zip_, zipped(xml, name + ".xml"))])
    else:
        headers, body = multipart("mixed", boundary, [text, attached("application/gzip", gz, gzipped(xml))])
    return mail(r.mail_from, subject, sent, message_id, headers, body)
