#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "server/socket.h"
#include "tests/support/catch.h"
#include "tests/support/run_program.h"

using tests::Finished;
using tests::run_ruadar;
using tests::TemporaryDirectory;

namespace {

std::string report_xml(const std::string& id, int messages = 3) {
  return "<?xml version=\"1.0\"?><feedback><report_metadata><org_name>reporter.example</org_name>"
         "<email>dmarc@reporter.example</email><report_id>" +
         id +
         "</report_id><date_range><begin>1700000000</begin><end>1700086399</end></date_range></report_metadata>"
         "<policy_published><domain>example.com</domain><p>none</p></policy_published>"
         "<record><row><source_ip>192.0.2.1</source_ip><count>" +
         std::to_string(messages) +
         "</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></"
         "policy_evaluated></row>"
         "<identifiers><header_from>example.com</header_from></identifiers>"
         "<auth_results><spf><domain>example.com</domain><result>fail</result></spf></auth_results></record></"
         "feedback>";
}

struct World {
  TemporaryDirectory directory;
  std::string database = directory / "data/ruadar.db";

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(directory / name, std::ios::binary) << text;
    return directory / name;
  }
  Finished run(std::vector<std::string> arguments, const std::string& input = "/dev/null") const {
    return run_ruadar(arguments, {{"RUADAR_DATABASE_PATH", database}}, input);
  }
};

bool contains(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

// A server in the background, ended with the test.
class Serving {
 public:
  Serving(const World& world, const std::string& more = {}) : output_(world.directory / "serve.out") {
    const std::string command = "RUADAR_DATABASE_PATH=" + tests::shell_quoted(world.database) + " exec " +
                                tests::shell_quoted(RUADAR_BINARY) + " serve --listen 127.0.0.1:0 " + more + " >" +
                                tests::shell_quoted(output_) + " 2>" +
                                tests::shell_quoted(world.directory / "serve.err");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 200 && port_ == 0; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      const std::string text = tests::file_text(output_);
      const std::size_t at = text.find("http://127.0.0.1:");
      if (at != std::string::npos && text.find('\n') != std::string::npos) port_ = std::stoi(text.substr(at + 17));
    }
  }
  ~Serving() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  int port() const { return port_; }
  int stop(int signal) {
    ::kill(pid_, signal);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  std::string output_;
  pid_t pid_ = 0;
  int port_ = 0;
};

// With curl's manners, without curl.
std::string ask(int port, const std::string& target, const std::string& headers = {}) {
  const TemporaryDirectory directory;
  const std::string host = headers.find("Host:") == std::string::npos ? "Host: localhost\\r\\n" : "";
  const std::string script = "exec 3<>/dev/tcp/127.0.0.1/" + std::to_string(port) + "; printf 'GET " + target +
                             " HTTP/1.1\\r\\n" + host + headers + "Connection: close\\r\\n\\r\\n' >&3; cat <&3 >" +
                             (directory / "answer");
  [[maybe_unused]] const int status = std::system(("bash -c " + tests::shell_quoted(script)).c_str());
  return tests::file_text(directory / "answer");
}

}  // namespace

TEST_CASE("wrong command lines exit 2 and say what was meant", "[commands]") {
  const World world;
  const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes{
      {{}, "Usage: ruadar COMMAND"},
      {{"sevre"}, "unknown command 'sevre'; did you mean 'serve'?"},
      {{"import"}, "PATH is missing"},
      {{"import", "--jsn", "x"}, "unknown option --jsn; did you mean '--json'?"},
      {{"--jsn", "version"}, "unknown option --jsn"},
      {{"serve", "--listen"}, "--listen"},
      {{"serve", "extra"}, "'extra' is one argument too many"},
      {{"failures"}, "Usage: ruadar failures COMMAND"},
      {{"failures", "lst"}, "unknown command 'lst'; did you mean 'list'?"},
      {{"failures", "show", "x"}, "'x' is no number of a failure"},
      {{"failures", "retry"}, "give numbers, or --all"},
      {{"failures", "resolve", "1"}, "--keep is first or second"},
      {{"import", "--jobs", "0", "x"}, "--jobs is a number from 1 to 64"},
      {{"help", "sevre"}, "did you mean 'serve'?"},
      {{"summary", "--format", "xml"}, "--format is table"},
      {{"completion"}, "SHELL is missing"},
      {{"completion", "csh"}, "SHELL is bash, zsh or fish"},
      {{"check", "--range", "7d"}, "a filter takes a threshold"},
      {{"serve", "\x1b[31m"}, "\\x1b[31m"},
  };
  for (const auto& [arguments, message] : mistakes) {
    INFO((arguments.empty() ? std::string("no command") : arguments.front()));
    const Finished finished = world.run(arguments);
    CHECK(finished.exit_code == 2);
    CHECK(finished.out.empty());
    CHECK(contains(finished.err, message));
  }
}

