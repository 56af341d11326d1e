// What came in, and what became of it: mails, failures, runs, mailboxes, uploads.
import type { List, Outcome } from "./shared_types";

// GET /ingest/messages[?outcome=stored|duplicate|conflict|quarantined|ignored][&read_on=2026-11-18][&run=...]
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
/** `counts`: attachments by outcome, of everything in the ledger or of the day and the run; `attachments`: of the outcomes
    asked for. */
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

// GET /ingest/runs, /ingest/runs/{id}; POST /ingest/runs/{id}/stop: 202, 409 run_ended or run_cut_off
export type RunState = "running" | "stopping" | "done" | "stopped" | "cut_off";
export interface RunRow {
  id: number;
  kind: string;
  origin: string | null; // what it reads: a path, a mailbox, a file that was uploaded
  state: RunState;
  started_at: string;
  ended_at: string | null;
  seconds: number | null; // until its end or now; null where it was cut off
  stop_asked_at: string | null;
  percent: number | null; // how far it has come, while it is under way
  mails_expected: number | null; // that it will have read in the end, estimated; while it is under way
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
