#include "server/demo/world.h"

#include <fmt/format.h>

#include <array>

namespace server::demo {
namespace {

using Flows = std::vector<Flow>;

// Days before the last one are easier to tell a story with.
constexpr int ago(int count) {
  return days - 1 - count;
}

void add_own(Flows& all, const std::string& domain, std::string_view ip, double messages,
             const std::string& selector = "s1") {
  all.push_back({std::string(ip), domain, domain, {{domain, selector, "pass"}}, "pass", true, true, messages});
}

// Forwarders keep the signature and break SPF; lists add a footer and break both.
void add_forwarders(Flows& all, const std::string& domain, double messages, const std::string& selector = "s1") {
  const std::vector<Signature> kept{{domain, selector, "pass"}}, broken{{domain, selector, "fail"}};
  all.push_back({"203.0.113.21", domain, domain, kept, "softfail", true, false, messages * 0.5});
  all.push_back({"203.0.113.22", domain, "alumni.university.example", kept, "pass", true, false, messages * 0.3});
  all.push_back({"2001:db8:77::22", domain, "alumni.university.example", kept, "pass", true, false, messages * 0.1});
  all.push_back({"203.0.113.40",
                 domain,
                 "lists.club.example",
                 {{domain, selector, "fail"}, {"lists.club.example", "list", "pass"}},
                 "pass",
                 false,
                 false,
                 messages * 0.2,
                 "mailing_list",
                 "list traffic of club.example"});
  all.push_back({"203.0.113.23", domain, domain, broken, "fail", false, false, messages * 0.08, "local_policy",
                 "arc=pass as[1].d=forwarder.example"});
}

// Strangers: no signature, an envelope of their own or ours, hosts that change daily.
void add_spoofers(Flows& all, Chance& chance, const std::string& domain, double messages, int hosts) {
  for (int i = 0; i < hosts; ++i) {
    const auto ip = chance.next() < 0.2
                        ? fmt::format("2001:db8:bad:{:x}::{:x}", chance.below(64), 1 + chance.below(200))
                        : fmt::format("203.0.113.{}", 100 + chance.below(150));
    const bool ours = chance.next() < 0.6;
    const auto envelope = ours ? domain : fmt::format("host{}.botnet.example", chance.below(9));
    const auto* spf = ours ? "fail" : chance.next() < 0.3 ? "pass" : "none";
    all.push_back({ip, domain, envelope, {}, spf, false, false, messages / hosts * (0.3 + 1.4 * chance.next())});
  }
}

bool between(int day, int first, int last) {
  return first <= day && day <= last;
}

void add_example_com(Flows& all, Chance& chance, int day, int weekday) {
  const std::string domain = "example.com";
  const double growth = 1 + day / 700.0;
  add_own(all, domain, "192.0.2.10", 1500 * growth);
  add_own(all, domain, "192.0.2.11", 900 * growth);
  add_own(all, domain, "2001:db8:25::10", 260 * growth);
  // A billing host that nobody taught to sign, for half a year.
  add_own(all, domain, "192.0.2.40", 130, "billing");
  if (day < 180) {
    all.back().dkim.clear();
    all.back().dkim_aligned = false;
  }
  // A mailing service that signs for the domain, with its own envelope: Tuesdays and Thursdays.
  for (int host = 0; host < 4; ++host) {
    all.push_back({fmt::format("198.51.100.{}", 16 + host),
                   "news.example.com",
                   "bounce.mailer.example",
                   {{domain, "mailer", "pass"}, {"mailer.example", "m1", "pass"}},
                   "pass",
                   true,
                   false,
                   weekday == 1 || weekday == 3 ? 310.0 : 7.0});
  }
  add_forwarders(all, domain, 160);
  add_spoofers(all, chance, domain, day < 250 ? 70 : 35, 4);
  if (between(day, 60, 66) || between(day, 196, 201) || between(day, ago(13), ago(10)))
    add_spoofers(all, chance, domain, 2600, 18);
  // Somebody's new server, that nobody told of.
  if (day > ago(6)) all.push_back({"198.51.100.203", domain, "vps.host.example", {}, "none", false, false, 95});
}

void add_example_org(Flows& all, Chance& chance, int day, int weekday) {
  const std::string domain = "example.org";
  add_own(all, domain, "192.0.2.20", 300);
  add_own(all, domain, "192.0.2.21", 120);
  // A mailing service that was never set up: authenticated, but not as us. Repaired after a month, broken again lately.
  const bool aligned = between(day, 90, ago(20));
  for (int host = 0; host < 3; ++host) {
    all.push_back({fmt::format("198.51.100.{}", 64 + host),
                   domain,
                   fmt::format("mail{}.letterbird.example", host),
                   {aligned ? Signature{domain, "lb", "pass"} : Signature{"letterbird.example", "k1", "pass"}},
                   "pass",
                   aligned,
                   false,
                   weekday == 2 ? 240.0 : 18.0});
  }
  add_forwarders(all, domain, 30);
  add_spoofers(all, chance, domain, 14, 2);
}

void add_example_net(Flows& all, Chance& chance, int day) {
  const std::string domain = "example.net";
  add_own(all, domain, "192.0.2.30", 150, day < 200 ? "2025" : "2026");
  // The key was changed and published too late: two days of broken signatures.
  if (between(day, 200, 201)) {
    all.back().dkim.front().result = "permerror";
    all.back().dkim_aligned = false;
  }
  add_forwarders(all, domain, 50, day < 200 ? "2025" : "2026");
  add_spoofers(all, chance, domain, 10, 2);
}

void add_shop(Flows& all, Chance& chance, int day) {
  const std::string domain = "shop.example";
  const double season = between(day, ago(40), ago(0)) ? 1.8 : 1;
  add_own(all, domain, "192.0.2.50", 170 * season);
  add_own(all, domain, "2001:db8:50::1", 150 * season);
  for (int host = 0; host < 3; ++host) {
    all.push_back({fmt::format("198.51.100.{}", 128 + host),
                   "orders.shop.example",
                   "orders.shop.example",
                   {{domain, "post", "pass"}},
                   "pass",
                   true,
                   true,
                   45 * season});
  }
  add_spoofers(all, chance, domain, day < ago(30) ? 36 : 12, 2);
  if (between(day, 120, 124)) add_spoofers(all, chance, domain, 900, 10);
}

struct Published {
  std::string_view domain;
  int since;
  Policy policy;
};
constexpr std::array published{
    Published{"example.com", 0, {"none", "none"}},
    Published{"example.com", 110, {"quarantine", "quarantine"}},
    Published{"example.com", 250, {"reject", "quarantine"}},
    Published{"example.org", 0, {"quarantine", "", "s"}},
    Published{"example.net", 0, {"none", ""}},
    Published{"shop.example", 0, {"none", "none"}},
    Published{"shop.example", ago(24), {"quarantine", "none"}},
    Published{"parked.example", 0, {"reject", "reject", "s", "s"}},
};

}  // namespace

Chance::Chance(std::string_view name, std::int64_t number) : state_(0xcbf29ce484222325) {
  for (const char c : name) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  state_ += static_cast<std::uint64_t>(number) * 0x9e3779b97f4a7c15;
}

double Chance::next() {  // splitmix64: the same on every machine, as the standard's distributions are not
  state_ += 0x9e3779b97f4a7c15;
  std::uint64_t bits = (state_ ^ (state_ >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return static_cast<double>((bits ^ (bits >> 31)) >> 11) * 0x1p-53;
}

const std::vector<std::string_view>& domains() {
  static const std::vector<std::string_view> all{"example.com", "example.org", "example.net", "shop.example",
                                                 "parked.example"};
  return all;
}

const std::vector<Reporter>& reporters() {
  static const std::vector<Reporter> all = [] {
    std::vector<Reporter> some{
        {"google.com", "noreply-dmarc-support@google.com", "google.com", 0.44, 9, 1},
        {"Outlook.com", "dmarcreport@microsoft.com", "protection.outlook.com", 0.21, 3, 0.97},
        {"Yahoo", "dmarchelp@yahooinc.com", "yahoo.com", 0.12, 7, 0.95},
        {"Mail.Ru", "dmarc_support@corp.mail.ru", "mail.ru", 0.04, 1, 0.9, 0, ago(9)},
        {"GMX", "noreply-dmarc@sicher.gmx.net", "gmx.net", 0.04, 5, 0.95},
        {"Fastmail Pty Ltd", "reports@fastmaildmarc.com", "fastmaildmarc.com", 0.03, 2, 0.9},
        {"Nordlys Mailbox", "dmarc@nordlys.example", "nordlys.example", 0.02, 6, 0.8, 140},
        {"bakery.example", "postmaster@bakery.example", "bakery.example", 0.01, 4, 0.5},
        {"oldgate.example", "abuse@oldgate.example", "oldgate.example", 0.01, 22, 0.4, 0, 230},
    };
    some[2].says_version = some[2].says_scope = some[2].says_envelope = false;
    some[3].plain_xml = true;
    some[4].rfc9990 = some[6].rfc9990 = true;
    some[7].says_selector = some[7].says_scope = false;
    some[8].shouts = true;
    some[8].says_version = false;
    return some;
  }();
  return all;
}

Policy policy(std::string_view domain, int day) {
  Policy holds{"none", ""};
  for (const auto& entry : published)
    if (entry.domain == domain && entry.since <= day) holds = entry.policy;
  return holds;
}

std::vector<Flow> flows(std::string_view domain, int day, int weekday) {
  constexpr std::array by_weekday{1.0, 1.08, 1.05, 1.02, 0.9, 0.35, 0.3};
  Chance chance(domain, day);
  const double factor = by_weekday[static_cast<std::size_t>(weekday)] * (0.9 + 0.2 * chance.next());
  Flows all;
  if (domain == "example.com") add_example_com(all, chance, day, weekday);
  if (domain == "example.org") add_example_org(all, chance, day, weekday);
  if (domain == "example.net") add_example_net(all, chance, day);
  if (domain == "shop.example") add_shop(all, chance, day);
  if (domain == "parked.example" && day % 3 == 1) add_spoofers(all, chance, "parked.example", 30, 3);
  for (auto& flow : all) flow.messages *= factor;
  return all;
}

}  // namespace server::demo
