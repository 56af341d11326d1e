// The result classes, in the order they have everywhere, and the sums people ask for.
import type { Classes, ResultClass } from "./api/types";

export const resultClasses: readonly ResultClass[] = [
  "pass_both",
  "pass_one",
  "fail_delivered",
  "fail_stopped",
  "unknown",
];
export const passClasses: ResultClass[] = ["pass_both", "pass_one"];
export const failClasses: ResultClass[] = ["fail_delivered", "fail_stopped"];

export const passed = (counts: Classes): number => counts.pass_both + counts.pass_one;
export const failed = (counts: Classes): number => counts.fail_delivered + counts.fail_stopped;
/** Messages with a verdict: what a pass rate is a share of. */
export const judged = (counts: Classes): number => passed(counts) + failed(counts);
/** 0 .. 1; null where nothing has a verdict. */
export const passRate = (counts: Classes): number | null => (judged(counts) > 0 ? passed(counts) / judged(counts) : null);

/** The classes to show: unknown only where it is not 0. */
export const shown = (counts: Classes): ResultClass[] =>
  resultClasses.filter((name) => name !== "unknown" || counts.unknown > 0);
