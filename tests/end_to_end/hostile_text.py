"""serve_hostile_text COMMAND...: serves reports and mails whose every text is an attack on a browser, while a command runs.

RUADAR_URL says where; RUADAR_PAYLOADS is a JSON list of what is in them. Ends with the command's exit code.
"""
import base64
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from program import Server, import_json, run
from report_mails import DAY

RUN = "window.__xss=1"
PAYLOADS = [
    "<script>%s</script>" % RUN,
    "<img src=x onerror=%s>" % RUN,
    "<svg onload=%s>" % RUN,
    "<svg><script>%s</script></svg>" % RUN,
    "\"><script>%s</script>" % RUN,
    "'><img src=x onerror=%s>" % RUN,
    "</title><script>%s</script>" % RUN,
    "</script><script>%s</script>" % RUN,
    "<iframe srcdoc='<script>parent.__xss=1</script>'></iframe>",
    "<iframe src=javascript:parent.__xss=1></iframe>",
    "<a href=javascript:%s>x</a>" % RUN,
    "javascript:%s" % RUN,
    "data:text/html,<script>opener.__xss=1</script>",
    "<body onload=%s>" % RUN,
    "<details open ontoggle=%s>" % RUN,
    "<input autofocus onfocus=%s>" % RUN,
    "<math><mtext><style><img src=x onerror=%s></style></mtext></math>" % RUN,
    "<form id=app action=//evil.example><button>x</button></form>",
    "<img name=body src=//evil.example/x>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example/x)}</style>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<base href=//evil.example/>",
    "<object data=//evil.example/x></object><embed src=//evil.example/x>",
    "{{constructor.constructor('%s')()}}${%s}" % (RUN, RUN),
    "__proto__",
    "constructor",
    "\u202egnp.exe\u2066<b>\u2028%s" % RUN,
    "&lt;img src=x onerror=%s&gt;" % RUN,
    "x' onmouseover='%s' style='position:fixed;inset:0" % RUN,
]


def report(n, payload):
    """A report about example.com with the payload wherever a reporter writes text."""
    text = escape(payload)
    auth = ("<dkim><domain>%s</domain><selector>%s</selector><result>pass</result><human_result>%s</human_result></dkim>"
            "<spf><domain>%s</domain><scope>%s</scope><result>%s</result><human_result>%s</human_result></spf>" % ((text,) * 7))
    return ("""<?xml version="1.0" encoding="UTF-8"?>
<feedback><version>1.0</version><report_metadata><org_name>{0}</org_name><email>{0}</email><extra_contact_info>{0}</extra_contact_info>
<report_id>{0} {1}</report_id><date_range><begin>{2}</begin><end>{3}</end></date_range><error>{0}</error><generator>{0}</generator></report_metadata>
<policy_published><domain>example.com</domain><adkim>{0}</adkim><aspf>r</aspf><p>none</p><sp>{0}</sp><fo>{0}</fo></policy_published>
<record><row><source_ip>192.0.2.{1}</source_ip><count>{1}</count><policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>fail</spf>
<reason><type>other</type><comment>{0}</comment></reason><reason><type>{0}</type><comment>{0}</comment></reason></policy_evaluated></row>
<identifiers><header_from>{0}</header_from><envelope_from>{0}</envelope_from><envelope_to>{0}</envelope_to></identifiers>
<auth_results>{4}</auth_results></record></feedback>""".format(text, n, DAY, DAY + 86399, auth)).encode()


def encoded_word(text):
    return "=?utf-8?B?%s?=" % base64.b64encode(text.encode()).decode()


def mail(n, payload, xml):
    word = encoded_word(payload)
    body = base64.encodebytes(gzip.compress(xml, mtime=0)).replace(b"\n", b"\r\n")
    name = encoded_word(payload + ".xml.gz")
    return ("From: %s <a@example.net>\r\nTo: dmarc@example.com\r\nSubject: %s\r\nMessage-ID: <%d@example.net>\r\n"
            "MIME-Version: 1.0\r\nContent-Type: application/gzip; name=\"%s\"\r\n"
            "Content-Disposition: attachment; filename=\"%s\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            % (word, word, n, name, name)).encode() + body


def write_mails(folder):
    """Each payload once in a report that is read, and once in one that is not: its words stand in the failure."""
    for n, payload in enumerate(PAYLOADS, 1):
        good = report(n, payload)
        (folder / ("%03d.eml" % n)).write_bytes(mail(n, payload, good))
        cut = good[: good.index(b"<identifiers>") + len(b"<identifiers><header_from>") + len(escape(payload).encode())]
        (folder / ("%03d-cut.eml" % n)).write_bytes(mail(1000 + n, payload, cut))


def name_tokens(database):
    """What an admin writes is shown, too."""
    for payload in PAYLOADS:
        run("token", "create", "--scope", "read", "--name", payload, "--db", database, check=(0,))


def main():
    folder = Path(tempfile.mkdtemp(prefix="ruadar-"))
    try:
        mails = folder / "mails"
        mails.mkdir()
        write_mails(mails)
        totals = import_json(folder / "ruadar.db", mails)
        # What cannot be stored as a report is a failure, and shown as one: nothing may be left out.
        if totals["mails"] != 2 * len(PAYLOADS) or totals["stored"] < 24:
            raise SystemExit("the hostile reports were not read: %s" % totals)
        name_tokens(folder / "ruadar.db")
        with Server(folder / "ruadar.db") as server:
            told = {**os.environ, "RUADAR_URL": server.url, "RUADAR_PAYLOADS": json.dumps(PAYLOADS)}
            code = subprocess.run(sys.argv[1:], env=told).returncode
    finally:
        shutil.rmtree(folder)
    sys.exit(code)


if __name__ == "__main__":
    main()
