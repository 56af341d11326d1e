#include "ingest/imap_response.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace ingest {
namespace {

using schema::Result;

tl::unexpected<schema::Error> broken(std::string message) {
  return schema::unavailable("imap_protocol", "The mail server broke the rules of IMAP: " + std::move(message) + ".");
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

bool is_fetch(std::string_view text) {
  if (text.substr(0, 2) != "* ") return false;
  text.remove_prefix(2);
  const auto digits = std::find_if_not(text.begin(), text.end(), is_digit) - text.begin();
  return digits > 0 && upper(text.substr(static_cast<std::size_t>(digits), 7)) == " FETCH ";
}

// Without control characters: it is shown to people.
std::string printable(std::string_view text) {
  std::string result(text.substr(0, 1000));
  std::replace_if(
      result.begin(), result.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return result;
}

}  // namespace

// One whole response: texts with literals between them.
class ImapResponseParser {
 public:
  ImapResponseParser(std::vector<ImapResponseReader::Part>& parts, std::size_t nesting)
      : parts_(parts), nesting_(nesting) {}

  Result<ImapResponse> parse() {
    ImapResponse response;
    std::string tag(word());
    if (tag == "+") {
      response.kind = ImapResponse::Kind::continuation;
      response.text = rest();
      return response;
    }
    if (tag != "*") {
      response.kind = ImapResponse::Kind::tagged;
      response.tag = std::move(tag);
    }
    std::string_view name = word();
    if (response.kind == ImapResponse::Kind::untagged) {
      response.number = imap_number(name);
      if (response.number) name = word();
    }
    response.name = upper(name);
    if (response.name.empty()) return broken("an answer without a name");
    if (is_status(response.name)) {
      status(response);
      return response;
    }
    if (response.kind == ImapResponse::Kind::tagged)
      return broken("a command ended neither in OK nor in NO nor in BAD");
    if (!has_values(response.name)) {
      response.text = printable(rest());
      return response;
    }
    auto values = list_items(false, 0);
    if (!values) return unexpected(std::move(values.error()));
    response.values = std::move(*values);
    return response;
  }

 private:
  static bool is_status(std::string_view name) {
    static constexpr std::array<std::string_view, 5> names = {"OK", "NO", "BAD", "BYE", "PREAUTH"};
    return std::find(names.begin(), names.end(), name) != names.end();
  }
  static bool has_values(std::string_view name) {
    static constexpr std::array<std::string_view, 6> names = {"CAPABILITY", "ENABLED", "FLAGS",
                                                              "LIST",       "SEARCH",  "FETCH"};
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  std::string_view left() const { return std::string_view(parts_[part_].text).substr(at_); }

  // Up to the next blank, and over it.
  std::string_view word() {
    const std::string_view text = left();
    const std::string_view result = text.substr(0, text.find(' '));
    at_ += std::min(result.size() + 1, text.size());
    return result;
  }

  std::string rest() {
    std::string text(left());
    for (++part_; part_ < parts_.size(); ++part_) text += parts_[part_ - 1].literal + parts_[part_].text;
    return text;
  }

  void status(ImapResponse& response) {
    const std::string text = rest();
    std::size_t begin = 0;
    if (!text.empty() && text.front() == '[') {
      const std::size_t end = text.find(']');
      if (end != std::string::npos) {
        const std::string_view code = std::string_view(text).substr(1, end - 1);
        const std::size_t blank = std::min(code.find(' '), code.size());
        response.code = upper(code.substr(0, blank));
        response.code_text = code.substr(std::min(blank + 1, code.size()));
        begin = text.find_first_not_of(' ', end + 1);
      }
    }
    if (begin != std::string::npos) response.text = printable(std::string_view(text).substr(begin));
  }

  Result<std::vector<ImapValue>> list_items(bool in_parentheses, std::size_t depth) {
    if (depth > nesting_) return broken("lists nested too deeply");
    std::vector<ImapValue> items;
    for (;;) {
      const std::string_view text = left();
      if (text.empty()) {
        if (parts_[part_].has_literal) {
          items.push_back({ImapValue::Kind::string, std::move(parts_[part_].literal), {}});
          ++part_;
          at_ = 0;
          continue;
        }
        if (in_parentheses) return broken("a list does not end");
        return items;
      }
      if (text.front() == ' ') {
        ++at_;
      } else if (text.front() == ')') {
        if (!in_parentheses) return broken("a list ends that did not begin");
        ++at_;
        return items;
      } else if (text.front() == '(') {
        ++at_;
        auto list = list_items(true, depth + 1);
        if (!list) return list;
        items.push_back({ImapValue::Kind::list, {}, std::move(*list)});
      } else {
        auto value = text.front() == '"' ? quoted() : atom();
        if (!value) return unexpected(std::move(value.error()));
        items.push_back(std::move(*value));
      }
    }
  }

  Result<ImapValue> quoted() {
    const std::string_view text = left();
    ImapValue value{ImapValue::Kind::string, {}, {}};
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[i] == '"') {
        at_ += i + 1;
        return value;
      }
      if (text[i] == '\\' && ++i == text.size()) break;
      value.text += text[i];
    }
    return broken("a quoted string does not end");
  }

  // "BODY[HEADER.FIELDS (DATE)]<0>" is one, with what stands in its brackets.
  Result<ImapValue> atom() {
    const std::string_view text = left();
    std::size_t end = 0;
    for (bool in_brackets = false; end < text.size(); ++end) {
      const char c = text[end];
      if (c == '[') in_brackets = true;
      if (c == ']') in_brackets = false;
      if (in_brackets) continue;
      if (c == ' ' || c == '(' || c == ')') break;
      if (c == '"' || c == '{') return broken("an odd character in a word");
    }
    at_ += end;
    const std::string_view word = text.substr(0, end);
    if (upper(word) == "NIL") return ImapValue{};
    return ImapValue{ImapValue::Kind::atom, std::string(word), {}};
  }

  std::vector<ImapResponseReader::Part>& parts_;
  std::size_t nesting_;
  std::size_t part_ = 0, at_ = 0;
};

void ImapResponseReader::feed(std::string_view bytes) {
  if (offset_ == buffer_.size()) {
    buffer_.clear();
    offset_ = 0;
  }
  buffer_ += bytes;
}

bool ImapResponseReader::within_response() const {
  return offset_ < buffer_.size() || !line_.empty() || !parts_.empty();
}

Result<std::optional<ImapResponse>> ImapResponseReader::next() {
  for (;;) {
    const std::string_view fresh = std::string_view(buffer_).substr(offset_);
    if (literal_left_ > 0) {
      const std::string_view taken = fresh.substr(0, literal_left_);
      parts_.back().literal += taken;
      literal_left_ -= taken.size();
      offset_ += taken.size();
      if (literal_left_ > 0) return std::optional<ImapResponse>();
      continue;
    }
    const std::size_t end = fresh.find('\n');
    const std::string_view taken = fresh.substr(0, end == std::string_view::npos ? fresh.size() : end + 1);
    line_bytes_ += taken.size();
    if (line_bytes_ > limits_.line_bytes) return broken("a line longer than allowed");
    if (taken.find('\0') != std::string_view::npos) return broken("a NUL byte outside of a literal");
    line_ += taken;
    offset_ += taken.size();
    if (end == std::string_view::npos) return std::optional<ImapResponse>();

    const auto whole = end_of_line();
    if (!whole) return unexpected(whole.error());
    if (!*whole) continue;
    parts_.push_back({std::exchange(line_, {}), {}, false});
    auto response = ImapResponseParser(parts_, limits_.nesting).parse();
    parts_.clear();
    line_bytes_ = literal_bytes_ = 0;
    if (!response) return unexpected(std::move(response.error()));
    return std::optional<ImapResponse>(std::move(*response));
  }
}

// Whether the response ends with the line; else a literal follows.
Result<bool> ImapResponseReader::end_of_line() {
  line_.pop_back();
  if (!line_.empty() && line_.back() == '\r') line_.pop_back();
  if (line_.empty() || line_.back() != '}') return true;
  const std::size_t brace = line_.rfind('{');
  if (brace == std::string::npos) return true;
  std::string_view digits = std::string_view(line_).substr(brace + 1);
  digits.remove_suffix(1);
  if (!digits.empty() && digits.back() == '+') digits.remove_suffix(1);
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return true;

  const std::size_t most = is_fetch(parts_.empty() ? line_ : parts_.front().text) ? limits_.fetch_literal_bytes
                                                                                  : limits_.other_literal_bytes;
  std::size_t length = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (parsed.ec != std::errc() || length > most - literal_bytes_) return broken("a literal longer than allowed");
  literal_bytes_ += length;
  literal_left_ = length;
  line_.resize(brace);
  if (!line_.empty() && line_.back() == '~') line_.pop_back();  // "~{n}": may hold NUL (RFC 3516)
  parts_.push_back({std::exchange(line_, {}), {}, true});
  return false;
}

ImapFetch imap_fetch(ImapResponse&& response) {
  ImapFetch fetch;
  if (response.values.size() != 1) return fetch;
  auto& items = response.values.front().items;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    const std::string name = upper(items[i].text);
    ImapValue& value = items[i + 1];
    if (name == "UID") {
      fetch.uid = imap_number(value.text);
    } else if (name == "RFC822.SIZE") {
      std::uint64_t size = 0;
      const char* const end = value.text.data() + value.text.size();
      const auto parsed = std::from_chars(value.text.data(), end, size);
      if (parsed.ec == std::errc() && parsed.ptr == end) fetch.size = size;
    } else if (name.substr(0, 6) == "BODY[]" && value.kind != ImapValue::Kind::list) {
      fetch.has_body = true;
      if (name.size() > 8 && name[6] == '<') {
        std::from_chars(name.data() + 7, name.data() + name.size() - 1, fetch.body_offset);
      }
      if (value.kind == ImapValue::Kind::string) fetch.body = std::move(value.text);
    }
  }
  return fetch;
}

std::optional<std::uint32_t> imap_number(std::string_view text) {
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return number;
}

std::string imap_set(const std::vector<std::uint32_t>& numbers) {
  std::string set;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    if (!set.empty()) set += ',';
    set += std::to_string(numbers[i]);
    if (last > i) set += ':' + std::to_string(numbers[last]);
    i = last + 1;
  }
  return set;
}

}  // namespace ingest
