#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "server/mailbox_settings_table.h"
#include "server/settings.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

using namespace server;

namespace {

struct World {
  tests::TemporaryDirectory directory;
  SettingSources sources;

  World() { sources.environment = {{"HOME", "/home/someone"}}; }
  explicit World(const std::string& text) : World() { file(text); }
  void file(const std::string& text, mode_t mode = 0600) {
    sources.config_file = directory / "ruadar.toml";
    std::ofstream(sources.config_file) << text;
    ::chmod(sources.config_file.c_str(), mode);
  }
  std::vector<ConfiguredMailbox> mailboxes() const {
    auto settings = load_settings(sources);
    INFO((settings ? "" : settings.error().message));
    REQUIRE(settings);
    return settings->mailboxes;
  }
  std::string error() const {
    const auto settings = load_settings(sources);
    REQUIRE_FALSE(settings);
    CHECK(settings.error().code == "configuration");
    return settings.error().message;
  }
};

const std::string usual = "[[mailbox]]\nname = \"main\"\nhost = \"imap.example.com\"\nuser = \"dmarc@example.com\"\n";

bool contains(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("there is no mailbox unless one is described", "[settings]") {
  CHECK(World().mailboxes().empty());
}

TEST_CASE("mailboxes are read in their order, with what is usual filled in", "[settings]") {
  const World world(usual +
                    "password = \"x\"\nfolder = [\"INBOX\", \"Entwürfe\"]\nafter = \"move\"\n"
                    "done_folder = \"DMARC/Done\"\n"
                    "[[mailbox]]\nname = \"old\"\nprotocol = \"pop3\"\nhost = \"h\"\nuser = \"u\"\n"
                    "password_file = \"/p\"\ntls = \"starttls\"\n");
  const auto mailboxes = world.mailboxes();
  REQUIRE(mailboxes.size() == 2);
  CHECK(mailboxes[0].folders == std::vector<std::string>{"INBOX", "Entwürfe"});
  CHECK(mailboxes[0].usual_port() == 993);
  CHECK(mailboxes[0].afterwards.after == ingest::After::move);
  CHECK(mailboxes[1].usual_port() == 110);
  CHECK(mailboxes[1].afterwards.after == ingest::After::keep);
}

TEST_CASE("a mailbox that cannot work is refused, with the reason", "[settings]") {
  const auto [lines, reason] = GENERATE(table<std::string, std::string>(
      {{"", "no password"},
       {"password = \"x\"\npassword_file = \"y\"\n", "more than one"},
       {"password = \"x\"\ntls = \"none\"\n", "this machine only"},
       {"password = \"x\"\ntls = \"off\"\n", "one of: implicit, starttls, none"},
       {"password = \"x\"\nport = 70000\n", "from 0 to 65535"},
       {"password = \"x\"\nafter = \"move\"\n", "no done_folder"},
       {"password = \"x\"\nafter = \"delete\"\n", "delete_after_days"},
       {"password = \"x\"\nafter = \"delete\"\ndelete_after_days = 0\n", "delete_after_days"},
       {"password = \"x\"\nafter = \"move\"\ndone_folder = \"INBOX\"\n", "which it reads"},
       {"password = \"x\"\nprotocol = \"pop3\"\nafter = \"seen\"\n", "POP3"},
       {"password = \"x\"\nfolder = []\n", "must be a folder"},
       {"password = \"x\"\nfolder = 3\n", "must be a folder"},
       {"password = \"x\"\nfoldr = \"INBOX\"\n", "did you mean"},
       {"oauth = \"yahoo\"\nclient_id = \"c\"\n", "google, microsoft or custom"},
       {"oauth = \"google\"\n", "client_id"},
       {"oauth = \"google\"\nclient_id = \"c\"\n", "refresh_token_file"},
       {"oauth = \"custom\"\nclient_id = \"c\"\nrefresh_token_file = \"f\"\n", "token_endpoint"},
       {"password = \"x\"\n[[mailbox]]\nname = \"main\"\nhost = \"h\"\nuser = \"u\"\npassword = \"p\"\n", "twice"}}));
  CAPTURE(lines);
  CHECK(contains(World(usual + lines).error(), reason));
  CHECK(contains(World("[mailbox]\nname = \"x\"\n").error(), "[[mailbox]]"));
}

TEST_CASE("a mailbox without TLS may be on this machine", "[settings]") {
  for (const std::string host : {"localhost", "127.0.0.1", "::1"}) {
    const World world("[[mailbox]]\nname = \"m\"\nuser = \"u\"\npassword = \"p\"\ntls = \"none\"\nhost = \"" + host +
                      "\"\n");
    CHECK(world.mailboxes().at(0).tls == ingest::TlsMode::none);
  }
}

TEST_CASE("a file with secrets in it may be read by its owner, and by its group where root says so", "[settings]") {
  World world;
  const bool root = ::geteuid() == 0;
  for (const int mode : {0604, 0644, 0620, 0660}) {
    CAPTURE(mode);
    world.file(usual + "password = \"x\"\n", mode);
    CHECK(contains(world.error(), "chmod"));
  }
  world.file(usual + "password = \"x\"\n", 0600);
  CHECK(world.mailboxes().size() == 1);
  world.file(usual + "password = \"x\"\n", 0640);
  CHECK(load_settings(world.sources).has_value() == root);
  if (root) {
    REQUIRE(::chown(world.sources.config_file.c_str(), 65534, 65534) == 0);
    CHECK(contains(world.error(), "chmod"));
  }
  world.file(usual + "password_file = \"/p\"\n", 0644);
  CHECK(world.mailboxes().size() == 1);
}

TEST_CASE("the environment sets what a mailbox of the file lacks, or describes one by itself", "[settings]") {
  World world(usual);
  world.sources.environment["RUADAR_MAILBOX_0_PASSWORD"] = "secret";
  CHECK(world.mailboxes().at(0).password == "secret");

  World by_file(usual + "password_file = \"/p\"\n");
  std::ofstream(by_file.directory / "secret") << "from a file\n";
  by_file.sources.environment["RUADAR_MAILBOX_0_PASSWORD_FILE"] = by_file.directory / "secret";
  CHECK(by_file.mailboxes().at(0).password == "from a file");
  CHECK(by_file.mailboxes().at(0).password_file.empty());

  World alone;
  alone.sources.environment["RUADAR_MAILBOX_0_NAME"] = "main";
  alone.sources.environment["RUADAR_MAILBOX_0_HOST"] = "h";
  alone.sources.environment["RUADAR_MAILBOX_0_USER"] = "u";
  alone.sources.environment["RUADAR_MAILBOX_0_PASSWORD"] = "p";
  CHECK(alone.mailboxes().size() == 1);
  alone.sources.environment["RUADAR_MAILBOX_0_PASWORD"] = "p";
  CHECK(contains(alone.error(), "did you mean"));
}

TEST_CASE("the service manager's credentials are found by the name of the mailbox", "[settings]") {
  World world(usual);
  std::ofstream(world.directory / "imap-main") << "s\n";
  world.sources.environment["CREDENTIALS_DIRECTORY"] = world.directory.path().string();
  CHECK(world.mailboxes().at(0).password_file == world.directory / "imap-main");
}

TEST_CASE("a credential is a value that variables win over, and that wins over the file", "[settings]") {
  World world(usual + "password_file = \"/p\"\n[server]\nbase_path = \"/from-file\"\n");
  std::ofstream(world.directory / "mailbox.0.password") << "of systemd\n";
  std::ofstream(world.directory / "server.base_path") << "/from-credential\n";
  world.sources.environment["CREDENTIALS_DIRECTORY"] = world.directory.path().string();
  CHECK(world.mailboxes().at(0).password == "of systemd");
  CHECK(world.mailboxes().at(0).password_file.empty());
  auto settings = load_settings(world.sources);
  REQUIRE(settings);
  CHECK(settings->base_path == "/from-credential");
  CHECK(settings->origins.at("server.base_path") == "CREDENTIALS_DIRECTORY/server.base_path");
  world.sources.environment["RUADAR_SERVER_BASE_PATH"] = "/from-variable";
  settings = load_settings(world.sources);
  REQUIRE(settings);
  CHECK(settings->base_path == "/from-variable");
}

TEST_CASE("the providers' addresses are known", "[settings]") {
  const World google(usual + "oauth = \"google\"\nclient_id = \"c\"\nrefresh_token_file = \"/f\"\n");
  CHECK(google.mailboxes().at(0).oauth.token_endpoint == "https://oauth2.googleapis.com/token");
  const World microsoft(usual + "oauth = \"microsoft\"\ntenant = \"t\"\nclient_id = \"c\"\nclient_secret = \"s\"\n");
  CHECK(microsoft.mailboxes().at(0).oauth.token_endpoint == "https://login.microsoftonline.com/t/oauth2/v2.0/token");
  CHECK(microsoft.mailboxes().at(0).oauth.scope == "https://outlook.office365.com/.default");
}

TEST_CASE("secrets are not shown", "[settings]") {
  const World world(usual + "password = \"hunter2\"\n");
  const auto settings = load_settings(world.sources);
  REQUIRE(settings);
  for (const bool origins : {false, true}) {
    const std::string shown = show_config(*settings, origins);
    CHECK(shown.find("hunter2") == std::string::npos);
    CHECK(contains(shown, "password = \"***\""));
    CHECK(contains(shown, "host = \"imap.example.com\""));
  }
}

TEST_CASE("every value is shown with where it comes from, that of a mailbox too", "[settings]") {
  const World world(usual + "password_file = \"/p\"\n");
  const auto settings = load_settings(world.sources);
  REQUIRE(settings);
  const std::string shown = show_config(*settings, true);
  std::istringstream lines(shown);
  std::size_t values = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '[') continue;
    CAPTURE(line);
    const auto origin = line.find(" # ");
    REQUIRE(origin != std::string::npos);
    CHECK((line.substr(origin + 3) == "default" || contains(line.substr(origin), world.sources.config_file + ":")));
    ++values;
  }
  CHECK(values == server::settings_table().size() + mailbox_settings_table().size());
}

TEST_CASE("every setting of a mailbox is in the example", "[settings]") {
  const std::string example = example_config();
  for (const MailboxSetting& setting : mailbox_settings_table()) {
    CAPTURE(setting.key);
    CHECK(contains(example, "#" + std::string(setting.key) + " = "));
    CHECK(contains(example, mailbox_variable(0, setting.key)));
  }
}
