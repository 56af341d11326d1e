#include "ingest/mime_gate.h"

#include "tests/fuzz/fuzzed.h"

void fuzz::one_input(std::string_view bytes) {
  const ingest::Limits limits;
  std::size_t leaves = 0, containers = 0;
  const auto inside = [&](std::string_view piece) {
    return piece.empty() ||
           (piece.data() >= bytes.data() && piece.data() + piece.size() <= bytes.data() + bytes.size());
  };
  const auto walked = ingest::walk_mime(bytes, limits, [&](const ingest::MimePart& part) {
    ++(part.shape == ingest::MimeShape::leaf ? leaves : containers);
    PROMISE(inside(part.header) && inside(part.body));
    PROMISE(part.depth <= limits.mime_depth);
  });
  // The message itself is one more than its parts.
  PROMISE(leaves <= limits.mime_parts + 1 && containers <= limits.mime_parts + 1);
  PROMISE(walked.has_value() == ingest::mime_gate(bytes, limits).has_value());
  if (!walked) PROMISE(!walked.error().code.empty());
}
