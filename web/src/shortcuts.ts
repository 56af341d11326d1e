// Single keys for those who like them; never where text is typed, never with a modifier, and they can be switched off.
import { currentPlace, go } from "./navigation";
import { shortcutsEnabled } from "./preferences";
import { address, scopeOf, withKeys } from "./query";

const pages: Record<string, string> = { o: "", s: "sources", p: "policies", r: "reports", i: "ingest" };
const ranges: Record<string, string | null> = { d: "7d", w: null, m: "90d" };

/** Calls of the page on itself: "ruadar:filter", "ruadar:search", "ruadar:earlier", "ruadar:later". Whether one answers. */
const tell = (name: string): boolean => !document.dispatchEvent(new Event("ruadar:" + name, { cancelable: true }));

/** The hash of a page that opens with its search. */
export const searchHash = "#search";

/** Searches what the page shows; where it shows nothing that can be filtered, all records. */
export function search(): void {
  if (!tell("search")) go(address("records", scopeOf(currentPlace().query)) + searchHash);
}

export function followKeys(): () => void {
  let afterG = false;
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || !shortcutsEnabled()) return;
    if ((event.target as Element | null)?.closest("input, select, textarea, [contenteditable]")) return;
    const { path, query } = currentPlace();
    const page = pages[event.key];
    if (afterG && page !== undefined) go(address(page, scopeOf(query)));
    else if (event.key in ranges)
      go(address(path, withKeys(query, { range: ranges[event.key] ?? null, from: null, to: null, interval: null })));
    else if (event.key === "x") go(address(path, withKeys(query, { compare: query.has("compare") ? null : "previous" })));
    else if (event.key === "?") go("help");
    else if (event.key === "f" || event.key === "/") {
      event.preventDefault(); // the key is not text for what opens
      if (event.key === "f") tell("filter");
      else search();
    } else if (event.key === "[") tell("earlier");
    else if (event.key === "]") tell("later");
    afterG = event.key === "g";
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
