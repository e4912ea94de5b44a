import type { Promised } from "./judge/verdict.ts";

/** One way of running the product, and what it promises then. */
export interface Variant {
  readonly name: string;
  readonly promised: Promised;
  /** Laid over the environment of every process of the product. */
  readonly env: Readonly<Record<string, string>>;
  /** How the upstream calls back, by the rules of docs/emulator.md; null: it is not asked to. */
  readonly callbacks: readonly object[] | null;
}

const MAX_PAID_ATTEMPTS = 3;
/** Many times what a task takes here, a killed gateway and a restart of Redis included. */
const CALLBACK_GRACE_MS = 20_000;

const CALLBACK_FAULTS: readonly object[] = [
  { on: "callback", kind: "doubled", rate: 0.1 },
  { on: "callback", kind: "reordered", rate: 0.2 },
  { on: "callback", kind: "redeliver", for_ms: 60_000, every_ms: 1_000 },
];

/** All of them, one after the other in a run. */
export const VARIANTS: readonly Variant[] = [
  { name: "hold", promised: { kind: "hold" }, env: { AMBIGUOUS_SUBMIT: "hold" }, callbacks: null },
  {
    name: "resubmit, no callbacks",
    promised: { kind: "resubmit", maxPaidAttempts: MAX_PAID_ATTEMPTS },
    env: {
      AMBIGUOUS_SUBMIT: "resubmit",
      MAX_PAID_ATTEMPTS: String(MAX_PAID_ATTEMPTS),
      CONFIRM_GRACE_MS: "2000",
    },
    callbacks: null,
  },
  {
    name: "resubmit with callbacks",
    promised: {
      kind: "callbacks",
      maxPaidAttempts: MAX_PAID_ATTEMPTS,
      graceMs: CALLBACK_GRACE_MS,
    },
    env: {
      AMBIGUOUS_SUBMIT: "resubmit",
      MAX_PAID_ATTEMPTS: String(MAX_PAID_ATTEMPTS),
      CONFIRM_GRACE_MS: String(CALLBACK_GRACE_MS),
    },
    callbacks: CALLBACK_FAULTS,
  },
];
