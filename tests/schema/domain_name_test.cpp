#include "schema/domain_name.h"

#include "tests/support/catch.h"

using namespace schema;

TEST_CASE("a domain is compared without case, blanks and last dots") {
  CHECK(normalise_domain("EXAMPLE.com.") == "example.com");
  CHECK(normalise_domain(" \t\r\nexample.com \n") == "example.com");
  CHECK(normalise_domain("example.com. .") == "example.com");
  CHECK(normalise_domain("") == "");
  CHECK(normalise_domain(" . ") == "");
  CHECK(normalise_domain("...") == "");
}

TEST_CASE("an internationalised domain becomes A-labels") {
  CHECK(normalise_domain("b\xC3\xBC"
                         "cher.example") == "xn--bcher-kva.example");
  CHECK(normalise_domain("B\xC3\x9C"
                         "CHER.example") == "xn--bcher-kva.example");
  CHECK(normalise_domain("xn--bcher-kva.example") == "xn--bcher-kva.example");
}

TEST_CASE("odd names are left as they are") {
  CHECK(normalise_domain("_dmarc.Example.com") == "_dmarc.example.com");
  CHECK(normalise_domain("not a domain") == "not a domain");
  CHECK(normalise_domain("a..b") == "a..b");
  CHECK(normalise_domain("bad\xFF\xFE.example") == "bad\xFF\xFE.example");
  CHECK(normalise_domain(std::string_view("nul\0.example", 12)) == std::string_view("nul\0.example", 12));
  CHECK(normalise_domain(std::string(5000, 'A')) == std::string(5000, 'a'));
}

TEST_CASE("a policy domain is a domain name") {
  for (const char* good :
       {"example.com", "bank", "a.b.c.d", "xn--bcher-kva.example", "_x.example", "1.example", "0-0.de"})
    CHECK(is_domain_name(good));
  for (const char* bad : {"", ".", "a..b", ".a", "a.", "a b.example", "192.0.2.1", "1", "exa<mple.com", "*.example.com",
                          "b\xC3\xBC.example", "EXAMPLE.com"})
    CHECK_FALSE(is_domain_name(bad));
  const std::string label(63, 'a');
  CHECK(is_domain_name(label + ".example"));
  CHECK_FALSE(is_domain_name(label + "a.example"));
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'b');
  CHECK(is_domain_name(longest));
  CHECK_FALSE(is_domain_name(longest + "b"));
}

TEST_CASE("the organizational domain is the public suffix and one label") {
  CHECK(organizational_domain("a.b.example.com") == "example.com");
  CHECK(organizational_domain("www.example.co.uk") == "example.co.uk");
  CHECK(organizational_domain("example.com") == "example.com");
  CHECK(organizational_domain("co.uk") == "co.uk");
  CHECK(organizational_domain("news.esp.example") == "esp.example");
  CHECK(organizational_domain("") == "");
}

TEST_CASE("the domain of an address stands behind the last at sign") {
  CHECK(domain_of_address("a@b.example") == "b.example");
  CHECK(domain_of_address("\"a@x\"@b.example") == "b.example");
  CHECK(domain_of_address("Name <a@b.example>") == "b.example");
  CHECK(domain_of_address("b.example") == "b.example");
}
