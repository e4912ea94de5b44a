import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answer } from "./answer.ts";

/** Sends an answer, or fails to, as it says. */
export function deliver(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  const { after, delayMs = 0, ...rest } = answer;
  if (after !== undefined) {
    void after.then(() => deliver({ ...rest, delayMs }, request, response));
    return;
  }
  if (delayMs === 0) {
    send(answer, request, response);
    return;
  }
  // Unreferenced: a slow answer does not keep a closed emulator alive.
  setTimeout(() => send(answer, request, response), delayMs).unref();
}

function send(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  if (socket.destroyed) return;
  switch (answer.delivery ?? "whole") {
    case "reset":
      socket.resetAndDestroy();
      return;
    case "hang":
      return;
    case "half_then_close": {
      const body = toBytes(answer);
      writeHead(answer, body, response);
      // Closed, not reset: a reset may overtake the half on its way, and then nothing arrives.
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => socket.destroy());
      return;
    }
    case "whole": {
      const body = toBytes(answer);
      writeHead(answer, body, response);
      response.end(body);
    }
  }
}

function toBytes({ body }: Answer): Buffer {
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function writeHead(answer: Answer, body: Buffer, response: ServerResponse): void {
  response.writeHead(answer.status, {
    "content-type": "application/json",
    "content-length": body.length,
    ...answer.headers,
  });
}
