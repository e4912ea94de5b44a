import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LoopbackTarget } from "./loopback-target.ts";

/** How one POST ended. Only `answered` has a status, which may be anything. */
export type PostingEnd =
  | { readonly ended: "answered"; readonly code: number }
  | { readonly ended: "timeout" | "unreachable"; readonly code?: undefined };

/** One POST under way. */
export interface Posting {
  /** How it ended; never rejects. */
  readonly end: Promise<PostingEnd>;
  /** Breaks the connection. */
  abort(): void;
}

/**
 * POSTs a JSON body once, over a connection of its own, and follows no redirect.
 *
 * @param timeoutMs for all of it, from the connect to the last byte of the answer. An answer whose
 *   status has arrived by then counts, whatever became of its body.
 */
export function post(target: LoopbackTarget, body: string, timeoutMs: number): Posting {
  const bytes = Buffer.from(body);
  const send = target.url.protocol === "https:" ? httpsRequest : httpRequest;
  const request = send(target.url, {
    method: "POST",
    agent: false,
    lookup: target.lookup,
    headers: { "content-type": "application/json", "content-length": bytes.length },
  });
  const end = new Promise<PostingEnd>((resolve) => {
    let code: number | undefined;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      request.destroy();
    }, timeoutMs);
    request.on("response", (response) => {
      code = response.statusCode;
      response.on("error", ignore);
      response.resume();
    });
    request.on("error", ignore);
    // The one event that follows every way to end.
    request.on("close", () => {
      clearTimeout(timer);
      if (code !== undefined) resolve({ ended: "answered", code });
      else resolve({ ended: isLate ? "timeout" : "unreachable" });
    });
  });
  request.end(bytes);
  return { end, abort: () => request.destroy() };
}

/** What went wrong shows in how the request closes. */
function ignore(): void {}
