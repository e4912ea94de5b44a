import type { Status } from "@apidot-queue/core";

import { textAt } from "./lane-access.ts";
import type { Reply } from "./run-script.ts";

/** What a verb did to a generation. */
export type VerbOutcome =
  | { readonly kind: "changed"; readonly status: Status }
  /**
   * Nothing changed: `stale` an outcome of an older attempt, `duplicate` it was known already,
   * `not_applicable` the status has no such event, `unknown` no such generation, `task_taken` the
   * task id belongs to another generation.
   */
  | { readonly kind: "ignored"; readonly reason: IgnoredReason };

/** @see VerbOutcome */
export type IgnoredReason = "stale" | "duplicate" | "not_applicable" | "unknown" | "task_taken";

/** Reads the two answers that every changing verb gives. */
export function readOutcome(reply: Reply): VerbOutcome {
  return textAt(reply, 0) === "changed"
    ? { kind: "changed", status: textAt(reply, 1) as Status }
    : { kind: "ignored", reason: textAt(reply, 1) as IgnoredReason };
}
