import assert from "node:assert/strict";
import { test } from "node:test";
import type { PublishedPolicy } from "../../../web/src/api/types";
import { policyShifts } from "../../../web/src/policy_shifts";

const policy = (p: "none" | "reject", adkim: "r" | null = null): PublishedPolicy => ({
  p, sp: null, np: null, adkim, aspf: null, pct: null, fo: null, testing: null, discovery_method: null,
});
const change = (day: string, reporter: string, domain = "a.example", from = policy("none"), to = policy("reject")) => ({ day, domain, reporter, from, to });

test("what reporters see one after the other is one change, the first to see it first", () => {
  const shifts = policyShifts([
    change("2026-11-05", "Late"),
    change("2026-11-01", "B"),
    change("2026-11-01", "A", "a.example", policy("none", "r"), policy("reject", "r")),
    change("2026-11-01", "A", "b.example"),
    change("2026-10-30", "First"),
  ]);
  assert.deepEqual(shifts.map((one) => [one.domain, one.first, one.last]), [
    ["a.example", "2026-10-30", "2026-11-05"],
    ["b.example", "2026-11-01", "2026-11-01"],
  ]);
  assert.deepEqual(shifts[0]?.seen, [
    { day: "2026-10-30", reporters: ["First"] },
    { day: "2026-11-01", reporters: ["B", "A"] },
    { day: "2026-11-05", reporters: ["Late"] },
  ]);
});

test("the way back is another change, and so is the same one long afterwards", () => {
  const back = change("2026-11-10", "A", "a.example", policy("reject"), policy("none"));
  const shifts = policyShifts([change("2026-12-20", "A"), back, change("2026-11-01", "A")]);
  assert.deepEqual(shifts.map((one) => [one.first, one.to.p]), [
    ["2026-12-20", "reject"],
    ["2026-11-10", "none"],
    ["2026-11-01", "reject"],
  ]);
});
