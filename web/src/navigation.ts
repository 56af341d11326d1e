// Where the reader is, and going elsewhere without loading the document again.
import { createContext } from "preact";
import { useContext, useEffect } from "preact/hooks";
import { base } from "./base";

export interface Place {
  path: string; // below the base, without slashes at its ends, still encoded
  query: URLSearchParams;
  list?: Place; // the list from which it was opened, and beside which it can be read
  opened?: string; // of a list: the path of what is read beside it
}

export function placeOf(url: URL): Place {
  const path = url.pathname.slice(base.pathname.length).replace(/\/+$/, "");
  return { path, query: url.searchParams };
}
export function currentPlace(): Place {
  const place = placeOf(new URL(location.href));
  const from = besideList();
  return from ? { ...place, list: placeOf(new URL(from.list)) } : place;
}

export const PlaceContext = createContext<Place>({ path: "", query: new URLSearchParams() });
export const usePlace = (): Place => useContext(PlaceContext);

// What the browser's history keeps with the address of something that was opened from its list.
interface BesideList {
  list: string; // address
  steps: number; // back to it
}
const besideList = (): BesideList | null => history.state as BesideList | null;

/** Where there is room to read a thing beside its list; on paper what is on the screen decides. */
export const wideScreen = matchMedia("print, (min-width: 1200px)");

function openedFrom(to: Place): BesideList | null {
  if (!wideScreen.matches || !to.path.startsWith("sources/")) return null;
  const from = besideList();
  if (from) return { ...from, steps: from.steps + 1 };
  return currentPlace().path === "sources" ? { list: location.href, steps: 1 } : null;
}

/** Back to the list from which the present place was opened. */
export function backToList(): void {
  history.go(-(besideList()?.steps ?? 0));
}

type Listener = (place: Place, moved: "pushed" | "replaced" | "history") => void;
let listener: Listener = () => {};

/** Calls `next` at each change of place, until another takes over. */
export function followPlace(next: Listener): void {
  listener = next;
}

/** Goes to the part of a page that the address names, once the page is there. */
export function useAnchor(): void {
  useEffect(() => document.getElementById(location.hash.slice(1))?.scrollIntoView(), []);
}

/** `target`: an address relative to the base, as address() makes it. */
export function go(target: string, how: "pushed" | "replaced" = "pushed"): void {
  const url = new URL(target, base);
  if (how === "pushed") history.pushState(openedFrom(placeOf(url)), "", url);
  else history.replaceState(null, "", url);
  listener(currentPlace(), how);
}

/** Lets the pages answer clicks on links of ours, and the back button. */
export function startNavigation(): void {
  addEventListener("popstate", () => listener(currentPlace(), "history"));
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest("a");
    if (!link || link.target || link.hasAttribute("download")) return;
    const url = new URL(link.href);
    if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) return;
    const { path } = placeOf(url);
    if (path.startsWith("api/")) return;
    if (url.hash && path === currentPlace().path) return; // a place on this page: the browser goes there
    event.preventDefault();
    go(url.href);
  });
}
