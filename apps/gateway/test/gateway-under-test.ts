import { openJournal } from "@apidot-queue/journal";
import {
  collectFromJournal,
  connectRedis,
  createHealth,
  createLogger,
  createRedisWatch,
  formatMistake,
  loadConfig,
  parseRedisUrl,
  Registry,
} from "@apidot-queue/runtime";
import { connectTestRedis, testRedisUrl, uniqueLane } from "@apidot-queue/testkit";
import type { Redis } from "ioredis";
import { expect } from "vitest";

import { type Gateway, type GatewayOptions, startGateway } from "../src/gateway.ts";
import { CALLBACK_KEYS } from "./app-parts.ts";
import { differenceFromDocument } from "./documented.ts";

/** The smallest requests. */
export const LITE = { model: "veo3.1-lite", input: { prompt: "a paper boat" } };
export const FAST = { model: "veo3.1-fast", input: { prompt: "a kayak" } };

/** What a call got. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty when it is no JSON. */
  readonly json: Record<string, unknown>;
}

/** What the client does not tell of itself. */
interface CommandQueue {
  readonly commandQueue: {
    toArray(): readonly { readonly command: { readonly name: string } }[];
  };
}

/** A gateway of its own lane, and what a test does with it. */
export interface GatewayUnderTest {
  readonly gateway: Gateway;
  readonly lane: string;
  /** A client of the test's own, to look behind the gateway; of this worker's Redis. */
  readonly redis: Redis;
  /** Scripts of the gateway that Redis has not answered. */
  unansweredScriptCount(): number;
  readonly logLines: readonly string[];
  /** Calls, and expects that the answer is as the OpenAPI document says. */
  call(path: string, init?: RequestInit): Promise<Answer>;
  /** Posts JSON; a text is sent as it is. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Generations of the lane. */
  storedCount(): Promise<number>;
  /**
   * From now on the keys that are new in Redis. Counting all of them would not do: what tests before
   * have left may expire meanwhile.
   */
  followKeys(): Promise<() => Promise<readonly string[]>>;
  stop(): Promise<void>;
}

/**
 * @param redisUrl - of a Redis of the test's own. @defaultValue the one of this worker
 * @param tokensOf - `GATEWAY_TOKENS`, given the lane. @defaultValue none
 * @param more - whatever else a test sets
 */
export async function startGatewayUnderTest(
  redisUrl = testRedisUrl(),
  tokensOf: (lane: string) => string = () => "",
  more: Pick<GatewayOptions, "streams" | "catalog"> = {},
): Promise<GatewayUnderTest> {
  const target = parseRedisUrl(redisUrl);
  if (!target.ok) throw new Error(target.problem);
  const lane = uniqueLane();
  const logLines: string[] = [];
  const logger = createLogger({
    app: "gateway",
    level: "trace",
    destination: { write: (line: string) => void logLines.push(line) },
  });
  const connection = connectRedis(target.value, "producer", {
    watch: createRedisWatch({ logger }),
  });
  await new Promise<void>((resolve) => connection.once("ready", () => resolve()));
  const registry = new Registry();
  collectFromJournal(registry, () => openJournal(connection, lane).figures());
  const health = createHealth();
  health.markStarted();
  const tokens = loadConfig("gateway", { GATEWAY_TOKENS: tokensOf(lane) }, () => "");
  if (!tokens.ok) throw new Error(tokens.mistakes.map(formatMistake).join("; "));
  const gateway = await startGateway({
    ...more,
    gatewayTokens: tokens.config.gatewayTokens,
    redis: connection,
    logger,
    registry,
    health,
    host: "127.0.0.1",
    port: 0,
    allowUnknownModels: false,
    callbackKeys: CALLBACK_KEYS,
    defaultLane: lane,
  });
  const redis = connectTestRedis();

  const call = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(`${gateway.url}${path}`, init);
    const text = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").includes("json");
    const answer = {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson && text !== "" ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
    expect(differenceFromDocument(init.method ?? "GET", path, answer)).toBeNull();
    return answer;
  };
  return {
    gateway,
    lane,
    redis,
    logLines,
    call,
    post: (path, body, headers = {}) =>
      call(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    unansweredScriptCount: () => {
      const { commandQueue } = connection as unknown as CommandQueue;
      return commandQueue.toArray().filter(({ command }) => command.name === "evalsha").length;
    },
    storedCount: async () => (await redis.keys(`{aq.${lane}}:g:*`)).length,
    followKeys: async () => {
      // A hint follows behind the answer that its generation is stored.
      const names = await redis.keys(`{aq.${lane}}:g:*`);
      const hints = names.map((name) => name.replace(":g:", `:submit:${lane}_`) + "_1");
      await expect.poll(() => redis.exists("{aq.}", ...hints)).toBe(hints.length);
      const known = new Set(await redis.keys("*"));
      return async () => (await redis.keys("*")).filter((key) => !known.has(key));
    },
    stop: async () => {
      await gateway.stop();
      connection.disconnect();
      redis.disconnect();
    },
  };
}

/** What is wrong with a request, in the order of the alphabet: `[in ]pointer code`. */
export function mistakesOf({ json }: Pick<Answer, "json">): string[] {
  const errors = (json["errors"] ?? []) as { in?: string; pointer: string; code: string }[];
  return errors
    .map(({ in: place, pointer, code }) => [...(place === undefined ? [] : [place]), pointer, code])
    .map((parts) => parts.join(" "))
    .toSorted();
}
