import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Chance } from "../chance.ts";
import { MODELS } from "../models/models.ts";
import { planLife } from "./task-life.ts";
import { type Task, viewTask } from "./task.ts";

function plan(
  model: string,
  ordinal: number,
  options: {
    seed?: number;
    speed?: number;
    resolution?: string;
    fault?: Fault;
    isEarly?: boolean;
  } = {},
) {
  const { seed = 1, speed = 1, resolution = "720p", isEarly = false, fault } = options;
  const renderTime = MODELS.get(model)!.renderTime({ prompt: "x", resolution });
  return planLife({
    chance: new Chance(seed),
    ordinal,
    renderTime,
    speed,
    createdAtMs: 0,
    isEarly,
    fault,
  });
}
type Fault = Parameters<typeof planLife>[0]["fault"];

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

describe("planLife", () => {
  it.each([
    ["veo3.1-lite", "720p", 45_000],
    ["veo3.1-fast", "720p", 75_000],
    ["veo3.1-quality", "720p", 170_000],
    ["veo3.1-lite", "4k", 56_250],
  ])("takes a typical time for %s at %s", (model, resolution, typicalMs) => {
    const ends = Array.from(
      { length: 1_001 },
      (_, ordinal) => plan(model, ordinal, { resolution }).endsAtMs,
    );
    expect(Math.abs(median(ends) / typicalMs - 1)).toBeLessThan(0.06);
    expect(new Set(ends).size).toBeGreaterThan(900);
  });

  it("divides every duration by the speed", () => {
    const slow = plan("veo3.1-fast", 3);
    const fast = plan("veo3.1-fast", 3, { speed: 100 });
    expect(fast.endsAtMs).toBe(Math.round(slow.endsAtMs / 100));
    expect(fast.startsAtMs).toBe(Math.round(slow.startsAtMs / 100));
  });

  it("lets a task fail before its time when asked to", () => {
    const whole = plan("veo3.1-fast", 3).endsAtMs;
    const life = plan("veo3.1-fast", 3, {
      fault: { on: "submit", kind: "fail_task", at: 0.25, error_message: null },
    });
    expect(life.endsAtMs).toBe(Math.round(whole / 4));
    expect(life.outcome).toEqual({ status: "failed", errorMessage: null });
  });

  it("lets an early task end in the moment of its acceptance, and a stuck one not even then", () => {
    expect(plan("veo3.1-fast", 3, { isEarly: true }).endsAtMs).toBe(0);
    const stuck = { on: "submit", kind: "stuck" } as const;
    expect(plan("veo3.1-fast", 3, { isEarly: true, fault: stuck }).endsAtMs).toBe(Infinity);
  });
});

describe("viewTask", () => {
  const base = {
    id: "t",
    ordinal: 0,
    key: "k",
    model: "m",
    promptSha256: undefined,
    callbackUrl: undefined,
    filesOrigin: "http://127.0.0.1",
    isEarly: false,
    credits: 1,
    createdAtMs: 0,
    statusCallCount: 0,
  };

  it("never goes back: not_started, then running with rising progress, then the end", () => {
    const order = ["not_started", "running", "finished"];
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(200_000), fc.nat(200_000), (ordinal, a, b) => {
        const task: Task = { ...base, ...plan("veo3.1-lite", ordinal) };
        const earlier = viewTask(task, Math.min(a, b));
        const later = viewTask(task, Math.max(a, b));
        expect(order.indexOf(later.status)).toBeGreaterThanOrEqual(order.indexOf(earlier.status));
        expect(later.progress!).toBeGreaterThanOrEqual(earlier.progress!);
        expect(later.progress === 100).toBe(later.status === "finished");
      }),
    );
  });

  it("keeps a stuck task running at 99 for ever", () => {
    const task: Task = {
      ...base,
      ...plan("veo3.1-lite", 0, { fault: { on: "submit", kind: "stuck" } }),
    };
    expect(viewTask(task, 1e15)).toEqual({ status: "running", progress: 99 });
  });
});
