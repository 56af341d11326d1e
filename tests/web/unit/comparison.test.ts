import assert from "node:assert/strict";
import { test } from "node:test";
import { completeDays } from "../../../web/src/comparison";

const meta = (from: string | null, to: string | null, complete_through: string | null) => ({ from, to, as_of: to, complete_through, generation: 1 });

test("days that are not told in full take no part in a comparison", () => {
  assert.deepEqual(completeDays(meta("2026-11-12", "2026-11-18", "2026-11-17")), { from: "2026-11-12", to: "2026-11-17" });
  assert.deepEqual(completeDays(meta("2026-10-01", "2026-10-30", "2026-11-17")), { from: "2026-10-01", to: "2026-10-30" });
  assert.equal(completeDays(meta("2026-11-18", "2026-11-18", "2026-11-17")), null);
  assert.equal(completeDays(meta(null, null, null)), null);
});
