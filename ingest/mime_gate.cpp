#include "ingest/mime_gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "ingest/mime_fields.h"

namespace ingest {
namespace {

// A multipart whose end has not been seen.
struct Frame {
  std::string_view boundary;  // empty: not declared and not yet guessed
  std::size_t depth;          // of its parts
  bool in_message;
};

struct BoundaryLine {
  std::size_t frame = 0;  // index of the frame it belongs to
  bool closing = false;
};

std::string_view right_trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

class Walk {
 public:
  Walk(std::string_view message, const Limits& limits, const MimePartSink& sink)
      : message_(message), limits_(limits), sink_(sink) {
    frames_.reserve(limits.mime_depth);
  }

  schema::Status run() {
    while (at_ < message_.size() && (message_[at_] == '\n' || message_[at_] == '\r')) ++at_;
    schema::Status status = entity(0, false);
    // Each turn opens one part or closes one multipart, so that the pass is linear.
    while (status && !frames_.empty() && at_ < message_.size()) {
      BoundaryLine line;
      skip_to_boundary(line);
      if (at_ >= message_.size()) break;
      at_ += line_length(message_.substr(at_));
      frames_.resize(line.frame + (line.closing ? 0 : 1));
      if (line.closing) continue;
      if (status = count_part(); !status) return status;
      status = entity(frames_.back().depth, frames_.back().in_message);
    }
    return status;
  }

 private:
  tl::unexpected<schema::Error> error(std::string_view code, std::string text, std::size_t at) const {
    const std::string_view before = message_.substr(0, at);
    const std::size_t line_start = before.rfind('\n');
    const schema::Position position{
        1 + std::count(before.begin(), before.end(), '\n'),
        static_cast<std::int64_t>(line_start == std::string_view::npos ? at + 1 : at - line_start),
        static_cast<std::int64_t>(at)};
    if (code == "mime_nul" || code == "mime_malformed") return schema::malformed(code, std::move(text), position);
    return schema::too_large(code, std::move(text), position);
  }

  // Whatever is in the message: what a boundary begins, and what an attached message is.
  schema::Status count_part() {
    if (++parts_ <= limits_.mime_parts) return {};
    return error("mime_parts", fmt::format("more than {} parts", limits_.mime_parts), at_);
  }

  // Reads the header at at_ and what follows up to the first boundary line. A message/rfc822 begins with a header
  // again, hence the loop.
  schema::Status entity(std::size_t depth, bool in_message) {
    for (bool may_lack_header = depth > 0;; may_lack_header = false) {
      MimePart part;
      part.depth = depth;
      part.in_message = in_message;
      const std::size_t header_at = at_;
      if (const schema::Status status = header(may_lack_header, part.header); !status) return status;
      if (depth == 0 && trimmed(part.header).empty()) return error("mime_malformed", "no header", header_at);
      const std::string_view type_value = content_type_value(part.header);
      const std::string_view type = media_type(type_value);
      const bool multipart = equal_ignoring_case(type.substr(0, 10), "multipart/");
      // An encoded message is a leaf: its bytes have to be decoded before they are a message.
      const bool message =
          (equal_ignoring_case(type, "message/rfc822") || equal_ignoring_case(type, "message/global")) &&
          !encoded(part.header);
      if (multipart || message) {
        if (depth >= limits_.mime_depth) {
          return error("mime_depth", fmt::format("parts nested deeper than {}", limits_.mime_depth), header_at);
        }
        part.shape = multipart ? MimeShape::multipart : MimeShape::message;
        if (sink_) sink_(part);
        ++depth;
      }
      if (message) {
        if (const schema::Status status = count_part(); !status) return status;
        in_message = true;
        continue;
      }
      if (multipart) {
        const std::string_view boundary = right_trimmed(parameter(type_value, "boundary"));
        if (boundary.size() > limits_.boundary_bytes) return boundary_error(boundary.size(), header_at);
        frames_.push_back({boundary, depth, in_message});
      }
      part.shape = MimeShape::leaf;
      part.depth = depth;
      const std::size_t body_at = at_;
      BoundaryLine line;
      const std::size_t end = skip_to_boundary(line);
      part.body = message_.substr(body_at, end - body_at);
      // What stands before the first boundary of a multipart is its preamble. Where the boundary never comes, it may
      // be all there is of the message.
      const bool preamble = multipart && at_ < message_.size() && line.frame + 1 == frames_.size();
      if (sink_ && !preamble) sink_(part);
      return {};
    }
  }

  static bool encoded(std::string_view header) {
    const std::string_view encoding = trimmed(field_value(header, "Content-Transfer-Encoding"));
    return equal_ignoring_case(encoding, "base64") || equal_ignoring_case(encoding, "quoted-printable");
  }

  tl::unexpected<schema::Error> boundary_error(std::size_t size, std::size_t at) const {
    return error("mime_boundary", fmt::format("a boundary of {} bytes (limit {})", size, limits_.boundary_bytes), at);
  }

