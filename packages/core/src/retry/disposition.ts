/** What becomes of a wake-up hint after it was handled; `packages/queue` turns it into BullMQ. */
export type Disposition =
  /** The hint has served. */
  | { readonly kind: "done" }
  /** The generation itself has to wait: the hint comes back after `delayMs`. */
  | { readonly kind: "snooze"; readonly delayMs: number }
  /** The lane has no room: nobody takes its hints for `restMs`, and this one keeps its place. */
  | { readonly kind: "rest"; readonly restMs: number };

/** The hint has served. */
export const DONE: Disposition = { kind: "done" };
