// Asking the server to change something: once at a time, and what became of it.
import { useState } from "preact/hooks";
import { ApiError } from "./client";
import { forgetAnswers } from "./use_answer";

export interface Deed {
  busy: boolean;
  done: boolean;
  error: ApiError | null;
  /** Whether it was done. What the pages show is asked for again then. */
  act: (what: () => Promise<unknown>) => Promise<boolean>;
}

export function useDeed(): Deed {
  const [state, setState] = useState<Omit<Deed, "act">>({ busy: false, done: false, error: null });
  const act = async (what: () => Promise<unknown>) => {
    setState({ busy: true, done: false, error: null });
    try {
      await what();
      setState({ busy: false, done: true, error: null });
      forgetAnswers();
      return true;
    } catch (thrown) {
      setState({ busy: false, done: false, error: thrown instanceof ApiError ? thrown : new ApiError(0, null) });
      return false;
    }
  };
  return { ...state, act };
}
