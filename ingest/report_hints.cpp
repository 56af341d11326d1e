#include "ingest/report_hints.h"

#include <algorithm>
#include <array>

#include "ingest/report_values.h"
#include "schema/domain_name.h"

namespace ingest {
namespace {

constexpr std::size_t longest_hint = 4096;

std::string lower(std::string_view text) {
  std::string out(text.substr(0, longest_hint));
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string domain_or_nothing(std::string_view text) {
  std::string name = schema::normalise_domain(text);
  return schema::is_domain_name(name) ? name : std::string();
}

// The word behind `key` and a colon, from `from` on; moves `from` behind it.
std::string_view value_of(std::string_view text, std::string_view key, std::size_t& from) {
  constexpr std::string_view blanks = " \t\r\n";
  auto at = text.find(key, from);
  if (at == text.npos) return {};
  at = text.find_first_not_of(blanks, at + key.size());
  if (at == text.npos || text[at] != ':') return {};
  at = text.find_first_not_of(blanks, at + 1);
  if (at == text.npos) return {};
  from = std::min(text.find_first_of(" \t\r\n;,", at), text.size());
  return text.substr(at, from - at);
}

}  // namespace

FileNameHints hints_of_file_name(std::string_view file_name) {
  if (file_name.size() > longest_hint) return {};
  const auto slash = file_name.find_last_of("/\\");
  if (slash != file_name.npos) file_name.remove_prefix(slash + 1);

  std::array<std::string_view, 4> fields;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const bool last = i + 1 == fields.size();
    const auto end = last ? file_name.find_first_not_of("0123456789", begin) : file_name.find('!', begin);
    if (!last && end == file_name.npos) return {};
    fields[i] = file_name.substr(begin, end == file_name.npos ? end : end - begin);
    begin = end == file_name.npos ? end : end + 1;
  }
  FileNameHints hints{domain_or_nothing(fields[0]), domain_or_nothing(fields[1]), {}};
  const auto first = parse_date(fields[2]), second = parse_date(fields[3]);
  if (first && second) hints.period = Period{first->seconds, second->seconds};
  return hints;
}

SubjectHints hints_of_subject(std::string_view subject) {
  const std::string text = lower(subject);
  std::size_t at = text.find("report");
  if (at == text.npos) return {};
  SubjectHints hints;
  hints.domain = domain_or_nothing(value_of(text, "domain", at));
  hints.submitter = domain_or_nothing(value_of(text, "submitter", at));
  return hints;
}

}  // namespace ingest
