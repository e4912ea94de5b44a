import { eventStream, type ServerEvent } from "./event-stream.ts";

/** The streams of a gateway: so many at once, and all of them end with it. */
export interface OpenStreams {
  /** @returns a place for one more of a tenant, or null: none is left for it, or the gateway stops. */
  take(tenant: string): StreamPlace | null;
  /** Ends all of them now, and those that are about to open. */
  close(): void;
}

/** The place of one stream; it is given back when the stream ends. */
export interface StreamPlace {
  /** Ends what the stream tells. */
  readonly signal: AbortSignal;
  /** Answers with a stream of `source`, which ends with the signal. */
  readonly answer: (
    source: AsyncIterator<ServerEvent, void, undefined>,
    heartbeat: () => ServerEvent,
  ) => Response;
  /** For a stream that was not opened after all. */
  readonly giveBack: () => void;
}

/** How many listeners one process serves, and how it shows that it lives. */
export interface StreamLimits {
  /** @defaultValue 1,000 */
  readonly maxStreams?: number;
  /** Of one tenant, so that none keeps the others out. @defaultValue all */
  readonly maxOfTenant?: number;
  /** Milliseconds. @defaultValue 15,000 */
  readonly heartbeatMs?: number;
}

/** Streams of a process, and of one tenant where there are several. */
const MAX_STREAMS = 1_000;
export const MAX_STREAMS_OF_TENANT = 250;

/** @returns an empty set of streams. */
export function openStreams({
  maxStreams = MAX_STREAMS,
  maxOfTenant = maxStreams,
  heartbeatMs = 15_000,
}: StreamLimits = {}): OpenStreams {
  const taken = new Map<AbortController, string>();
  const countOf = (tenant: string): number =>
    [...taken.values()].filter((one) => one === tenant).length;
  let isClosed = false;
  return {
    take: (tenant) => {
      if (isClosed || taken.size >= maxStreams || countOf(tenant) >= maxOfTenant) return null;
      const stopping = new AbortController();
      taken.set(stopping, tenant);
      const giveBack = (): void => {
        taken.delete(stopping);
        stopping.abort();
      };
      return {
        signal: stopping.signal,
        giveBack,
        answer: (source, heartbeat) =>
          new Response(eventStream(source, { heartbeatMs, heartbeat, onEnd: giveBack }), {
            headers: {
              "content-type": "text/event-stream; charset=utf-8",
              // A proxy that collects an answer before it hands it on would hold events back.
              "x-accel-buffering": "no",
            },
          }),
      };
    },
    close: () => {
      isClosed = true;
      for (const stopping of taken.keys()) stopping.abort();
    },
  };
}

/** Opens a stream in a place of its own, which is given back where it is not opened. */
export async function inPlace(
  streams: OpenStreams,
  tenant: string,
  open: (place: StreamPlace) => Promise<Response>,
): Promise<Response | null> {
  const place = streams.take(tenant);
  if (place === null) return null;
  try {
    const answer = await open(place);
    if (answer.headers.get("content-type")?.startsWith("text/event-stream") !== true) {
      place.giveBack();
    }
    return answer;
  } catch (error) {
    place.giveBack();
    throw error;
  }
}
