import { startPrivateRedis } from "@apidot-queue/runtime";
import { Redis } from "ioredis";
import { expect, it, onTestFinished } from "vitest";

import { Link } from "./link.ts";

/** Without time-outs of its own: only the close of the connection can end a call. */
async function setup() {
  const server = await startPrivateRedis();
  const redis = new Redis(server.port, "127.0.0.1", {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: () => 50,
  });
  redis.on("error", () => undefined);
  await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  onTestFinished(async () => {
    redis.disconnect();
    await server.stop();
  });
  return { server, redis, link: new Link(redis) };
}

it("calls that are out end when Redis dies, although the client itself says nothing", async () => {
  const { server, redis, link } = await setup();
  await server.kill("SIGSTOP");
  let isOver = false;
  const ping = redis.ping().finally(() => (isOver = true));
  ping.catch(() => undefined);
  const calls = [link.begin(null).step(() => ping), link.begin(null).step(() => redis.get("a"))];
  const refused = Promise.all(
    calls.map((call) => expect(call).rejects.toMatchObject({ kind: "unknown" })),
  );
  await server.kill("SIGKILL");
  await refused;
  // Why the link is there: the day that the client tells, it can go.
  expect(isOver).toBe(false);
});

it("a link that hung answers again after a ping, without a new connection", async () => {
  const { server, redis, link } = await setup();
  let closeCount = 0;
  redis.on("close", () => (closeCount += 1));
  await server.kill("SIGSTOP");
  const hung = link.begin(20).step(() => redis.get("a"));
  await expect(hung).rejects.toMatchObject({ kind: "unknown" });
  const behind = link.begin(20).step(() => redis.get("a"));
  await expect(behind).rejects.toMatchObject({ kind: "not_reached" });
  await server.kill("SIGCONT");
  await expect
    .poll(() =>
      link
        .begin(null)
        .step(() => redis.get("a"))
        .catch(() => "silent"),
    )
    .toBeNull();
  expect(closeCount).toBe(0);
});
