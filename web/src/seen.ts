// What this browser has shown before, so that what came up since the last visit stands out. A visit is a day: what is new
// in the morning is new until the evening.
import { kept, keep } from "./preferences";

const most = 500; // things remembered; the list of what needs attention is far shorter

type Days = Record<string, string>; // thing -> the day it was first shown; "" where it was there at the first visit

function remembered(): Days | null {
  try {
    const days: unknown = JSON.parse(kept("seen") ?? "null");
    return typeof days === "object" && days !== null ? (days as Days) : null;
  } catch {
    return null;
  }
}

/** Those of `ids` that were first shown today; none at the first visit. Remembers all. */
export function newToday(ids: readonly string[], today: string): Set<string> {
  const before = remembered();
  const days: Days = { ...before };
  for (const id of ids) days[id] ??= before ? today : "";
  keep("seen", JSON.stringify(Object.fromEntries(Object.entries(days).slice(-most))));
  return new Set(ids.filter((id) => days[id] === today));
}
