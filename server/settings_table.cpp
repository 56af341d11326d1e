// The table of all settings.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "schema/domain_name.h"
#include "schema/ip_address.h"
#include "server/setting_values.h"
#include "server/settings.h"
#include "server/socket.h"

namespace server {
namespace {

using Problem = std::optional<std::string>;

using TextCheck = Problem (*)(std::string&);

Setting text(std::string_view section, std::string_view key, std::string Settings::*member, TextCheck check,
             std::string_view meaning) {
  return {section,
          key,
          "text",
          meaning,
          [member, check](Settings& settings, const SettingValue& value) -> Problem {
            const auto* given = std::get_if<std::string>(&value);
            if (given == nullptr) return "must be a text in quotes";
            std::string checked = *given;
            if (Problem problem = check(checked)) return problem;
            settings.*member = std::move(checked);
            return std::nullopt;
          },
          [member](const Settings& settings) { return in_quotes(settings.*member); }};
}

Setting yes_or_no(std::string_view section, std::string_view key, bool Settings::*member, std::string_view meaning) {
  return {section,
          key,
          "true or false",
          meaning,
          [member](Settings& settings, const SettingValue& value) -> Problem {
            const auto truth = as_bool(value);
            if (!truth) return "must be true or false";
            settings.*member = *truth;
            return std::nullopt;
          },
          [member](const Settings& settings) { return std::string(settings.*member ? "true" : "false"); }};
}

using Limit = std::size_t ingest::Limits::*;

Setting free_bytes() {
  return {"database",
          "free_bytes",
          "size",
          "Nothing more is taken in while less than this, or than three of the largest mails, is free on its disk.",
          [](Settings& settings, const SettingValue& value) -> Problem {
            const auto bytes = as_size(value);
            if (!bytes || *bytes == 0) return "must be a size such as \"512MiB\"";
            settings.free_bytes = *bytes;
            return std::nullopt;
          },
          [](const Settings& settings) { return in_quotes(show_size(settings.free_bytes)); }};
}

Setting retention_days() {
  return {"database",
          "retention_days",
          "number",
          "How many days reports are kept, after their day and after they were stored; 0: for ever.",
          [](Settings& settings, const SettingValue& value) -> Problem {
            const auto days = as_number(value);
            if (!days || *days > 36500) return "must be a number of days, 0 for ever";
            settings.retention_days = *days;
            return std::nullopt;
          },
          [](const Settings& settings) { return std::to_string(settings.retention_days); }};
}

Setting size(std::string_view key, Limit member, std::string_view meaning) {
  return {"limits",
          key,
          "size",
          meaning,
          [member](Settings& settings, const SettingValue& value) -> Problem {
            const auto bytes = as_size(value);
            if (!bytes || *bytes == 0) return "must be a size such as \"32MiB\"";
            settings.limits.*member = *bytes;
            return std::nullopt;
          },
          [member](const Settings& settings) { return in_quotes(show_size(settings.limits.*member)); }};
}

Setting number(std::string_view key, Limit member, std::string_view meaning) {
  return {"limits",
          key,
          "number",
          meaning,
          [member](Settings& settings, const SettingValue& value) -> Problem {
            const auto count = as_number(value);
            if (!count || *count == 0) return "must be a whole number above 0";
            settings.limits.*member = *count;
            return std::nullopt;
          },
          [member](const Settings& settings) { return std::to_string(settings.limits.*member); }};
}

Problem any_text(std::string&) {
  return std::nullopt;
}

Problem check_listen(std::string& value) {
  const auto endpoint = parse_endpoint(value);
  if (!endpoint) return "must be ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080";
  value = endpoint->to_string();
  return std::nullopt;
}

Problem check_base_path(std::string& value) {
  if (value.empty() || value.front() != '/') return "must begin with '/', such as /dmarc";
  while (value.size() > 1 && value.back() == '/') value.pop_back();
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '-' ||
           c == '_' || c == '.';
  });
  if (!plain || value.find("//") != std::string::npos || value.find("/.") != std::string::npos)
    return "may hold letters, digits, '-', '_', '.' and single '/' only";
  return std::nullopt;
}

