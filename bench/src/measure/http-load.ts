import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What a load generator is to do. */
export interface LoadOrder {
  readonly url: string;
  /** Requests in all. */
  readonly count: number;
  /** Requests at a time, each over a connection that is kept. */
  readonly callers: number;
  /** What every answer must be. */
  readonly status: number;
}

/** How a load was borne, as its callers saw it. */
export interface LoadFigures extends Readonly<Record<string, number>> {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/**
 * Sends `POST /v1/generations` from another process, so that callers and gateway share no event loop.
 *
 * @throws {Error} when an answer has another status
 */
export function httpLoad(order: LoadOrder): Promise<LoadFigures> {
  return new Promise((resolve, reject) => {
    let figures: LoadFigures | null = null;
    const generator = fileURLToPath(new URL("../load-generator.js", import.meta.url));
    const child = fork(generator, [JSON.stringify(order)], { execArgv: [] });
    child.once("message", (message) => (figures = message as LoadFigures));
    child.once("exit", (code) => {
      if (figures === null) reject(new Error(`the load generator ended with ${String(code)}`));
      else resolve(figures);
    });
  });
}
