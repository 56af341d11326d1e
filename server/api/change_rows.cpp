#include "server/api/change_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "schema/day.h"
#include "schema/policy_words.h"
#include "server/api/link.h"
#include "server/api/parts.h"
#include "server/api/problem.h"

namespace server {
namespace {

using schema::Change, schema::ChangeCode, schema::ChangeLevel;

constexpr std::int64_t default_days = 7;

std::int64_t number_of(const Change& change, std::string_view name) {
  const auto found = std::find_if(change.numbers.begin(), change.numbers.end(),
                                  [&](const auto& number) { return number.first == name; });
  return found == change.numbers.end() ? 0 : found->second;
}

// One decimal, cut off: 99.96 % is not 100 %.
std::string percent(std::int64_t part, std::int64_t rest) {
  const auto whole = part + rest;
  const auto tenths = whole == 0 ? 0 : part * 1000 / whole;
  return fmt::format("{}.{} %", tenths / 10, tenths % 10);
}

std::string counted(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string dropped(const Change& change) {
  const auto passed = number_of(change, "passed"), failed = number_of(change, "failed");
  return fmt::format("{} of {} passed, {} before", percent(passed, failed), counted(passed + failed, "message"),
                     percent(number_of(change, "passed_before"), number_of(change, "failed_before")));
}

// How often somebody reports who did so on `days` of so many.
std::string rhythm(std::int64_t days, std::int64_t of_days) {
  const auto gap = std::max<std::int64_t>(1, (of_days + days / 2) / std::max<std::int64_t>(1, days));
  if (gap == 1) return "usually daily";
  return gap == 7 ? "usually weekly" : fmt::format("usually every {} days", gap);
}

std::string sentence(const Change& change) {
  const std::string domain = change.domain.value_or(""), subject = change.subject.value_or("");
  const auto of = [&](std::string_view name) { return number_of(change, name); };
  switch (change.code) {
    case ChangeCode::policy_changed:
      return fmt::format("{} publishes {}; before: {} ({})", domain, schema::policy_words(*change.now),
                         schema::policy_words(*change.before), "as told by " + counted(of("reporters"), "reporter"));
    case ChangeCode::pass_rate_dropped:
      return fmt::format("{}: {}", domain, dropped(change));
    case ChangeCode::source_rate_dropped:
      return fmt::format("{} from {}: {}", domain, subject, dropped(change));
    case ChangeCode::new_source:
      return fmt::format("{} sends as {} for the first time: {}, {} of them failed", subject, domain,
                         counted(of("messages"), "message"), of("failed"));
    case ChangeCode::new_selector:
      return fmt::format("{} signs for {} for the first time: {}", subject, domain, counted(of("messages"), "message"));
    case ChangeCode::reporter_silent:
      return fmt::format("{} has sent nothing for {} ({}: it reported on {} of {})", subject,
                         counted(of("silent_days"), "day"), rhythm(of("days_with_reports"), of("of_days")),
                         of("days_with_reports"), counted(of("of_days"), "day"));
    case ChangeCode::failures_open:
      return fmt::format("{} could not be read ({}) and nobody has decided about {}",
                         counted(of("failures"), "attachment"), subject, of("failures") == 1 ? "it" : "them");
    case ChangeCode::mailbox_trouble:
      return fmt::format("{} cannot be read: {}", subject, change.error.value_or(""));
  }
  return "";
}

std::string evidence(const Change& change, const Reading& reading) {
  const std::string domain = change.domain.value_or(""), subject = change.subject.value_or("");
  const auto from = schema::day_text(*reading.selection.from), to = schema::day_text(*reading.selection.to);
  switch (change.code) {
    case ChangeCode::policy_changed:
      return "policies" + query_text({{"domain", domain}, {"from", from}, {"to", to}});
    case ChangeCode::pass_rate_dropped:
      return "records" + query_text({{"domain", domain},
                                     {"class", "fail_delivered"},
                                     {"class", "fail_stopped"},
                                     {"from", from},
                                     {"to", to}});
    case ChangeCode::source_rate_dropped:
    case ChangeCode::new_source:
      return "records" + query_text({{"domain", domain}, {"ip", subject}, {"from", from}, {"to", to}});
    case ChangeCode::new_selector: {
      const auto at = subject.rfind('@');
      return "records" + query_text({{"domain", domain},
                                     {"dkim_selector", subject.substr(0, at)},
                                     {"dkim_domain", subject.substr(at + 1)},
                                     {"from", from},
                                     {"to", to}});
    }
    case ChangeCode::reporter_silent: {
      const auto first = *reading.selection.from - schema::change_thresholds.reporter_days;
      return "reports" + query_text({{"reporter", subject}, {"from", schema::day_text(first)}, {"to", to}});
    }
    case ChangeCode::failures_open:
      return "ingest/failures" + query_text({{"state", "open"}, {"code", subject}});
    case ChangeCode::mailbox_trouble:
      return "ingest/mailboxes";
  }
  return "";
}

// Mailboxes that cannot be read now; nothing of it is in the database.
std::vector<Change> troubled_mailboxes(const ApiContext& context, const Principal& who) {
  std::vector<Change> changes;
  if (who.restricted() || !context.mailboxes) return changes;
  for (const MailboxReport& mailbox : context.mailboxes()) {
    if (mailbox.error.empty() || !mailbox.error_at) continue;
    Change change;
    change.code = ChangeCode::mailbox_trouble;
    change.level = mailbox.state == "refused" ? ChangeLevel::critical : ChangeLevel::warning;
    change.day = *mailbox.error_at / schema::seconds_per_day;
    change.subject = mailbox.name;
    change.numbers = {{"mails_waiting", mailbox.lag}};
    change.error = mailbox.error;
    changes.push_back(std::move(change));
  }
  return changes;
}

std::vector<std::string_view> code_names() {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < schema::change_code_count; ++i) names.push_back(name(static_cast<ChangeCode>(i)));
  return names;
}

struct Asked {
  std::optional<std::int64_t> since;
  schema::Filter domains;
  std::vector<std::string> codes;  // none: all
};

Asked asked_of(Question& question) {
  Asked asked;
  if (const auto since = question.text("since")) {
    asked.since = schema::parse_day(*since);
    if (!asked.since) question.refuse("since", "'since' must be a day such as 2026-11-18");
  }
  asked.codes = question.texts("code");
  const auto names = code_names();
  for (const auto& code : asked.codes) {
    if (std::find(names.begin(), names.end(), code) == names.end())
      question.refuse("code", fmt::format("'code' must be one of {}", fmt::join(names, ", ")));
  }
  schema::Parameters domains;
  for (auto& value : question.texts("domain")) domains.emplace_back("domain", std::move(value));
  auto parsed = schema::parse_filter(domains);
  for (const auto& error : parsed.errors) question.refuse(error.parameter, error.detail);
  asked.domains = std::move(parsed.filter);
  return asked;
}

}  // namespace

tl::expected<ChangeAnswer, Response> read_changes(const ApiContext& context, const Request& request,
                                                  Question& question) {
  auto asked = asked_of(question);
  auto mailboxes = troubled_mailboxes(context, request.principal);
  std::string beside;
  for (const auto& change : mailboxes)
    beside +=
        fmt::format("\n{} {} {} {}", *change.subject, change.day, number_of(change, "mails_waiting"), *change.error);
  auto reading = read_without_filter(context, request, question, beside);
  if (!reading) return tl::unexpected(std::move(reading.error()));

  const auto as_of = reading->fresh.as_of;
  if (as_of || asked.since) {
    asked.domains.span = schema::Span::dates;
    asked.domains.from = asked.since ? *asked.since : *as_of - default_days + 1;
    asked.domains.to = std::max(as_of.value_or(*asked.domains.from), *asked.domains.from);
  }
  auto selection = schema::select(reading->database(), asked.domains, reading->fresh);
  if (!selection) return tl::unexpected(failure_response(selection.error()));
  reading->selection = std::move(*selection);
  const bool all = !request.principal.restricted();
  if (!all) reading->selection.conditions.push_back(own_domains(request.principal));
  auto changes = schema::changes(reading->database(), reading->selection, reading->fresh, all);
  if (!changes) return tl::unexpected(failure_response(changes.error()));

  ChangeAnswer answer{std::move(*reading), {}, changes->found};
  answer.found[static_cast<std::size_t>(ChangeCode::mailbox_trouble)] = static_cast<std::int64_t>(mailboxes.size());
  std::move(mailboxes.begin(), mailboxes.end(), std::back_inserter(changes->list));
  schema::sort_changes(changes->list);
  for (auto& change : changes->list) {
    const auto code = name(change.code);
    if (!asked.codes.empty() && std::find(asked.codes.begin(), asked.codes.end(), code) == asked.codes.end()) continue;
    ChangeRow row{std::move(change), {}, {}, {}};
    row.id =
        fmt::format("{}:{}:{}:{}", schema::day_text(row.day), code, row.domain.value_or(""), row.subject.value_or(""));
    row.sentence = sentence(row);
    row.evidence = evidence(row, answer.reading);
    answer.rows.push_back(std::move(row));
  }
  return answer;
}

}  // namespace server
