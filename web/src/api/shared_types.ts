// What the shapes of the JSON API, /api/v1, have in common. server/api/ writes them, the pages read nothing else.
// Counts are messages unless the name says otherwise; days are UTC, "2026-11-18"; times RFC 3339 UTC.

export type ResultClass = "pass_both" | "pass_one" | "fail_delivered" | "fail_stopped" | "unknown";
export type Disposition = "none" | "pass" | "quarantine" | "reject" | "unknown";
export type DmarcResult = "pass" | "fail" | "unknown"; // aligned
export type Policy = "none" | "quarantine" | "reject"; // null where the report does not say
export type Alignment = "r" | "s";
export type Outcome = "stored" | "duplicate" | "conflict" | "quarantined" | "ignored";

/** The five always add up to `messages`. */
export interface Classes {
  messages: number;
  pass_both: number;
  pass_one: number;
  fail_delivered: number;
  fail_stopped: number;
  unknown: number;
}

/** The window that was asked for, and how far the stored reports reach. Null where nothing is stored. */
export interface Meta {
  from: string | null;
  to: string | null;
  as_of: string | null; // newest report day
  complete_through: string | null; // newest day for which all usual reporters are in
  generation: number; // grows at each commit
}
export interface Page {
  limit: number;
  next_cursor: string | null;
}
/** One object. */
export interface One<T, M = Meta> {
  data: T;
  meta: M;
}
/** A list, in pages; `meta.total` counts all rows that match. */
export interface List<T, M = Meta> {
  data: T[];
  page: Page;
  meta: M & { total: number };
}
/** RFC 9457, application/problem+json. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: { parameter: string; detail?: string }[];
}
