// What may become of an attachment, in the order they have everywhere.
import type { Outcome } from "./api/types";

export const outcomes: readonly Outcome[] = ["stored", "duplicate", "conflict", "quarantined", "ignored"];
