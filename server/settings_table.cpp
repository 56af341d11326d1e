// The table of all settings.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "schema/domain_name.h"
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
           "Address and port of the dashboard and the API. Anything but loopback needs insecure_open."),
      text("server", "base_path", &Settings::base_path, check_base_path,
           "Path below which everything stands, for a reverse proxy that serves more than this."),
      yes_or_no("server", "insecure_open", &Settings::insecure_open,
                "Serve to the network although there is no login: whoever reaches the port reads everything."),
      text("database", "path", &Settings::database_path, check_database, "The database file; its directory is made."),
      domains(),
      text("ingest", "trusted_authserv_id", &Settings::trusted_authserv_id, any_text,
           "Your own mail server's name in Authentication-Results."),
      yes_or_no("ingest", "trust_authentication_results", &Settings::trust_authentication_results,
                "Quarantine report mail that fails DMARC by that header."),
      yes_or_no("ingest", "keep_originals", &Settings::keep_originals,
                "Keep the attachments as they came, to read them again later and to download them."),
      text("lmtp", "listen", &Settings::lmtp_listen, check_lmtp,
           "Where 'ruadar serve' takes mails by LMTP: unix:/PATH or 127.0.0.1:PORT; empty: nowhere."),
      size("mail_bytes", &L::mail_bytes, "Largest mail."),
      size("attachment_bytes", &L::attachment_bytes, "Largest attachment, without its transfer encoding."),
      size("report_bytes", &L::decompressed_bytes, "Largest attachment, unpacked."),
      size("mail_report_bytes", &L::decompressed_mail_bytes, "All attachments of a mail, unpacked."),
      number("zip_ratio", &L::ratio, "How many times larger an attachment may become by unpacking."),
      number("archive_entries", &L::archive_entries, "Files in an archive that came by mail or upload."),
      number("reports", &L::reports, "Reports in one mail."),
      number("records", &L::records, "Records of one report."),
  };
}

}  // namespace

const std::vector<Setting>& settings_table() {
  static const std::vector<Setting> table = make_table();
  return table;
}

}  // namespace server
