#include "ingest/report_record.h"

#include <string>
#include <utility>

#include "ingest/report_values.h"
#include "ingest/report_words.h"
#include "schema/verdict.h"

namespace ingest {
namespace {

using namespace schema;

class RecordReader {
 public:
  RecordReader(XmlNode record, ReportReader& reader) : record_(record), reader_(reader), limits_(reader.limits) {}

  std::optional<Record> read() {
    reader_.expect_no_text(record_);
    const XmlNode row = reader_.child(record_, {"row"}, Repeated::refused);
    if (!row) {
      reader_.note("record_without_row", record_);
      return std::nullopt;
    }
    reader_.expect_no_text(row);
    read_source_ip(row);
    read_count(row);
    read_policy_evaluated(row);
    read_identifiers();
    read_auth_results();
    return std::move(out_);
  }

 private:
  void read_source_ip(XmlNode row) {
    const XmlNode node = reader_.child(row, {"source_ip"}, Repeated::refused);
    const std::string_view text = reader_.text(node);
    if (text.empty()) return reader_.note("source_ip_missing", node ? node : row);
    const SourceAddress address = parse_source_ip(text);
    if (!address.note.empty()) reader_.note(address.note, node, text);
    out_.source_ip = address.ip;
    constexpr std::size_t longest_raw = 256;
    if (!address.ip || address.ip->to_string() != text) out_.source_ip_raw = cut_text(text, longest_raw);
  }

  void read_count(XmlNode row) {
    const XmlNode node = reader_.child(row, {"count"}, Repeated::refused);
    const std::string_view text = reader_.text(node);
    const auto count = parse_count(text, limits_.count);
    if (text.empty())
      reader_.note("count_missing", node ? node : row);
    else if (!count)
      reader_.note("count_unusable", node, text);
    out_.count = count.value_or(0);
  }

  void read_policy_evaluated(XmlNode row) {
    PolicyEvaluated& out = out_.policy_evaluated;
    const XmlNode evaluated = reader_.child(row, {"policy_evaluated"}, Repeated::refused);
    reader_.expect_no_text(evaluated);
    const XmlNode at = evaluated ? evaluated : row;
    enumerated(evaluated, at, {"disposition"}, disposition_word, out.disposition);
    enumerated(evaluated, at, {"dkim"}, verdict_word, out.dkim);
    enumerated(evaluated, at, {"spf"}, verdict_word, out.spf);
    for (const XmlNode node : reader_.children(evaluated, {"reason"})) {
      Reason reason = read_reason(node);
      if (reason.type.value == OverrideType::unknown) continue;
      if (out.reasons.size() == limits_.auth_results) return reader_.note("results_cut", node);
      out.reasons.push_back(std::move(reason));
    }
  }

  // unknown: it says nothing at all.
  Reason read_reason(XmlNode node) {
    const XmlNode type = reader_.child(node, {"type"}, Repeated::first_kept);
    const bool bare = !type && !node.text().empty();
    Reason reason;
    reason.comment = reader_.free_text(reader_.child(node, {"comment"}, Repeated::first_kept));
    const std::string_view text = type ? reader_.text(type) : bare ? node.text() : std::string_view();
    if (bare) reader_.note("reason_bare_text", node, text);
    Word<OverrideType> word = override_word(text);
    if (!word.note.empty()) reader_.note(word.note, type ? type : node, text);
    reason.type = std::move(word.word);
    if (text.empty() && !reason.comment.empty()) reason.type.value = OverrideType::other;
    return reason;
  }

  void read_identifiers() {
    const XmlNode identifiers = reader_.child(record_, {"identifiers", "identities"}, Repeated::refused);
    if (!identifiers) return reader_.note("missing_identifiers", record_);
    reader_.expect_no_text(identifiers);
    const XmlNode header_from = reader_.child(identifiers, {"header_from"}, Repeated::refused);
    out_.identifiers.header_from = domain(header_from);
    if (out_.identifiers.header_from.empty())
      reader_.note("header_from_missing", header_from ? header_from : identifiers, reader_.text(header_from));
    out_.identifiers.envelope_from = optional_domain(identifiers, "envelope_from");
    out_.identifiers.envelope_to = optional_domain(identifiers, "envelope_to");
  }

