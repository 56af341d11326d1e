#include "server/mailbox_settings_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "server/setting_values.h"

namespace server {
namespace {

using Problem = std::optional<std::string>;
using M = ConfiguredMailbox;

template <typename Member>
MailboxSetting text(std::string_view key, Member member, std::string_view meaning, bool secret = false) {
  return {key,
          "text",
          meaning,
          secret,
          [member](M& mailbox, const SettingValue& value) -> Problem {
            const auto* given = std::get_if<std::string>(&value);
            if (given == nullptr) return "must be a text in quotes";
            member(mailbox) = *given;
            return std::nullopt;
          },
          [member](const M& mailbox) { return in_quotes(member(mailbox)); }};
}

template <typename Member>
MailboxSetting number(std::string_view key, Member member, int least, int most, std::string_view meaning) {
  return {key,
          "number",
          meaning,
          false,
          [=](M& mailbox, const SettingValue& value) -> Problem {
            const auto given = as_number(value);
            if (!given || *given < static_cast<std::size_t>(least) || *given > static_cast<std::size_t>(most))
              return fmt::format("must be a whole number from {} to {}", least, most);
            member(mailbox) = static_cast<int>(*given);
            return std::nullopt;
          },
          [member](const M& mailbox) { return std::to_string(member(mailbox)); }};
}

// One word of several.
template <typename Member, typename Enum, std::size_t count>
MailboxSetting word(std::string_view key, Member member,
                    const std::array<std::pair<std::string_view, Enum>, count>& words, std::string_view meaning) {
  std::vector<std::string_view> names;
  for (const auto& [name, chosen] : words) names.push_back(name);
  return {key,
          "text",
          meaning,
          false,
          [=](M& mailbox, const SettingValue& value) -> Problem {
            std::string all;
            for (const auto& [name, chosen] : words) {
              const auto* given = std::get_if<std::string>(&value);
              if (given != nullptr && *given == name) {
                member(mailbox) = chosen;
                return std::nullopt;
              }
              all += (all.empty() ? "" : ", ") + std::string(name);
            }
            return "must be one of: " + all;
          },
          [=](const M& mailbox) {
            for (const auto& [name, chosen] : words)
              if (member(mailbox) == chosen) return in_quotes(name);
            return in_quotes("");
          },
          names};
}

MailboxSetting folders() {
  return {"folder",
          "text or list",
          "The folders to read, in UTF-8; the first one is watched.",
          false,
          [](M& mailbox, const SettingValue& value) -> Problem {
            if (const auto* list = std::get_if<std::vector<std::string>>(&value)) mailbox.folders = *list;
            if (const auto* one = std::get_if<std::string>(&value)) mailbox.folders = {*one};
            const bool odd =
                mailbox.folders.empty() || std::any_of(mailbox.folders.begin(), mailbox.folders.end(),
                                                       [](const std::string& folder) { return folder.empty(); });
            if (odd || std::holds_alternative<bool>(value) || std::holds_alternative<std::int64_t>(value))
              return "must be a folder in quotes, or a list of them";
            return std::nullopt;
          },
          [](const M& mailbox) {
            return mailbox.folders.size() == 1 ? in_quotes(mailbox.folders.front()) : quoted_list(mailbox.folders);
          }};
}

std::vector<MailboxSetting> make_table() {
  using ingest::After, ingest::MailProtocol, ingest::TlsMode;
  static constexpr std::array<std::pair<std::string_view, MailProtocol>, 2> protocols = {
      {{"imap", MailProtocol::imap}, {"pop3", MailProtocol::pop3}}};
  static constexpr std::array<std::pair<std::string_view, TlsMode>, 3> modes = {
      {{"implicit", TlsMode::implicit}, {"starttls", TlsMode::starttls}, {"none", TlsMode::none}}};
  static constexpr std::array<std::pair<std::string_view, After>, 5> afters = {{{"keep", After::keep},
                                                                                {"seen", After::seen},
                                                                                {"keyword", After::keyword},
                                                                                {"move", After::move},
                                                                                {"delete", After::remove}}};
#define MEMBER(name)           \
  [](auto& mailbox) -> auto& { \
    return mailbox.name;       \
  }
  return {
      text("name", MEMBER(name), "What it is called here; part of the ledger, so do not change it."),
      word("protocol", MEMBER(protocol), protocols, "imap, or pop3 where the host offers nothing else."),
      text("host", MEMBER(host), "The mail server."),
      number("port", MEMBER(port), 0, 65535, "0 is the usual one: 993 and 143 for IMAP, 995 and 110 for POP3."),
      word("tls", MEMBER(tls), modes, "implicit, starttls (required then), or none, which is for this machine only."),
      text("ca_file", MEMBER(ca_file), "PEM file of authorities that are trusted beside those of the system."),
      text("user", MEMBER(user), "Who logs in."),
      text("password", MEMBER(password), "The password; rather use password_file.", true),
      text("password_file", MEMBER(password_file),
           "File that holds the password. Without any secret, imap-NAME in $CREDENTIALS_DIRECTORY is taken."),
      text("token_command", MEMBER(token_command), "Command that prints an OAuth2 access token."),
      text("oauth", MEMBER(provider), "OAuth2 by google, microsoft or custom; empty: a password."),
      text("tenant", MEMBER(tenant), "Tenant at microsoft; empty: common."),
      text("client_id", MEMBER(oauth.client_id), "OAuth2 client."),
      text("client_secret", MEMBER(oauth.client_secret), "Its secret; rather use client_secret_file.", true),
      text("client_secret_file", MEMBER(oauth.client_secret_file), "File that holds the client's secret."),
      text("refresh_token_file", MEMBER(oauth.refresh_token_file),
           "File that holds the refresh token, written by 'ruadar auth'; empty: client credentials."),
      text("scope", MEMBER(oauth.scope), "OAuth2 scope; empty: what the provider wants."),
      text("token_endpoint", MEMBER(oauth.token_endpoint), "OAuth2 token address; empty: the provider's."),
      text("device_endpoint", MEMBER(oauth.device_endpoint),
           "OAuth2 device authorization address; empty: the provider's."),
      folders(),
      word("after", MEMBER(afterwards.after), afters,
           "What becomes of a mail once its reports are stored: keep, seen, keyword, move or delete."),
      text("keyword", MEMBER(afterwards.keyword), "The keyword of after = \"keyword\"."),
      text("done_folder", MEMBER(afterwards.done_folder),
           "Where after = \"move\" puts mails whose reports are stored."),
      text("failed_folder", MEMBER(afterwards.failed_folder),
           "Where move and delete put mails with a report that could not be stored; empty: they stay."),
      text("other_folder", MEMBER(afterwards.other_folder),
           "Where move and delete put mails without any report; empty: they stay."),
      number("delete_after_days", MEMBER(afterwards.delete_after_days), 0, 3650,
             "How long after = \"delete\" keeps a mail first; it must be set for that."),
      number("poll_seconds", MEMBER(poll_seconds), 5, 86400,
             "How often to look, also where the server tells of new mail by itself."),
  };
#undef MEMBER
}

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0;
}

// The addresses and the scope of a provider; what is set already stays.
Problem fill_in_provider(M& mailbox) {
  auto& oauth = mailbox.oauth;
  const auto fill = [](std::string& setting, const std::string& value) {
    if (setting.empty()) setting = value;
  };
  if (mailbox.provider == "google") {
    fill(oauth.token_endpoint, "https://oauth2.googleapis.com/token");
    fill(oauth.device_endpoint, "https://oauth2.googleapis.com/device/code");
    fill(oauth.scope, "https://mail.google.com/");
  } else if (mailbox.provider == "microsoft") {
    const std::string base = fmt::format("https://login.microsoftonline.com/{}/oauth2/v2.0/",
                                         mailbox.tenant.empty() ? "common" : mailbox.tenant);
    const bool pop3 = mailbox.protocol == ingest::MailProtocol::pop3;
    fill(oauth.token_endpoint, base + "token");
    fill(oauth.device_endpoint, base + "devicecode");
    fill(oauth.scope,
         oauth.refresh_token_file.empty()
             ? "https://outlook.office365.com/.default"
             : fmt::format("https://outlook.office.com/{}.AccessAsUser.All offline_access", pop3 ? "POP" : "IMAP"));
  } else if (mailbox.provider != "custom") {
    return "oauth must be google, microsoft or custom";
  }
  oauth.ca_file = mailbox.ca_file;
  if (oauth.client_id.empty()) return "oauth needs client_id";
  if (oauth.token_endpoint.empty()) return "oauth needs token_endpoint";
  if (oauth.refresh_token_file.empty() && oauth.client_secret.empty() && oauth.client_secret_file.empty())
    return "oauth needs refresh_token_file (see 'ruadar auth'), or client_secret for client credentials";
  return std::nullopt;
}

}  // namespace

