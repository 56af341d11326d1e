// The shapes of the JSON API, /api/v1. server/api/ writes them, the pages read nothing else.
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

// GET /status
export interface Status {
  version: string;
  as_of: string | null;
  complete_through: string | null;
  generation: number;
  reports: number;
  messages: number;
  failures_open: number;
  last_mail_at: string | null; // when a mail or file was last read
  open_to: "loopback" | "network" | "users"; // whom it lets in: this machine, everybody, those who log in
  storage: Storage;
}
export type StorageState = "ok" | "low" | "full" | "damaged";
export interface Storage {
  state: StorageState;
  message: string | null;
}

// GET /retention
export type RetentionState = "off" | "idle" | "pruning" | "waiting" | "paused";
export interface PruneRun {
  ended_at: string;
  kind: "retention" | "command";
  before: string;
  reports: number;
  records: number;
  failures: number; // that had been decided
  originals: number;
  original_bytes: number;
}
export interface Retention {
  days: number; // 0: for ever
  keep_rollups: boolean;
  state: RetentionState;
  message: string | null;
  first_day: string | null;
  last: PruneRun | null;
}

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
    dkim: AuthDkim[];
    spf: AuthSpf[];
    messages: number;
    class: ResultClass;
  }[]; // largest first, at most 50
  identities_total: number;
}
export interface AuthDkim {
  domain: string | null;
  selector: string | null;
  result: string | null;
  raw?: string; // the reporter's word, where it is another than result
  human_result?: string;
}
export interface AuthSpf {
  domain: string | null;
  scope: "helo" | "mfrom" | null;
  result: string | null;
  raw?: string;
  human_result?: string;
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

// GET /reports
export interface ReportRow extends Classes {
  id: number;
  reporter: string;
  email: string;
  report_id: string;
  domain: string;
  begin: string;
  end: string;
  day: string;
  records: number;
  policy: PublishedPolicy;
  dialect: "rfc7489" | "rfc9990";
  notes: string[]; // codes
  sightings: number; // arrivals, the first included
  authenticity: "pass" | "fail" | "unverified";
}
// GET /reports/{id}
export interface ReportDetail extends Omit<ReportRow, "notes"> {
  version: string;
  extra_contact_info: string;
  errors: string[];
  generator: string;
  notes: NoteRow[];
  name: string; // of the file it came in
  stored_at: string;
  parser: string;
  sha256: string | null; // of the original attachment; null: not kept
  bytes: number | null;
  xml: string | null; // link to its XML
  mail: { id: number; origin: string; position: string; subject: string | null; from: string | null; message_id: string | null };
  seen: { at: string; origin: string; position: string; subject: string | null }[]; // further sightings
  conflicts: { failure: number; origin: string; first_failed: string; state: FailureState }[];
  rows: RecordRow[]; // the first 100; all: /records?report=ID
}
export interface NoteRow {
  code: string;
  severity: "info" | "warning";
  sentence: string;
  rule: string;
  count: number;
  line: number | null;
  column: number | null;
  byte: number | null;
  detail: string;
}

// GET /records
export interface RecordRow {
  day: string;
  report: number; // id, as in /reports/{id}
  record: number; // counted from 0 in its report
  report_id: string;
  reporter: string;
  domain: string;
  header_from: string | null;
  envelope_from: string | null; // "" is the null reverse-path
  envelope_to: string | null;
  ip: string | null;
  messages: number;
  disposition: Disposition;
  dkim: DmarcResult;
  spf: DmarcResult;
  class: ResultClass;
  combination: string;
  override: { type: string; comment: string; raw?: string }[];
  dkim_results: AuthDkim[];
  spf_results: AuthSpf[];
  policy: PublishedPolicy;
  begin: string;
  end: string;
  raw?: Record<string, string>; // the reporter's words that were normalised: source_ip, disposition, dkim, spf
}

// GET /ingest/messages[?outcome=stored|duplicate|conflict|quarantined|ignored]
export interface LedgerRow {
  id: number;
  origin: string;
  position: string;
  kind: string;
  subject: string | null;
  from: string | null;
  message_id: string | null;
  received: string | null; // Date header
  read_at: string;
  sha256: string;
  bytes: number;
  seen: number;
  run: number;
  outcomes: { name: string; outcome: Outcome; code: string | null; report: number | null; failure: number | null }[];
}
/** `counts`: attachments by outcome, of everything in the ledger; `attachments`: of the outcomes asked for. */
export interface LedgerAnswer extends List<LedgerRow, { generation: number; attachments: number }> {
  counts: Record<Outcome, number>;
}

// PATCH /ingest/failures, POST /ingest/failures/retry, both with the filter of the list
export interface DecidedAnswer {
  data: { id: number; state: FailureState | "unchanged"; code: string }[];
  page: { limit: number; next_cursor: string | null };
}

// GET /ingest/failures[?state=open|ignored|resolved|all][&code=...][&run=...]
export type FailureState = "open" | "ignored" | "resolved";
export interface FailureRow {
  id: number;
  state: FailureState;
  code: string;
  sentence: string; // what the code means
  stage: "mail" | "attachment" | "decompress" | "xml" | "schema" | "store";
  detail: string;
  position: { line: number; column: number; byte: number } | null;
  excerpt: string | null;
  sha256: string;
  bytes: number;
  origin: { origin: string; position: string; message_id: string | null; subject: string | null; from: string | null; attachment: string } | null;
  first_failed: string;
  last_tried: string;
  tries: number;
  parser: string;
  rival: number | null; // conflict: the report that was first
  note: string | null;
  raw: string; // link to the bytes as they came
}
export interface FailuresAnswer extends List<FailureRow, { generation: number }> {
  counts: { code: string; open: number; ignored: number; resolved: number }[];
}

// GET /ingest/runs
export interface RunRow {
  id: number;
  kind: string;
  started_at: string;
  ended_at: string | null;
  percent: number | null; // how far it has come, while it is under way
  mails: number;
  attachments: number;
  stored: number;
  duplicate: number;
  conflict: number;
  quarantined: number;
  ignored: number;
  records: number;
  messages: number;
}

// GET /ingest/mailboxes: those that are watched; without one the list is empty.
// POST /ingest/runs[?mailbox=NAME] looks for new mail now (202).
export type MailboxState = "starting" | "connecting" | "fetching" | "watching" | "waiting" | "refused" | "stopped";
export interface MailboxRow {
  name: string;
  protocol: "imap" | "pop3";
  host: string;
  folders: string[];
  state: MailboxState;
  pushed: boolean; // the server tells of new mail by itself
  checked_at: string | null; // when all was last known to be read
  last_mail_at: string | null;
  next_try_at: string | null; // state waiting
  mails: number; // stored since the program was started
  lag: number; // seen in the mailbox, not yet stored
  missed: number; // of these, such as the server does not give
  error: string | null; // why the last pass failed
  error_at: string | null;
  complaint: string | null; // what went wrong without stopping anything
}
export interface MailboxesAnswer {
  data: MailboxRow[];
}

// POST /reports: one file or mail as the body (name in ?name= or Content-Disposition), or multipart/form-data
export interface UploadResult {
  name: string;
  outcome: Outcome;
  code: string | null;
  detail: string | null;
  report: string | null; // link
  failure: string | null; // link
}
export interface UploadAnswer {
  results: UploadResult[];
}
