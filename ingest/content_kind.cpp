#include "ingest/content_kind.h"

#include <algorithm>
#include <array>
#include <string>

#include "ingest/limits.h"
#include "ingest/mime_fields.h"

namespace ingest {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  ContentKind kind;
  std::string_view name = {};
};

constexpr std::array<Magic, 17> magics = {{
    {"\x1f\x8b"sv, ContentKind::gzip},
    {"PK\x03\x04"sv, ContentKind::zip},
    {"PK\x05\x06"sv, ContentKind::zip},  // without entries
    {"PK\x07\x08"sv, ContentKind::zip},  // of several volumes that are one
    {"\x1f\x9d"sv, ContentKind::unsupported, "compress (.Z)"},
    {"\x1f\xa0"sv, ContentKind::unsupported, "compress (.Z)"},
    {"BZh"sv, ContentKind::unsupported, "bzip2"},
    {"\xfd\x37\x7a\x58\x5a"sv, ContentKind::unsupported, "xz"},
    {"\x37\x7a\xbc\xaf\x27\x1c"sv, ContentKind::unsupported, "7z"},
    {"\x28\xb5\x2f\xfd"sv, ContentKind::unsupported, "zstd"},
    {"\x04\x22\x4d\x18"sv, ContentKind::unsupported, "lz4"},
    {"LZIP"sv, ContentKind::unsupported, "lzip"},
    {"Rar!\x1a\x07"sv, ContentKind::unsupported, "rar"},
    {"\x78\x9f\x3e\x22"sv, ContentKind::unsupported, "TNEF (winmail.dat)"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, ContentKind::unsupported, "Outlook .msg (forward it as .eml instead)"},
    {"MSCF"sv, ContentKind::unsupported, "cab"},
    {"\x60\xea"sv, ContentKind::unsupported, "arj"},
}};

bool begins(std::string_view bytes, std::string_view with) {
  return bytes.substr(0, with.size()) == with;
}

// RFC 1950: method 8, window up to 32 KiB, the two bytes a multiple of 31. The levels below give the second byte;
// "x^" and "x\x01" might be text, so binary bytes have to follow.
bool is_zlib(std::string_view bytes) {
  if (bytes.size() < 8 || bytes[0] != 'x' || "\x01\x5e\x9c\xda"sv.find(bytes[1]) == std::string_view::npos) {
    return false;
  }
  return std::any_of(bytes.begin() + 2, bytes.begin() + 8, [](char c) { return c < ' ' || c == 127; });
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

// The first character that says something, behind byte order marks and blanks; NULs too, so that UTF-16 is seen.
char first_character(std::string_view bytes) {
  constexpr std::array<std::string_view, 3> marks = {"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"};
  for (;;) {
    const auto mark = std::find_if(marks.begin(), marks.end(), [&](std::string_view m) { return begins(bytes, m); });
    if (mark != marks.end()) {
      bytes.remove_prefix(mark->size());
    } else if (!bytes.empty() && is_blank(bytes.front())) {
      bytes.remove_prefix(1);
    } else {
      return bytes.empty() ? '\0' : bytes.front();
    }
  }
}

// The separator line of an mbox, or a header block with at least one field that only mail has; a list of "key: value"
// lines is not enough.
bool is_mail(std::string_view bytes) {
  constexpr std::array<std::string_view, 14> fields = {
      "from",         "to",           "subject",      "date",          "received",    "return-path",    "message-id",
      "delivered-to", "mime-version", "content-type", "x-original-to", "envelope-to", "dkim-signature", "reply-to"};
  while (!bytes.empty() && (bytes.front() == '\r' || bytes.front() == '\n')) bytes.remove_prefix(1);
  if (begins(bytes, "From ")) return true;
  if (begins(bytes, ">From ")) bytes.remove_prefix(line_length(bytes));
  std::string_view header = bytes.substr(0, 256 * KiB);
  if (field_name(header.substr(0, 1 * KiB)).empty()) return false;
  const bool lone_cr = header.find('\n') == std::string_view::npos;
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(lone_cr ? '\r' : '\n'), header.size());
    const std::string_view line = header.substr(0, end);
    if (without_line_end(line).empty()) break;
    const std::string_view name = field_name(line.substr(0, 1 * KiB));
    if (std::any_of(fields.begin(), fields.end(), [&](auto field) { return equal_ignoring_case(name, field); })) {
      return true;
    }
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return false;
}

// Office documents and the like are zip archives too. The name of the first entry tells: their standards fix it.
bool is_document(std::string_view zip) {
  constexpr std::array<std::string_view, 4> names = {"[Content_Types].xml", "_rels/", "mimetype", "META-INF/"};
  constexpr std::size_t name_at = 30;  // in the local header of the first entry
  return zip.size() > name_at && std::any_of(names.begin(), names.end(),
                                             [&](std::string_view name) { return begins(zip.substr(name_at), name); });
}

bool is_text(std::string_view bytes) {
  bytes = bytes.substr(0, 4 * KiB);
  return std::none_of(bytes.begin(), bytes.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\f';
  });
}

// UTF-16 as the ASCII it mostly is.
std::string without_nuls(std::string_view bytes) {
  std::string result;
  for (const char c : bytes)
    if (c != '\0') result += c;
  return result;
}

}  // namespace

Content content(std::string_view bytes) {
  if (bytes.empty()) return {ContentKind::empty};
  for (const Magic& magic : magics) {
    if (!begins(bytes, magic.bytes)) continue;
    if (magic.kind == ContentKind::zip && is_document(bytes)) return {ContentKind::binary};
    return {magic.kind, magic.name};
  }
  if (is_zlib(bytes)) return {ContentKind::zlib};
  if (bytes.size() > 262 && bytes.substr(257, 5) == "ustar") return {ContentKind::unsupported, "tar"};
  switch (first_character(bytes)) {
    case '<':
      return {ContentKind::xml};
    case '{':
    case '[':
      return {ContentKind::json};
    default:
      break;
  }
  if (is_mail(bytes)) return {ContentKind::mail};
  return {is_text(bytes) ? ContentKind::text : ContentKind::binary};
}

bool mentions_feedback(std::string_view bytes) {
  const std::string text = without_nuls(bytes.substr(0, 64 * KiB));
  constexpr std::string_view name = "feedback";
  for (std::size_t at = 0;; ++at) {
    const auto found = std::search(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), name.begin(), name.end(),
                                   [](char a, char b) { return (a | 0x20) == b; });
    if (found == text.end()) return false;
    at = static_cast<std::size_t>(found - text.begin());
    if (at == 0) continue;
    // <feedback or <prefix:feedback, then the end of a name
    const char after = at + name.size() < text.size() ? text[at + name.size()] : '>';
    if (after != '>' && after != '/' && !is_blank(after)) continue;
    std::size_t start = at;
    if (text[start - 1] == ':') {
      --start;
      while (start > 0 && at - start < 64 && text[start - 1] != '<' && !is_blank(text[start - 1])) --start;
    }
    if (start > 0 && text[start - 1] == '<') return true;
  }
}

bool is_html(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, 4 * KiB);
  return contains_ignoring_case(head, "<html") || contains_ignoring_case(head, "<!doctype html");
}

bool is_tls_report(std::string_view json) {
  return json.find("\"policies\"") != std::string_view::npos &&
         (json.find("\"organization-name\"") != std::string_view::npos ||
          json.find("\"report-id\"") != std::string_view::npos);
}

}  // namespace ingest
