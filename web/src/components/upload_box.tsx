// Files dropped or chosen become uploads, one after the other, each with its result.
import { rollup } from "d3-array";
import { useRef, useState } from "preact/hooks";
import { ApiError, pageBehind } from "../api/client";
import type { Outcome, UploadResult } from "../api/types";
import { upload } from "../api/upload";
import { forgetAnswers } from "../api/use_answer";
import { count } from "../format";
import { words } from "../words/pages";
import { Stranger } from "./text";

const outcomes: Outcome[] = ["stored", "duplicate", "conflict", "quarantined", "ignored"];
const shownOfFile = 30; // of the attachments of one mailbox; all of them are in the ledger

interface Sent {
  file: string;
  results: UploadResult[];
  refused: string | null; // why the server did not take the file at all
}

export function UploadBox() {
  const [sending, setSending] = useState<{ name: string; at: number; of: number; share: number } | null>(null);
  const [sent, setSent] = useState<Sent[]>([]);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  async function take(files: Iterable<File>): Promise<void> {
    const all = [...files];
    for (const [at, file] of all.entries()) {
      const progress = (share: number) => setSending({ name: file.name, at, of: all.length, share });
      progress(0);
      let result: Sent;
      try {
        result = { file: file.name, results: (await upload(file, progress)).results, refused: null };
      } catch (error) {
        const problem = error instanceof ApiError ? error.problem : null;
        const why = problem ? (words.refused[problem.code] ?? problem.detail) : words.error.unreachable;
        result = { file: file.name, results: [], refused: why };
      }
      setSent((before) => [...before, result]);
    }
    setSending(null);
    if (input.current) input.current.value = ""; // the same file may be chosen again
    forgetAnswers();
  }

  return (
    <div class="upload">
      <div
        class={"drop" + (over ? " over" : "")}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          if (event.dataTransfer) void take(event.dataTransfer.files);
        }}
      >
        <p>{words.ingest.upload.hint}</p>
        <input
          ref={input}
          type="file"
          multiple
          class="visually-hidden"
          tabIndex={-1}
          aria-label={words.ingest.upload.choose}
          onChange={(event) => void take(event.currentTarget.files ?? [])}
        />
        <button type="button" disabled={sending !== null} onClick={() => input.current?.click()}>
          {words.ingest.upload.choose}
        </button>
        <p class="faint">{words.ingest.upload.again}</p>
      </div>
      <div role="status">
        {sending && (
          <p>
            {words.ingest.upload.sending(sending.name)} {sending.of > 1 && words.ingest.upload.count(sending.at + 1, sending.of)}
            <progress max={sending.of} value={sending.at + sending.share} aria-label={words.ingest.upload.title} />
          </p>
        )}
        <Tally of={sent.flatMap((one) => one.results)} />
        {sent.length > 0 && (
          <ul class="upload-results" aria-label={words.ingest.upload.results}>
            {sent.flatMap((one, turn) =>
              one.refused !== null
                ? [
                    <li key={`${turn}`}>
                      <Stranger text={one.file} /> <strong>{words.ingest.upload.refused(one.refused)}</strong>
                    </li>,
                  ]
                : firstOf(one.results).map((result, index) => <Result key={`${turn}.${index}`} result={result} />),
            )}
          </ul>
        )}
      </div>
    </div>
  );
}

// A mailbox holds many: those come first that need somebody.
const firstOf = (results: UploadResult[]): UploadResult[] => {
  const rank = (one: UploadResult) => (one.failure ? 0 : one.outcome === "stored" ? 2 : 1);
  return [...results].sort((a, b) => rank(a) - rank(b)).slice(0, shownOfFile);
};

function Tally({ of }: { of: UploadResult[] }) {
  if (of.length < 2) return null;
  const counts = rollup(of, (all) => all.length, (one) => one.outcome);
  return (
    <p class="upload-tally">
      {outcomes
        .filter((outcome) => counts.has(outcome))
        .map((outcome) => (
          <span key={outcome}>
            <span class={"outcome " + outcome}>{words.outcomes[outcome]}</span> {count(counts.get(outcome) ?? 0)}{" "}
          </span>
        ))}
    </p>
  );
}

function Result({ result }: { result: UploadResult }) {
  return (
    <li>
      <span class={"outcome " + result.outcome}>{words.outcomes[result.outcome]}</span> <Stranger text={result.name} />{" "}
      {result.detail && <span class="faint">{result.detail}</span>}{" "}
      {result.report && <a href={pageBehind(result.report)}>{words.ingest.upload.show_report}</a>}{" "}
      {result.failure && <a href={pageBehind(result.failure)}>{words.ingest.upload.show_failure}</a>}
    </li>
  );
}
