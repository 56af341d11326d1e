// GET /api/v1/domains, /api/v1/domains/{domain}
#include "schema/domains.h"

#include "schema/domain_name.h"
#include "server/api/list.h"
#include "server/api/parts.h"
#include "server/api/problem.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

using schema::DomainRow;

const std::vector<Column<DomainRow>>& columns() {
  static const auto all = joined<DomainRow>(
      {{{"domain", [](Cell& cell, const DomainRow& row) { cell.text(row.domain); }}},
       class_columns<DomainRow>(),
       {{"reports", [](Cell& cell, const DomainRow& row) { cell.number(row.reports); }},
        {"reporters", [](Cell& cell, const DomainRow& row) { cell.number(row.reporters); }},
        {"policy",
         [](Cell& cell, const DomainRow& row) { row.policy ? write_policy(cell, *row.policy) : cell.null(); }}},
       seen_columns<DomainRow>(),
       {{"strip", [](Cell& cell, const DomainRow& row) { cell.json(strip_json(row.strip)); }}}});
  return all;
}

List list(const schema::Selection& selection, std::optional<schema::Policy> published) {
  return list_of(columns(),
                 [selection, published](schema::Database& database, const schema::PageRequest& page, const auto& sink) {
                   return schema::domains(database, selection, published, page, sink);
                 });
}

}  // namespace

Response get_domains(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto asked = question.list(names(columns()), schema::domain_sorts());
  const auto p = question.choice("published", {"none", "quarantine", "reject", "unknown"});
  const auto published = p ? schema::from_name<schema::Policy>(*p) : std::nullopt;
  const auto reading = read_with_filter(context, request, question);
  if (!reading) return reading.error();
  return list_answer(context, request, *reading, asked, list(reading->selection, published));
}

Response get_domain(const ApiContext& context, const Request& request, const PathValues& path) {
  const auto domain = schema::normalise_domain(path.at("domain"));
  Question question(request);
  const auto reading = read_with_filter(context, request, question);
  if (!reading) return reading.error();
  const auto known = schema::domain_known(reading->database(), domain);
  if (!known) return failure_response(known.error());
  if (!*known || !request.principal.sees(domain)) return not_found("No report is about this domain.");

  const auto selection =
      schema::with(reading->selection, schema::FilterKey::domain, schema::DomainPattern{domain, false});
  // Without any report in these days it still is one of ours.
  DomainRow row;
  row.domain = domain;
  const auto read =
      schema::domains(reading->database(), selection, {}, {1, std::nullopt, {}}, [&](const DomainRow& found) {
        row = found;
        return true;
      });
  if (!read) return failure_response(read.error());
  return one_answer(*reading, columns(), row);
}

}  // namespace server
