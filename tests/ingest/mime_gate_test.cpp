#include "ingest/mime_gate.h"

#include <string>
#include <vector>

#include "tests/support/catch.h"

using ingest::Limits;
using ingest::MimePart;
using ingest::MimeShape;

namespace {

std::string code(const std::string& message, const Limits& limits = {}) {
  const schema::Status status = ingest::mime_gate(message, limits);
  return status ? "" : status.error().code;
}

std::vector<std::string> leaves(const std::string& message) {
  std::vector<std::string> bodies;
  const auto take = [&](const MimePart& part) {
    if (part.shape == MimeShape::leaf) bodies.emplace_back(part.body);
  };
  REQUIRE(ingest::walk_mime(message, {}, take));
  return bodies;
}

std::string nested(std::size_t levels) {
  std::string message;
  for (std::size_t i = 0; i < levels; ++i) {
    const std::string boundary = "b" + std::to_string(i);
    message += "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary + "\n";
  }
  return message + "\ntext\n";
}

std::string with_parts(std::size_t count) {
  std::string message = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (std::size_t i = 0; i < count; ++i) message += "--b\n\nx\n";
  return message + "--b--\n";
}

std::string repeated(const std::string& text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

}  // namespace

TEST_CASE("mime_gate holds every limit on both sides") {
  Limits limits;
  limits.header_bytes = 1000;
  limits.header_line_bytes = 300;
  limits.header_unfolded_bytes = 600;
  limits.header_count = 20;
  limits.header_params = 5;
  limits.boundary_bytes = 40;
  limits.mime_depth = 4;
  limits.mime_parts = 7;

  const auto line = [](std::size_t size) { return "X: " + std::string(size - 4, 'a') + "\n"; };
  for (const int step : {-1, 0, 1}) {
    const auto at = [step](std::size_t limit) { return limit + static_cast<std::size_t>(step); };
    const auto wanted = [step](const char* reason) { return step > 0 ? std::string(reason) : std::string(); };
    CAPTURE(step);
    CHECK(code(line(at(limits.header_line_bytes)) + "\n", limits) == wanted("mime_header_line"));
    CHECK(code(line(300) + " " + std::string(198, 'f') + "\n " + std::string(at(600) - 500 - 2, 'f') + "\n\n",
               limits) == wanted("mime_header_line"));
    CHECK(code(repeated(line(100), 9) + line(at(100)) + "\n", limits) == wanted("mime_headers"));
    CHECK(code(repeated("A: b\n", at(limits.header_count)) + "\n", limits) == wanted("mime_headers"));
    CHECK(code("Content-Type: text/plain" + repeated("; a=b", at(limits.header_params)) + "\n\n", limits) ==
          wanted("mime_headers"));
    CHECK(code("Content-Type: multipart/mixed; boundary=" + std::string(at(limits.boundary_bytes), 'b') + "\n\n",
               limits) == wanted("mime_boundary"));
    CHECK(code(nested(at(limits.mime_depth)), limits) == wanted("mime_depth"));
    CHECK(code(repeated("Content-Type: message/rfc822\n\n", at(limits.mime_depth)) + "A: b\n\n", limits) ==
          wanted("mime_depth"));
    CHECK(code(with_parts(at(limits.mime_parts)), limits) == wanted("mime_parts"));
    // An attached message is one more part, in the part that holds it.
    CHECK(code("Content-Type: multipart/mixed; boundary=b\n\n" +
                   repeated("--b\nContent-Type: message/rfc822\n\nA: b\n\n", 3) +
                   repeated("--b\nA: b\n\n", at(limits.mime_parts) - 6),
               limits) == wanted("mime_parts"));
  }
}

TEST_CASE("mime_gate says where it stopped") {
  const schema::Status status = ingest::mime_gate(std::string("A: b\nC: d\0e\n\n", 13), {});
  REQUIRE_FALSE(status);
  CHECK(status.error().code == "mime_nul");
  REQUIRE(status.error().position);
  CHECK(status.error().position->line == 2);
  CHECK(status.error().position->column == 5);
  CHECK(status.error().position->byte == 9);
}

TEST_CASE("mime_gate refuses NULs in headers only") {
  CHECK(code(std::string("A: b\0\n\nbody", 12)) == "mime_nul");
  CHECK(code(std::string("A: b\n\nbo\0dy", 11)).empty());
}

TEST_CASE("mime_gate refuses what has no header") {
  CHECK(code("") == "mime_malformed");
  CHECK(code("\n\n") == "mime_malformed");
}

TEST_CASE("mime_gate calls a giant boundary by its name even where its line is too long") {
  CHECK(code("Content-Type: multipart/mixed; boundary=" + std::string(20'000, 'a') + "\n\n") == "mime_boundary");
}

TEST_CASE("mime_gate lets pass an attachment whose text looks like mail") {
  std::string message = "Subject: log\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n";
  for (int i = 0; i < 3000; ++i) {
    message += "From: a@example.org\nContent-Type: multipart/mixed; boundary=" + std::string(300, 'c') +
               "\n\n--c\n--\n" + std::string(40'000, 'x') + "\n";
    if (message.size() > 4'000'000) break;
  }
  message += "--b--\n";
  CHECK(code(message).empty());
}

TEST_CASE("walk_mime finds the leaves") {
  CHECK(leaves("A: b\n\nbody\n") == std::vector<std::string>{"body\n"});
  CHECK(leaves("A: b\r\nContent-Type: multipart/mixed; boundary=\"x y \"\r\n\r\npreamble\r\n--x y\r\n\r\none\r\n--x y  "
               "\r\nB: c\r\n\r\ntwo\r\n--x y--\r\nepilogue\r\n") == std::vector<std::string>{"one", "two"});
  // Without a last boundary, without a header, without the empty line.
  CHECK(leaves("Content-Type: multipart/mixed; boundary=b\n\n--b\nno header\n--b\n\n\nempty line\n") ==
        std::vector<std::string>{"no header", "\nempty line\n"});
  // One boundary begins like the other, whichever is inside.
  for (const auto& [outer, inner] : {std::pair<std::string, std::string>{"b", "bb"}, {"bb", "b"}}) {
    CHECK(leaves("Content-Type: multipart/mixed; boundary=" + outer + "\n\n--" + outer +
                 "\nContent-Type: multipart/related; boundary=" + inner + "\n\n--" + inner + "\n\none\n--" + inner +
                 "--\n--" + outer + "\n\ntwo\n--" + outer + "--\n") == std::vector<std::string>{"one", "two"});
  }
  // The outer boundary ends the inner multipart.
  CHECK(leaves("Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\n"
               "one\n--o\n\ntwo\n--o--\n") == std::vector<std::string>{"one", "two"});
}

TEST_CASE("walk_mime guesses a boundary that is not declared") {
  CHECK(leaves("Content-Type: multipart/mixed\n\nhello\n--=_1\n\none\n--=_1\n\ntwo\n--=_1--\n") ==
        std::vector<std::string>{"one", "two"});
  CHECK(leaves("Content-Type: multipart/mixed\n\nno boundary at all\n") ==
        std::vector<std::string>{"no boundary at all\n"});
}

TEST_CASE("walk_mime takes a multipart whose boundary never comes as one body") {
  CHECK(leaves("Content-Type: multipart/mixed; boundary=b\n\nall of it\n") == std::vector<std::string>{"all of it\n"});
}

TEST_CASE("walk_mime goes into attached messages and says so") {
  std::vector<std::string> seen;
  const auto take = [&](const MimePart& part) {
    seen.push_back(std::string(part.in_message ? "inside " : "outside ") +
                   (part.shape == MimeShape::leaf      ? "leaf"
                    : part.shape == MimeShape::message ? "message"
                                                       : "multipart") +
                   std::to_string(part.depth));
  };
  REQUIRE(
      ingest::walk_mime("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
                        "From x\nSubject: inner\n\nbody\n--b--\n",
                        {}, take));
  CHECK(seen == std::vector<std::string>{"outside multipart0", "outside message1", "inside leaf2"});
}

TEST_CASE("walk_mime does not take an encoded message for its structure") {
  CHECK(leaves("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQTogYgoKYwo=\n") ==
        std::vector<std::string>{"QTogYgoKYwo=\n"});
}

TEST_CASE("walk_mime takes the misspelt ContentType where there is no other") {
  CHECK(leaves("ContentType: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n") == std::vector<std::string>{"one"});
}

TEST_CASE("walk_mime passes over lines of a header that are no fields") {
  CHECK(leaves("From a@example.org Mon Jan  1 00:00:00 2024\nSubject: x\n>From here\nno field\n folded\nContent-Type: "
               "multipart/mixed;\n\tboundary=\"b\"\n\n--b\n\none\n--b--\n") == std::vector<std::string>{"one"});
}

TEST_CASE("mime_gate survives a message cut at every length") {
  const std::string message =
      "Subject: x\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\npre\r\n--b\r\nContent-Type: "
      "message/rfc822\r\n"
      "\r\nContent-Type: multipart/alternative\r\n\r\n--c\r\nA: b\r\n\r\nx\r\n--c--\r\n--b\r\n\r\ny\r\n--b--\r\n";
  for (std::size_t size = 1; size <= message.size(); ++size) CHECK(code(message.substr(0, size)).empty());
}

TEST_CASE("a boundary that goes over a line end is none that can come") {
  // As a text of the message it comes; as a line it cannot.
  const std::string message = "Content-Type: multipart/mixed; boundary=\"b\n c\"\n\n--b\n c\n\nx\n";
  CHECK(code(message).empty());
  CHECK(leaves(message) == std::vector<std::string>{"--b\n c\n\nx\n"});
}
