import { isTerminal } from "@apidot-queue/core";
import { type GenerationState, type LaneNews, wireRecord } from "@apidot-queue/producer";

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
  return ({ caller: { producer, tenant }, headers }) =>
    withId(async (id, c) => {
      if (c.req.raw.method === "HEAD") {
        await producer.get(id);
        return new Response(null, { headers: EVENT_STREAM });
      }
      const told = END.exec(String(headers.values["last-event-id"]))?.[1];
      const answer = await inPlace(streams, tenant, async ({ signal, answer: stream }) => {
        const states = producer.follow(id, signal);
        const first = await states.next();
        // A client that was told the end asks again by itself; this is how it learns to stop.
        if (first.done !== true && isEnd(first.value) && told === String(first.value.version)) {
          await states.return();
          return c.body(null, 204);
        }
        return stream(generationEvents(first, states), heartbeat);
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
      const answer = await inPlace(streams, caller.tenant, async ({ signal, answer: stream }) => {
        const { position, news, reached } = await caller.producer.followLane({
          lane,
          after,
          signal,
        });
        // Where nothing of it changes, others' changes go by: it must not begin anew for them.
        return stream(laneEvents(position, news), () => ({ ...heartbeat(), id: reached() }));
      });
      return answer ?? problem("too_many_streams");
    };
  };
}

function isEnd({ record }: GenerationState): boolean {
  return isTerminal(record.status);
}

async function* generationEvents(
  first: IteratorResult<GenerationState, void>,
  rest: AsyncGenerator<GenerationState, void, undefined>,
): AsyncGenerator<ServerEvent, void, undefined> {
  try {
    if (first.done !== true) yield stateEvent(first.value);
    for await (const state of rest) yield stateEvent(state);
  } finally {
    await rest.return();
  }
}

function stateEvent(state: GenerationState): ServerEvent {
  const { record, version } = state;
  const id = isEnd(state) ? `end-${version}` : String(version);
  return { event: "generation", id, data: wireRecord(record) };
}

async function* laneEvents(
  position: string,
  news: AsyncIterable<LaneNews>,
): AsyncGenerator<ServerEvent, void, undefined> {
  yield { event: "ready", id: position, data: {} };
  for await (const one of news) yield eventOf(one);
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
