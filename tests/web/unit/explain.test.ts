import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuthDkim, AuthSpf, PublishedPolicy } from "../../../web/src/api/types";
import { akin, explainDkim, explainSpf } from "../../../web/src/explain";

const policy = (adkim: "r" | "s" | null = null, aspf: "r" | "s" | null = null): PublishedPolicy => ({
  p: "reject", sp: null, np: null, adkim, aspf, pct: null, fo: null, testing: null, discovery_method: null,
});
const signature = (domain: string, result = "pass", selector: string | null = "s1"): AuthDkim => ({ domain, selector, result });
const spf = (domain: string, result = "pass", scope: "mfrom" | "helo" = "mfrom"): AuthSpf => ({ domain, scope, result });
const kinds = (found: { kind: string }[]) => found.map((one) => one.kind);

test("kinship is the same name or one below the other, whatever the case", () => {
  assert.ok(akin("Mail.Example.com", "example.com."));
  assert.ok(akin("example.com", "news.example.com"));
  assert.ok(!akin("badexample.com", "example.com"));
  assert.ok(!akin(null, "example.com"));
  assert.ok(!akin("", ""));
});

test("a valid signature of the same domain is the aligned one", () => {
  const record = { dkim: "pass" as const, header_from: "example.com", dkim_results: [signature("mcsv.net"), signature("example.com")] };
  const found = explainDkim(record, policy());
  assert.deepEqual(kinds(found), ["aligned", "not_aligned"]);
  assert.equal(found[0]?.kind === "aligned" && found[0].domain, "example.com");
});

test("a valid signature of a stranger is not aligned", () => {
  const record = { dkim: "fail" as const, header_from: "example.com", dkim_results: [signature("mcsv.net")] };
  assert.deepEqual(kinds(explainDkim(record, policy())), ["not_aligned"]);
});

test("strict alignment is named when only it stands in the way", () => {
  const record = { dkim: "fail" as const, header_from: "example.com", dkim_results: [signature("mail.example.com")] };
  assert.deepEqual(kinds(explainDkim(record, policy("s"))), ["strict"]);
  assert.deepEqual(kinds(explainDkim(record, policy("r"))), ["refused"]);
});

test("a sibling that the reporter counted is believed", () => {
  const record = { dkim: "pass" as const, header_from: "a.example.com", dkim_results: [signature("b.example.com")] };
  assert.deepEqual(kinds(explainDkim(record, policy())), ["aligned"]);
});

test("a verdict without any signature that shows it is said to be so", () => {
  assert.deepEqual(kinds(explainDkim({ dkim: "pass", header_from: "example.com", dkim_results: [] }, policy())), ["aligned_unnamed"]);
  const failing = { dkim: "pass" as const, header_from: "example.com", dkim_results: [signature("example.com", "fail")] };
  assert.deepEqual(kinds(explainDkim(failing, policy())), ["aligned_unnamed", "bad"]);
});

test("no result, or only none, is nothing", () => {
  assert.deepEqual(kinds(explainDkim({ dkim: "fail", header_from: "example.com", dkim_results: [] }, policy())), ["nothing"]);
  const none = { spf: "fail" as const, header_from: "example.com", spf_results: [spf("example.com", "none")] };
  assert.deepEqual(kinds(explainSpf(none, policy())), ["nothing"]);
});

test("the reporter's own word is shown for a bad result", () => {
  const raw: AuthDkim = { domain: "example.com", selector: null, result: "permerror", raw: "perm_fail" };
  const [found] = explainDkim({ dkim: "fail", header_from: "example.com", dkim_results: [raw] }, policy());
  assert.deepEqual(found, { kind: "bad", domain: "example.com", selector: null, result: "perm_fail" });
});

test("a pass of the HELO name does not count for DMARC", () => {
  const record = { spf: "fail" as const, header_from: "example.com", spf_results: [spf("mx.example.com", "pass", "helo")] };
  assert.deepEqual(kinds(explainSpf(record, policy())), ["helo"]);
});

test("an SPF pass of the same domain that was counted as failed is pointed out", () => {
  const record = { spf: "fail" as const, header_from: "example.com", spf_results: [spf("example.com")] };
  assert.deepEqual(kinds(explainSpf(record, policy())), ["refused"]);
});
