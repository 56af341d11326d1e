// Every question the pages ask of the server. A Request is the question; use_answer.ts asks it.
import { base } from "../base";
import { currentPlace, go } from "../navigation";
import type { OpenApi } from "../openapi";
import type { SessionAnswer } from "./access_types";
import type {
  BreakdownAnswer,
  ChangesAnswer,
  ConcentrationAnswer,
  DecidedAnswer,
  DomainRow,
  FacetsAnswer,
  FailureRow,
  FailuresAnswer,
  LedgerAnswer,
  List,
  MailboxesAnswer,
  One,
  Outcome,
  PoliciesAnswer,
  Problem,
  RecordRow,
  ReportDetail,
  ReporterRow,
  ReportRow,
  RunRow,
  SourceDetail,
  SourceRow,
  Status,
  SummaryAnswer,
  TimeseriesAnswer,
} from "./types";

/** An address below the base of the page, and what answers it. */
export interface Request<T> {
  address: string;
  xml?: boolean; // the answer is a document, not JSON
  readonly answer?: T; // the type alone, never set
}

type Keys = Record<string, string | number | null | undefined>;

export function request<T>(path: string, scope?: URLSearchParams, keys: Keys = {}): Request<T> {
  const query = new URLSearchParams(scope);
  for (const [key, value] of Object.entries(keys))
    if (value !== null && value !== undefined) query.set(key, String(value));
  const text = query.toString();
  return { address: "api/v1/" + path + (text ? "?" + text : "") };
}

export interface ListKeys {
  limit?: number;
  cursor?: string | null;
  sort?: string | null;
}

/** Which mails: by what became of an attachment, by the day when they were first read, by the run that did so. */
export interface LedgerKeys {
  outcome?: Outcome | null;
  read_on?: string | null;
  run?: string | null;
}

export const api = {
  status: () => request<One<Status>>("status"),
  summary: (scope: URLSearchParams, compare: string | null = null) =>
    request<SummaryAnswer>("summary", scope, { compare }),
  timeseries: (scope: URLSearchParams, interval: string, by: string | null = null, top: number | null = null) =>
    request<TimeseriesAnswer>("timeseries", scope, { interval, by, top }),
  breakdown: (scope: URLSearchParams, by: string, keys: ListKeys & { top?: number } = {}) =>
    request<BreakdownAnswer>("breakdown", scope, { by, ...keys }),
  facets: (scope: URLSearchParams, field: string, q: string) => request<FacetsAnswer>("facets", scope, { field, q: q || null }),
  changes: (domains: string[]) => request<ChangesAnswer>("changes", new URLSearchParams(domains.map((domain) => ["domain", domain]))),
  concentration: (scope: URLSearchParams) => request<ConcentrationAnswer>("concentration", scope),
  domains: (scope: URLSearchParams, keys: ListKeys & { published?: string } = {}) => request<List<DomainRow>>("domains", scope, { ...keys }),
  reporters: (scope: URLSearchParams, keys: ListKeys = {}) =>
    request<List<ReporterRow>>("reporters", scope, { ...keys }),
  sources: (scope: URLSearchParams, keys: ListKeys = {}) => request<List<SourceRow>>("sources", scope, { ...keys }),
  source: (ip: string, scope: URLSearchParams) =>
    request<One<SourceDetail>>("sources/" + encodeURIComponent(ip), scope),
  policies: (scope: URLSearchParams, keys: ListKeys = {}) => request<PoliciesAnswer>("policies", scope, { ...keys }),
  reports: (scope: URLSearchParams, keys: ListKeys = {}) => request<List<ReportRow>>("reports", scope, { ...keys }),
  report: (id: string) => request<One<ReportDetail>>("reports/" + encodeURIComponent(id)),
  records: (scope: URLSearchParams, keys: ListKeys = {}) => request<List<RecordRow>>("records", scope, { ...keys }),
  ledger: (of: LedgerKeys, keys: ListKeys = {}) => request<LedgerAnswer>("ingest/messages", undefined, { ...of, ...keys }),
  failures: (state: string, code: string | null, keys: ListKeys = {}) =>
    request<FailuresAnswer>("ingest/failures", undefined, { state, code, ...keys }),
  failure: (id: string) => request<One<FailureRow>>("ingest/failures/" + encodeURIComponent(id)),
  run: (id: string) => request<One<RunRow, { generation: number }>>("ingest/runs/" + encodeURIComponent(id)),
  runs: (keys: ListKeys = {}) => request<List<RunRow, { generation: number }>>("ingest/runs", undefined, { ...keys }),
  mailboxes: () => request<MailboxesAnswer>("ingest/mailboxes"),
  openapi: () => request<OpenApi>("openapi.json"),
  session: () => request<SessionAnswer>("session"),
};

