// The body of a request that changes something: a flat JSON object of known members, checked.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "server/api/exchange.h"

namespace server {

class Body {
 public:
  // Also that the question has no parameters. Else the answer: 400.
  static tl::expected<Body, Response> read(const Request& request, std::initializer_list<std::string_view> known);

  // none: not given, or null.
  std::optional<std::string> text(std::string_view name) const { return get<std::string>(name); }
  std::optional<std::int64_t> number(std::string_view name) const { return get<std::int64_t>(name); }
  std::optional<std::vector<std::string>> list(std::string_view name) const {
    return get<std::vector<std::string>>(name);
  }
  // Whether it is given as something else than one of the kind that is asked for.
  template <typename T>
  bool wrong(std::string_view name) const {
    const auto at = members_.find(name);
    return at != members_.end() && !std::holds_alternative<T>(at->second);
  }

 private:
  template <typename T>
  std::optional<T> get(std::string_view name) const {
    const auto at = members_.find(name);
    if (at == members_.end() || !std::holds_alternative<T>(at->second)) return std::nullopt;
    return std::get<T>(at->second);
  }

  using Value = std::variant<std::string, std::int64_t, std::vector<std::string>>;
  std::map<std::string, Value, std::less<>> members_;
};

// 400 invalid_body.
Response bad_body(std::string_view detail);

}  // namespace server
