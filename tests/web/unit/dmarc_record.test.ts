import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addressesOf,
  domainName,
  foreignHosts,
  isDmarc,
  mailAddress,
  pastedTexts,
  readRecord,
  withReportAddress,
} from "../../../web/src/dmarc_record";

const merged = (text: string, address = "dmarc@example.com") => withReportAddress(readRecord(text), address);
const codes = (text: string) => readRecord(text).faults.map((fault) => fault.code);

test("without a record there is one to begin with", () => {
  assert.equal(withReportAddress(null, "dmarc@example.com"), "v=DMARC1; p=none; rua=mailto:dmarc@example.com");
});

test("a record keeps all its tags and gets the address", () => {
  assert.equal(
    merged("v=DMARC1; p=reject; rua=mailto:x@other.example"),
    "v=DMARC1; p=reject; rua=mailto:x@other.example,mailto:dmarc@example.com",
  );
  assert.equal(
    merged("v=DMARC1;p=quarantine;sp=none;adkim=s;pct=50;ruf=mailto:f@example.com;fo=1:d;x-own=kept"),
    "v=DMARC1; p=quarantine; sp=none; adkim=s; pct=50; ruf=mailto:f@example.com; fo=1:d; x-own=kept; rua=mailto:dmarc@example.com",
  );
});

test("an address that is there already is not added again", () => {
  for (const rua of ["mailto:dmarc@example.com", "mailto:dmarc@EXAMPLE.com!10m", "mailto:a@b.example , MAILTO:dmarc@example.com"]) {
    const record = `v=DMARC1; p=none; rua=${rua}`;
    assert.equal(merged(record), record);
  }
});

test("an empty rua is filled, a missing p is none", () => {
  assert.equal(merged("v=DMARC1; p=reject; rua="), "v=DMARC1; p=reject; rua=mailto:dmarc@example.com");
  assert.equal(merged("v=DMARC1"), "v=DMARC1; p=none; rua=mailto:dmarc@example.com");
});

test("what would end an address is written as %XX, and read back", () => {
  const record = withReportAddress(null, "a!b,c;d@example.com");
  assert.equal(record, "v=DMARC1; p=none; rua=mailto:a%21b%2Cc%3Bd@example.com");
  assert.deepEqual(addressesOf("mailto:a%21b%2Cc%3Bd@example.com"), ["a!b,c;d@example.com"]);
  assert.equal(merged(record, "a!b,c;d@example.com"), record);
});

test("records are found however they are pasted", () => {
  const wanted = ["v=DMARC1; p=reject"];
  for (const pasted of [
    "v=DMARC1; p=reject",
    '"v=DMARC1; p=reject"',
    '_dmarc.example.com. 3600 IN TXT "v=DMARC1; " "p=reject"',
    '_dmarc IN TXT ( "v=DMARC1; "\n   "p=reject" ) ; ours',
    "; <<>> DiG 9.18 <<>> TXT\n\n_dmarc.example.com text = v=DMARC1; p=reject",
  ])
    assert.deepEqual(pastedTexts(pasted).filter(isDmarc), wanted, pasted);
  assert.deepEqual(pastedTexts('"v=spf1 -all"\n"v=DMARC1; p=none"').filter(isDmarc), ["v=DMARC1; p=none"]);
});

test("what is wrong with a record is said", () => {
  assert.deepEqual(codes("v=DMARC1; p=reject; sp=none; np=reject; adkim=r; aspf=s; t=y; psd=n; fo=1:d:s; rua=mailto:a@b.example"), []);
  assert.deepEqual(codes("p=none; v=DMARC1"), ["version"]);
  assert.deepEqual(codes("v=dmarc1; p=none"), ["version", "value"]);
  assert.deepEqual(codes("v=DMARC1; p=none; p=reject"), ["twice"]);
  assert.deepEqual(codes("v=DMARC1; p=monitor; adkim=x; pct=101"), ["value", "value", "value"]);
  assert.deepEqual(codes("v=DMARC1; p=none; pct=50; ri=86400; rf=afrf"), ["removed", "removed", "removed"]);
  assert.deepEqual(codes("v=DMARC1; p=none; rua=dmarc@example.com"), ["value"]);
  assert.deepEqual(codes("v=DMARC1; p=none; policy=none; reject"), ["unknown", "syntax"]);
  assert.deepEqual(codes("v=DMARC1; rua=mailto:a@b.example"), ["no_policy"]);
});

test("hosts elsewhere must agree, hosts of the domain need not", () => {
  const of = (rua: string) => foreignHosts("example.com", readRecord(`v=DMARC1; p=none; rua=${rua}`));
  assert.deepEqual(of("mailto:a@example.com,mailto:b@mail.example.com"), []);
  assert.deepEqual(of("mailto:a@Other.example!5m,mailto:b@other.example,mailto:c@notexample.com"), ["other.example", "notexample.com"]);
  assert.deepEqual(foreignHosts("mail.example.com", readRecord("v=DMARC1; p=none; rua=mailto:a@example.com")), []);
});

test("names of domains and addresses are taken as people write them", () => {
  assert.equal(domainName(" Example.COM. "), "example.com");
  assert.equal(domainName("bücher.example"), "xn--bcher-kva.example");
  for (const wrong of ["", "localhost", "exa mple.com", "http://example.com", "192.0.2.1", "a..example", "-a.example", "example.com/x"])
    assert.equal(domainName(wrong), null, wrong);
  assert.equal(mailAddress("dmarc@Example.com"), "dmarc@example.com");
  for (const wrong of ["dmarc", "@example.com", "a@b@example.com", "a b@example.com", "a@localhost"]) assert.equal(mailAddress(wrong), null, wrong);
});
