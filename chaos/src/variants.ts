import type { Promised } from "./judge/verdict.ts";

/** One way of running the product, and what it promises then. */
export interface Variant {
  readonly name: string;
  readonly promised: Promised;
  /** Laid over the environment of every process of the product. */
  readonly env: Readonly<Record<string, string>>;
}

const MAX_PAID_ATTEMPTS = 3;

/** All of them, one after the other in a run. */
export const VARIANTS: readonly Variant[] = [
  { name: "hold", promised: { kind: "hold" }, env: { AMBIGUOUS_SUBMIT: "hold" } },
  {
    name: "resubmit, no callbacks",
    promised: { kind: "resubmit", maxPaidAttempts: MAX_PAID_ATTEMPTS },
    env: {
      AMBIGUOUS_SUBMIT: "resubmit",
      MAX_PAID_ATTEMPTS: String(MAX_PAID_ATTEMPTS),
      CONFIRM_GRACE_MS: "2000",
    },
  },
];
