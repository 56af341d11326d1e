// Totals, series, breakdowns, and what changed.
import type { PublishedPolicy } from "./entity_types";
import type { Classes, Disposition, DmarcResult, List, Meta, One } from "./shared_types";

// GET /summary[?compare=previous|year]
export interface Summary extends Classes {
  records: number;
  reports: number;
  domains: number;
  reporters: number;
  sources: number;
  disposition: Record<Disposition, number>;
  dkim: Record<DmarcResult, number>;
  spf: Record<DmarcResult, number>;
}
/** With compare: `compared` is the same for the window `compared_from` .. `compared_to`. */
export interface SummaryAnswer extends One<Summary> {
  compared?: Summary;
  compared_from?: string;
  compared_to?: string;
}

// GET /timeseries?interval=day|week|month[&by=class|disposition|reporter|combination|policy|domain][&top=8]
// Weeks begin on Monday; `day` is the first day of the interval. Every interval of the window is there.
export interface TimePoint extends Classes {
  day: string;
  complete: boolean; // all usual reporters are in, for every day of the interval
  reporters: number; // reporters heard about the interval
  by?: Record<string, number>; // messages by key; "other" holds what is beyond top (by other than class)
}
export interface TimeseriesAnswer {
  data: TimePoint[];
  keys?: string[]; // of `by`, largest first, "other" last
  meta: Meta & { interval: "day" | "week" | "month"; usual_reporters: number };
}

// GET /breakdown?by=ip|domain|reporter|policy|header_from|disposition|class|dkim|spf|combination|dkim_domain|
//                   dkim_selector|spf_domain|envelope_from|envelope_to|override|country|asn
// key: the value, null where the report has none. by=policy: the published p. A record with several DKIM or SPF
// domains counts under each (only there the rows add up to more than total_messages).
export interface BreakdownRow extends Classes {
  key: string | null;
  label: string; // for people
  reports: number | null; // null where that would need a scan
  first_seen: string | null; // day; null of the rest
  last_seen: string | null;
  then_key?: string | null; // of the second field
  then_label?: string;
  rest?: number; // groups that this row stands for: the last one where `top` was given
}
export interface BreakdownAnswer extends List<BreakdownRow, Meta & { total_messages: number }> {}

// GET /facets
export interface FacetValue {
  value: string; // as the filter takes it
  messages: number;
}
export interface FacetsAnswer {
  data: FacetValue[];
  meta: Meta & { more: boolean };
}

// GET /concentration
export interface Concentration {
  messages: number;
  unnamed: number; // of sources that are no address
  sources: number;
  networks: number;
  top_sources: { count: number; messages: number }[];
  top_networks: { count: number; messages: number }[];
}
export interface ConcentrationAnswer extends One<Concentration, Meta> {}

// GET /changes
export type ChangeCode =
  | "policy_changed"
  | "pass_rate_dropped"
  | "source_rate_dropped"
  | "new_source"
  | "new_selector"
  | "reporter_silent"
  | "failures_open"
  | "mailbox_trouble";
export interface ChangeRow {
  id: string;
  day: string;
  code: ChangeCode;
  level: "info" | "warning" | "critical";
  domain: string | null;
  subject: string | null; // address, selector@domain, reporter, reason code, mailbox
  sentence: string; // in English
  numbers: { [name: string]: number };
  policy_before: PublishedPolicy | null; // of policy_changed
  policy_now: PublishedPolicy | null;
  error: string | null; // of mailbox_trouble
  evidence: string;
}
export interface ChangesAnswer {
  data: ChangeRow[]; // the newest first
  meta: Meta & { found: { [code: string]: number } };
}
