import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, completeDays, daysIn, intervalFor, isDay, lastDay } from "../../../web/src/days";

test("days are counted across months, leap days and daylight saving", () => {
  assert.equal(addDays("2024-02-28", 1), "2024-02-29");
  assert.equal(addDays("2026-11-01", -1), "2026-10-31");
  assert.equal(daysIn("2026-10-20", "2026-11-18"), 30);
});

test("an interval ends with its week or month, and never beyond the window", () => {
  assert.equal(lastDay("2026-11-09", "week", "2026-11-18"), "2026-11-15");
  assert.equal(lastDay("2026-11-16", "week", "2026-11-18"), "2026-11-18");
  assert.equal(lastDay("2026-02-01", "month", "2026-11-18"), "2026-02-28");
  assert.equal(lastDay("2026-12-01", "month", "2027-11-18"), "2026-12-31");
});

test("long windows get weeks, then months", () => {
  assert.deepEqual([30, 120, 121, 800, 801].map(intervalFor), ["day", "day", "week", "week", "month"]);
});

test("only real days are days", () => {
  assert.ok(isDay("2026-11-18"));
  assert.ok(!isDay("2026-13-18"));
  assert.ok(!isDay("18.11.2026"));
});

const meta = (from: string | null, to: string | null, complete_through: string | null) => ({ from, to, as_of: to, complete_through, generation: 1 });

test("days that are not told in full take no part in a comparison", () => {
  assert.deepEqual(completeDays(meta("2026-11-12", "2026-11-18", "2026-11-17")), { from: "2026-11-12", to: "2026-11-17" });
  assert.deepEqual(completeDays(meta("2026-10-01", "2026-10-30", "2026-11-17")), { from: "2026-10-01", to: "2026-10-30" });
  assert.equal(completeDays(meta("2026-11-18", "2026-11-18", "2026-11-17")), null);
  assert.equal(completeDays(meta(null, null, null)), null);
});
