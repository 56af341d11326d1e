// What on the overview asks for a person, found from what the API tells; each with the numbers that made it one.
import type { DomainRow, PoliciesAnswer, Policy, ReporterRow, SourceRow, Status } from "./api/types";
import { failed, judged, passRate } from "./classes";
import { addDays, type Days, daysIn } from "./days";

export type Attention =
  | { kind: "failures_open"; count: number }
  | { kind: "rate_dropped"; domain: string; before: number; now: number; failed: number; days: Days | null }
  | { kind: "new_source"; ip: string; since: string; messages: number; failed: number }
  | { kind: "policy_changed"; domain: string; from: Policy | null; to: Policy | null; since: string }
  | { kind: "reporter_silent"; reporter: string; days: number; reported: number; of: number };

/** Rules of thumb, in one place; product words in words/. */
export const thresholds = {
  droppedPoints: 5, // percentage points below the period before
  enoughMessages: 50, // in both periods: fewer say little about a rate
  newWithinDays: 7, // a source is new when it was first seen in the last days of a longer window
  newFailed: 10, // messages of it that failed
  regularReports: 5, // days with reports that make a reporter regular
  policyWithinDays: 30, // a change of what a domain asks for is told for so long
  silentGaps: 3, // times its usual distance between reports
} as const;

const each = 5; // of one kind; more than that is a page of its own

export function openFailures(status: Status): Attention[] {
  return status.failures_open > 0 ? [{ kind: "failures_open", count: status.failures_open }] : [];
}

/** `days`: those of `now`. */
export function droppedRates(now: DomainRow[], before: DomainRow[], days: Days | null = null): Attention[] {
  const earlier = new Map(before.map((row) => [row.domain, row]));
  const found: Extract<Attention, { kind: "rate_dropped" }>[] = [];
  for (const row of now) {
    const then = earlier.get(row.domain);
    if (!then || judged(row) < thresholds.enoughMessages || judged(then) < thresholds.enoughMessages) continue;
    const rate = passRate(row) ?? 0;
    const rateThen = passRate(then) ?? 0;
    if (rateThen - rate < thresholds.droppedPoints / 100) continue;
    found.push({
      kind: "rate_dropped",
      domain: row.domain,
      before: rateThen,
      now: rate,
      failed: failed(row),
      days,
    });
  }
  return found.sort((a, b) => b.failed - a.failed).slice(0, each);
}

export function newFailingSources(rows: SourceRow[], from: string | null, to: string | null): Attention[] {
  if (!from || !to || daysIn(from, to) < 2 * thresholds.newWithinDays) return [];
  const recent = addDays(to, 1 - thresholds.newWithinDays);
  const found: Extract<Attention, { kind: "new_source" }>[] = [];
  for (const row of rows) {
    if (row.ip === null || row.first_seen < recent || failed(row) < thresholds.newFailed) continue;
    if (failed(row) * 2 < judged(row)) continue;
    found.push({ kind: "new_source", ip: row.ip, since: row.first_seen, messages: row.messages, failed: failed(row) });
  }
  return found.sort((a, b) => b.failed - a.failed).slice(0, each);
}

export function silentReporters(rows: ReporterRow[], from: string | null, to: string | null): Attention[] {
  if (!from || !to) return [];
  const of = daysIn(from, to);
  const found: Extract<Attention, { kind: "reporter_silent" }>[] = [];
  for (const row of rows) {
    if (row.days_with_reports < thresholds.regularReports || row.silent_days < 2) continue;
    const gap = Math.max(1, (of - row.silent_days) / row.days_with_reports);
    if (row.silent_days < thresholds.silentGaps * gap) continue;
    found.push({
      kind: "reporter_silent",
      reporter: row.reporter,
      days: row.silent_days,
      reported: row.days_with_reports,
      of,
    });
  }
  return found.sort((a, b) => b.reported - a.reported).slice(0, each);
}

/** What domains newly ask for, since the day on which the first reporter saw it. */
export function changedPolicies(changes: PoliciesAnswer["changes"], to: string | null): Attention[] {
  if (!to) return [];
  const recent = addDays(to, 1 - thresholds.policyWithinDays);
  const found = new Map<string, Extract<Attention, { kind: "policy_changed" }>>();
  for (const change of changes) {
    if (change.from.p === change.to.p || change.day < recent) continue;
    const key = `${change.domain} ${change.from.p} ${change.to.p}`;
    const known = found.get(key);
    if (known && known.since <= change.day) continue;
    found.set(key, { kind: "policy_changed", domain: change.domain, from: change.from.p, to: change.to.p, since: change.day });
  }
  return [...found.values()].sort((a, b) => b.since.localeCompare(a.since)).slice(0, each);
}
