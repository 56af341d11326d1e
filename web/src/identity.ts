// What a source claimed to be, as filters: those that lead to the records of one identity and of no other.
import type { SourceDetail } from "./api/types";
import { type FilterField, narrowed, unsaid } from "./query";

export type Identity = SourceDetail["identities"][number];

// Of which a record may have several.
const several: ReadonlySet<FilterField> = new Set(["spf_domain", "dkim_domain", "dkim_selector"]);

const told: [FilterField, (of: Identity) => readonly (string | null)[]][] = [
  ["header_from", (of) => [of.header_from]],
  ["envelope_from", (of) => [of.envelope_from]],
  ["class", (of) => [of.class]],
  // A record is found by any of its results.
  ["spf_domain", (of) => of.spf.map((one) => one.domain)],
  ["dkim_domain", (of) => of.dkim.map((one) => one.domain)],
  ["dkim_selector", (of) => of.dkim.map((one) => one.selector)],
];

// A value that a filter can ask for as it is.
const plain = (value: string | null): boolean => value === null || /^[^!*\s"]+$/.test(value);

/** Null where no filters tell this identity from all the others. */
export function identityScope(scope: URLSearchParams, one: Identity, all: readonly Identity[]): URLSearchParams | null {
  let left = all;
  let rows = scope;
  for (const [field, valuesOf] of told) {
    if (several.has(field) && scope.has(field)) continue; // what was asked for before must not be lost
    const asked = valuesOf(one)[0];
    if (asked === undefined || !plain(asked) || asked === unsaid(field)) continue;
    const found = left.filter((other) => valuesOf(other).includes(asked));
    const always = field === "header_from" || field === "class";
    if (found.length === left.length && !always) continue;
    left = found;
    rows = narrowed(rows, field, asked ?? unsaid(field));
  }
  return left.length === 1 ? rows : null;
}