Problem check_database(std::string& value) {
  if (value.empty()) return "must name a file";
  return std::nullopt;
}

Problem check_lmtp(std::string& value) {
  if (value.empty() || value.rfind("unix:/", 0) == 0) return std::nullopt;
  const auto endpoint = parse_endpoint(value);
  if (!endpoint || !endpoint->is_loopback()) return "must be unix:/PATH, or an address of this machine with a port";
  return std::nullopt;
}

Problem check_metrics(std::string& value) {
  return value.empty() ? std::nullopt : check_listen(value);
}

Setting label_values() {
  return {"metrics",
          "label_values",
          "number",
          "How many domains and reporters get lines of their own; further domains are one, called other.",
          [](Settings& settings, const SettingValue& value) -> Problem {
            const auto count = as_number(value);
            if (!count || *count > 10'000) return "must be a whole number up to 10000";
            settings.metrics_label_values = *count;
            return std::nullopt;
          },
          [](const Settings& settings) { return std::to_string(settings.metrics_label_values); }};
}

Problem check_user_header(std::string& value) {
  for (char& c : value) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    if (!plain) return "must be the name of a header, such as X-Remote-User";
  }
  // What means something else already must not name users.
  if (!value.empty() && value.rfind("x-", 0) != 0 && value.rfind("remote-", 0) != 0)
    return "must begin with X- or Remote-, such as X-Remote-User";
  if (value.rfind("x-forwarded-for", 0) == 0 || value.rfind("x-forwarded-proto", 0) == 0 || value == "x-real-ip")
    return "must be a header that means nothing else";
  return std::nullopt;
}

// A list of texts, each of which `check` puts into shape or refuses.
Setting list(std::string_view section, std::string_view key, std::vector<std::string> Settings::*member,
             TextCheck check, std::string_view meaning) {
  return {section,
          key,
          "list",
          meaning,
          [member, check](Settings& settings, const SettingValue& value) -> Problem {
            auto texts = as_list(value);
            if (!texts) return "must be a list of texts in quotes";
            for (std::string& text : *texts)
              if (Problem problem = check(text)) return fmt::format("'{}' {}", text, *problem);
            settings.*member = std::move(*texts);
            return std::nullopt;
          },
          [member](const Settings& settings) { return quoted_list(settings.*member); }};
}

Problem check_host(std::string& value) {
  if (const auto address = schema::IpAddress::parse(value)) {
    value = address->to_string();
    return std::nullopt;
  }
  value = schema::normalise_domain(value);
  if (!schema::is_domain_name(value)) return "is no host name; it stands without scheme and port";
  return std::nullopt;
}

Problem check_network(std::string& value) {
  if (!schema::parse_ip_range(value)) return "is no address and no network such as 10.0.0.0/8";
  return std::nullopt;
}

Setting domains() {
  return {"ingest",
          "domains",
          "list",
          "The domains that are yours; reports about others are quarantined. Empty accepts every domain.",
          [](Settings& settings, const SettingValue& value) -> Problem {
            const auto list = as_list(value);
            if (!list) return "must be a list of domains, such as [\"example.com\"]";
            std::vector<std::string> normalised;
            for (const std::string& name : *list) {
              std::string domain = schema::normalise_domain(name);
              if (!schema::is_domain_name(domain)) return fmt::format("'{}' is no domain", name);
              normalised.push_back(std::move(domain));
            }
            settings.domains = std::move(normalised);
            return std::nullopt;
          },
          [](const Settings& settings) { return quoted_list(settings.domains); }};
}

