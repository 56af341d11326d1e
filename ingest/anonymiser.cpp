#include "ingest/anonymiser.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <vector>

#include "schema/domain_name.h"
#include "schema/sha256.h"

namespace ingest {
namespace {

bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
// Bytes above ASCII count as letters: names may be internationalised.
bool in_word(char c) {
  return is_alpha(c) || is_digit(c) || c == '.' || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool in_local_part(char c) {
  return in_word(c) || c == '+' || c == '=' || c == '%';
}
bool in_v6(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == ':' || c == '.';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// Endings of file names, which look like top-level domains.
bool is_file_ending(std::string_view label) {
  static constexpr std::array endings = {"xml", "gz", "zip", "eml", "txt", "html", "gzip", "json", "dat"};
  return std::find(endings.begin(), endings.end(), lower(label)) != endings.end();
}

bool looks_like_top_level(std::string_view label) {
  if (label.size() < 2) return false;
  if (label.starts_with("xn--")) return true;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return is_alpha(c) || static_cast<unsigned char>(c) >= 0x80; });
}

// UTF-16 text as one char a unit where it fits, for the walk over tags; others are kept aside.
struct Utf16 {
  bool big_endian;
  std::size_t start;  // behind the byte order mark
};
std::optional<Utf16> utf16(std::string_view bytes) {
  if (bytes.size() < 4) return std::nullopt;
  if (bytes.starts_with("\xFF\xFE")) return Utf16{false, 2};
  if (bytes.starts_with("\xFE\xFF")) return Utf16{true, 2};
  if (bytes[0] == '<' && bytes[1] == '\0' && bytes[3] == '\0') return Utf16{false, 0};
  if (bytes[0] == '\0' && bytes[1] == '<' && bytes[2] == '\0') return Utf16{true, 0};
  return std::nullopt;
}

}  // namespace

Anonymiser::Anonymiser(std::string_view key) : key_(schema::sha256(key)) {}

std::string Anonymiser::stream(char kind, std::string_view value, std::size_t bytes) const {
  std::string out;
  for (unsigned char block = 0; out.size() < bytes; ++block)
    out += schema::sha256(key_ + kind + static_cast<char>(block) + std::string(value));
  out.resize(bytes);
  return out;
}

std::string Anonymiser::label(std::string_view label) const {
  if (label.empty() || label == "*" || label.front() == '_') return std::string(label);
  // Ten characters make collisions of different labels unlikely; longer labels keep their length, which may be the
  // very oddity that is to be shown.
  static constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::string out = stream('d', lower(label), std::max<std::size_t>(10, label.size()));
  for (char& c : out) c = alphabet[static_cast<unsigned char>(c) % alphabet.size()];
  if (is_digit(out.front())) out.front() = 'x';
  if (std::any_of(label.begin(), label.end(), is_alpha) &&
      std::none_of(label.begin(), label.end(), [](char c) { return c >= 'a' && c <= 'z'; }))
    for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

std::string Anonymiser::domain(std::string_view name) const {
  const std::string normal = lower(name.substr(0, name.find_last_not_of('.') + 1));
  const std::string_view organizational = schema::organizational_domain(normal);
  const std::size_t dot = organizational.find('.');
  // Where there is no label before the public suffix the name is the suffix.
  const std::size_t suffix = dot == std::string_view::npos ? 0 : organizational.size() - dot;
  const std::size_t replaced = normal.size() > suffix ? normal.size() - suffix : 0;
  std::string out;
  std::size_t begin = 0;
  while (begin < replaced) {
    const std::size_t end = std::min(name.find('.', begin), replaced);
    out += label(name.substr(begin, end - begin));
    if (end < replaced) out += '.';
    begin = end + 1;
  }
  out += name.substr(replaced);
  return out;
}

schema::IpAddress Anonymiser::address(const schema::IpAddress& address) const {
  std::array<std::uint8_t, 16> in = address.bytes(), out = in;
  const int first = address.is_v4() ? 96 : 0;
  const char kind = address.is_v4() ? '4' : '6';
  std::array<std::uint8_t, 16> prefix{};  // the bits before the one at hand
  for (int bit = first; bit < 128; ++bit) {
    const std::string_view before(reinterpret_cast<const char*>(prefix.data()), prefix.size());
    const auto mask = static_cast<std::uint8_t>(0x80 >> (bit % 8));
    const std::size_t at = static_cast<std::size_t>(bit) / 8;
    if (stream(kind, std::string(before) + static_cast<char>(bit), 1)[0] & 1) out[at] ^= mask;
    prefix[at] = static_cast<std::uint8_t>(prefix[at] | (in[at] & mask));
  }
  return schema::IpAddress::from_bytes(out);
}

std::string Anonymiser::identifier(std::string_view id) const {
  std::string out(id);
  const std::string random = stream('i', id, id.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto byte = static_cast<unsigned char>(random[i]);
    if (is_digit(out[i]))
      out[i] = static_cast<char>('0' + byte % 10);
    else if (out[i] >= 'a' && out[i] <= 'z')
      out[i] = static_cast<char>('a' + byte % 26);
    else if (out[i] >= 'A' && out[i] <= 'Z')
      out[i] = static_cast<char>('A' + byte % 26);
  }
  return out;
}

std::string Anonymiser::report_id(std::string_view id) const {
  std::string out;
  for (std::size_t i = 0; i < id.size();) {
    constexpr std::size_t entity_bytes = 8;  // "&lt;" and the like stay what they are
    const std::size_t entity_end = id[i] == '&' ? id.find(';', i) : std::string_view::npos;
    if (entity_end != std::string_view::npos && entity_end - i < entity_bytes) {
      out += id.substr(i, entity_end + 1 - i);
      i = entity_end + 1;
      continue;
    }
    std::size_t end = i;
    while (end < id.size() && in_word(id[end])) ++end;
    if (end == i) {
      out += id[i++];
      continue;
    }
    const std::string_view run = id.substr(i, end - i);
    const std::size_t dot = run.rfind('.');
    const bool named = dot != std::string_view::npos && dot > 0 && looks_like_top_level(run.substr(dot + 1));
    out += named ? domain(run) : identifier(run);
    i = end;
  }
  return out;
}

// A run of characters that may be a domain or an IPv4 address.
std::string Anonymiser::word(std::string_view word) const {
  const std::size_t begin = word.find_first_not_of(".-");
  if (begin == std::string_view::npos) return std::string(word);
  const std::size_t end = word.find_last_not_of(".-") + 1;
  const std::string_view core = word.substr(begin, end - begin);
  const std::size_t dot = core.rfind('.');
  if (dot == std::string_view::npos) return std::string(word);
  std::string replaced(core);
  if (const auto ip = schema::IpAddress::parse(core))
    replaced = address(*ip).to_string();
  else if (is_file_ending(core.substr(dot + 1)))
    replaced = this->word(core.substr(0, dot)) + std::string(core.substr(dot));
  else if (looks_like_top_level(core.substr(dot + 1)))
    replaced = domain(core);
  return std::string(word.substr(0, begin)) + replaced + std::string(word.substr(end));
}

std::string Anonymiser::text(std::string_view bytes) const {
  std::string out;
  out.reserve(bytes.size());
  std::size_t i = 0;
  while (i < bytes.size()) {
    // IPv6 before words: it may begin with letters.
    if (in_v6(bytes[i]) && (i == 0 || !in_word(bytes[i - 1]))) {
      std::size_t end = i;
      while (end < bytes.size() && in_v6(bytes[end])) ++end;
      std::size_t core = end;
      while (core > i && bytes[core - 1] == '.') --core;
      const std::string_view candidate = bytes.substr(i, core - i);
      if (std::count(candidate.begin(), candidate.end(), ':') >= 2 && candidate.size() <= 45) {
        if (const auto ip = schema::IpAddress::parse(candidate)) {
          out += address(*ip).to_string();
          i = core;
          continue;
        }
      }
    }
    if (!in_local_part(bytes[i])) {
      out += bytes[i++];
      continue;
    }
    std::size_t end = i;
    while (end < bytes.size() && in_local_part(bytes[end])) ++end;
    if (end < bytes.size() && bytes[end] == '@') {
      out += identifier(bytes.substr(i, end - i));
      i = end;
      continue;
    }
    while (i < end) {  // split at what is only legal before an '@'
      std::size_t next = i;
      while (next < end && in_word(bytes[next])) ++next;
      if (next == i)
        out += bytes[i++];
      else {
        out += word(bytes.substr(i, next - i));
        i = next;
      }
    }
  }
  return out;
}

std::string Anonymiser::ascii_xml(std::string_view bytes) const {
  std::string out;
  out.reserve(bytes.size());
  std::string element;  // local name of the start tag before the text at hand, lower case
  std::size_t i = 0;
  while (i < bytes.size()) {
    if (bytes[i] == '<' && !bytes.substr(i).starts_with("<![CDATA[")) {
      std::size_t end = bytes.find(bytes.substr(i).starts_with("<!--") ? "-->" : ">", i);
      end = end == std::string_view::npos ? bytes.size() : bytes.find('>', end) + 1;
      const std::string_view tag = bytes.substr(i, end - i);
      // An address in angle brackets that nobody escaped is no tag.
      if (tag.find('@') != std::string_view::npos && tag.find('=') == std::string_view::npos) {
        out += text(tag);
      } else {
        out += tag;
        std::string_view tag_name = tag.substr(1, tag.find_first_of(" \t\r\n/>", 1) - 1);
        if (const auto colon = tag_name.find(':'); colon != std::string_view::npos) tag_name.remove_prefix(colon + 1);
        element = tag.starts_with("</") ? std::string() : lower(tag_name);
      }
      i = end;
      continue;
    }
    const std::size_t cdata = bytes.substr(i).starts_with("<![CDATA[") ? 9 : 0;
    std::size_t end = cdata ? bytes.find("]]>", i) : bytes.find('<', i);
    if (end == std::string_view::npos) end = bytes.size();
    out += bytes.substr(i, cdata);
    const std::string_view content = bytes.substr(i + cdata, end - i - cdata);
    if (element == "report_id" || element == "selector")
      out += report_id(content);
    else
      out += text(content);
    if (cdata && end < bytes.size()) {
      out += "]]>";
      end += 3;
    }
    i = end;
  }
  return out;
}

std::string Anonymiser::xml(std::string_view bytes) const {
  const auto wide = utf16(bytes);
  if (!wide) return ascii_xml(bytes);
  // Units beyond ASCII stand aside as a letter and come back in order: they are letters in what is replaced here.
  const std::size_t low = wide->big_endian ? 1 : 0;
  std::string narrow;
  std::vector<std::string> aside;
  std::size_t i = wide->start;
  for (; i + 1 < bytes.size(); i += 2) {
    const char high = bytes[i + 1 - low];
    if (high == '\0' && static_cast<unsigned char>(bytes[i + low]) < 0x80)
      narrow += bytes[i + low];
    else {
      narrow += '\x01';
      aside.emplace_back(bytes.substr(i, 2));
    }
  }
  std::string out(bytes.substr(0, wide->start));
  std::size_t next = 0;
  for (const char c : ascii_xml(narrow)) {
    if (c == '\x01' && next < aside.size())
      out += aside[next++];
    else {
      out += wide->big_endian ? '\0' : c;
      out += wide->big_endian ? c : '\0';
    }
  }
  out += bytes.substr(i);  // half a unit
  return out;
}

}  // namespace ingest
