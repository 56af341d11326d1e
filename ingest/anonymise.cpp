#include "ingest/anonymise.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "ingest/content_kind.h"
#include "ingest/gzip.h"
#include "ingest/mime_fields.h"
#include "ingest/mime_gate.h"
#include "ingest/transfer_decoding.h"
#include "ingest/zip_archive.h"
#include "ingest/zip_writer.h"

namespace ingest {
namespace {

constexpr std::size_t deepest = 6;  // archives in mails in archives

std::string base64(std::string_view bytes, std::size_t line_bytes, std::string_view line_end) {
  static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::size_t line = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned value = 0;
    for (std::size_t k = 0; k < 3; ++k)
      value = value << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : alphabet[value >> (18 - 6 * k) & 63U];
    if ((line += 4) >= line_bytes) {
      out += line_end;
      line = 0;
    }
  }
  if (line > 0) out += line_end;
  return out;
}

std::string quoted_printable(std::string_view bytes, std::string_view line_end) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::size_t line_bytes = 72;
  std::string out;
  std::size_t line = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || c == '\r') {
      out += c;
      line = 0;
      continue;
    }
    if (line >= line_bytes) {
      (out += '=') += line_end;
      line = 0;
    }
    if (c == '=' || byte >= 0x7F || (byte < 0x20 && c != '\t')) {
      out += '=';
      out += digits[byte >> 4];
      out += digits[byte & 15];
      line += 3;
    } else {
      out += c;
      ++line;
    }
  }
  return out;
}

class Work {
 public:
  Work(const Anonymiser& anonymiser, const Limits& limits) : anonymiser_(anonymiser), limits_(limits) {}

  schema::Result<std::string> any(std::string_view bytes, std::size_t depth) {
    if (depth > deepest) return schema::too_large("nested_archive", "nested too deep to be anonymised");
    switch (content(bytes).kind) {
      case ContentKind::empty:
        return std::string(bytes);
      case ContentKind::gzip:
      case ContentKind::zlib:
        return gzip(bytes, depth);
      case ContentKind::zip:
        return zip(bytes, depth);
      case ContentKind::xml:
        return anonymiser_.xml(bytes);
      case ContentKind::mail:
        return mail(bytes, depth);
      case ContentKind::json:
        return anonymiser_.text(bytes);
      case ContentKind::text:
        return mentions_feedback(bytes) ? anonymiser_.xml(bytes) : anonymiser_.text(bytes);
      case ContentKind::unsupported:
      case ContentKind::binary:
        break;
    }
    return schema::malformed("not_a_report", "neither text nor an archive that can be opened");
  }

 private:
  schema::Result<std::string> gzip(std::string_view bytes, std::size_t depth) {
    std::string inside;
    std::size_t used = 0;
    const auto read = inflate_all(bytes, [&](std::string_view block, std::size_t consumed) -> schema::Status {
      used = consumed;
      if (inside.size() + block.size() > limits_.decompressed_bytes)
        return schema::too_large("decompressed_size", "more text than is anonymised");
      inside += block;
      return {};
    });
    const std::string code = read ? "" : read.error().code;
    if (!read && (inside.empty() || (code != "archive_truncated" && code != "crc")))
      return tl::unexpected(read.error());
    auto text = any(inside, depth + 1);
    if (!text) return text;
    std::string out = gzip_compressed(*text);
    if (code == "archive_truncated") out.resize(out.size() - std::min<std::size_t>(out.size() / 4, 64) - 8);
    if (code == "crc") out[out.size() - 8] = static_cast<char>(out[out.size() - 8] ^ 1);
    if (read) {  // what follows the stream
      const std::size_t end = bytes.find_last_not_of(std::string_view("\0\r\n \t", 5)) + 1;
      if (*read)
        out += anonymiser_.text(bytes.substr(std::min(used, bytes.size())));
      else
        out += bytes.substr(std::max(end, used));
    }
    return out;
  }

  schema::Result<std::string> zip(std::string_view bytes, std::size_t depth) {
    auto archive = ZipArchive::open(bytes, limits_.archive_entries);
    if (!archive) return tl::unexpected(archive.error());
    std::vector<std::pair<std::string, std::string>> entries;
    for (std::size_t i = 0; i < archive->entries().size(); ++i) {
      const ZipEntry& entry = archive->entries()[i];
      std::string inside;
      if (entry.compressed_bytes > 0 && entry.declared_bytes > 0) {
        if (entry.encrypted) return schema::malformed("encrypted", "an encrypted archive");
        if (!entry.supported) return schema::malformed("unsupported_compression", "a packing that is not supported");
        const schema::Status read = archive->read(i, [&](std::string_view block) -> schema::Status {
          if (inside.size() + block.size() > limits_.decompressed_bytes)
            return schema::too_large("decompressed_size", "more text than is anonymised");
          inside += block;
          return {};
        });
        if (!read) return tl::unexpected(read.error());
      }
      auto text = any(inside, depth + 1);
      if (!text) return text;
      entries.emplace_back(anonymiser_.text(entry.name), std::move(*text));
    }
    return zip_compressed(entries);
  }

