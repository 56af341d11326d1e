#include "schema/domain_name.h"

#include <idn2.h>
#include <libpsl.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>

namespace schema {
namespace {

constexpr std::size_t longest_name = 253;  // RFC 1035 section 2.3.4, as text without the last dot
constexpr std::size_t longest_label = 63;
// A name of 253 bytes as A-labels is shorter than this as UTF-8.
constexpr std::size_t longest_idn = 1024;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void lower_ascii(std::string& text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
}

std::string to_a_labels(const std::string& name) {
  char* out = nullptr;
  if (idn2_to_ascii_8z(name.c_str(), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK) return name;
  const std::unique_ptr<char, void (*)(void*)> owner(out, idn2_free);
  return out;
}

bool is_label_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// How many bytes of the end of a name are its organizational domain, for names that were asked about lately: reports
// name few domains very often, and the library goes through its whole list each time.
class LatelyAsked {
 public:
  struct Entry {
    std::string name;
    std::size_t bytes = 0;
  };
  Entry& of(std::string_view name) { return entries_[std::hash<std::string_view>()(name) % entries_.size()]; }

 private:
  std::array<Entry, 256> entries_;
};

}  // namespace

std::string normalise_domain(std::string_view written) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = written.find_first_not_of(blanks);
  if (first == written.npos) return {};
  const auto last = written.find_last_not_of(". \t\r\n");
  if (last == written.npos || last < first) return {};  // nothing but dots
  std::string name(written.substr(first, last - first + 1));
  if (!is_ascii(name) && name.size() <= longest_idn && name.find('\0') == name.npos) name = to_a_labels(name);
  lower_ascii(name);
  return name;
}

bool is_domain_name(std::string_view normalised) {
  if (normalised.empty() || normalised.size() > longest_name) return false;
  std::size_t begin = 0;
  while (true) {
    const auto dot = normalised.find('.', begin);
    const auto label = normalised.substr(begin, dot == normalised.npos ? dot : dot - begin);
    if (label.empty() || label.size() > longest_label) return false;
    if (!std::all_of(label.begin(), label.end(), is_label_byte)) return false;
    if (dot == normalised.npos) return !std::all_of(label.begin(), label.end(), is_digit);
    begin = dot + 1;
  }
}

std::string_view organizational_domain(std::string_view normalised) {
  // The list that is compiled into the library: reading must need no file, for it runs where there are none.
  if (normalised.empty() || normalised.size() > longest_name || normalised.find('\0') != normalised.npos)
    return normalised;
  thread_local LatelyAsked lately;
  auto& known = lately.of(normalised);
  if (known.name != normalised) {
    known.name = normalised;
    const char* found = psl_registrable_domain(psl_builtin(), known.name.c_str());
    known.bytes = found == nullptr ? normalised.size()
                                   : normalised.size() - static_cast<std::size_t>(found - known.name.c_str());
  }
  return normalised.substr(normalised.size() - known.bytes);
}

std::string_view domain_of_address(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == address.npos) return address;
  const auto domain = address.substr(at + 1);
  return domain.substr(0, domain.find_first_of("> \t\r\n,;"));
}

}  // namespace schema
