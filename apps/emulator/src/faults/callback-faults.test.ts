import { describe, expect, it } from "vitest";
import {
  type CallbackKind,
  setupWithReceiver,
  taskIdIn,
  withStatus,
} from "../../test/callback-receiver.ts";
import { KEY, LONG_MS, TEXT_LITE } from "../../test/emulator-under-test.ts";
import type { FaultRule } from "./fault-rule.ts";

const setupWith = (...faults: readonly FaultRule[]) => setupWithReceiver({ faults });

/** Every kind that strikes callbacks alone; the type makes the list complete. */
const CASES = {
  lost: async () => {
    const { clock, receiver, submitWith, untilCallbacks } = await setupWith({
      on: "callback",
      kind: "lost",
      times: 1,
    });
    const [lost, sent] = [await submitWith(), await submitWith()];
    clock.advance(LONG_MS);
    const lines = await untilCallbacks(2);
    clock.advance(LONG_MS);
    expect(lines.map(({ ended }) => ended)).toEqual(["lost", "answered"]);
    expect(new Set(lines.map(({ task_id }) => task_id))).toEqual(new Set([lost, sent]));
    expect(receiver.received.map(taskIdIn)).toEqual([lines[1]?.task_id]);
  },

  late: async () => {
    const { callbacks, clock, events, submitWith, untilCallbacks } = await setupWith({
      on: "callback",
      kind: "late",
      delay_ms: 600_000,
    });
    const id = await submitWith();
    clock.advance(300_000);
    expect(events()).toContain("settled");
    clock.advance(299_999);
    expect(callbacks()).toEqual([]);
    clock.advance(300_001);
    expect(await untilCallbacks(1)).toMatchObject([{ task_id: id, delivery: 1, code: 204 }]);
  },

  reordered: async () => {
    const { clock, emulator, receiver, submitWith, untilCallbacks } = await setupWith({
      on: "callback",
      kind: "reordered",
      times: 1,
      behind: 2,
      at_most_ms: 600_000,
    });
    const held = await submitWith();
    clock.advance(200_000);
    emulator.ledger();
    for (let other = 1; other <= 2; other += 1) {
      expect(receiver.received.map(taskIdIn)).not.toContain(held);
      await submitWith();
      clock.advance(200_000);
      await untilCallbacks(other);
    }
    const lines = await untilCallbacks(3);
    expect(lines[2]).toMatchObject({ task_id: held, delivery: 1, code: 204 });
    expect(receiver.received.map(taskIdIn)[2]).toBe(held);
  },

  early: async () => {
    const order: string[] = [];
    const bundle = await setupWithReceiver(
      { faults: [{ on: "callback", kind: "early", times: 1 }] },
      (response) => {
        order.push("callback");
        response.writeHead(204).end();
      },
    );
    const submitting = bundle.submitWith().then((id) => {
      order.push("answer");
      return id;
    });
    const id = await submitting;
    expect(order).toEqual(["callback", "answer"]);
    expect(bundle.receiver.received.map(taskIdIn)).toEqual([id]);
    expect(bundle.events()).toEqual(["submit", "accepted", "charged", "settled", "callback"]);
    expect((await bundle.status(id)).body.data?.["status"]).toBe("finished");
    const next = await bundle.submitWith();
    expect((await bundle.status(next)).body.data?.["status"]).toBe("not_started");
  },

  doubled: async () => {
    const { clock, receiver, submitWith, untilCallbacks } = await setupWithReceiver(
      { faults: [{ on: "callback", kind: "doubled", copies: 3 }] },
      withStatus(503, 503, 503, 204),
    );
    const id = await submitWith();
    clock.advance(LONG_MS);
    await untilCallbacks(3);
    clock.advance(1_000);
    const lines = await untilCallbacks(4);
    expect(receiver.received.map(taskIdIn)).toEqual([id, id, id, id]);
    expect(lines.filter(({ sent_as }) => sent_as === "copy")).toHaveLength(2);
    // Only the real one is sent again.
    expect(lines.flatMap(({ delivery }) => delivery ?? [])).toEqual([1, 2]);
    expect(new Set(lines.map(({ task_id }) => task_id))).toEqual(new Set([id]));
  },

  forged: async () => {
    const {
      clock,
      emulator,
      receiver,
      submitWith,
      untilCallbacks,
      status: ask,
    } = await setupWith(
      { on: "callback", kind: "forged", times: 1 },
      { on: "callback", kind: "forged", as: "other", skip: 1, times: 1 },
      { on: "callback", kind: "forged", as: "opposite", skip: 2 },
    );
    const ids: string[] = [];
    for (let round = 1; round <= 3; round += 1) {
      ids.push(await submitWith());
      clock.advance(LONG_MS);
      await untilCallbacks(2 * round);
    }
    const forged = emulator.ledger().filter(({ sent_as }) => sent_as === "forged");
    expect(forged.map(({ url_task_id }) => url_task_id)).toEqual(ids);
    expect(forged.every((line) => line.code === 204 && line.task_id === undefined)).toBe(true);
    const [unknown = "", ...claimed] = forged.map(({ claimed_task_id }) => claimed_task_id);
    expect(unknown).toMatch(/^task-unified-\d+-[0-9a-z]{8}$/);
    expect((await ask(unknown)).status).toBe(404);
    expect(claimed).toEqual([ids[0], ids[2]]);
    // Each of the three real ones was sent as well.
    const real = emulator.ledger().filter(({ delivery }) => delivery === 1);
    expect(real.map(({ task_id }) => task_id)).toEqual(ids);
    const statuses = receiver.received.map(({ body }) => body.data?.["status"]);
    expect(statuses.filter((status) => status === "finished")).toHaveLength(5);
    expect(statuses.filter((status) => status === "failed")).toHaveLength(1);
  },

  bare: async () => {
    const { clock, submitWith, untilReceived } = await setupWith(
      { on: "callback", kind: "bare" },
      { on: "callback", kind: "files_top" },
      { on: "callback", kind: "no_progress" },
    );
    const id = await submitWith();
    clock.advance(LONG_MS);
    const [callback] = await untilReceived(1);
    expect(callback?.body).toEqual({
      task_id: id,
      status: "finished",
      created_time: "2026-04-19T21:19:42",
      files: [{ file_url: expect.stringContaining(id), file_type: "video" }],
    });
  },

  redeliver: async () => {
    const { callbacks, clock, submitWith, untilCallbacks } = await setupWithReceiver(
      { faults: [{ on: "callback", kind: "redeliver", for_ms: 500, every_ms: 250 }], speed: 10 },
      withStatus(500),
    );
    await submitWith();
    clock.advance(LONG_MS);
    await untilCallbacks(1);
    clock.advance(249);
    expect(callbacks()).toHaveLength(1);
    clock.advance(1);
    await untilCallbacks(2);
    clock.advance(250);
    const lines = await untilCallbacks(4);
    expect(lines.map(({ ended }) => ended)).toEqual([
      "answered",
      "answered",
      "answered",
      "given_up",
    ]);
  },
} satisfies Record<CallbackKind, () => Promise<void>>;

