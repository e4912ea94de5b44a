import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { type Answering, setupWithReceiver, withStatus } from "../../test/callback-receiver.ts";
import { KEY, LONG_MS, TEXT_LITE } from "../../test/emulator-under-test.ts";
import { fingerprintKey } from "../accounts.ts";

/** The waits of the usual schedule. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000];

const FAST = "veo3.1-fast";

const hang: Answering = () => undefined;

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("a callback", () => {
  it("tells the end of a finished task as a status call does", async () => {
    const { clock, status, submitWith, untilReceived } = await setupWithReceiver();
    const id = await submitWith();
    clock.advance(LONG_MS);
    const [callback] = await untilReceived(1);
    expect(callback).toEqual({
      path: "/callbacks/t",
      contentType: "application/json",
      body: (await status(id)).body,
    });
    expect(callback?.body).toMatchObject({ code: 200, data: { task_id: id, status: "finished" } });
  });

  it("tells the end of a failed task, with its reason", async () => {
    const { clock, submitWith, untilReceived } = await setupWithReceiver({
      faults: [{ on: "submit", kind: "fail_task", error_message: "unsafe prompt" }],
    });
    const id = await submitWith();
    clock.advance(LONG_MS);
    const [callback] = await untilReceived(1);
    expect(callback?.body).toEqual({
      code: 200,
      data: {
        task_id: id,
        status: "failed",
        created_time: "2026-04-19T21:19:42",
        error_message: "unsafe prompt",
      },
    });
  });

  it("is a line of the ledger, with what the receiver answered", async () => {
    const { clock, emulator, receiver, submitWith, untilCallbacks } = await setupWithReceiver();
    const id = await submitWith();
    clock.advance(LONG_MS);
    const accepted = emulator.ledger()[1];
    expect(await untilCallbacks(1)).toEqual([
      {
        at: new Date(clock.ms).toISOString(),
        event: "callback",
        key: fingerprintKey(KEY),
        model: "veo3.1-lite",
        task_id: id,
        code: 204,
        prompt_sha256: accepted?.prompt_sha256,
        ended: "answered",
        delivery: 1,
      },
    ]);
    expect(JSON.stringify(emulator.ledger())).not.toContain(String(receiver.port));
  });

  it("is sent once after a 2xx, and never without a callback_url or before the end", async () => {
    const bundle = await setupWithReceiver();
    await bundle.submitForId();
    await bundle.submitWith();
    bundle.clock.advance(1_000);
    expect(bundle.callbacks()).toEqual([]);
    bundle.clock.advance(LONG_MS);
    await bundle.untilCallbacks(1);
    bundle.clock.advance(LONG_MS);
    // Whatever was due would be under way by now, and before this one.
    await bundle.submitWith();
    bundle.clock.advance(LONG_MS);
    await bundle.untilCallbacks(2);
    expect(bundle.receiver.received).toHaveLength(2);
  });

  it("goes out in time although nobody asks", async () => {
    const { receiver, submitWith, callbacks, untilCallbacks } = await setupWithReceiver({
      now: Date.now,
      speed: 5_000,
    });
    const id = await submitWith();
    await untilCallbacks(1);
    expect(callbacks()).toMatchObject([{ task_id: id, code: 204 }]);
    expect(receiver.received).toHaveLength(1);
  });
});

describe("a callback in vain", () => {
  it("is sent again until a 2xx, over a redirect that is not followed", async () => {
    const { clock, receiver, submitWith, untilCallbacks } = await setupWithReceiver(
      {},
      (response, order) => {
        const code = [503, 302, 404, 200][order] ?? 500;
        response.writeHead(code, { location: "/elsewhere" }).end("an answer");
      },
    );
    const id = await submitWith();
    clock.advance(LONG_MS);
    for (const [index, waitMs] of [1_000, 2_000, 4_000].entries()) {
      await untilCallbacks(index + 1);
      clock.advance(waitMs);
    }
    const lines = await untilCallbacks(4);
    expect(lines.map(({ task_id, code, delivery }) => [task_id, code, delivery])).toEqual([
      [id, 503, 1],
      [id, 302, 2],
      [id, 404, 3],
      [id, 200, 4],
    ]);
    expect(new Set(receiver.received.map(({ path }) => path))).toEqual(new Set(["/callbacks/t"]));
    expect(new Set(receiver.received.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  it("is not sent again before its time", async () => {
    const bundle = await setupWithReceiver({}, withStatus(500));
    await bundle.submitWith();
    bundle.clock.advance(LONG_MS);
    await bundle.untilCallbacks(1);
    bundle.clock.advance(999);
    expect((await bundle.call("GET", "/emulator/healthz")).status).toBe(200);
    expect(bundle.callbacks()).toHaveLength(1);
    bundle.clock.advance(1);
    await bundle.untilCallbacks(2);
  });

  it("is given up after a minute, and the ledger says so", async () => {
    const { clock, submitWith, untilCallbacks } = await setupWithReceiver({}, withStatus(500));
    const id = await submitWith();
    clock.advance(LONG_MS);
    const startMs = clock.ms;
    for (const [index, waitMs] of WAITS_MS.entries()) {
      await untilCallbacks(index + 1);
      clock.advance(waitMs);
    }
    const lines = await untilCallbacks(WAITS_MS.length + 2);
    expect(lines.at(-2)).toMatchObject({ delivery: 8, code: 500 });
    expect(lines.at(-1)).toMatchObject({ task_id: id, ended: "given_up" });
    expect(lines.at(-1)).not.toHaveProperty("code");
    expect(Date.parse(lines.at(-1)?.at ?? "") - startMs).toBe(60_000);
    clock.advance(LONG_MS);
    expect(await untilCallbacks(1)).toHaveLength(WAITS_MS.length + 2);
  });

  it("ends unreachable where nobody listens or nobody speaks TLS, and as a time-out where nobody answers", async () => {
    const { clock, receiver, submitForId, submitWith, untilCallbacks } = await setupWithReceiver(
      {
        faults: [
          { on: "callback", kind: "redeliver", for_ms: 0, timeout_ms: 20, match: { model: FAST } },
          { on: "callback", kind: "redeliver", for_ms: 0 },
        ],
      },
      hang,
    );
    const ids = [
      await submitWith(`http://127.0.0.1:${await closedPort()}/`),
      await submitWith(receiver.url.replace("http:", "https:")),
      await submitForId({
        ...TEXT_LITE,
        model: FAST,
        callback_url: receiver.url.replace("127.0.0.1", "localhost"),
      }),
    ];
    clock.advance(LONG_MS);
    const lines = await untilCallbacks(6);
    const ends = ids.map((id) => lines.filter((line) => line.task_id === id));
    expect(ends.map((each) => each.map(({ ended }) => ended))).toEqual([
      ["unreachable", "given_up"],
      ["unreachable", "given_up"],
      ["timeout", "given_up"],
    ]);
    expect(lines.some((line) => "code" in line)).toBe(false);
  });

  it("counts an answer whose status arrived, whatever became of its body", async () => {
    const { clock, submitWith, untilCallbacks } = await setupWithReceiver({}, (response) => {
      response.writeHead(202, { "content-length": 10 });
      response.write("half", () => response.destroy());
    });
    await submitWith();
    clock.advance(LONG_MS);
    expect(await untilCallbacks(1)).toMatchObject([{ ended: "answered", code: 202 }]);
  });
});

describe("a callback_url elsewhere", () => {
  it("is accepted, and nothing is sent to it, as the ledger says", async () => {
    const { clock, emulator, submitWith, untilCallbacks } = await setupWithReceiver({
      faults: [{ on: "callback", kind: "early", times: 1 }],
    });
    const ids = [
      await submitWith("https://gateway.callback.test/callbacks/t"),
      await submitWith("http://198.51.100.7/t"),
    ];
    clock.advance(LONG_MS);
    const lines = await untilCallbacks(2);
    expect(lines.map(({ task_id, ended }) => [task_id, ended])).toEqual(
      ids.map((id) => [id, "not_loopback"]),
    );
    expect(lines.some((line) => "code" in line || "delivery" in line)).toBe(false);
    clock.advance(LONG_MS);
    expect(emulator.ledger().at(-1)).toEqual(lines.at(-1));
  });
});

describe("many callbacks", () => {
  it("go out sixteen at once, and hold up no answer of the API", async () => {
    let openCount = 0;
    let mostAtOnce = 0;
    const waiting: (() => void)[] = [];
    const bundle = await setupWithReceiver({}, (response) => {
      openCount += 1;
      mostAtOnce = Math.max(mostAtOnce, openCount);
      waiting.push(() => {
        openCount -= 1;
        response.writeHead(204).end();
      });
    });
    const { clock, status, submitWith, untilCallbacks, untilReceived } = bundle;
    const ids = await Promise.all(Array.from({ length: 40 }, () => submitWith()));
    clock.advance(LONG_MS);
    await untilReceived(16);
    expect((await status(ids[39] ?? "")).body.data?.["status"]).toBe("finished");
    expect(bundle.receiver.received).toHaveLength(16);
    for (let count = 1; count <= ids.length; count += 1) {
      await untilReceived(Math.min(count + 15, ids.length));
      waiting.shift()?.();
      await untilCallbacks(count);
    }
    expect(mostAtOnce).toBe(16);
    expect(new Set(bundle.callbacks().map(({ task_id }) => task_id))).toEqual(new Set(ids));
  });
});

describe("the emulator's stop", () => {
  it("breaks off what is under way, says so, and sends nothing that is due later", async () => {
    const bundle = await setupWithReceiver({}, (response, order) => {
      if (order === 0) response.writeHead(500).end();
    });
    const [first, second] = [await bundle.submitWith(), await bundle.submitWith()];
    bundle.clock.advance(LONG_MS);
    await bundle.untilReceived(2);
    await bundle.untilCallbacks(1);
    await bundle.emulator.close();
    bundle.clock.advance(LONG_MS);
    const lines = bundle.callbacks();
    expect(lines.map(({ ended }) => ended)).toEqual(["answered", "stopped"]);
    expect(new Set(lines.map(({ task_id }) => task_id))).toEqual(new Set([first, second]));
    expect(bundle.receiver.received).toHaveLength(2);
  });
});
