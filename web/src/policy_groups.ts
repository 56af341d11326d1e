// Rows of a domain that are the same in what is looked at, in one: reports of one policy differ in which of its tags they
// repeat. The cells of a group are those that a filter can ask for again.
import type { PolicyRow, PublishedPolicy } from "./api/types";

export interface PolicyGroup {
  domain: string;
  policy: PublishedPolicy; // of the first row
  first_seen: string;
  last_seen: string;
  messages: number;
  cells: PolicyRow["cells"];
}

/** In the order of `rows`: a group stands where its first row does. `same` tells of a policy what it is grouped by. */
export function policyGroups(rows: readonly PolicyRow[], same: (policy: PublishedPolicy) => string | null): PolicyGroup[] {
  const groups = new Map<string, PolicyGroup>();
  for (const row of rows) {
    const key = `${row.domain} ${same(row.policy)}`;
    const group = groups.get(key);
    if (!group) {
      const { domain, policy, first_seen, last_seen, messages } = row;
      groups.set(key, { domain, policy, first_seen, last_seen, messages, cells: row.cells.map((cell) => ({ ...cell })) });
      continue;
    }
    group.messages += row.messages;
    if (row.first_seen < group.first_seen) group.first_seen = row.first_seen;
    if (row.last_seen > group.last_seen) group.last_seen = row.last_seen;
    for (const cell of row.cells) {
      const found = group.cells.find((one) => one.class === cell.class && one.disposition === cell.disposition);
      if (found) found.messages += cell.messages;
      else group.cells.push({ ...cell });
    }
  }
  return [...groups.values()];
}
