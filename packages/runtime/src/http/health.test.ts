import { afterEach, describe, expect, test, vi } from "vitest";

import { watchEventLoop } from "./event-loop.ts";
import { createHealth } from "./health.ts";
import { answersPing } from "./redis-requirement.ts";

afterEach(() => {
  vi.useRealTimers();
});

function setup() {
  let time = 1_000;
  const health = createHealth({ now: () => time });
  return { health, advance: (ms: number) => (time += ms) };
}

describe("health is progress", () => {
  test("a process without loops is healthy", () => {
    expect(setup().health.health()).toEqual({ status: "ok", stale: [] });
  });

  test("a loop is stale once its last mark is older than its limit", () => {
    const { health, advance } = setup();
    const fetch = health.progress("submit_fetch", 60_000);
    health.progress("rescuer", 600_000);
    advance(60_000);
    expect(health.health().status).toBe("ok");
    advance(1);
    expect(health.health()).toEqual({
      status: "stale",
      stale: [{ name: "submit_fetch", age_ms: 60_001, max_age_ms: 60_000 }],
    });
    fetch.mark();
    expect(health.health()).toEqual({ status: "ok", stale: [] });
  });

  test("a loop that ended on purpose is not waited for", () => {
    const { health, advance } = setup();
    health.progress("submit_fetch", 1).stop();
    advance(10);
    expect(health.health().status).toBe("ok");
  });

  test("two loops of one name are watched apart", () => {
    const { health, advance } = setup();
    const one = health.progress("fetch", 10);
    health.progress("fetch", 10);
    advance(11);
    one.mark();
    expect(health.health().stale).toHaveLength(1);
  });

  test("an event loop that is late all the time becomes stale, one pause does not", () => {
    vi.useFakeTimers();
    let time = 0;
    vi.spyOn(performance, "now").mockImplementation(() => time);
    const health = createHealth({ now: () => time });
    const stop = watchEventLoop(health);
    const tick = (tookMs: number) => {
      time += tookMs;
      vi.advanceTimersByTime(500);
    };
    tick(10_000);
    expect(health.health().status).toBe("ok");
    tick(500);
    for (let ticks = 0; ticks < 10; ticks += 1) tick(1_600);
    expect(health.health().stale).toMatchObject([{ name: "event_loop" }]);
    tick(500);
    expect(health.health().status).toBe("ok");
    stop();
    time += 60_000;
    expect(health.health().status).toBe("ok");
    vi.restoreAllMocks();
  });
});

describe("readiness", () => {
  test("is started, with all that is required, and not draining", async () => {
    const { health } = setup();
    let isThere = false;
    health.requires("redis", () => isThere);
    expect(await health.readiness()).toEqual({
      status: "not_ready",
      reasons: ["starting", "redis"],
    });
    health.markStarted();
    expect(await health.readiness()).toEqual({ status: "not_ready", reasons: ["redis"] });
    isThere = true;
    expect(await health.readiness()).toEqual({ status: "ready", reasons: [] });
    health.markDraining();
    health.markStarted();
    expect(await health.readiness()).toEqual({ status: "not_ready", reasons: ["draining"] });
  });

  test("an error, a late answer and none at all are a no", async () => {
    const health = createHealth({ requirementLimitMs: 5 });
    health.markStarted();
    health.requires("rejects", () => Promise.reject(new Error("away")));
    health.requires("throws", () => {
      throw new Error("away");
    });
    health.requires("hangs", () => new Promise(() => undefined));
    health.requires("answers", () => Promise.resolve(true));
    expect((await health.readiness()).reasons).toEqual(["rejects", "throws", "hangs"]);
  });

  test("a Redis that is not connected is not even asked", async () => {
    const ping = vi.fn(() => Promise.resolve("PONG" as const));
    expect(await answersPing({ status: "reconnecting", ping } as never)()).toBe(false);
    expect(ping).not.toHaveBeenCalled();
    expect(await answersPing({ status: "ready", ping } as never)()).toBe(true);
  });
});
