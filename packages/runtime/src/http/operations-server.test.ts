import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, test } from "vitest";

import { recordingLogger } from "../../test/recording-logger.ts";
import { ConfigurationError } from "../config/configuration-error.ts";
import { Registry } from "../metrics/index.ts";
import { createMetrics } from "../metrics/create-metrics.ts";
import { createHealth } from "./health.ts";
import { createOperationsHandler } from "./operations.ts";
import type { OperationsHandler } from "./operations.ts";
import { startOperationsServer } from "./operations-server.ts";

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function parts() {
  const health = createHealth();
  const registry = new Registry();
  const handler = createOperationsHandler({ health, registry });
  return { health, registry, handler, ...recordingLogger() };
}

async function start(change: {
  handler?: OperationsHandler;
  port?: number;
  isPortGiven?: boolean;
}) {
  const made = parts();
  const server = await startOperationsServer({
    handler: made.handler,
    host: "127.0.0.1",
    port: 0,
    isPortGiven: false,
    logger: made.logger,
    ...change,
  });
  closing.push(() => server.close());
  const ask = (path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, init);
  return { ...made, server, ask };
}

/** A port that somebody else listens on. */
async function takenPort(): Promise<number> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => other.close(() => resolve())));
  return (other.address() as AddressInfo).port;
}

describe("the three paths", () => {
  test("tell what is stale, what is missing and what was counted", async () => {
    const { health, registry, ask } = await start({});
    createMetrics(registry).polls.inc({ outcome: "running" });

    const ready = await ask("/readyz");
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ status: "not_ready", reasons: ["starting"] });
    health.markStarted();
    expect((await ask("/readyz?verbose")).status).toBe(200);

    const healthy = await ask("/healthz");
    expect(healthy.status).toBe(200);
    expect(healthy.headers.get("content-type")).toContain("application/json");
    health.progress("fetch", -1);
    const stale = await ask("/healthz");
    expect(stale.status).toBe(503);
    expect(await stale.json()).toMatchObject({ status: "stale", stale: [{ name: "fetch" }] });

    const metrics = await ask("/metrics");
    expect(metrics.headers.get("content-type")).toContain("text/plain; version=0.0.4");
    expect(await metrics.text()).toContain('apidot_queue_polls_total{outcome="running"} 1');
  });

  test("are all there is, and are only read", async () => {
    const { ask } = await start({});
    expect((await ask("/")).status).toBe(404);
    expect((await ask("/metrics/")).status).toBe(404);
    const posted = await ask("/healthz", { method: "POST", body: "x" });
    expect(posted.status).toBe(405);
    expect(posted.headers.get("allow")).toBe("GET, HEAD");
    const head = await ask("/healthz", { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe("");
  });

  test("a handler that fails answers 500 without its reason, and the log has it", async () => {
    const { ask, lines } = await start({ handler: () => Promise.reject(new Error("inside")) });
    const failed = await ask("/metrics");
    expect(failed.status).toBe(500);
    expect(await failed.text()).toBe("failed\n");
    expect(lines().at(-1)).toMatchObject({
      msg: "operations request failed",
      path: "/metrics",
      error: { message: "inside" },
    });
  });
});

describe("the port", () => {
  test("0 takes a free one and the log tells which", async () => {
    const { server, lines } = await start({ port: 0 });
    expect(server.port).toBeGreaterThan(0);
    expect(lines()).toMatchObject([
      { msg: "operations server listens", host: "127.0.0.1", port: server.port },
    ]);
  });

  test("a default that is taken gives way to a free one", async () => {
    const port = await takenPort();
    const { server, ask } = await start({ port, isPortGiven: false });
    expect(server.port).not.toBe(port);
    expect((await ask("/healthz")).status).toBe(200);
  });

  test("a wish that is taken is a mistake", async () => {
    const port = await takenPort();
    const failure = await start({ port, isPortGiven: true }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect((failure as ConfigurationError).mistakes).toEqual([
      { name: "METRICS_PORT", problem: `cannot listen on 127.0.0.1 at port ${port} (EADDRINUSE)` },
    ]);
  });

  test("an address of another machine is a mistake of the host", async () => {
    const { handler, logger } = parts();
    const failure = await startOperationsServer({
      handler,
      logger,
      host: "192.0.2.1",
      port: 0,
      isPortGiven: false,
    }).catch((error: unknown) => error);
    expect((failure as ConfigurationError).mistakes[0]?.name).toBe("METRICS_HOST");
  });

  test("closing ends open connections too", async () => {
    const { server, ask } = await start({});
    await (await ask("/healthz")).text();
    await server.close();
    await expect(ask("/healthz")).rejects.toThrow();
  });
});
