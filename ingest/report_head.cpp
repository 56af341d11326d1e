#include "ingest/report_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "ingest/report_hints.h"
#include "ingest/report_schema.h"
#include "ingest/report_values.h"
#include "ingest/report_words.h"
#include "schema/domain_name.h"

namespace ingest {
namespace {

using namespace schema;

constexpr std::int64_t long_range_seconds = 36 * 3600;
constexpr std::size_t longest_version = 64;
constexpr std::size_t most_errors = 100;  // RFC 7489 sets no limit, RFC 9990 one of 1

// One journey through the head: each step takes what it needs from the XML, or from the hints where that has nothing.
class HeadReader {
 public:
  HeadReader(const XmlDocument& document, XmlNode feedback, const ReportHints& hints, ReportReader& reader)
      : document_(document),
        feedback_(feedback),
        hints_(hints),
        file_name_(hints_of_file_name(hints.file_name)),
        subject_(hints_of_subject(hints.subject)),
        reader_(reader),
        limits_(reader.limits) {}

  Result<ReportHead> read() {
    if (feedback_.local_name() != "feedback") reader_.note("element_case", feedback_, feedback_.local_name());
    reader_.expect_no_text(feedback_);
    if (!feedback_.prefix().empty() && document_.root_namespace().empty())
      reader_.note("undeclared_prefix", feedback_, feedback_.prefix());
    const XmlNode version = reader_.child(feedback_, {"version"}, Repeated::first_kept);
    head_.version = reader_.limited(reader_.text(version), longest_version, version);

    const XmlNode metadata = reader_.child(feedback_, {"report_metadata"}, Repeated::refused);
    if (!metadata) return reader_.malformed("missing_field", "the report has no <report_metadata>", feedback_);
    read_metadata(metadata);
    read_policy(published_policy());
    head_.dialect = dialect();
    if (reader_.refusal()) return unexpected(*reader_.refusal());
    return std::move(head_);
  }

 private:
  void read_metadata(XmlNode metadata) {
    reader_.expect_no_text(metadata);
    ReportMetadata& out = head_.metadata;
    out.email = identity(metadata, "email", limits_.email_bytes);
    out.org_name = identity(metadata, "org_name", limits_.org_name_bytes);
    if (out.org_name.empty()) find_org_name(metadata);
    read_report_id(metadata);
    read_period(metadata);
    out.extra_contact_info = reader_.free_text(reader_.child(metadata, {"extra_contact_info"}, Repeated::first_kept));
    const XmlNode generator = reader_.child(metadata, {"generator"}, Repeated::first_kept);
    out.generator = reader_.free_text(generator);
    has_rfc9990_element_ = static_cast<bool>(generator);
    for (const XmlNode error : reader_.children(metadata, {"error"})) {
      std::string text = reader_.free_text(error);
      if (!text.empty() && out.errors.size() < most_errors) out.errors.push_back(std::move(text));
    }
  }

  std::string identity(XmlNode parent, std::string_view name, std::size_t limit) {
    const XmlNode node = reader_.child(parent, {name}, Repeated::refused);
    const std::string_view text = reader_.text(node);
    if (text.size() > limit)
      reader_.refuse("field_too_long", fmt::format("<{}> has {} bytes, more than {}", name, text.size(), limit), node);
    return std::string(cut_text(text, limit));
  }

  void find_org_name(XmlNode metadata) {
    // Elements where the name should be (an XInclude) are no name that was left out.
    const XmlNode node = reader_.child(metadata, {"org_name"}, Repeated::refused);
    if (node && node.first_child())
      return reader_.refuse("missing_field", "<org_name> holds elements instead of a name", node);
    const std::string of_email = normalise_domain(domain_of_address(head_.metadata.email));
    const auto take = [&](std::string_view name, std::string_view note) {
      if (name.empty() || !head_.metadata.org_name.empty()) return;
      head_.metadata.org_name = name;
      reader_.note(note, node ? node : metadata, name);
    };
    take(of_email, "org_name_from_email");
    take(subject_.submitter, "org_name_from_subject");
    take(file_name_.receiver, "org_name_from_file_name");
    if (head_.metadata.org_name.empty())
      reader_.refuse("missing_field", "the report does not say who sent it: <org_name> and <email> are empty",
                     node ? node : metadata);
  }

  void read_report_id(XmlNode metadata) {
    std::string& id = head_.metadata.report_id;
    id = identity(metadata, "report_id", limits_.report_id_bytes);
    if (id.size() >= 2 && id.front() == '<' && id.back() == '>') id = trim(id.substr(1, id.size() - 2));
    if (id.empty()) reader_.note("report_id_missing", metadata);
  }

  void read_period(XmlNode metadata) {
    const XmlNode range = reader_.child(metadata, {"date_range"}, Repeated::refused);
    reader_.expect_no_text(range);
    const auto begin = date(range, "begin"), end = date(range, "end");
    const XmlNode at = range ? range : metadata;
    if (begin && end) {
      head_.metadata.begin = *begin;
      head_.metadata.end = *end;
    } else if (file_name_.period) {
      head_.metadata.begin = file_name_.period->begin;
      head_.metadata.end = file_name_.period->end;
      reader_.note("dates_from_file_name", at);
    } else {
      return reader_.refuse("missing_field", "the report does not say which period it covers", at);
    }
    check_period(at);
  }

  std::optional<std::int64_t> date(XmlNode range, std::string_view name) {
    const XmlNode node = reader_.child(range, {name}, Repeated::refused);
    const std::string_view text = reader_.text(node);
    const auto parsed = parse_date(text);
    if (!parsed) return std::nullopt;
    if (!parsed->note.empty()) reader_.note(parsed->note, node, text);
    return parsed->seconds;
  }

