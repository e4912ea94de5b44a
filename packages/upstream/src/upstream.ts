import { type Exchange, readStatus, readSubmit } from "@apidot-queue/core";
import { parseBaseUrl } from "./base-url.ts";
import { upstreamConnector } from "./connector.ts";
import {
  callFacts,
  redactOutcome,
  requestCode,
  type StatusReport,
  type SubmitReport,
  tell,
} from "./report.ts";
import { requestSecrets } from "./request-secrets.ts";
import { statusCalls } from "./status-calls.ts";
import { digestOfKey, type UpstreamAccount } from "./upstream-account.ts";
import { SubmitClients } from "./submit-clients.ts";
import { submitCall, type SubmitOptions, type SubmitRequest } from "./submit-call.ts";
import { resolveOptions, type UpstreamOptions } from "./upstream-options.ts";

/** The upstream as one key sees it. Nothing the network or the upstream does makes it throw. */
export interface Upstream {
  /** By which others can tell whether they call the same upstream with the same key. */
  readonly account: UpstreamAccount;
  /**
   * Submits once: one POST at most, never repeated.
   *
   * @throws {TypeError} when the input cannot be written as JSON; nothing was sent then
   */
  readonly submit: (request: SubmitRequest, options?: SubmitOptions) => Promise<SubmitReport>;
  /** Asks for a task once. */
  readonly status: (
    taskId: string,
    options?: { readonly signal?: AbortSignal | undefined },
  ) => Promise<StatusReport>;
  /** Waits for the calls that are running, then ends all connections. Later calls are not sent. */
  readonly close: () => Promise<void>;
}

/**
 * Makes the client of one upstream key. It logs nothing.
 *
 * @throws {TypeError} when the base URL is unusable, or the key is empty or cannot stand in a header
 */
export function createUpstream(options: UpstreamOptions): Upstream {
  const resolved = resolveOptions(options);
  const { apiKey, onRequest } = resolved;
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new TypeError("the API key is empty or holds a character that no header takes");
  }
  const { connect, connectTimeoutMs } = resolved;
  const headers = {
    authorization: `Bearer ${apiKey}`,
    accept: "application/json",
    // No coding is undone here, and without this line any would be allowed.
    "accept-encoding": "identity",
    "user-agent": "apidot-queue",
  };
  const basis = {
    ...parseBaseUrl(resolved.baseUrl),
    headers,
    connect: upstreamConnector(connect, connectTimeoutMs),
  };
  const clients = new SubmitClients(basis);
  const statuses = statusCalls(basis, resolved);
  const running = new Set<Promise<Exchange>>();
  let isClosed = false;

  const track = async (
    call: "submit" | "status",
    startedAt: number,
    begin: () => Promise<Exchange>,
  ): Promise<Exchange> => {
    if (isClosed) return { phase: "not_sent", detail: "client_closed" };
    const pending = begin();
    running.add(pending);
    try {
      const exchange = await pending;
      const durationMs = performance.now() - startedAt;
      tell(onRequest, { call, code: requestCode(exchange), durationMs });
      return exchange;
    } finally {
      running.delete(pending);
    }
  };

  return {
    account: {
      baseUrl: resolved.knownAs ?? `${basis.origin}${basis.prefix}`,
      keyDigest: digestOfKey(apiKey),
    },
    async submit(request, submitOptions = {}) {
      const startedAt = performance.now();
      const exchange = await track("submit", startedAt, () =>
        submitCall(clients, basis, request, { ...resolved, ...submitOptions }),
      );
      const outcome = redactOutcome(readSubmit(exchange, Date.now()), () => [
        apiKey,
        request.callbackUrl ?? "",
        ...requestSecrets(request.input),
      ]);
      return { outcome, ...callFacts(exchange, startedAt) };
    },
    async status(taskId, { signal } = {}) {
      const startedAt = performance.now();
      const exchange = await track("status", startedAt, () => statuses.get(taskId, signal));
      const outcome = redactOutcome(readStatus(exchange, taskId, Date.now()), () => [apiKey]);
      return { outcome, ...callFacts(exchange, startedAt) };
    },
    async close() {
      isClosed = true;
      await Promise.allSettled(running);
      await Promise.all([clients.close(), statuses.destroy()]);
    },
  };
}
