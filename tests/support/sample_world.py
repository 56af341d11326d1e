"""The world of the sample mailbox: domains, what they publish, and who sends in their name.

Everything is made up: domains under example.*, addresses of the documentation ranges. Days count from 0, the first of
the mailbox. The same seed gives the same world.
"""
import random
from dataclasses import dataclass, replace

DAYS = 90


@dataclass(frozen=True)
class Policy:
    p: str
    sp: str = ""
    adkim: str = "r"
    aspf: str = "r"
    pct: int = 100


@dataclass(frozen=True)
class Flow:
    """Mail of one source on one day, all of it with the same results."""
    ip: str
    header_from: str
    envelope_from: str
    dkim: tuple  # of (domain, selector, raw result)
    spf: str  # raw result for envelope_from
    dkim_aligned: bool
    spf_aligned: bool
    messages: float
    override: tuple = ()  # (type, comment): why a receiver would not apply the policy

    @property
    def passes(self):
        return self.dkim_aligned or self.spf_aligned


# What each domain publishes from which day on.
POLICIES = {
    "example.com": [(0, Policy("none", "none")), (30, Policy("quarantine", "quarantine", pct=50)),
                    (44, Policy("quarantine", "quarantine")), (66, Policy("reject", "quarantine"))],
    "example.org": [(0, Policy("quarantine", adkim="s"))],
    "example.net": [(0, Policy("none"))],
    "shop.example": [(0, Policy("none", "none")), (58, Policy("quarantine", "reject"))],
    "mail.example.com": [(0, Policy("reject", "reject", aspf="s"))],
    "parked.example": [(0, Policy("reject", "reject", "s", "s"))],
}


def policy(domain, day):
    return [published for since, published in POLICIES[domain] if since <= day][-1]


def applied(domain, header_from, day):
    """The policy that holds for one From domain."""
    published = policy(domain, day)
    return published.sp or published.p if header_from != domain else published.p


def weekday_factor(weekday):
    return (1.0, 1.08, 1.05, 1.02, 0.9, 0.35, 0.3)[weekday]


def own_servers(domain, servers, messages, selector="s1"):
    """Mail of our own: signed and sent from hosts that the SPF record names."""
    return [Flow(ip, domain, domain, ((domain, selector, "pass"),), "pass", True, True, messages * share)
            for ip, share in servers]


def forwarders(domain, messages, selector="s1"):
    """Forwarders keep the signature and break SPF; some rewrite the envelope; lists add a footer and break both."""
    kept = ((domain, selector, "pass"),)
    return [
        Flow("203.0.113.21", domain, domain, kept, "softfail", True, False, messages * 0.5),
        Flow("203.0.113.22", domain, "alumni.university.example", kept, "pass", True, False, messages * 0.3),
        Flow("2001:db8:77::22", domain, "alumni.university.example", kept, "pass", True, False, messages * 0.1),
        Flow("203.0.113.40", domain, "lists.club.example",
             ((domain, selector, "fail"), ("lists.club.example", "list", "pass")), "pass", False, False,
             messages * 0.2, ("mailing_list", "list traffic of club.example")),
        Flow("203.0.113.23", domain, domain, ((domain, selector, "fail"),), "fail", False, False, messages * 0.06,
             ("local_policy", "arc=pass as[1].d=forwarder.example as[1].s=arc")),
        Flow("203.0.113.24", domain, "gateway.example", ((domain, selector, "fail"),), "none", False, False,
             messages * 0.04, ("local_policy", "arc=fail")),
    ]


