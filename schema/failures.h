// What could not be counted and waits for a decision. All within a transaction of the caller (schema/writer.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/reason.h"
#include "schema/sqlite.h"

namespace schema {

struct FailureEntry {
  std::int64_t original_id = 0;
  std::int64_t document = 0;
  std::string code;
  Stage stage = Stage::mail;
  std::string detail;
  std::optional<Position> position;
  std::string excerpt;                   // empty: none
  std::optional<std::int64_t> rival_id;  // conflict: the report that was first
  std::string parser;
  bool operator==(const FailureEntry&) const = default;
};

enum class FailureState : std::uint8_t { open, ignored, resolved };
std::string_view name(FailureState);

struct Failure : FailureEntry {
  std::int64_t id = 0;
  FailureState state = FailureState::open;
};

struct Kept {
  std::int64_t originals = 0;
  std::int64_t bytes = 0;  // as they came
};

// Of one sender, as its mails say.
struct KeptOf {
  std::optional<std::string> from;  // the From header
  std::int64_t originals = 0;
};

// A row of the ledger that a failure or an original stands behind.
struct LedgerPlace {
  std::int64_t mail_id = 0;
  std::int64_t n = 0;
  bool operator==(const LedgerPlace&) const = default;
};

class Failures {
 public:
  explicit Failures(Database& writer) : database_(writer) {}

  // Its number. The same document of the same original is one failure: it is tried once more, and what a person
  // decided about it stays.
  Result<std::int64_t> add(const FailureEntry& entry, std::int64_t now);
  // Error malformed not_found.
  Result<Failure> load(std::int64_t id);
  // The numbers of those in `state`, in their order; with `code`, of those alone.
  Result<std::vector<std::int64_t>> all(FailureState state, std::string_view code = {});
  // Those of an original that wait or are ignored.
  Result<std::vector<std::int64_t>> unresolved(std::int64_t original_id);
  // The failure of a document of an original.
  Result<std::optional<std::int64_t>> find(std::int64_t original_id, std::int64_t document);
  // Error malformed not_found. An empty note keeps the one it has.
  Status decide(std::int64_t id, FailureState state, std::string_view note);

  // How much is kept of what waits or is ignored.
  Result<Kept> kept();
  // The same by sender, of mails that were read first at `since` (seconds since 1970) or later.
  Result<std::vector<KeptOf>> kept_by_sender(std::int64_t since);

  // Rows of the ledger that lead to this failure.
  Result<std::vector<LedgerPlace>> attachments(std::int64_t failure_id);

 private:
  Database& database_;
};

}  // namespace schema