std::vector<Setting> make_table() {
  using L = ingest::Limits;
  return {
      text("server", "listen", &Settings::listen, check_listen,
           "Address and port of the dashboard and the API. Anything but loopback needs a user, a token, or a proxy "
           "with a login."),
      text("server", "base_path", &Settings::base_path, check_base_path,
           "Path below which everything stands, for a reverse proxy that serves more than this."),
      yes_or_no("server", "insecure_open", &Settings::insecure_open,
                "Serve to the network although there are no users: whoever reaches the port may do everything."),
      list("server", "hosts", &Settings::hosts, check_host,
           "Names by which browsers call this server, besides localhost and addresses; requests for others are "
           "refused."),
      list("server", "trusted_proxies", &Settings::trusted_proxies, check_network,
           "Reverse proxies, as addresses or networks, that are believed when they name the client and its TLS."),
      text("server", "user_header", &Settings::user_header, check_user_header,
           "Header in which these proxies name the user who logged in with them. They must remove it from requests."),
      text("server", "tls_certificate", &Settings::tls_certificate, any_text,
           "PEM file with the certificate and those between it and its authority, for TLS without a reverse proxy."),
      text("server", "tls_key", &Settings::tls_key, any_text, "PEM file with its key. HUP reads both again."),
      yes_or_no("server", "access_log", &Settings::access_log, "Write a line to the log for each request."),
      yes_or_no("server", "ready_requires_mailbox", &Settings::ready_requires_mailbox,
                "Answer 503 at /readyz while a mailbox cannot be read."),
      text("database", "path", &Settings::database_path, check_database, "The database file; its directory is made."),
      free_bytes(),
      retention_days(),
      yes_or_no("database", "keep_rollups", &Settings::keep_rollups,
                "Keep the totals of reports that are pruned, so that pages still count them."),
      domains(),
      text("ingest", "trusted_authserv_id", &Settings::trusted_authserv_id, any_text,
           "Your own mail server's name in Authentication-Results."),
      yes_or_no("ingest", "trust_authentication_results", &Settings::trust_authentication_results,
                "Quarantine report mail that fails DMARC by that header."),
      yes_or_no("ingest", "keep_originals", &Settings::keep_originals,
                "Keep the attachments as they came, to read them again later and to download them."),
      yes_or_no("ingest", "sandbox", &Settings::sandbox,
                "Read mails in processes that can do nothing else; no is for kernels that refuse it."),
      text("lmtp", "listen", &Settings::lmtp_listen, check_lmtp,
           "Where 'ruadar serve' takes mails by LMTP: unix:/PATH or 127.0.0.1:PORT; empty: nowhere."),
      text("metrics", "listen", &Settings::metrics_listen, check_metrics,
           "ADDRESS:PORT where alone /metrics is answered, without a login; empty: where the dashboard is."),
      label_values(),
      size("mail_bytes", &L::mail_bytes, "Largest mail."),
      size("attachment_bytes", &L::attachment_bytes, "Largest attachment, without its transfer encoding."),
      size("report_bytes", &L::decompressed_bytes, "Largest attachment, unpacked."),
      size("mail_report_bytes", &L::decompressed_mail_bytes, "All attachments of a mail, unpacked."),
      number("zip_ratio", &L::ratio, "How many times larger an attachment may become by unpacking."),
      number("archive_entries", &L::archive_entries, "Files in an archive that came by mail or upload."),
      number("reports", &L::reports, "Reports in one mail."),
      number("records", &L::records, "Records of one report."),
      number("quarantine_originals", &L::quarantine_originals,
             "Mails and attachments kept that could not be counted. Beyond, their bytes stay in the mailbox; what came "
             "in another way is kept all the same."),
      size("quarantine_bytes", &L::quarantine_bytes, "Bytes of these, together."),
      number("quarantine_daily", &L::quarantine_daily, "Of these, on one day in mails from one domain."),
  };
}

}  // namespace

const std::vector<Setting>& settings_table() {
  static const std::vector<Setting> table = make_table();
  return table;
}

}  // namespace server
