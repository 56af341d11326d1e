// Reports and their records.
import type { PublishedPolicy } from "./entity_types";
import type { FailureState } from "./ingest_types";
import type { Classes, Disposition, DmarcResult, ResultClass } from "./shared_types";

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