  void read_auth_results() {
    const auto containers = reader_.children(record_, {"auth_results"});
    if (containers.empty()) return reader_.note("missing_auth_results", record_);
    for (const XmlNode results : containers) {
      reader_.expect_no_text(results);
      for (const XmlNode node : reader_.children(results, {"dkim"})) read_dkim(node);
      for (const XmlNode node : reader_.children(results, {"spf"})) read_spf(node);
    }
  }

  void read_dkim(XmlNode node) {
    reader_.expect_no_text(node);
    DkimAuthResult dkim;
    dkim.domain = domain(reader_.child(node, {"domain"}, Repeated::first_kept));
    const XmlNode selector = reader_.child(node, {"selector"}, Repeated::first_kept);
    dkim.selector = reader_.limited(reader_.text(selector), limits_.selector_bytes, selector);
    const XmlNode result = reader_.child(node, {"result"}, Repeated::first_kept);
    if (dkim.domain.empty() && reader_.text(result).empty()) return reader_.note("empty_result_dropped", node);
    set(result ? result : node, reader_.text(result), result_word, dkim.result);
    dkim.human_result = reader_.free_text(reader_.child(node, {"human_result"}, Repeated::first_kept));
    keep(std::move(dkim), out_.auth_results.dkim, node);
  }

  void read_spf(XmlNode node) {
    reader_.expect_no_text(node);
    SpfAuthResult spf;
    spf.domain = domain(reader_.child(node, {"domain"}, Repeated::first_kept));
    const XmlNode scope = reader_.child(node, {"scope"}, Repeated::first_kept);
    set(scope, reader_.text(scope), scope_word, spf.scope);
    const XmlNode result = reader_.child(node, {"result"}, Repeated::first_kept);
    if (spf.domain.empty() && reader_.text(result).empty()) return reader_.note("empty_result_dropped", node);
    set(result ? result : node, reader_.text(result), result_word, spf.result);
    if (spf.scope.value == SpfScope::helo && spf.domain.empty()) reader_.note("helo_without_domain", node);
    spf.human_result = reader_.free_text(reader_.child(node, {"human_result"}, Repeated::first_kept));
    keep(std::move(spf), out_.auth_results.spf, node);
  }

  template <typename T>
  void keep(T result, std::vector<T>& results, XmlNode at) {
    if (results.size() == limits_.auth_results) return reader_.note("results_cut", at);
    results.push_back(std::move(result));
  }

  std::string domain(XmlNode node) {
    const std::string_view text = reader_.text(node);
    if (text.empty()) return {};
    const DomainText parsed = parse_domain(text);
    if (!parsed.note.empty()) reader_.note(parsed.note, node, text);
    return reader_.limited(parsed.name, limits_.domain_bytes, node);
  }

  std::optional<std::string> optional_domain(XmlNode parent, std::string_view name) {
    const XmlNode node = reader_.child(parent, {name}, Repeated::first_kept);
    if (!node) return std::nullopt;
    return domain(node);
  }

  template <typename E>
  void enumerated(XmlNode parent, XmlNode at, std::initializer_list<std::string_view> names,
                  Word<E> (*read_word)(std::string_view), Enumerated<E>& out) {
    const XmlNode node = reader_.child(parent, names, Repeated::refused);
    set(node ? node : at, reader_.text(node), read_word, out);
  }

  template <typename E>
  void set(XmlNode at, std::string_view text, Word<E> (*read_word)(std::string_view), Enumerated<E>& out) {
    Word<E> word = read_word(text);
    if (!word.note.empty()) reader_.note(word.note, at, text);
    out = std::move(word.word);
  }

  const XmlNode record_;
  ReportReader& reader_;
  const Limits& limits_;
  Record out_;
};

}  // namespace

std::optional<Record> read_record(XmlNode record, const PolicyPublished& policy, ReportReader& reader) {
  auto out = RecordReader(record, reader).read();
  if (out && contradicts(out->policy_evaluated, estimate_alignment(*out, policy)))
    reader.note("verdict_contradicts_results", record);
  return out;
}

}  // namespace ingest
