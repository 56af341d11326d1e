#include "server/api/claims.h"

#include <nlohmann/json.hpp>
#include <string>

namespace server {
namespace {

// In the order in which they are stored.
using Json = nlohmann::ordered_json;
using schema::DmarcResult;

std::string text_of(const Json& result, const char* name) {
  const auto found = result.find(name);
  return found != result.end() && found->is_string() ? found->get<std::string>() : "";
}

// `judge(result)` tells of each whether its domain is aligned.
template <typename Judge>
void write_results(JsonWriter& json, std::string_view key, const std::string& stored, Judge judge) {
  auto results = Json::parse(stored, nullptr, false);
  if (!results.is_array()) results = Json::array();
  for (auto& result : results) {
    const DmarcResult aligned = judge(result);
    result["aligned"] = aligned == DmarcResult::unknown ? Json() : Json(aligned == DmarcResult::pass);
  }
  json.key(key).stored(results.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

void write_claims(JsonWriter& json, const schema::SourceIdentity& identity) {
  const std::string header_from = identity.header_from.value_or("");
  write_results(json, "dkim", identity.dkim,
                [&](const Json& dkim) { return identity.dkim_modes.of(text_of(dkim, "domain"), header_from); });
  write_results(json, "spf", identity.spf, [&](const Json& spf) {
    // The HELO name counts only where there is no MAIL FROM domain (RFC 7489 section 3.1.2, RFC 7208 section 2.4).
    const bool null_path = identity.envelope_from && identity.envelope_from->empty();
    if (text_of(spf, "scope") == "helo" && !null_path) return DmarcResult::unknown;
    const auto domain = text_of(spf, "domain");
    return identity.spf_modes.of(domain.empty() ? identity.envelope_from.value_or("") : domain, header_from);
  });
}

}  // namespace server
