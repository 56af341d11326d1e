// English: the words of every page but the Overview; those of some groups of pages in files of their own.
import type { ComponentChildren } from "preact";
import { enRhythm } from "./en";
import { enAccess } from "./en_access";
import { enIngest } from "./en_ingest";
import { enReports } from "./en_reports";
import { enStart } from "./en_start";

type Node = ComponentChildren;
const many = (n: number, one: string, more: string): string => (n === 1 ? one : more);

export const enPages = {
  login: {
    title: "Log in",
    name: "Name",
    password: "Password",
    submit: "Log in",
    wrong: "The name or the password is wrong.",
    wait: "There were too many attempts. Wait a few minutes and try again.",
    in_as: (name: string) => `You are logged in as ${name}.`,
    open: "There are no users yet: no login is needed on this machine. “ruadar user add” makes the first one.",
    proxy: "The login in front of this server did not say who you are.",
  },

  domain: {
    tabs: {
      overview: "Overview",
      sources: "Sources",
      policy: "Policy",
      reporters: "Reporters",
      subdomains: "Subdomains",
      reports: "Reports",
    },
    tabs_label: "Parts of this page",
    header_from: "Header from",
    publishes: (policy: Node): Node => ["Publishes ", policy],
    no_policy: "No policy is known: no report says one.",
    top_sources: "Sources with most failures",
  },

  sources: {
    title: "Sources",
    answer: (sources: Node, messages: Node): Node => [sources, " addresses sent ", messages, " messages as these domains."],
    by_dkim: "DKIM domains",
    by_spf: "SPF domains",
    unaddressed: "sources that are no address",
    together: (messages: Node): Node => ["Together ", messages, " messages."],
    all: "All sources",
  },

  concentration: {
    title: "How much comes from how few",
    top_sources: (n: number, of: number) => (n === 1 ? "The largest source" : n === of ? `All ${n} sources` : `The ${n} largest sources`),
    top_networks: (n: number, of: number) => (n === 1 ? "The largest network" : n === of ? `All ${n} networks` : `The ${n} largest networks`),
    unnamed: "Sources that are no address",
    hint: "Networks are /24 of IPv4 and /48 of IPv6.",
  },

  source: {
    answer: (messages: Node, rate: Node): Node => [messages, " messages, ", rate, " passed."],
    seen: (first: string, last: string) => `seen from ${first} to ${last}`,
    copy: "Copy",
    copied: "Copied",
    copy_ip: "IP",
    copy_network: "network",
    copy_spf: "SPF mechanism",
    days: "The 90 days to the newest report",
    claimed: "What it claimed",
    claimed_of: (shown: string, total: string) => `${shown} of ${total} combinations`,
    aligned: "aligned",
    not_aligned: "not aligned",
    aligned_hint: "Results and the last word are the reporters'; aligned or not, beside a result, is an estimate from the domain, the published policy and the Public Suffix List.",
    did: "What receivers did",
    overrides: "Override reasons",
    override_type: "Reason",
    comment: "Comment",
    for_whom: "For which domains",
    saw: "Who saw it",
    saw_days: "Who saw it, day by day",
    saw_days_hint: "Each line has a scale of its own; a bar leads to its records.",
    no_overrides: "No receiver gave a reason to override.",
  },

  policies: {
    title: "Policies",
    answer: (p: Node): Node => ["Published by the domains in this window: ", p, "."],
    one: (n: Node, policy: Node): Node => [n, " × ", policy],
    and: ", ",
    shares: "Published policies over domains",
    matrix: "What receivers did, by published policy",
    exact: (n: string) => `Exactly as reports have them (${n})`,
    changes: "Changes of policy",
    no_changes: "No published policy changed in this window.",
    change: "From → to",
    domains: (n: number) => many(n, "1 domain", `${n} domains`),
    domains_of: (p: string) => `Domains that publish p=${p}, by their newest report`,
    all: "All policies",
    seen_on: "Seen on",
    changed_by: "First seen by",
    over_time: "Messages by published policy",
  },

  reporters: {
    title: "Reporters",
    answer: (n: Node, reports: Node): Node => [n, " reporters sent ", reports, " reports."],
    days: "Days with reports",
    per_day: "Reports a day",
    usual_hour: "Usually sent",
    around: (hour: string) => `around ${hour} UTC`,
    quirks: "Deviations",
    usual_hint: "(at least half of the last 30 days' reports, within an hour)",
    on_days: (reports: string, days: string) => `${reports} on ${many(Number(days), "1 day", `${days} days`)}`,
    silent_for: (days: number, gap: number | null) =>
      many(days, "silent for 1 day", `silent for ${days} days`) + (gap === null ? "" : ` (${enRhythm(gap)})`),
    up_to_date: "up to date",
    notes: "What its reports deviate in",
    leave_out: "Leave out of all pages",
    emails: "Sends from",
    stored: "Last stored",
  },
  // By code, where the language has them; the server's own sentences are English.
  reasons: {} as Record<string, string>,
  notes: {} as Record<string, string>,

  help: {
    title: "Help",
    glossary: "Words",
    terms: [
      ["message", "One mail. Every number is messages unless it says otherwise."],
      ["record", "One row of a report: messages of one source with the same result."],
      ["report", "One document of one reporter about one domain and, usually, one day."],
      ["reporter", "The organisation that received the mail and sent the report."],
      ["source", "One IP address that sent mail."],
      ["policy", "What the domain published in DNS, as the report has it."],
      ["disposition", "What the receiver did: none (delivered), quarantine or reject."],
      ["aligned", "SPF or DKIM passed for a domain that belongs to the header from. A pass for another domain is not aligned."],
      ["DMARC pass", "SPF or DKIM is aligned."],
      ["day", "The UTC day of the middle of the report's period."],
    ] as [string, string][],
    classes: "Result classes",
    filters: "Filters",
    filters_body:
      "The same field twice means either; different fields mean both; “!” before a value leaves it out. The address of the page holds all of it: bookmark it, share it.",
    shortcuts: "Keyboard",
    shortcuts_on: "Single-key shortcuts",
    keys: [
      ["g then o, s, p, r, i", "Overview, Sources, Policies, Reports, Ingestion"],
      ["f, /", "Add a filter, search"],
      ["[ and ]", "Earlier and later period"],
      ["d, w, m", "7, 30 and 90 days"],
      ["x", "Compare with the period before"],
      ["?", "This page"],
      ["arrows", "Inside a chart: move; with Shift: select; Enter: zoom in"],
      ["Esc", "Close, or leave the selection"],
    ] as [string, string][],
    api: "For programs",
    api_body: "Everything on these pages comes from the HTTP API, with the same names and filters:",
  },

  ...enReports,
  ...enIngest,
  ...enStart,
  ...enAccess,
};
