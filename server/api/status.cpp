// Whether we are well, and what we hold.
#include "schema/stock.h"
#include "schema/summaries.h"
#include "server/api/parts.h"
#include "server/api/problem.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {

Response healthz(const ApiContext&, const Request&, const PathValues&) {
  Response response;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}};
  response.body = "ok\n";
  return response;
}

Response readyz(const ApiContext& context, const Request&, const PathValues&) {
  const auto reader = context.readers->lend(query_time);
  std::optional<std::int64_t> generation;
  std::string code;
  if (!reader) {
    code = reader.error().code;
  } else if (const auto counter = schema::generation((*reader)->database()); counter) {
    generation = *counter;
  } else {
    code = counter.error().code;
  }
  // A database that opens may still wait for a migration, or come from a later version.
  const bool opens = generation || code == "old_database" || code == "newer_database";
  JsonWriter json;
  json.begin_object()
      .member("db", opens ? std::string_view("ok") : std::string_view(code))
      .member("migrations", generation ? std::string_view("ok")
                            : opens    ? std::string_view(code)
                                       : "unknown")
      .member("data_generation", generation)
      .key("mailboxes")
      .begin_array();
  // A mailbox that cannot be read makes us no less ready to answer, unless the settings say so; no names here, there is
  // no login.
  bool any_degraded = false;
  if (context.mailboxes) {
    for (const MailboxReport& mailbox : context.mailboxes()) {
      const bool degraded = mailbox.state == "waiting" || mailbox.state == "refused";
      any_degraded = any_degraded || degraded;
      json.begin_object()
          .member("state", mailbox.state)
          .member("status", degraded ? "degraded" : "ok")
          .member("lag", mailbox.lag)
          .end_object();
    }
  }
  json.end_array();
  if (context.storage) json.member("storage", context.storage().state);
  json.end_object();
  Response response;
  response.status = generation && !(any_degraded && context.ready_requires_mailbox) ? 200 : 503;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  response.body = json.take();
  return response;
}

namespace {

// What somebody may know of it: mails and failures belong to no domain.
schema::Result<schema::Stock> stock_for(const Reading& reading, const Principal& who) {
  if (!who.restricted()) return schema::stock(reading.database());
  const auto& fresh = reading.fresh;
  const schema::Selection own{fresh.first_day, fresh.as_of, {own_domains(who)}, {}, {}, {}};
  const auto summary = schema::summary(reading.database(), own);
  if (!summary) return schema::unexpected(summary.error());
  schema::Stock stock;
  stock.reports = summary->reports;
  stock.messages = summary->classes.messages;
  return stock;
}

// Disks are no matter of those who may see some domains only.
void write_storage(JsonWriter& json, const ApiContext& context, const Principal& who) {
  const auto storage = context.storage && !who.restricted() ? context.storage() : StorageReport();
  json.begin_object()
      .member("state", storage.state)
      .member("message", storage.message.empty() ? std::nullopt : std::optional(storage.message))
      .end_object();
}

// Who is let in.
std::string_view open_to(const ApiContext& context, const Principal& who) {
  if (who.kind != Principal::Kind::machine) return "users";
  return context.open_to_network ? "network" : "loopback";
}

}  // namespace

Response get_status(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  // It changes without the data: what was answered in another state is not what is asked for again.
  const auto mark = context.storage ? "-" + context.storage().state + '"' : "\"";
  Request asked = request;
  if (const auto tag = asked.headers.find("if-none-match"); tag != asked.headers.end()) {
    const auto at = tag->second.find(mark);
    at == std::string::npos ? tag->second.clear() : static_cast<void>(tag->second.replace(at, mark.size(), "\""));
  }
  auto reading = read_without_filter(context, asked, question);
  if (!reading) return reading.error();
  if (const auto end = reading->etag.rfind('"'); end != std::string::npos) reading->etag.replace(end, 1, mark);
  const auto stock = stock_for(*reading, request.principal);
  if (!stock) return failure_response(stock.error());

  JsonWriter json;
  json.begin_object().key("data").begin_object().member("version", context.version);
  write_day(json, "as_of", reading->fresh.as_of);
  write_day(json, "complete_through", reading->fresh.complete_through);
  json.member("generation", reading->fresh.generation)
      .member("reports", stock->reports)
      .member("messages", stock->messages)
      .member("failures_open", stock->failures_open)
      .key("last_mail_at");
  stock->last_mail_at ? json.value(schema::time_text(*stock->last_mail_at)) : json.null();
  json.member("open_to", open_to(context, request.principal));
  write_storage(json.key("storage"), context, request.principal);
  json.end_object().end_object();
  return json_answer(*reading, json);
}

}  // namespace server
