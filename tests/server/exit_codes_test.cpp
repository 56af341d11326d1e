#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "tests/support/commands.h"

using tests::contains;
using tests::report_xml;
using tests::World;

// One for each code that help texts list; 69 and 77 of mailboxes are in mailbox_commands_test.py.
TEST_CASE("each exit code tells what it says", "[commands]") {
  const World world;
  const std::string good = world.write("good.xml", report_xml("1")), bad = world.write("bad.xml", "<feedback><x>");
  CHECK(world.run({"import", good}).exit_code == 0);
  CHECK(world.run({"failures", "show", "9"}).exit_code == 1);
  CHECK(world.run({"import"}).exit_code == 2);
  CHECK(world.run({"import", bad, good}).exit_code == 3);
  CHECK(world.run({"lint", bad}).exit_code == 4);
  CHECK(tests::run_ruadar({"healthcheck"}, {{"RUADAR_SERVER_LISTEN", "127.0.0.1:9"}}).exit_code == 69);
  CHECK(world.run({"summary", "-c", world.directory / "none.toml"}).exit_code == 78);
}

TEST_CASE("a database that another process writes to is 75, with who it is", "[commands]") {
  const World world;
  const std::string good = world.write("good.xml", report_xml("1")), pipe = world.directory / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  // An import that waits for its input holds the database.
  const std::string waiting = "RUADAR_DATABASE_PATH=" + tests::shell_quoted(world.database) + " " +
                              tests::shell_quoted(RUADAR_BINARY) + " import - <" + tests::shell_quoted(pipe) + " >" +
                              tests::shell_quoted(world.directory / "out") + " 2>&1 &";
  REQUIRE(std::system(waiting.c_str()) == 0);
  const int writing = ::open(pipe.c_str(), O_WRONLY);  // until it reads
  REQUIRE(writing >= 0);
  // Until it has begun nothing is in the way, and there is nothing to try again.
  tests::Finished finished;
  for (int i = 0; i < 500 && finished.exit_code != 75; ++i) finished = world.run({"failures", "retry", "--all"});
  CHECK(finished.exit_code == 75);
  CHECK(contains(finished.err, "process "));
  CHECK(world.run({"import", good}).exit_code == 75);
  ::close(writing);
}

TEST_CASE("what the system does not permit is 77", "[commands]") {
  const World world;
  const std::string closed = world.directory / "closed";
  std::filesystem::create_directory(closed);
  std::filesystem::permissions(closed, std::filesystem::perms::none);
  // Nothing is closed to root.
  const std::string as = ::geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
  const std::string readable = "HOME=/ " + as + tests::shell_quoted(RUADAR_BINARY) + " version >/dev/null 2>&1";
  if (std::system(readable.c_str()) != 0) return;  // the program itself lies where nobody else may look
  const std::string command = "HOME=/ " + as + tests::shell_quoted(RUADAR_BINARY) + " import --db " +
                              tests::shell_quoted(closed + "/data/ruadar.db") + " " +
                              tests::shell_quoted(world.directory / "x.xml") + " 2>&1";
  const int status = std::system(command.c_str());
  CHECK(WEXITSTATUS(status) == 77);
  std::filesystem::permissions(closed, std::filesystem::perms::owner_all);
}
