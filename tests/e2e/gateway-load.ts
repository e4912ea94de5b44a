import { setTimeout as sleep } from "node:timers/promises";

/** How the callers of a gateway behave. */
export interface GatewayLoadOptions {
  /** Requests at a time. */
  readonly callers: number;
  /** Between two requests of one caller, milliseconds. @defaultValue 20 */
  readonly pauseMs?: number;
}

/** What one request came to. */
export interface GatewayAnswer {
  /** 0 when there was none: refused, or cut off. */
  readonly httpStatus: number;
  /** The `code` of a problem; empty without one. */
  readonly code: string;
  readonly durationMs: number;
  /** When it was answered, on the clock of this machine. */
  readonly at: number;
}

/** Callers that enqueue through a gateway all the time. */
export interface GatewayLoad {
  /** Everything that was answered so far. */
  readonly answers: readonly GatewayAnswer[];
  /** How many answers had this HTTP status. */
  answered(httpStatus: number): number;
  /** The ids of what the gateway has acknowledged, one for each 202. */
  acknowledged(): string[];
  /** Makes no more requests and waits for the ones that are out. */
  stop(): Promise<void>;
  /**
   * Does what a caller is told to do about a request without a 202: repeats it with the same
   * `Idempotency-Key`, until each has one.
   *
   * @returns the ids of all requests that were ever made
   */
  finish(gatewayUrl: string): Promise<string[]>;
}

/** Whoever waits longer than this for an answer gets none: the gateway promises 6 s. */
const ANSWER_LIMIT_MS = 15_000;
const TRIES = 100;

/** Starts callers; each request has a prompt and an `Idempotency-Key` of its own. */
export function startGatewayLoad(
  gatewayUrl: string,
  { callers, pauseMs = 20 }: GatewayLoadOptions,
): GatewayLoad {
  const answers: GatewayAnswer[] = [];
  const ids = new Map<number, string>();
  let requestCount = 0;
  const stopping = new AbortController();

  const call = async (url: string, n: number): Promise<void> => {
    const startedAt = performance.now();
    const note = (httpStatus: number, code: string): void => {
      const durationMs = performance.now() - startedAt;
      answers.push({ httpStatus, code, durationMs, at: Date.now() });
    };
    try {
      const answer = await fetch(`${url}/v1/generations`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": `request-${n}` },
        body: JSON.stringify({
          model: "veo3.1-lite",
          input: { prompt: `request ${n}: gulls follow the boat` },
        }),
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      });
      const body = (await answer.json()) as { readonly id?: string; readonly code?: string };
      if (answer.status === 202 && body.id !== undefined) ids.set(n, body.id);
      note(answer.status, body.code ?? "");
    } catch {
      note(0, "");
    }
  };
  const caller = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      requestCount += 1;
      await call(gatewayUrl, requestCount);
      await sleep(pauseMs);
    }
  };
  const running = Array.from({ length: callers }, caller);

  return {
    answers,
    answered: (httpStatus) => answers.filter((answer) => answer.httpStatus === httpStatus).length,
    acknowledged: () => [...ids.values()],
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
    finish: async (url) => {
      for (let n = 1; n <= requestCount; n += 1) {
        for (let tries = 1; !ids.has(n); tries += 1) {
          if (tries > TRIES) throw new Error(`request ${n} is not acknowledged`);
          await call(url, n);
          // A key whose first request died is busy for six seconds.
          if (answers.at(-1)?.httpStatus === 409) await sleep(1_000);
        }
      }
      return [...ids.values()];
    },
  };
}
