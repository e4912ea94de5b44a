import type { Exchange } from "@apidot-queue/core";
import type { CallBasis } from "./call-basis.ts";
import { httpExchange } from "./http-exchange.ts";
import type { SubmitClients } from "./submit-clients.ts";
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
  clients: SubmitClients,
  { prefix, headers }: CallBasis,
  request: SubmitRequest,
  options: SubmitOptions & Pick<ResolvedOptions, "requestTimeoutMs">,
): Promise<Exchange> {
  const { model, input, callbackUrl } = request;
  const body = Buffer.from(JSON.stringify({ model, input, callback_url: callbackUrl }));
  const client = clients.take();
  const connectionCount = client.connector.connectionCount();
  const exchange = await httpExchange(client.client, {
    method: "POST",
    path: `${prefix}/api/generate/submit`,
    headers: { ...headers, "content-type": "application/json" },
    body,
    reset: true,
    timeoutMs: options.requestTimeoutMs,
    signal: options.signal,
    refusal: () => refusalOf(options.beforeSend),
    isConnectionOwn: () => client.connector.connectionCount() > connectionCount,
    // undici would close it with an error of its own, whose stack trace nobody reads.
    onAnswered: () => client.connector.hangUp(),
    phaseBy: "send_mark",
  });
  if (exchange.phase === "answered") clients.keep(client);
  else await clients.drop(client);
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
