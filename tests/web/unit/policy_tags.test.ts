import assert from "node:assert/strict";
import { test } from "node:test";
import type { PublishedPolicy } from "../../../web/src/api/types";
import { changedTags, policyFilter, policyTags, policyWords } from "../../../web/src/policy_tags";

const policy = (some: Partial<PublishedPolicy>): PublishedPolicy => ({
  p: null, sp: null, np: null, adkim: null, aspf: null, pct: null, fo: null, testing: null, discovery_method: null, ...some,
});

test("a policy is written as its record has it, without what says nothing", () => {
  assert.equal(policyTags(policy({ p: "reject", sp: "none", pct: 100, fo: "", testing: false })), "p=reject; sp=none");
  assert.equal(policyTags(policy({ p: "none", pct: 0, testing: true })), "p=none; pct=0; t=y");
  assert.equal(policyTags(policy({})), "");
});

test("a change tells the tags that differ", () => {
  const before = policy({ p: "quarantine", adkim: "r", pct: 50 });
  const after = policy({ p: "reject", adkim: "r", sp: "none" });
  assert.deepEqual(changedTags(before, after), [
    { tag: "p", from: "quarantine", to: "reject" },
    { tag: "pct", from: "50", to: null },
    { tag: "sp", from: null, to: "none" },
  ]);
  assert.deepEqual(changedTags(before, before), []);
});

test("the filter for a policy names all that was said of it", () => {
  const whole = policy({ p: "reject", sp: "none", pct: 100, fo: "1:d", testing: false, discovery_method: "psl" });
  assert.equal(policyWords(whole), "p=reject; sp=none; pct=100; fo=1:d; t=n; discovery_method=psl");
  assert.equal(policyFilter(whole), policyWords(whole));
  assert.equal(policyFilter(policy({})), "p=unknown");
  assert.equal(policyFilter(policy({ p: "none", fo: "1; t=y" })), null);
});
