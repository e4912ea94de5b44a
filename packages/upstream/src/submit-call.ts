import type { Exchange } from "@apidot-queue/core";
import { Client } from "undici";
import type { BaseUrl } from "./base-url.ts";
import { abandonableConnector, connectorOptions } from "./connector.ts";
import { httpExchange, MAX_ANSWER_BYTES } from "./http-exchange.ts";
import type { ResolvedOptions } from "./upstream-options.ts";

/** What is submitted. Model and input go out as given. */
export interface SubmitRequest {
  readonly model: string;
  readonly input: unknown;
  readonly callbackUrl?: string | undefined;
}

/** What may keep a submit from being sent. */
export interface SubmitOptions {
  /** Aborted before the first byte: `not_sent`, `aborted`; after it: `ambiguous`, `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Asked when the call begins, and again once the connection stands, in the same tick in which the
   * first byte is written: connecting takes time, and what allowed the submit may have run out.
   * `true` lets it go; `false` makes it `not_sent`, `too_late`; a text is `not_sent` with that
   * detail. Must be quick; one that throws is `not_sent`, `guard_threw`.
   */
  readonly beforeSend?: (() => boolean | string) | undefined;
}

/**
 * One paid POST over a connection of its own, closed afterwards: on a kept connection that the
 * server closes meanwhile, nobody could tell whether the request was taken. Nothing is followed,
 * repeated or sent through a proxy.
 */
export async function submitCall(
  { origin, prefix }: BaseUrl,
  headers: Readonly<Record<string, string>>,
  request: SubmitRequest,
  options: SubmitOptions & ResolvedOptions,
): Promise<Exchange> {
  const { model, input, callbackUrl } = request;
  const body = Buffer.from(JSON.stringify({ model, input, callback_url: callbackUrl }));
  const connector = abandonableConnector(
    connectorOptions(options.connect, options.connectTimeoutMs),
  );
  const client = new Client(origin, {
    connect: connector.connect,
    maxResponseSize: MAX_ANSWER_BYTES,
    allowH2: false,
  });
  const exchange = await httpExchange(client, {
    method: "POST",
    path: `${prefix}/api/generate/submit`,
    headers: { ...headers, "content-type": "application/json" },
    body,
    reset: true,
    timeoutMs: options.requestTimeoutMs,
    signal: options.signal,
    refusal: () => refusalOf(options.beforeSend),
    phaseBy: "send_mark",
  });
  connector.abandon();
  await client.destroy();
  return exchange;
}

function refusalOf(beforeSend: SubmitOptions["beforeSend"]): string | null {
  try {
    const verdict = beforeSend?.() ?? true;
    if (verdict === true) return null;
    return verdict === false || verdict === "" ? "too_late" : verdict;
  } catch {
    // Whatever it meant to say, it did not say yes.
    return "guard_threw";
  }
}