  // `may_lack_header`: a part without a header and without the empty line that should stand for it is all body.
  schema::Status header(bool may_lack_header, std::string_view& result) {
    const std::size_t begin = at_;
    std::size_t fields = 0, field_at = at_;
    while (at_ < message_.size()) {
      const std::string_view rest = message_.substr(at_);
      const std::string_view line = rest.substr(0, line_length(rest));
      if (without_line_end(line).empty()) break;
      BoundaryLine boundary;
      if (is_boundary(line, boundary)) break;
      const bool continuation = line.front() == ' ' || line.front() == '\t';
      if (at_ == begin && may_lack_header && (continuation || field_name(line).empty())) break;
      if (!continuation) {
        field_at = at_;
        if (++fields > limits_.header_count) {
          return error("mime_headers", fmt::format("more than {} header fields", limits_.header_count), at_);
        }
      }
      if (const schema::Status status = check_line(line, field_at); !status) return status;
      at_ += line.size();
      if (at_ - begin > limits_.header_bytes) {
        return error("mime_headers", fmt::format("a header of more than {} bytes", limits_.header_bytes), begin);
      }
    }
    result = message_.substr(begin, at_ - begin);
    if (const schema::Status status = check_parameters(result, begin); !status) return status;
    const std::string_view rest = message_.substr(at_);
    const std::string_view empty_line = rest.substr(0, line_length(rest));
    if (without_line_end(empty_line).empty()) at_ += empty_line.size();
    return {};
  }

  schema::Status check_line(std::string_view line, std::size_t field_at) const {
    if (const std::size_t nul = line.find('\0'); nul != std::string_view::npos) {
      return error("mime_nul", "a NUL byte in a header", at_ + nul);
    }
    const std::size_t field_bytes = at_ + line.size() - field_at;
    if (line.size() <= limits_.header_line_bytes && field_bytes <= limits_.header_unfolded_bytes) return {};
    // A giant boundary is called what it is: its author attacks the search for it.
    const std::string_view field = message_.substr(field_at, field_bytes);
    if (equal_ignoring_case(field_name(field), "Content-Type")) {
      const std::string_view boundary = parameter(field, "boundary");
      if (boundary.size() > limits_.boundary_bytes) return boundary_error(boundary.size(), field_at);
    }
    if (line.size() > limits_.header_line_bytes) {
      return error("mime_header_line", fmt::format("a header line of more than {} bytes", limits_.header_line_bytes),
                   at_);
    }
    return error("mime_header_line", fmt::format("a header field of more than {} bytes", limits_.header_unfolded_bytes),
                 field_at);
  }

  // Only fields whose parameters are read; the many semicolons of ARC and spam filter fields are nobody's parameters.
  schema::Status check_parameters(std::string_view header, std::size_t at) const {
    MimeFields fields(header);
    for (MimeField field; fields.next(field);) {
      if (!equal_ignoring_case(field.name.substr(0, 7), "content")) continue;
      if (parameter_count(field.value) > limits_.header_params) {
        return error("mime_headers", fmt::format("a header field with more than {} parameters", limits_.header_params),
                     at + static_cast<std::size_t>(field.name.data() - header.data()));
      }
    }
    return {};
  }

  // Sets at_ to the next boundary line of an open multipart, or to the end. Returns where the text before it ends: the
  // line end before a boundary belongs to the boundary.
  std::size_t skip_to_boundary(BoundaryLine& boundary) {
    const std::size_t begin = at_;
    if (frames_.empty()) return at_ = message_.size();
    for (std::size_t at = at_; at < message_.size();) {
      if (is_boundary(message_.substr(at), boundary)) {
        at_ = at;
        if (at > begin && message_[at - 1] == '\n') --at;
        if (at > begin && message_[at - 1] == '\r') --at;
        return at;
      }
      const std::size_t next = message_.find("\n--", at);
      if (next == std::string_view::npos) break;
      at = next + 1;
    }
    return at_ = message_.size();
  }

  // Innermost first: a broken mail may use one boundary on two levels.
  bool is_boundary(std::string_view text, BoundaryLine& boundary) {
    if (text.substr(0, 2) != "--") return false;
    const std::string_view said = boundary_text(text);
    for (std::size_t i = frames_.size(); i-- > 0;) {
      const std::string_view wanted = frames_[i].boundary;
      if (wanted.empty() || !said.starts_with(wanted)) continue;
      const std::string_view tail = said.substr(wanted.size());
      if (!tail.empty() && tail != "--") continue;
      boundary = {i, !tail.empty()};
      return true;
    }
    if (frames_.empty() || !frames_.back().boundary.empty()) return false;
    if (said.empty() || said.size() > limits_.boundary_bytes) return false;
    frames_.back().boundary = said;
    boundary = {frames_.size() - 1, false};
    return true;
  }

  // What stands behind the dashes of the line at the start of `text`, without trailing blanks, as declared boundaries are.
  static std::string_view boundary_text(std::string_view text) {
    return right_trimmed(without_line_end(text.substr(0, line_length(text)))).substr(2);
  }

  std::string_view message_;
  const Limits& limits_;
  const MimePartSink& sink_;
  std::vector<Frame> frames_;
  std::size_t at_ = 0;
  std::size_t parts_ = 0;
};

}  // namespace

schema::Status walk_mime(std::string_view message, const Limits& limits, const MimePartSink& sink) {
  return Walk(message, limits, sink).run();
}

schema::Status mime_gate(std::string_view message, const Limits& limits) {
  return walk_mime(message, limits, {});
}

}  // namespace ingest
