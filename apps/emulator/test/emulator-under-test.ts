import { request as httpRequest } from "node:http";
import { onTestFinished } from "vitest";
import { type EmulatorOptions, startEmulator } from "../src/index.ts";

/** What came back from one call over a socket of its own. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: {
    readonly code?: number;
    readonly data?: Readonly<Record<string, unknown>>;
    readonly error?: { readonly message: string; readonly type: string };
    readonly message?: string;
  };
}

export const KEY = "sk-test-1";

export const TEXT_LITE = {
  model: "veo3.1-lite",
  input: { prompt: "A miniature city waking up at sunrise" },
};

/** The clock of a test: it stands still until it is moved. */
class StillClock {
  ms = Date.UTC(2026, 3, 19, 21, 19, 42, 345);

  readonly now = (): number => this.ms;

  advance(ms: number): void {
    this.ms += ms;
  }
}

/** A fresh emulator on a still clock, closed when the test is over, and a client for it. */
export async function setup(options: EmulatorOptions = {}) {
  const clock = new StillClock();
  const emulator = await startEmulator({ now: clock.now, ...options });
  onTestFinished(() => emulator.close());

  const call = (method: string, path: string, given: CallOptions = {}): Promise<Reply> =>
    callOnce(`${emulator.url}${path}`, method, given);
  const submit = (body: unknown = TEXT_LITE, key = KEY): Promise<Reply> =>
    call("POST", "/api/generate/submit", { key, json: body });
  const status = (taskId: string, key = KEY): Promise<Reply> =>
    call("GET", `/api/generate/status/${taskId}`, { key });
  const submitForId = async (body?: unknown, key?: string): Promise<string> =>
    String((await submit(body, key)).body.data?.["task_id"]);
  const events = (): readonly string[] => emulator.ledger().map((entry) => entry.event);
  return { emulator, clock, call, submit, status, submitForId, events };
}

interface CallOptions {
  readonly key?: string;
  readonly json?: unknown;
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Long after every task at normal speed. */
export const LONG_MS = 3_600_000;

function callOnce(url: string, method: string, options: CallOptions): Promise<Reply> {
  const body = options.raw ?? (options.json === undefined ? "" : JSON.stringify(options.json));
  return new Promise((resolve, reject) => {
    const headers = {
      ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
      ...(method === "POST" ? { "content-type": "application/json" } : {}),
      "content-length": String(Buffer.byteLength(body)),
      ...options.headers,
    };
    const signal = options.signal === undefined ? {} : { signal: options.signal };
    const request = httpRequest(url, { method, headers, agent: false, ...signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          body: parse(text),
        });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

function parse(text: string): Reply["body"] {
  try {
    return JSON.parse(text) as Reply["body"];
  } catch {
    return {};
  }
}