TEST_CASE("each command explains itself", "[commands]") {
  const World world;
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{{"serve"},
                                                                                       {"import"},
                                                                                       {"failures"},
                                                                                       {"failures", "list"},
                                                                                       {"failures", "show"},
                                                                                       {"failures", "save"},
                                                                                       {"failures", "retry"},
                                                                                       {"failures", "ignore"},
                                                                                       {"failures", "resolve"},
                                                                                       {"reparse"},
                                                                                       {"summary"},
                                                                                       {"reports"},
                                                                                       {"records"},
                                                                                       {"sources"},
                                                                                       {"reporters"},
                                                                                       {"domains"},
                                                                                       {"policies"},
                                                                                       {"breakdown"},
                                                                                       {"timeseries"},
                                                                                       {"changes"},
                                                                                       {"check"},
                                                                                       {"completion"},
                                                                                       {"lint"},
                                                                                       {"anonymise"},
                                                                                       {"config"},
                                                                                       {"config", "show"},
                                                                                       {"config", "example"},
                                                                                       {"healthcheck"},
                                                                                       {"version"},
                                                                                       {"help"}}) {
    std::vector<std::string> with_option = command, with_help{"help"};
    with_option.push_back("--help");
    with_help.insert(with_help.end(), command.begin(), command.end());
    const Finished finished = world.run(with_option);
    CHECK(finished.exit_code == 0);
    CHECK(finished.err.empty());
    for (const char* part : {"Usage: ruadar ", "Exit codes:", "Examples:", "--db FILE"})
      CHECK(contains(finished.out, part));
    CHECK(world.run(with_help).out == finished.out);
  }
}

TEST_CASE("the options of a command are grouped", "[commands]") {
  const World world;
  const auto help = world.run({"check", "--help"}).out;
  const auto options = help.find("\nOptions:\n"), thresholds = help.find("\nThresholds:\n"),
             filters = help.find("\nFilters:\n");
  CHECK(options < help.find("--config-only"));
  CHECK(help.find("--config-only") < thresholds);
  CHECK(thresholds < help.find("--min-pass-rate", thresholds));
  CHECK(help.find("--min-pass-rate", thresholds) < filters);
  CHECK(filters < help.find("--header-from", filters));
  CHECK(help.find("--header-from", filters) != std::string::npos);
}

TEST_CASE("the flag -q is --quiet, and --q is the filter", "[commands]") {
  const World world;
  REQUIRE(world.run({"import", "-q", world.write("one.xml", report_xml("one"))}).exit_code == 0);
  CHECK(contains(world.run({"records", "-q", "--q", "reporter.example", "--range", "all"}).out, "192.0.2.1"));
  CHECK_FALSE(contains(world.run({"records", "-q", "--q", "nobody.example", "--range", "all"}).out, "192.0.2.1"));
}

TEST_CASE("version says itself", "[commands]") {
  const World world;
  CHECK(world.run({"version"}).out.rfind("ruadar ", 0) == 0);
  CHECK(world.run({"--version"}).out == world.run({"version"}).out);
  CHECK(world.run({"version", "--json"}).out.rfind("{\"version\":\"", 0) == 0);
}

