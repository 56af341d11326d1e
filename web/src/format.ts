// Numbers and days for people, in the language of the page. Days are UTC and shown as such.
import { chosenLanguage } from "./preferences";

let language = "en-GB";
let digits = "en"; // the language of numbers

// A formatter costs more than all that one page writes with it: each is made when it is first needed, once.
const formatters = new Map<string, unknown>();
function kept<T>(name: string, make: () => T): T {
  let formatter = formatters.get(name) as T | undefined;
  if (formatter === undefined) formatters.set(name, (formatter = make()));
  return formatter;
}
const numbers = (name: string, options: Intl.NumberFormatOptions, locale = language): Intl.NumberFormat =>
  kept(name, () => new Intl.NumberFormat(locale, options));
const dates = (name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  kept(name, () => new Intl.DateTimeFormat(language, { timeZone: "UTC", ...options }));
const fixed = (places: number): Intl.NumberFormat =>
  numbers("fixed" + places, { minimumFractionDigits: places, maximumFractionDigits: places });
const dayWithYear = (): Intl.DateTimeFormat => dates("day", { day: "numeric", month: "short", year: "numeric" });

/** To be called before the first use, and after the language changed. */
export function useLanguage(code: string = chosenLanguage()): void {
  digits = code;
  language = code === "en" ? "en-GB" : code;
  formatters.clear();
}

const noon = (day: string): Date => new Date(day + "T12:00:00Z");

export const count = (n: number): string => numbers("count", {}, digits).format(n);
export const average = (n: number): string => numbers("average", { maximumSignificantDigits: 3 }, digits).format(n);
export const compact = (n: number): string => numbers("compact", { notation: "compact", maximumFractionDigits: 1 }, digits).format(n);
export const day = (value: string): string => dayWithYear().format(noon(value));
export const shortDay = (value: string): string => dates("short", { day: "numeric", month: "short" }).format(noon(value));
export const month = (value: string): string => dates("month", { month: "short", year: "numeric" }).format(noon(value));
export const fullDay = (value: string): string => 
  dates("full", { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(noon(value));
export const moment = (value: string): string =>
  dates("moment", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(value)) + " UTC";

/** Both ends, without saying the year twice. */
export function days(from: string, to: string): string {
  if (from === to) return day(from);
  return dayWithYear().formatRange(noon(from), noon(to));
}

/** A share in percent. Says neither "100 %" of what is not all nor "0 %" of what is something. */
export function percent(part: number, whole: number, places = 1): string {
  if (whole <= 0) return "–";
  const step = 10 ** -places;
  const value = (100 * part) / whole;
  const written = (n: number) => fixed(places).format(n) + "\u202f%";
  if (part === whole) return "100\u202f%";
  if (part === 0) return "0\u202f%";
  if (value > 100 - step / 2) return ">" + written(100 - step);
  if (value < step / 2) return "<" + written(step);
  return written(value);
}

/** A difference in percentage points, with its sign. */
export function points(difference: number): string {
  const n = fixed(1);
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
  return numbers("bytes", { maximumFractionDigits: 1 }).format(value) + " " + units[unit];
}

export function country(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return kept("country", () => new Intl.DisplayNames([language], { type: "region" })).of(code) ?? code;
}
