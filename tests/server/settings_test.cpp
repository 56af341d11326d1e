#include "server/settings.h"

#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

using server::load_settings;
using server::Settings;
using server::SettingSources;

namespace {

struct World {
  tests::TemporaryDirectory directory;
  SettingSources sources;

  World() { sources.environment = {{"HOME", "/home/someone"}}; }
  std::string write(const std::string& name, const std::string& text) {
    const std::string path = directory / name;
    std::ofstream(path) << text;
    return path;
  }
  World& file(const std::string& text) {
    sources.config_file = write("ruadar.toml", text);
    return *this;
  }
  Settings load() const {
    auto settings = load_settings(sources);
    INFO((settings ? "" : settings.error().message));
    REQUIRE(settings);
    return *settings;
  }
  std::string error() const {
    const auto settings = load_settings(sources);
    REQUIRE_FALSE(settings);
    CHECK(settings.error().code == "configuration");
    return settings.error().message;
  }
  bool fails_with(const std::string& part) const {
    const std::string message = error();
    UNSCOPED_INFO(message);
    return message.find(part) != std::string::npos;
  }
};

}  // namespace

TEST_CASE("a flag wins over the environment, the environment over the file, the file over the default", "[settings]") {
  World world;
  CHECK(world.load().listen == "127.0.0.1:8080");
  world.file("[server]\nlisten = \"127.0.0.1:1\"\n[limits]\nzip_ratio = 100\nmail_bytes = \"32MiB\"\n");
  CHECK(world.load().listen == "127.0.0.1:1");
  CHECK(world.load().limits.ratio == 100);
  CHECK(world.load().limits.mail_bytes == 32 * ingest::MiB);
  world.sources.environment["RUADAR_SERVER_LISTEN"] = "127.0.0.1:2";
  CHECK(world.load().listen == "127.0.0.1:2");
  world.sources.flags = {{"server.listen", "127.0.0.1:3", "--listen"}};
  const Settings settings = world.load();
  CHECK(settings.listen == "127.0.0.1:3");
  CHECK(settings.origins.at("server.listen") == "--listen");
  CHECK(settings.origins.at("limits.zip_ratio") == world.sources.config_file + ":4:1");
  CHECK(settings.origins.at("limits.reports") == "default");
}

TEST_CASE("a variable may name a file, but not beside the variable itself", "[settings]") {
  World world;
  world.sources.environment["RUADAR_DATABASE_PATH_FILE"] = world.write("path", "/data/a.db\n");
  CHECK(world.load().database_path == "/data/a.db");
  world.sources.environment["RUADAR_DATABASE_PATH"] = "/data/b.db";
  CHECK(world.fails_with("both RUADAR_DATABASE_PATH and RUADAR_DATABASE_PATH_FILE are set"));
  world.sources.environment.erase("RUADAR_DATABASE_PATH");
  world.sources.environment["RUADAR_DATABASE_PATH_FILE"] = "/nowhere/at/all";
  CHECK(world.fails_with("cannot read /nowhere/at/all: No such file"));
}

TEST_CASE("lists and truths come from the file and from the environment", "[settings]") {
  World world;
  world.file("[ingest]\ndomains = [\"Example.COM\", \"example.net.\"]\nkeep_originals = false\n");
  CHECK(world.load().domains == std::vector<std::string>{"example.com", "example.net"});
  CHECK_FALSE(world.load().keep_originals);
  world.sources.environment["RUADAR_INGEST_DOMAINS"] = "a.example, b.example,,c.example";
  world.sources.environment["RUADAR_INGEST_KEEP_ORIGINALS"] = "yes";
  CHECK(world.load().domains == std::vector<std::string>{"a.example", "b.example", "c.example"});
  CHECK(world.load().keep_originals);
}