TEST_CASE("a wrong configuration exits 78 and names the place", "[commands]") {
  const World world;
  const std::string file = world.write("ruadar.toml", "[server]\nlisen = \"x\"\n");
  for (const char* command : {"serve", "summary"}) {
    const Finished finished = world.run({command, "-c", file});
    CHECK(finished.exit_code == 78);
    CHECK(contains(finished.err, file + ":2:1: unknown key 'lisen' in [server]; did you mean 'listen'?"));
  }
  CHECK(world.run({"config", "show", "-c", world.directory / "none.toml"}).exit_code == 78);
  CHECK(run_ruadar({"config", "show"}, {{"RUADAR_DATABASE_PATH", "a"}, {"RUADAR_DATABASE_PATH_FILE", "b"}}).exit_code ==
        78);
}

TEST_CASE("config show names where each value comes from", "[commands]") {
  const World world;
  const Finished finished = world.run({"config", "show", "--origin"});
  CHECK(finished.exit_code == 0);
  CHECK(contains(finished.out, "# RUADAR_DATABASE_PATH"));
  CHECK(contains(finished.out, "# default"));
  CHECK(contains(world.run({"config", "show", "--origin", "--db", "/x/y.db"}).out, "path = \"/x/y.db\""));
  const std::string example = world.write("example.toml", world.run({"config", "example"}).out);
  CHECK(world.run({"config", "show", "-c", example}).exit_code == 0);
}

TEST_CASE("import stores once, counts everything, and says so", "[commands]") {
  const World world;
  const std::string path = world.write("report.xml", report_xml("1"));
  const Finished first = world.run({"import", "--json", path});
  CHECK(first.exit_code == 0);
  CHECK(first.out.rfind("{\"mails\":1,\"attachments\":1,\"stored\":1,\"duplicate\":0,\"conflict\":0,\"quarantined\":0,"
                        "\"ignored\":0,\"records\":1,\"messages\":3,\"seconds\":",
                        0) == 0);
  const Finished again = world.run({"import", path});
  CHECK(again.exit_code == 0);
  CHECK(contains(again.out, "1 mails: 0 stored, 1 duplicate, 0 failed\n"));
  struct stat status {};
  REQUIRE(::stat(world.database.c_str(), &status) == 0);
  CHECK((status.st_mode & 0077) == 0);
}

TEST_CASE("import --verbose tells of each attachment", "[commands]") {
  const World world;
  const std::string good = world.write("good.xml", report_xml("1"));
  const std::string bad = world.write("bad.xml", report_xml("2").substr(0, 300));
  const Finished finished = world.run({"import", "--json", "--verbose", good, bad});
  CHECK(finished.exit_code == 3);
  CHECK(contains(finished.out, "\"outcome\":\"stored\",\"code\":null,\"report\":1,\"notes\":["));
  CHECK(contains(finished.out, "\"outcome\":\"quarantined\",\"code\":\"xml_truncated\",\"report\":null"));
  CHECK(contains(finished.out, "\"attachments\":2,\"stored\":1"));
}

TEST_CASE("a path that is not there is named, the rest is imported, and the exit code is 3", "[commands]") {
  const World world;
  const std::string path = world.write("report.xml", report_xml("1"));
  const Finished finished = world.run({"import", world.directory / "none\x1b", path});
  CHECK(finished.exit_code == 3);
  CHECK(contains(finished.err, "/none"));
  CHECK(finished.err.find('\x1b') == std::string::npos);
  CHECK(contains(finished.out, "1 mails: 1 stored, 0 duplicate, 0 failed, 1 unreadable\n"));
  CHECK(world.run({"import", world.directory / "none"}).exit_code == 3);
}

TEST_CASE("import reads standard input and folders with names of commands", "[commands]") {
  const World world;
  const std::string path = world.write("report.xml", report_xml("1"));
  CHECK(contains(world.run({"import", "-"}, path).out, "1 mails: 1 stored"));
  std::filesystem::create_directory(world.directory.path() / "summary");
  world.write("summary/second.xml", report_xml("2"));
  const Finished finished = world.run({"import", "summary"});  // no such folder here; not the command either
  CHECK(finished.exit_code == 3);
  CHECK(contains(world.run({"import", world.directory / "summary"}).out, "1 mails: 1 stored"));
}

