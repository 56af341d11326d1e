// Single keys for those who like them; never where text is typed, never with a modifier, and they can be switched off.
import { currentPlace, go } from "./navigation";
import { shortcutsEnabled } from "./preferences";
import { address, scopeOf } from "./query";

const pages: Record<string, string> = { o: "", s: "sources", p: "policies", r: "reports", i: "ingest" };
const calls: Record<string, string> = { d: "days", w: "weeks", m: "months", x: "compare", f: "filter", "[": "earlier", "]": "later" };

/** Calls of the page on itself, "ruadar:filter" and the like, for the parts of it that can do so. Whether one answers. */
const tell = (name: string): boolean => !document.dispatchEvent(new Event("ruadar:" + name, { cancelable: true }));

/** Lets a part of the page answer calls, by their names, until what is returned is called. */
export function answering(answers: Record<string, () => void>): () => void {
  const listeners = Object.entries(answers).map(([name, answer]) => {
    const listener = (event: Event) => {
      event.preventDefault();
      answer();
    };
    document.addEventListener("ruadar:" + name, listener);
    return [name, listener] as const;
  });
  return () => {
    for (const [name, listener] of listeners) document.removeEventListener("ruadar:" + name, listener);
  };
}

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
    const { query } = currentPlace();
    const page = pages[event.key];
    if (afterG && page !== undefined) go(address(page, scopeOf(query)));
    else if (event.key === "?") go("help");
    else if (event.key === "/" || calls[event.key]) {
      event.preventDefault(); // the key is not text for what opens
      if (event.key === "/") search();
      else tell(calls[event.key] ?? "");
    }
    afterG = event.key === "g";
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
