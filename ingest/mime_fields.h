// The fields of one header, as they stand in the message: found without copying, tolerant of what mailers do.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ingest {

// One field, possibly folded over several lines; a view into the header it was read from.
struct MimeField {
  std::string_view name;
  std::string_view value;  // raw, with its folds, without the last line end
};

// Walks the fields of a header block. Lines that are no field (no colon, ">From ...", an mbox separator) are passed
// over together with their continuation lines, as RFC 9990 consumers have to (transport of real mail).
class MimeFields {
 public:
  explicit MimeFields(std::string_view header) : rest_(header) {}
  // false when there are no more.
  bool next(MimeField& field);

 private:
  std::string_view rest_;
};

// Length of the line at the start of `text` with its line end (CRLF, LF or the end of the text).
std::size_t line_length(std::string_view text);
std::string_view without_line_end(std::string_view line);

// The name of the field that `line` begins; empty when it begins none. Blanks before the colon are tolerated.
std::string_view field_name(std::string_view line);

// ASCII only, as all the keywords of mail are.
bool equal_ignoring_case(std::string_view a, std::string_view b);
bool contains_ignoring_case(std::string_view text, std::string_view lower_case_word);
std::string lower_case(std::string_view text);
std::string_view trimmed(std::string_view text);

// The raw value of the first field of this name; empty when there is none.
std::string_view field_value(std::string_view header, std::string_view name);

// The raw value of Content-Type; `ContentType`, as Trustwave's gateway writes, stands in for a missing one.
std::string_view content_type_value(std::string_view header);

// "multipart/mixed; boundary=x" -> "multipart/mixed", as written.
std::string_view media_type(std::string_view value);

// The value of parameter `name` without its quotes; semicolons inside quotes do not end it. Empty when absent.
std::string_view parameter(std::string_view value, std::string_view name);

// How many parameters the value has, and those of quoted text not counted.
std::size_t parameter_count(std::string_view value);

}  // namespace ingest
