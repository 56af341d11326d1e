#include "schema/monitoring.h"

#include <map>

#include "schema/query.h"
#include "schema/report.h"

namespace schema {
namespace {

constexpr std::int64_t seconds_of_day = 24 * 60 * 60;

// The entry of a domain, by its number; that of all others where there are too many.
class Figures {
 public:
  Figures(std::vector<DomainFigures>& domains, std::size_t most) : domains_(domains), most_(most) {}

  void add(std::int64_t id, std::string_view name) {
    if (by_id_.size() < most_) {
      by_id_.emplace(id, domains_.size());
      domains_.emplace_back().domain = name;
    } else if (!others_) {
      others_ = domains_.size();
      domains_.emplace_back();
    }
  }
  DomainFigures& of(std::int64_t id) {
    const auto found = by_id_.find(id);
    return domains_[found != by_id_.end() ? found->second : others_.value_or(0)];
  }
  bool empty() const { return domains_.empty(); }

 private:
  std::vector<DomainFigures>& domains_;
  const std::size_t most_;
  std::map<std::int64_t, std::size_t> by_id_;
  std::optional<std::size_t> others_;
};

// Policies are looked up through the index by domain and day, and never more often than there are entries.
Status read_domains(Database& database, Monitoring& monitoring, std::size_t most) {
  Figures figures(monitoring.domains, most);
  auto read = each_row(database, "SELECT id, name FROM domain ORDER BY id", [&](Statement& row) {
    figures.add(row.integer(0), row.text(1));
    return true;
  });
  if (!read || figures.empty()) return read;
  read = each_row(database, R"sql(
    SELECT d.domain_id, r.class, sum(d.messages) FROM daily d JOIN result r ON r.id = d.result_id GROUP BY 1, 2)sql",
                  [&](Statement& row) {
                    const auto result_class = static_cast<std::size_t>(row.integer(1));
                    if (result_class < result_class_count)
                      figures.of(row.integer(0)).messages[result_class] += row.integer(2);
                    return true;
                  });
  if (!read) return read;
  const auto count = [&](const Query& query, std::int64_t DomainFigures::*member) {
    return each_row(database, query, [&](Statement& row) {
      figures.of(row.integer(0)).*member += row.integer(1);
      return true;
    });
  };
  if (read = count("SELECT domain_id, count(*) FROM report GROUP BY 1", &DomainFigures::stored); !read) return read;
  if (read = count("SELECT r.domain_id, count(*) FROM sighting s JOIN report r ON r.id = s.report_id GROUP BY 1",
                   &DomainFigures::duplicate);
      !read)
    return read;
  if (read = count("SELECT r.domain_id, count(*) FROM failure f JOIN report r ON r.id = f.rival_id GROUP BY 1",
                   &DomainFigures::conflict);
      !read)
    return read;
  return each_row(database,
                  {R"sql(
    SELECT d.id, p.p, p.sp FROM (SELECT id FROM domain ORDER BY id LIMIT ?) d
    JOIN policy p ON p.id = (SELECT policy_id FROM report WHERE domain_id = d.id ORDER BY day DESC, id DESC LIMIT 1))sql",
                   {static_cast<std::int64_t>(most)}},
                  [&](Statement& row) {
                    DomainFigures& domain = figures.of(row.integer(0));
                    if (row.integer(1) != 0) domain.p = name(static_cast<Policy>(row.integer(1)));
                    if (row.integer(2) != 0) domain.sp = name(static_cast<Policy>(row.integer(2)));
                    return true;
                  });
}

}  // namespace

Result<Monitoring> monitoring(Database& database, std::size_t most) {
  Monitoring monitoring;
  if (auto read = read_domains(database, monitoring, most); !read) return unexpected(std::move(read.error()));
  auto read = each_row(database,
                       {R"sql(
    SELECT o.org_name, max(d.day) FROM daily d JOIN reporter o ON o.id = d.reporter_id
    GROUP BY o.org_key ORDER BY sum(d.messages) DESC, o.org_key LIMIT ?)sql",
                        {static_cast<std::int64_t>(most)}},
                       [&](Statement& row) {
                         monitoring.reporters.emplace_back(row.text(0), row.integer(1) * seconds_of_day);
                         return true;
                       });
  if (!read) return unexpected(std::move(read.error()));
  read = each_row(database, "SELECT code, count(*), count(*) FILTER (WHERE state = 'open') FROM failure GROUP BY 1",
                  [&](Statement& row) {
                    monitoring.failures.emplace_back(row.text(0), row.integer(1));
                    monitoring.failures_open += row.integer(2);
                    return true;
                  });
  if (!read) return unexpected(std::move(read.error()));
  return monitoring;
}

}  // namespace schema
