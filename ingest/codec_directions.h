// The two directions of a codec: what a value is written with, and what it is read and checked with. They have the same
// functions, so that one description serves both (report_codec.cpp, reading_codec.cpp).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "ingest/limits.h"
#include "ingest/mail_kind.h"
#include "ingest/wire.h"
#include "schema/packed_records.h"
#include "schema/report.h"
#include "schema/result.h"

namespace ingest {

constexpr std::uint8_t more = 1;  // before each of what is counted only at its end

// The last enumerator that may be said; every type that travels has one.
template <typename E>
constexpr E last_of() = delete;
template <>
constexpr schema::DmarcResult last_of<schema::DmarcResult>() {
  return schema::DmarcResult::fail;
}
template <>
constexpr schema::Policy last_of<schema::Policy>() {
  return schema::Policy::reject;
}
template <>
constexpr schema::Alignment last_of<schema::Alignment>() {
  return schema::Alignment::s;
}
template <>
constexpr schema::DiscoveryMethod last_of<schema::DiscoveryMethod>() {
  return schema::DiscoveryMethod::treewalk;
}
template <>
constexpr schema::Dialect last_of<schema::Dialect>() {
  return schema::Dialect::rfc9990;
}
template <>
constexpr MailKind last_of<MailKind>() {
  return MailKind::other;
}
template <>
constexpr schema::ErrorKind last_of<schema::ErrorKind>() {
  return schema::ErrorKind::too_large;  // the others are no outcomes of reading
}

class CodecWriter {
 public:
  static constexpr bool reads = false;
  explicit CodecWriter(WireWriter& wire) : wire_(wire) {}

  void text(const std::string& value);  // one that came before travels as its number
  void name(const std::string& value) { text(value); }
  void code(const std::string& value) { text(value); }
  void flag(bool value) { wire_.byte(value ? 1 : 0); }
  void number(std::int64_t value) { wire_.number(static_cast<std::uint64_t>(value)); }
  void count(std::int64_t value, std::int64_t) { number(value); }
  void index(std::uint32_t value) { wire_.number(value); }
  void byte(std::uint8_t value, std::uint8_t) { wire_.byte(value); }
  void raw(const char* bytes, std::size_t size) { wire_.bytes({bytes, size}); }
  template <typename E>
  void value(E value) {
    wire_.byte(static_cast<std::uint8_t>(value));
  }
  template <typename T, typename Pass>
  void list(const std::vector<T>& all, std::size_t, Pass pass) {
    wire_.number(all.size());
    for (const T& one : all) pass(one);
  }
  // For those of which nobody knows how many will come.
  template <typename T, typename Pass>
  void stream(const std::vector<T>& all, std::size_t, Pass pass) {
    for (const T& one : all) {
      wire_.byte(more);
      pass(one);
    }
    wire_.byte(0);
  }
  template <typename T, typename Pass>
  void optional(const std::optional<T>& value, Pass pass) {
    flag(value.has_value());
    if (value) pass(*value);
  }
  void blob(const std::string& value) { wire_.text(value); }
  void texts(const schema::NumberedTexts& all);

 private:
  void plain(const std::string& value);

  WireWriter& wire_;
  std::unordered_map<std::string, std::size_t> numbers_;
};

class CodecReader {
 public:
  static constexpr bool reads = true;
  // Fails when what was read takes more than `memory_bytes`.
  CodecReader(WireReader& wire, const Limits& limits, std::size_t memory_bytes);

  void text(std::string& value);
  void name(std::string& value);  // for people, on terminals and in logs, too
  void code(std::string& value);  // schema/reason.h
  void note_code(std::string& value);
  void flag(bool& value) { value = wire_.byte(1) != 0; }
  void number(std::int64_t& value) { value = static_cast<std::int64_t>(wire_.number(UINT64_MAX)); }
  void count(std::int64_t& value, std::int64_t most) {
    value = static_cast<std::int64_t>(wire_.number(static_cast<std::uint64_t>(most)));
  }
  void index(std::uint32_t& value) { value = static_cast<std::uint32_t>(wire_.number(UINT32_MAX)); }
  void byte(std::uint8_t& value, std::uint8_t most) { value = wire_.byte(most); }
  void raw(char* bytes, std::size_t size) { wire_.bytes(bytes, size); }
  template <typename E>
  void value(E& value) {
    value = static_cast<E>(wire_.byte(static_cast<std::uint8_t>(last_of<E>())));
  }
  template <typename T, typename Pass>
  void list(std::vector<T>& all, std::size_t most, Pass pass) {
    for (std::uint64_t left = wire_.number(most); left > 0 && wire_.good(); --left) one(all, pass);
  }
  template <typename T, typename Pass>
  void stream(std::vector<T>& all, std::size_t most, Pass pass) {
    while (wire_.byte(more) == more && wire_.good()) {
      if (all.size() == most) return wire_.fail("there is too much of something");
      one(all, pass);
    }
  }
  template <typename T, typename Pass>
  void optional(std::optional<T>& value, Pass pass) {
    bool there = false;
    flag(there);
    if (there) pass(value.emplace());
  }
  // As large as a mail or what it unpacks to may be.
  void blob(std::string& value);
  void texts(schema::NumberedTexts& all);       // UTF-8
  void byte_texts(schema::NumberedTexts& all);  // any bytes

  void require(bool is_so, std::string_view fault) {
    if (!is_so) wire_.fail(fault);
  }
  bool good() const { return wire_.good(); }

 private:
  void spend(std::size_t bytes);
  void remember(const std::string& value);
  template <typename T, typename Pass>
  void one(std::vector<T>& all, Pass pass) {
    spend(sizeof(T));
    if (wire_.good()) pass(all.emplace_back());
  }

  WireReader& wire_;
  const std::size_t longest_text_, longest_bytes_;
  std::size_t memory_left_;
  std::vector<std::string> texts_;
};

// What a direction may do with a value.
template <typename Wire, typename T>
using Of = std::conditional_t<Wire::reads, T, const T>;

template <typename Wire, typename E>
void pass_word(Wire& wire, E& word) {
  wire.value(word.value);
  wire.text(word.raw);
}

void pass(CodecWriter& wire, const schema::Error& error);
void pass(CodecReader& wire, schema::Error& error);
void pass(CodecWriter& wire, const schema::Position& position);
void pass(CodecReader& wire, schema::Position& position);

}  // namespace ingest
