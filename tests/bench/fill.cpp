// A database of any size, written through the product's own store: what pages are asked on by tests/bench/run.
//
//   ruadar_fill DATABASE [records=10000000] [days=365] [domains=50] [sources=200000]
//
// Days come one after the other, as mail does. The same arguments give the same rows.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "schema/ledger.h"
#include "schema/packed_weeks.h"
#include "schema/report_store.h"
#include "schema/sha256.h"
#include "schema/writer.h"

namespace {

using namespace schema;

constexpr std::int64_t last_day = 20'700;  // since 1970
constexpr std::int64_t day_seconds = 86'400;
constexpr double records_per_report = 160;

struct Size {
  std::int64_t records = 10'000'000, days = 365, domains = 50, sources = 200'000;
};

template <typename T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "ruadar_fill: %s\n", result.error().message.c_str());
  std::exit(1);
}
void must(const Status& status) {
  if (status) return;
  std::fprintf(stderr, "ruadar_fill: %s\n", status.error().message.c_str());
  std::exit(1);
}

class World {
 public:
  explicit World(const Size& size) : size_(size) {
    for (std::int64_t i = 0; i < size.sources; ++i) {
      // A few send most of the mail.
      weight_ += 1.0 / std::pow(static_cast<double>(i + 20), 0.9);
      weights_.push_back(weight_);
      char text[48];
      const auto n = static_cast<unsigned>(i);
      if (i % 5 == 4) {
        std::snprintf(text, sizeof text, "2001:db8:%x::%x", n >> 12, n & 0xfff);
      } else {
        std::snprintf(text, sizeof text, "10.%u.%u.%u", n * 37 >> 16 & 255, n * 37 >> 8 & 255, n * 37 & 255);
      }
      addresses_.push_back(*IpAddress::parse(text));
    }
  }

  Report report(std::int64_t day, std::int64_t n) {
    Report report;
    const auto reporter = below(30), domain = below(size_.domains);
    report.version = "1.0";
    report.metadata.org_name = "Receiver " + std::to_string(reporter);
    report.metadata.email = "dmarc@receiver" + std::to_string(reporter) + ".example";
    report.metadata.report_id = std::to_string(n);
    report.metadata.begin = day * day_seconds;
    report.metadata.end = report.metadata.begin + day_seconds - 1;
    report.policy_published.domain = "brand" + std::to_string(domain) + ".example";
    report.policy_published.p.value = static_cast<Policy>(1 + domain % 3);
    report.policy_published.pct = 100;
    std::exponential_distribution<double> length(1 / records_per_report);
    const auto records = 1 + static_cast<std::int64_t>(length(random_));
    for (std::int64_t i = 0; i < records; ++i) report.records.push_back(record(report.policy_published.domain));
    return report;
  }

 private:
  std::int64_t below(std::int64_t limit) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(limit));
  }

  Record record(const std::string& domain) {
    const double at = std::uniform_real_distribution<double>(0, weight_)(random_);
    const auto source = std::lower_bound(weights_.begin(), weights_.end(), at) - weights_.begin();
    const auto kind = source * 7 % 10;
    const std::string sender = "sender" + std::to_string(source % 40) + ".example";
    Record record;
    record.source_ip = addresses_[static_cast<std::size_t>(source)];
    record.count = 1 + below(40);
    record.identifiers.header_from = source % 9 == 0 ? "news." + domain : domain;
    record.identifiers.envelope_from = kind < 6 ? domain : sender;
    const auto aligned = [](bool passes) {
      return Enumerated<DmarcResult>{passes ? DmarcResult::pass : DmarcResult::fail};
    };
    record.policy_evaluated.dkim = aligned(kind < 7);
    record.policy_evaluated.spf = aligned(kind < 6);
    record.policy_evaluated.disposition.value = kind < 8 ? Disposition::none : Disposition::reject;
    if (kind == 7) record.policy_evaluated.reasons.push_back({{OverrideType::forwarded}, ""});
    if (kind < 8) {
      const auto result = kind < 7 ? AuthResult::pass : AuthResult::fail;
      record.auth_results.dkim.push_back({domain, "s" + std::to_string(source % 5), {result}, ""});
    }
    record.auth_results.spf.push_back({*record.identifiers.envelope_from,
                                       {SpfScope::mfrom},
                                       {kind < 9 ? AuthResult::pass : AuthResult::softfail},
                                       ""});
    return record;
  }

  Size size_;
  std::mt19937_64 random_{1};
  std::vector<IpAddress> addresses_;
  std::vector<double> weights_;
  double weight_ = 0;
};

void fill(Writer& writer, const Size& size) {
  World world(size);
  must(writer.begin());
  const auto run = must(writer.ledger().begin_run("import", last_day * day_seconds));
  std::int64_t records = 0, messages = 0, reports = 0, of_batch = 0;
  for (std::int64_t day = last_day - size.days + 1; day <= last_day; ++day) {
    const auto until = size.records * (day - (last_day - size.days)) / size.days;
    while (records < until) {
      const auto now = (day + 1) * day_seconds;
      PreparedReport report(world.report(day, ++reports));
      const MailEntry entry{sha256(std::to_string(reports)), 5000, "report", "Report",
                            "dmarc@receiver.example",        {},   now};
      const auto mail = must(writer.ledger().add_mail({"mbox", "fill", std::to_string(reports)}, entry, run, "1", now));
      const auto id =
          must(writer.reports().insert(report, {mail, std::nullopt, 0, "report.xml", "unverified", "1", now}));
      must(writer.ledger().set_attachments(mail,
                                           {{"report.xml", 0, std::nullopt, Outcome::stored, "", id, std::nullopt}}));
      records += static_cast<std::int64_t>(report.records.size());
      of_batch += static_cast<std::int64_t>(report.records.size());
      for (const auto& record : report.records) messages += record.count;
      if (of_batch < 100'000) continue;
      of_batch = 0;
      must(writer.commit());
      must(writer.checkpoint());
      must(writer.begin());
    }
  }
  RunTotals totals;
  totals.mails = reports;
  totals.outcomes[static_cast<std::size_t>(Outcome::stored)] = reports;
  totals.records = records;
  totals.messages = messages;
  must(writer.ledger().update_run(run, totals, schema::RunEnd{(last_day + 1) * day_seconds}));
  must(writer.commit());
  std::printf("{\"reports\":%lld,\"records\":%lld,\"messages\":%lld}\n", static_cast<long long>(reports),
              static_cast<long long>(records), static_cast<long long>(messages));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: ruadar_fill DATABASE [records] [days] [domains] [sources]\n");
    return 64;
  }
  Size size;
  std::int64_t* const fields[] = {&size.records, &size.days, &size.domains, &size.sources};
  for (int i = 2; i < argc && i < 6; ++i) *fields[i - 2] = std::atoll(argv[i]);
  const auto writer = must(Writer::open(argv[1]));
  fill(*writer, size);
  while (must(pack_week(*writer, NewestWeek::packed))) continue;
}
