// A question that is good, with a connection to answer it: what every GET of stored things begins with.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "schema/freshness.h"
#include "schema/readers.h"
#include "schema/selection.h"
#include "server/api/context.h"
#include "server/api/exchange.h"
#include "server/api/question.h"
#include "server/json.h"

namespace server {

// How long one statement may take.
inline constexpr std::chrono::milliseconds query_time{5000};

struct Reading {
  std::shared_ptr<schema::Reader> reader;
  schema::Freshness fresh;
  schema::Selection selection;  // of read_with_filter()
  std::string etag;
  std::string question;               // all that the answer depends on besides the generation
  std::shared_ptr<const void> place;  // of an expensive question
  std::chrono::steady_clock::time_point begun;
  AnswerCache* answers = nullptr;  // of read_with_filter(): what else is asked may change without a new generation

  schema::Database& database() const { return reader->database(); }
};

// The domains of somebody who may see some only, as one more condition of a selection.
schema::Condition own_domains(const Principal& who);

// Ends the question. Else the answer that is known by now: 400, 304, 503. The selection means only what
// request.principal may see. `needs`: what is asked besides the selection (schema/selection.h); what is expensive waits
// for its turn.
tl::expected<Reading, Response> read_with_filter(const ApiContext& context, const Request& request, Question& question,
                                                 unsigned needs = schema::need_nothing);
// `beside`: what the answer says that is not in the database, so that another is told from it.
tl::expected<Reading, Response> read_without_filter(const ApiContext& context, const Request& request,
                                                    Question& question, std::string_view beside = {});

// 200 with the headers of something that changes with the database.
Response answer(const Reading& reading, std::string_view content_type, std::string body = {});
// `link`: to the next page; may be empty. Kept for whoever asks the same.
Response json_answer(const Reading& reading, JsonWriter& json, std::string link = {});

// "from", "to", "as_of", "complete_through" and "generation", into an object that the caller opened.
void write_meta(JsonWriter& json, const Reading& reading);

// A day, or null.
void write_day(JsonWriter& json, std::string_view name, std::optional<std::int64_t> day);

}  // namespace server
