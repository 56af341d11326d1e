#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "tests/support/commands.h"

using tests::contains;
using tests::Finished;
using tests::report_xml;
using tests::run_ruadar;
using tests::TemporaryDirectory;
using tests::World;

namespace {

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