def spoofers(rng, domain, messages, hosts):
    """Strangers: no signature, an envelope of their own or ours, hosts that change daily."""
    flows = []
    for _ in range(hosts):
        if rng.random() < 0.2:
            ip = "2001:db8:bad:%x::%x" % (int(rng.random() * 64), 1 + int(rng.random() * 200))
        else:
            ip = "203.0.113.%d" % (100 + int(rng.random() * 150))
        own_envelope = rng.random() < 0.6
        envelope = domain if own_envelope else "host%d.botnet.example" % int(rng.random() * 9)
        spf = "fail" if own_envelope else ("pass" if rng.random() < 0.3 else "none")
        flows.append(Flow(ip, domain, envelope, (), spf, False, False,
                          messages / hosts * (0.3 + 1.4 * rng.random())))
    return flows


def flows(domain, day, weekday):
    """What the whole world saw on one day in the name of `domain`."""
    rng = random.Random("ruadar %s %d" % (domain, day))
    factor = weekday_factor(weekday) * (0.9 + 0.2 * rng.random())
    if domain == "example.com":
        seen = own_servers(domain, [("192.0.2.10", 0.55), ("192.0.2.11", 0.35), ("2001:db8:25::10", 0.1)], 2400)
        # A billing host that nobody taught to sign, until day 55.
        signed = ((domain, "billing", "pass"),) if day >= 55 else ()
        seen.append(Flow("192.0.2.40", domain, domain, signed, "pass", bool(signed), True, 130))
        # A mailing service that signs for us with its own envelope.
        seen += [Flow("198.51.100.%d" % (16 + n), "news.example.com", "bounce.mailer.example",
                      (("example.com", "mailer", "pass"), ("mailer.example", "m1", "pass")), "pass", True, False,
                      900.0 / 6 if weekday in (1, 3) else 20.0 / 6) for n in range(6)]
        seen += forwarders(domain, 160)
        seen += spoofers(rng, domain, 60, 5)
        if 36 <= day <= 39 or 70 <= day <= 72:
            seen += spoofers(rng, domain, 2600, 24)
    elif domain == "example.org":
        seen = own_servers(domain, [("192.0.2.20", 0.7), ("192.0.2.21", 0.3)], 420)
        # A mailing service that was never set up: authenticated, but not as us. Repaired on day 52.
        fixed = day >= 52
        signature = ("example.org", "lb", "pass") if fixed else ("letterbird.example", "k1", "pass")
        seen += [Flow("198.51.100.%d" % (64 + n), domain, "mail%d.letterbird.example" % n, (signature,), "pass", fixed,
                      False, 700.0 / 4 if weekday == 2 else 60.0 / 4) for n in range(4)]
        seen += forwarders(domain, 30) + spoofers(rng, domain, 16, 2)
    elif domain == "example.net":
        seen = own_servers(domain, [("192.0.2.30", 1.0)], 150, "2024")
        # The key was changed on day 61 and published too late: two days of broken signatures.
        if day in (61, 62):
            seen = [replace(flow, dkim=((domain, "2026", "permerror"),), dkim_aligned=False) for flow in seen]
        seen += forwarders(domain, 60, "2024") + spoofers(rng, domain, 10, 2)
    elif domain == "shop.example":
        seen = own_servers(domain, [("192.0.2.50", 0.5), ("2001:db8:50::1", 0.5)], 300)
        seen += [Flow("198.51.100.%d" % (128 + n), "orders.shop.example", "orders.shop.example",
                      (("shop.example", "post", "pass"),), "pass", True, True, 45) for n in range(3)]
        seen += spoofers(rng, domain, 40 if day < 58 else 12, 3)
        if 20 <= day <= 24:
            seen += spoofers(rng, domain, 900, 12)
    elif domain == "mail.example.com":
        seen = own_servers(domain, [("192.0.2.60", 1.0)], 70, "mx")
        if day % 9 == 4:
            # A helper host that sends from a neighbour's name: strict SPF alignment refuses it, the signature saves it.
            seen.append(Flow("192.0.2.61", domain, "relay.mail.example.com", ((domain, "mx", "pass"),), "pass", True,
                             False, 12))
    else:
        seen = spoofers(rng, domain, 30, 3) if day % 3 == 1 else []
    return [replace(flow, messages=flow.messages * factor) for flow in seen]
