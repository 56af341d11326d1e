#include "ingest/imap_response.h"

#include <chrono>
#include <string>
#include <vector>

#include "tests/support/catch.h"

using namespace ingest;

namespace {

// Everything that `wire` holds, fed in pieces that end at the given places; stops at an error.
struct Read {
  std::vector<ImapResponse> responses;
  std::optional<schema::Error> error;
  bool unfinished = false;
};
Read read_pieces(const std::vector<std::string_view>& pieces, const ImapLimits& limits = {}) {
  Read read;
  ImapResponseReader reader(limits);
  for (const auto piece : pieces) {
    reader.feed(piece);
    for (;;) {
      auto response = reader.next();
      if (!response) {
        read.error = response.error();
        return read;
      }
      if (!*response) break;
      read.responses.push_back(std::move(**response));
    }
  }
  read.unfinished = reader.within_response();
  return read;
}
Read read_all(std::string_view wire, const ImapLimits& limits = {}) {
  return read_pieces({wire}, limits);
}

std::string show(const ImapValue& value) {
  switch (value.kind) {
    case ImapValue::Kind::nil:
      return "NIL";
    case ImapValue::Kind::atom:
      return value.text;
    case ImapValue::Kind::string:
      return "<" + value.text + ">";
    case ImapValue::Kind::list:
      break;
  }
  std::string text = "(";
  for (const auto& item : value.items) text += (text.size() > 1 ? " " : "") + show(item);
  return text + ")";
}
std::string show(const ImapResponse& response) {
  std::string text = response.kind == ImapResponse::Kind::continuation ? "+"
                     : response.kind == ImapResponse::Kind::tagged     ? response.tag
                                                                       : "*";
  if (response.number) text += " " + std::to_string(*response.number);
  if (!response.name.empty()) text += " " + response.name;
  if (!response.code.empty()) text += " [" + response.code + " " + response.code_text + "]";
  for (const auto& value : response.values) text += " " + show(value);
  if (!response.text.empty()) text += " '" + response.text + "'";
  return text;
}

// What servers say in a session, with every kind of token.
const std::string conversation =
    "* OK [CAPABILITY IMAP4rev1 IDLE] Dovecot ready.\r\n"
    "+ idling\r\n"
    "+\r\n"
    "* CAPABILITY IMAP4rev1 UIDPLUS MOVE AUTH=PLAIN\r\n"
    "* FLAGS (\\Answered \\Seen $DmarcIngested)\r\n"
    "* OK [PERMANENTFLAGS (\\Seen \\*)] Limited\r\n"
    "* 172 EXISTS\r\n"
    "* LIST (\\HasNoChildren) \"/\" \"Entw&APw-rfe \\\"x\\\\\"\r\n"
    "* LIST () NIL {5}\r\nA B\"C\r\n"
    "* SEARCH\r\n"
    "* SEARCH 2 84 882\r\n"
    "* 12 FETCH (FLAGS () UID 77 RFC822.SIZE 13 BODY[] {13}\r\nhello)\r\n{3}\r\n MODSEQ (5))\r\n"
    "* 13 FETCH (BODY[HEADER.FIELDS (DATE FROM)]<0> NIL UID 78 BODY[]<65536> \"\")\r\n"
    "* 5 EXPUNGE\r\n"
    "* X-SOMETHING (((( \"unbalanced\r\n"
    "a7 NO [TRYCREATE] No such folder\r\n"
    "a8 BAD\r\n"
    "* BYE\r\n";
const std::vector<std::string> understood = {
    "* OK [CAPABILITY IMAP4rev1 IDLE] 'Dovecot ready.'",
    "+ 'idling'",
    "+",
    "* CAPABILITY IMAP4rev1 UIDPLUS MOVE AUTH=PLAIN",
    "* FLAGS (\\Answered \\Seen $DmarcIngested)",
    "* OK [PERMANENTFLAGS (\\Seen \\*)] 'Limited'",
    "* 172 EXISTS",
    "* LIST (\\HasNoChildren) </> <Entw&APw-rfe \"x\\>",
    "* LIST () NIL <A B\"C>",
    "* SEARCH",
    "* SEARCH 2 84 882",
    "* 12 FETCH (FLAGS () UID 77 RFC822.SIZE 13 BODY[] <hello)\r\n{3}\r\n> MODSEQ (5))",
    "* 13 FETCH (BODY[HEADER.FIELDS (DATE FROM)]<0> NIL UID 78 BODY[]<65536> <>)",
    "* 5 EXPUNGE",
    "* X-SOMETHING '(((( \"unbalanced'",
    "a7 NO [TRYCREATE ] 'No such folder'",
    "a8 BAD",
    "* BYE",
};

std::vector<std::string> shown(const Read& read) {
  std::vector<std::string> lines;
  for (const auto& response : read.responses) lines.push_back(show(response));
  return lines;
}

}  // namespace

TEST_CASE("every kind of IMAP response is understood") {
  const Read read = read_all(conversation);
  CHECK_FALSE(read.error);
  CHECK_FALSE(read.unfinished);
  CHECK(shown(read) == understood);
}

TEST_CASE("an IMAP conversation reads the same however it is cut") {
  const std::string_view wire = conversation;
  for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
    const Read read = read_pieces({wire.substr(0, cut), wire.substr(cut)});
    REQUIRE_FALSE(read.error);
    REQUIRE(shown(read) == understood);
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < wire.size(); ++i) bytes.push_back(wire.substr(i, 1));
  CHECK(shown(read_pieces(bytes)) == understood);
}

