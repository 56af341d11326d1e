// Reporters see a change of policy one after the other, as old records expire. Told together, they show how it spread.
import type { PoliciesAnswer, PublishedPolicy } from "./api/types";
import { daysIn } from "./days";
import { changedTags } from "./policy_tags";

type Change = PoliciesAnswer["changes"][number];

export interface PolicyShift {
  domain: string;
  from: PublishedPolicy;
  to: PublishedPolicy;
  first: string; // days
  last: string;
  seen: { day: string; reporters: string[] }[]; // the first day first
}

// The same change seen later than that is another one: records go back and forth.
const together = 31; // days

/** `changes`: the newest first, as the API has them; so are the shifts. */
export function policyShifts(changes: readonly Change[]): PolicyShift[] {
  const shifts: PolicyShift[] = [];
  const newest = new Map<string, PolicyShift>();
  for (const { day, domain, from, to, reporter } of changes) {
    const key = JSON.stringify([domain, changedTags(from, to)]);
    let shift = newest.get(key);
    if (!shift || daysIn(day, shift.first) > together) {
      shift = { domain, from, to, first: day, last: day, seen: [] };
      newest.set(key, shift);
      shifts.push(shift);
    }
    shift.first = day;
    const [earliest] = shift.seen;
    if (earliest?.day === day) earliest.reporters.push(reporter);
    else shift.seen.unshift({ day, reporters: [reporter] });
  }
  return shifts;
}
