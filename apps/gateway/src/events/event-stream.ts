/** One event of a stream, by the WHATWG specification of server-sent events. */
export interface ServerEvent {
  readonly event: string;
  /** What a client sends back as `Last-Event-ID`. @defaultValue none: the one before stays */
  readonly id?: string;
  readonly data: unknown;
}

/** How a stream is kept and ended. */
export interface StreamSetup {
  /** Sent whenever nothing else was for that long. */
  readonly heartbeatMs: number;
  readonly heartbeat: () => ServerEvent;
  /** Hears that the stream is over, whoever ended it. */
  readonly onEnd: () => void;
}

const encoder = new TextEncoder();

/**
 * A body of server-sent events. An event is taken from its source only once the one before is on its
 * way, so that a slow reader makes the source wait instead of filling the memory.
 */
export function eventStream(
  source: AsyncIterator<ServerEvent, void, undefined>,
  { heartbeatMs, heartbeat, onEnd }: StreamSetup,
): ReadableStream<Uint8Array> {
  let next: Promise<IteratorResult<ServerEvent, void>> | null = null;
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        // Sent at once: the client learns that it is connected.
        controller.enqueue(encoder.encode("retry: 2000\n\n"));
      },
      pull: async (controller) => {
        next ??= source.next().catch(() => ({ done: true, value: undefined }));
        const taken = await within(next, heartbeatMs);
        if (taken === null) {
          controller.enqueue(encoder.encode(textOf(heartbeat())));
          return;
        }
        next = null;
        if (taken.done !== true) {
          controller.enqueue(encoder.encode(textOf(taken.value)));
          return;
        }
        controller.close();
        onEnd();
      },
      cancel: async () => {
        onEnd();
        // It may stand between two events, where nothing else would tell it that nobody reads on.
        await source.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

async function within<T>(promise: Promise<T>, limitMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), limitMs);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** JSON has no line ends outside of escapes, so that one line of data holds it. */
function textOf({ event, id, data }: ServerEvent): string {
  const position = id === undefined ? "" : `id: ${id}\n`;
  return `event: ${event}\n${position}data: ${JSON.stringify(data)}\n\n`;
}