describe("each kind of fault of a callback", () => {
  it.each(Object.entries(CASES))("%s does what it says", async (_kind, run) => {
    await run();
  });
});

describe("a callback fault", () => {
  it("comes before an answer that is then lost, so that only the callback tells of the task", async () => {
    const bundle = await setupWith(
      { on: "callback", kind: "early" },
      { on: "submit", kind: "reset_after" },
    );
    const json = { ...TEXT_LITE, callback_url: bundle.receiver.url };
    const submitting = bundle.call("POST", "/api/generate/submit", { key: KEY, json });
    await expect(submitting).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(bundle.receiver.received).toHaveLength(1);
    expect(bundle.callbacks()).toMatchObject([{ code: 204, ended: "answered" }]);
  });

  it("lets the answer go when the early callback is in vain, or the emulator stops", async () => {
    const refusing = await setupWithReceiver(
      { faults: [{ on: "callback", kind: "early" }] },
      withStatus(500),
    );
    expect(await refusing.submitWith()).toMatch(/^task-/);
    const hanging = await setupWithReceiver(
      { faults: [{ on: "callback", kind: "early" }] },
      () => undefined,
    );
    const outcome = expect(hanging.submitWith()).rejects.toMatchObject({ code: "ECONNRESET" });
    await hanging.untilReceived(1);
    await hanging.emulator.close();
    await outcome;
    expect(hanging.callbacks()).toMatchObject([{ ended: "stopped" }]);
  });

  it("has no early callback of a task that is stuck, and no early task without a callback_url", async () => {
    const { status, submitForId, submitWith, callbacks } = await setupWith(
      { on: "submit", kind: "stuck", times: 1 },
      { on: "callback", kind: "early" },
    );
    expect((await status(await submitWith())).body.data?.["status"]).not.toBe("finished");
    expect((await status(await submitForId())).body.data?.["status"]).toBe("not_started");
    expect(callbacks()).toEqual([]);
  });

  it("lets a held back callback go in the end although no other comes", async () => {
    const { callbacks, clock, submitWith, untilCallbacks } = await setupWith({
      on: "callback",
      kind: "reordered",
      at_most_ms: 400_000,
    });
    const id = await submitWith();
    clock.advance(300_000);
    expect(callbacks()).toEqual([]);
    clock.advance(400_000);
    expect(await untilCallbacks(1)).toMatchObject([{ task_id: id, code: 204 }]);
  });

  it("strikes the same tasks for the same seed, in whatever order they end", async () => {
    const lostOrdinals = async (advanceMs: number): Promise<readonly number[]> => {
      const { clock, emulator, submitForId, untilCallbacks, receiver } = await setupWith({
        on: "callback",
        kind: "lost",
        rate: 0.4,
      });
      const ids: string[] = [];
      for (let index = 0; index < 20; index += 1) {
        const model = index % 2 === 0 ? "veo3.1-quality" : "veo3.1-lite";
        ids.push(await submitForId({ ...TEXT_LITE, model, callback_url: receiver.url }));
        clock.advance(advanceMs);
        emulator.ledger();
      }
      clock.advance(LONG_MS);
      const lines = await untilCallbacks(ids.length);
      return lines
        .filter(({ ended }) => ended === "lost")
        .map(({ task_id }) => ids.indexOf(task_id ?? ""))
        .toSorted((a, b) => a - b);
    };
    const together = await lostOrdinals(0);
    expect(together.length).toBeGreaterThan(2);
    expect(together.length).toBeLessThan(18);
    expect(await lostOrdinals(500_000)).toEqual(together);
  });

  it("is counted, and looks only at callbacks that match", async () => {
    const { emulator, call, clock, submitWith, untilCallbacks } = await setupWith();
    const [one, two] = [await submitWith(), await submitWith()];
    emulator.setFaults([
      { on: "callback", kind: "lost", match: { task_id: two } },
      { on: "callback", kind: "late", delay_ms: 1, match: { model: "veo3.1-fast" } },
      { on: "callback", kind: "doubled", rate: 0 },
    ]);
    clock.advance(LONG_MS);
    const lines = await untilCallbacks(2);
    expect(lines.find(({ task_id }) => task_id === two)?.ended).toBe("lost");
    expect(lines.find(({ task_id }) => task_id === one)?.ended).toBe("answered");
    const { text } = await call("GET", "/emulator/faults");
    expect(JSON.parse(text)).toMatchObject({
      faults: [
        { matched: 1, struck: 1 },
        { matched: 0, struck: 0 },
        { matched: 2, struck: 0 },
      ],
    });
  });
});
