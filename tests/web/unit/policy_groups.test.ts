import assert from "node:assert/strict";
import { test } from "node:test";
import type { PolicyRow } from "../../../web/src/api/types";
import { policyGroups } from "../../../web/src/policy_groups";

const row = (domain: string, p: "none" | "reject", sp: "none" | null, first_seen: string, last_seen: string, messages: number): PolicyRow => ({
  domain,
  policy: { p, sp, np: null, adkim: null, aspf: null, pct: null, fo: null, testing: null, discovery_method: null },
  reports: 1, reporters: 1, first_seen, last_seen,
  messages, pass_both: messages, pass_one: 0, fail_delivered: 0, fail_stopped: 0, unknown: 0,
  cells: [{ disposition: "none", class: "pass_both", messages }],
});

test("rows with the same domain and p become one, with their cells added and their days joined", () => {
  const rows = [
    row("a.example", "reject", null, "2026-11-10", "2026-11-18", 10),
    row("a.example", "none", null, "2026-10-01", "2026-11-09", 7),
    row("a.example", "reject", "none", "2026-11-08", "2026-11-12", 5),
    row("b.example", "reject", null, "2026-11-10", "2026-11-18", 1),
  ];
  const groups = policyGroups(rows, (policy) => policy.p);
  assert.deepEqual(groups.map((one) => [one.domain, one.policy.p, one.messages, one.first_seen, one.last_seen]), [
    ["a.example", "reject", 15, "2026-11-08", "2026-11-18"],
    ["a.example", "none", 7, "2026-10-01", "2026-11-09"],
    ["b.example", "reject", 1, "2026-11-10", "2026-11-18"],
  ]);
  assert.equal(groups[0]?.cells[0]?.messages, 15);
  assert.equal(rows[0]?.cells[0]?.messages, 10, "what came in stays as it was");
});
