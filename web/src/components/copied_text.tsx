// A line to be used elsewhere, with a button that copies it.
import { useState } from "preact/hooks";
import { words } from "../words/pages";

export function CopiedText({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(text);
    } catch {
      // Not allowed here: the text can still be marked.
    }
  };
  return (
    <div class="copied-text">
      <span class="label" aria-hidden="true">
        {label}
      </span>
      <pre tabIndex={0} aria-label={label}>
        <code>{text}</code>
      </pre>
      <button type="button" onClick={() => void copy()} aria-label={`${words.setup.copy}: ${label}`}>
        {words.setup.copy}
      </button>
      <span role="status" class="faint">
        {copied === text && words.source.copied}
      </span>
    </div>
  );
}
