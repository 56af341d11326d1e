#include "ingest/authenticity.h"

#include "tests/support/catch.h"

using ingest::authenticity;
using ingest::Authenticity;

namespace {

Authenticity of(std::vector<std::string> headers) {
  return authenticity(headers, "mx.example.com");
}

}  // namespace

TEST_CASE("only the topmost header of the trusted server speaks") {
  CHECK(of({"mx.example.com; dmarc=pass"}) == Authenticity::pass);
  CHECK(of({"MX.Example.COM 1; spf=fail; dmarc = FAIL (p=reject) header.from=a.example"}) == Authenticity::fail);
  CHECK(of({"evil.example; dmarc=fail", "mx.example.com; dmarc=pass"}) == Authenticity::pass);
  CHECK(of({"mx.example.com; dmarc=fail", "mx.example.com; dmarc=pass"}) == Authenticity::fail);
  CHECK(of({"mx.example.com; spf=pass", "mx.example.com; dmarc=pass"}) == Authenticity::unverified);
  CHECK(of({"evil.example; dmarc=pass"}) == Authenticity::unverified);
  CHECK(of({"mx.example.com.evil.example; dmarc=pass"}) == Authenticity::unverified);
  CHECK(of({}) == Authenticity::unverified);
}

TEST_CASE("without a trusted server nothing is verified") {
  CHECK(authenticity({"mx.example.com; dmarc=pass"}, "") == Authenticity::unverified);
  CHECK(authenticity({"; dmarc=pass"}, "") == Authenticity::unverified);
}

TEST_CASE("text in comments and quotes is no result") {
  CHECK(of({"mx.example.com; spf=pass (x; dmarc=pass); dmarc=fail"}) == Authenticity::fail);
  CHECK(of({"mx.example.com; spf=pass smtp.mailfrom=\"a; dmarc=pass\"; dmarc=fail"}) == Authenticity::fail);
  CHECK(of({"mx.example.com; spf=pass (\\) ; dmarc=pass"}) == Authenticity::unverified);
  CHECK(of({"(comment) mx.example.com; dmarc/1=pass"}) == Authenticity::pass);
}

TEST_CASE("other results of DMARC are neither pass nor fail") {
  for (const auto* result : {"none", "temperror", "permerror", "bestguesspass", ""}) {
    CHECK(of({std::string("mx.example.com; dmarc=") + result}) == Authenticity::unverified);
  }
}
