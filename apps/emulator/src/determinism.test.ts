import { expect, it } from "vitest";
import { setup, TEXT_LITE } from "../test/emulator-under-test.ts";
import type { EmulatorOptions, FaultRule } from "./index.ts";

const FAULTS: readonly FaultRule[] = [
  { on: "submit", kind: "error", status: 503, rate: 0.3 },
  { on: "submit", kind: "fail_task", rate: 0.3 },
  { on: "status", kind: "not_found_for", calls: 1, rate: 0.5 },
];

/** The same twenty calls, and everything that chance had a hand in. */
async function play(options: EmulatorOptions): Promise<unknown> {
  const { emulator, clock, submit, status } = await setup(options);
  const seen: unknown[] = [];
  for (let index = 0; index < 20; index += 1) {
    const { body } = await submit({ ...TEXT_LITE, model: "veo3.1-fast" });
    const taskId = body.data?.["task_id"];
    seen.push(body, typeof taskId === "string" ? (await status(taskId)).body : null);
    clock.advance(7_000);
  }
  clock.advance(3_600_000);
  return [seen, emulator.ledger()];
}

/** The ledger of five tasks, each polled once. */
async function lives(faults: readonly FaultRule[]): Promise<unknown> {
  const { emulator, clock, submitForId, status } = await setup({ faults });
  for (let index = 0; index < 5; index += 1) await status(await submitForId());
  clock.advance(3_600_000);
  return emulator.ledger();
}

it("answers the same sequence of requests the same way for the same seed", async () => {
  const first = await play({ seed: 42, faults: FAULTS });
  expect(await play({ seed: 42, faults: FAULTS })).toEqual(first);
});

it("answers differently for another seed", async () => {
  const first = await play({ seed: 42, faults: FAULTS });
  expect(await play({ seed: 43, faults: FAULTS })).not.toEqual(first);
});

it("gives the tasks the same ids and durations whatever the status calls ran into", async () => {
  expect(await lives([{ on: "status", kind: "error", status: 500, rate: 0.5 }])).toEqual(
    await lives([]),
  );
});
