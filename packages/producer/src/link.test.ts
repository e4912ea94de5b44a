import { EventEmitter } from "node:events";

import { JournalError, type JournalConnection } from "@apidot-queue/journal";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { Link } from "./link.ts";

const never = (): Promise<never> => new Promise(() => undefined);

/** A connection whose pings are answered when the test says so. */
function setup(status = "ready", options: object = { autoResendUnfulfilledCommands: false }) {
  const pings: { answer: () => void; fail: (error: Error) => void }[] = [];
  const redis = Object.assign(new EventEmitter(), {
    status,
    options,
    ping: () =>
      new Promise<void>((answer, fail) => {
        pings.push({ answer, fail });
      }),
  });
  return { redis, pings, link: new Link(redis as unknown as JournalConnection) };
}

/** Runs a step that Redis did not answer in time. */
async function timeOut(link: Link): Promise<void> {
  const unanswered = () => Promise.reject(new JournalError("unknown", "timed out"));
  await expect(link.begin(null).step(unanswered)).rejects.toMatchObject({ kind: "unknown" });
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a call", () => {
  it("has what its step gives, or the step's own error", async () => {
    const call = setup().link.begin(1_000);
    expect(await call.step(() => Promise.resolve(7))).toBe(7);
    const own = new JournalError("refused", "OOM");
    await expect(call.step(() => Promise.reject(own))).rejects.toBe(own);
    call.end();
  });

  it("ends when the connection closes, whatever its steps still wait for", async () => {
    const { redis, link } = setup();
    const steps = [link.begin(null).step(never), link.begin(60_000).step(never)];
    redis.status = "close";
    redis.emit("close");
    for (const step of steps) await expect(step).rejects.toMatchObject({ kind: "unknown" });
    expect(await link.begin(null).step(() => Promise.resolve("again"))).toBe("again");
  });

  it("ends when its time is up", async () => {
    await expect(setup().link.begin(1).step(never)).rejects.toMatchObject({ kind: "unknown" });
  });

  it("that has ended hears nothing of a later close", async () => {
    const { redis, link } = setup();
    const call = link.begin(null);
    call.end();
    redis.emit("close");
    expect(await call.step(() => Promise.resolve(1))).toBe(1);
  });

  it.each([{}, { redisOptions: { maxRetriesPerRequest: null } }])(
    "on a connection that sends again goes on: %o",
    async (options) => {
      const { redis, link } = setup("ready", options);
      let answer: (text: string) => void = () => undefined;
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      const step = link.begin(1).step(() => new Promise<string>((resolve) => (answer = resolve)));
      redis.emit("close");
      vi.advanceTimersByTime(60_000);
      answer("sent again");
      expect(await step).toBe("sent again");
    },
  );

  it("leaves no listener behind", () => {
    const { redis, link } = setup();
    for (let n = 0; n < 20; n += 1) link.begin(null).end();
    expect(redis.listenerCount("close")).toBe(1);
    link.close();
    expect(redis.listenerCount("close")).toBe(0);
  });
});

describe("a silent link", () => {
  it("refuses the calls behind the first without sending them, until a ping is answered", async () => {
    const { link, pings } = setup();
    await timeOut(link);
    let wasSent = false;
    const send = () => Promise.resolve((wasSent = true));
    await expect(link.begin(null).step(send)).rejects.toMatchObject({ kind: "not_reached" });
    expect([wasSent, pings.length]).toEqual([false, 1]);
    pings[0]?.answer();
    await settled();
    expect(await link.begin(null).step(send)).toBe(true);
  });

  it("is not what the failure of joined work tells: that work has a call of its own", async () => {
    const { link, pings } = setup();
    const failed = () => Promise.reject(new JournalError("unknown", "not on disk"));
    await expect(link.begin(null).join(failed)).rejects.toMatchObject({ kind: "unknown" });
    expect(pings.length).toBe(0);
    await timeOut(link);
    const joined = link.begin(null).join(never);
    await expect(joined).rejects.toMatchObject({ kind: "not_reached" });
  });

  it("is asked again when a ping fails, and counts an error reply as an answer", async () => {
    const { link, pings } = setup();
    await timeOut(link);
    pings[0]?.fail(new Error("Command timed out"));
    await expect.poll(() => pings.length).toBe(2);
    const refusal = () => link.begin(null).step(() => Promise.resolve());
    await expect(refusal()).rejects.toMatchObject({ kind: "not_reached" });
    pings[1]?.fail(Object.assign(new Error("LOADING"), { name: "ReplyError" }));
    await settled();
    await expect(refusal()).resolves.toBeUndefined();
  });

  it("is not asked any more once it has closed: the connection refuses by itself", async () => {
    const { redis, link, pings } = setup();
    await timeOut(link);
    redis.status = "reconnecting";
    redis.emit("close");
    pings[0]?.fail(new Error("Connection is closed."));
    await expect.poll(() => link.begin(null).step(() => Promise.resolve("asked"))).toBe("asked");
    expect(pings).toHaveLength(1);
  });

  it("is one that looks ready: a connection that is away is not asked", async () => {
    const { link, pings } = setup("reconnecting");
    await timeOut(link);
    expect(pings).toHaveLength(0);
  });
});
