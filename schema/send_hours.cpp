#include "schema/send_hours.h"

#include <algorithm>
#include <numeric>

#include "schema/query.h"

namespace schema {

std::optional<int> usual_hour(const SendHours& hours) {
  const auto all = std::accumulate(hours.begin(), hours.end(), std::int64_t{0});
  if (all < least_usual_reports) return std::nullopt;
  const auto around = [&](std::size_t hour) {
    return hours[(hour + hours.size() - 1) % hours.size()] + hours[hour] + hours[(hour + 1) % hours.size()];
  };
  std::size_t best = 0;
  for (std::size_t hour = 1; hour < hours.size(); ++hour) {
    if (std::pair(around(hour), hours[hour]) > std::pair(around(best), hours[best])) best = hour;
  }
  if (2 * around(best) < all) return std::nullopt;
  return static_cast<int>(best);
}

Result<std::map<std::int64_t, SendHours>> send_hours(Database& database, const Selection& selection,
                                                     const std::string& ids) {
  std::map<std::int64_t, SendHours> hours;
  if (!selection.to) return hours;
  const auto from = *selection.to - send_hour_days + 1;
  const auto recent = over(selection, std::max(from, selection.from.value_or(from)), selection.to);
  // A Date before 1970 is possible, too.
  const Query query = Query(R"sql(
    WITH of_page (id, key) AS MATERIALIZED (
      SELECT o.id, l.id FROM json_each(?) asked JOIN reporter l ON l.id = asked.value
        JOIN reporter o ON o.org_key = l.org_key),
      sent (reporter_id, hour, reports) AS MATERIALIZED (
      SELECT reporter_id, (mail.date % 86400 + 86400) % 86400 / 3600, count(*)
      FROM (SELECT p.reporter_id AS reporter_id, p.mail_id AS mail_id FROM report p WHERE )sql",
                            {ids}) +
                      reports_where(recent) +
                      Query(R"sql( ORDER BY p.day DESC, p.id DESC LIMIT ?)
        CROSS JOIN mail ON mail.id = mail_id WHERE mail.date IS NOT NULL GROUP BY 1, 2)
    SELECT key, hour, sum(reports) FROM sent JOIN of_page ON of_page.id = sent.reporter_id GROUP BY 1, 2)sql",
                            {send_hour_reports});
  const auto read = each_row(database, query, [&](Statement& row) {
    auto& of = hours.try_emplace(row.integer(0)).first->second;  // all 0 at first
    of.at(static_cast<std::size_t>(row.integer(1))) = row.integer(2);
    return true;
  });
  if (!read) return unexpected(read.error());
  return hours;
}

}  // namespace schema
