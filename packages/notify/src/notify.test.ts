import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Webhook } from "standardwebhooks";
import { describe, expect, it, onTestFinished } from "vitest";

import { addressGuard, readNetworks, type Network } from "./address-guard.ts";
import { messageId, parseMessageId } from "./message.ts";
import { DELIVERY_DELAYS_MS, nextDeliveryDelayMs } from "./schedule.ts";
import { loadNotifySecrets, tenantSecrets } from "./secret.ts";
import { openSender } from "./sender.ts";
import { signatureHeaders } from "./signature.ts";

describe("a signature", () => {
  it("is that of the specification's own example", () => {
    // From the specification and its libraries' tests.
    const headers = signatureHeaders(
      {
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp: 1_614_265_330,
        body: '{"test": 2432232314}',
      },
      ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    );
    expect(headers).toEqual({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it("is one that the library of the specification takes, by the old secret and by the new", () => {
    const secrets = tenantSecrets(["new", "old"], "shop");
    const body = JSON.stringify({ type: "generation.succeeded", data: { prompt: "ü €" } });
    const timestamp = Math.floor(Date.now() / 1_000);
    const headers = { ...signatureHeaders({ id: "a_1", timestamp, body }, secrets) };
    for (const secret of secrets) {
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
      expect(() => new Webhook(secret).verify(body, { ...headers, "webhook-id": "a_2" })).toThrow();
    }
    const other = new Webhook(tenantSecrets(["new"], "studio")[0] ?? "");
    expect(() => other.verify(body, headers)).toThrow();
  });
});

describe("the secret of a tenant", () => {
  it("is its own, the same each time, and of the form that receivers take", () => {
    const [shop, studio] = ["shop", "studio"].map((tenant) => tenantSecrets(["s"], tenant)[0]);
    expect(shop).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(tenantSecrets(["s"], "shop")).toEqual([shop]);
    expect(studio).not.toBe(shop);
  });

  it("comes from one that is made and kept where none is configured", async () => {
    const kept = new Map<string, string>();
    const store = {
      setnx: (key: string, value: string) => {
        if (!kept.has(key)) kept.set(key, value);
        return Promise.resolve(1);
      },
      get: (key: string) => Promise.resolve(kept.get(key) ?? null),
    };
    const first = await loadNotifySecrets(store, null);
    expect(await loadNotifySecrets(store, [])).toEqual(first);
    expect(first[0]).toMatch(/^[\w-]{43}$/);
    expect(await loadNotifySecrets(store, ["new", "old"])).toEqual(["new", "old"]);
    const broken = { ...store, get: () => Promise.resolve(null) };
    await expect(loadNotifySecrets(broken, null)).rejects.toThrow("removed while it was made");
  });
});

describe("the schedule", () => {
  it("goes from seconds to a day, and ends", () => {
    const planned = DELIVERY_DELAYS_MS.map((_, n) => nextDeliveryDelayMs(n + 1, null, () => 0.5));
    expect(planned).toEqual(DELIVERY_DELAYS_MS);
    const hours = DELIVERY_DELAYS_MS.reduce((sum, ms) => sum + ms, 0) / 3_600_000;
    expect([Math.round(hours), DELIVERY_DELAYS_MS[0]]).toEqual([22, 5_000]);
    expect(nextDeliveryDelayMs(DELIVERY_DELAYS_MS.length + 1, null, () => 0.5)).toBeNull();
  });

  it("is spread by a fifth either way, and waits longer where the receiver asks for it", () => {
    expect(nextDeliveryDelayMs(1, null, () => 0)).toBe(4_000);
    expect(nextDeliveryDelayMs(1, null, () => 1)).toBe(6_000);
    expect(nextDeliveryDelayMs(1, 60_000, () => 0)).toBe(60_000);
    expect(nextDeliveryDelayMs(1, 1_000, () => 0.5)).toBe(5_000);
    expect(nextDeliveryDelayMs(1, 1e12, () => 0.5)).toBe(24 * 3_600_000);
  });
});

describe("the id of a notification", () => {
  it("names generation and version, and nothing else is one", () => {
    const generationId = "eu-west-1_01kat5k3v8q2x7m4n9p0r1s2t3";
    expect(parseMessageId(messageId(generationId, 12))).toEqual({ generationId, version: 12 });
    for (const id of ["", "x", generationId, `${generationId}_`, `${generationId}_x`, "a_1"]) {
      expect(parseMessageId(id)).toBeNull();
    }
  });
});

describe("a delivery", () => {
  const networks = readNetworks("127.0.0.0/8") as readonly Network[];

  async function receiver(answer: (response: import("node:http").ServerResponse) => void) {
    const seen: { headers: import("node:http").IncomingHttpHeaders; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        seen.push({ headers: request.headers, body });
        answer(response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, seen };
  }
  const sender = (timeoutMs = 5_000) => {
    const opened = openSender({ guard: addressGuard(networks), timeoutMs });
    onTestFinished(() => opened.close());
    return opened;
  };

  it.each([
    [200, {}, "delivered", null],
    [204, {}, "delivered", null],
    [302, { location: "http://169.254.169.254/" }, "redirected", null],
    [307, { location: "/elsewhere" }, "redirected", null],
    [400, { "retry-after": "60" }, "rejected", null],
    [410, {}, "gone", null],
    [429, { "retry-after": "60" }, "rejected", 60_000],
    [500, { "retry-after": "60" }, "failed", null],
    [503, { "retry-after": "30" }, "failed", 30_000],
  ])("that is answered with %i, %o is %s", async (status, headers, outcome, retryAfterMs) => {
    const { url, seen } = await receiver((response) =>
      response.writeHead(status, headers).end("x"),
    );
    const report = await sender().send(url, { "webhook-id": "a_1" }, '{"a":1}');
    expect(report).toMatchObject({ outcome, httpStatus: status, retryAfterMs });
    // Once: nothing is followed, nothing repeated.
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ headers: { "webhook-id": "a_1" }, body: '{"a":1}' });
  });

  it("that is not answered in time is given up, and so is one whose answer never ends", async () => {
    const silent = await receiver(() => undefined);
    expect(await sender(200).send(silent.url, {}, "{}")).toMatchObject({
      outcome: "timed_out",
      httpStatus: null,
    });
    const endless = await receiver((response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write("x".repeat(10_000)), 1);
      response.on("close", () => clearInterval(more));
    });
    expect((await sender(1_000).send(endless.url, {}, "{}")).outcome).toBe("delivered");
  });

  it("that is cut off, or finds nobody, is unreachable", async () => {
    const cutting = await receiver((response) => response.destroy());
    expect((await sender().send(cutting.url, {}, "{}")).outcome).toBe("unreachable");
    expect((await sender().send("http://127.0.0.1:1/", {}, "{}")).outcome).toBe("unreachable");
  });
});