const std::vector<MailboxSetting>& mailbox_settings_table() {
  static const std::vector<MailboxSetting> table = make_table();
  return table;
}

std::string mailbox_variable(std::size_t index, std::string_view key) {
  std::string name = fmt::format("RUADAR_MAILBOX_{}_{}", index, key);
  for (char& c : name)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return name;
}

std::optional<std::string> complete_mailbox(ConfiguredMailbox& mailbox) {
  using ingest::After;
  const auto& after = mailbox.afterwards;
  if (mailbox.name.empty()) return "has no name";
  if (mailbox.name.find_first_of("/;\r\n") != std::string::npos) return "may not have '/' or ';' in its name";
  if (mailbox.host.empty()) return "has no host";
  if (mailbox.host.find_first_of("/@? \r\n") != std::string::npos) return "has a host that is no name or address";
  if (mailbox.user.empty()) return "has no user";
  if (mailbox.tls == ingest::TlsMode::none && !is_this_machine(mailbox.host))
    return "has tls = \"none\", which is for this machine only: set tls to implicit or starttls";
  const int secrets = (mailbox.password.empty() ? 0 : 1) + (mailbox.password_file.empty() ? 0 : 1) +
                      (mailbox.token_command.empty() ? 0 : 1) + (mailbox.provider.empty() ? 0 : 1);
  if (secrets == 0) return "has no password_file, password, oauth or token_command";
  if (secrets > 1) return "has more than one of password_file, password, oauth and token_command; which one holds?";
  if (!mailbox.provider.empty()) {
    if (auto problem = fill_in_provider(mailbox)) return problem;
  } else if (!mailbox.oauth.token_endpoint.empty() || !mailbox.oauth.client_id.empty()) {
    return "has settings of OAuth2, but no oauth = \"google\", \"microsoft\" or \"custom\"";
  }
  if (after.after == After::move && after.done_folder.empty()) return "has after = \"move\", but no done_folder";
  if (after.after == After::remove && after.delete_after_days == 0)
    return "has after = \"delete\", but delete_after_days does not say how long mail is kept first";
  const std::set<std::string> folders(mailbox.folders.begin(), mailbox.folders.end());
  if (folders.size() != mailbox.folders.size()) return "names a folder twice";
  for (const std::string* target : {&after.done_folder, &after.failed_folder, &after.other_folder})
    if (folders.count(*target) > 0) return fmt::format("moves mail into {}, which it reads", *target);
  if (mailbox.protocol == ingest::MailProtocol::pop3 && after.after != After::keep && after.after != After::remove)
    return "speaks POP3, which knows neither marks nor folders: after is keep or delete";
  return std::nullopt;
}

std::string example_mailbox() {
  std::string text =
      "\n# A mailbox on a server; as many of these as there are mailboxes. Nothing is read without "
      "one.\n#[[mailbox]]\n";
  const ConfiguredMailbox defaults;
  for (const MailboxSetting& setting : mailbox_settings_table())
    text += fmt::format("# {}\n# {}, {}\n#{} = {}\n", setting.meaning, setting.kind, mailbox_variable(0, setting.key),
                        setting.key, setting.show(defaults));
  return text;
}

}  // namespace server
