// Reports of one policy differ in which of its tags they repeat. Grouped by what a domain asks for (p), the cells are
// those that a filter can ask for again.
import type { Policy, PolicyRow } from "./api/types";

export interface PolicyGroup {
  domain: string;
  p: Policy | null;
  first_seen: string;
  last_seen: string;
  messages: number;
  cells: PolicyRow["cells"];
}

/** In the order of `rows`: a group stands where its first row does. */
export function policyGroups(rows: readonly PolicyRow[]): PolicyGroup[] {
  const groups = new Map<string, PolicyGroup>();
  for (const row of rows) {
    const key = `${row.domain} ${row.policy.p}`;
    const group = groups.get(key);
    if (!group) {
      const { domain, first_seen, last_seen, messages } = row;
      groups.set(key, { domain, p: row.policy.p, first_seen, last_seen, messages, cells: row.cells.map((cell) => ({ ...cell })) });
      continue;
    }
    group.messages += row.messages;
    if (row.first_seen < group.first_seen) group.first_seen = row.first_seen;
    if (row.last_seen > group.last_seen) group.last_seen = row.last_seen;
    for (const cell of row.cells) {
      const same = group.cells.find((one) => one.class === cell.class && one.disposition === cell.disposition);
      if (same) same.messages += cell.messages;
      else group.cells.push({ ...cell });
    }
  }
  return [...groups.values()];
}
