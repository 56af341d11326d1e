// A published policy as a person reads it.
import type { PublishedPolicy } from "../api/types";
import { changedTags, policyTags, policyWords } from "../policy_tags";
import { words } from "../words";

/** `exact`: with the tags that say what holds without them, too. */
export function PolicyText({ policy, exact }: { policy: PublishedPolicy; exact?: boolean }) {
  const text = exact ? policyWords(policy) : policyTags(policy);
  return text ? <code class="policy">{text}</code> : <span class="faint">{words.not_said}</span>;
}

/** p alone, as a word with its own look. */
export function PolicyWord({ policy }: { policy: Pick<PublishedPolicy, "p"> | null }) {
  const p = policy?.p ?? null;
  return <span class={"policy-word " + (p ?? "unsaid")}>{p ?? words.not_said}</span>;
}

/** What differs between two policies, a tag at a time. */
export function PolicyChange({ from, to }: { from: PublishedPolicy; to: PublishedPolicy }) {
  return (
    <span title={`${policyTags(from)} → ${policyTags(to)}`}>
      {changedTags(from, to).map((one) => (
        <span key={one.tag} class="changed-tag">
          <code>{one.tag}</code> {one.from ?? "–"} → <strong>{one.to ?? "–"}</strong>
        </span>
      ))}
    </span>
  );
}
