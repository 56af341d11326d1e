// How the service itself is doing: status, retention.

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
