// Small pieces of text: what strangers wrote, numbers that lead to their rows.
import type { ComponentChildren } from "preact";
import type { Classes, ResultClass } from "../api/types";
import { judged, passClasses, passed } from "../classes";
import { count, percent } from "../format";
import { address, ofClasses } from "../query";
import { pieces } from "../stranger";
import { words } from "../words";

/** Text that came with a mail: set apart in its own direction, with hidden characters shown. */
export function Stranger({ text }: { text: string | null | undefined }) {
  if (text === null || text === undefined) return <span class="faint">{words.table.nobody}</span>;
  if (text === "") return <span class="faint">{words.table.empty}</span>;
  return (
    <bdi class="stranger">
      {pieces(text).map((piece) => (piece.hidden ? <span class="hidden-character">{piece.text}</span> : piece.text))}
    </bdi>
  );
}

/** Messages of some classes in `scope`, as a link to the records behind them. */
export function Messages({ n, scope, classes }: { n: number; scope: URLSearchParams; classes?: ResultClass[] }) {
  const rows = classes ? ofClasses(scope, classes) : scope;
  if (n === 0) return <span class="number">0</span>;
  return <Link to="records" query={rows} class="number">{count(n)}</Link>;
}

/** The part of `of` that passed, as a link to the records that did. */
export function PassRate({ of, scope, class: look }: { of: Classes; scope: URLSearchParams; class?: string }) {
  const rate = percent(passed(of), judged(of));
  if (passed(of) === 0) return <span class={look}>{rate}</span>;
  return <Link to="records" query={ofClasses(scope, passClasses)} class={look}>{rate}</Link>;
}

interface LinkProps {
  to: string; // path below the base, encoded
  query?: URLSearchParams | undefined;
  class?: string | undefined;
  label?: string; // where the text alone does not say it
  current?: boolean;
  children?: ComponentChildren;
}
export function Link({ to, query, label, current, children, ...rest }: LinkProps) {
  return (
    <a href={address(to, query)} aria-label={label} aria-current={current ? "page" : undefined} class={rest.class}>
      {children}
    </a>
  );
}

export const domainPath = (domain: string): string => "domains/" + encodeURIComponent(domain);
export const sourcePath = (ip: string): string => "sources/" + encodeURIComponent(ip);
export const reporterPath = (reporter: string): string => "reporters/" + encodeURIComponent(reporter);
export const reportPath = (id: number): string => "reports/" + id;
