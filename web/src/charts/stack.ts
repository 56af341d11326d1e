// The geometry of stacked bars, without any drawing: where each bar begins, and one path for each part.
// d3-scale is not used: its linear map would cost the 10 kB of colour arithmetic that hang on it (ARCHITECTURE.md).
import { max, nice, ticks } from "d3-array";
import { stack } from "d3-shape";
import type { TimePoint } from "../api/types";
import type { Interval } from "../days";

export interface Size {
  width: number;
  height: number;
  left: number; // room for the numbers
  bottom: number; // room for the days
  top: number;
}

export interface Bars {
  left: (index: number) => number; // where a bar begins
  barWidth: number;
  y: (messages: number) => number;
  ticks: number[];
  paths: string[]; // one for each part of a bar
}

const widestBar = 72;
const rounded = (n: number): number => Math.round(n * 10) / 10;

/** The share of a bar's room that stays empty: many bars touch. */
const gapOf = (count: number): number => (count > 200 ? 0 : count > 60 ? 0.15 : 0.25);

interface Part {
  of: (point: TimePoint) => number;
}

export function bars(points: readonly TimePoint[], size: Size, parts: readonly Part[]): Bars {
  const room = (size.width - size.left) / Math.max(1, points.length);
  const barWidth = Math.max(0.5, Math.min(widestBar, room * (1 - gapOf(points.length))));
  const left = (index: number) => size.left + index * room + (room - barWidth) / 2;
  const plotHeight = size.height - size.top - size.bottom;
  const [, top] = nice(0, Math.max(1, max(points, (point) => point.messages) ?? 1), 4);
  const y = (messages: number) => size.top + plotHeight * (1 - messages / top);
  const series = stack<TimePoint, Part>()
    .keys(parts)
    .value((point, part) => part.of(point))(points);
  const paths = series.map((one) => {
    let path = "";
    one.forEach(([low, high], index) => {
      if (high <= low) return;
      const bottom = rounded(y(low));
      // What is there is seen: few messages keep half a pixel.
      const upper = rounded(Math.min(y(high), y(low) - 0.5));
      path += `M${rounded(left(index))} ${bottom}V${upper}h${rounded(barWidth)}V${bottom}z`;
    });
    return path;
  });
  return { left, barWidth, y, ticks: ticks(0, top, 4).filter(Number.isInteger), paths };
}

/** Indexes of the bars whose day is written below them: regular, and `room` pixels apart. */
export function labelled(points: readonly TimePoint[], interval: Interval, width: number, room: number): number[] {
  const most = Math.max(1, Math.floor(width / room));
  const step = (steps: number[]) => steps.find((n) => points.length / n <= most) ?? Math.ceil(points.length / most);
  const every = interval === "day" ? step([1, 2, 7, 14, 28]) : interval === "week" ? step([1, 2, 4, 13, 26]) : step([1, 3, 6, 12]);
  const found: number[] = [];
  for (let index = points.length - 1; index >= 0; index -= every) found.unshift(index);
  return found;
}