  // What stands between the parts (boundaries, preambles) goes through text() like the headers, so that a boundary made
  // of a host name stays the same in both.
  schema::Result<std::string> mail(std::string_view bytes, std::size_t depth) {
    std::string out;
    std::size_t done = 0;
    std::optional<schema::Error> failed;
    const auto copy_to = [&](std::size_t end) {
      out += anonymiser_.text(bytes.substr(done, end - done));
      done = end;
    };
    const schema::Status walked = walk_mime(bytes, limits_, [&](const MimePart& part) {
      if (failed) return;
      if (!part.header.empty()) {
        const auto begin = static_cast<std::size_t>(part.header.data() - bytes.data());
        if (begin >= done) {
          copy_to(begin);
          out += header(part.header);
          done = begin + part.header.size();
        }
      }
      if (part.shape != MimeShape::leaf || part.body.empty()) return;
      const auto begin = static_cast<std::size_t>(part.body.data() - bytes.data());
      if (begin < done) return;
      copy_to(begin);
      auto body = leaf(part, depth);
      if (!body) {
        failed = body.error();
        return;
      }
      out += *body;
      done = begin + part.body.size();
    });
    if (!walked) return tl::unexpected(walked.error());
    if (failed) return schema::unexpected(*failed);
    copy_to(bytes.size());
    return out;
  }

  schema::Result<std::string> leaf(const MimePart& part, std::size_t depth) {
    const std::string_view encoding = trimmed(field_value(part.header, "Content-Transfer-Encoding"));
    const std::string decoded = decode_transfer(part.body, encoding);
    auto text = any(decoded, depth + 1);
    if (!text) return text;
    const std::string_view line_end = part.body.find("\r\n") != std::string_view::npos ? "\r\n" : "\n";
    if (equal_ignoring_case(encoding, "base64")) {
      constexpr std::size_t usual = 76;
      const std::size_t line = without_line_end(part.body.substr(0, line_length(part.body))).size();
      return base64(*text, line >= 4 ? line / 4 * 4 : usual, line_end);
    }
    if (equal_ignoring_case(encoding, "quoted-printable")) return quoted_printable(*text, line_end);
    return text;
  }

  std::string header(std::string_view raw) {
    std::string out;
    for (std::size_t at = 0; at < raw.size();) {
      const std::size_t length = line_length(raw.substr(at));
      out += line(raw.substr(at, length));
      at += length;
    }
    return out;
  }

  std::string line(std::string_view line) {
    std::string out;
    while (!line.empty()) {
      // Names cut into numbered pieces (RFC 2231) would show halves of domains.
      const std::size_t star = line.find("name*");
      const std::size_t word = line.find("=?");
      std::size_t id = line.size();
      for (std::size_t i = 0; i + 9 < line.size() && id == line.size(); ++i)
        if (equal_ignoring_case(line.substr(i, 9), "report-id")) id = i;
      const std::size_t first = std::min({star, word, id, line.size()});
      out += anonymiser_.text(line.substr(0, first));
      line.remove_prefix(first);
      if (line.empty()) break;
      if (first == star) {
        const std::size_t equals = std::min(line.find('='), line.size() - 1);
        const std::size_t end = std::min(line.find(';', equals), line.size());
        out += line.substr(0, equals + 1);
        out += anonymiser_.identifier(line.substr(equals + 1, end - equals - 1));
        line.remove_prefix(end);
      } else if (first == word) {
        line.remove_prefix(encoded_word(line, out));
      } else {
        constexpr std::size_t name_bytes = 9;
        std::size_t begin = line.find_first_not_of(": \t\r\n<", name_bytes);
        begin = std::min(begin, line.size());
        const std::size_t end = std::min(line.find_first_of(" \t\r\n>", begin), line.size());
        out += line.substr(0, begin);
        out += anonymiser_.report_id(line.substr(begin, end - begin));
        line.remove_prefix(end);
      }
    }
    return out;
  }

  // "=?charset?B?text?=" anonymised inside; how many bytes it took of `text`.
  std::size_t encoded_word(std::string_view text, std::string& out) {
    const std::size_t charset_end = text.find('?', 2);
    const std::size_t end = charset_end == std::string_view::npos ? charset_end : text.find("?=", charset_end + 3);
    if (end == std::string_view::npos || charset_end + 2 >= text.size() || text[charset_end + 2] != '?') {
      out += text.substr(0, 2);
      return 2;
    }
    const bool is_base64 = text[charset_end + 1] == 'B' || text[charset_end + 1] == 'b';
    std::string inside(text.substr(charset_end + 3, end - charset_end - 3));
    if (!is_base64) std::replace(inside.begin(), inside.end(), '_', ' ');
    inside = is_base64 ? decode_base64(inside) : decode_quoted_printable(inside);
    out += text.substr(0, charset_end + 1);
    out += "B?" + base64(line(inside), std::string::npos, "") + "?=";
    return end + 2;
  }

  const Anonymiser& anonymiser_;
  const Limits& limits_;
};

}  // namespace

schema::Result<std::string> anonymised(std::string_view bytes, const Anonymiser& anonymiser, const Limits& limits) {
  const ContentKind kind = content(bytes).kind;
  if (kind == ContentKind::text && !mentions_feedback(bytes))
    return schema::malformed("not_a_report", "neither a mail nor a report");
  return Work(anonymiser, limits).any(bytes, 0);
}

}  // namespace ingest
