#include "server/api/multipart.h"

#include <algorithm>
#include <optional>

namespace server {
namespace {

constexpr std::size_t longest_boundary = 70;     // RFC 2046 section 5.1.1
constexpr std::size_t longest_part_head = 4096;  // a name and a type
constexpr std::string_view newline = "\r\n";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The value of a parameter that `text` begins with, which it is cut off from.
std::string take_value(std::string_view& text) {
  std::string value;
  if (text.empty() || text.front() != '"') {
    const auto end = std::min(text.find(';'), text.size());
    value = trimmed(text.substr(0, end));
    text.remove_prefix(end);
    return value;
  }
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    // Browsers write a backslash of a file name as it is; only \" and \\ are escapes.
    if (text.front() == '\\' && text.size() > 1 && (text[1] == '"' || text[1] == '\\')) text.remove_prefix(1);
    value += text.front();
    text.remove_prefix(1);
  }
  text.remove_prefix(std::min(text.find(';'), text.size()));
  return value;
}

// Cuts `text` behind the first `mark`; what stood before it.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const auto before = text.substr(0, at);
  text.remove_prefix(at + mark.size());
  return before;
}

bool takes(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// The Content-Disposition among the header lines of a part.
std::string_view disposition(std::string_view head) {
  while (!head.empty()) {
    const auto line = head.substr(0, std::min(head.find(newline), head.size()));
    head.remove_prefix(std::min(head.size(), line.size() + newline.size()));
    const auto colon = std::min(line.find(':'), line.size());
    if (same(line.substr(0, colon), "content-disposition")) {
      return trimmed(line.substr(std::min(line.size(), colon + 1)));
    }
  }
  return {};
}

tl::unexpected<schema::Error> bad(std::string message) {
  return schema::malformed("bad_multipart", std::move(message));
}

}  // namespace

bool is_multipart(std::string_view content_type) {
  return same(trimmed(content_type.substr(0, std::min(content_type.find(';'), content_type.size()))),
              "multipart/form-data");
}

std::string header_parameter(std::string_view header, std::string_view name) {
  header.remove_prefix(std::min(header.find(';'), header.size()));
  while (!header.empty()) {
    header.remove_prefix(1);  // the semicolon
    const auto end = std::min(header.find_first_of("=;"), header.size());
    const auto key = trimmed(header.substr(0, end));
    header.remove_prefix(end);
    if (header.empty() || header.front() == ';') continue;
    header.remove_prefix(1);
    header = header.substr(std::min(header.find_first_not_of(" \t"), header.size()));
    auto value = take_value(header);
    if (same(key, name)) return value;
  }
  return {};
}

schema::Result<std::vector<UploadedFile>> multipart_files(std::string_view content_type, std::string_view body,
                                                          std::size_t most_files) {
  const auto boundary = header_parameter(content_type, "boundary");
  if (boundary.empty() || boundary.size() > longest_boundary) return bad("the boundary is missing or too long");
  const std::string delimiter = "--" + boundary;
  const std::string between = std::string(newline) + delimiter;

  // The first delimiter may be the first line; what stands before it is no part.
  if (!takes(body, delimiter) && !take_until(body, between)) return bad("there is no boundary in the body");
  std::vector<UploadedFile> files;
  while (!takes(body, "--")) {
    if (!takes(body, newline)) return bad("a boundary is followed by something else");
    const auto head = take_until(body, "\r\n\r\n");
    if (!head || head->size() > longest_part_head) return bad("a part has no end of its headers");
    const auto content = take_until(body, between);
    if (!content) return bad("the last boundary is missing");
    const auto place = disposition(*head);
    if (!same(place.substr(0, std::min(place.find(';'), place.size())), "form-data")) {
      return bad("a part is no form-data");
    }
    // A field without a file name is no file; a browser sends an empty one where none was chosen.
    if (place.find("filename") == std::string_view::npos) continue;
    auto name = header_parameter(place, "filename");
    if (name.empty() && content->empty()) continue;
    if (files.size() == most_files) return schema::too_large("too_many_files", "more files than one upload may have");
    files.push_back({std::move(name), std::string(*content)});
  }
  return files;
}

}  // namespace server
