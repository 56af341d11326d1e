#include "server/demo/mails.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "schema/day.h"
#include "server/demo/world.h"
#include "server/gzip.h"

namespace server::demo {
namespace {

using schema::seconds_per_day;

struct Record {
  const Flow* flow;
  std::int64_t messages;
  std::string_view disposition;
};

struct Report {
  const Reporter* reporter;
  std::string domain;
  int day;
  std::int64_t begin;  // seconds
  std::string id;
  std::vector<Record> records;
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return out;
}

std::string element(std::string_view name, std::string_view text) {
  return text.empty() ? std::string() : fmt::format("<{0}>{1}</{0}>", name, escaped(text));
}

std::string cased(const Reporter& reporter, std::string_view word) {
  std::string out(word);
  if (reporter.shouts)
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

std::string record_xml(const Reporter& reporter, const Record& record) {
  const Flow& flow = *record.flow;
  const auto verdict = [&](bool aligned) { return cased(reporter, aligned ? "pass" : "fail"); };
  std::string reason;
  if (!flow.override_type.empty() && record.disposition == "none")
    reason = fmt::format("<reason>{}{}</reason>", element("type", flow.override_type),
                         element("comment", flow.override_comment));
  std::string results;
  for (const Signature& signature : flow.dkim) {
    results += fmt::format("   <dkim>{}{}{}</dkim>\n", element("domain", signature.domain),
                           reporter.says_selector || reporter.rfc9990 ? element("selector", signature.selector) : "",
                           element("result", signature.result));
  }
  results += fmt::format("   <spf>{}{}{}</spf>\n", element("domain", flow.envelope_from),
                         reporter.says_scope ? "<scope>mfrom</scope>" : "", element("result", flow.spf));
  return fmt::format(
      " <record>\n"
      "  <row>{}{}\n"
      "   <policy_evaluated>{}{}{}{}</policy_evaluated>\n"
      "  </row>\n"
      "  <identifiers>{}{}</identifiers>\n"
      "  <auth_results>\n{}  </auth_results>\n"
      " </record>\n",
      element("source_ip", flow.ip), element("count", std::to_string(record.messages)),
      element("disposition", record.disposition), element("dkim", verdict(flow.dkim_aligned)),
      element("spf", verdict(flow.spf_aligned)), reason,
      reporter.says_envelope ? element("envelope_from", flow.envelope_from) : "",
      element("header_from", flow.header_from), results);
}

std::string report_xml(const Report& report) {
  const Reporter& reporter = *report.reporter;
  const Policy published = policy(report.domain, report.day);
  std::string xml = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<feedback{}>\n"
      "{}"
      " <report_metadata>{}{}{}<date_range><begin>{}</begin><end>{}</end></date_range></report_metadata>\n"
      " <policy_published>{}{}{}{}{}{}</policy_published>\n",
      reporter.rfc9990 ? " xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\"" : "",
      reporter.says_version ? " <version>1.0</version>\n" : "", element("org_name", reporter.org_name),
      element("email", reporter.email), element("report_id", report.id), report.begin,
      report.begin + seconds_per_day - 1, element("domain", report.domain), element("adkim", published.adkim),
      element("aspf", published.aspf), element("p", published.p), element("sp", published.sp),
      reporter.rfc9990 ? "" : "<pct>100</pct>");
  for (const Record& record : report.records) xml += record_xml(reporter, record);
  return xml + "</feedback>\n";
}

std::string base64_lines(std::string_view bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t three = 0;
    for (std::size_t i = 0; i < 3; ++i)
      three = three << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    for (std::size_t i = 0; i < 4; ++i) out += at + i <= bytes.size() ? letters[three >> (18 - 6 * i) & 63] : '=';
    if (at % 57 == 54) out += '\n';
  }
  return out + "\n";
}

std::string mail_date(std::int64_t seconds) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::string head(std::string_view from, std::string_view subject, std::int64_t sent, std::string_view id) {
  return fmt::format("From: {}\nTo: dmarc@example.com\nSubject: {}\nDate: {}\nMessage-ID: <{}>\nMIME-Version: 1.0\n",
                     from, subject, mail_date(sent), id);
}

// A mail with `xml` as its attachment; `name` tells it from other mails.
Mail report_mail(const Report& report, std::string_view xml, std::int64_t sent, const std::string& name) {
  const Reporter& reporter = *report.reporter;
  const auto file =
      fmt::format("{}!{}!{}!{}.xml", reporter.host, report.domain, report.begin, report.begin + seconds_per_day - 1);
  const auto subject =
      fmt::format("Report Domain: {} Submitter: {} Report-ID: <{}>", report.domain, reporter.host, report.id);
  auto bytes = head(reporter.email, subject, sent, fmt::format("{}@{}", name, reporter.host));
  bytes += fmt::format(
      "Content-Type: {0}; name=\"{1}{2}\"\nContent-Transfer-Encoding: base64\n"
      "Content-Disposition: attachment; filename=\"{1}{2}\"\n\n{3}",
      reporter.plain_xml ? "text/xml" : "application/gzip", file, reporter.plain_xml ? "" : ".gz",
      base64_lines(reporter.plain_xml ? std::string(xml) : gzip(xml)));
  return {name, std::move(bytes)};
}

std::string_view disposition(const Flow& flow, std::string_view domain, const Policy& published) {
  if (flow.dkim_aligned || flow.spf_aligned || !flow.override_type.empty()) return "none";
  return flow.header_from != domain && !published.sp.empty() ? published.sp : published.p;
}

// What a reporter saw of a domain on a day; without records when it saw nothing.
Report observed(const Reporter& reporter, std::string_view domain, int day, std::int64_t begin,
                const std::vector<Flow>& all) {
  Chance chance(fmt::format("{} {}", reporter.org_name, domain), day);
  Report report{&reporter,
                std::string(domain),
                day,
                begin,
                fmt::format("{:08x}{:08x}", chance.below(1 << 30), chance.below(1 << 30)),
                {}};
  const Policy published = policy(domain, day);
  for (const Flow& flow : all) {
    const auto messages =
        static_cast<std::int64_t>(flow.messages * reporter.share * (0.8 + 0.4 * chance.next()) + chance.next());
    if (messages > 0) report.records.push_back({&flow, messages, disposition(flow, domain, published)});
  }
  return report;
}

// What comes to such a mailbox and is no report.
void add_strangers(std::vector<Mail>& box, int day, std::int64_t sent) {
  const auto name = fmt::format("stranger-{}", day);
  if (day % 60 == 12) {
    box.push_back(
        {name,
         head("noreply-smtp-tls-reporting@google.com", "Report Domain: example.com Submitter: google.com", sent,
              name + "@google.com") +
             "TLS-Report-Domain: example.com\nTLS-Report-Submitter: google.com\nContent-Type: multipart/report; "
             "report-type=\"tlsrpt\"; boundary=\"tls\"\n\n--tls\nContent-Type: text/plain\n\nA TLS report.\n--tls\n"
             "Content-Type: application/tlsrpt+json\n\n{\"organization-name\":\"Google "
             "Inc.\",\"policies\":[]}\n--tls--\n"});
  }
  if (day % 90 == 41) {
    box.push_back({name, head("colleague@club.example", "Out of office: Report Domain: example.com", sent,
                              name + "@club.example") +
                             "Auto-Submitted: auto-replied\nContent-Type: text/plain\n\nI am away until Monday.\n"});
  }
}

// What goes wrong with reports: sent twice, cut off, packed badly, with a document type, contradicted later.
void add_trouble(std::vector<Mail>& box, const Report& report, int day, std::int64_t sent) {
  if (report.domain != "example.com") return;
  const auto xml = report_xml(report);
  const auto again = [&](std::string_view bytes, std::string_view what) {
    box.push_back(report_mail(report, bytes, sent + 3600, fmt::format("{}-{}", what, day)));
  };
  if (report.reporter->org_name == "google.com" && day % 70 == 30) again(xml, "twice");
  auto other = report;
  other.id += "-2";
  if (report.reporter->org_name == "Fastmail Pty Ltd" && day == days - 9) {
    const auto whole = report_xml(other);
    box.push_back(report_mail(other, std::string_view(whole).substr(0, whole.size() * 2 / 3), sent + 60,
                              fmt::format("cut-{}", day)));
  }
  if (report.reporter->org_name == "Yahoo" && day == days - 4) {
    auto mail = report_mail(other, report_xml(other), sent + 60, fmt::format("corrupt-{}", day));
    const auto middle = mail.bytes.size() * 3 / 4;  // a few letters of the attachment are others now
    for (std::size_t i = 0; i < 8; ++i)
      if (mail.bytes[middle + i] != '\n') mail.bytes[middle + i] = 'A';
    box.push_back(std::move(mail));
  }
  if (report.reporter->org_name == "GMX" && day == days - 15) {
    auto declared = report_xml(other);
    declared.insert(declared.find("<feedback"), "<!DOCTYPE feedback SYSTEM \"dmarc.dtd\">\n");
    box.push_back(report_mail(other, declared, sent + 60, fmt::format("doctype-{}", day)));
  }
  if (report.reporter->org_name == "Outlook.com" && day == days - 6) {
    auto contradiction = report;
    for (auto& record : contradiction.records) ++record.messages;
    again(report_xml(contradiction), "contradiction");
  }
}

}  // namespace

