// JSON as we write it: always valid UTF-8 (what is none becomes U+FFFD), and with what HTML or JavaScript could take
// for its own (< > & U+2028 U+2029) escaped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace server {

// The same text with every byte that is no UTF-8 replaced.
void append_utf8(std::string& out, std::string_view text);

// With its quotes.
void append_json_string(std::string& out, std::string_view text);

// What is JSON already, such as the lists that the database keeps: made safe, not changed in meaning.
void append_json(std::string& out, std::string_view json);

// Writes values one after another; commas come by themselves.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  template <typename T>
  JsonWriter& value(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      return raw(value ? "true" : "false");
    } else if constexpr (std::is_integral_v<T>) {
      return raw(std::to_string(value));
    } else {
      return text(value);
    }
  }
  template <typename T>
  JsonWriter& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : null();
  }
  JsonWriter& null() { return raw("null"); }
  // JSON that is safe as it stands: ours, or out of append_json().
  JsonWriter& raw(std::string_view json);
  // JSON that the database keeps.
  JsonWriter& stored(std::string_view json);

  template <typename T>
  JsonWriter& member(std::string_view name, const T& of) {
    return key(name).value(of);
  }

  const std::string& str() const { return out_; }
  std::string take() { return std::move(out_); }
  // As at the beginning, with the memory that it has.
  void clear() {
    out_.clear();
    first_ = true;
  }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& text(std::string_view text);
  void separate();

  std::string out_;
  bool first_ = true;  // nothing stands before the next value that a comma must part it from
};

}  // namespace server
