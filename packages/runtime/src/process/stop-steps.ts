import type { Logger } from "../logs/logger.ts";

/** The orderly end of an app, step by step. */
export interface StopSteps {
  /**
   * Adds a step; steps run in the order in which they are added.
   *
   * @param limitMs - after this the next step begins, whether this one has ended or not
   */
  readonly onStop: (name: string, limitMs: number, step: () => Promise<void> | void) => void;
  /**
   * Runs every step, whatever the ones before came to. Called again it joins the first call.
   *
   * @throws {StopError} when a step failed or took longer than its limit
   */
  readonly stop: () => Promise<void>;
}

/** Some steps of a stop did not come to their end. */
export class StopError extends Error {
  override readonly name = "StopError";
  readonly steps: readonly string[];

  constructor(steps: readonly string[]) {
    super(`[stop] did not come to its end: ${steps.join(", ")}`);
    this.steps = steps;
  }
}

/** @returns steps to fill while an app starts, so that a half-started one can be stopped too. */
export function createStopSteps(logger: Logger): StopSteps {
  const steps: { name: string; limitMs: number; step: () => Promise<void> | void }[] = [];
  let running: Promise<void> | null = null;

  const runAll = async (): Promise<void> => {
    const unfinished: string[] = [];
    for (const { name, limitMs, step } of steps) {
      const result = await runStep(step, limitMs);
      if (result.kind === "done") continue;
      unfinished.push(name);
      if (result.kind === "late") logger.error({ step: name, limitMs }, "stop step took too long");
      else logger.error({ step: name, error: result.error }, "stop step failed");
    }
    if (unfinished.length > 0) throw new StopError(unfinished);
  };

  return {
    onStop: (name, limitMs, step) => void steps.push({ name, limitMs, step }),
    stop: () => (running ??= runAll()),
  };
}

type StepResult =
  | { readonly kind: "done" }
  | { readonly kind: "late" }
  | { readonly kind: "failed"; readonly error: unknown };

function runStep(step: () => Promise<void> | void, limitMs: number): Promise<StepResult> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: "late" }), limitMs);
    Promise.resolve()
      .then(step)
      .then(
        () => resolve({ kind: "done" }),
        (error: unknown) => resolve({ kind: "failed", error }),
      )
      .finally(() => clearTimeout(timer));
  });
}
