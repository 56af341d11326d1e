import assert from "node:assert/strict";
import { test } from "node:test";
import type { DomainRow, ReporterRow, SourceRow } from "../../../web/src/api/types";
import { droppedRates, newFailingSources, silentReporters } from "../../../web/src/attention";

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
