// Where the parts of a message are: one linear pass that refuses what no honest mail does.
//
// libmimetic recurses for every level (50,000 levels end the process), keeps some 840 bytes for every part, appends
// long fields in quadratic time, finds boundaries in the middle of long lines and ends a header at the first line that
// is no field. So it never sees a structure: the pass below finds the parts, and libmimetic reads the fields of one
// header at a time (attachments.cpp).
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "ingest/limits.h"
#include "schema/result.h"

namespace ingest {

enum class MimeShape { leaf, multipart, message };

// One entity of the message, as views into it.
struct MimePart {
  std::string_view header;
  std::string_view body;  // of a leaf; empty for a container
  MimeShape shape = MimeShape::leaf;
  std::size_t depth = 0;    // 0: the message itself
  bool in_message = false;  // somewhere inside a message/rfc822
};

using MimePartSink = std::function<void(const MimePart&)>;

// Calls `sink` for every entity: containers before what they contain, the message itself first. A multipart without a
// boundary takes the first line that begins with "--"; one whose boundary never comes is a leaf (as well). A missing
// last boundary is no error. Errors, each with its position: mime_headers (total, count, parameters),
// mime_header_line (one line, one unfolded field), mime_nul, mime_boundary, mime_depth, mime_parts, mime_malformed
// (no header at all). An attached message is one more part, in the part that holds it. Allocates `limits.mime_depth`
// views, whatever the message. Line ends are LF or CRLF.
schema::Status walk_mime(std::string_view message, const Limits& limits, const MimePartSink& sink);

// walk_mime() without a sink: whether mail_parts() may see the message.
schema::Status mime_gate(std::string_view message, const Limits& limits);

}  // namespace ingest