/** The XML of a report as it came. */
export const reportXml = (id: string): Request<string> => ({ ...request<string>(`reports/${encodeURIComponent(id)}/xml`), xml: true });

/** The same question for a program. */
export function inFormat(question: Request<unknown>, format: "csv" | "ndjson"): string {
  const [path = "", text = ""] = question.address.split("?");
  const query = new URLSearchParams(text);
  for (const key of ["limit", "cursor"]) query.delete(key);
  query.set("format", format);
  return path + "?" + query.toString();
}

/** An address that the API gave, with or without the base path in front, as one below the base. */
export function belowApi(link: string): string {
  const at = link.indexOf("api/v1/");
  return at < 0 ? link : link.slice(at);
}
/** The page that shows what such an address answers with. */
export const pageBehind = (link: string): string => belowApi(link).replace(/^api\/v1\//, "");

/** What went wrong: `problem` where the server said so, otherwise it could not be reached or understood. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem | null,
  ) {
    super(problem?.detail ?? `status ${status}`);
  }
}

export async function answered<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  if (response.ok) return (await response.json()) as T;
  const kind = response.headers.get("Content-Type") ?? "";
  const problem = kind.includes("json") ? ((await response.json()) as Problem) : null;
  if (problem?.code === "login_required") goToLogin();
  throw new ApiError(response.status, problem);
}

// Afterwards the reader stands where he wanted to go.
function goToLogin(): void {
  const { path } = currentPlace();
  if (path !== "login") go("login?next=" + encodeURIComponent(path + location.search), "replaced");
}

export async function send(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(address, base), init);
  } catch {
    throw new ApiError(0, null);
  }
}

// In its own encoding, which its first line names.
async function documentText(response: Response): Promise<string> {
  const bytes = await response.arrayBuffer();
  const head = new TextDecoder("latin1").decode(bytes.slice(0, 200));
  try {
    return new TextDecoder(/^<\?xml[^>]*encoding=["']([^"']+)/.exec(head)?.[1] ?? "utf-8").decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes); // no encoding of this name
  }
}

export async function ask<T>(question: Request<T>): Promise<T> {
  if (question.xml) {
    const response = await send(question.address, {});
    return response.ok ? ((await documentText(response)) as T) : answered(response);
  }
  return answered<T>(await send(question.address, { headers: { Accept: "application/json" } }));
}

export async function retryFailure(id: number): Promise<One<FailureRow>> {
  return answered(await send(`api/v1/ingest/failures/${id}/retry`, { method: "POST" }));
}
export const withBody = (method: string, body: object): RequestInit => ({
  method,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});
export async function decideFailure(id: number, state: "ignored" | "open", note: string): Promise<One<FailureRow>> {
  return answered(await send(`api/v1/ingest/failures/${id}`, withBody("PATCH", { state, note })));
}
/** The open failures with this reason code, or all: a page of them a call, `next_cursor` leads on. */
export async function decideFailures(decision: "retry" | "ignore", code: string | null, cursor: string | null): Promise<DecidedAnswer> {
  const query = new URLSearchParams({ limit: "20" });
  if (code !== null) query.set("code", code);
  if (cursor !== null) query.set("cursor", cursor);
  return answered(
    await (decision === "retry"
      ? send(`api/v1/ingest/failures/retry?${query}`, { method: "POST" })
      : send(`api/v1/ingest/failures?${query}`, withBody("PATCH", { state: "ignored" }))),
  );
}
/** Of two reports with the same identity, which one counts. */
export async function resolveConflict(id: number, keep: "first" | "second"): Promise<One<FailureRow>> {
  return answered(await send(`api/v1/ingest/failures/${id}/resolve`, withBody("POST", { keep })));
}

/** Looks for new mail now; the answer does not wait for it. */
export async function fetchNow(mailbox: string): Promise<void> {
  await answered(await send("api/v1/ingest/runs?mailbox=" + encodeURIComponent(mailbox), { method: "POST" }));
}

/** Whoever is at it, maybe another process, ends it at its next commit; the answer does not wait for that. */
export async function stopRun(id: number): Promise<One<RunRow, { generation: number }>> {
  return answered(await send(`api/v1/ingest/runs/${id}/stop`, { method: "POST" }));
}

export async function logIn(name: string, password: string): Promise<SessionAnswer> {
  return answered(await send("api/v1/session", withBody("POST", { name, password })));
}
export async function logOut(): Promise<void> {
  await answered(await send("api/v1/session", { method: "DELETE" }));
}
