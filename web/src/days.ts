// Days as the API writes them, "2026-11-18"; all of them UTC.
import type { Meta } from "./api/types";

const dayMilliseconds = 86_400_000;

export const dayNumber = (day: string): number => Math.round(Date.parse(day + "T00:00:00Z") / dayMilliseconds);
export const dayOf = (number: number): string => new Date(number * dayMilliseconds).toISOString().slice(0, 10);
export const addDays = (day: string, days: number): string => dayOf(dayNumber(day) + days);
/** How many days lie in `from` .. `to`, both included. */
export const daysIn = (from: string, to: string): number => dayNumber(to) - dayNumber(from) + 1;
export const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

export type Interval = "day" | "week" | "month";

/** Few enough bars to tell apart. */
export function intervalFor(days: number): Interval {
  if (days <= 120) return "day";
  return days <= 800 ? "week" : "month";
}

/** The last day of the interval that begins on `day`, not beyond `end`. */
export function lastDay(day: string, interval: Interval, end: string): string {
  let last = day;
  if (interval === "week") last = addDays(day, 6);
  if (interval === "month") {
    const [year = 0, month = 1] = day.split("-").map(Number);
    last = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
  }
  return last > end ? end : last;
}

export interface Days {
  from: string;
  to: string;
}

/** The days of the window that all usual reporters told of; null where there is none. */
export function completeDays(meta: Meta): Days | null {
  if (!meta.from || !meta.to) return null;
  const to = meta.complete_through && meta.complete_through < meta.to ? meta.complete_through : meta.to;
  return to < meta.from ? null : { from: meta.from, to };
}
