import { Agent } from "node:http";

import { callbackToken } from "@apidot-queue/callback";
import { type Journal, openJournal } from "@apidot-queue/journal";
import { createProducer } from "@apidot-queue/producer";
import {
  connectRedis,
  createLogger,
  createRedisWatch,
  loadConfig,
  NO_DISK_WAIT,
  parseRedisUrl,
} from "@apidot-queue/runtime";
import { buildNewGeneration, testRedisUrl, uniqueLane } from "@apidot-queue/testkit";

import { createApp } from "../../src/app.ts";
import { openCallbackNotes } from "../../src/callbacks/callback-notes.ts";
import { startHttpServer } from "../../src/http-server.ts";
import { appParts, CALLBACK_KEYS } from "../app-parts.ts";
import type { FuzzAnswer } from "./answer-judge.ts";
import { TOKENS } from "./header-arbitrary.ts";
import type { FuzzRequest } from "./request-arbitrary.ts";
import { sendThroughSocket, sendToApp } from "./send-request.ts";

/** Two gateways on one lane, without and with tokens, and how a request gets to them. */
export interface FuzzedGateway {
  /** What is sent in place of a request's `~id3~` and the like. */
  resolve(request: FuzzRequest): FuzzRequest;
  /** @throws when there is no answer in time */
  send(request: FuzzRequest): Promise<FuzzAnswer>;
  stop(): Promise<void>;
}

/** How many of what answers told are remembered. */
const REMEMBERED = 2_000;

/** Starts them on the Redis of this test. */
export async function startFuzzedGateway(): Promise<FuzzedGateway> {
  const target = parseRedisUrl(testRedisUrl());
  if (!target.ok) throw new Error(target.problem);
  const redis = connectRedis(target.value, "producer", {
    watch: createRedisWatch({ logger: createLogger({ app: "fuzz", level: "silent" }) }),
  });
  await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  const lane = uniqueLane();
  const journal = openJournal(redis, lane);
  const producer = createProducer({ redis, lane, busyKeys: "refuse" });
  const parts = {
    ...appParts(),
    producer,
    lanes: [lane],
    callbacks: {
      keys: CALLBACK_KEYS,
      note: openCallbackNotes(redis, NO_DISK_WAIT),
      count: () => undefined,
      logger: createLogger({ app: "fuzz", level: "silent" }),
    },
  };
  const list = Object.entries(TOKENS).map(([token, scopes]) => `fuzz:${token}:${scopes}:${lane}`);
  const read = loadConfig("gateway", { GATEWAY_TOKENS: list.join(",") }, () => "");
  if (!read.ok) throw new Error("the tokens are wrong");
  const apps = {
    open: createApp(parts),
    tokens: createApp({ ...parts, tokens: read.config.gatewayTokens }),
  };
  const listen = (door: keyof typeof apps) =>
    startHttpServer({
      fetch: (request) => apps[door].fetch(request),
      host: "127.0.0.1",
      port: 0,
      logger: parts.logger,
    });
  const servers = { open: await listen("open"), tokens: await listen("tokens") };
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });

  const known = {
    id: await storeEachStatus(journal),
    cursor: ["nonsense"],
    lane: [lane, lane, lane, lane, lane, lane, "nobody", "NO"],
    callback: ["forged"],
  };
  for (const id of known.id) {
    known.callback.push(callbackToken({ id, attempt: 1 }, CALLBACK_KEYS, Date.now()));
  }
  const learn = (text: string): void => {
    const [, cursor] = /"next_cursor":"([^"]+)"/.exec(text) ?? [];
    if (cursor !== undefined) remember(known.cursor, cursor);
    const [, id] = /"(?:id|task_id)":"([a-z0-9-]+_[0-9a-z]{26})"/.exec(text) ?? [];
    if (id !== undefined) remember(known.id, id);
  };

  const filled = (text: string): string =>
    text.replaceAll(/~(id|cursor|lane|callback)(\d+)~/g, (_, kind, n) => {
      const values = known[kind as keyof typeof known];
      return values[Number(n) % values.length] ?? "";
    });

  return {
    resolve: (given) => ({
      ...given,
      target: filled(given.target),
      // Every byte is a character of that encoding, and comes back as it was.
      body:
        given.body === null ? null : Buffer.from(filled(given.body.toString("latin1")), "latin1"),
    }),
    send: async (given) => {
      const answer =
        given.way === "app"
          ? await sendToApp((request) => apps[given.door].fetch(request), given)
          : await sendThroughSocket(servers[given.door].port, agent, given);
      learn(answer.text);
      return answer;
    },
    stop: async () => {
      agent.destroy();
      await Promise.all(Object.values(servers).map((server) => server.stop()));
      await producer.close();
      redis.disconnect();
    },
  };
}

/** The newest replace the oldest, so that requests meet generations of every age. */
function remember(values: string[], value: string): void {
  if (values.length >= REMEMBERED) values.splice(values.length / 2, 1);
  values.push(value);
}

/** Some generations of every status that a call asks about. */
async function storeEachStatus(journal: Journal): Promise<string[]> {
  const generations = Array.from({ length: 12 }, () => buildNewGeneration(journal.lane));
  const ids = (await journal.enqueue(generations)).map(({ id }) => id);
  const begin = async (id: string) => {
    const begun = await journal.begin(id, "f1", {
      sendWithinMs: 2_000,
      answerWithinMs: 50_000,
      submitDeadlineMs: 0,
      policy: "hold",
    });
    if (begun.kind !== "begun") throw new Error("not begun");
    return begun.attempt;
  };
  for (const [at, id] of ids.entries()) {
    const kind = at % 6;
    if (kind === 0) continue;
    if (kind === 1) {
      await journal.cancel(id);
      continue;
    }
    const attempt = await begin(id);
    if (kind === 2) await journal.reject(attempt, "invalid_request", "refused");
    if (kind === 3 || kind === 4) await journal.unconfirm(attempt, "answer_lost", 0);
    if (kind === 4) await journal.endGrace(id, "hold", 3);
    if (kind === 5)
      await journal.accept(attempt, `task-${at}`, { deadlineMs: 60_000, firstPollMs: 0 });
  }
  return ids;
}
