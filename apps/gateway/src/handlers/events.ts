import { isTerminal } from "@apidot-queue/core";
import {
  type GenerationState,
  type LaneNews,
  type Producer,
  wireRecord,
} from "@apidot-queue/producer";

import type { Handler } from "../answer-call.ts";
import type { ServerEvent } from "../events/event-stream.ts";
import { inPlace } from "../events/open-streams.ts";
import { problem } from "../problem.ts";
import type { HandlerParts } from "./handlers.ts";
import { checkKnownLane, refuseLane } from "./known-lane.ts";
import { withId } from "./one-generation.ts";

/** A position of the journal's event stream. */
const POSITION = /^\d{1,15}-\d{1,15}$/;
/** What the last event of a settled generation has for an id. */
const END = /^end-(\d{1,15})$/;

const EVENT_STREAM = { "content-type": "text/event-stream; charset=utf-8" };

/** `GET /v1/generations/{id}/events` */
export function followGeneration({ streams }: HandlerParts): Handler {
  return ({ caller: { producer }, headers }) =>
    withId(async (id, c) => {
      if (c.req.raw.method === "HEAD") {
        await producer.get(id);
        return new Response(null, { headers: EVENT_STREAM });
      }
      const told = END.exec(String(headers.values["last-event-id"]))?.[1];
      const answer = await inPlace(streams, async ({ signal, answer: stream }) => {
        const first = await firstState(producer, id);
        // A client that was told the end asks again by itself; this is how it learns to stop.
        if (first !== null && told === String(first.version)) return c.body(null, 204);
        return stream(generationEvents(producer, id, signal), heartbeat);
      });
      return answer ?? problem("too_many_streams");
    });
}

/** `GET /v1/events` */
export function followLane({ lanes, streams }: HandlerParts): Handler {
  return ({ caller, query, headers }) => {
    const lane = query.values["lane"] as string | undefined;
    const wrong = checkKnownLane(lane, lanes, { in: "query" });
    if (wrong.length > 0) return wrong;
    const refused = refuseLane(lane, caller);
    if (refused !== null) return () => refused;
    return async (c) => {
      if (c.req.raw.method === "HEAD") return new Response(null, { headers: EVENT_STREAM });
      const given = headers.values["last-event-id"] as string | undefined;
      // A position that nobody has told is one that is not kept.
      const after = given === undefined || POSITION.test(given) ? given : "0-1";
      const answer = await inPlace(streams, async ({ signal, answer: stream }) => {
        const { position, news } = await caller.producer.followLane({ lane, after, signal });
        let last = position;
        const events = laneEvents(position, news, (at) => (last = at));
        return stream(events, () => ({ ...heartbeat(), id: last }));
      });
      return answer ?? problem("too_many_streams");
    };
  };
}

/** @returns the state when it is the last one. */
async function firstState(producer: Producer, id: string): Promise<GenerationState | null> {
  const states = producer.follow(id, new AbortController().signal);
  const { value } = await states.next();
  await states.return();
  return value !== undefined && isTerminal(value.record.status) ? value : null;
}

async function* generationEvents(
  producer: Producer,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent, void, undefined> {
  for await (const { record, version } of producer.follow(id, signal)) {
    const isEnd = isTerminal(record.status);
    yield {
      event: "generation",
      id: isEnd ? `end-${version}` : String(version),
      data: wireRecord(record),
    };
  }
}

async function* laneEvents(
  position: string,
  news: AsyncIterable<LaneNews>,
  remember: (position: string) => void,
): AsyncGenerator<ServerEvent, void, undefined> {
  yield { event: "ready", id: position, data: {} };
  for await (const one of news) {
    remember(one.position);
    yield eventOf(one);
  }
}

function eventOf(news: LaneNews): ServerEvent {
  if (news.kind === "reset") return { event: "reset", id: news.position, data: {} };
  const { position, id, status, version, cause, at } = news;
  return {
    event: "change",
    id: position,
    data: { id, status, version, cause, at: at.toISOString() },
  };
}

function heartbeat(): ServerEvent {
  return { event: "heartbeat", data: { at: new Date().toISOString() } };
}
