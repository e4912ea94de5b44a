import { describe, expect, it } from "vitest";

import { type Claim, startDueLoop } from "./due-loop.ts";

/** A loop over items that the test hands out, with work that the test ends. */
function setup(options: { concurrency: number; idleMs?: number; waiting?: number[] }) {
  const waiting = options.waiting ?? [];
  const claims: number[] = [];
  const errors: unknown[] = [];
  const started: number[] = [];
  const running = new Map<
    number,
    { end: (dueAgainMs?: number) => void; fail: (error: Error) => void }
  >();
  let failNextClaim: Error | null = null;
  let progressCount = 0;
  const loop = startDueLoop<number>({
    concurrency: options.concurrency,
    idleMs: options.idleMs ?? 5,
    claim: (limit): Promise<Claim<number>> => {
      claims.push(limit);
      if (failNextClaim !== null) {
        const error = failNextClaim;
        failNextClaim = null;
        return Promise.reject(error);
      }
      return Promise.resolve({ items: waiting.splice(0, limit), nextDueMs: null });
    },
    handle: (item) => {
      started.push(item);
      return new Promise<number | null>((resolve, reject) => {
        running.set(item, { end: (ms) => resolve(ms ?? null), fail: reject });
      });
    },
    onError: (error) => errors.push(error),
    onProgress: () => progressCount++,
  });
  return {
    loop,
    waiting,
    claims,
    errors,
    started,
    running,
    failNextClaim: (error: Error) => (failNextClaim = error),
    progressCount: () => progressCount,
  };
}

describe("startDueLoop", () => {
  it("never claims more than it can handle at once", async () => {
    const { loop, waiting, started, running, claims } = setup({ concurrency: 2 });
    waiting.push(1, 2, 3);
    await expect.poll(() => started).toEqual([1, 2]);
    running.get(1)?.end();
    await expect.poll(() => started).toEqual([1, 2, 3]);
    expect(Math.max(...claims)).toBe(2);
    expect(claims).not.toContain(0);
    running.get(2)?.end();
    running.get(3)?.end();
    await loop.drain();
  });

  it("reports what a handler throws and goes on", async () => {
    const { loop, waiting, started, running, errors } = setup({ concurrency: 1 });
    waiting.push(1, 2);
    await expect.poll(() => started).toEqual([1]);
    const error = new Error("broken");
    running.get(1)?.fail(error);
    await expect.poll(() => started).toEqual([1, 2]);
    expect(errors).toEqual([error]);
    running.get(2)?.end();
    await loop.drain();
  });

  it("outlives a claim that fails, and counts only the ones that work as progress", async () => {
    const setUp = setup({ concurrency: 1 });
    const error = new Error("redis is away");
    setUp.failNextClaim(error);
    await expect.poll(() => setUp.errors).toEqual([error]);
    setUp.waiting.push(7);
    await expect.poll(() => setUp.started).toEqual([7]);
    expect(setUp.progressCount()).toBe(setUp.claims.length - 1);
    setUp.running.get(7)?.end();
    await setUp.loop.drain();
  });

  it("looks again when an item is due again, however long the claim had nothing", async () => {
    const { loop, waiting, claims, running, started } = setup({
      concurrency: 2,
      idleMs: 3_600_000,
      waiting: [1],
    });
    await expect.poll(() => started).toEqual([1]);
    expect(claims).toHaveLength(1);
    waiting.push(2);
    running.get(1)?.end(5);
    await expect.poll(() => started).toEqual([1, 2]);
    expect(claims).toHaveLength(2);
    running.get(2)?.end();
    await loop.drain();
  });

  it("drains: claims no more and waits for the work in hand", async () => {
    const { loop, waiting, started, running, claims } = setup({ concurrency: 2 });
    waiting.push(1);
    await expect.poll(() => started).toEqual([1]);
    let isDrained = false;
    const draining = loop.drain().then(() => (isDrained = true));
    waiting.push(2);
    const claimsAtDrain = claims.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(isDrained).toBe(false);
    expect(claims.length).toBeLessThanOrEqual(claimsAtDrain + 1);
    running.get(1)?.end();
    await draining;
    expect(started).toEqual([1]);
  });
});
