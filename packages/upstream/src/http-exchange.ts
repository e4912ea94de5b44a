import type { Exchange } from "@apidot-queue/core";
import type { Dispatcher } from "undici";
import { failureDetail } from "./failure-detail.ts";
import { markSend, type SendMark } from "./send-mark.ts";

/** The largest answer that is read. Bytes. */
export const MAX_ANSWER_BYTES = 1_048_576;

/** One request, and what may stop it. */
export interface HttpCall {
  readonly method: "GET" | "POST";
  /** Starts with a slash; percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Limit of the whole call, from here to the last byte of the answer. Milliseconds. */
  readonly timeoutMs: number;
  /** The request is alone on its connection, which is closed after it. */
  readonly reset: boolean;
  readonly signal?: AbortSignal | undefined;
  /** The reason why nothing may be sent, or null; asked now and again right before the first byte. */
  readonly refusal?: () => string | null;
  /** Whether the connection was made for this call; asked right before the first byte. */
  readonly isConnectionOwn?: () => boolean;
  /** Called when the answer is complete, before undici does anything about the connection. */
  readonly onAnswered?: () => void;
  /** How "sent" is known: by the mark, or, for a call that is harmless to repeat, by its start. */
  readonly phaseBy: "send_mark" | "request_start";
}

/**
 * Sends one request at most once and says how far it got. Never rejects and never throws.
 *
 * The order of events is what the paid call relies on: the connection is established, `refusal` and
 * the signal are asked, and in the same tick the header is written; before that line every end is
 * `not_sent`, after it every end but a complete answer is `sent`.
 */
export function httpExchange(dispatcher: Dispatcher, call: HttpCall): Promise<Exchange> {
  return new Promise((resolve) => {
    new RunningExchange(call, resolve).start(dispatcher);
  });
}

const UTF_8 = new TextDecoder();

interface Head {
  readonly httpStatus: number;
  readonly contentType: string | null;
  readonly retryAfter: string | null;
}

class RunningExchange implements Dispatcher.DispatchHandler {
  readonly #call: HttpCall;
  readonly #resolve: (exchange: Exchange) => void;
  readonly #onAbort = (): void => this.#stop("aborted");
  readonly #chunks: Buffer[] = [];
  #timer: NodeJS.Timeout | undefined;
  #mark: SendMark = { isSent: false };
  #controller: Dispatcher.DispatchController | null = null;
  #head: Head | null = null;
  #isSettled = false;

  constructor(call: HttpCall, resolve: (exchange: Exchange) => void) {
    this.#call = call;
    this.#resolve = resolve;
  }

  start(dispatcher: Dispatcher): void {
    const refusal = this.#refusal();
    if (refusal !== null) {
      this.#end(refusal);
      return;
    }
    const { method, path, headers, body = null, timeoutMs, reset, signal } = this.#call;
    // After a pause of the process the sockets are read first: an answer may be waiting in them.
    this.#timer = setTimeout(
      () => setImmediate(() => setImmediate(() => this.#stop("request_timeout"))),
      timeoutMs,
    );
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    // Its own limits would cut a longer one of ours; ours is exact and comes first.
    const limits = { headersTimeout: timeoutMs + 1_000, bodyTimeout: timeoutMs + 1_000 };
    try {
      markSend((mark) => {
        this.#mark = mark;
        dispatcher.dispatch(
          { method, path, headers: { ...headers }, body, reset, ...limits },
          this,
        );
      });
    } catch {
      // What undici refuses to send at all (it reports nearly everything to the handler).
      this.#stop("unsendable");
    }
  }

  /** The connection stands and nothing is written: the last moment at which nothing has happened. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const refusal = this.#controller === null ? this.#lastRefusal() : "sent_again";
    if (this.#isSettled || refusal !== null) {
      this.#end(refusal ?? "aborted");
      controller.abort(new Error("refused before the first byte"));
      return;
    }
    this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // An interim answer (103) is none.
    if (statusCode < 200) return;
    this.#head = {
      httpStatus: statusCode,
      contentType: firstOf(headers["content-type"]),
      retryAfter: firstOf(headers["retry-after"]),
    };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#head === null) {
      this.#end("closed");
      return;
    }
    const body = UTF_8.decode(Buffer.concat(this.#chunks));
    this.#call.onAnswered?.();
    this.#settle({ phase: "answered", ...this.#head, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const detail = failureDetail(error);
    this.#end(this.#head !== null && detail === "closed" ? "truncated" : detail);
  }

  #lastRefusal(): string | null {
    return this.#call.isConnectionOwn?.() === false ? "connection_used" : this.#refusal();
  }

  #refusal(): string | null {
    return this.#call.signal?.aborted === true ? "aborted" : (this.#call.refusal?.() ?? null);
  }

  /** Settles first: what undici then reports about the abort is no news. */
  #stop(detail: string): void {
    this.#end(detail);
    this.#controller?.abort(new Error(detail));
  }

  #end(detail: string): void {
    const isSent =
      this.#call.phaseBy === "send_mark" ? this.#mark.isSent : this.#controller !== null;
    this.#settle({ phase: isSent ? "sent" : "not_sent", detail });
  }

  #settle(exchange: Exchange): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    this.#call.signal?.removeEventListener("abort", this.#onAbort);
    this.#resolve(exchange);
  }
}

function firstOf(header: string | string[] | undefined): string | null {
  return (typeof header === "object" ? header[0] : header) ?? null;
}
