#include "ingest/report_names.h"

#include <algorithm>
#include <optional>

#include "ingest/xml_gate.h"
#include "schema/domain_name.h"

namespace ingest {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool all(std::string_view text, bool (*is)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is);
}

// RFC 5322 section 3.2.3.
bool is_dot_atom_text(std::string_view text) {
  const auto is_atext = [](char c) {
    return is_alphanumeric(c) || c == '.' || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
  };
  return all(text, is_atext) && text.front() != '.' && text.back() != '.' && text.find("..") == text.npos;
}

// Takes what stands before `mark` off `text`; none where there is no mark.
std::optional<std::string_view> take_until(std::string_view& text, char mark) {
  const auto at = text.find(mark);
  if (at == text.npos) return std::nullopt;
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at + 1);
  return taken;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// Reads a subject word by word.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  std::string_view next() {
    text_.remove_prefix(std::min(text_.find_first_not_of(blanks), text_.size()));
    const std::string_view word = text_.substr(0, text_.find_first_of(blanks));
    text_.remove_prefix(word.size());
    return word;
  }

 private:
  std::string_view text_;
};

}  // namespace

bool is_report_id(std::string_view id) {
  const auto at = id.find('@');
  return is_dot_atom_text(id.substr(0, at)) && (at == id.npos || is_dot_atom_text(id.substr(at + 1)));
}

bool is_report_file_name(std::string_view name) {
  if (ends_with(name, ".gz")) name.remove_suffix(3);
  if (!ends_with(name, ".xml")) return false;
  name.remove_suffix(4);
  for (int field = 0; field < 2; ++field) {
    const auto domain = take_until(name, '!');
    if (!domain || !schema::is_domain_name(schema::normalise_domain(*domain))) return false;
  }
  const auto begin = take_until(name, '!');
  if (!begin || !all(*begin, is_digit)) return false;
  const auto end = take_until(name, '!');
  return end ? all(*end, is_digit) && all(name, is_alphanumeric) : all(name, is_digit);
}

bool is_report_subject(std::string_view subject, schema::Dialect dialect) {
  const bool firm = dialect == schema::Dialect::rfc9990;
  Words words(subject);
  const auto says = [&](std::string_view key) {
    const std::string_view word = words.next();
    return firm ? word == key : same_letters(word, key);
  };
  const auto names_domain = [&] { return schema::is_domain_name(schema::normalise_domain(words.next())); };
  if (!says("Report") || !says("Domain:") || !names_domain() || !says("Submitter:") || !names_domain()) return false;
  std::string_view key = words.next();
  if (key.empty()) return firm;
  constexpr std::string_view report_id = "Report-ID:";
  if (!(firm ? key == report_id : same_letters(key.substr(0, report_id.size()), report_id))) return false;
  // The rule of RFC 7489 has no blank there.
  std::string_view id = key.substr(report_id.size());
  if (id.empty()) id = words.next();
  if (id.size() > 2 && id.front() == '<' && id.back() == '>') id = id.substr(1, id.size() - 2);
  return is_report_id(id) && words.next().empty();
}

}  // namespace ingest
