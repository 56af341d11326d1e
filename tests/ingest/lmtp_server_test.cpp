#include "ingest/lmtp_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <mutex>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

using namespace ingest;

namespace {

class Client {
 public:
  explicit Client(const std::string& socket_file) : descriptor_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_file.c_str(), socket_file.size());
    connected_ = ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    be_patient();
  }
  explicit Client(int port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in in4{};
    in4.sin_family = AF_INET;
    in4.sin_port = htons(static_cast<std::uint16_t>(port));
    in4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(descriptor_, reinterpret_cast<sockaddr*>(&in4), sizeof in4) == 0;
    be_patient();
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(descriptor_); }

  bool connected() const { return connected_; }
  void say(std::string_view text) const {
    REQUIRE(::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
  }
  // Until `enough` came, or the end.
  std::string hear(std::string_view enough) const {
    std::string heard;
    char bytes[4096];
    while (heard.find(enough) == std::string::npos) {
      const ssize_t received = ::recv(descriptor_, bytes, sizeof bytes, 0);
      if (received <= 0) break;
      heard.append(bytes, static_cast<std::size_t>(received));
    }
    return heard;
  }
  // What is said when the conversation ends.
  std::string hear_all() const { return hear("\x01 never"); }

 private:
  void be_patient() const {
    const timeval patience{60, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  int descriptor_;
  bool connected_ = false;
};

struct World {
  schema::Result<std::unique_ptr<LmtpServer>> start(const std::string& listen) {
    return LmtpServer::start(
        listen, 1000,
        [this](std::string&& mail) {
          const std::lock_guard lock(mutex);
          mails.push_back(std::move(mail));
          return LmtpSession::Delivery::durable;
        },
        [] { return true; });
  }
  tests::TemporaryDirectory directory;
  std::string socket_file = directory / "lmtp.sock";
  std::mutex mutex;
  std::vector<std::string> mails;
};

// A port that is free now.
int free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(probe);
  return ntohs(address.sin_port);
}

const std::string one_mail = "LHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\nA: b\r\n\r\nc\r\n.\r\nQUIT\r\n";

}  // namespace

TEST_CASE("mails come in by a socket that its owner and group may use, and by a port of this machine") {
  World world;
  {
    const auto server = world.start("unix:" + world.socket_file);
    REQUIRE(server);
    struct stat status {};
    REQUIRE(::stat(world.socket_file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0660);
    const Client client(world.socket_file);
    REQUIRE(client.connected());
    client.say(one_mail);
    CHECK(client.hear_all().find("\r\n221 ") != std::string::npos);
  }
  CHECK(world.mails == std::vector<std::string>{"A: b\r\n\r\nc\r\n"});
  CHECK(::access(world.socket_file.c_str(), F_OK) != 0);
  const int port = free_port();
  const auto server = world.start("localhost:" + std::to_string(port));
  REQUIRE(server);
  const Client client(port);
  REQUIRE(client.connected());
  client.say(one_mail);
  client.hear_all();
  CHECK(world.mails.size() == 2);
}

TEST_CASE("LMTP listens nowhere but on this machine, and says so") {
  World world;
  for (const auto* listen : {"0.0.0.0:24", "192.0.2.1:24", "[::]:24", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                             "127.0.0.1:65536", "127.0.0.1:99999999999999999999", "name.example:24", ""}) {
    CAPTURE(listen);
    const auto server = world.start(listen);
    REQUIRE_FALSE(server);
    CHECK(server.error().code == "lmtp");
  }
  CHECK(world.start("unix:" + std::string(200, 'a')).error().code == "lmtp");
  CHECK(world.start("unix:" + (world.directory / "none/lmtp.sock")).error().code == "lmtp");
  const int port = free_port();
  const auto first = world.start("127.0.0.1:" + std::to_string(port));
  REQUIRE(first);
  CHECK(world.start("127.0.0.1:" + std::to_string(port)).error().code == "lmtp");
  const auto sixth = world.start("[::1]:" + std::to_string(free_port()));
  CHECK((sixth.has_value() || sixth.error().code == "lmtp"));  // where this machine has no IPv6
}

TEST_CASE("a socket that an earlier life left is replaced, and any other file is not") {
  World world;
  const int left = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, world.socket_file.c_str(), world.socket_file.size());
  REQUIRE(::bind(left, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  ::close(left);
  CHECK(world.start("unix:" + world.socket_file));
  const auto theirs = world.directory / "theirs";
  std::ofstream(theirs) << "theirs";
  CHECK(world.start("unix:" + theirs).error().code == "lmtp");
  CHECK(::access(theirs.c_str(), F_OK) == 0);
}

TEST_CASE("one connection more than twenty is sent away, and a place that is free again is given") {
  World world;
  const auto server = world.start("unix:" + world.socket_file);
  REQUIRE(server);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<Client>(world.socket_file));
    CHECK(clients.back()->hear("\r\n").substr(0, 4) == "220 ");
  }
  CHECK(Client(world.socket_file).hear_all().substr(0, 4) == "421 ");
  clients.back()->say("QUIT\r\n");
  clients.back()->hear_all();
  clients.pop_back();
  // Its thread may take a moment to end.
  std::string said;
  for (int i = 0; i < 1000 && said.substr(0, 4) != "220 "; ++i) {
    said = Client(world.socket_file).hear("\r\n");
    ::usleep(5000);
  }
  CHECK(said.substr(0, 4) == "220 ");
}

TEST_CASE("who talks when it ends is told so") {
  World world;
  auto server = world.start("unix:" + world.socket_file);
  REQUIRE(server);
  const Client client(world.socket_file);
  client.hear("\r\n");
  client.say("LHLO me\r\n");
  client.hear("250 ");
  (*server)->stop();
  CHECK(client.hear_all().find("421 4.3.2 Closing") != std::string::npos);
  (*server)->stop();
  CHECK_FALSE(Client(world.socket_file).connected());
}
