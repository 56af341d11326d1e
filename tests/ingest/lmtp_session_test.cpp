#include "ingest/lmtp_session.h"

#include "tests/support/catch.h"

using namespace ingest;

namespace {

struct World {
  std::vector<std::string> mails;
  LmtpSession::Delivery delivery = LmtpSession::Delivery::durable;
  bool has_room = true;
  LmtpSession session{"test", 1000,
                      [this](std::string&& mail) {
                        mails.push_back(std::move(mail));
                        return delivery;
                      },
                      [this] { return has_room; }};
};

const std::string envelope = "LHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\n";

// The codes at the beginning of the lines.
std::string codes(const std::string& replies) {
  std::string all;
  for (std::size_t at = 0; at < replies.size(); at = replies.find("\r\n", at) + 2) {
    if (replies[at + 3] == ' ') all += (all.empty() ? "" : " ") + replies.substr(at, 3);
  }
  return all;
}

}  // namespace

TEST_CASE("a mail by LMTP is taken, with one reply for each recipient") {
  World world;
  const std::string said = world.session.take(
      "LHLO me\r\nMAIL FROM:<x@y> SIZE=20 BODY=8BITMIME\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: "
      "s\r\n\r\nbody\r\n"
      ".\r\nQUIT\r\n");
  CHECK(codes(said) == "250 250 250 250 354 250 250 221");
  CHECK(world.mails == std::vector<std::string>{"Subject: s\r\n\r\nbody\r\n"});
  CHECK(world.session.over());
  CHECK(said.find("250-PIPELINING") != std::string::npos);
  CHECK(said.find("250-ENHANCEDSTATUSCODES") != std::string::npos);
}

TEST_CASE("an LMTP conversation is the same however its bytes come") {
  const std::string wire = envelope + "DATA\r\n.\r\n" + envelope + "DATA\r\n..a\r\n.b\r\n\r\n.\r\nQUIT\r\n";
  World whole;
  const std::string said = whole.session.take(wire);
  CHECK(whole.mails == std::vector<std::string>{"", ".a\r\nb\r\n\r\n"});
  for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
    World world;
    std::string both = world.session.take(wire.substr(0, cut));
    both += world.session.take(wire.substr(cut));
    REQUIRE(both == said);
    REQUIRE(world.mails == whole.mails);
  }
}

TEST_CASE("only CR LF . CR LF ends a mail") {
  const std::string inside = GENERATE(as<std::string>(), "a\n.\nb", "a\n.\r\nb", "a\r\n.\nb", "a\r.\rb", "a\r.\r\nb",
                                      "a\r\n.\rb", "a\r\n.\r\rb", "\n.\n", "\r\r\n.x\r\n");
  World world;
  CHECK(codes(world.session.take(envelope + "DATA\r\n" + inside)) == "250 250 250 354");
  CHECK(world.mails.empty());
  CHECK(codes(world.session.take("\r\n.\r\n")) == "250");
  REQUIRE(world.mails.size() == 1);
}

TEST_CASE("a mail larger than allowed is refused, announced or not") {
  World world;
  CHECK(codes(world.session.take("LHLO me\r\nMAIL FROM:<x@y> SIZE=1001\r\n")) == "250 552");
  CHECK(codes(world.session.take("MAIL FROM:<x@y> SIZE=99999999999999999999999\r\n")) == "552");
  CHECK(codes(world.session.take("MAIL FROM:<x@y> SIZE=1000\r\nRCPT TO:<a@b>\r\nDATA\r\n")) == "250 250 354");
  CHECK(codes(world.session.take(std::string(5000, 'x') + "\r\n.\r\n")) == "552");
  CHECK(world.mails.empty());
  CHECK(codes(world.session.take("MAIL FROM:<x@y>\r\nRCPT TO:<a@b>\r\nDATA\r\n" + std::string(998, 'x') +
                                 "\r\n.\r\n")) == "250 250 354 250");
  CHECK(world.mails.size() == 1);
}

TEST_CASE("what cannot be stored now is left with the sender") {
  World world;
  world.delivery = LmtpSession::Delivery::later;
  CHECK(codes(world.session.take(envelope + "DATA\r\nx\r\n.\r\n")) == "250 250 250 354 452");
  world.has_room = false;
  CHECK(codes(world.session.take("MAIL FROM:<>\r\n")) == "452");
}

TEST_CASE("LMTP commands out of order or out of shape are refused, and the session goes on") {
  World world;
  CHECK(codes(world.session.take("MAIL FROM:<>\r\nDATA\r\nLHLO\r\nHELO x\r\nEHLO x\r\nFOO\r\n\r\n")) ==
        "503 503 501 500 500 500 500");
  CHECK(codes(world.session.take(
            "lhlo me\r\nDATA\r\nRCPT TO:<a>\r\nMAIL <x>\r\nmail from:<>\r\nDATA\r\nMAIL FROM:<>\r\n")) ==
        "250 503 503 501 250 503 503");
  CHECK(codes(world.session.take("RSET\r\nNOOP\r\nVRFY x\r\n")) == "250 250 252");
  CHECK(codes(world.session.take(std::string(5000, 'x') + "\r\nNOOP\nNOOP\r\n")) == "500 500 250");
  std::string many = "MAIL FROM:<>\r\n";
  for (int i = 0; i < 101; ++i) many += "RCPT TO:<a@b>\r\n";
  const std::string said = codes(world.session.take(many));
  CHECK(said.substr(said.size() - 7) == "250 452");
}
