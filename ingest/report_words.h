// The words of a report -> the closed vocabularies of schema/report.h, tolerantly: letter case does not matter, known
// other spellings are translated with the word kept beside the value, the rest is unknown or other. Never does a word
// that is not understood become a pass.
#pragma once

#include <optional>
#include <string_view>

#include "schema/report.h"

namespace ingest {

template <typename E>
struct Word {
  schema::Enumerated<E> word;
  std::string_view note = {};  // code of schema/note.h for what was forgiven, or empty
};

// `text` is trimmed; empty stands for absent.
Word<schema::Disposition> disposition_word(std::string_view text);
// A raw result in this place is a fail; it certainly is no aligned pass.
Word<schema::DmarcResult> verdict_word(std::string_view text);
Word<schema::Policy> policy_word(std::string_view text);
Word<schema::Alignment> alignment_word(std::string_view text);
Word<schema::AuthResult> result_word(std::string_view text);
Word<schema::SpfScope> scope_word(std::string_view text);
Word<schema::OverrideType> override_word(std::string_view text);
Word<schema::DiscoveryMethod> discovery_word(std::string_view text);

struct TestingWord {
  std::optional<bool> value;
  std::string_view note = {};
};
TestingWord testing_word(std::string_view text);

struct PctWord {
  std::optional<int> value;
  std::string_view note = {};
};
PctWord pct_word(std::string_view text);

}  // namespace ingest