std::vector<Mail> mails(std::int64_t last, int day) {
  const std::int64_t on = last - (days - 1) + day, begin = on * seconds_per_day;
  const int weekday = static_cast<int>((on + 3) % 7);  // 1970-01-01 was a Thursday
  std::vector<Mail> box;
  for (const auto domain : domains()) {
    const auto all = flows(domain, day, weekday);
    for (const Reporter& reporter : reporters()) {
      Chance chance(fmt::format("diligence of {} {}", reporter.org_name, domain), day);
      // The large domain is what most of them have mail of.
      const double likely = reporter.diligence * (domain == "example.com" ? 1 : reporter.share + 0.1);
      if (day < reporter.from || day >= reporter.to || chance.next() >= likely) continue;
      // The last day is young: some reporters are still to come.
      if (day == days - 1 && reporter.hour > 5) continue;
      const auto report = observed(reporter, domain, day, begin, all);
      if (report.records.empty()) continue;
      const auto sent = begin + seconds_per_day + reporter.hour * 3600 + chance.below(2400);
      box.push_back(report_mail(report, report_xml(report), sent, fmt::format("{}-{}", report.id, report.domain)));
      add_trouble(box, report, day, sent);
    }
  }
  add_strangers(box, day, begin + seconds_per_day + 8 * 3600);
  return box;
}

}  // namespace server::demo