TEST_CASE("a dry run reads everything and keeps nothing", "[commands]") {
  const World world;
  const std::string path = world.write("report.xml", report_xml("1"));
  const Finished finished = world.run({"import", "--dry-run", path});
  CHECK(finished.exit_code == 0);
  CHECK(contains(finished.out, "1 mails: 1 stored"));
  CHECK_FALSE(std::filesystem::exists(world.database));
}

TEST_CASE("failures are listed, shown, saved, ignored and tried again", "[commands]") {
  const World world;
  const std::string cut = report_xml("2").substr(0, 300);
  world.run({"import", world.write("bad.xml", cut)});
  const Finished list = world.run({"failures", "list", "--json"});
  CHECK(list.exit_code == 0);
  CHECK(list.out.rfind("[{\"id\":1,\"origin\":\"", 0) == 0);
  for (const char* part :
       {"\"name\":\"", "\"code\":\"xml_truncated\"", "\"stage\":\"xml\"", "\"detail\":\"", "\"position\":{\"line\":"})
    CHECK(contains(list.out, part));
  CHECK(contains(world.run({"failures", "list"}).out, "xml_truncated"));
  CHECK(contains(world.run({"failures", "show", "1"}).out, "xml_truncated"));
  CHECK(world.run({"failures", "show", "2"}).exit_code == 1);
  const std::string copy = world.directory / "copy.xml";
  CHECK(world.run({"failures", "save", "1", copy}).exit_code == 0);
  CHECK(tests::file_text(copy) == cut);
  CHECK(world.run({"failures", "save", "1", "-"}).out == cut);
  CHECK(world.run({"failures", "retry", "--all"}).exit_code == 3);
  CHECK(world.run({"failures", "resolve", "1", "--keep", "first"}).exit_code == 1);  // no conflict
  CHECK(world.run({"failures", "ignore", "1", "--note", "cut off"}).exit_code == 0);
  CHECK(world.run({"failures", "list"}).out == "Nothing failed.\n");
  CHECK(contains(world.run({"failures", "list", "--state", "all"}).out, "ignored"));
  CHECK(world.run({"failures", "ignore", "9"}).exit_code == 1);
}

TEST_CASE("failures of one import are told from others, also when it is repeated", "[commands]") {
  const World world;
  const std::string bad = world.write("bad.xml", report_xml("1").substr(0, 300));
  CHECK(contains(world.run({"import", bad}).out, "1 failed (ruadar failures list --run 1)"));
  CHECK(world.run({"import", world.write("good.xml", report_xml("2"))}).exit_code == 0);
  CHECK(contains(world.run({"failures", "list", "--run", "1"}).out, "xml_truncated"));
  CHECK(world.run({"failures", "list", "--run", "2"}).out == "Nothing failed.\n");
  CHECK(contains(world.run({"import", bad}).out, "1 failed (ruadar failures list --run 3)"));
  CHECK(contains(world.run({"failures", "list", "--run", "3"}).out, "xml_truncated"));
  CHECK(world.run({"failures", "list", "--run", "x"}).exit_code == 2);
}

TEST_CASE("reparse changes nothing that is read as before", "[commands]") {
  const World world;
  world.run({"import", world.write("a.xml", report_xml("1")), world.write("b.xml", report_xml("2").substr(0, 300))});
  for (const char* option : {"--dry-run", "--json"}) CHECK(world.run({"reparse", option}).exit_code == 0);
  CHECK(contains(world.run({"reparse"}).out, " 0 changed\n"));
}

TEST_CASE("a conflict can be settled", "[commands]") {
  const World world;
  world.run({"import", world.write("first.xml", report_xml("1", 3))});
  CHECK(world.run({"import", world.write("second.xml", report_xml("1", 5))}).exit_code == 3);
  CHECK(contains(world.run({"summary", "--range", "all", "--format", "json"}).out, "\"messages\":3"));
  CHECK(world.run({"failures", "resolve", "1", "--keep", "second"}).exit_code == 0);
  CHECK(contains(world.run({"summary", "--range", "all", "--format", "json"}).out, "\"messages\":5"));
}

