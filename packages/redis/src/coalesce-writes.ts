import type { Writable } from "node:stream";

/**
 * Lets everything that is written to `stream` within one turn of the event loop leave in one system
 * call. A busy worker hears from many requests in one turn and has a command for each: one packet
 * costs both ends a fraction of many. Nothing waits for long: a turn ends as soon as its callbacks
 * have run.
 */
export function coalesceWrites(stream: Writable): void {
  let isHeld = false;
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  stream.write = ((...args: unknown[]) => {
    if (!isHeld) {
      isHeld = true;
      stream.cork();
      setImmediate(() => {
        isHeld = false;
        stream.uncork();
      });
    }
    return write(...args);
  }) as typeof stream.write;
}
