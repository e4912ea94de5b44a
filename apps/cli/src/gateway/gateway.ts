import type { z } from "zod";

import { CliError } from "../cli-error.ts";
import { type Call, callGateway, type CallOptions, type CallOutcome } from "./call.ts";
import {
  type LaneJson,
  laneSchema,
  type LanesJson,
  lanesSchema,
  type ResumedJson,
  resumedSchema,
} from "./lane.ts";
import { failureOf, type GatewayFailure, type Intent, toCliError } from "./failure.ts";
import {
  type ExplanationJson,
  explanationSchema,
  type GenerationJson,
  type LaneResolvedJson,
  laneResolvedSchema,
  type PageJson,
  pageSchema,
  recordSchema,
  type ResolvedJson,
  resolvedSchema,
} from "./record.ts";

/** What a call to the gateway gave. */
export type GatewayAnswer<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "failed"; readonly failure: GatewayFailure }
  | { readonly kind: "aborted" };

/** What a list is narrowed to; each is passed on as it is. */
export interface ListQuery {
  readonly status?: string | undefined;
  readonly user_id?: string | undefined;
  readonly model?: string | undefined;
  readonly lane?: string | undefined;
  readonly limit?: string | undefined;
  readonly cursor?: string | undefined;
}

/** The gateway, as the commands use it. Nothing that the network does makes it throw. */
export interface Gateway {
  readonly url: string;
  enqueue(
    body: unknown,
    idempotencyKey: string,
    signal?: AbortSignal,
  ): Promise<GatewayAnswer<GenerationJson>>;
  get(id: string, signal?: AbortSignal): Promise<GatewayAnswer<GenerationJson>>;
  cancel(id: string): Promise<GatewayAnswer<GenerationJson>>;
  retry(
    id: string,
    idempotencyKey: string,
    signal?: AbortSignal,
  ): Promise<GatewayAnswer<GenerationJson>>;
  resolve(id: string, body: object): Promise<GatewayAnswer<ResolvedJson>>;
  resolveLane(lane: string, body: object): Promise<GatewayAnswer<LaneResolvedJson>>;
  lanes(): Promise<GatewayAnswer<LanesJson>>;
  haltLane(lane: string, body: object): Promise<GatewayAnswer<LaneJson>>;
  resumeLane(lane: string, body: object): Promise<GatewayAnswer<ResumedJson>>;
  explain(id: string): Promise<GatewayAnswer<ExplanationJson>>;
  /** The same in words, as they came. */
  explainInWords(id: string): Promise<GatewayAnswer<string>>;
  list(query: ListQuery): Promise<GatewayAnswer<PageJson>>;
  /** What `/readyz` says, whatever it is. */
  readiness(): Promise<CallOutcome>;
}

/** @returns a client of the gateway at `options.url`. */
export function openGateway(options: CallOptions): Gateway {
  const { url } = options;

  const ask = async <T>(
    call: Call,
    schema: z.ZodType<T>,
    intent: Intent,
  ): Promise<GatewayAnswer<T>> => {
    const outcome = await callGateway(options, call);
    if (outcome.kind === "aborted") return outcome;
    if (outcome.kind === "answered" && outcome.status >= 200 && outcome.status < 300) {
      const read = schema.safeParse(outcome.body);
      if (read.success) return { kind: "ok", value: read.data };
    }
    return { kind: "failed", failure: failureOf(outcome, url, intent) };
  };

  const pathOf = (id: string): string => `/v1/generations/${encodeURIComponent(id)}`;
  const laneOf = (lane: string, call: string): string =>
    `/v1/lanes/${encodeURIComponent(lane)}/${call}`;

  return {
    url,
    enqueue: (body, idempotencyKey, signal) =>
      ask(
        {
          method: "POST",
          path: "/v1/generations",
          headers: { "idempotency-key": idempotencyKey },
          body,
          signal,
        },
        recordSchema,
        "change",
      ),
    get: (id, signal) => ask({ method: "GET", path: pathOf(id), signal }, recordSchema, "read"),
    cancel: (id) => ask({ method: "POST", path: `${pathOf(id)}/cancel` }, recordSchema, "change"),
    retry: (id, idempotencyKey, signal) =>
      ask(
        {
          method: "POST",
          path: `${pathOf(id)}/retry`,
          headers: { "idempotency-key": idempotencyKey },
          signal,
        },
        recordSchema,
        "change",
      ),
    resolve: (id, body) =>
      ask({ method: "POST", path: `${pathOf(id)}/resolve`, body }, resolvedSchema, "change"),
    resolveLane: (lane, body) =>
      ask({ method: "POST", path: laneOf(lane, "resolve"), body }, laneResolvedSchema, "change"),
    lanes: () => ask({ method: "GET", path: "/v1/lanes" }, lanesSchema, "read"),
    haltLane: (lane, body) =>
      ask({ method: "POST", path: laneOf(lane, "halt"), body }, laneSchema, "change"),
    resumeLane: (lane, body) =>
      ask({ method: "POST", path: laneOf(lane, "resume"), body }, resumedSchema, "change"),
    explain: (id) =>
      ask({ method: "GET", path: `${pathOf(id)}/explain` }, explanationSchema, "read"),
    explainInWords: async (id) => {
      const path = `${pathOf(id)}/explain`;
      const outcome = await callGateway(options, { method: "GET", path, asText: true });
      if (outcome.kind === "aborted") return outcome;
      // Any page is text; that of a gateway begins with the id.
      if (outcome.kind === "answered" && outcome.text?.startsWith(`${id}  `) === true) {
        return { kind: "ok", value: outcome.text };
      }
      return { kind: "failed", failure: failureOf(outcome, url, "read") };
    },
    list: (query) => {
      // An empty text goes along: left out, it would widen the list to everybody's.
      const given = Object.entries(query).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      const path = `/v1/generations?${new URLSearchParams(given).toString()}`;
      return ask({ method: "GET", path }, pageSchema, "read");
    },
    readiness: () => callGateway(options, { method: "GET", path: "/readyz" }),
  };
}

/** @returns the value. @throws {CliError} when there is none */
export function valueOf<T>(answer: GatewayAnswer<T>): T {
  if (answer.kind === "ok") return answer.value;
  if (answer.kind === "aborted") throw new CliError("interrupted", "interrupted");
  throw toCliError(answer.failure);
}
