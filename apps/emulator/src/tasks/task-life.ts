import { type Chance, STREAM } from "../chance.ts";
import type { LifeFault } from "../faults/fault-slot.ts";
import type { RenderTime } from "../models/model.ts";
import type { Task, TaskOutcome } from "./task.ts";

/** The part of a task that chance, speed and faults decide. */
export type TaskLife = Pick<Task, "startsAtMs" | "fullProgressAtMs" | "endsAtMs" | "outcome">;

/** A task waits for a tenth of its render time, and no longer than this, before it runs. */
const MAX_WAIT_MS = 4_000;

/** Decides the life of the task with this ordinal: same seed and ordinal, same life. */
export function planLife(options: {
  readonly chance: Chance;
  readonly ordinal: number;
  readonly renderTime: RenderTime;
  /** A render of 45 s takes 45 / speed seconds. */
  readonly speed: number;
  readonly createdAtMs: number;
  /** Whether the render takes no time at all. */
  readonly isEarly: boolean;
  /** A life other than the ordinary one. */
  readonly fault: LifeFault | undefined;
}): TaskLife {
  const { chance, ordinal, renderTime, speed, createdAtMs, isEarly, fault } = options;
  const deviation = chance.drawNormal(STREAM.renderTime, ordinal);
  const renderMs = isEarly
    ? 0
    : renderTime.fixedMs + renderTime.medianMs * Math.exp(renderTime.sigma * deviation);
  const waitMs = Math.min(renderMs / 10, MAX_WAIT_MS);
  const fullProgressAtMs = createdAtMs + Math.round(renderMs / speed);
  return {
    startsAtMs: createdAtMs + Math.round(waitMs / speed),
    fullProgressAtMs,
    endsAtMs: endOf(fault, createdAtMs, fullProgressAtMs),
    outcome: outcomeOf(fault),
  };
}

function endOf(fault: LifeFault | undefined, createdAtMs: number, fullAtMs: number): number {
  if (fault === undefined) return fullAtMs;
  if (fault.kind === "stuck") return Infinity;
  return createdAtMs + Math.round((fullAtMs - createdAtMs) * (fault.at ?? 1));
}

function outcomeOf(fault: LifeFault | undefined): TaskOutcome {
  if (fault?.kind !== "fail_task") return { status: "finished" };
  const { error_message: message } = fault;
  return { status: "failed", errorMessage: message === undefined ? "generation failed" : message };
}