TEST_CASE("questions are answered in each format", "[commands]") {
  const World world;
  world.run({"import", world.write("a.xml", report_xml("1")), world.write("b.xml", report_xml("2"))});
  CHECK(contains(world.run({"summary", "--range", "all"}).out, "messages"));
  for (const char* command : {"reports", "records", "sources", "reporters", "domains", "policies"}) {
    INFO(command);
    for (const char* format : {"table", "csv", "ndjson", "json"}) {
      INFO(format);
      const Finished finished = world.run({command, "--range", "all", "--format", format});
      UNSCOPED_INFO(finished.err);
      CHECK(finished.exit_code == 0);
      CHECK_FALSE(finished.out.empty());
    }
  }
  CHECK(contains(world.run({"records", "--range", "all", "--header-from", "example.com"}).out, "192.0.2.1"));
  CHECK_FALSE(contains(world.run({"records", "--range", "all", "--header_from", "!example.com"}).out, "192.0.2.1"));
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"breakdown", "--by", "ip"},
                                             {"breakdown", "--by", "domain,ip", "--top", "1"},
                                             {"timeseries"},
                                             {"changes"}}) {
    for (const char* format : {"table", "csv", "ndjson", "json"}) {
      auto words = command;
      words.insert(words.end(), {"--format", format});
      CHECK(world.run(words).exit_code == 0);
    }
  }
  CHECK(contains(world.run({"breakdown", "--by", "ip", "--range", "all"}).out, "192.0.2.1"));
  CHECK(world.run({"summary", "--json"}).out == world.run({"summary", "--format", "json"}).out);
  const Finished no_code = world.run({"changes", "--code", "nonsense"}), no_field = world.run({"breakdown"});
  CHECK(no_code.exit_code == 2);
  CHECK(contains(no_code.err, "'code' must be one of"));
  CHECK(no_field.exit_code == 2);
  CHECK(contains(no_field.err, "'by' takes one or two of"));
  const Finished wrong = world.run({"records", "--class", "passed"});
  CHECK(wrong.exit_code == 2);
  CHECK_FALSE(wrong.err.empty());
}

TEST_CASE("a database that is not there, or of a newer version, is refused", "[commands]") {
  const World world;
  CHECK(world.run({"summary"}).exit_code == 1);
  world.run({"import", world.write("a.xml", report_xml("1"))});
  const std::string make_newer =
      "python3 -c \"import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute('PRAGMA user_version=9999'); "
      "d.commit()\" " +
      tests::shell_quoted(world.database);
  REQUIRE(std::system(make_newer.c_str()) == 0);
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"summary"},
                                             {"import", world.directory / "a.xml"},
                                             {"serve", "--listen", "127.0.0.1:0"},
                                             {"failures", "list"}}) {
    INFO(arguments.front());
    const Finished finished = world.run(arguments);
    CHECK(finished.exit_code == 78);
    CHECK(contains(finished.err, "later version"));
  }
}

TEST_CASE("serve listens on loopback only, unless it is told otherwise", "[commands]") {
  const World world;
  const Finished finished = world.run({"serve", "--listen", "0.0.0.0:0"});
  CHECK(finished.exit_code == 78);
  CHECK(contains(finished.err, "--insecure-open"));
  CHECK_FALSE(std::filesystem::exists(world.database));
}

TEST_CASE("serve answers, imports go on beside it, and TERM ends it", "[commands]") {
  const World world;
  Serving serving(world, "--base-path /dmarc");
  REQUIRE(serving.port() != 0);
  CHECK(contains(ask(serving.port(), "/dmarc/healthz"), "HTTP/1.1 200"));
  CHECK(contains(ask(serving.port(), "/healthz"), "HTTP/1.1 404"));
  CHECK(contains(ask(serving.port(), "/dmarc/healthz", "Host: attacker.example\\r\\n"), "HTTP/1.1 421"));
  CHECK(world.run({"import", world.write("a.xml", report_xml("1"))}).exit_code == 0);
  CHECK(contains(ask(serving.port(), "/dmarc/api/v1/summary?range=all"), "\"messages\":3"));
  const std::string address = "127.0.0.1:" + std::to_string(serving.port());
  CHECK(run_ruadar({"healthcheck"}, {{"RUADAR_SERVER_LISTEN", address}, {"RUADAR_SERVER_BASE_PATH", "/dmarc"}})
            .exit_code == 0);
  const Finished second = World().run({"serve", "--listen", address});
  CHECK(second.exit_code == 1);
  CHECK(contains(second.err, address + " is in use"));
  const Finished same_database = world.run({"serve", "--listen", "127.0.0.1:0"});
  CHECK(same_database.exit_code == 75);
  CHECK(contains(same_database.err, "another ruadar serves it (process "));
  CHECK(serving.stop(SIGTERM) == 0);
  CHECK(run_ruadar({"healthcheck"}, {{"RUADAR_SERVER_LISTEN", address}}).exit_code == 69);
}

