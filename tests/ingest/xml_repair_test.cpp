#include "ingest/xml_repair.h"

#include <string>

#include "tests/support/catch.h"

using namespace ingest;

namespace {

struct Repaired {
  std::string text, notes;
};

Repaired repair(std::string_view text) {
  const auto xml = gate_and_repair(text, {});
  if (!xml) return {xml.error().code, ""};
  Repaired out{std::string(xml->text), ""};
  for (const Repair& done : xml->repairs) out.notes += (out.notes.empty() ? "" : " ") + std::string(done.note);
  return out;
}

void check(std::string_view text, std::string_view expected, std::string_view notes) {
  INFO(text);
  const Repaired out = repair(text);
  CHECK(out.text == expected);
  CHECK(out.notes == notes);
}

}  // namespace

TEST_CASE("a document that is well-formed is never touched") {
  for (const char* xml : {"<feedback><email>&lt;a&gt;</email></feedback>", "<feedback><email><b/></email></feedback>",
                          "<x><feedback/></x>", "<a><![CDATA[&nbsp;]]></a>"})
    check(xml, xml, "");
}

TEST_CASE("text around the report is cut off") {
  check("x<feedback></feedback>", "<feedback></feedback>", "junk_before");
  check("<feedback></feedback>x", "<feedback></feedback>", "junk_after");
  check("<?xml version='1.0'?>\"<n:feedback></n:feedback ><br>", "<n:feedback></n:feedback >",
        "junk_before junk_after");
  const auto xml = gate_and_repair("ab\ncd<feedback></feedback>", {});
  REQUIRE(xml);
  CHECK(xml->offset() == 5);
  CHECK(xml->repairs[0].position.line == 1);
  CHECK(xml->position(0).line == 2);
  CHECK(xml->position(0).column == 3);
}

TEST_CASE("another report is never cut off") {
  check("<feedback>1</feedback><feedback>2", "xml_malformed", "");
  check("<feedback>1</feedback><feedback>2</feedback>", "xml_malformed", "");
  check("2</feedback><feedback>1</feedback>", "xml_malformed", "");
  check("<feedback>1</feedback>2</FEEDBACK>", "xml_malformed", "");
}

TEST_CASE("a document that ends too early is not completed") {
  check("<feedback><a>", "xml_truncated", "");
  check("x<feedback><a></a>", "xml_malformed", "");
}

TEST_CASE("bare ampersands and entities of HTML become text") {
  check("<a>x & y</a>", "<a>x &amp; y</a>", "bare_ampersand");
  check("<a b='?c=1&d=2'>&amp;&#65;&x</a>", "<a b='?c=1&amp;d=2'>&amp;&#65;&amp;x</a>", "bare_ampersand");
  check("<a>&eacute;&nosuch;&AMP;</a>", "<a>\xC3\xA9?\?</a>", "html_entity");
  check("<a>& <!-- & --><![CDATA[&]]><?x & ?></a>", "<a>&amp; <!-- & --><![CDATA[&]]><?x & ?></a>", "bare_ampersand");
  check("<a>&euro; & &yuml;</a>", "<a>\xE2\x82\xAC &amp; \xC3\xBF</a>", "bare_ampersand html_entity");
  check("<a>& &#0;</a>", "xml_illegal_char", "");
}

TEST_CASE("markup in elements of text becomes text") {
  check("<feedback><email><a@b.example></email></feedback>", "<feedback><email>&lt;a@b.example></email></feedback>",
        "markup_escaped");
  check("<f><n:comment a='1'>x < y <br> z</n:comment></f>", "<f><n:comment a='1'>x &lt; y &lt;br> z</n:comment></f>",
        "markup_escaped");
  check("<f><email>1<</email><email/><email>2<</email></f>", "<f><email>1&lt;</email><email/><email>2&lt;</email></f>",
        "markup_escaped");
  check("<f><other>x < y</other></f>", "xml_malformed", "");
  check("<f><email>x < y</f>", "xml_malformed", "");
  check("<f><email>1<</email></g>", "xml_malformed", "");
}

TEST_CASE("control characters are left out") {
  check(std::string_view("<a>x\0\x0by</a>\0\0", 13), "<a>xy</a>", "control_characters");
}

TEST_CASE("what no report may have is refused also behind what could be repaired") {
  check("\x01<!DOCTYPE a><a/>", "xml_doctype", "");
  check("<a>&<!ENTITY x 'y'></a>", "xml_doctype", "");
}

TEST_CASE("repairs take time in proportion to the document") {
  std::string many = "<feedback></x>";  // no repair helps
  for (int i = 0; i < 100000; ++i) many += "<email><comment><org_name>";
  CHECK(repair(many).text == "xml_malformed");
}
