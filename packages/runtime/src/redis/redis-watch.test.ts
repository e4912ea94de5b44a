import { EventEmitter } from "node:events";

import { expect, test } from "vitest";

import { recordingLogger } from "../../test/recording-logger.ts";
import { createRedisWatch } from "./redis-watch.ts";

function setup(connectionCount: number) {
  let time = 0;
  const { logger, lines } = recordingLogger();
  const watch = createRedisWatch({ logger, now: () => time });
  const connections = Array.from({ length: connectionCount }, () => new EventEmitter());
  for (const connection of connections) watch.follow(connection as never);
  const advance = (ms: number) => (time += ms);
  const first = connections[0]!;
  return { watch, connections, first, lines, advance };
}

test("an outage is one line when it begins and one with its length when it ends", () => {
  const { watch, first, lines, advance } = setup(1);
  first.emit("ready");
  first.emit("error", Object.assign(new Error("read"), { code: "ECONNRESET" }));
  for (let retry = 0; retry < 50; retry += 1) {
    first.emit("reconnecting", 100);
    first.emit("error", Object.assign(new Error("connect"), { code: "ECONNREFUSED" }));
    advance(100);
  }
  expect(watch.isReachable()).toBe(false);
  first.emit("ready");
  expect(watch.isReachable()).toBe(true);
  expect(lines()).toMatchObject([
    { level: "warn", msg: "redis connection is lost", reason: "ECONNRESET" },
    { level: "info", msg: "redis connection is back", durationMs: 5_000 },
  ]);
});

test("several connections of a process see one outage", () => {
  const { connections, lines, advance } = setup(3);
  for (const connection of connections) connection.emit("ready");
  for (const connection of connections) {
    connection.emit("reconnecting", 100);
    advance(10);
  }
  for (const connection of connections) {
    expect(lines()).toHaveLength(1);
    connection.emit("ready");
  }
  expect(lines()).toMatchObject([
    { reason: "closed" },
    { msg: "redis connection is back", durationMs: 30 },
  ]);
});

test("what never was there is not lost", () => {
  const { watch, first, lines } = setup(1);
  first.emit("error", new Error("connect ECONNREFUSED"));
  first.emit("reconnecting", 100);
  first.emit("ready");
  expect(watch.isReachable()).toBe(true);
  expect(lines()).toEqual([]);
});

test("a connection that is closed on purpose ends in silence and is not waited for", () => {
  const { watch, connections, first, lines } = setup(2);
  for (const connection of connections) connection.emit("ready");
  first.emit("close");
  first.emit("end");
  expect(lines()).toEqual([]);
  connections[1]!.emit("reconnecting", 100);
  connections[1]!.emit("end");
  expect(watch.isReachable()).toBe(true);
});

test("a second outage is told anew", () => {
  const { first, lines } = setup(1);
  for (let outage = 0; outage < 2; outage += 1) {
    first.emit("ready");
    first.emit("reconnecting", 100);
  }
  first.emit("ready");
  expect(lines().map(({ msg }) => msg)).toEqual([
    "redis connection is lost",
    "redis connection is back",
    "redis connection is lost",
    "redis connection is back",
  ]);
});
