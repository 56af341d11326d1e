// What the decisions about failures share: their bodies, their notes, what cannot be done.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "schema/failure_list.h"
#include "server/api/context.h"
#include "server/api/exchange.h"
#include "server/api/question.h"

namespace server {

// `state`, `code` and `run` of a question: which failures it is about; open ones where it does not say.
schema::FailureFilter failure_filter(Question& question);

// The body, a flat JSON object of strings with no other members than these; else the answer.
tl::expected<std::map<std::string, std::string>, Response> words(const Request& request,
                                                                 std::initializer_list<std::string_view> known);

// "state" and "note" of a body; else the answer.
struct Wish {
  FailureDecision decision = FailureDecision::ignored;
  std::string note;
};
tl::expected<Wish, Response> wish(const Request& request);

// Writes into the audit log what was decided of failure `id`.
void note_decision(const ApiContext& context, const Request& request, std::string_view action, std::int64_t id,
                   std::string_view detail);
void note_decision(const ApiContext& context, const Request& request, const Wish& wish, std::int64_t id);

}  // namespace server
