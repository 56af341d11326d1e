#include "server/api/decision_parts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "server/access/access.h"
#include "server/api/problem.h"

namespace server {
namespace {

constexpr std::size_t longest_note_bytes = 4096;
constexpr std::size_t longest_body_bytes = 16 * 1024;

}  // namespace

schema::FailureFilter failure_filter(Question& question) {
  schema::FailureFilter filter;
  const auto state = question.choice("state", {"open", "ignored", "resolved", "all"}).value_or("open");
  if (state == "open") filter.state = schema::FailureState::open;
  if (state == "ignored") filter.state = schema::FailureState::ignored;
  if (state == "resolved") filter.state = schema::FailureState::resolved;
  filter.codes = question.texts("code");
  if (filter.codes.size() > schema::most_filter_values) question.refuse("code", "too many codes");
  for (const auto& code : filter.codes) {
    if (schema::reason_code(code) == nullptr) question.refuse("code", "there is no such reason code");
  }
  filter.run = question.number("run", 1, INT64_MAX);
  return filter;
}

tl::expected<std::map<std::string, std::string>, Response> words(const Request& request,
                                                                 std::initializer_list<std::string_view> known) {
  const auto bad = [](std::string_view detail) { return tl::unexpected(problem(400, "invalid_body", detail)); };
  if (request.body.size() > longest_body_bytes) return bad("The body is too long.");
  const auto json = nlohmann::json::parse(request.body, nullptr, false);
  if (!json.is_object()) return bad("The body must be a JSON object.");
  std::map<std::string, std::string> members;
  for (const auto& [key, value] : json.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) return bad("The body has a member that is unknown.");
    if (!value.is_string()) return bad("The members of the body must be strings.");
    members[key] = value.get<std::string>();
  }
  return members;
}

tl::expected<Wish, Response> wish(const Request& request) {
  auto body = words(request, {"state", "note"});
  if (!body) return tl::unexpected(body.error());
  const auto state = (*body)["state"];
  if (state != "ignored" && state != "open")
    return tl::unexpected(problem(400, "invalid_body", "'state' must be ignored or open."));
  auto note = (*body)["note"];
  if (note.size() > longest_note_bytes) return tl::unexpected(problem(400, "invalid_body", "'note' is too long."));
  return Wish{state == "ignored" ? FailureDecision::ignored : FailureDecision::open, std::move(note)};
}

void note_decision(const ApiContext& context, const Request& request, std::string_view action, std::int64_t id,
                   std::string_view detail) {
  if (context.access != nullptr) context.access->note(request, action, std::to_string(id), detail);
}

void note_decision(const ApiContext& context, const Request& request, const Wish& wish, std::int64_t id) {
  const bool ignored = wish.decision == FailureDecision::ignored;
  note_decision(context, request, ignored ? "failure_ignored" : "failure_reopened", id, wish.note);
}

}  // namespace server
