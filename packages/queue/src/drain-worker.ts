import type { Worker } from "bullmq";

import type { QueueConnection } from "./submit-queue.ts";

/** What is needed of a connection, be it ours or the library's. */
interface Link {
  readonly status: string;
  once(event: "ready", listener: () => void): unknown;
}

/**
 * Takes no more jobs and waits for the ones in hand, without a limit.
 *
 * The library's own close must not meet a Redis that is away. It ends the blocking connection first,
 * and one that waits for its next try to connect never says that it has ended: the close hangs, even
 * when Redis is back.
 *
 * @param inHand - what handles a job now; each leaves the set at its end
 */
export async function drainWorker(
  worker: Worker,
  connection: QueueConnection,
  inHand: ReadonlySet<Promise<unknown>>,
): Promise<void> {
  const blocking: Link | undefined = await worker.backend.blockingConnection?.client;
  const links: readonly Link[] = blocking === undefined ? [connection] : [connection, blocking];
  if (links.some(({ status }) => status !== "ready")) {
    await worker.pause(true);
    while (inHand.size > 0) await Promise.allSettled(inHand);
    // What the queue did not hear of are hints: another worker gets them, or the rescuer.
    if (connection.status !== "ready") return;
    await Promise.all(links.map(whenReady));
  }
  await worker.close();
}

function whenReady(link: Link): Promise<void> {
  if (link.status === "ready") return Promise.resolve();
  return new Promise((resolve) => void link.once("ready", resolve));
}
