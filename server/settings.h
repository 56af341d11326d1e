// Every setting: name, meaning, default, where a value came from. One table (settings.cpp) is behind the configuration
// file, the environment, `config show`, `config example` and the tests.
//
// A value comes from a flag, else from the environment (RUADAR_SERVER_LISTEN; RUADAR_SERVER_LISTEN_FILE names a file
// that holds it), else from a credential of systemd ($CREDENTIALS_DIRECTORY/server.listen, mailbox.0.password), else
// from the configuration file, else it is the default.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "ingest/limits.h"            // a plain struct: the defaults of limits.* have their home there
#include "ingest/mailbox_settings.h"  // the same for [[mailbox]]
#include "schema/result.h"

namespace server {

// One [[mailbox]]: what becomes of it, and what of it is written otherwise than it is used.
struct ConfiguredMailbox : ingest::MailboxSettings {
  std::string provider, tenant;  // of OAuth2
};

struct Settings {
  std::string listen = "127.0.0.1:8080";
  std::string base_path = "/";
  bool insecure_open = false;
  std::vector<std::string> hosts;            // lower case, without port
  std::vector<std::string> trusted_proxies;  // addresses and networks
  std::string user_header;                   // lower case; empty: proxies name no users
  std::string tls_certificate, tls_key;      // files; both or none
  bool access_log = true;
  bool ready_requires_mailbox = false;
  std::string database_path;
  std::size_t free_bytes = 512 * ingest::MiB;  // below which nothing more is taken in
  std::size_t retention_days = 400;            // 0: everything is kept for ever
  bool keep_rollups = false;
  std::vector<std::string> domains;
  std::string trusted_authserv_id;
  bool trust_authentication_results = false;
  bool keep_originals = true;
  bool sandbox = true;
  ingest::Limits limits;
  std::string lmtp_listen;     // empty: no LMTP
  std::string metrics_listen;  // empty: where everything else is
  std::size_t metrics_label_values = 100;
  std::vector<ConfiguredMailbox> mailboxes;

  // "server.listen" -> "default", "/etc/ruadar/ruadar.toml:3:10", "RUADAR_SERVER_LISTEN", "--listen".
  std::map<std::string, std::string, std::less<>> origins;

  std::string base_prefix() const;  // base_path as it stands before addresses: "" or "/dmarc"
};

using SettingValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

struct Setting {
  std::string_view section, key;
  std::string_view kind;     // "text", "true or false", "list", "size", "number"
  std::string_view meaning;  // a sentence or two
  // Takes a value in, or says what is wrong with it.
  std::function<std::optional<std::string>(Settings&, const SettingValue&)> set;
  // The value as TOML.
  std::function<std::string(const Settings&)> show;

  std::string name() const;         // "server.listen"
  std::string environment() const;  // "RUADAR_SERVER_LISTEN"
};
const std::vector<Setting>& settings_table();

// What is asked of the world, so that tests can answer.
struct SettingSources {
  std::string config_file;  // empty: /etc/ruadar/ruadar.toml where there is one
  std::map<std::string, std::string> environment;
  // Setting name, value as text, and the flag it was given by.
  struct Flag {
    std::string setting, value, flag;
  };
  std::vector<Flag> flags;
};
std::map<std::string, std::string> process_environment();

// Errors, all for exit code 78: the code is "configuration", the message names the place ("FILE:LINE:COLUMN: ...").
// A file that holds secrets may be read by its owner only; or, where root owns it, by its group too, which is how a
// service reads what it may not change.
schema::Result<Settings> load_settings(const SettingSources& sources);

// As a configuration file: with comments and the defaults; or the values of `settings`, each with its origin.
std::string example_config();
std::string show_config(const Settings& settings, bool with_origins);
// A JSON Schema (2020-12) of the configuration file, for editors.
std::string config_schema();

// /var/lib/ruadar/ruadar.db for root and the service, else ruadar/ruadar.db below XDG_DATA_HOME (~/.local/share).
std::string default_database_path(const std::map<std::string, std::string>& environment);

// "32MiB", "64 KiB", "1GB", "4096": bytes.
std::optional<std::size_t> parse_size(std::string_view text);
std::string show_size(std::size_t bytes);

}  // namespace server
