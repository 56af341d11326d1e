"""Small report mails, each with one report of its own."""

import base64
import gzip

DAY = 1_790_000_000  # 2026-09-21


def report_xml(identity, rows):
    """A record for each of (source, count)."""
    records = "".join(f"""<record><row><source_ip>{source}</source_ip><count>{count}</count><policy_evaluated><disposition>none</disposition>
<dkim>pass</dkim><spf>pass</spf></policy_evaluated></row><identifiers><header_from>example.com</header_from></identifiers>
<auth_results><spf><domain>example.com</domain><result>pass</result></spf></auth_results></record>""" for source, count in rows)
    return f"""<?xml version="1.0"?>
<feedback><report_metadata><org_name>reporter.example</org_name><email>noreply@reporter.example</email>
<report_id>{identity}</report_id><date_range><begin>{DAY}</begin><end>{DAY + 86399}</end></date_range></report_metadata>
<policy_published><domain>example.com</domain><p>none</p></policy_published>
{records}</feedback>""".encode()


def report_mail(identity, count, source="192.0.2.1"):
    """One record of `count` messages."""
    xml = report_xml(identity, [(source, count)])
    body = base64.encodebytes(gzip.compress(xml, mtime=0)).replace(b"\n", b"\r\n")
    return (f"From: noreply@reporter.example\r\nTo: dmarc@example.com\r\nSubject: Report Domain: example.com "
            f"Submitter: reporter.example Report-ID: {identity}\r\nMessage-ID: <{identity}@reporter.example>\r\n"
            f"MIME-Version: 1.0\r\nContent-Type: application/gzip; name=\"{identity}.xml.gz\"\r\n"
            f"Content-Disposition: attachment; filename=\"{identity}.xml.gz\"\r\n"
            f"Content-Transfer-Encoding: base64\r\n\r\n").encode() + body


def note_mail(text):
    return f"From: a@example.net\r\nTo: dmarc@example.com\r\nSubject: {text}\r\n\r\n{text}\r\n".encode()
