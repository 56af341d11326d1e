// A published policy as its record has it: tags with values, those that a report gave.
import type { PublishedPolicy } from "./api/types";

type Tag = [name: string, value: string];

const given = (tags: [string, string | number | null][]): Tag[] =>
  tags.flatMap(([name, value]) => (value === null ? [] : [[name, String(value)] as Tag]));

const written = (tags: Tag[]): string => tags.map(([name, value]) => `${name}=${value}`).join("; ");

const asWritten = (policy: PublishedPolicy): [string, string | null][] => [
  ["p", policy.p],
  ["sp", policy.sp],
  ["np", policy.np],
  ["adkim", policy.adkim],
  ["aspf", policy.aspf],
];

// Without what is the same as not said.
const tagsOf = (policy: PublishedPolicy): Tag[] =>
  given([
    ...asWritten(policy),
    ["pct", policy.pct === 100 ? null : policy.pct],
    ["fo", policy.fo || null],
    ["t", policy.testing ? "y" : null],
  ]);

export const policyTags = (policy: PublishedPolicy): string => written(tagsOf(policy));

/** All that a report says of a policy, as the filter for it and the CSV have it. */
export const policyWords = (policy: PublishedPolicy): string =>
  written(
    given([
      ...asWritten(policy),
      ["pct", policy.pct],
      ["fo", policy.fo || null],
      ["t", policy.testing === null ? null : policy.testing ? "y" : "n"],
      ["discovery_method", policy.discovery_method],
    ]),
  );

/** What asks for exactly this policy; null where the words cannot be told apart again. */
export const policyFilter = (policy: PublishedPolicy): string | null =>
  policy.fo?.includes(";") ? null : policyWords(policy) || "p=unknown";

/** What differs: the tag, and its values before and after; null where it was not given. */
export function changedTags(from: PublishedPolicy, to: PublishedPolicy): { tag: string; from: string | null; to: string | null }[] {
  const before = new Map(tagsOf(from));
  const after = new Map(tagsOf(to));
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((tag) => ({ tag, from: before.get(tag) ?? null, to: after.get(tag) ?? null }))
    .filter((one) => one.from !== one.to);
}
