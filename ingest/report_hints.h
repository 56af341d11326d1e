// What the file name and the subject of a report mail say about the report, for fields that its XML lacks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ingest {

struct Period {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

struct FileNameHints {
  std::string receiver;  // normalised domains, empty where the name does not say
  std::string domain;
  std::optional<Period> period;
};

// receiver "!" policy-domain "!" begin "!" end [ "!" unique-id ] "." extension (RFC 9990 section 3.5.2). Folders and
// archives in front ("a.zip/b!...") are ignored. Anything else gives nothing.
FileNameHints hints_of_file_name(std::string_view file_name);

struct SubjectHints {
  std::string domain;
  std::string submitter;
};

// "Report Domain: <domain> Submitter: <domain> Report-ID: <id>" anywhere in it, in any letter case, also with ';'
// between the fields. Anything else gives nothing.
SubjectHints hints_of_subject(std::string_view subject);

}  // namespace ingest
