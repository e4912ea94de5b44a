import type { FieldRule } from "./field-rule.ts";

/** The `input` of a submit, once its fields have passed their rules. */
export type ModelInput = Readonly<Record<string, unknown>>;

/** How long a render takes before the speed factor: `fixedMs` plus a lognormal part. */
export interface RenderTime {
  readonly fixedMs: number;
  /** Median of the lognormal part. */
  readonly medianMs: number;
  /** Its sigma: 0.35 puts two thirds of the tasks within −30 % and +42 % of the median. */
  readonly sigma: number;
}

/** A field of `input`. */
interface FieldSpec {
  readonly rule: FieldRule;
  readonly isRequired?: true;
}

/** Everything the emulator knows of one model: data, so that a new model is one new file. */
export interface ModelSpec {
  readonly id: string;
  /** The fields that `input` may have; any other is refused. */
  readonly fields: Readonly<Record<string, FieldSpec>>;
  /** What is wrong with the fields taken together, asked only when each is fine by itself. */
  readonly findConflict: (input: ModelInput) => string | undefined;
  /** Credits per finished task. */
  readonly priceCredits: (input: ModelInput) => number;
  readonly renderTime: (input: ModelInput) => RenderTime;
}
