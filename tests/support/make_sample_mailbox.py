#!/usr/bin/env python3
"""Writes the sample mailbox: 90 days of what a report mailbox holds, and what a correct reader makes of it.

  make_sample_mailbox.py --out DIR [--end 2026-11-18]

DIR/mailbox.mbox.gz  the mailbox, oldest mail first
DIR/truth.json       exact totals, counted from the made-up world and not from the XML

The same arguments give the same bytes. Beside the reports lies what else such a mailbox receives: copies, a report that
says something else than its first copy, a truncated one, TLS reports, a failure report, a bounce, an auto-reply, an
advertisement.
"""
import argparse
import datetime
import ipaddress
import json
import os
import random
import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass

import sample_world as world
from sample_reporters import REPORTERS, base64_lines, gzipped, mail, multipart, part, render, report_id, report_mail, wrap

SECONDS = 86400


@dataclass
class Record:
    flow: world.Flow
    messages: int
    disposition: str
    reasons: list


@dataclass
class Report:
    reporter: object
    domain: str
    policy: world.Policy
    report_id: str
    begin: int
    end: int
    records: list


def rounded(rng, expected):
    """A whole number whose mean is `expected`."""
    return int(expected) + (rng.random() < expected - int(expected))


def make_record(rng, reporter, domain, day, flow, messages):
    policy, applied = world.policy(domain, day), world.applied(domain, flow.header_from, day)
    reasons = []
    if flow.passes:
        disposition = "pass" if reporter.rfc9990 and applied != "none" else "none"
    elif flow.override:
        disposition, reasons = "none", [flow.override]
    else:
        disposition = applied
        if policy.pct < 100 and not reporter.rfc9990 and rng.random() * 100 >= policy.pct:
            disposition, reasons = "none", [("sampled_out", "")]
    return Record(flow, messages, disposition, reasons)


def make_report(reporter, domain, day, start):
    rng = random.Random("%s %s %d" % (reporter.org_name, domain, day))
    weekday = time.gmtime(start + day * SECONDS).tm_wday
    begin = start + day * SECONDS + reporter.shift
    records = []
    for flow in world.flows(domain, day, weekday):
        messages = rounded(rng, flow.messages * reporter.share * (0.7 + 0.6 * rng.random()))
        if messages:
            records.append(make_record(rng, reporter, domain, day, flow, messages))
    return Report(reporter, domain, world.policy(domain, day), report_id(reporter, rng, domain, begin, begin + reporter.length),
                  begin, begin + reporter.length, records)


def reports(start):
    """(time of arrival, report), oldest first. Who has nothing to say about a day sends nothing, but GMX does."""
    arrivals = []
    for n, reporter in enumerate(REPORTERS):
        for m, (domain, every) in enumerate(reporter.domains.items()):
            for day in range((n * 3 + m * 2) % every, world.DAYS, every):
                report = make_report(reporter, domain, day, start)
                if report.records or reporter.org_name == "GMX":
                    arrivals.append((report.end + 5400 + n * 611 + m * 37, report))
    return sorted(arrivals, key=lambda arrival: arrival[0])


class Truth:
    """Adds up what a correct reader stores. Words and classes are those of the API."""

    def __init__(self):
        self.records = self.messages = 0
        self.totals, self.disposition, self.dkim, self.spf = Counter(), Counter(), Counter(), Counter()
        self.by = defaultdict(lambda: defaultdict(Counter))
        self.seen = defaultdict(set)
        self.outcomes = Counter()
        self.mails = 0

    def mail(self, outcome):
        self.mails += 1
        self.outcomes[outcome] += 1

    def store(self, report):
        self.mail("stored")
        self.seen["domains"].add(report.domain)
        self.seen["reporters"].add(report.reporter.org_name)
        middle = report.begin + (report.end - report.begin) // 2
        day = time.strftime("%Y-%m-%d", time.gmtime(middle))
        self.by["day"][day]["messages"] += 0
        for record in report.records:
            self.count(report, record, day)

    def count(self, report, record, day):
        flow, verdict = record.flow, report.reporter.verdict
        word = lambda aligned: ("pass" if aligned else "fail") if verdict else "unknown"
        if not verdict:
            kind = "unknown"
        elif flow.dkim_aligned and flow.spf_aligned:
            kind = "pass_both"
        elif flow.passes:
            kind = "pass_one"
        else:
            kind = "fail_stopped" if record.disposition in ("quarantine", "reject") else "fail_delivered"
        self.records += 1
        self.messages += record.messages
        self.totals[kind] += record.messages
        self.disposition[record.disposition] += record.messages
        self.dkim[word(flow.dkim_aligned)] += record.messages
        self.spf[word(flow.spf_aligned)] += record.messages
        source = str(ipaddress.ip_address(flow.ip))
        self.seen["sources"].add(source)
        keys = {"domain": report.domain, "reporter": report.reporter.org_name, "ip": source, "policy": report.policy.p,
                "header_from": flow.header_from, "disposition": record.disposition, "day": day,
                "combination": combination(flow, verdict)}
        for field, key in keys.items():
            self.by[field][key]["messages"] += record.messages
            self.by[field][key][kind] += record.messages

    def as_json(self, end):
        classes = ("pass_both", "pass_one", "fail_delivered", "fail_stopped", "unknown")
        return {
            "end": end,
            "import": {"mails": self.mails, "attachments": sum(self.outcomes.values()), "records": self.records,
                       "messages": self.messages,
                       **{name: self.outcomes[name] for name in ("stored", "duplicate", "conflict", "quarantined", "ignored")}},
            "summary": {"messages": self.messages, "records": self.records, "reports": self.outcomes["stored"],
                        "domains": len(self.seen["domains"]), "reporters": len(self.seen["reporters"]),
                        "sources": len(self.seen["sources"]), **{name: self.totals[name] for name in classes},
                        "disposition": {name: self.disposition[name] for name in ("none", "pass", "quarantine", "reject", "unknown")},
                        "dkim": {name: self.dkim[name] for name in ("pass", "fail", "unknown")},
                        "spf": {name: self.spf[name] for name in ("pass", "fail", "unknown")}},
            "by": {field: {key: {"messages": row["messages"], **{name: row[name] for name in classes}}
                           for key, row in sorted(rows.items())} for field, rows in sorted(self.by.items())},
        }


