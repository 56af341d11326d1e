#include "ingest/attachments.h"

#include <mimetic/mimetic.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <map>

#include "ingest/content_kind.h"
#include "ingest/mail_text.h"
#include "ingest/mime_fields.h"
#include "ingest/mime_gate.h"
#include "ingest/transfer_decoding.h"

namespace ingest {
namespace {

constexpr std::size_t name_bytes = 512;

// The fields that are read of any header. libmimetic gets no others: trace and signature fields are most of a header.
bool is_read(std::string_view name) {
  constexpr std::array<std::string_view, 14> names = {"subject",
                                                      "from",
                                                      "message-id",
                                                      "date",
                                                      "content-type",
                                                      "contenttype",
                                                      "content-disposition",
                                                      "content-transfer-encoding",
                                                      "tls-report-domain",
                                                      "auto-submitted",
                                                      "x-autoreply",
                                                      "x-failed-recipients",
                                                      "precedence",
                                                      "authentication-results"};
  return std::any_of(names.begin(), names.end(), [&](auto known) { return equal_ignoring_case(name, known); });
}

// libmimetic ends a parameter at every semicolon, also inside quotes; there they are veiled from it.
constexpr char veil = '\x1f';

void append_unfolded(std::string& out, std::string_view value) {
  bool quoted = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '\r' || c == '\n' || c == veil) continue;
    if (c == '"' && (i == 0 || value[i - 1] != '\\')) quoted = !quoted;
    out += quoted && c == ';' ? veil : c;
  }
}

std::string unveiled(std::string_view text) {
  std::string result(text);
  std::replace(result.begin(), result.end(), veil, ';');
  return result;
}

// One header, read by libmimetic. Only its plain fields, Content-Type, Content-Disposition and
// Content-Transfer-Encoding are asked for: its accessors for addresses leave dangling pointers behind.
class Header {
 public:
  explicit Header(std::string_view header) {
    const bool typed = !trimmed(field_value(header, "Content-Type")).empty();
    std::string text;
    MimeFields fields(header);
    for (MimeField field; fields.next(field);) {
      if (!is_read(field.name)) continue;
      const bool misspelt = equal_ignoring_case(field.name, "ContentType");
      if ((misspelt && typed) || (!misspelt && !typed && equal_ignoring_case(field.name, "Content-Type"))) continue;
      text += misspelt ? std::string_view("Content-Type") : field.name;
      text += ": ";
      append_unfolded(text, field.value);
      text += "\r\n";
    }
    text += "\r\n";
    const int fields_only = mimetic::imBody | mimetic::imChildParts | mimetic::imPreamble | mimetic::imEpilogue;
    entity_.load(text.begin(), text.end(), fields_only);
  }

  std::string field(const char* name) const { return unveiled(header().field(name).value()); }
  bool has(const char* name) const { return header().hasField(name); }

  std::vector<std::string> fields(std::string_view name) const {
    std::vector<std::string> values;
    for (const mimetic::Field& field : header()) {
      if (equal_ignoring_case({field.name().data(), field.name().size()}, name))
        values.push_back(unveiled(field.value()));
    }
    return values;
  }

  // Lower case; "text/plain" where nothing is declared (RFC 2045 section 5.2).
  std::string content_type() const {
    const mimetic::ContentType& type = header().contentType();
    if (type.type().empty()) return "text/plain";
    return lower_case(std::string(type.type().data(), type.type().size()) + "/" +
                      std::string(type.subtype().data(), type.subtype().size()));
  }
  std::string type_parameter(const char* name) const { return unveiled(header().contentType().param(name)); }

  bool is_attachment() const {
    const auto& type = header().contentDisposition().type();
    return equal_ignoring_case({type.data(), type.size()}, "attachment");
  }

  std::string transfer_encoding() const {
    const auto& mechanism = header().contentTransferEncoding().mechanism();
    return {mechanism.data(), mechanism.size()};
  }

  std::string file_name() const {
    std::string name = extended_parameter(header().contentDisposition().paramList(), "filename");
    if (name.empty()) name = extended_parameter(header().contentType().paramList(), "name");
    return name;
  }

 private:
  const mimetic::Header& header() const { return entity_.header(); }