TEST_CASE("INT ends serve too", "[commands]") {
  const World world;
  Serving serving(world);
  REQUIRE(serving.port() != 0);
  CHECK(serving.stop(SIGINT) == 0);
}

TEST_CASE("check with thresholds answers as monitoring plugins do", "[commands]") {
  const World world;
  world.run({"import", world.write("a.xml", report_xml("1"))});
  const auto check = [&](std::vector<std::string> more) {
    more.insert(more.begin(), "check");
    return world.run(more);
  };
  const auto good = check({"--min-messages", "4,3"});
  CHECK(good.exit_code == 1);
  CHECK(good.out == "RUADAR WARNING - messages 3 (at least 4) | messages=3;4:;3:\n");
  CHECK(check({"--min-messages", "3"}).exit_code == 0);
  CHECK(check({"--min-messages", "4"}).exit_code == 2);
  CHECK(check({"--min-messages", "1", "--domain", "other.example"}).exit_code == 2);
  CHECK(check({"--max-failures-open", "0", "--min-pass-rate", "99,98"}).exit_code == 0);
  CHECK(contains(check({"--min-messages", "3", "--json"}).out, "\"state\":\"ok\""));
  const auto wrong = check({"--min-messages", "x"});
  CHECK(wrong.exit_code == 3);
  CHECK(contains(wrong.out, "RUADAR UNKNOWN - 'min_messages' must be a number"));
  CHECK(world.run({"check", "--min-messages", "1", "--db", world.directory / "none.db"}).exit_code == 3);
}

TEST_CASE("failures come in each format", "[commands]") {
  const World world;
  world.run({"import", world.write("bad.xml", "<feedback><report_metadata>")});
  const auto list = [&](const std::string& format) { return world.run({"failures", "list", "--format", format}); };
  CHECK(contains(list("table").out, "xml_truncated"));
  CHECK(contains(list("csv").out, "code,"));
  CHECK(contains(list("ndjson").out, "\"code\":\"xml_truncated\""));
  CHECK(list("json").out == world.run({"failures", "list", "--json"}).out);
  CHECK(list("xml").exit_code == 2);
}

TEST_CASE("shells are told every command and every option", "[commands]") {
  const World world;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    INFO(shell);
    const Finished finished = world.run({"completion", shell});
    CHECK(finished.exit_code == 0);
    for (const char* word :
         {"failures resolve", "min-pass-rate", "header-from", "completion", "log-format", "anonymise"})
      CHECK(contains(finished.out, word));
  }
  // Bash is asked for real.
  const auto script = world.write("complete.bash", world.run({"completion", "bash"}).out);
  const auto offered = [&](const std::string& words) {
    const auto out = world.directory / "offered";
    const std::string line = ". " + script + "; COMP_WORDS=(ruadar " + words +
                             "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _ruadar; printf '%s ' \"${COMPREPLY[@]}\" >" +
                             out;
    CHECK(std::system(("bash -c " + tests::shell_quoted(line)).c_str()) == 0);
    return tests::file_text(out);
  };
  CHECK(offered("imp") == "import ");
  CHECK(offered("failures re") == "retry resolve ");
  CHECK(offered("failures list --co") == "--code --config --color ");
  CHECK(offered("-v check --db x --min-p") == "--min-pass-rate ");
  CHECK(offered("import ''") == " ");  // then files
}
