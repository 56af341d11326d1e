#include "ingest/anonymiser.h"

#include "schema/domain_name.h"
#include "tests/support/catch.h"

using ingest::Anonymiser;
using schema::IpAddress;

namespace {
int shared_bits(const IpAddress& a, const IpAddress& b) {
  int bits = 0;
  for (std::size_t i = 0; i < 16; ++i)
    for (int bit = 7; bit >= 0; --bit) {
      if (((a.bytes()[i] ^ b.bytes()[i]) >> bit) & 1) return bits;
      ++bits;
    }
  return bits;
}
}  // namespace

TEST_CASE("the same key replaces a domain alike, another key otherwise") {
  const Anonymiser one("key"), again("key"), other("another");
  CHECK(one.domain("mail.example.com") == again.domain("mail.example.com"));
  CHECK(one.domain("mail.example.com") != other.domain("mail.example.com"));
  CHECK(one.domain("mail.example.com").find("example") == std::string::npos);
}

TEST_CASE("subdomains stay below their domain and the public suffix stays") {
  const Anonymiser anonymiser("key");
  const std::string domain = anonymiser.domain("brand.co.uk");
  CHECK(domain.ends_with(".co.uk"));
  CHECK(anonymiser.domain("news.brand.co.uk").ends_with("." + domain));
  CHECK(schema::organizational_domain(anonymiser.domain("news.brand.co.uk")) == domain);
  CHECK(anonymiser.domain("_dmarc.brand.co.uk") == "_dmarc." + domain);
  CHECK(anonymiser.domain("brand.co.uk.") == domain + ".");
  CHECK(anonymiser.domain("*.brand.co.uk") == "*." + domain);
}

TEST_CASE("addresses keep as many common bits as they had") {
  const Anonymiser anonymiser("key");
  const char* addresses[] = {"192.0.2.1",   "192.0.2.200", "192.0.3.1",     "198.51.100.7",
                             "203.0.113.9", "2001:db8::1", "2001:db8::2:1", "2001:db8:1::1"};
  for (const char* a : addresses)
    for (const char* b : addresses) {
      const auto left = *IpAddress::parse(a), right = *IpAddress::parse(b);
      if (left.is_v4() != right.is_v4()) continue;
      CAPTURE(a, b);
      CHECK(shared_bits(left, right) == shared_bits(anonymiser.address(left), anonymiser.address(right)));
      CHECK(anonymiser.address(left).is_v4() == left.is_v4());
    }
  CHECK(anonymiser.address(*IpAddress::parse("192.0.2.1")).to_string() != "192.0.2.1");
}

TEST_CASE("ids keep their length and the kinds of their characters") {
  const std::string id = Anonymiser("key").identifier("94d4E$34=71a2@h!");
  REQUIRE(id.size() == 16);
  CHECK(id != "94d4E$34=71a2@h!");
  CHECK(id[5] == '$');
  CHECK(id[8] == '=');
  CHECK(id[13] == '@');
  CHECK((id[0] >= '0' && id[0] <= '9'));
  CHECK((id[4] >= 'A' && id[4] <= 'Z'));
}

TEST_CASE("the domains of a report id are those of the rest of the report") {
  const Anonymiser anonymiser("key");
  CHECK(anonymiser.report_id("brand.org:1704067200") ==
        anonymiser.domain("brand.org") + ":" + anonymiser.identifier("1704067200"));
  CHECK(anonymiser.report_id("<17.42@brand.org>") ==
        "<" + anonymiser.identifier("17.42") + "@" + anonymiser.domain("brand.org") + ">");
}

TEST_CASE("running text loses its addresses and keeps the rest") {
  const Anonymiser anonymiser("key");
  const std::string domain = anonymiser.domain("brand.org");
  CHECK(anonymiser.text("arc=pass as[1].d=brand.org, v1.0 at 18:26:23") ==
        "arc=pass as[1].d=" + domain + ", v1.0 at 18:26:23");
  CHECK(anonymiser.text("see https://brand.org/a?b=1&c=2.") == "see https://" + domain + "/a?b=1&c=2.");
  CHECK(anonymiser.text("me@brand.org") == anonymiser.identifier("me") + "@" + domain);
  CHECK(anonymiser.text("receiver.net!brand.org!1704067200!1704153599.xml.gz") ==
        anonymiser.domain("receiver.net") + "!" + domain + "!1704067200!1704153599.xml.gz");
  CHECK(anonymiser.text("from 192.0.2.1 and [2001:db8::1]") ==
        "from " + anonymiser.address(*IpAddress::parse("192.0.2.1")).to_string() + " and [" +
            anonymiser.address(*IpAddress::parse("2001:db8::1")).to_string() + "]");
  CHECK(anonymiser.text("HASH(0x55d0c8) X.X.X.X e.g. 010.001.002.003") ==
        "HASH(0x55d0c8) X.X.X.X e.g. 010.001.002.003");
}

TEST_CASE("a document keeps its tags, blanks and mistakes") {
  const Anonymiser anonymiser("key");
  const std::string domain = anonymiser.domain("brand.org");
  const std::string id = anonymiser.report_id("abc.1");
  CHECK(anonymiser.xml(
            "<a xmlns='http://dmarc.org/dmarc-xml/0.1'>\r\n <report_id>abc.1</report_id><domain> brand.org\t</domain"
            "><x>a & b</x><count>12</count><!-- c --></a") ==
        "<a xmlns='http://dmarc.org/dmarc-xml/0.1'>\r\n <report_id>" + id + "</report_id><domain> " + domain +
            "\t</domain><x>a & b</x><count>12</count><!-- c --></a");
  CHECK(anonymiser.xml("<email><me@brand.org></email>") ==
        "<email><" + anonymiser.identifier("me") + "@" + domain + "></email>");
  CHECK(anonymiser.xml("<d><![CDATA[brand.org]]></d>") == "<d><![CDATA[" + domain + "]]></d>");
}

TEST_CASE("UTF-16 stays UTF-16") {
  const Anonymiser anonymiser("key");
  const auto widen = [](std::string_view text, bool big) {
    std::string out;
    for (const char c : text) out += big ? std::string{'\0', c} : std::string{c, '\0'};
    return out;
  };
  for (const bool big : {false, true}) {
    const std::string mark = big ? "\xFE\xFF" : "\xFF\xFE";
    const std::string e_acute = big ? std::string("\x00\xE9", 2) : std::string("\xE9\x00", 2);
    CHECK(anonymiser.xml(mark + widen("<o>h", big) + e_acute + widen("llo</o><d>brand.org</d>", big)) ==
          mark + widen("<o>h", big) + e_acute + widen("llo</o><d>" + anonymiser.domain("brand.org") + "</d>", big));
  }
}

TEST_CASE("a document cut short at any length does not trouble it") {
  const Anonymiser anonymiser("key");
  const std::string document =
      "<?xml version=\"1.0\"?><feedback><email>a@brand.org</email><!-- x --><d><![CDATA[b.org]]></d></feedback>";
  for (std::size_t length = 0; length <= document.size(); ++length)
    CHECK_NOTHROW(anonymiser.xml(document.substr(0, length)));
}
