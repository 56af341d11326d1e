import assert from "node:assert/strict";
import { test } from "node:test";
import type { DomainRow, ReporterRow, SourceRow } from "../../../web/src/api/types";
import { changedPolicies, droppedRates, newFailingSources, silentReporters } from "../../../web/src/attention";

const classes = (passed: number, failed: number) => ({
  messages: passed + failed, pass_both: passed, pass_one: 0, fail_delivered: failed, fail_stopped: 0, unknown: 0,
});
const domain = (name: string, passed: number, failed: number): DomainRow => ({
  domain: name, reports: 1, reporters: 1, policy: null, first_seen: "2026-10-20", last_seen: "2026-11-18", strip: [], ...classes(passed, failed),
});
const source = (ip: string, first_seen: string, passed: number, failed: number): SourceRow => ({
  ip, domains: 1, first_seen, last_seen: "2026-11-18", strip: [], ...classes(passed, failed),
});
const reporter = (name: string, days_with_reports: number, silent_days: number): ReporterRow => ({
  reporter: name, emails: [], reports: 1, domains: 1, sources: null, first_seen: "2026-10-20", last_seen: "2026-11-18",
  last_stored_at: "2026-11-18T00:00:00Z", days_with_reports, silent_days, notes: [], ...classes(1, 0),
});

test("a rate that fell by five points with enough messages asks for attention", () => {
  const before = [domain("a.example", 990, 10), domain("b.example", 990, 10), domain("few.example", 20, 0)];
  const now = [domain("a.example", 900, 100), domain("b.example", 960, 40), domain("few.example", 0, 20)];
  assert.deepEqual(droppedRates(now, before).map((one) => one.kind === "rate_dropped" && one.domain), ["a.example"]);
});

test("a source is new in the last week of a longer window, when most of its mail fails", () => {
  const rows = [
    source("192.0.2.1", "2026-11-15", 0, 40),
    source("192.0.2.2", "2026-11-01", 0, 40),
    source("192.0.2.3", "2026-11-15", 400, 40),
    source("192.0.2.4", "2026-11-15", 0, 3),
  ];
  const found = newFailingSources(rows, "2026-10-20", "2026-11-18");
  assert.deepEqual(found.map((one) => one.kind === "new_source" && one.ip), ["192.0.2.1"]);
  assert.deepEqual(newFailingSources(rows, "2026-11-12", "2026-11-18"), []);
});

test("silence is measured by what is usual for a reporter", () => {
  const rows = [reporter("daily", 25, 4), reporter("weekly", 5, 4), reporter("new", 2, 20), reporter("late", 29, 1)];
  const found = silentReporters(rows, "2026-10-20", "2026-11-18");
  assert.deepEqual(found.map((one) => one.kind === "reporter_silent" && one.reporter), ["daily"]);
});

test("a change of policy is told once, from the day on which the first reporter saw it", () => {
  const published = (p: "none" | "reject", pct: number | null = null) => ({ p, sp: null, np: null, adkim: null, aspf: null, pct, fo: null, testing: null, discovery_method: null });
  const change = (day: string, reporter: string, from = published("none"), to = published("reject")) => ({ day, domain: "a.example", reporter, from, to });
  const found = changedPolicies(
    [change("2026-11-12", "late"), change("2026-11-10", "early"), change("2026-11-14", "tags", published("none"), published("none", 50)), change("2026-09-01", "old")],
    "2026-11-18",
  );
  assert.deepEqual(found, [{ kind: "policy_changed", domain: "a.example", from: "none", to: "reject", since: "2026-11-10" }]);
});
