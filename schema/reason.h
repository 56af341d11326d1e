// Why something that came in is not counted: the stable reason codes, in one table.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace schema {

// What became of an attachment (a mail without any candidate counts as one attachment).
enum class Outcome : std::uint8_t { stored, duplicate, conflict, quarantined, ignored };

// Where it happened, in the order of the journey.
enum class Stage : std::uint8_t { mail, attachment, decompress, xml, schema, store };

std::string_view name(Outcome);
std::string_view name(Stage);

struct ReasonCode {
  std::string_view code;  // stable, part of the API
  Outcome outcome;        // what an attachment with this reason ends as
  Stage stage;
  std::string_view sentence;  // for people
};

// none for a code that is not in the table.
const ReasonCode* reason_code(std::string_view code);
const std::vector<ReasonCode>& reason_codes();

}  // namespace schema
