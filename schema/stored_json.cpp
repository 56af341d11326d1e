#include "schema/stored_json.h"

#include <fmt/format.h>

#include "schema/utf8.h"

namespace schema {
namespace {

void append_or_null(std::string& out, std::string_view text) {
  if (text.empty()) {
    out += "null";
  } else {
    append_json(out, text);
  }
}

template <typename E>
void append_or_null(std::string& out, const Enumerated<E>& word) {
  append_or_null(out, word.value == E::unknown ? std::string_view() : name(word.value));
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (out.back() != '{') out += ',';
  append_json(out, name);
  out += ':';
  append_json(out, value);
}

// An array of what `append_one` writes for each.
template <typename T, typename AppendOne>
std::string array(const std::vector<T>& all, AppendOne append_one) {
  std::string out = "[";
  for (const auto& one : all) {
    if (out.size() > 1) out += ',';
    append_one(out, one);
  }
  out += ']';
  return out;
}

}  // namespace

void append_json(std::string& out, std::string_view text) {
  constexpr std::string_view replacement = "\xef\xbf\xbd";
  out += '"';
  while (!text.empty()) {
    const auto length = utf8_length(text);
    const char c = text.front();
    if (length == 0) {
      out += replacement;
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

std::string json(const std::vector<DkimAuthResult>& results) {
  return array(results, [](std::string& out, const DkimAuthResult& dkim) {
    out += R"({"domain":)";
    append_or_null(out, dkim.domain);
    out += R"(,"selector":)";
    append_or_null(out, dkim.selector);
    out += R"(,"result":)";
    append_or_null(out, dkim.result);
    append_member(out, "raw", dkim.result.raw);
    append_member(out, "human_result", dkim.human_result);
    out += '}';
  });
}

std::string json(const std::vector<SpfAuthResult>& results) {
  return array(results, [](std::string& out, const SpfAuthResult& spf) {
    out += R"({"domain":)";
    append_or_null(out, spf.domain);
    out += R"(,"scope":)";
    append_or_null(out, spf.scope);
    out += R"(,"result":)";
    append_or_null(out, spf.result);
    append_member(out, "raw", spf.result.raw);
    append_member(out, "human_result", spf.human_result);
    out += '}';
  });
}

std::string json(const std::vector<Reason>& reasons) {
  return array(reasons, [](std::string& out, const Reason& reason) {
    out += R"({"type":)";
    append_json(out, name(reason.type.value));
    out += R"(,"comment":)";
    append_json(out, reason.comment);
    append_member(out, "raw", reason.type.raw);
    out += '}';
  });
}

std::string json(const Notes& notes) {
  return array(notes, [](std::string& out, const Note& note) {
    out += R"({"code":)";
    append_json(out, note.code);
    fmt::format_to(std::back_inserter(out), R"(,"count":{},"line":{},"column":{},"byte":{},"detail":)", note.count,
                   note.first.line, note.first.column, note.first.byte);
    append_json(out, note.detail);
    out += '}';
  });
}

std::string json(const std::vector<std::string>& texts) {
  return array(texts, [](std::string& out, const std::string& text) { append_json(out, text); });
}

std::string raw_words(const Record& record) {
  std::string out = "{";
  append_member(out, "source_ip", record.source_ip_raw);
  append_member(out, "disposition", record.policy_evaluated.disposition.raw);
  append_member(out, "dkim", record.policy_evaluated.dkim.raw);
  append_member(out, "spf", record.policy_evaluated.spf.raw);
  if (out.size() == 1) return {};
  return out + '}';
}

std::string raw_words(const PolicyPublished& policy) {
  std::string out = "{";
  append_member(out, "p", policy.p.raw);
  append_member(out, "sp", policy.sp.raw);
  append_member(out, "np", policy.np.raw);
  append_member(out, "adkim", policy.adkim.raw);
  append_member(out, "aspf", policy.aspf.raw);
  append_member(out, "discovery_method", policy.discovery_method.raw);
  return out + '}';
}

}  // namespace schema
