// Asking the server from a component. Answers are kept by question until the stored data changes, so that going back
// shows at once what was there; the browser's cache and ETags do the rest.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiError, ask, type Request } from "./client";

const keptAnswers = 80;
const answers = new Map<string, unknown>();
const waiting = new Set<() => void>();

function keep(address: string, answer: unknown): void {
  answers.delete(address);
  answers.set(address, answer);
  for (const oldest of answers.keys()) {
    if (answers.size <= keptAnswers) break;
    answers.delete(oldest);
  }
}

// Two components with the same question share the answer.
const underway = new Map<string, Promise<unknown>>();

function askOnce<T>(question: Request<T>): Promise<T> {
  const { address } = question;
  let asked = underway.get(address) as Promise<T> | undefined;
  if (!asked) {
    const mine = ask(question).then((value) => {
      if (underway.get(address) === mine) keep(address, value);
      return value;
    });
    const done = () => void (underway.get(address) === mine && underway.delete(address));
    mine.then(done, done);
    underway.set(address, mine);
    asked = mine;
  }
  return asked;
}

/** Everything is asked again: the stored data changed. */
export function forgetAnswers(): void {
  answers.clear();
  underway.clear();
  for (const again of [...waiting]) again();
}

export interface Answer<T> {
  value: T | null; // while another question is under way: the answer to the last one
  error: ApiError | null;
  loading: boolean;
  again: () => void; // asks once more; what is shown stays until the answer is there
}

/** null asks nothing. */
export function useAnswer<T>(question: Request<T> | null): Answer<T> {
  const address = question?.address ?? null;
  const [turn, setTurn] = useState(0);
  const [, setDrawn] = useState(0);
  const last = useRef<{ address: string; value: T } | null>(null);
  const anew = useRef(false); // also where the answer is kept
  const failed = useRef<{ address: string; error: ApiError } | null>(null);

  const kept = address === null ? undefined : (answers.get(address) as T | undefined);
  if (address !== null && kept !== undefined) last.current = { address, value: kept };

  useEffect(() => {
    const again = () => setTurn((n) => n + 1);
    waiting.add(again);
    return () => void waiting.delete(again);
  }, []);

  useEffect(() => {
    if (question === null || address === null) return;
    if (answers.has(address) && !anew.current) {
      // Another component asked the same, and the answer came after this one was drawn and before it could ask.
      if (kept === undefined) setDrawn((n) => n + 1);
      return;
    }
    anew.current = false;
    let wanted = true;
    askOnce(question)
      .then(() => {
        if (!wanted) return;
        failed.current = null;
        setDrawn((n) => n + 1);
      })
      .catch((error: unknown) => {
        if (!wanted) return;
        failed.current = { address, error: error instanceof ApiError ? error : new ApiError(0, null) };
        setDrawn((n) => n + 1);
      });
    return () => void (wanted = false);
  }, [address, turn]);

  const again = useCallback(() => {
    anew.current = true;
    failed.current = null;
    setTurn((n) => n + 1);
  }, []);

  const error = failed.current?.address === address ? failed.current.error : null;
  const value = address === null ? null : (last.current?.value ?? null);
  return { value, error, loading: address !== null && kept === undefined && error === null, again };
}
