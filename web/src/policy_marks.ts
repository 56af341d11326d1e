// Changes of what a domain publishes, as marks on the days that reporters first saw them.
import type { PoliciesAnswer } from "./api/types";
import type { Mark } from "./charts/day_chart";
import { words } from "./words/pages";

export function policyMarks(changes: PoliciesAnswer["changes"]): Mark[] {
  return changes.map(({ day, from, to }) => ({
    day,
    text: from.p === to.p ? words.policies.changed : words.policies.changed_p(from.p ?? words.not_said, to.p ?? words.not_said),
  }));
}
