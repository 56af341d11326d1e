// A published policy as a person reads it: the tags that reports gave.
import type { PublishedPolicy } from "../api/types";
import { words } from "../words";

export function policyTags(policy: Partial<PublishedPolicy>): string {
  const tags: string[] = [];
  if (policy.p) tags.push("p=" + policy.p);
  if (policy.sp) tags.push("sp=" + policy.sp);
  if (policy.np) tags.push("np=" + policy.np);
  if (policy.adkim) tags.push("adkim=" + policy.adkim);
  if (policy.aspf) tags.push("aspf=" + policy.aspf);
  if (policy.pct !== null && policy.pct !== undefined && policy.pct !== 100) tags.push("pct=" + policy.pct);
  if (policy.fo) tags.push("fo=" + policy.fo);
  if (policy.testing) tags.push("t=y");
  return tags.join("; ");
}

export function PolicyText({ policy }: { policy: PublishedPolicy }) {
  const text = policyTags(policy);
  return text ? <code class="policy">{text}</code> : <span class="faint">{words.policies.not_said}</span>;
}

/** p alone, as a word in its colour. */
export function PolicyWord({ policy }: { policy: Pick<PublishedPolicy, "p"> | null }) {
  const p = policy?.p ?? null;
  return (
    <span class={"policy-word " + (p ?? "unsaid")} title={policy ? policyTags(policy) : ""}>
      {p ?? words.policies.not_said}
    </span>
  );
}
