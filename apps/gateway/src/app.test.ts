import {
  IdempotencyConflictError,
  IdempotencyKeyBusyError,
  NotStoredError,
  type Producer,
  StorageUnknownError,
  UnavailableError,
  UnknownGenerationError,
} from "@apidot-queue/producer";
import { createLogger } from "@apidot-queue/runtime";
import { expect, it } from "vitest";

import { appParts } from "../test/app-parts.ts";
import { createApp } from "./app.ts";

const ID = "default_01kat5k3v8q2x7m4n9p0r1s2t3";

/** Enqueues over a producer that throws. */
async function enqueue(thrown: Error) {
  const lines: string[] = [];
  const producer: Partial<Producer> = { enqueueAccepted: () => Promise.reject(thrown) };
  const app = createApp({
    ...appParts(),
    logger: createLogger({
      app: "test",
      destination: { write: (line: string) => void lines.push(line) },
    }),
    producer: producer as Producer,
  });
  const answer = await app.request("http://localhost/v1/generations", {
    method: "POST",
    headers: { host: "localhost", "content-type": "application/json", "x-request-id": "r-1" },
    body: '{ "model": "veo3.1-lite", "input": { "prompt": "x" } }',
  });
  const { code } = (await answer.json()) as { code: string };
  return { answer, code, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const cause = new Error("canary");

it.each([
  [new IdempotencyKeyBusyError(ID), 409, "idempotency_key_in_use", `/v1/generations/${ID}`],
  [new IdempotencyConflictError(ID), 422, "idempotency_key_reused", `/v1/generations/${ID}`],
  [new NotStoredError(cause), 503, "not_stored", null],
  [new StorageUnknownError([ID], cause), 503, "storage_unknown", `/v1/generations/${ID}`],
  [new StorageUnknownError([], cause), 503, "storage_unknown", null],
  [new UnavailableError(cause), 503, "unavailable", null],
  [new UnknownGenerationError(ID), 404, "not_found", null],
])("%o is answered with %i %s", async (error, status, code, location) => {
  const { answer, code: got } = await enqueue(error);
  expect([answer.status, got, answer.headers.get("location")]).toEqual([status, code, location]);
  expect(answer.headers.get("retry-after")).toBe([409, 503].includes(status) ? "1" : null);
});

it("what nobody expected is a 500 that says nothing, and both of its log lines have its id", async () => {
  const { answer, code, lines } = await enqueue(new TypeError("boom"));
  expect([answer.status, code, answer.headers.get("x-request-id")]).toEqual([
    500,
    "internal",
    "r-1",
  ]);
  expect(lines).toMatchObject([
    { msg: "request failed", requestId: "r-1", error: { message: "boom" } },
    { msg: "request answered", requestId: "r-1", httpStatus: 500 },
  ]);
});
