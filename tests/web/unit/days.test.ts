import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, daysIn, intervalFor, isDay, lastDay } from "../../../web/src/days";

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
