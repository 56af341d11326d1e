import assert from "node:assert/strict";
import { test } from "node:test";
import type { TimePoint } from "../../../web/src/api/types";
import { bars as drawnBars, labelled, type Size } from "../../../web/src/charts/stack";
import { resultClasses } from "../../../web/src/classes";

const point = (day: number, pass_both: number, fail_stopped = 0): TimePoint => ({
  day: new Date(Date.UTC(2026, 0, day)).toISOString().slice(0, 10),
  messages: pass_both + fail_stopped,
  pass_both,
  pass_one: 0,
  fail_delivered: 0,
  fail_stopped,
  unknown: 0,
  complete: true,
  reporters: 3,
});
const bars = (points: TimePoint[], of: Size) => drawnBars(points, of, resultClasses.map((name) => ({ of: (one: TimePoint) => one[name] })));
const size = { width: 440, height: 230, left: 40, top: 10, bottom: 20 };

test("bars stand side by side, and a class lies on the one below it", () => {
  const drawn = bars([point(1, 50, 50), point(2, 100)], size);
  assert.equal(drawn.y(0), 210);
  assert.equal(drawn.y(100), 10);
  const both = drawn.paths[resultClasses.indexOf("pass_both")] ?? "";
  const stopped = drawn.paths[resultClasses.indexOf("fail_stopped")] ?? "";
  assert.equal(both.match(/M/g)?.length, 2);
  assert.equal(stopped.match(/M/g)?.length, 1);
  assert.match(stopped, /^M[\d.]+ 110V10h/);
  assert.ok(drawn.left(1) > drawn.left(0) + drawn.barWidth);
});

test("a class with a single message among thousands is seen", () => {
  const path = bars([point(1, 100_000, 1)], size).paths[resultClasses.indexOf("fail_stopped")] ?? "";
  const [, bottom = "", top = ""] = /^M[\d.]+ ([\d.]+)V([\d.]+)/.exec(path) ?? [];
  assert.ok(Number(bottom) - Number(top) >= 0.5);
});

test("an empty window draws a frame and no bars", () => {
  const drawn = bars([], size);
  assert.deepEqual(drawn.paths, ["", "", "", "", ""]);
  assert.ok(drawn.ticks.every(Number.isInteger));
});

test("two years stay one path for each class", () => {
  const drawn = bars(Array.from({ length: 730 }, (_, day) => point(day + 1, 100, 3)), size);
  assert.equal(drawn.paths.length, 5);
});

test("written days are regular, end with the last, and have room", () => {
  const points = Array.from({ length: 30 }, (_, day) => point(day + 1, 1));
  const found = labelled(points, "day", 400, 64);
  assert.equal(found.at(-1), 29);
  assert.ok(found.length <= 6);
  assert.equal(new Set(found.slice(1).map((index, i) => index - (found[i] ?? 0))).size, 1);
});