def combination(flow, verdict):
    """Which authentication passed: the aligned verdict, raw SPF, raw DKIM; '!' and what failed where nothing did."""
    dkim = [result for _, _, result in flow.dkim]
    passed = [name for name, true in (("dmarc", verdict and flow.passes), ("spf", flow.spf == "pass"),
                                      ("dkim", "pass" in dkim)) if true]
    if passed:
        return "+".join(passed)
    failed = [name for name, results in (("spf", [flow.spf]), ("dkim", dkim))
              if any(result not in ("pass", "none") for result in results)]
    return "!" + "+".join(failed) if failed else "none"


def strangers(start):
    """Mails that hold no aggregate report: (time, mail). All of them are ignored under their kind."""
    at = lambda day, hour: start + day * SECONDS + hour * 3600
    gzip_part = lambda name, data: part(
        [("Content-Type", 'application/tlsrpt+gzip; name="%s"' % name), ("Content-Transfer-Encoding", "base64"),
         ("Content-Disposition", 'attachment; filename="%s"' % name)], base64_lines(gzipped(data)))
    for day in (12, 40, 71):
        tls = {"organization-name": "Google Inc.", "contact-info": "smtp-tls-reporting@google.com",
               "report-id": "%d_example.com" % at(day, 0), "date-range": {
                   "start-datetime": time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(at(day, 0))),
                   "end-datetime": time.strftime("%Y-%m-%dT23:59:59Z", time.gmtime(at(day, 0)))},
               "policies": [{"policy": {"policy-type": "sts", "policy-domain": "example.com"},
                             "summary": {"total-successful-session-count": 321 + day, "total-failure-session-count": 0}}]}
        headers, body = multipart('report; report-type="tlsrpt"', "=_tls%d" % day, [
            part([("Content-Type", "text/plain")], "This is an aggregate TLS report from google.com\n"),
            gzip_part("google.com!example.com!%d!%d!001.json.gz" % (at(day, 0), at(day, 24) - 1), json.dumps(tls).encode())])
        headers = [("MIME-Version", "1.0"), ("Content-Type", 'multipart/report; report-type="tlsrpt"; boundary="=_tls%d"' % day),
                   ("TLS-Report-Domain", "example.com"), ("TLS-Report-Submitter", "google.com")]
        yield at(day + 1, 8), mail("noreply-smtp-tls-reporting@google.com",
                                   "Report Domain: example.com Submitter: google.com Report-ID: <%d@google.com>" % at(day, 0),
                                   at(day + 1, 8), "tls-%d@google.com" % day, headers, body)

    def multipart_report(kind, boundary, parts):
        _, body = multipart("report", boundary, parts)
        return [("MIME-Version", "1.0"), ("Content-Type", 'multipart/report; report-type=%s; boundary="%s"' % (kind, boundary))], body

    original = "From: accounts@example.com\nTo: someone@club.example\nSubject: Invoice\nMessage-ID: <forged@botnet.example>\n"
    headers, body = multipart_report("feedback-report", "=_arf", [
        part([("Content-Type", "text/plain")], "This is an authentication failure report.\n"),
        part([("Content-Type", "message/feedback-report")],
             "Feedback-Type: auth-failure\nUser-Agent: sample/1.0\nVersion: 1\nAuth-Failure: dmarc\nSource-IP: 203.0.113.140\n"
             "Reported-Domain: example.com\nAuthentication-Results: mx.club.example; dmarc=fail header.from=example.com\n"),
        part([("Content-Type", "text/rfc822-headers")], original)])
    yield at(37, 14), mail("postmaster@club.example", "FW: Invoice", at(37, 14), "arf-1@club.example", headers, body)

    headers, body = multipart_report("delivery-status", "=_dsn", [
        part([("Content-Type", "text/plain")], "Your message could not be delivered.\n"),
        part([("Content-Type", "message/delivery-status")],
             "Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; nobody@bakery.example\nAction: failed\nStatus: 5.1.1\n"),
        part([("Content-Type", "text/rfc822-headers")], "From: dmarc@example.com\nSubject: Re: Report Domain: example.com\n")])
    yield at(49, 9), mail("MAILER-DAEMON@mx.example.com", "Undelivered Mail Returned to Sender", at(49, 9), "dsn-1@mx.example.com", headers, body)

    yield at(55, 11), mail("colleague@club.example", "Out of office: Report Domain: example.com", at(55, 11), "ooo-1@club.example",
                           [("Auto-Submitted", "auto-replied"), ("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8")],
                           "I am away until Monday.\n\nFrom then on I read mail again.\n")
    yield at(63, 16), mail("offers@letterbird.example", "Reports that sell themselves", at(63, 16), "ad-1@letterbird.example",
                           [("MIME-Version", "1.0"), ("Content-Type", "text/html; charset=utf-8")],
                           "<html><body><p>Ten charts your boss will love.</p></body></html>\n")


