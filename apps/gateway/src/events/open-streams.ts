import { eventStream, type ServerEvent } from "./event-stream.ts";

/** The streams of a gateway: so many at once, and all of them end with it. */
export interface OpenStreams {
  /** Whether there is no room for another one. */
  isFull(): boolean;
  /** Answers with a stream of what `open` yields until its signal, or its end. */
  answer(open: OpenSource, heartbeat: () => ServerEvent): Response;
  /** Ends all of them now. */
  close(): void;
}

/** Opens what a stream tells; it ends with the signal. */
export type OpenSource = (signal: AbortSignal) => AsyncIterator<ServerEvent, void, undefined>;

/** How many listeners one process serves, and how it shows that it lives. */
export interface StreamLimits {
  /** @defaultValue 1,000 */
  readonly maxStreams?: number;
  /** Milliseconds. @defaultValue 15,000 */
  readonly heartbeatMs?: number;
}

/** @returns an empty set of streams. */
export function openStreams({
  maxStreams = 1_000,
  heartbeatMs = 15_000,
}: StreamLimits = {}): OpenStreams {
  const open = new Set<AbortController>();
  return {
    isFull: () => open.size >= maxStreams,
    answer: (openSource, heartbeat) => {
      const stopping = new AbortController();
      open.add(stopping);
      const onEnd = (): void => {
        open.delete(stopping);
        stopping.abort();
      };
      const source = openSource(stopping.signal);
      return new Response(eventStream(source, { heartbeatMs, heartbeat, onEnd }), {
        headers: {
          "content-type": "text/event-stream; charset=utf-8",
          // A proxy that collects an answer before it hands it on would hold events back.
          "x-accel-buffering": "no",
        },
      });
    },
    close: () => {
      for (const stopping of open) stopping.abort();
    },
  };
}
