#include "ingest/message_reader.h"

#include <algorithm>
#include <new>
#include <utility>

#include "ingest/archive.h"
#include "ingest/content_kind.h"
#include "ingest/mail_text.h"
#include "ingest/report_xml.h"

namespace ingest {
namespace {

constexpr std::size_t excerpt_bytes = 60;  // on each side of the position
constexpr std::size_t most_seen = 10'000;  // notes kept of an inspected document
constexpr std::size_t mail_nesting = 3;    // mails in archives in mails; message/rfc822 has its own limit

std::string excerpt(std::string_view text, const schema::Error& error) {
  if (!error.position) return {};
  const auto at = static_cast<std::size_t>(
      std::clamp<std::int64_t>(error.position->byte, 0, static_cast<std::int64_t>(text.size())));
  const std::size_t begin = at - std::min(at, excerpt_bytes);
  return display_text(text.substr(begin, at - begin + excerpt_bytes), 4 * excerpt_bytes);
}

// Mail with CR alone as line end, as some very old systems keep it, made readable.
std::string with_line_feeds(std::string_view mail) {
  std::string result(mail);
  std::replace(result.begin(), result.end(), '\r', '\n');
  return result;
}

// Reads one mail or loose file; the budget is shared by all that is inside it.
class Reader {
 public:
  // `inspection`: what each document is told to; its `seen` is filled in here.
  Reader(const Limits& limits, std::int64_t now, std::optional<Inspection> inspection = {})
      : limits_(limits), now_(now), inspection_(std::move(inspection)), budget_(limits) {}

  MessageReading mail(std::string_view bytes, std::size_t depth) {
    if (bytes.find('\n') == std::string_view::npos && bytes.find('\r') != std::string_view::npos) {
      const std::string readable = with_line_feeds(bytes);
      return mail(readable, depth);
    }
    MessageReading reading;
    schema::Result<MailParts> parts = mail_parts(bytes, limits_);
    if (!parts) {
      reading.refused = parts.error();
      return reading;
    }
    reading.kind = parts->kind;
    reading.headers = std::move(parts->headers);
    for (Attachment& part : parts->candidates) {
      ReadAttachment attachment = read(std::move(part), reading.headers.subject, depth);
      if (!attachment.documents.empty()) reading.attachments.push_back(std::move(attachment));
    }
    conclude(reading);
    return reading;
  }

  MessageReading loose_file(std::string_view bytes, std::string_view name) {
    MessageReading reading;
    reading.loose_file = true;
    const ContentKind kind = content(bytes).kind;
    if (kind == ContentKind::binary || (kind == ContentKind::text && !mentions_feedback(bytes)) ||
        (kind == ContentKind::json && !is_tls_report(bytes))) {
      return reading;
    }
    std::vector<Document> documents = unpack(bytes, limits_, budget_);
    // A single mail that was packed for the journey is that mail.
    if (documents.size() == 1 && documents[0].bytes && content(*documents[0].bytes).kind == ContentKind::mail) {
      return mail(*documents[0].bytes, 1);
    }
    ReadAttachment attachment{display_text(name, limits_.archive_name_bytes), std::string(bytes), {}};
    read(attachment, documents, "", 0);
    reading.attachments.push_back(std::move(attachment));
    conclude(reading);
    return reading;
  }

 private:
  // Without documents: it turned out to be no candidate.
  ReadAttachment read(Attachment&& part, const std::string& subject, std::size_t depth) {
    ReadAttachment attachment{std::move(part.name), std::move(part.bytes), {}};
    if (is_encrypted(part.content_type)) {
      add(attachment, attachment.name, schema::malformed("encrypted", "encrypted mail is not supported"));
      return attachment;
    }
    std::vector<Document> documents = unpack(attachment.bytes, limits_, budget_);
    // A TLS report that cannot be unpacked is still nothing that we miss.
    if (part.tls &&
        std::none_of(documents.begin(), documents.end(), [](const Document& d) { return d.bytes.has_value(); })) {
      return attachment;
    }
    read(attachment, documents, subject, depth);
    return attachment;
  }

  void read(ReadAttachment& attachment, std::vector<Document>& documents, const std::string& subject,
            std::size_t depth) {
    for (Document& document : documents) {
      const std::string name = joined(attachment.name, document.name);
      if (!document.bytes) {
        add(attachment, name, tl::unexpected(document.bytes.error()));
        continue;
      }
      switch (content(*document.bytes).kind) {
        case ContentKind::json:
          json(attachment, name, *document.bytes);
          break;
        case ContentKind::mail:
          // Every file of an archive is accounted for; a mail that is merely attached to another may hold nothing.
          inner_mail(attachment, name, *document.bytes, depth, !document.name.empty());
          break;
        default:
          report(attachment, name, document, subject);
      }
      document.bytes = std::string();  // large; no longer needed
    }
  }

