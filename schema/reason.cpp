#include "schema/reason.h"

namespace schema {

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::stored:
      return "stored";
    case Outcome::duplicate:
      return "duplicate";
    case Outcome::conflict:
      return "conflict";
    case Outcome::quarantined:
      return "quarantined";
    case Outcome::ignored:
      break;
  }
  return "ignored";
}

std::string_view name(Stage stage) {
  switch (stage) {
    case Stage::mail:
      return "mail";
    case Stage::attachment:
      return "attachment";
    case Stage::decompress:
      return "decompress";
    case Stage::xml:
      return "xml";
    case Stage::schema:
      return "schema";
    case Stage::store:
      break;
  }
  return "store";
}

const std::vector<ReasonCode>& reason_codes() {
  using enum Outcome;
  using enum Stage;
  static const std::vector<ReasonCode> codes = {
      // Other mail, filed under its kind.
      {"not_a_report", ignored, mail, "This is no DMARC aggregate report."},
      {"tls_report", ignored, mail, "This is a TLS report (RFC 8460), not a DMARC aggregate report."},
      {"failure_report", ignored, mail, "This is a failure report about one message (ARF), not an aggregate report."},
      {"bounce", ignored, mail, "This is a delivery status notification, not a report."},
      // The mail.
      {"reporter_auth_fail", quarantined, mail,
       "The mail that brought this report failed DMARC at your own mail server, so that anyone may have sent it."},
      {"mail_too_large", quarantined, mail, "The mail is larger than allowed."},
      {"mime_headers", quarantined, mail, "The mail has more or longer headers than allowed."},
      {"mime_header_line", quarantined, mail, "A header of the mail is longer than allowed."},
      {"mime_boundary", quarantined, mail, "A MIME boundary of the mail is missing or longer than allowed."},
      {"mime_depth", quarantined, mail, "The parts of the mail are nested deeper than allowed."},
      {"mime_parts", quarantined, mail, "The mail has more parts than allowed."},
      {"mime_malformed", quarantined, mail, "The structure of the mail is broken."},
      {"mime_nul", quarantined, mail, "A header of the mail contains a NUL byte."},
      {"mime_cte", quarantined, mail, "A part of the mail has a transfer encoding that could not be undone."},
      {"cpu", quarantined, mail, "Reading the mail took more computing time than allowed."},
      {"memory", quarantined, mail, "Reading the mail took more memory than allowed."},
      {"timeout", quarantined, mail, "Reading the mail took longer than allowed."},
      {"worker_crash", quarantined, mail, "The program that read the mail ended unexpectedly."},
      // The attachment and its archive.
      {"empty_attachment", quarantined, attachment, "The attachment is empty."},
      {"attachment_too_large", quarantined, attachment, "The attachment is larger than allowed."},
      {"declared_size", quarantined, decompress, "The archive announces more bytes than allowed."},
      {"decompressed_size", quarantined, decompress, "The archive unpacks to more bytes than allowed."},
      {"ratio", quarantined, decompress, "The archive unpacks to so many times its size that it looks like an attack."},
      {"too_many_entries", quarantined, decompress, "The archive has more entries than allowed."},
      {"too_many_reports", quarantined, decompress, "The mail holds more reports than allowed."},
      {"nested_archive", quarantined, decompress, "Archives are packed inside archives deeper than allowed."},
      {"overlap", quarantined, decompress, "Entries of the archive share the same bytes, as in a zip bomb."},
      {"size_mismatch", quarantined, decompress, "An entry of the archive has another size than announced."},
      {"encrypted", quarantined, decompress, "The archive is encrypted."},
      {"unsupported_compression", quarantined, decompress, "The archive is of a kind that is not supported."},
      {"crc", quarantined, decompress, "The checksum of the archive does not match its content."},
      {"archive_corrupt", quarantined, decompress, "The archive is broken."},
      {"archive_truncated", quarantined, decompress, "The archive ends too early."},
      // The text.
      {"xml_malformed", quarantined, xml, "The document is not well-formed XML, even after the known repairs."},
      {"xml_truncated", quarantined, xml, "The document ends too early."},
      {"xml_doctype", quarantined, xml, "The document has a DOCTYPE or ENTITY declaration, which no report needs."},
      {"xml_illegal_char", quarantined, xml, "The document refers to a character that XML forbids."},
      {"xml_encoding", quarantined, xml, "The character encoding of the document is not supported."},
      {"xml_depth", quarantined, xml, "The elements of the document are nested deeper than allowed."},
      {"xml_nodes", quarantined, xml, "The document has more elements than allowed."},
      {"xml_attributes", quarantined, xml, "An element of the document has more attributes than allowed."},
      {"xml_name", quarantined, xml, "A name in the document is longer than allowed."},
      // The report.
      {"too_many_records", quarantined, Stage::schema, "The report has more records or messages than allowed."},
      {"missing_field", quarantined, Stage::schema, "The report lacks something it cannot be understood without."},
      {"ambiguous_field", quarantined, Stage::schema, "The report says the same thing twice, with different values."},
      {"field_too_long", quarantined, Stage::schema, "A field that identifies the report is longer than allowed."},
      {"bad_domain", quarantined, Stage::schema, "The policy domain is not a domain name."},
      {"date_range", quarantined, Stage::schema,
       "The period of the report is reversed, too long, or not in the plausible past."},
      {"unknown_domain", quarantined, Stage::schema, "The report is about a domain that is not among yours."},
      // The store.
      {"duplicate", duplicate, store, "This report was stored before."},
      {"conflict", Outcome::conflict, store,
       "A report with the same identity but other content was stored before; that one stays until you decide."},
  };
  return codes;
}

const ReasonCode* reason_code(std::string_view code) {
  for (const ReasonCode& known : reason_codes())
    if (known.code == code) return &known;
  return nullptr;
}

}  // namespace schema
