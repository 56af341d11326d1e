// Why a record has its verdict: what each DKIM and SPF result means beside the header from. The reporter's aligned
// verdict decides; the browser has no list of public suffixes and never claims an alignment of its own.
import type { Alignment, AuthDkim, AuthSpf, PublishedPolicy, RecordRow } from "./api/types";

export type Finding =
  | { kind: "aligned"; domain: string | null; selector: string | null }
  | { kind: "not_aligned" | "strict" | "refused"; domain: string | null; selector: string | null }
  | { kind: "helo"; domain: string | null }
  | { kind: "bad"; domain: string | null; selector: string | null; result: string }
  | { kind: "aligned_unnamed" }
  | { kind: "nothing" };

const normal = (domain: string | null): string => (domain ?? "").toLowerCase().replace(/\.$/, "");

/** The same name, or one below the other: what can be known of kinship without a list of public suffixes. */
export function akin(a: string | null, b: string | null): boolean {
  const [x, y] = [normal(a), normal(b)];
  if (!x || !y) return false;
  return x === y || x.endsWith("." + y) || y.endsWith("." + x);
}
const same = (a: string | null, b: string | null): boolean => normal(a) !== "" && normal(a) === normal(b);

/** Which passing result made the verdict: the same domain before kin, and the only one there is before none. */
function alignedOne<T extends { domain: string | null }>(passing: T[], header: string | null): T | null {
  return (
    passing.find((one) => same(one.domain, header)) ??
    passing.find((one) => akin(one.domain, header)) ??
    (passing.length === 1 ? (passing[0] ?? null) : null)
  );
}

/** Why a pass of `domain` did not count, although the reporter knew of it. */
function whyNot(domain: string | null, header: string | null, alignment: Alignment | null): "not_aligned" | "strict" | "refused" {
  if (same(domain, header)) return "refused";
  if (!akin(domain, header)) return "not_aligned";
  return alignment === "s" ? "strict" : "refused";
}

export function explainDkim(record: Pick<RecordRow, "dkim" | "dkim_results" | "header_from">, policy: PublishedPolicy): Finding[] {
  const header = record.header_from;
  const named = (one: AuthDkim) => ({ domain: one.domain, selector: one.selector });
  const passing = record.dkim_results.filter((one) => one.result === "pass");
  const aligned = record.dkim === "pass" ? alignedOne(passing, header) : null;
  const findings: Finding[] = [];
  if (aligned) findings.push({ kind: "aligned", ...named(aligned) });
  else if (record.dkim === "pass") findings.push({ kind: "aligned_unnamed" });
  for (const one of record.dkim_results) {
    if (one === aligned) continue;
    if (one.result === "pass") {
      // Beside an aligned signature, another of the same domain needs no reason.
      if (record.dkim === "pass" && akin(one.domain, header)) findings.push({ kind: "aligned", ...named(one) });
      else findings.push({ kind: whyNot(one.domain, header, policy.adkim), ...named(one) });
    } else if (one.result !== null && one.result !== "none") {
      findings.push({ kind: "bad", ...named(one), result: one.raw ?? one.result });
    }
  }
  return findings.length > 0 ? findings : [{ kind: "nothing" }];
}

export function explainSpf(record: Pick<RecordRow, "spf" | "spf_results" | "header_from">, policy: PublishedPolicy): Finding[] {
  const header = record.header_from;
  const named = (one: AuthSpf) => ({ domain: one.domain, selector: null });
  const passing = record.spf_results.filter((one) => one.result === "pass");
  const aligned = record.spf === "pass" ? alignedOne(passing, header) : null;
  const findings: Finding[] = [];
  if (aligned) findings.push({ kind: "aligned", ...named(aligned) });
  else if (record.spf === "pass") findings.push({ kind: "aligned_unnamed" });
  for (const one of record.spf_results) {
    if (one === aligned) continue;
    if (one.result === "pass" && one.scope === "helo") findings.push({ kind: "helo", domain: one.domain });
    else if (one.result === "pass") findings.push({ kind: whyNot(one.domain, header, policy.aspf), ...named(one) });
    else if (one.result !== null && one.result !== "none") findings.push({ kind: "bad", ...named(one), result: one.raw ?? one.result });
  }
  return findings.length > 0 ? findings : [{ kind: "nothing" }];
}