  void check_period(XmlNode at) {
    const std::int64_t begin = head_.metadata.begin, end = head_.metadata.end;
    constexpr std::int64_t day = 86400;
    if (begin < limits_.earliest)
      return reader_.refuse("date_range", "the period begins before DMARC reports existed", at);
    if (begin > end) return reader_.refuse("date_range", "the period ends before it begins", at);
    if (hints_.now != 0 && end > hints_.now + limits_.ahead_seconds)
      return reader_.refuse("date_range", "the period lies in the future", at);
    if (end - begin > limits_.period_seconds)
      return reader_.refuse("date_range",
                            fmt::format("the period is longer than {} days", limits_.period_seconds / day), at);
    if (end - begin > long_range_seconds) reader_.note("long_range", at);
  }

  // Where there are several: the first with a domain, empty copies are seen.
  XmlNode published_policy() {
    const auto policies = reader_.children(feedback_, {"policy_published"});
    if (policies.empty()) return reader_.child(feedback_, {"policy_published"}, Repeated::first_kept);
    if (policies.size() > 1) reader_.note("policy_repeated", policies[1]);
    for (const XmlNode policy : policies)
      if (!reader_.child_text(policy, {"domain"}).empty()) return policy;
    return policies.front();
  }

  void read_policy(XmlNode policy) {
    reader_.expect_no_text(policy);
    PolicyPublished& out = head_.policy_published;
    read_domain(policy);
    enumerated(policy, {"adkim"}, alignment_word, out.adkim);
    enumerated(policy, {"aspf"}, alignment_word, out.aspf);
    enumerated(policy, {"p"}, policy_word, out.p);
    enumerated(policy, {"sp"}, policy_word, out.sp);
    const bool np = enumerated(policy, {"np"}, policy_word, out.np);
    const bool discovery = enumerated(policy, {"discovery_method"}, discovery_word, out.discovery_method);
    if (out.p.value == Policy::unknown && out.p.raw.empty())
      reader_.note("policy_missing", policy ? policy : feedback_);

    const XmlNode fo = reader_.child(policy, {"fo"}, Repeated::first_kept);
    out.fo = reader_.limited(reader_.text(fo), longest_version, fo);
    if (const XmlNode pct = reader_.child(policy, {"pct"}, Repeated::refused)) {
      const std::string_view text = reader_.text(pct);
      const PctWord word = pct_word(text);
      out.pct = word.value;
      if (!word.note.empty()) reader_.note(word.note, pct, text);
    }
    const XmlNode testing = reader_.child(policy, {"testing", "t"}, Repeated::refused);
    const std::string_view text = reader_.text(testing);
    const TestingWord word = testing_word(text);
    out.testing = word.value;
    has_rfc9990_element_ = has_rfc9990_element_ || np || discovery || testing;
    if (!word.note.empty()) reader_.note(word.note, testing, text);
  }

  void read_domain(XmlNode policy) {
    std::string& domain = head_.policy_published.domain;
    const XmlNode node = reader_.child(policy, {"domain"}, Repeated::refused);
    const XmlNode at = node ? node : policy ? policy : feedback_;
    const std::string_view text = reader_.text(node);
    if (text.empty()) {
      take_domain(subject_.domain, "domain_from_subject", at);
      take_domain(file_name_.domain, "domain_from_file_name", at);
      if (domain.empty())
        reader_.refuse("missing_field", "the report does not say which policy domain it is about", at);
      return;
    }
    const bool wildcard = text.substr(0, 2) == "*.";
    DomainText parsed = parse_domain(wildcard ? text.substr(2) : text);
    if (wildcard || !parsed.note.empty()) reader_.note("domain_repaired", node, text);
    domain = std::move(parsed.name);
    if (!is_domain_name(domain)) reader_.refuse("bad_domain", "the policy domain is not a domain name", node);
  }

  void take_domain(std::string_view domain, std::string_view note, XmlNode at) {
    if (domain.empty() || !head_.policy_published.domain.empty()) return;
    head_.policy_published.domain = domain;
    reader_.note(note, at, domain);
  }

  // Whether the element is there.
  template <typename E>
  bool enumerated(XmlNode parent, std::initializer_list<std::string_view> names, Word<E> (*read_word)(std::string_view),
                  Enumerated<E>& out) {
    const XmlNode node = reader_.child(parent, names, Repeated::refused);
    const std::string_view text = reader_.text(node);
    Word<E> word = read_word(text);
    if (!word.note.empty()) reader_.note(word.note, node, text);
    out = std::move(word.word);
    return static_cast<bool>(node);
  }

  // By the namespace, else by elements that only one of the RFCs has. It is a label and decides nothing.
  Dialect dialect() {
    if (document_.root_namespace() == rfc9990_namespace) return Dialect::rfc9990;
    const bool extended = static_cast<bool>(reader_.child(feedback_, {"extension"}, Repeated::first_kept));
    return (has_rfc9990_element_ || extended) && !head_.policy_published.pct ? Dialect::rfc9990 : Dialect::rfc7489;
  }

  const XmlDocument& document_;
  const XmlNode feedback_;
  const ReportHints& hints_;
  const FileNameHints file_name_;
  const SubjectHints subject_;
  ReportReader& reader_;
  const Limits& limits_;
  ReportHead head_;
  bool has_rfc9990_element_ = false;
};

}  // namespace

Result<ReportHead> read_head(const XmlDocument& document, XmlNode feedback, const ReportHints& hints,
                             ReportReader& reader) {
  return HeadReader(document, feedback, hints, reader).read();
}

}  // namespace ingest
