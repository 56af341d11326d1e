// Changes of what domains publish, as marks on the days that reporters first saw them.
import type { PoliciesAnswer } from "./api/types";
import type { Mark } from "./charts/day_chart";
import { words } from "./words";

/** `of`: the domain that the chart is about; where it is of several, each mark names its own. */
export function policyMarks(changes: PoliciesAnswer["changes"], of: string | null = null): Mark[] {
  return changes.map(({ day, domain, from, to }) => {
    const text = from.p === to.p ? words.chart.policy_changed : words.chart.policy_changed_p(from.p ?? words.not_said, to.p ?? words.not_said);
    return { day, text: of === null ? `${domain}: ${text}` : text };
  });
}
