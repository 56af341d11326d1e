// Numbers and days for people, in the language of the page. Days are UTC and shown as such.
import { chosenLanguage } from "./preferences";

let language: string = "";
let counts: Intl.NumberFormat;
let compacts: Intl.NumberFormat;
let dayWithYear: Intl.DateTimeFormat;
let dayAlone: Intl.DateTimeFormat;
let monthWithYear: Intl.DateTimeFormat;
let weekdayAndDay: Intl.DateTimeFormat;
let moments: Intl.DateTimeFormat;

/** To be called before the first use, and after the language changed. */
export function useLanguage(code: string = chosenLanguage()): void {
  language = code === "en" ? "en-GB" : code;
  const utc = { timeZone: "UTC" } as const;
  counts = new Intl.NumberFormat(code);
  compacts = new Intl.NumberFormat(code, { notation: "compact", maximumFractionDigits: 1 });
  dayWithYear = new Intl.DateTimeFormat(language, { ...utc, day: "numeric", month: "short", year: "numeric" });
  dayAlone = new Intl.DateTimeFormat(language, { ...utc, day: "numeric", month: "short" });
  monthWithYear = new Intl.DateTimeFormat(language, { ...utc, month: "short", year: "numeric" });
  weekdayAndDay = new Intl.DateTimeFormat(language, { ...utc, weekday: "short", day: "numeric", month: "short", year: "numeric" });
  moments = new Intl.DateTimeFormat(language, {
    ...utc,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}
useLanguage("en");

const noon = (day: string): Date => new Date(day + "T12:00:00Z");

export const count = (n: number): string => counts.format(n);
export const compact = (n: number): string => compacts.format(n);
export const day = (value: string): string => dayWithYear.format(noon(value));
export const shortDay = (value: string): string => dayAlone.format(noon(value));
export const month = (value: string): string => monthWithYear.format(noon(value));
export const fullDay = (value: string): string => weekdayAndDay.format(noon(value));
export const moment = (value: string): string => moments.format(new Date(value)) + " UTC";

/** Both ends, without saying the year twice. */
export function days(from: string, to: string): string {
  if (from === to) return day(from);
  return dayWithYear.formatRange(noon(from), noon(to));
}

/** A share in percent. Says neither "100 %" of what is not all nor "0 %" of what is something. */
export function percent(part: number, whole: number, digits = 1): string {
  if (whole <= 0) return "–";
  const step = 10 ** -digits;
  const value = (100 * part) / whole;
  const written = (n: number) =>
    new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n) + "\u202f%";
  if (part === whole) return "100\u202f%";
  if (part === 0) return "0\u202f%";
  if (value > 100 - step / 2) return ">" + written(100 - step);
  if (value < step / 2) return "<" + written(step);
  return written(value);
}

/** A difference in percentage points, with its sign. */
export function points(difference: number): string {
  const n = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const text = n.format(Math.abs(difference));
  if (text === n.format(0)) return "±" + text;
  return (difference < 0 ? "−" : "+") + text;
}

export function bytes(n: number): string {
  if (n < 1024) return count(n) + " B";
  const units = ["KiB", "MiB", "GiB"];
  let value = n / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value) + " " + units[unit];
}

let regions: Intl.DisplayNames | null = null;
export function country(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  regions ??= new Intl.DisplayNames([language], { type: "region" });
  return regions.of(code) ?? code;
}