  // RFC 2231: name*=charset'language'%41, in pieces name*0, name*1*; else the plain value, with the encoded words
  // that RFC 2047 forbids there.
  static std::string extended_parameter(const mimetic::FieldParamList& parameters, std::string_view wanted) {
    struct Piece {
      std::string value;
      bool encoded;
    };
    std::map<int, Piece> pieces;  // by number; the undivided value is number 0
    std::string plain;
    for (const mimetic::FieldParam& parameter : parameters) {
      std::string_view name(parameter.name().data(), parameter.name().size());
      if (equal_ignoring_case(name, wanted)) {
        if (plain.empty()) plain = unveiled(parameter.value());
        continue;
      }
      if (name.size() <= wanted.size() || name[wanted.size()] != '*' ||
          !equal_ignoring_case(name.substr(0, wanted.size()), wanted)) {
        continue;
      }
      name.remove_prefix(wanted.size() + 1);
      const bool encoded = name.empty() || name.back() == '*';
      if (!name.empty() && encoded) name.remove_suffix(1);
      int number = 0;
      if (!name.empty() &&
          std::from_chars(name.data(), name.data() + name.size(), number).ptr != name.data() + name.size()) {
        continue;
      }
      pieces.emplace(number, Piece{unveiled(parameter.value()), encoded});
    }
    if (pieces.empty() || pieces.begin()->first != 0) return decode_header(plain, name_bytes);
    std::string charset = "utf-8", bytes;
    int expected = 0;
    for (const auto& [number, piece] : pieces) {
      if (number != expected++) break;
      std::string_view value = piece.value;
      if (number == 0 && piece.encoded) {
        const std::size_t first = value.find('\''), second = value.find('\'', first + 1);
        if (first != std::string_view::npos && second != std::string_view::npos) {
          charset = value.substr(0, first);
          value.remove_prefix(second + 1);
        }
      }
      bytes += piece.encoded ? percent_decoded(value) : std::string(value);
    }
    return display_text(to_utf8(bytes, charset), name_bytes);
  }

  mimetic::MimeEntity entity_;
};

bool ends_with(std::string_view text, std::string_view ending) {
  return text.size() >= ending.size() && equal_ignoring_case(text.substr(text.size() - ending.size()), ending);
}

// Whether type or name promise a report, so that emptiness is worth a word.
bool promises_report(std::string_view type, std::string_view name) {
  constexpr std::array<std::string_view, 9> types = {
      "application/gzip", "application/x-gzip", "application/gzip-compressed",
      "application/zip",  "application/x-zip",  "application/x-zip-compressed",
      "application/xml",  "text/xml",           "application/x-compressed"};
  return std::find(types.begin(), types.end(), type) != types.end() || ends_with(name, ".xml") ||
         ends_with(name, ".gz") || ends_with(name, ".zip");
}

bool is_encrypted(std::string_view type) {
  return type == "application/pkcs7-mime" || type == "application/x-pkcs7-mime" || type == "application/pgp-encrypted";
}

bool is_tls_type(std::string_view type) {
  return type.substr(0, 18) == "application/tlsrpt";
}

// Whether a part may hold a report.
bool is_candidate(const Attachment& part, bool attached) {
  if (is_encrypted(part.content_type)) return true;
  const Content found = content(part.bytes);
  switch (found.kind) {
    case ContentKind::gzip:
    case ContentKind::zlib:
    case ContentKind::zip:
      return true;
    case ContentKind::unsupported:
      // An Outlook message is told from other old Office files by its label only.
      return found.name.substr(0, 7) != "Outlook" || ends_with(part.name, ".msg") ||
             part.content_type == "application/vnd.ms-outlook";
    case ContentKind::empty:
      return promises_report(part.content_type, part.name);
    case ContentKind::xml:
      return mentions_feedback(part.bytes) || (promises_report(part.content_type, part.name) && !is_html(part.bytes));
    case ContentKind::mail:
      return part.content_type == "message/rfc822" || part.content_type == "message/global" ||
             (attached && (ends_with(part.name, ".eml") || part.content_type == "application/octet-stream"));
    case ContentKind::json:
      return is_tls_report(part.bytes);
    case ContentKind::text:
    case ContentKind::binary:
      return attached && ends_with(part.name, ".xml") && mentions_feedback(part.bytes);
  }
  return false;
}

