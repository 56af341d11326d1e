import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, count, days, percent, points, useLanguage } from "../../../web/src/format";

test("percentages never round to all or nothing", () => {
  assert.equal(percent(1, 1), "100\u202f%");
  assert.equal(percent(99_999, 100_000), ">99.9\u202f%");
  assert.equal(percent(1, 100_000), "<0.1\u202f%");
  assert.equal(percent(0, 5), "0\u202f%");
  assert.equal(percent(987, 1000), "98.7\u202f%");
  assert.equal(percent(0, 0), "–");
});

test("differences carry their sign", () => {
  assert.deepEqual([points(-0.44), points(2), points(0.01)], ["−0.4", "+2.0", "±0.0"]);
});

test("a window says its year once", () => {
  assert.match(days("2026-10-20", "2026-11-18"), /^20 Oct\s–\s18 Nov 2026$/u);
  assert.equal(days("2026-11-18", "2026-11-18"), "18 Nov 2026");
});

test("numbers and days follow the language", () => {
  useLanguage("ja");
  assert.equal(count(1_204_331), "1,204,331");
  assert.match(days("2026-11-18", "2026-11-18"), /2026年11月18日/);
  useLanguage("en");
});

test("sizes are told in powers of 1024", () => {
  assert.deepEqual([bytes(17), bytes(9213), bytes(64 * 1024 * 1024)], ["17 B", "9 KiB", "64 MiB"]);
});
