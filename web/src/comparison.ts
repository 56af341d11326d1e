// The window beside the one before it. Days for which usual reporters are still missing take no part: a day that is half
// told would look like a fall.
import { api } from "./api/client";
import type { Meta, Summary } from "./api/types";
import { useAnswer } from "./api/use_answer";
import { completeDays } from "./days";
import { usePlace } from "./navigation";
import { during } from "./query";

export interface Comparison {
  now: Summary; // of complete days
  before: Summary;
  from: string; // the days before
  to: string;
  until: string | null; // the last complete day, where the window has others
}

/** null: not asked for, not there yet, or nothing to compare with. */
export function useComparison(scope: URLSearchParams, meta: Meta | null): Comparison | null {
  const on = usePlace().query.has("compare");
  const days = on && meta ? completeDays(meta) : null;
  const { value } = useAnswer(days && api.summary(during(scope, days.from, days.to), "previous"));
  if (!days || !value?.compared || !value.compared_from || !value.compared_to) return null;
  const until = days.to === meta?.to ? null : days.to;
  return { now: value.data, before: value.compared, from: value.compared_from, to: value.compared_to, until };
}
