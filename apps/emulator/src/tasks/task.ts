/** How a task ends. */
export type TaskOutcome =
  | { readonly status: "finished" }
  | { readonly status: "failed"; readonly errorMessage: string | null };

/** The emulator's record of one accepted submit. Its life is fixed at acceptance. */
export interface Task {
  readonly id: string;
  /** How many tasks were accepted before it: 0 for the first. */
  readonly ordinal: number;
  /** Fingerprint of the key that submitted it. */
  readonly key: string;
  readonly model: string;
  readonly promptSha256: string | undefined;
  /** Where the end of the task is to be reported, when the submit asked for that. */
  readonly callbackUrl: string | undefined;
  /** Origin of its files as its submitter reaches them; a callback has no caller of its own. */
  readonly filesOrigin: string;
  /** Whether it ends, and calls back, before its submit is answered. */
  readonly isEarly: boolean;
  /** Price, reserved at acceptance. */
  readonly credits: number;
  readonly createdAtMs: number;
  /** Until then it is `not_started`. */
  readonly startsAtMs: number;
  /** When its progress would reach 100. */
  readonly fullProgressAtMs: number;
  /** When it ends; infinite for a task that is stuck. */
  readonly endsAtMs: number;
  readonly outcome: TaskOutcome;
  /** Authorised status calls that named this task so far. */
  statusCallCount: number;
}

/** What a task looks like at one moment. */
export interface TaskView {
  readonly status: "not_started" | "running" | TaskOutcome["status"];
  /** 0–100; absent once a task has failed. */
  readonly progress?: number;
}

/** A task at `nowMs`: a pure function of time. Progress reaches 100 only with the end. */
export function viewTask(task: Task, nowMs: number): TaskView {
  if (nowMs >= task.endsAtMs) {
    return task.outcome.status === "finished"
      ? { status: "finished", progress: 100 }
      : { status: "failed" };
  }
  if (nowMs < task.startsAtMs) return { status: "not_started", progress: 0 };
  const share = (nowMs - task.startsAtMs) / Math.max(1, task.fullProgressAtMs - task.startsAtMs);
  return { status: "running", progress: Math.max(0, Math.min(99, Math.floor(share * 100))) };
}
