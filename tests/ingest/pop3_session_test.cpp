#include "ingest/pop3_session.h"

#include <map>

#include "tests/support/catch.h"

using namespace ingest;

namespace {

// Answers each line with what is written for its beginning.
class Script : public Connection {
 public:
  Script(std::map<std::string, std::string> answers, std::vector<std::string>& heard)
      : answers_(std::move(answers)), heard_(heard) {}
  schema::Status send(std::string_view bytes, Deadline) override {
    std::string line(bytes.substr(0, bytes.size() - 2));
    heard_.push_back(line);
    for (const auto& [begin, answer] : answers_) {
      if (line.rfind(begin, 0) == 0) {
        said_ += answer;
        return {};
      }
    }
    said_ += "-ERR unknown\r\n";
    return {};
  }
  schema::Result<std::string_view> receive(Deadline, Wake) override {
    if (said_.empty()) return schema::unavailable("timeout", "silence");
    piece_ = said_.substr(0, 3);
    said_.erase(0, 3);
    return std::string_view(piece_);
  }

 private:
  std::map<std::string, std::string> answers_;
  std::vector<std::string>& heard_;
  std::string said_, piece_;
};

struct World {
  std::vector<std::string> heard;
  Limits limits;
  Pop3Session session(std::map<std::string, std::string> answers) {
    return Pop3Session(std::make_unique<Script>(std::move(answers), heard), limits);
  }
};

const Credentials password{"u", "p", ""};

}  // namespace

TEST_CASE("POP3 logs in by AUTH where it can, else by USER and PASS") {
  World world;
  CHECK(world.session({{"CAPA", "+OK\r\nSASL LOGIN PLAIN\r\n.\r\n"}, {"AUTH", "+ \r\n"}, {"AHUAcA==", "+OK\r\n"}})
            .login(password, "h", 995));
  CHECK(world.heard.back() == "AHUAcA==");
  CHECK(world.session({{"USER", "+OK\r\n"}, {"PASS", "+OK\r\n"}}).login(password, "h", 995));
  const auto refused =
      world.session({{"USER", "+OK\r\n"}, {"PASS", "-ERR [AUTH] wrong\r\n"}}).login(password, "h", 995);
  CHECK(refused.error().code == "login_refused");
  CHECK(refused.error().message.find("wrong") != std::string::npos);
  CHECK(world.session({{"USER", "+OK\r\n"}, {"PASS", "-ERR [IN-USE] x\r\n"}}).login(password, "h", 995).error().code ==
        "login_later");
}

TEST_CASE("POP3 lists mails by their lasting names") {
  World world;
  const auto list =
      world.session({{"UIDL", "+OK\r\n1 abc\r\n2 x y\r\n.\r\n"}, {"LIST", "+OK\r\n1 100\r\n2 200\r\n.\r\n"}}).list();
  REQUIRE(list);
  REQUIRE(list->size() == 2);
  CHECK((*list)[0].uid == "abc");
  CHECK((*list)[1].size == 200);
  CHECK(world.session({}).list().error().code == "refused");
  CHECK(world.session({{"UIDL", "+OK\r\nx\r\n.\r\n"}}).list().error().code == "pop3_protocol");
  CHECK(world.session({{"UIDL", "+OK\r\n1 abc\r\n"}}).list().error().code == "timeout");
}

TEST_CASE("POP3 mails come whole, without stuffed dots, and limited") {
  World world;
  world.limits.mail_bytes = 50;
  const auto mail = world.session({{"RETR", "+OK\r\nSubject: x\r\n\r\n..\r\n.a\r\n.\r\n"}}).retrieve({1, "a", 20});
  REQUIRE(mail);
  CHECK(mail->bytes == "Subject: x\r\n\r\n.\r\na\r\n");
  CHECK_FALSE(world.session({{"RETR", "+OK\r\nSubject: x\r\n"}}).retrieve({1, "a", 20}));
  const auto large = world.session({{"TOP", "+OK\r\nSubject: x\r\n\r\n.\r\n"}}).retrieve({1, "a", 51});
  CHECK(large->too_large);
  CHECK(large->size == 51);
  const auto lie = world.session({{"RETR", "+OK\r\n" + std::string(60, 'x') + "\r\n.\r\n"}}).retrieve({1, "a", 5});
  CHECK(lie->too_large);
  CHECK(world.session({{"RETR", "+OK\r\n" + std::string(70000, 'x')}}).retrieve({1, "a", 5}).error().code ==
        "pop3_protocol");
}