TEST_CASE("mistakes in the file are named with line, column and a suggestion", "[settings]") {
  World world;
  const auto wrong = [&](const std::string& text, const std::string& message) {
    world.file(text);
    const std::string error = world.error();
    UNSCOPED_INFO(error);
    return error.rfind(world.sources.config_file + ":", 0) == 0 && error.find(message) != std::string::npos;
  };
  CHECK(wrong("[server]\n\nlisen = \"x\"\n", ":3:1: unknown key 'lisen' in [server]; did you mean 'listen'?"));
  CHECK(wrong("[sever]\nlisten = \"127.0.0.1:1\"\n", ":2:1: unknown section [sever]; did you mean 'server'?"));
  CHECK(wrong("[sever]\n", ":1:2: unknown section [sever]"));
  CHECK(wrong("listen = \"127.0.0.1:1\"\n", ":1:1: 'listen' stands in no section"));
  CHECK(wrong("[server]\nlisten = 8080\n", ":2:1: server.listen must be a text in quotes"));
  CHECK(wrong("[server]\nlisten = \"8080\"\n", ":2:1: server.listen must be ADDRESS:PORT"));
  CHECK(wrong("[server]\nlisten = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:2\"\n", ":3:"));
  CHECK(wrong("[server\n", ":1:"));
  CHECK(wrong("[server]\nbase_path = \"dmarc\"\n", "server.base_path must begin with '/'"));
  CHECK(wrong("[server]\nbase_path = \"/a//b\"\n", "server.base_path may hold"));
  CHECK(wrong("[server]\nbase_path = \"/\\u001b\"\n", "server.base_path may hold"));
  CHECK(wrong("[limits]\nmail_bytes = \"many\"\n", "limits.mail_bytes must be a size"));
  CHECK(wrong("[limits]\nmail_bytes = 0\n", "limits.mail_bytes must be a size"));
  CHECK(wrong("[limits]\nzip_ratio = -1\n", "limits.zip_ratio must be a whole number above 0"));
  CHECK(wrong("[ingest]\nkeep_originals = \"perhaps\"\n", "ingest.keep_originals must be true or false"));
  CHECK(wrong("[ingest]\ndomains = [\"not a domain\"]\n", "'not a domain' is no domain"));
  CHECK(wrong("[ingest]\ndomains = [1]\n", ":2:"));
  CHECK(wrong("[database]\npath = 1979-05-27\n", ":2:"));
}

TEST_CASE("a file that cannot be read, and a variable that is no setting, are errors", "[settings]") {
  World world;
  world.sources.config_file = world.directory / "none.toml";
  CHECK(world.fails_with("none.toml: No such file"));
  world.sources.config_file.clear();
  world.sources.environment["RUADAR_SERVER_LISTN"] = "127.0.0.1:1";
  CHECK(world.fails_with("RUADAR_SERVER_LISTN: there is no such setting; did you mean 'RUADAR_SERVER_LISTEN'?"));
}

TEST_CASE("the example holds every setting and says what holds without it", "[settings]") {
  World world;
  const std::string example = server::example_config();
  world.file(example);
  const Settings from_example = world.load();
  Settings defaults;
  for (const server::Setting& setting : server::settings_table()) {
    INFO(setting.name());
    CHECK(example.find("\n" + std::string(setting.key) + " = ") != std::string::npos);
    CHECK(example.find(setting.environment()) != std::string::npos);
    if (setting.name() != "database.path") CHECK(setting.show(from_example) == setting.show(defaults));
  }
  const std::string shown = server::show_config(from_example, true);
  CHECK(shown.find("zip_ratio = 250") != std::string::npos);
  CHECK(shown.find(world.sources.config_file + ":") != std::string::npos);
}

TEST_CASE("base paths lose the slash at their end", "[settings]") {
  World world;
  CHECK(world.load().base_prefix().empty());
  world.file("[server]\nbase_path = \"/dmarc/\"\n");
  CHECK(world.load().base_path == "/dmarc");
  CHECK(world.load().base_prefix() == "/dmarc");
}

TEST_CASE("the database of a plain user lies below their data directory", "[settings]") {
  if (server::default_database_path({}) == "/var/lib/ruadar/ruadar.db") return;  // root
  CHECK(server::default_database_path({{"HOME", "/home/a"}}) == "/home/a/.local/share/ruadar/ruadar.db");
  CHECK(server::default_database_path({{"HOME", "/home/a"}, {"XDG_DATA_HOME", "/d"}}) == "/d/ruadar/ruadar.db");
}

TEST_CASE("sizes are read and shown with their units", "[settings]") {
  CHECK(server::parse_size("4096") == 4096u);
  CHECK(server::parse_size("32MiB") == 32u * 1024 * 1024);
  CHECK(server::parse_size("64 KiB") == 65536u);
  CHECK(server::parse_size("1GB") == 1'000'000'000u);
  for (const char* bad : {"", "MiB", "-1", "1.5MiB", "1XB", "1 MiB x", "99999999999999999999", "9999999999GiB"})
    CHECK_FALSE(server::parse_size(bad));
  CHECK(server::show_size(32 * 1024 * 1024) == "32MiB");
  CHECK(server::show_size(1000) == "1000");
  CHECK(server::show_size(1536) == "1536");
  for (std::size_t bytes : {1ul, 1024ul, 5000ul, 1ul << 30})
    CHECK(server::parse_size(server::show_size(bytes)) == bytes);
}
