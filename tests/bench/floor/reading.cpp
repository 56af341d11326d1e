#include "tests/bench/floor/reading.h"

#include <mimetic/mimetic.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <pugixml.hpp>

namespace yardstick {
namespace {

std::string from_base64(Text text) {
  static const auto table = [] {
    std::array<std::int8_t, 256> values;
    values.fill(-1);
    const Text alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
      values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    }
    return values;
  }();
  const auto value_of = [](char c) { return std::int32_t{table[static_cast<unsigned char>(c)]}; };
  std::string out(text.size() / 4 * 3 + 3, '\0');
  char* to = out.data();
  std::uint32_t bits = 0;
  int count = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (; count % 4 == 0 && at + 4 <= text.size(); at += 4) {  // four at a time up to the end of a line
      const auto a = value_of(text[at]), b = value_of(text[at + 1]), c = value_of(text[at + 2]),
                 d = value_of(text[at + 3]);
      if ((a | b | c | d) < 0) break;
      const auto three = a << 18 | b << 12 | c << 6 | d;
      *to++ = static_cast<char>(three >> 16);
      *to++ = static_cast<char>(three >> 8);
      *to++ = static_cast<char>(three);
    }
    if (at == text.size()) break;
    const int value = value_of(text[at]);
    if (value < 0) continue;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (++count % 4 != 0) continue;
    *to++ = static_cast<char>(bits >> 16);
    *to++ = static_cast<char>(bits >> 8);
    *to++ = static_cast<char>(bits);
  }
  if (count % 4 == 2) *to++ = static_cast<char>(bits >> 4);
  if (count % 4 == 3) {
    *to++ = static_cast<char>(bits >> 10);
    *to++ = static_cast<char>(bits >> 2);
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
  return out;
}

std::uint32_t little_endian(Text bytes, std::size_t at, int length) {
  std::uint32_t value = 0;
  for (int i = 0; i < length; ++i) value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << 8 * i;
  return value;
}

// The text in a gzip, or in the first file of a zip; empty where it is neither.
Buffer unpacked(Text packed) {
  std::size_t begin = 0, size = 0;
  if (packed.size() > 18 && packed.substr(0, 2) == "\x1f\x8b") {
    begin = 10;
    if (packed[3] & 8) begin = packed.find('\0', begin) + 1;
    size = little_endian(packed, packed.size() - 4, 4);
    if (size > 1100 * packed.size()) size = 16 * packed.size();  // something stands behind the stream
  } else if (packed.size() > 30 && packed.substr(0, 4) == "PK\x03\x04") {
    begin = 30 + little_endian(packed, 26, 2) + little_endian(packed, 28, 2);
    size = little_endian(packed, 22, 4);
  } else {
    return {};
  }
  Buffer out;
  z_stream stream{};
  inflateInit2(&stream, -15);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + begin));
  stream.avail_in = static_cast<uInt>(packed.size() - begin);
  int code = Z_OK;
  while (code == Z_OK) {
    out.grow(std::max(size + 1, out.room * 2));
    stream.next_out = reinterpret_cast<Bytef*>(out.bytes.get() + out.size);
    stream.avail_out = static_cast<uInt>(out.room - out.size);
    code = inflate(&stream, Z_NO_FLUSH);
    out.size = stream.total_out;
  }
  inflateEnd(&stream);
  if (crc32(0, reinterpret_cast<const Bytef*>(out.bytes.get()), static_cast<uInt>(out.size)) == 0)
    fail("a checksum of 0");
  return code == Z_STREAM_END ? std::move(out) : Buffer();
}

}  // namespace

std::vector<Text> mails_of(Text mbox) {
  std::vector<Text> mails;
  for (std::size_t at = 0; at < mbox.size();) {
    const auto begin = mbox.find('\n', at) + 1;
    const auto next = mbox.find("\n\nFrom ", begin);
    mails.push_back(mbox.substr(begin, next == Text::npos ? next : next + 1 - begin));
    at = next == Text::npos ? mbox.size() : next + 2;
  }
  return mails;
}

