import { isIP } from "node:net";

import { readRetryAfter } from "@apidot-queue/core";
import { Agent, request } from "undici";

import { type AddressGuard, FORBIDDEN, guardedLookup, type Resolve } from "./address-guard.ts";
import { nameResolver } from "./resolve-name.ts";

/**
 * What came of a delivery. `delivered`: any 2xx; `gone`: 410, the receiver wants no more; `redirected`:
 * 3xx, which is not followed; `rejected` and `failed`: 4xx and 5xx; `forbidden`: the address is not one
 * that notifications may go to, and nothing was sent.
 */
export type SendOutcome =
  | "delivered"
  | "gone"
  | "redirected"
  | "rejected"
  | "failed"
  | "timed_out"
  | "unreachable"
  | "forbidden";

/** One delivery, done. */
export interface SendReport {
  readonly outcome: SendOutcome;
  /** Null without an answer. */
  readonly httpStatus: number | null;
  /** What a 429 or a 503 asked for, milliseconds, or null. */
  readonly retryAfterMs: number | null;
  readonly durationMs: number;
}

/** Sends messages. */
export interface Sender {
  /** POSTs once. Never throws. */
  send(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<SendReport>;
  close(): Promise<void>;
}

/** How a sender is set up. */
export interface SenderOptions {
  readonly guard: AddressGuard;
  /** One delivery, the answer included, milliseconds. @defaultValue 15,000 */
  readonly timeoutMs?: number;
  /** @defaultValue {@link nameResolver} of the system */
  readonly resolve?: Resolve;
}

/** Read of an answer, bytes: nobody looks at more than its status. */
const MOST_READ = 65_536;

/** Opens a sender; it follows no redirect and keeps no connection. */
export function openSender({ guard, timeoutMs = 15_000, ...options }: SenderOptions): Sender {
  const agent = new Agent({
    connect: {
      lookup: guardedLookup(guard, options.resolve ?? nameResolver()),
      timeout: timeoutMs,
    },
    maxHeaderSize: 16_384,
  });
  return {
    send: async (url, headers, body) => {
      const startedAt = performance.now();
      const report = (
        outcome: SendOutcome,
        httpStatus: number | null = null,
        retryAfterMs: number | null = null,
      ): SendReport => ({
        outcome,
        httpStatus,
        retryAfterMs,
        durationMs: performance.now() - startedAt,
      });
      if (!isSendable(url, guard)) return report("forbidden");
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const answer = await request(url, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body,
          dispatcher: agent,
          // A connection of its own: each delivery looks again where the name leads.
          reset: true,
          signal,
        });
        const { statusCode: status } = answer;
        const after = answer.headers["retry-after"];
        await answer.body.dump({ limit: MOST_READ, signal }).catch(() => undefined);
        const isAsked = (status === 429 || status === 503) && typeof after === "string";
        return report(
          outcomeOf(status),
          status,
          isAsked ? readRetryAfter(after, Date.now()) : null,
        );
      } catch (error) {
        if (signal.aborted) return report("timed_out");
        return report(isForbidden(error) ? "forbidden" : "unreachable");
      }
    },
    close: () => agent.destroy(),
  };
}

/** A literal address is connected to without a lookup, so it is checked here. */
function isSendable(url: string, guard: AddressGuard): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (!["http:", "https:"].includes(protocol) || username !== "" || password !== "") return false;
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(host) === 0 || guard.isAllowed(host);
}

function outcomeOf(status: number): SendOutcome {
  if (status < 300) return "delivered";
  if (status === 410) return "gone";
  if (status < 400) return "redirected";
  return status < 500 ? "rejected" : "failed";
}

function isForbidden(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return Reflect.get(error, "code") === FORBIDDEN || isForbidden(error.cause);
}
