#include "tests/support/commands.h"

#include <cstdlib>

using tests::contains;
using tests::Finished;
using tests::report_xml;
using tests::run_ruadar;
using tests::World;

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
      {{"failures", "retry"}, "give numbers, or --all, or --code"},
      {{"failures", "retry", "1", "--all"}, "give numbers, or --all, or --code"},
      {{"failures", "retry", "--code", "crcc"}, "there is no reason code 'crcc'; did you mean 'crc'?"},
      {{"failures", "ignore"}, "give numbers, or --all, or --code"},
      {{"import", "--type", "mbx", "x"}, "--type is auto, mbox, maildir, eml or xml; did you mean 'mbox'?"},
      {{"failures", "resolve", "1"}, "--keep is first or second"},
      {{"import", "--jobs", "0", "x"}, "--jobs is a number from 1 to 64"},
      {{"help", "sevre"}, "did you mean 'serve'?"},
      {{"summary", "--format", "xml"}, "--format is text, json, markdown or html"},
      {{"summary", "--format", "markdwon"}, "did you mean 'markdown'?"},
      {{"summary", "--domian", "example.com"}, "unknown option --domian; did you mean '--domain'?"},
      {{"summary", "--mail-to", "a@example.com\nBcc: b@example.com"}, "--mail-to takes one mail address"},
      {{"reports", "--format", "xml"}, "--format is table"},
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