std::string decoded_body(std::string_view body, std::string_view encoding) {
  // Archives that were labelled as encoded but were not.
  const ContentKind raw = content(body).kind;
  if (raw == ContentKind::gzip || raw == ContentKind::zip) return std::string(body);
  std::string bytes = decode_transfer(body, encoding);
  // Base64 that was not labelled: Exchange hubs send TLS reports as 8bit.
  const ContentKind kind = content(bytes).kind;
  if ((kind == ContentKind::text || kind == ContentKind::empty) && looks_like_base64(body)) {
    std::string again = decode_base64(body);
    const ContentKind inner = content(again).kind;
    if (inner != ContentKind::text && inner != ContentKind::binary && inner != ContentKind::mail) return again;
  } else if (kind == ContentKind::text && bytes.find("begin ") != std::string::npos) {
    std::string again = decode_uuencode(bytes);
    const ContentKind inner = content(again).kind;
    if (inner == ContentKind::gzip || inner == ContentKind::zip || inner == ContentKind::xml) return again;
  }
  return bytes;
}

// What gateways write that send failure reports as mere text (Exim, cPanel, NetEase, Lotus).
bool is_failure_text(std::string_view text) {
  return contains_ignoring_case(text, "failed the published dmarc") ||
         contains_ignoring_case(text, "email abuse report for an email message") ||
         contains_ignoring_case(text, "authentication-failure report for an email message");
}

// What is learnt of the kind of a mail while its parts are walked.
struct Evidence {
  bool tls = false, failure = false, failure_text = false, delivery_status = false, bounce = false;
};

MailKind kind_of(const Header& top, const Evidence& evidence) {
  if (evidence.tls || top.has("TLS-Report-Domain")) return MailKind::tls_report;
  if (evidence.failure) return MailKind::failure_report;
  if (evidence.bounce || top.has("X-Failed-Recipients")) return MailKind::bounce;
  if (evidence.failure_text) return MailKind::failure_report;
  if (equal_ignoring_case(trimmed(top.field("Auto-Submitted")).substr(0, 12), "auto-replied") ||
      top.has("X-Autoreply") || equal_ignoring_case(top.field("Precedence"), "auto_reply")) {
    return MailKind::auto_reply;
  }
  return MailKind::other;
}

MailHeaders mail_headers(const Header& top) {
  MailHeaders headers;
  headers.subject = decode_header(top.field("Subject"));
  headers.from = decode_header(top.field("From"));
  headers.message_id = decode_header(top.field("Message-ID"));
  headers.date = parse_mail_date(top.field("Date"));
  for (const std::string& value : top.fields("Authentication-Results")) {
    headers.authentication_results.push_back(decode_header(value));
  }
  return headers;
}

MailParts read_parts(const std::vector<MimePart>& parts) {
  MailParts result;
  if (parts.empty()) return result;
  const Header top(parts.front().header);
  result.headers = mail_headers(top);

  Evidence evidence;
  const std::string report_type = lower_case(top.type_parameter("report-type"));
  evidence.tls = report_type == "tlsrpt";
  evidence.failure = report_type == "feedback-report";
  evidence.delivery_status = report_type == "delivery-status";

  bool text_seen = false;
  for (const MimePart& part : parts) {
    if (part.shape != MimeShape::leaf) continue;
    if (part.in_message && (evidence.failure || evidence.delivery_status)) continue;
    const Header header(part.header);
    Attachment attachment;
    attachment.content_type = header.content_type();
    attachment.name = header.file_name();
    attachment.bytes = decoded_body(part.body, header.transfer_encoding());
    attachment.tls = is_tls_type(attachment.content_type);
    evidence.tls = evidence.tls || attachment.tls;
    if (attachment.content_type == "message/feedback-report") evidence.failure = true;
    if (attachment.content_type == "message/delivery-status") {
      evidence.delivery_status = true;
      // RFC 3464 section 2.1: it is about recipients, or about nothing.
      evidence.bounce = evidence.bounce || contains_ignoring_case(attachment.bytes, "final-recipient:");
    }
    if (!text_seen && attachment.content_type == "text/plain") {
      text_seen = true;
      evidence.failure_text = is_failure_text(std::string_view(attachment.bytes).substr(0, 8 * KiB));
    }
    if (is_candidate(attachment, header.is_attachment() || !attachment.name.empty())) {
      result.candidates.push_back(std::move(attachment));
    }
  }
  result.kind = kind_of(top, evidence);
  return result;
}

}  // namespace

schema::Result<MailParts> mail_parts(std::string_view message, const Limits& limits) {
  std::vector<MimePart> parts;
  if (const schema::Status walked = walk_mime(message, limits, [&](const MimePart& part) { parts.push_back(part); });
      !walked) {
    return tl::unexpected(walked.error());
  }
  try {
    return read_parts(parts);
  } catch (const std::bad_alloc&) {
    throw;  // read_message() knows what to say
  } catch (const std::exception&) {
    return schema::malformed("mime_malformed", "the header could not be read");
  }
}

}  // namespace ingest
