// What bars are stacked of: the result classes, or the values of a field. Each has a name, a mark, a paint, a number at
// each point, and the rows behind that number.
import { sum } from "d3-array";
import type { ComponentChildren } from "preact";
import type { TimePoint, TimeseriesAnswer } from "../api/types";
import { resultClasses } from "../classes";
import { ClassIcon } from "../components/class_mark";
import { narrowed, ofClasses, withoutAll } from "../query";
import { words } from "../words";
import { sayValue } from "../words/values";

export interface Series {
  key: string;
  name: string;
  meaning?: string;
  mark: ComponentChildren;
  paint: string; // class names of its bars
  of: (point: TimePoint) => number;
  rows: (scope: URLSearchParams) => URLSearchParams;
}

/** By what bars can be stacked, besides the classes. */
export const stackFields = ["disposition", "reporter", "policy", "combination", "domain"] as const;
export type StackField = (typeof stackFields)[number];

export function classSeries(points: readonly TimePoint[]): Series[] {
  return resultClasses
    .filter((name) => name !== "unknown" || points.some((point) => point.unknown > 0))
    .map((name) => ({
      key: name,
      name: words.classes[name],
      meaning: words.class_meaning[name],
      mark: <ClassIcon name={name} />,
      paint: name,
      of: (point) => point[name],
      rows: (scope) => ofClasses(scope, [name]),
    }));
}

const ordered = new Set(["none", "quarantine", "reject"]);
const paintOf = (field: StackField, key: string, index: number): string => {
  if (key === "other") return "series-rest";
  return (field === "policy" || field === "disposition") && ordered.has(key) ? "published-" + key : `series-${index % 8}`;
};

/** "other" stands for what is beyond the keys that are told apart. */
export function keySeries(field: StackField, keys: readonly string[]): Series[] {
  const told = keys.filter((key) => key !== "other");
  return keys.map((key, index) => {
    const paint = paintOf(field, key, index);
    return {
      key,
      name: key === "other" ? words.chart.other : sayValue({ field, value: key }),
      mark: (
        <svg class="series-mark" width="12" height="12" aria-hidden="true">
          <rect class={"bar " + paint} width="12" height="12" />
        </svg>
      ),
      paint,
      // A reporter may be called "constructor", which every object answers to.
      of: (point) => (point.by && Object.hasOwn(point.by, key) ? (point.by[key] ?? 0) : 0),
      rows: (scope) => (key === "other" ? withoutAll(scope, field, told) : narrowed(scope, field, key)),
    };
  });
}

export const seriesOf = (answer: TimeseriesAnswer, field: StackField | null): Series[] =>
  field && answer.keys ? keySeries(field, answer.keys) : classSeries(answer.data);

export const total = (points: readonly TimePoint[], of: (point: TimePoint) => number): number => sum(points, of);
