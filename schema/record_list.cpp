#include "schema/record_list.h"

#include <optional>
#include <tuple>
#include <utility>

#include "schema/address_text.h"
#include "schema/policies.h"
#include "schema/query.h"
#include "schema/summaries.h"
#include "schema/texts_by_id.h"

namespace schema {
namespace {

constexpr std::string_view columns = R"sql(
    SELECT p.day, p.id, f.n, p.report_id, o.org_name, d.name, f.header_from_id, f.envelope_from_id, f.envelope_to_id,
           a.ip, f.messages, r.disposition, r.dkim, r.spf, r.class, r.combination, f.override_id, f.auth_id,
           p.policy_id, p.begin_, p.end_, f.raw
    FROM )sql";
// As facts() joins them; what a report says is looked up before its records, once.
constexpr std::string_view joined = R"sql(
    report p CROSS JOIN reporter o ON o.id = p.reporter_id CROSS JOIN domain d ON d.id = p.domain_id
    CROSS JOIN record f ON f.report_id = p.id CROSS JOIN result r ON r.id = f.result_id
    CROSS JOIN address a ON a.id = f.address_id)sql";

// Makes records of rows. Views hold until the next one.
class RecordReader {
 public:
  explicit RecordReader(Database& database)
      : header_from_(database, one_text),
        envelope_from_(database, one_text),
        envelope_to_(database, one_text),
        overrides_(database, "SELECT value FROM override WHERE id = ?"),
        auth_(database, "SELECT dkim, spf FROM auth WHERE id = ?"),
        published_(database) {
    record.policy_id = -1;  // none was read
  }

  Status read(const Statement& row) {
    record.day = row.integer(0);
    record.report = row.integer(1);
    record.record = row.integer(2);
    record.report_id = row.text(3);
    record.reporter = row.text(4);
    record.domain = row.text(5);
    for (const auto& [texts, column, view] :
         {std::tuple(&envelope_from_, 7, &record.envelope_from), std::tuple(&envelope_to_, 8, &record.envelope_to)}) {
      view->reset();
      if (row.is_null(column)) continue;
      const auto found = look_up(*texts, row.integer(column));
      if (!found) return unexpected(found.error());
      *view = (**found)[0];
    }
    record.ip = address_text(row.blob(9));
    record.messages = row.integer(10);
    record.disposition = static_cast<Disposition>(row.integer(11));
    record.dkim = static_cast<DmarcResult>(row.integer(12));
    record.spf = static_cast<DmarcResult>(row.integer(13));
    record.result_class = static_cast<ResultClass>(row.integer(14));
    record.combination = row.text(15);
    const auto header_from = look_up(header_from_, row.integer(6));
    if (!header_from) return unexpected(header_from.error());
    record.header_from = (**header_from)[0];
    const auto overrides = look_up(overrides_, row.integer(16));
    if (!overrides) return unexpected(overrides.error());
    record.overrides = (**overrides)[0];
    const auto auth = look_up(auth_, row.integer(17));
    if (!auth) return unexpected(auth.error());
    record.dkim_results = (**auth)[0];
    record.spf_results = (**auth)[1];
    record.begin = row.integer(19);
    record.end = row.integer(20);
    record.raw = row.is_null(21) ? std::nullopt : std::optional(row.text(21));
    if (const auto policy_id = row.integer(18); policy_id != record.policy_id) {
      auto policy = published_.get(policy_id);
      if (!policy) return unexpected(std::move(policy.error()));
      record.policy = std::move(*policy);
      record.policy_id = policy_id;
    }
    return {};
  }

  FlatRecord record;

 private:
  static constexpr std::string_view one_text = "SELECT value FROM text WHERE id = ?";

  static Result<const TextsById::Texts*> look_up(TextsById& texts, std::int64_t id) {
    auto found = texts.find(id);
    if (found && *found == nullptr) return internal_error("corrupt", "A record refers to what is not there.");
    return found;
  }

  TextsById header_from_, envelope_from_, envelope_to_, overrides_, auth_;
  PublishedPolicies published_;
};

}  // namespace

Result<Paged> records(Database& database, const Selection& selection, const PageRequest& page,
                      const std::function<bool(const FlatRecord&)>& sink) {
  const auto of = facts(selection, need_details | need_result);
  Query query = Query(columns) + joined + " WHERE " + of.where;
  if (page.after) {
    const auto &day = page.after->at(0), &id = page.after->at(1), &n = page.after->at(2);
    query += Query(" AND (p.day, p.id) <= (?, ?) AND (p.id <> ? OR f.n > ?)", {day, id, id, n});
  }
  query += " ORDER BY p.day DESC, p.id DESC";  // and by f.n, as the records of a report come
  if (page.limit) query += Query(" LIMIT ?", {*page.limit + 1});

  Paged paged;
  if (page.limit) {
    const auto total = record_count(database, selection);
    if (!total) return unexpected(total.error());
    paged.total = *total;
  }
  RecordReader reader(database);
  Status status;
  std::int64_t rows = 0;
  const auto read = each_row(database, query, [&](Statement& row) {
    const FlatRecord& record = reader.record;
    if (page.limit && rows++ == *page.limit) {
      paged.next = Cursor{record.day, record.report, record.record};
      return false;
    }
    status = reader.read(row);
    return status && sink(record);
  });
  if (!read) return unexpected(read.error());
  if (!status) return unexpected(std::move(status.error()));
  return paged;
}

}  // namespace schema
