import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { KEY, LONG_MS, setup, TEXT_LITE } from "../test/emulator-under-test.ts";
import { fingerprintKey } from "./accounts.ts";
import { type LedgerEntry, startEmulator } from "./index.ts";

const FIELDS = [
  "at",
  "event",
  "key",
  "model",
  "task_id",
  "code",
  "credits",
  "prompt_sha256",
  "ended",
  "delivery",
  "sent_as",
  "url_task_id",
  "claimed_task_id",
];

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "emulator-ledger-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "ledger.jsonl");
}

function readLedger(file: string): readonly LedgerEntry[] {
  const text = readFileSync(file, "utf8");
  expect(text === "" || text.endsWith("\n")).toBe(true);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LedgerEntry);
}

describe("the ledger", () => {
  it("tells the whole life of a finished task", async () => {
    const { emulator, clock, submitForId } = await setup();
    const taskId = await submitForId();
    clock.advance(LONG_MS);
    const [submitted, ...later] = emulator.ledger();
    const common = {
      key: fingerprintKey(KEY),
      model: "veo3.1-lite",
      prompt_sha256: submitted?.prompt_sha256,
    };
    expect(submitted).toEqual({ at: "2026-04-19T21:19:42.345Z", event: "submit", ...common });
    expect(submitted?.prompt_sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(later).toEqual([
      { ...common, at: submitted?.at, event: "accepted", task_id: taskId, credits: 20 },
      { ...common, at: expect.any(String), event: "charged", task_id: taskId, credits: 20 },
      {
        ...common,
        at: later[1]?.at,
        event: "settled",
        task_id: taskId,
        code: 200,
        credits: 20,
      },
    ]);
  });

  it("dates an end by when it happened, not by when it was noticed", async () => {
    const { emulator, clock, submitForId } = await setup();
    await submitForId();
    clock.advance(LONG_MS);
    const settledAt = Date.parse(emulator.ledger().at(-1)?.at ?? "");
    expect(settledAt).toBeGreaterThan(clock.ms - LONG_MS);
    expect(settledAt).toBeLessThan(clock.ms - LONG_MS + 600_000);
  });

  it("notes what it could read of a refused submit, and nothing that is secret", async () => {
    const { emulator, call, submit } = await setup({ keys: [KEY] });
    await call("POST", "/api/generate/submit", { raw: "{" });
    await submit({ model: ["x"], input: { prompt: 1 } }, "sk-secret");
    await submit({ model: "m".repeat(300), input: { prompt: "a secret prompt" } });
    const ledger = emulator.ledger();
    expect(ledger.map(({ event, key, code }) => [event, key, code])).toEqual([
      ["submit", "none", undefined],
      ["refused", "none", 401],
      ["submit", fingerprintKey("sk-secret"), undefined],
      ["refused", fingerprintKey("sk-secret"), 401],
      ["submit", fingerprintKey(KEY), undefined],
      ["refused", fingerprintKey(KEY), 400],
    ]);
    expect(ledger.map(({ model }) => model.length)).toEqual([0, 0, 0, 0, 100, 100]);
    expect(JSON.stringify(ledger)).not.toMatch(/secret|sk-/);
  });

  it("does not count a submit whose body never arrived", async () => {
    const { emulator, call, events } = await setup();
    const socket = connect(emulator.port, "127.0.0.1");
    socket.write(
      "POST /api/generate/submit HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\n" +
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    );
    await once(socket, "connect");
    await call("GET", "/emulator/healthz");
    socket.destroy();
    await once(socket, "close");
    await call("GET", "/emulator/healthz");
    expect(events()).toEqual([]);
  });

  it("is written to its file line by line, the same entries with only the documented fields", async () => {
    const ledgerFile = temporaryFile();
    const { emulator, clock, submit } = await setup({ ledgerFile });
    await submit();
    expect(readLedger(ledgerFile).map(({ event }) => event)).toEqual(["submit", "accepted"]);
    await submit({});
    clock.advance(LONG_MS);
    const entries = emulator.ledger();
    expect(readLedger(ledgerFile)).toEqual(entries);
    for (const entry of entries) {
      const names = Object.keys(entry);
      expect(names).toEqual(FIELDS.filter((name) => names.includes(name)));
    }
  });

  it("goes on at the end of a file that is there", async () => {
    const ledgerFile = temporaryFile();
    for (let start = 0; start < 2; start += 1) {
      const emulator = await startEmulator({ ledgerFile });
      await fetch(`${emulator.url}/api/generate/submit`, { method: "POST", body: "{}" });
      await emulator.close();
    }
    expect(readLedger(ledgerFile)).toHaveLength(4);
  });

  it("keeps the emulator from starting when its file cannot be written", async () => {
    const ledgerFile = `${temporaryFile()}/in-no-folder`;
    await expect(startEmulator({ ledgerFile })).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("notes the end of a task in time although nobody asks", async () => {
    const ledgerFile = temporaryFile();
    const { submit } = await setup({ ledgerFile, now: Date.now, speed: 5_000 });
    await submit();
    await vi.waitFor(() => {
      expect(readLedger(ledgerFile).map(({ event }) => event)).toEqual([
        "submit",
        "accepted",
        "charged",
        "settled",
      ]);
    });
  });

  it("can be fetched as JSON lines", async () => {
    const { emulator, clock, call, submit } = await setup();
    await submit();
    await submit({ ...TEXT_LITE, model: "veo3.1-quality" });
    clock.advance(LONG_MS);
    const reply = await call("GET", "/emulator/ledger");
    expect(reply.headers["content-type"]).toBe("application/x-ndjson");
    const lines = reply.text.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(emulator.ledger());
    expect(lines).toHaveLength(8);
  });
});
