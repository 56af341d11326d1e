#include "ingest/authenticity.h"

#include "schema/letter_case.h"

namespace ingest {
namespace {

// In lower case, without comments and quotes, so that no text in them can pass for a result.
std::string plain(std::string_view header) {
  std::string out;
  int comments = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const char c = header[i];
    if (c == '\\' && (quoted || comments > 0)) {
      ++i;
    } else if (quoted) {
      quoted = c != '"';
    } else if (c == '(') {
      ++comments;
    } else if (c == ')' && comments > 0) {
      --comments;
    } else if (comments == 0 && c == '"') {
      quoted = true;
    } else if (comments == 0) {
      out += c;
    }
  }
  return schema::ascii_lower(out);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find_first_of(" \t\r\n"));
}

// Takes what stands before the next ';'.
std::string_view next_part(std::string_view& rest) {
  const auto end = rest.find(';');
  const auto part = trimmed(rest.substr(0, end));
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

// "dmarc=fail header.from=example.com" -> "fail"; empty for other methods.
std::string_view dmarc_result(std::string_view part) {
  const auto equals = part.find('=');
  if (equals == std::string_view::npos) return {};
  const auto method = trimmed(part.substr(0, equals));
  if (method != "dmarc" && !method.starts_with("dmarc/")) return {};  // "dmarc/1": with a version
  return first_word(trimmed(part.substr(equals + 1)));
}

}  // namespace

std::string_view name(Authenticity authenticity) {
  switch (authenticity) {
    case Authenticity::pass:
      return "pass";
    case Authenticity::fail:
      return "fail";
    case Authenticity::unverified:
      break;
  }
  return "unverified";
}

Authenticity authenticity(const std::vector<std::string>& authentication_results,
                          std::string_view trusted_authserv_id) {
  if (trusted_authserv_id.empty()) return Authenticity::unverified;
  const auto trusted = schema::ascii_lower(trusted_authserv_id);
  for (const auto& header : authentication_results) {
    const auto text = plain(header);
    std::string_view rest = text;
    if (first_word(next_part(rest)) != trusted) continue;
    while (!rest.empty()) {
      const auto result = dmarc_result(next_part(rest));
      if (result == "pass") return Authenticity::pass;
      if (result == "fail") return Authenticity::fail;
    }
    return Authenticity::unverified;
  }
  return Authenticity::unverified;
}

}  // namespace ingest
