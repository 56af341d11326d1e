// Where a screen is wide, what is opened from a list is read beside it: the same page in another frame.
import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { backToList, type Place, PlaceContext, placeOf } from "../navigation";
import type { PageProps } from "../routes";
import { words } from "../words";

/** A page with its place. */
export interface Opened {
  place: Place;
  page: ComponentType<PageProps> | null; // null: there is none
  name: string;
}

/** The link by which a row of the list leads to `path`. */
function rowOf(path: string): HTMLElement | undefined {
  const links = document.querySelectorAll<HTMLAnchorElement>("main tbody th a");
  return [...links].find((link) => placeOf(new URL(link.href)).path === path);
}

export function Drawer({ of: { place, page: Page, name } }: { of: Opened }) {
  const frame = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const title = document.title;
    frame.current?.focus({ preventScroll: true });
    return () => void (document.title = title);
  }, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || (event.target as Element | null)?.closest("form, select, header")) return;
      backToList();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <aside class="drawer" ref={frame} tabIndex={-1} aria-label={`${words.columns.source} ${name}`}>
      <button type="button" class="drawer-close" aria-label={words.filter.close} aria-keyshortcuts="Escape" onClick={backToList}>
        ×
      </button>
      <PlaceContext.Provider value={place}>{Page && <Page name={name} framed />}</PlaceContext.Provider>
    </aside>
  );
}

/** The row of `list` that leads to what is `opened` stays where it is on the screen while the list gives way, and is gone on
    from when the list has all room again. Where it stood then, the browser knows. */
export function useRow(list: string | undefined, opened: string | null): void {
  const last = useRef<{ list: string | undefined; opened: string | null }>({ list, opened });
  const row = opened === null ? undefined : rowOf(opened);
  const before = row?.getBoundingClientRect().top ?? 0;
  useLayoutEffect(() => {
    if (row) scrollBy(0, row.getBoundingClientRect().top - before);
    const closed = last.current.list === list ? last.current.opened : null;
    if (opened === null && closed !== null) rowOf(closed)?.focus();
    last.current = { list, opened };
  }, [list, opened]);
}