  static bool is_encrypted(std::string_view type) {
    return type.find("pkcs7-mime") != std::string_view::npos || type == "application/pgp-encrypted";
  }

  void json(ReadAttachment& attachment, const std::string& name, const std::string& text) {
    if (is_tls_report(text)) {
      add(attachment, name, schema::malformed("tls_report", "a TLS report (RFC 8460)"));
    } else {
      add(attachment, name, schema::malformed("not_a_report", "JSON, but no TLS report"));
    }
  }

  void report(ReadAttachment& attachment, const std::string& name, const Document& document,
              const std::string& subject) {
    schema::PackedRecords records;
    const ReportHints hints{last_component(name), subject, now_};
    std::vector<SeenNote> seen;
    std::size_t unlisted = 0;
    if (inspection_) {
      inspection_->seen = [&](SeenNote&& note) {
        seen.size() < most_seen ? seen.push_back(std::move(note)) : void(++unlisted);
      };
      if (document.trailing_bytes) seen.push_back({"trailing_bytes", {}, "", ""});
    }
    schema::Result<schema::ReportHead> head = parse_report(
        *document.bytes, hints, limits_, [&records](schema::Record&& record) { records.add(record); },
        inspection_ ? &*inspection_ : nullptr);
    if (head) {
      if (document.trailing_bytes) schema::add_note(head->notes, "trailing_bytes");
      add(attachment, name, schema::PreparedReport(std::move(*head), std::move(records)));
    } else {
      std::string around = excerpt(*document.bytes, head.error());
      add(attachment, name, tl::unexpected(std::move(head.error())));
      attachment.documents.back().excerpt = std::move(around);
    }
    attachment.documents.back().seen = std::move(seen);
    attachment.documents.back().unlisted = unlisted;
  }

  void inner_mail(ReadAttachment& attachment, const std::string& name, std::string_view bytes, std::size_t depth,
                  bool account) {
    if (depth >= mail_nesting) {
      add(attachment, name, schema::too_large("nested_archive", "mails nested too deep"));
      return;
    }
    MessageReading inner = mail(bytes, depth + 1);
    if (inner.refused) {
      add(attachment, name, tl::unexpected(*inner.refused));
      return;
    }
    if (inner.attachments.empty() && account) {
      add(attachment, name, schema::malformed(reason_code(inner.kind), "a mail without a report"));
    }
    for (ReadAttachment& part : inner.attachments) {
      for (ReadDocument& document : part.documents) {
        document.name = joined(name, document.name);
        document.index = static_cast<std::uint32_t>(attachment.documents.size());
        attachment.documents.push_back(std::move(document));
      }
    }
  }

  void add(ReadAttachment& attachment, const std::string& name, schema::Result<schema::PreparedReport> report) {
    const auto index = static_cast<std::uint32_t>(attachment.documents.size());
    attachment.documents.push_back({name, index, std::move(report)});
  }

  // What nobody would call a candidate is none: a mail of nothing but TLS reports has no attachments for us.
  void conclude(MessageReading& reading) {
    const auto is_tls = [](const ReadDocument& document) {
      return !document.report && document.report.error().code == "tls_report";
    };
    const bool all_tls =
        std::all_of(reading.attachments.begin(), reading.attachments.end(), [&](const auto& attachment) {
          return std::all_of(attachment.documents.begin(), attachment.documents.end(), is_tls);
        });
    if (all_tls && !reading.attachments.empty()) {
      reading.attachments.clear();
      reading.kind = MailKind::tls_report;
    } else if (!reading.attachments.empty()) {
      reading.kind = MailKind::report;
    }
  }

  std::string joined(const std::string& outer, const std::string& inner) const {
    if (inner.empty() || outer.empty()) return outer.empty() ? inner : outer;
    return display_text(outer + "/" + inner, 2 * limits_.archive_name_bytes);
  }

  static std::string last_component(const std::string& name) { return name.substr(name.rfind('/') + 1); }

  const Limits& limits_;
  std::int64_t now_;
  std::optional<Inspection> inspection_;
  Budget budget_;
};

MessageReading read(Reader reader, std::string_view bytes, std::string_view name) {
  try {
    return content(bytes).kind == ContentKind::mail ? reader.mail(bytes, 0) : reader.loose_file(bytes, name);
  } catch (const std::bad_alloc&) {
    MessageReading reading;
    reading.refused =
        schema::Error{schema::ErrorKind::too_large, "memory", "there is not enough memory to read it", {}};
    return reading;
  }
}

}  // namespace

MessageReading read_message(std::string_view bytes, std::string_view name, const Limits& limits, std::int64_t now) {
  return read(Reader(limits, now), bytes, name);
}

MessageReading inspect_message(std::string_view bytes, std::string_view name, const Limits& limits, std::int64_t now,
                               std::optional<schema::Dialect> dialect) {
  return read(Reader(limits, now, Inspection{dialect, {}}), bytes, name);
}

}  // namespace ingest