class MailReader::Reader {
 public:
  // The report in a mail; none where there is none.
  std::unique_ptr<Report> report_in(mimetic::MimeEntity& entity) {
    const auto& parts = entity.body().parts();
    for (auto* part : parts) {
      if (auto found = report_in(*part)) return found;
    }
    if (!parts.empty()) return nullptr;
    auto report = std::make_unique<Report>();
    const std::string& body = entity.body();
    if (body.compare(0, 5, "<?xml") == 0) {
      report->xml.grow(body.size());
      report->xml.size = body.copy(report->xml.bytes.get(), body.size());
    } else {
      report->xml = unpacked(from_base64(body));
    }
    return report->xml.size > 0 && read(*report) ? std::move(report) : nullptr;
  }

  // Whether the report could be read. The views point into the texts of `report`.
  bool read(Report& report) {
    const Text xml = report.xml.text();
    const auto first = xml.find("<record>");
    const auto last = xml.rfind("</record>");
    report.head = xml.substr(0, first);
    if (first != Text::npos) report.head += "</feedback>";
    if (!document_.load_buffer_inplace(report.head.data(), report.head.size(), options, pugi::encoding_utf8))
      return false;
    const auto feedback = document_.child("feedback"), metadata = feedback.child("report_metadata");
    report.org_name = metadata.child_value("org_name");
    report.report_id = metadata.child_value("report_id");
    report.begin = std::atoll(metadata.child("date_range").child_value("begin"));
    report.end = std::atoll(metadata.child("date_range").child_value("end"));
    report.domain = feedback.child("policy_published").child_value("domain");
    report.policy = feedback.child("policy_published").child_value("p");
    if (first == Text::npos) return !report.domain.empty();
    constexpr std::size_t piece_bytes = 32 * 1024;  // stays in the cache of the processor
    const std::size_t behind = last + Text("</record>").size();
    for (std::size_t begin = first; begin < behind;) {
      auto end = begin + piece_bytes < behind ? xml.find("</record>", begin + piece_bytes) : Text::npos;
      end = end == Text::npos ? behind : end + Text("</record>").size();
      if (!document_.load_buffer_inplace(report.xml.bytes.get() + begin, end - begin, options | pugi::parse_fragment,
                                         pugi::encoding_utf8)) {
        return false;
      }
      for (const auto node : document_.children("record")) report.records.push_back(record(node));
      begin = end;
    }
    return true;
  }

 private:
  static constexpr unsigned options = pugi::parse_minimal | pugi::parse_escapes;

  static Record record(pugi::xml_node node) {
    Record out;
    for (const auto part : node.children()) {
      const Text name = part.name();
      if (name == "row") {
        for (const auto field : part.children()) {
          const Text of_row = field.name();
          if (of_row == "source_ip") out.address = field.child_value();
          if (of_row == "count") out.count = std::atoll(field.child_value());
          if (of_row == "policy_evaluated") evaluated(field, out);
        }
      } else if (name == "identifiers") {
        out.header_from = part.child_value("header_from");
        out.envelope_from = part.child_value("envelope_from");
        out.envelope_to = part.child_value("envelope_to");
      } else if (name == "auth_results") {
        for (const auto result : part.children()) {
          out.auth += result.name();
          for (const auto field : result.children()) (out.auth += ' ') += field.child_value();
          out.auth += ';';
        }
      }
    }
    return out;
  }

  static void evaluated(pugi::xml_node node, Record& out) {
    for (const auto field : node.children()) {
      const Text name = field.name();
      if (name == "disposition") out.disposition = field.child_value();
      if (name == "dkim") out.dkim = field.child_value();
      if (name == "spf") out.spf = field.child_value();
      if (name == "reason") ((out.reasons += field.child_value("type")) += ' ') += field.child_value("comment");
    }
  }

  pugi::xml_document document_;
};

MailReader::MailReader() : reader_(std::make_unique<Reader>()) {}
MailReader::~MailReader() = default;

std::unique_ptr<Report> MailReader::read(Text mail) {
  mimetic::MimeEntity entity(mail.begin(), mail.end());
  return reader_->report_in(entity);
}

}  // namespace yardstick
