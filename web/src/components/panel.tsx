// The frame of a part of a page, and what stands in it until the server has answered.
import type { ComponentChildren } from "preact";
import { ApiError } from "../api/client";
import type { Answer } from "../api/use_answer";
import { words } from "../words";

interface PanelProps {
  title?: ComponentChildren;
  actions?: ComponentChildren;
  class?: string;
  children?: ComponentChildren;
}
export function Panel({ title, actions, children, ...rest }: PanelProps) {
  return (
    <section class={"panel " + (rest.class ?? "")}>
      {(title || actions) && (
        <header class="panel-head">
          {title && <h2>{title}</h2>}
          {actions && <div class="panel-actions">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

export function ErrorNote({ error, again }: { error: ApiError; again?: () => void }) {
  const why = error.problem?.detail ?? (error.status === 0 ? words.error.unreachable : words.error.broken(error.status));
  return (
    <div class="error-note" role="alert">
      <strong>{words.error.title}</strong>
      <p>{why}</p>
      {again && (
        <button type="button" onClick={again}>
          {words.error.again}
        </button>
      )}
    </div>
  );
}

interface AwaitProps<T> {
  of: Answer<T>;
  children: (value: T) => ComponentChildren;
}
/** The answer once it is there; dimmed while a newer one is under way. */
export function Await<T>({ of, children }: AwaitProps<T>) {
  if (of.error) return <ErrorNote error={of.error} again={of.again} />;
  if (of.value === null) return <p class="loading">{words.loading}</p>;
  return <div class={of.loading ? "answer stale" : "answer"}>{children(of.value)}</div>;
}
