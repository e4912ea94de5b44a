import { startPrivateRedis } from "@apidot-queue/runtime";
import { startTcpProxy } from "@apidot-queue/testkit";
import { Redis } from "ioredis";
import { expect, it, onTestFinished } from "vitest";

import { Link } from "./link.ts";

/** Without time-outs of its own: only the close of the connection can end a call. */
async function connectTo(port: number) {
  const redis = new Redis(port, "127.0.0.1", {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: () => 50,
  });
  redis.on("error", () => undefined);
  onTestFinished(() => redis.disconnect());
  await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  return { redis, link: new Link(redis) };
}

async function setup() {
  const server = await startPrivateRedis();
  onTestFinished(() => server.stop());
  return { server, ...(await connectTo(server.port)) };
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

it("a silence ends with the connection that was silent", async () => {
  const { server } = await setup();
  const proxy = await startTcpProxy(server.port);
  onTestFinished(() => proxy.close());
  const { redis, link } = await connectTo(proxy.port);
  proxy.loseAnswers();
  const hung = link.begin(20).step(() => redis.get("a"));
  await expect(hung).rejects.toMatchObject({ kind: "unknown" });
  // The question whether it answers again dies with the connection, and the client says nothing.
  const isBack = new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  proxy.cut();
  await isBack;
  expect(await link.begin(null).step(() => redis.get("a"))).toBeNull();
});