def in_mbox(sent, text):
    """One mail of an mboxrd file."""
    quoted = re.sub("^(>*From )", r">\1", text, flags=re.M)
    return "From sample@example.com %s\n%s\n" % (time.strftime("%a %b %d %H:%M:%S %Y", time.gmtime(sent)), quoted)


def make(end):
    """The mails of the mailbox, oldest first, as (time, mail), and the truth about them."""
    last = datetime.datetime.strptime(end, "%Y-%m-%d").replace(tzinfo=datetime.timezone.utc)
    start = int(last.timestamp()) - (world.DAYS - 1) * SECONDS
    truth, box = Truth(), []
    arrivals = reports(start)
    for n, (sent, report) in enumerate(arrivals):
        message_id = "%d.%s" % (n, report.reporter.mail_from)
        box.append((sent, report_mail(report.reporter, report, sent, message_id)))
        truth.store(report)

    def one_of(org_name, n):
        return [arrival for arrival in arrivals if arrival[1].reporter.org_name == org_name][n]

    # The same report once more: delivered by a second route, sent again a day later, forwarded by a person.
    for n, (org_name, which, delay) in enumerate((("Yahoo", 20, 31), ("google.com", 90, SECONDS), ("Mimecast", 8, 4 * 3600))):
        sent, report = one_of(org_name, which)
        text = report_mail(report.reporter, report, sent + delay, "again-%d.%s" % (n, report.reporter.mail_from))
        if org_name == "Mimecast":
            headers, body = multipart("mixed", "=_forwarded", [part([("Content-Type", "text/plain")], "Is this one ours?\n"),
                                                               part([("Content-Type", "message/rfc822")], text)])
            text = mail("colleague@example.com", "Fwd: Report Domain: %s" % report.domain, sent + delay,
                        "forward-1@example.com", headers, body)
        box.append((sent + delay, text))
        truth.mail("duplicate")

    # The same identity with other numbers: the first is kept, this one waits for a decision.
    sent, report = one_of("bakery.example", 3)
    other = Report(**{**vars(report), "records": [Record(r.flow, r.messages + 1, r.disposition, r.reasons) for r in report.records]})
    box.append((sent + 7200, report_mail(report.reporter, other, sent + 7200, "other-1@bakery.example")))
    truth.mail("conflict")

    # Cut off by the sender's disk: half a document.
    reporter = next(r for r in REPORTERS if r.org_name == "mx.club.example")
    cut = make_report(reporter, "example.net", 47, start)
    xml = render(reporter, cut)
    name = "%s!%s!%d!%d" % (reporter.receiver, cut.domain, cut.begin, cut.end)
    sent = start + 48 * SECONDS + 3000
    box.append((sent, wrap(reporter, cut, xml[:len(xml) * 2 // 3], name, sent, "cut-1@mx.club.example")))
    truth.mail("quarantined")

    for sent, text in strangers(start):
        box.append((sent, text))
        truth.mail("ignored")
    return sorted(box, key=lambda entry: entry[0]), truth


def main():
    arguments = argparse.ArgumentParser(description="Writes the sample mailbox and the truth about it.")
    arguments.add_argument("--out", required=True)
    arguments.add_argument("--end", default="2026-11-18", help="the last day that reports are about")
    options = arguments.parse_args()
    box, truth = make(options.end)
    mbox = "".join(in_mbox(sent, text) for sent, text in box).encode()
    os.makedirs(options.out, exist_ok=True)
    with open(os.path.join(options.out, "mailbox.mbox.gz"), "wb") as file:
        file.write(gzipped(mbox))
    with open(os.path.join(options.out, "truth.json"), "w", encoding="utf-8") as file:
        json.dump(truth.as_json(options.end), file, indent=1, ensure_ascii=False)
        file.write("\n")


if __name__ == "__main__":
    main()
