import assert from "node:assert/strict";
import { test } from "node:test";
import { type Identity, identityScope } from "../../../web/src/identity";

const identity = (selector: string | null, changes: Partial<Identity> = {}): Identity => ({
  header_from: "example.com",
  envelope_from: "mail.example.com",
  dkim: [{ domain: "example.com", selector, result: "pass" }],
  spf: [],
  messages: 1,
  class: "pass_one",
  ...changes,
});
const scope = new URLSearchParams("ip=192.0.2.1");

test("an identity is asked for by what tells it from the others", () => {
  const all = [identity("a"), identity("b"), identity("a", { class: "fail_delivered" })];
  assert.equal(identityScope(scope, all[0]!, all)?.toString(), "ip=192.0.2.1&header_from=example.com&class=pass_one&dkim_selector=a");
  assert.equal(identityScope(scope, all[2]!, all)?.toString(), "ip=192.0.2.1&header_from=example.com&class=fail_delivered");
});

test("an identity that no filter tells from another one has no rows of its own", () => {
  const all = [identity("a"), identity("a", { dkim: [{ domain: "example.com", selector: "a", result: "fail" }] })];
  assert.equal(identityScope(scope, all[0]!, all), null);
});

test("a filter on one of several results is never replaced", () => {
  const all = [identity("a"), identity("b")];
  assert.equal(identityScope(new URLSearchParams("dkim_selector=c"), all[0]!, all), null);
});
