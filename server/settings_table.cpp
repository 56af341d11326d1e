// The table of all settings.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "schema/domain_name.h"
#include "server/settings.h"
#include "server/socket.h"

namespace server {
namespace {

using Problem = std::optional<std::string>;

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

// The environment and flags give texts; a configuration file gives types.
std::optional<bool> as_bool(const SettingValue& value) {
  if (const bool* truth = std::get_if<bool>(&value)) return *truth;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return std::nullopt;
  const std::string word = lower(*text);
  if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
  if (word == "false" || word == "no" || word == "off" || word == "0") return false;
  return std::nullopt;
}

std::optional<std::size_t> as_number(const SettingValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return *number >= 0 ? std::optional(static_cast<std::size_t>(*number)) : std::nullopt;
  const auto* text = std::get_if<std::string>(&value);
  std::size_t number = 0;
  if (text == nullptr || text->empty()) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  return error == std::errc() && end == text->data() + text->size() ? std::optional(number) : std::nullopt;
}

std::optional<std::size_t> as_size(const SettingValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return parse_size(*text);
  return as_number(value);
}

std::optional<std::vector<std::string>> as_list(const SettingValue& value) {
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return *list;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return std::nullopt;
  std::vector<std::string> list;
  for (std::size_t begin = 0; begin < text->size();) {
    const std::size_t end = std::min(text->find_first_of(", ", begin), text->size());
    if (end > begin) list.push_back(text->substr(begin, end - begin));
    begin = end + 1;
  }
  return list;
}

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
          [member](const Settings& settings) { return quoted(settings.*member); }};
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
          [member](const Settings& settings) { return quoted(show_size(settings.limits.*member)); }};
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
          [](const Settings& settings) {
            std::string list;
            for (const std::string& domain : settings.domains) list += (list.empty() ? "" : ", ") + quoted(domain);
            return "[" + list + "]";
          }};
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
