// The shapes of sessions, users, tokens and the audit log; beside types.ts, in the same words.
import type { List, One } from "./shared_types";

// GET /session (needs no login); POST /session {name, password} answers the same and sets the cookie: 401 login_failed,
// 429 too_many_logins with Retry-After. DELETE /session: 204. PUT /session/password {current, new}: 204; 400
// weak_password (under 10 characters), 403 wrong_password, 409 no_password.
// Every other address answers 401 login_required to nobody, 403 forbidden to those whose scope is too small, and 403
// all_domains where somebody who sees some domains only cannot be answered.
export type Role = "admin" | "viewer"; // viewers look
export type Scope = "read" | "ingest" | "admin"; // each includes those before it
export interface Session {
  kind: "nobody" | "machine" | "user" | "token";
  name: string | null;
  role: Role | null; // of a user
  scope: Scope | null; // null: nobody
  domains: string[]; // all that is seen: "example.com", "*.example.org"; empty: everything
  open: boolean; // there is no user yet: whoever reaches this may do everything
  login: "password" | "proxy"; // how users log in
  logout: boolean; // there is a session to end
}
export type SessionAnswer = One<Session, { version: string }>;

// GET /users; POST /users {name, password, role?, domains?}: 201, 409 exists; PATCH /users/{name} {role?, domains?,
// password?}; DELETE /users/{name}: 204. 409 last_admin, 400 weak_password, invalid_domain, invalid_body. Scope admin.
export interface User {
  name: string;
  role: Role;
  domains: string[];
  created_at: string;
  last_login_at: string | null;
}
// GET /tokens; POST /tokens {name?, scope, domains?, expires_in_days?}: 201 with `token`, which is shown once;
// DELETE /tokens/{id}: 204. Scope admin.
export interface Token {
  id: string;
  name: string;
  scope: Scope;
  state: "active" | "expired" | "revoked";
  domains: string[];
  created_at: string;
  created_by: string; // as AuditRow.actor
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
  token?: string; // "rua_<id>_<secret>"
}
/** All of them, without pages. */
export interface Whole<T> {
  data: T[];
  meta: { total: number };
}
export type UsersAnswer = Whole<User>;
export type TokensAnswer = Whole<Token>;

// GET /audit?actor=&action= (also CSV and NDJSON), the youngest first. Scope admin.
export type AuditAction =
  | "login"
  | "login_failed"
  | "logout"
  | "user_added"
  | "user_changed"
  | "user_removed"
  | "password_changed"
  | "token_created"
  | "token_revoked"
  | "failure_retried"
  | "failure_ignored"
  | "failure_reopened"
  | "failure_resolved"
  | "run_stop_asked";
export interface AuditRow {
  id: number;
  at: string;
  actor: string; // "user alice", "token 1f2e3d4c5b", "this machine", "command line (root)", "nobody"
  address: string;
  action: AuditAction;
  target: string;
  detail: string;
}
export type AuditAnswer = List<AuditRow, { generation: number }>;
