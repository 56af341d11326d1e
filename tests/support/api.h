// The API over a database of its own, asked as a browser asks it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "schema/readers.h"
#include "server/api/routes.h"
#include "tests/support/make_report.h"
#include "tests/support/store.h"

namespace tests {

// "/api/v1/summary?range=7d" as the server hands it on.
inline server::Request request(std::string_view target, const std::string& method = "GET") {
  server::Request request;
  request.method = method;
  request.principal = server::Principal::machine();
  const auto question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  const auto decoded = [](std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '%') {
        plain += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
        i += 2;
      } else {
        plain += text[i];
      }
    }
    return plain;
  };
  auto rest = target.substr(std::min(question + 1, target.size()));
  while (!rest.empty()) {
    const auto end = std::min(rest.find('&'), rest.size());
    const auto pair = rest.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    request.query.emplace_back(decoded(pair.substr(0, equals)),
                               decoded(pair.substr(std::min(equals + 1, pair.size()))));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return request;
}

inline std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

inline std::string header(const server::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

class Api {
 public:
  Api() : readers_(store.path(), 4) {
    context.version = "1";
    context.readers = &readers_;
  }

  void add(const schema::Report& report) {
    REQUIRE(store.writer().begin());
    REQUIRE(store.writer().reports().add(schema::PreparedReport(report), store.provenance()));
    REQUIRE(store.writer().commit());
  }
  void add_random(unsigned seed, int reports) {
    std::mt19937 random(seed);
    REQUIRE(store.writer().begin());
    for (int i = 0; i < reports; ++i) {
      REQUIRE(store.writer().reports().add(schema::PreparedReport(random_report(random)), store.provenance()));
    }
    REQUIRE(store.writer().commit());
  }

  server::Response respond(const server::Request& asked) const { return server::respond(context, asked); }
  server::Response get(std::string_view target) const { return respond(request(target)); }
  // The body of a 200, which must be JSON.
  nlohmann::json json(std::string_view target) const {
    const auto response = get(target);
    INFO(target << " " << response.body);
    REQUIRE(response.status == 200);
    return nlohmann::json::parse(response.body);
  }
  // A stream to its end.
  std::string streamed(std::string_view target) const {
    const auto response = get(target);
    REQUIRE(response.status == 200);
    REQUIRE(response.stream);
    std::string all;
    REQUIRE(response.stream([&](std::string_view bytes) {
      all += bytes;
      return true;
    }));
    return all;
  }

  Store store;
  server::ApiContext context;

 private:
  schema::Readers readers_;
};

}  // namespace tests
