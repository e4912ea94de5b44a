import { type Journal, lanePrefix, openJournal } from "@apidot-queue/journal";
import { openSubmitQueue, type SubmitHint, type SubmitQueue } from "@apidot-queue/queue";

import type { ProducerConnections } from "./connections.ts";
import { followLane, type LaneFollower } from "./lane-follower.ts";
import type { Call } from "./link.ts";

/** What the producer holds for one lane: the queue once it adds, the follower once somebody waits. */
interface OpenLane {
  readonly journal: Journal;
  queue: SubmitQueue | null;
  follower: LaneFollower | null;
}

/** Beyond that, lanes without a connection of their own are forgotten: callers can invent their names. */
const MOST_KEPT = 100;

/** The lanes that a producer has used, opened at their first use. */
export class ProducerLanes {
  readonly #connections: ProducerConnections;
  readonly #open = new Map<string, OpenLane>();

  constructor(connections: ProducerConnections) {
    this.#connections = connections;
  }

  journal(lane: string): Journal {
    return this.#lane(lane).journal;
  }

  queue(lane: string): SubmitQueue {
    const open = this.#lane(lane);
    const { main } = this.#connections;
    // The connection reports its own errors.
    open.queue ??= openSubmitQueue(main, lanePrefix(lane), () => undefined);
    return open.queue;
  }

  /**
   * Wakes workers for generations of a lane. They are queued by then: a hint that cannot be added now is
   * made by the rescuer.
   */
  async addHints(lane: string, hints: readonly SubmitHint[], call: Call): Promise<void> {
    if (hints.length === 0) return;
    await call.step(() => this.queue(lane).add(hints)).catch(() => undefined);
  }

  follower(lane: string): LaneFollower {
    const open = this.#lane(lane);
    open.follower ??= followLane(open.journal, this.#connections.blocking());
    return open.follower;
  }

  async close(): Promise<void> {
    const open = [...this.#open.values()];
    await Promise.all(open.map(async ({ follower }) => follower?.close()));
    await Promise.all(open.map(async ({ queue }) => queue?.close()));
  }

  #lane(lane: string): OpenLane {
    const known = this.#open.get(lane);
    if (known !== undefined) return known;
    const { main } = this.#connections;
    const open: OpenLane = {
      journal: openJournal(main, lane),
      queue: null,
      follower: null,
    };
    if (this.#open.size >= MOST_KEPT) this.#forgetIdle();
    this.#open.set(lane, open);
    return open;
  }

  #forgetIdle(): void {
    for (const [lane, { queue, follower }] of this.#open) {
      if (queue === null && follower === null) this.#open.delete(lane);
    }
  }
}
