import { join } from "node:path";

import { Webhook } from "standardwebhooks";
import { expect, it, onTestFinished, vi } from "vitest";

import { ROOT } from "./node-process.ts";

const SECRET = `whsec_${Buffer.from("a secret of thirty-two bytes!!!!").toString("base64")}`;
const OTHER_SECRET = `whsec_${Buffer.from("some other secret of the sender!").toString("base64")}`;
const BODY = JSON.stringify({
  type: "generation.succeeded",
  timestamp: "2026-11-20T12:00:00.000Z",
  data: { id: "default_01kat5k3v8q2x7m4n9p0r1s2t3", status: "succeeded", files: [] },
});

interface Route {
  POST(request: Request): Promise<Response>;
}

/** A fresh receiver, as its own process would have it, and what it printed. */
async function setup() {
  vi.resetModules();
  vi.stubEnv("NOTIFY_TENANT_SECRET", SECRET);
  const log = vi.spyOn(console, "log").mockReturnValue();
  onTestFinished(() => {
    vi.unstubAllEnvs();
    log.mockRestore();
  });
  const path = join(ROOT, "examples/receive-with-next/route.mjs");
  const { POST } = (await import(path)) as Route;
  return { POST, log };
}

/** The independent library's signature. */
function sign(id: string, at = new Date(), secret = SECRET): string {
  return new Webhook(secret).sign(id, at, BODY);
}

function delivery(id: string, signature: string, at = new Date(), body = BODY): Request {
  return new Request("http://127.0.0.1/notifications", {
    method: "POST",
    headers: {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": signature,
    },
    body,
  });
}

it("a genuine notification is taken, and worked on once however often it comes", async () => {
  const { POST, log } = await setup();
  for (let count = 0; count < 3; count += 1) {
    const at = new Date();
    expect((await POST(delivery("msg_1", sign("msg_1", at), at))).status).toBe(204);
  }
  const at = new Date();
  expect((await POST(delivery("msg_2", sign("msg_2", at), at))).status).toBe(204);
  await vi.waitFor(() => expect(log).toHaveBeenCalledTimes(2));
  expect(log).toHaveBeenCalledWith("generation.succeeded", "default_01kat5k3v8q2x7m4n9p0r1s2t3");
});

it("one fitting signature among several is enough", async () => {
  const { POST, log } = await setup();
  const at = new Date();
  const both = `${sign("msg_1", at, OTHER_SECRET)} ${sign("msg_1", at)}`;
  expect((await POST(delivery("msg_1", both, at))).status).toBe(204);
  await vi.waitFor(() => expect(log).toHaveBeenCalledTimes(1));
});

it("a forged, changed, stale, early or unsigned notification is refused and not worked on", async () => {
  const { POST, log } = await setup();
  const now = new Date();
  const stale = new Date(now.getTime() - 400_000);
  const early = new Date(now.getTime() + 400_000);
  const hostile = [
    delivery("msg_1", sign("msg_1", now, OTHER_SECRET), now),
    delivery("msg_1", sign("msg_1", now), now, BODY.replace("succeeded", "failed")),
    delivery("msg_2", sign("msg_1", now), now),
    delivery("msg_1", sign("msg_1", stale), stale),
    delivery("msg_1", sign("msg_1", early), early),
    delivery("msg_1", sign("msg_1", now).replace("v1,", "v2,"), now),
    delivery("msg_1", "v1,", now),
    new Request("http://127.0.0.1/notifications", { method: "POST", body: BODY }),
  ];
  for (const request of hostile) expect((await POST(request)).status).toBe(401);
  // None of them used up the id.
  expect((await POST(delivery("msg_1", sign("msg_1", now), now))).status).toBe(204);
  await vi.waitFor(() => expect(log).toHaveBeenCalledTimes(1));
});
