"""Report mails in any number, as an mbox, with exact totals counted from the made-up world and not from the XML.

The reporters, their XML and their mails are those of the sample mailbox (tests/support); here the world is larger: many
sources that send for many domains, reports between one record and tens of thousands. The same arguments give the same bytes.
"""
import ipaddress
import json
import random
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import sample_world as world  # noqa: E402
from make_sample_mailbox import Record, Report, Truth, in_mbox  # noqa: E402
from sample_reporters import REPORTERS, report_id, report_mail  # noqa: E402

FIRST_DAY = 20_600  # since 1970
SECONDS = 86400
DOMAINS = ["example.com", "example.org", "example.net", *("brand%d.example" % n for n in range(9))]
SENDERS = ["sendwell.example", "newsflow.example", "billing.example", "helpdesk.example", "crm.example"]


class World:
    """Sources, the large ones first, and what each of them sends for a domain."""

    def __init__(self, rng, sources):
        self.flows = {}
        self.sources = [self.source(rng, n) for n in range(sources)]
        weights = [1 / (n + 8) ** 0.8 for n in range(sources)]
        self.weights = [sum(weights[:1])]
        for weight in weights[1:]:
            self.weights.append(self.weights[-1] + weight)
        self.policies = {domain: world.Policy(rng.choice(("none", "quarantine", "reject")), rng.choice(("", "none", "reject")),
                                              rng.choice("rrs"), rng.choice("rrs"), rng.choice((100, 100, 50)))
                         for domain in DOMAINS}

    @staticmethod
    def source(rng, n):
        if rng.random() < 0.2:
            return str(ipaddress.IPv6Address((0x20010DB8 << 96) | rng.getrandbits(16) << 64 | n))
        return str(ipaddress.IPv4Address((10 << 24) | n * 37 % (1 << 24)))

    def flow(self, n, domain):
        known = self.flows.get((n, domain))
        if known:
            return known
        rng = random.Random("%d %s" % (n, domain))
        sender = SENDERS[n % len(SENDERS)]
        header_from = domain if rng.random() < 0.9 else "news." + domain
        roll, selector = rng.random(), "s%d" % (n % 7)
        if roll < 0.55:  # a service that signs for the domain
            flow = world.Flow(self.sources[n], header_from, domain, ((domain, selector, "pass"), (sender, "k1", "pass")),
                              "pass", True, True, 1)
        elif roll < 0.75:
            flow = world.Flow(self.sources[n], header_from, "bounce." + sender, ((domain, selector, "pass"),), "pass", True, False, 1)
        elif roll < 0.85:  # a forwarder
            flow = world.Flow(self.sources[n], header_from, "fwd%d.example" % (n % 50), ((domain, selector, "fail"),), "pass",
                              False, False, 1, ("forwarded", ""))
        else:  # somebody else
            flow = world.Flow(self.sources[n], header_from, header_from, (), rng.choice(("fail", "softfail", "none")), False, False, 1)
        self.flows[n, domain] = flow
        return flow


def records_of(rng, made, reporter, domain, count):
    picked = rng.choices(range(len(made.sources)), cum_weights=made.weights, k=count)
    policy, records = made.policies[domain], []
    for n in picked:
        flow = made.flow(n, domain)
        disposition, reasons = "none", []
        if flow.passes:
            disposition = "pass" if reporter.rfc9990 and policy.p != "none" else "none"
        elif flow.override and rng.random() < 0.5:
            reasons = [flow.override]
        else:
            disposition = policy.p
        records.append(Record(flow, 1 + int(rng.paretovariate(1.1)) % 5000, disposition, reasons))
    return records


def sizes(rng, mails, most):
    """Most reports are short; a few of large receivers hold most records."""
    return [min(most, int(rng.paretovariate(0.62) * 1.1)) for _ in range(mails)]


# Says no more than it must, so that 200,000 records stay below the 64 MiB that a document may have.
BRIEF = replace(next(reporter for reporter in REPORTERS if not reporter.newline),
                without=frozenset({"scope", "selector", "envelope_from"}))

# Of these records the XML as it is stays below the 20 MiB that an attachment may have.
MOST_PLAIN = 25_000


def in_brief(record):
    flow = record.flow
    return replace(record, flow=replace(flow, dkim=(), header_from=short(flow.header_from), envelope_from=short(flow.envelope_from)),
                   reasons=[])


def short(domain):
    return ".".join(domain.split(".")[-2:])


def write(directory, mails=0, seed=1, days=90, sources=20_000, most=40_000, records=None, brief=False):
    """DIR/corpus.mbox and DIR/truth.json. `records`: in every report so many, in place of the usual sizes. `brief`: SPF alone,
    without blanks."""
    directory.mkdir(parents=True, exist_ok=True)
    rng, truth = random.Random(seed), Truth()
    made = World(rng, sources)
    shares = [reporter.share for reporter in REPORTERS]
    with open(directory / "corpus.mbox", "wb") as mbox:
        for n, size in enumerate([records] * mails if records else sizes(rng, mails, most)):
            reporter, domain, day = rng.choices(REPORTERS, shares)[0], rng.choice(DOMAINS), FIRST_DAY + rng.randrange(days)
            reporter = BRIEF if brief else reporter
            begin = day * SECONDS + reporter.shift
            report = Report(reporter, domain, made.policies[domain],
                            "%s-%d" % (report_id(reporter, rng, domain, begin, begin + reporter.length), n), begin,
                            begin + reporter.length, records_of(rng, made, reporter, domain, size))
            if brief:
                report = replace(report, records=[in_brief(record) for record in report.records])
            elif reporter.mail == "plain_xml":
                report = replace(report, records=report.records[:MOST_PLAIN])
            truth.store(report)
            sent = report.end + 3600
            mbox.write(in_mbox(sent, report_mail(reporter, report, sent, "%d.%s" % (n, reporter.mail_from))).encode())
    told = truth.as_json("")
    (directory / "truth.json").write_text(json.dumps({"import": told["import"], "summary": told["summary"]}))


CORPORA = {"c1k": {"mails": 1000}, "c10k": {"mails": 10_000, "seed": 2}, "c100k": {"mails": 100_000, "seed": 3},
           "big": {"mails": 1, "records": 200_000, "sources": 50_000, "brief": True, "seed": 12},
           "indented": {"mails": 1, "records": 100_000, "sources": 50_000}}


def made(name, below):
    """The directory of a corpus, which is made when it is not there yet."""
    directory = Path(below) / name
    if not (directory / "truth.json").exists():
        write(directory, **CORPORA[name])
    return directory


if __name__ == "__main__":
    import argparse
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--out", required=True)
    arguments.add_argument("names", nargs="+", choices=sorted(CORPORA))
    options = arguments.parse_args()
    for each in options.names:
        print(made(each, options.out))
