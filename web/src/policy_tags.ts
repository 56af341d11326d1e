// A published policy as its record has it: tags with values, those that a report gave.
import type { PublishedPolicy } from "./api/types";

type Tag = [name: string, value: string];

function tagsOf(policy: PublishedPolicy): Tag[] {
  const tags: [string, string | number | null][] = [
    ["p", policy.p],
    ["sp", policy.sp],
    ["np", policy.np],
    ["adkim", policy.adkim],
    ["aspf", policy.aspf],
    ["pct", policy.pct === 100 ? null : policy.pct],
    ["fo", policy.fo || null],
    ["t", policy.testing ? "y" : null],
  ];
  return tags.flatMap(([name, value]) => (value === null ? [] : [[name, String(value)] as Tag]));
}

export const policyTags = (policy: PublishedPolicy): string =>
  tagsOf(policy)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");

/** What differs: the tag, and its values before and after; null where it was not given. */
export function changedTags(from: PublishedPolicy, to: PublishedPolicy): { tag: string; from: string | null; to: string | null }[] {
  const before = new Map(tagsOf(from));
  const after = new Map(tagsOf(to));
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((tag) => ({ tag, from: before.get(tag) ?? null, to: after.get(tag) ?? null }))
    .filter((one) => one.from !== one.to);
}
