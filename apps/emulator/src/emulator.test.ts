import { connect } from "node:net";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { LONG_MS, setup, TEXT_LITE } from "../test/emulator-under-test.ts";
import { startEmulator } from "./index.ts";

describe("submit", () => {
  it("answers with the documented envelope", async () => {
    const { submit } = await setup();
    const reply = await submit();
    expect(reply.status).toBe(200);
    expect(reply.headers["content-type"]).toBe("application/json");
    expect(reply.body).toEqual({
      code: 200,
      data: {
        task_id: expect.stringMatching(/^task-unified-1776633582-[0-9a-z]{8}$/),
        status: "not_started",
        created_time: "2026-04-19T21:19:42",
      },
    });
  });

  it("answers an invalid request with an API-shaped 400", async () => {
    const { submit } = await setup();
    const reply = await submit({ model: "veo3.1-lite", input: { prompt: "x", image_urls: [] } });
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({
      code: 400,
      error: {
        message: "veo3.1-lite does not support image_urls",
        type: "invalid_request_error",
      },
    });
  });

  it("refuses what is not JSON, or not declared as such", async () => {
    const { call } = await setup();
    const path = "/api/generate/submit";
    const broken = await call("POST", path, { key: "k", raw: "{" });
    const undeclared = await call("POST", path, {
      key: "k",
      json: TEXT_LITE,
      headers: { "content-type": "text/plain" },
    });
    expect([broken.status, undeclared.status]).toEqual([400, 400]);
    const declared = await call("POST", path, {
      key: "k",
      json: TEXT_LITE,
      headers: { "content-type": "Application/JSON; charset=utf-8" },
    });
    expect(declared.status).toBe(200);
  });

  it("refuses a body over 1 MiB", async () => {
    const { call, events } = await setup();
    const raw = JSON.stringify({ model: "x".repeat(1024 * 1024) });
    expect((await call("POST", "/api/generate/submit", { key: "k", raw })).status).toBe(413);
    expect(events()).toEqual([]);
  });
});

describe("bearer key", () => {
  it("lets in any key when none are configured, and nobody without one", async () => {
    const { call } = await setup();
    const path = "/api/generate/submit";
    expect((await call("POST", path, { key: "any", json: TEXT_LITE })).status).toBe(200);
    for (const authorization of ["", "Bearer", "Bearer ", "Basic abc"]) {
      const reply = await call("POST", path, { json: TEXT_LITE, headers: { authorization } });
      expect(reply.body).toEqual({
        code: 401,
        error: { message: "invalid API key", type: "authentication_error" },
      });
      expect(reply.status).toBe(401);
    }
    expect((await call("GET", "/api/generate/status/task-1")).status).toBe(401);
  });

  it("lets in only the configured keys", async () => {
    const { submit, status, submitForId } = await setup({ keys: ["one", "two"] });
    expect((await submit(TEXT_LITE, "one")).status).toBe(200);
    expect((await submit(TEXT_LITE, "two")).status).toBe(200);
    expect((await submit(TEXT_LITE, "three")).status).toBe(401);
    expect((await status(await submitForId(TEXT_LITE, "one"), "three")).status).toBe(401);
  });
});

describe("status", () => {
  it("follows a task from not_started over running to finished with its file", async () => {
    const { emulator, clock, status, submitForId } = await setup();
    const id = await submitForId();
    expect((await status(id)).body).toEqual({
      code: 200,
      data: {
        task_id: id,
        status: "not_started",
        progress: 0,
        created_time: "2026-04-19T21:19:42",
      },
    });
    clock.advance(12_000);
    const running = (await status(id)).body.data;
    expect(running).toMatchObject({ task_id: id, status: "running" });
    expect(running?.["progress"]).toSatisfy((progress: number) => progress > 0 && progress < 100);
    clock.advance(LONG_MS);
    expect((await status(id)).body).toEqual({
      code: 200,
      data: {
        task_id: id,
        status: "finished",
        progress: 100,
        created_time: "2026-04-19T21:19:42",
        output: {
          files: [{ file_url: `${emulator.url}/files/${id}.mp4`, file_type: "video" }],
        },
      },
    });
  });

  it("does not know a task that was never accepted", async () => {
    const { status } = await setup();
    const reply = await status("task-unified-1-aaaaaaaa");
    expect(reply.status).toBe(404);
    expect(reply.body.code).toBe(404);
    expect(reply.body.error?.type).toBe("not_found_error");
  });
});

describe("the other paths", () => {
  it("answers its health check", async () => {
    const { call } = await setup();
    expect(await call("GET", "/emulator/healthz")).toMatchObject({ status: 200, text: "ok\n" });
  });

  it("answers unknown paths with 404 and wrong methods with 405, API-shaped", async () => {
    const { call } = await setup();
    for (const path of ["/", "/api/generate", "/emulator/constructor"]) {
      expect((await call("GET", path)).body.code).toBe(404);
    }
    expect((await call("GET", "/api/generate/submit")).body.code).toBe(405);
    expect((await call("POST", "/api/generate/status/x", { json: {} })).body.code).toBe(405);
    expect((await call("DELETE", "/files/x.mp4")).body.code).toBe(405);
    expect((await call("POST", "/emulator/ledger", { json: {} })).body.code).toBe(405);
  });
});

describe("close", () => {
  it("destroys open connections, one that waits for an answer included, and may be repeated", async () => {
    const emulator = await startEmulator({ faults: [{ on: "status", kind: "hang_before" }] });
    const idle = connect(emulator.port, "127.0.0.1");
    await once(idle, "connect");
    const hanging = connect(emulator.port, "127.0.0.1");
    hanging.write(
      "GET /api/generate/status/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\n\r\n",
    );
    await once(hanging, "connect");
    // Once a later call is answered, the earlier one has been read.
    await (await fetch(`${emulator.url}/emulator/healthz`)).text();
    const closed = Promise.all([idle, hanging].map((socket) => onceClosed(socket)));
    await emulator.close();
    await closed;
    await emulator.close();
  });

  it("frees the port and refuses a second emulator on a taken one", async () => {
    const first = await startEmulator();
    await expect(startEmulator({ port: first.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await first.close();
    const second = await startEmulator({ port: first.port });
    expect(second.url).toBe(`http://127.0.0.1:${first.port}`);
    await second.close();
  });
});

function onceClosed(socket: ReturnType<typeof connect>): Promise<void> {
  return new Promise((resolve) => {
    // The emulator may reset as well as close.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve());
    socket.resume();
  });
}
