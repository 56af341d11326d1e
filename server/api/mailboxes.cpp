// GET /api/v1/ingest/mailboxes, POST /api/v1/ingest/runs
#include "schema/day.h"
#include "server/api/problem.h"
#include "server/api/question.h"
#include "server/api/resources.h"
#include "server/json.h"

namespace server {
namespace {

void write_time(JsonWriter& json, std::string_view name, std::optional<std::int64_t> time) {
  json.member(name, time ? std::optional(schema::time_text(*time)) : std::nullopt);
}

std::optional<std::string> said(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

Response get_mailboxes(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  question.end();
  if (!question.errors().empty()) return parameter_problem(question.errors());
  JsonWriter json;
  json.begin_object().key("data").begin_array();
  for (const MailboxReport& mailbox : context.mailboxes ? context.mailboxes() : std::vector<MailboxReport>()) {
    json.begin_object()
        .member("name", mailbox.name)
        .member("protocol", mailbox.protocol)
        .member("host", mailbox.host)
        .key("folders")
        .begin_array();
    for (const std::string& folder : mailbox.folders) json.value(folder);
    json.end_array().member("state", mailbox.state).member("pushed", mailbox.pushed);
    write_time(json, "checked_at", mailbox.checked_at);
    write_time(json, "last_mail_at", mailbox.last_mail_at);
    write_time(json, "next_try_at", mailbox.next_try_at);
    json.member("mails", mailbox.mails).member("lag", mailbox.lag).member("missed", mailbox.missed);
    json.member("error", said(mailbox.error));
    write_time(json, "error_at", mailbox.error_at);
    json.member("complaint", said(mailbox.complaint)).end_object();
  }
  json.end_array().end_object();
  Response response;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  response.body = json.take();
  return response;
}

Response post_runs(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto mailbox = question.text("mailbox");
  question.end();
  if (!question.errors().empty()) return parameter_problem(question.errors());
  const std::size_t rung = context.fetch_now ? context.fetch_now(mailbox.value_or("")) : 0;
  if (rung == 0) return problem(404, "not_found", "There is no such mailbox here.");
  JsonWriter json;
  json.begin_object().key("data").begin_object().member("mailboxes", rung).end_object().end_object();
  Response response;
  response.status = 202;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  response.body = json.take();
  return response;
}

}  // namespace server
