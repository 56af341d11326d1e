// Domains, reporters, sources, policies.
import type { BreakdownRow, TimePoint } from "./number_types";
import type { AuthDkim, AuthSpf } from "./report_types";
import type { Alignment, Classes, Disposition, List, Policy, ResultClass } from "./shared_types";

// GET /domains
export interface DomainRow extends Classes {
  domain: string;
  reports: number;
  reporters: number;
  policy: PublishedPolicy | null; // of the newest report
  first_seen: string;
  last_seen: string;
  strip: StripDay[]; // the 14 days that end at meta.to, oldest first
}
export interface StripDay {
  day: string;
  pass: number;
  fail: number;
  unknown: number;
}

export interface PublishedPolicy {
  p: Policy | null;
  sp: Policy | null;
  np: Policy | null;
  adkim: Alignment | null;
  aspf: Alignment | null;
  pct: number | null;
  fo: string | null;
  testing: boolean | null;
  discovery_method: "psl" | "treewalk" | null;
}

// GET /reporters
export interface ReporterRow extends Classes {
  reporter: string; // org_name
  emails: string[];
  reports: number;
  domains: number;
  sources: number | null;
  first_seen: string;
  last_seen: string;
  last_stored_at: string;
  days_with_reports: number; // of the window
  reports_per_day: number | null; // from its first to its last day; null for fewer than 5 reports
  usual_send_hour: number | null; // 0 to 23, UTC; null where nothing is usual
  silent_days: number; // days between its last report and as_of; 0 when it is up to date
  notes: { code: string; reports: number }[]; // what the parser noted, most frequent first
}

// GET /sources
export interface SourceRow extends Classes {
  ip: string | null; // null: all sources that are no address
  domains: number;
  first_seen: string;
  last_seen: string;
  strip: StripDay[];
}

// GET /sources/{ip}
export interface SourceDetail extends Classes {
  ip: string;
  first_seen: string;
  last_seen: string;
  days: TimePoint[]; // 90 days that end at as_of
  domains: BreakdownRow[];
  reporters: BreakdownRow[];
  dispositions: BreakdownRow[];
  overrides: { type: string; comment: string; messages: number }[];
  identities: {
    header_from: string | null;
    envelope_from: string | null;
    dkim: ClaimedDkim[];
    spf: ClaimedSpf[];
    messages: number;
    class: ResultClass;
  }[]; // largest first, at most 50
  identities_total: number;
}

/** aligned: an estimate, by the Public Suffix List and the published policy; null where it cannot be told, or does not count. */
export interface ClaimedDkim extends AuthDkim {
  aligned: boolean | null;
}
export interface ClaimedSpf extends AuthSpf {
  aligned: boolean | null;
}

// GET /policies
export interface PolicyRow extends Classes {
  domain: string;
  policy: PublishedPolicy;
  reports: number;
  reporters: number;
  first_seen: string; // newest days first in `data`
  last_seen: string;
  cells: { disposition: Disposition; class: ResultClass; messages: number }[]; // those that are not 0
}
/** How many domains publish what, each domain by its newest report in the window. */
export interface PoliciesAnswer extends List<PolicyRow> {
  published: { p: Policy | null; domains: number }[];
  changes: { day: string; domain: string; reporter: string; from: PublishedPolicy; to: PublishedPolicy }[];
}