TEST_CASE("an IMAP response cut short is never given out") {
  const std::string_view wire = "* 12 FETCH (UID 77 BODY[] {5}\r\nhello)\r\n";
  for (std::size_t length = 1; length < wire.size(); ++length) {
    const Read read = read_all(wire.substr(0, length));
    CHECK_FALSE(read.error);
    CHECK(read.responses.empty());
    CHECK(read.unfinished);
  }
}

TEST_CASE("the length of an IMAP line is limited") {
  ImapLimits limits;
  limits.line_bytes = 100;
  const auto line = [](std::size_t bytes) { return "* OK " + std::string(bytes - 7, 'x') + "\r\n"; };
  CHECK_FALSE(read_all(line(100), limits).error);
  CHECK(read_all(line(101), limits).error);
  // Also while its end is not yet in sight, and over many literals.
  CHECK(read_all(std::string(101, 'x'), limits).error);
  std::string many = "* LIST";
  for (int i = 0; i < 20; ++i) many += " {1}\r\nx";
  CHECK(read_all(many, limits).error);
}

TEST_CASE("the length of an IMAP literal is checked before it is read") {
  ImapLimits limits;
  limits.fetch_literal_bytes = 1000;
  limits.other_literal_bytes = 10;
  const auto opens = [&](const std::string& line) { return !read_all(line + "\r\n", limits).error; };
  CHECK(opens("* 1 FETCH (BODY[] {1000}"));
  CHECK_FALSE(opens("* 1 FETCH (BODY[] {1001}"));
  CHECK_FALSE(opens("* 1 FETCH (BODY[] {4294967296}"));
  CHECK_FALSE(opens("* 1 FETCH (BODY[] {99999999999999999999}"));
  CHECK(opens("* LIST () NIL {10}"));
  CHECK_FALSE(opens("* LIST () NIL {11}"));
  // Not even spread over several.
  CHECK_FALSE(opens("* LIST () NIL {6}\r\n123456 {5}"));
  CHECK_FALSE(opens("* 1 FETCH (X {600}\r\n" + std::string(600, 'x') + " BODY[] {401}"));
  CHECK(opens("* 1 FETCH (X {600}\r\n" + std::string(600, 'x') + " BODY[] {400}"));
}

TEST_CASE("the nesting of IMAP lists is limited") {
  const auto nested = [](std::size_t depth) {
    return "* 1 FETCH " + std::string(depth, '(') + std::string(depth, ')') + "\r\n";
  };
  CHECK_FALSE(read_all(nested(16)).error);
  CHECK(read_all(nested(17)).error);
  CHECK(read_all(nested(30000)).error);
}

TEST_CASE("IMAP answers that break the rules end the conversation") {
  const std::string wire =
      GENERATE(as<std::string>(), "* 1 FETCH (UID 7\r\n", "* 1 FETCH UID 7)\r\n", "* 1 FETCH (UID \"7)\r\n",
               "* 1 FETCH (BODY[] {-1}\r\n", "* 1 FETCH (UID {7} 8)\r\n", "\r\n", "*\r\n", "a1 FETCH (UID 7)\r\n",
               "* 1 FETCH (UID 7) \"x\\\r\n");
  CAPTURE(wire);
  const Read read = read_all(wire);
  REQUIRE(read.error);
  CHECK(read.error->code == "imap_protocol");
  CHECK(read_all(std::string("* OK a\0b\r\n", 10)).error);
}

TEST_CASE("an IMAP line may end in LF alone") {
  CHECK(shown(read_all("* OK x\n* 1 FETCH (BODY[] {1}\na)\n")) ==
        std::vector<std::string>{"* OK 'x'", "* 1 FETCH (BODY[] <a>)"});
}

TEST_CASE("what a server says for people holds no control characters") {
  CHECK(read_all("* NO \x1b[31mred\x07\r\n").responses.at(0).text == " [31mred ");
}

TEST_CASE("reading takes time linear in the bytes of an IMAP literal") {
  // A megabyte byte by byte: quadratic reading would take minutes.
  const std::string wire = "* 1 FETCH (BODY[] {1000000}\r\n" + std::string(1000000, 'x') + ")\r\n";
  ImapResponseReader reader;
  const auto begin = std::chrono::steady_clock::now();
  std::size_t responses = 0;
  for (const char& byte : wire) {
    reader.feed({&byte, 1});
    const auto response = reader.next();
    REQUIRE(response);
    if (*response) ++responses;
  }
  CHECK(responses == 1);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}

TEST_CASE("a FETCH response tells UID, size and body in any order") {
  const auto fetch = [](const std::string& items) {
    return imap_fetch(std::move(read_all("* 9 FETCH (" + items + ")\r\n").responses.at(0)));
  };
  const auto whole = fetch("BODY[] {2}\r\nhi FLAGS (\\Seen) RFC822.SIZE 4000000000 UID 4294967295");
  CHECK(whole.uid == 4294967295u);
  CHECK(whole.size == 4000000000u);
  CHECK(whole.body == "hi");
  const auto piece = fetch("UID 5 body[]<65536> \"rest\"");
  CHECK(piece.body == "rest");
  CHECK(piece.body_offset == 65536);
  CHECK_FALSE(fetch("UID 5 BODY[] NIL").body);
  CHECK_FALSE(fetch("UID 4294967296 BODY[] NIL").uid);
  CHECK_FALSE(fetch("UID -1").uid);
  CHECK_FALSE(fetch("UID").uid);
  CHECK_FALSE(imap_fetch(std::move(read_all("* 9 FETCH\r\n").responses.at(0))).uid);
}

TEST_CASE("IMAP sets of numbers are written short") {
  CHECK(imap_set({1, 2, 3, 7, 9, 10}) == "1:3,7,9:10");
  CHECK(imap_set({}).empty());
  CHECK(imap_set({4294967295u}) == "4294967295");
}
