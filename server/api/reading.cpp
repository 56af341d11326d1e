#include "server/api/reading.h"

#include <fmt/format.h>

#include "schema/day.h"
#include "schema/expense.h"
#include "server/api/answer_cache.h"
#include "server/api/heavy_gate.h"
#include "server/api/problem.h"

namespace server {
namespace {

// How long a request waits for one of the connections.
constexpr std::chrono::milliseconds patience{2000};

// FNV-1a: tells questions apart, guards nothing.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return value;
}

bool names(std::string_view if_none_match, std::string_view etag) {
  return if_none_match.find(etag) != std::string_view::npos;
}

void add_headers(Response& response, const std::string& etag) {
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  response.headers.emplace_back("Vary", "Accept, Accept-Encoding, Authorization, Cookie");
}

tl::expected<Reading, Response> begin(const ApiContext& context, const Request& request, const Question& question,
                                      AnswerCache* answers, std::string_view beside = {}) {
  if (!question.errors().empty()) return tl::unexpected(parameter_problem(question.errors()));
  auto reader = context.readers->lend(patience);
  if (!reader) return tl::unexpected(failure_response(reader.error()));
  Reading reading;
  reading.begun = std::chrono::steady_clock::now();
  reading.reader = std::move(*reader);
  reading.reader->allow(query_time);

  const auto generation = schema::generation(reading.database());
  if (!generation) return tl::unexpected(failure_response(generation.error()));
  // Two people at one browser must not see each other's answers.
  std::string asked = question.normalised() + '\n' + request.header("accept").value_or("") + '\n' + context.version;
  asked += request.principal.actor();
  asked += beside;
  for (const auto& domain : request.principal.domains) asked += '\n' + domain;
  reading.etag = fmt::format("W/\"{}-{:016x}\"", *generation, hash(asked));
  if (names(request.header("if-none-match").value_or(""), reading.etag)) {
    Response unchanged;
    unchanged.status = 304;
    add_headers(unchanged, reading.etag);
    return tl::unexpected(std::move(unchanged));
  }
  reading.question = std::move(asked);
  reading.answers = answers;
  if (answers != nullptr) {
    auto known = answers->find(*generation, reading.question, [&] { return context.readers->being_written(); });
    if (known) return tl::unexpected(std::move(*known));
  }
  auto fresh = context.readers->fresh(*reading.reader);
  if (!fresh) return tl::unexpected(failure_response(fresh.error()));
  reading.fresh = *fresh;
  return reading;
}

}  // namespace

schema::Condition own_domains(const Principal& who) {
  schema::Condition condition;
  condition.key = schema::FilterKey::domain;
  for (const std::string& text : who.domains) {
    const bool below = text.rfind("*.", 0) == 0;
    condition.any_of.emplace_back(schema::DomainPattern{text.substr(below ? 2 : 0), below});
  }
  return condition;
}

tl::expected<Reading, Response> read_with_filter(const ApiContext& context, const Request& request, Question& question,
                                                 unsigned needs) {
  const auto filter = question.filter();
  auto reading = begin(context, request, question, context.answers);
  if (!reading) return reading;
  auto selection = schema::select(reading->database(), filter, reading->fresh);
  if (!selection) return tl::unexpected(failure_response(selection.error()));
  reading->selection = std::move(*selection);
  if (request.principal.restricted()) reading->selection.conditions.push_back(own_domains(request.principal));
  if (context.heavy != nullptr && (question.asks_for_all() || schema::is_expensive(reading->selection, needs))) {
    reading->place = context.heavy->enter();
    if (!reading->place)
      return tl::unexpected(problem(503, "busy", "Other questions that take long are being answered; try again soon."));
    reading->reader->allow(query_time);
  }
  return reading;
}

tl::expected<Reading, Response> read_without_filter(const ApiContext& context, const Request& request,
                                                    Question& question, std::string_view beside) {
  question.end();
  return begin(context, request, question, nullptr, beside);
}

Response answer(const Reading& reading, std::string_view content_type, std::string body) {
  Response response;
  response.headers.emplace_back("Content-Type", content_type);
  add_headers(response, reading.etag);
  response.body = std::move(body);
  return response;
}

Response json_answer(const Reading& reading, JsonWriter& json, std::string link) {
  auto response = answer(reading, "application/json", json.take());
  if (!link.empty()) response.headers.emplace_back("Link", std::move(link));
  if (reading.answers != nullptr)
    reading.answers->keep(reading.fresh.generation, reading.question, response, reading.begun);
  return response;
}

void write_day(JsonWriter& json, std::string_view name, std::optional<std::int64_t> day) {
  json.key(name);
  day ? json.value(schema::day_text(*day)) : json.null();
}

void write_meta(JsonWriter& json, const Reading& reading) {
  write_day(json, "from", reading.selection.from);
  write_day(json, "to", reading.selection.to);
  write_day(json, "as_of", reading.fresh.as_of);
  write_day(json, "complete_through", reading.fresh.complete_through);
  json.member("generation", reading.fresh.generation);
}

}  // namespace server
