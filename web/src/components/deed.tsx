// What stands beside a button that changes something.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Deed } from "../api/use_deed";
import { words } from "../words/pages";

/** What became of it, told to those who do not see the page, too. */
export function Became({ of, done }: { of: Deed; done: ComponentChildren }) {
  const code = of.error?.problem?.code ?? "";
  return (
    <>
      <p role="status" class="hint">
        {of.done && done}
      </p>
      {of.error && (
        <p role="alert" class="refused">
          {words.refused[code] ?? of.error.problem?.detail ?? words.error.unreachable}
        </p>
      )}
    </>
  );
}

interface CertainButtonProps {
  children: ComponentChildren; // on the button
  question: string;
  label: string; // of the button: what it is about, too
  disabled: boolean;
  act: () => void;
}
/** Asks once more before it does what cannot be undone. */
export function CertainButton({ children, question, label, disabled, act }: CertainButtonProps) {
  const [asked, setAsked] = useState(false);
  if (!asked)
    return (
      <button type="button" class="small" aria-label={label} disabled={disabled} onClick={() => setAsked(true)}>
        {children}
      </button>
    );
  return (
    <span class="certain" role="group" aria-label={question}>
      {question}{" "}
      <button
        type="button"
        class="small"
        disabled={disabled}
        onClick={() => {
          setAsked(false);
          act();
        }}
      >
        {words.failures.all.yes}
      </button>{" "}
      <button type="button" class="small quiet" ref={(element) => element?.focus()} onClick={() => setAsked(false)}>
        {words.filter.cancel}
      </button>
    </span>
  );
}
