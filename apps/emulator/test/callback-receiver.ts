import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { EmulatorOptions, LedgerEntry } from "../src/index.ts";
import type { FaultKind, FaultOf } from "../src/faults/fault-rule.ts";
import { setup, TEXT_LITE } from "./emulator-under-test.ts";

/** The kinds of fault that strike callbacks and nothing else. */
export type CallbackKind = {
  [K in FaultKind]: FaultOf<K>["on"] extends "callback" ? K : never;
}[FaultKind];

/** A callback as it arrived. */
export interface Received {
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: {
    readonly code?: number;
    readonly data?: Readonly<Record<string, unknown>>;
    readonly task_id?: string;
  };
}

/** Answers one callback, or does not. */
export type Answering = (response: ServerResponse, order: number) => void;

/** Answers with a status and nothing else. */
export function withStatus(...codes: readonly number[]): Answering {
  return (response, order) => {
    response.writeHead(codes[Math.min(order, codes.length - 1)] ?? 204).end();
  };
}

/** A real receiver of callbacks on a free port, closed when the test is over. */
async function startReceiver(answer: Answering) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({
        path: request.url ?? "",
        contentType: request.headers["content-type"],
        body: JSON.parse(Buffer.concat(chunks).toString("utf8")) as Received["body"],
      });
      answer(response, received.length - 1);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });
  const { port } = server.address() as AddressInfo;
  return { received, port, url: `http://127.0.0.1:${port}/callbacks/t` };
}

/** A fresh emulator and a receiver for its callbacks. */
export async function setupWithReceiver(
  options: EmulatorOptions = {},
  answer: Answering = withStatus(204),
) {
  const bundle = await setup(options);
  const receiver = await startReceiver(answer);
  const submitWith = (callbackUrl = receiver.url): Promise<string> =>
    bundle.submitForId({ ...TEXT_LITE, callback_url: callbackUrl });
  const callbacks = (): readonly LedgerEntry[] =>
    bundle.emulator.ledger().filter(({ event }) => event === "callback");
  /** Waits until the ledger has that many lines about callbacks. */
  const untilCallbacks = async (count: number): Promise<readonly LedgerEntry[]> => {
    while (callbacks().length < count) await nextTurn();
    return callbacks();
  };
  /** Waits until that many callbacks have arrived, answered or not. */
  const untilReceived = async (count: number): Promise<readonly Received[]> => {
    while (receiver.received.length < count) {
      bundle.emulator.ledger();
      await nextTurn();
    }
    return receiver.received;
  };
  return { ...bundle, receiver, submitWith, callbacks, untilCallbacks, untilReceived };
}

/** The task that a callback names. */
export function taskIdIn({ body }: Received): unknown {
  return body.data?.["task_id"] ?? body.task_id;
}
