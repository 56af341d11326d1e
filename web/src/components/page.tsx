// What every page has: a title, the answer to its question in words, and the filters it was asked with.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { words } from "../words";

interface PageHeadProps {
  title: string;
  shownTitle?: ComponentChildren; // where the title holds a stranger's text
  children?: ComponentChildren; // the answer
}
export function PageHead({ title, shownTitle, children }: PageHeadProps) {
  useEffect(() => {
    document.title = `${title} · ${words.name}`;
  }, [title]);
  return (
    <>
      <h1 class={shownTitle ? "entity" : ""}>{shownTitle ?? title}</h1>
      {children && <div class="answer-sentence">{children}</div>}
    </>
  );
}
