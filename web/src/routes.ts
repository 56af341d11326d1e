// Which page answers which path. Each is loaded when it is first asked for.
import type { ComponentType } from "preact";

/** What a page is given: the decoded names in its path. Its window and filters are in the place. */
export interface PageProps {
  name: string;
  framed?: boolean; // read beside its list, whose window and filters it has
}
type Load = () => Promise<ComponentType<PageProps>>;

const overview: Load = async () => (await import("./pages/overview")).Overview;

const exact: Record<string, Load> = {
  "": overview,
  sources: async () => (await import("./pages/sources")).Sources,
  policies: async () => (await import("./pages/policies")).Policies,
  reporters: async () => (await import("./pages/reporters")).Reporters,
  reports: async () => (await import("./pages/reports")).Reports,
  records: async () => (await import("./pages/records")).Records,
  ingest: async () => (await import("./pages/ingest")).Ingest,
  "ingest/messages": async () => (await import("./pages/ledger")).Ledger,
  "ingest/failures": async () => (await import("./pages/failures")).Failures,
  setup: async () => (await import("./pages/setup")).Setup,
  settings: async () => (await import("./pages/settings")).Settings,
  "settings/users": async () => (await import("./pages/users")).Users,
  "settings/tokens": async () => (await import("./pages/tokens")).Tokens,
  "settings/audit": async () => (await import("./pages/audit")).Audit,
  login: async () => (await import("./pages/login")).Login,
  help: async () => (await import("./pages/help")).Help,
  "help/api": async () => (await import("./pages/api_reference")).ApiReference,
  "help/errors": async () => (await import("./pages/problems")).Problems,
};
const reportXml: Load = async () => (await import("./pages/report_xml")).ReportXml;
const named: [string, Load][] = [
  ["domains/", async () => (await import("./pages/domain")).Domain],
  ["sources/", async () => (await import("./pages/source")).Source],
  ["reporters/", async () => (await import("./pages/reporter")).Reporter],
  ["reports/", async () => (await import("./pages/report")).Report],
  ["ingest/failures/", async () => (await import("./pages/failure")).Failure],
];

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// The words that only pages need come with the first of them. The Overview does without: it is the first load.
const withWords = (load: Load): Load => async () => {
  const [page] = await Promise.all([load(), import("./words/pages").then((words) => words.speakPages())]);
  return page;
};

export function route(path: string): { load: Load; name: string } | null {
  const load = exact[path];
  if (load) return { load: load === overview ? load : withWords(load), name: "" };
  const document = /^reports\/(\d+)\/xml$/.exec(path)?.[1];
  if (document) return { load: withWords(reportXml), name: document };
  for (const [prefix, page] of named)
    if (path.startsWith(prefix) && path.length > prefix.length && !path.slice(prefix.length).includes("/"))
      return { load: withWords(page), name: decoded(path.slice(prefix.length)) };
  return null;
}
