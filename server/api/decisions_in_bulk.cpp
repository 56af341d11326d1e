// PATCH /api/v1/ingest/failures and POST /api/v1/ingest/failures/retry: what a person decides about all failures of a
// filter. A request does one page of the list, so that it ends in time; next_cursor leads on. Each failure is decided
// and committed by itself: what was done stays when the rest fails.
#include <chrono>
#include <utility>

#include "schema/failure_list.h"
#include "server/api/accounts.h"
#include "server/api/decision_parts.h"
#include "server/api/problem.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

constexpr std::int64_t most_at_once = 100;

struct FailurePage {
  std::vector<std::int64_t> ids;
  std::int64_t limit = most_at_once;
  std::optional<schema::Cursor> next;
};

// The failures that a request is about; else the answer. The connection is given back before anything is written.
tl::expected<FailurePage, Response> page_of(const ApiContext& context, Request request) {
  request.headers.erase("if-none-match");
  Question question(request);
  const auto filter = failure_filter(question);
  FailurePage page;
  schema::PageRequest asked;
  page.limit = question.number("limit", 1, most_at_once).value_or(most_at_once);
  asked.limit = page.limit;
  if (const auto cursor = question.text("cursor")) {
    asked.after = schema::parse_cursor(*cursor);
    if (!asked.after || asked.after->size() != 1)
      question.refuse("cursor", "this is no cursor of this list; take it from next_cursor");
  }
  const auto reading = read_without_filter(context, request, question);
  if (!reading) return tl::unexpected(reading.error());
  const auto read = schema::failure_rows(reading->database(), filter, asked, [&](const schema::FailureRow& row) {
    page.ids.push_back(row.id);
    return true;
  });
  if (!read) return tl::unexpected(failure_response(read.error()));
  page.next = read->next;
  return page;
}

// Whether this is about one failure, so that the next one may do better.
bool concerns_one(const schema::Error& error) {
  return error.kind == schema::ErrorKind::malformed || error.code == "original_not_kept";
}

struct Decided {
  std::string_view state, code;
};

// Does `decide` to each failure of the page for as long as a request may take: it returns how the failure stands, or
// why nothing was done.
template <typename Decide>
Response decided(FailurePage page, Decide decide) {
  const auto enough = std::chrono::steady_clock::now() + query_time;
  JsonWriter json;
  json.begin_object().key("data").begin_array();
  for (std::size_t i = 0; i < page.ids.size(); ++i) {
    const auto id = page.ids[i];
    const schema::Result<Decided> result = decide(id);
    if (!result && !concerns_one(result.error())) return failure_response(result.error());
    json.begin_object()
        .member("id", id)
        .member("state", result ? result->state : "unchanged")
        .member("code", result ? result->code : std::string_view(result.error().code))
        .end_object();
    if (i + 1 < page.ids.size() && std::chrono::steady_clock::now() >= enough) {
      page.next = schema::Cursor{id};
      break;
    }
  }
  const auto next = page.next ? std::optional(schema::cursor_text(*page.next)) : std::nullopt;
  json.end_array().key("page").begin_object().member("limit", page.limit).member("next_cursor", next).end_object();
  json.end_object();
  return changed_answer(200, json);
}

}  // namespace

Response patch_failures(const ApiContext& context, const Request& request, const PathValues&) {
  const auto asked = wish(request);
  if (!asked) return asked.error();
  auto page = page_of(context, request);
  if (!page) return page.error();
  const std::string_view state = asked->decision == FailureDecision::ignored ? "ignored" : "open";
  return decided(std::move(*page), [&](std::int64_t id) -> schema::Result<Decided> {
    if (auto done = context.decide(id, asked->decision, asked->note); !done) return schema::unexpected(done.error());
    note_decision(context, request, *asked, id);
    return Decided{state, ""};
  });
}

Response post_failures_retry(const ApiContext& context, const Request& request, const PathValues&) {
  auto page = page_of(context, request);
  if (!page) return page.error();
  std::string code;  // of the failure at hand
  return decided(std::move(*page), [&](std::int64_t id) -> schema::Result<Decided> {
    const auto result = context.retry(id);
    if (!result) return schema::unexpected(result.error());
    code = result->code;
    note_decision(context, request, "failure_retried", id, code);
    return Decided{result->failure_id ? "open" : "resolved", code};
  });
}

}  // namespace server
