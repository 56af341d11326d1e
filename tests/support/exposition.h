// A strict reader of Prometheus' text format, version 0.0.4: what it does not like is a failed requirement.
#pragma once

#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace tests {

struct Exposition {
  std::map<std::string, std::string> types;  // by family
  std::map<std::string, double> samples;     // by name with labels as written

  double at(const std::string& sample) const {
    INFO(sample);
    const auto found = samples.find(sample);
    REQUIRE(found != samples.end());
    return found->second;
  }
};

inline bool is_metric_name(const std::string& name) {
  const std::string first = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_:";
  return !name.empty() && first.find(name[0]) != std::string::npos &&
         name.find_first_not_of(first + "0123456789") == std::string::npos;
}

// The labels of `line` from the brace at `at`, which is moved behind them; in their order.
inline std::map<std::string, std::string> exposition_labels(const std::string& line, std::size_t& at) {
  std::map<std::string, std::string> labels;
  REQUIRE(line.at(at) == '{');
  do {
    const auto equals = line.find('=', ++at);
    REQUIRE(equals != std::string::npos);
    const std::string label = line.substr(at, equals - at);
    REQUIRE(is_metric_name(label));
    REQUIRE(line.at(equals + 1) == '"');
    std::string value;
    for (at = equals + 2; line.at(at) != '"'; ++at) {
      REQUIRE(static_cast<unsigned char>(line[at]) >= 0x20);
      if (line[at] != '\\') {
        value += line[at];
        continue;
      }
      const char escaped = line.at(++at);
      REQUIRE((escaped == 'n' || escaped == '\\' || escaped == '"'));
      value += escaped == 'n' ? '\n' : escaped;
    }
    REQUIRE(labels.emplace(label, value).second);
    ++at;
  } while (line.at(at) == ',');
  REQUIRE(line.at(at) == '}');
  ++at;
  return labels;
}

inline Exposition read_exposition(const std::string& text) {
  Exposition all;
  REQUIRE((!text.empty() && text.back() == '\n'));
  std::istringstream lines(text);
  std::string family, helped;
  std::map<std::string, double> last_bucket;
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    std::istringstream words(line);
    std::string hash, keyword, name, type;
    if (line.rfind("# ", 0) == 0) {
      words >> hash >> keyword >> name >> type;
      REQUIRE(is_metric_name(name));
      if (keyword == "HELP") {
        REQUIRE_FALSE(type.empty());
        helped = name;
      } else {
        REQUIRE(keyword == "TYPE");
        REQUIRE(helped == name);  // both, once, in this order
        REQUIRE((type == "counter" || type == "gauge" || type == "histogram"));
        REQUIRE(all.types.emplace(name, type).second);  // the samples of a family stand together
        const bool total = name.size() > 6 && name.compare(name.size() - 6, 6, "_total") == 0;
        REQUIRE((type == "counter") == total);
        family = name;
      }
      continue;
    }
    std::size_t at = line.find_first_of("{ ");
    REQUIRE(at != std::string::npos);
    name = line.substr(0, at);
    std::map<std::string, std::string> labels;
    if (line[at] == '{') labels = exposition_labels(line, at);
    REQUIRE(line.at(at) == ' ');
    const std::string sample = line.substr(0, at), number = line.substr(at + 1);
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    REQUIRE((!number.empty() && *end == '\0'));
    REQUIRE(all.samples.emplace(sample, value).second);
    const std::string suffix = name.substr(std::min(name.size(), family.size()));
    REQUIRE(name.rfind(family, 0) == 0);
    const std::string kind = all.types[family];
    if (kind != "gauge") REQUIRE((value >= 0 && std::isfinite(value)));
    if (kind != "histogram") {
      REQUIRE(suffix.empty());
      continue;
    }
    REQUIRE((suffix == "_bucket" || suffix == "_sum" || suffix == "_count"));
    REQUIRE((labels.count("le") == 1) == (suffix == "_bucket"));
    std::string series = family;
    for (const auto& [label, content] : labels)
      if (label != "le") series += ' ' + label + ' ' + content;
    if (suffix == "_bucket") {
      REQUIRE(value >= last_bucket[series]);  // cumulative
      last_bucket[series] = value;
    }
    if (suffix == "_count") REQUIRE(value == last_bucket[series]);
  }
  return all;
}

}  // namespace tests
