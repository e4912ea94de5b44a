import { type Agent, request as httpRequest } from "node:http";

import type { FuzzAnswer } from "./answer-judge.ts";
import type { FuzzRequest } from "./request-arbitrary.ts";

/** Above it an answer counts as none. A busy machine takes its time; what hangs never comes. */
const ANSWER_LIMIT_MS = 10_000;

/** Asks an app of this process. @throws when there is no answer in time */
export async function sendToApp(
  fetchApp: (request: Request) => Response | Promise<Response>,
  { method, target, headers, body }: FuzzRequest,
): Promise<FuzzAnswer> {
  const request = new Request(`http://localhost${target}`, {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    ...(body === null ? {} : { body: new Uint8Array(body) }),
  });
  const response = await inTime(Promise.resolve(fetchApp(request)));
  const isEndless = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  const text = isEndless ? await firstOf(response) : await inTime(response.text());
  return { status: response.status, headers: response.headers, text };
}

async function firstOf({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const chunk = await inTime(reader?.read() ?? Promise.resolve(undefined));
  await reader?.cancel();
  return new TextDecoder().decode((chunk?.value as Uint8Array | undefined) ?? new Uint8Array());
}

async function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), ANSWER_LIMIT_MS);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A server may close a connection that was kept open just when it is used again: then it is sent on
 * a new one, as clients do.
 */
export async function sendThroughSocket(
  port: number,
  agent: Agent,
  request: FuzzRequest,
): Promise<FuzzAnswer> {
  const answer = await exchange(port, agent, request);
  if (answer !== "closed before") return answer;
  const again = await exchange(port, false, request);
  if (again === "closed before") throw new Error("a new connection was closed without an answer");
  return again;
}

function exchange(
  port: number,
  agent: Agent | false,
  { method, target, headers, body }: FuzzRequest,
): Promise<FuzzAnswer | "closed before"> {
  return new Promise((resolve, reject) => {
    const lines = headers.flatMap(([name, value]) => [name, value]);
    const length = body === null ? [] : ["content-length", String(body.length)];
    const request = httpRequest({
      port,
      host: "127.0.0.1",
      agent,
      method,
      path: target,
      headers: [...lines, ...length],
      setHost: false,
      timeout: ANSWER_LIMIT_MS,
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", (error) => {
      if (request.reusedSocket && /hang up|ECONNRESET|EPIPE/.test(error.message)) {
        resolve("closed before");
      } else {
        reject(error);
      }
    });
    request.on("response", (response) => {
      const answered = new Headers();
      for (const [name, value] of Object.entries(response.headers)) {
        answered.set(name, String(value));
      }
      const chunks: Buffer[] = [];
      const finish = (): void =>
        resolve({
          status: response.statusCode ?? 0,
          headers: answered,
          text: Buffer.concat(chunks).toString(),
        });
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        if (answered.get("content-type")?.startsWith("text/event-stream") !== true) return;
        finish();
        request.destroy();
      });
      response.on("end", finish);
      response.on("error", reject);
    });
    request.end(body ?? undefined);
  });
}
