import { HALT_REASONS, type LaneState, type Status } from "@apidot-queue/core";

import { toJournalError } from "./journal-error.ts";
import type { LaneAccess } from "./lane-access.ts";

/** Everything that the journal knows of a lane, read at one moment. Times are milliseconds. */
export interface StoredLane {
  readonly state: LaneState;
  /** The generations that are not settled, by status. */
  readonly counts: Readonly<Record<OpenStatus, number>>;
  /** What failed for the account and may be redriven. */
  readonly redrivableCount: number;
  /** Where its workers send their calls; null before the first came. */
  readonly baseUrl: string | null;
  /** Another base URL, with which a worker came while work was open. */
  readonly otherBaseUrl: string | null;
  /** Submits per second that the upstream bears; null before it refused any for their number. */
  readonly pace: number | null;
  /** Nothing begins before: the upstream said when to come again. Null where it said nothing. */
  readonly pausedUntil: number | null;
  /** When the next probe finds out whether an outage is over; null while there is none. */
  readonly outageProbeAt: number | null;
  /** When a worker was last seen, by the journal's clock; null for never. */
  readonly submitWorkerSeenAt: number | null;
  readonly statusWorkerSeenAt: number | null;
  /** The journal's clock. */
  readonly now: number;
}

/** The statuses of what is not settled. */
export type OpenStatus = (typeof OPEN_STATUSES)[number];

const OPEN_STATUSES = [
  "queued",
  "submitting",
  "unconfirmed",
  "held",
  "running",
] as const satisfies readonly Status[];

/** A worker says every few seconds that it serves its lane; after this it counts as gone. */
const WORKER_GONE_MS = 60_000;

/** @returns the lane as it is now. @throws {JournalError} */
export async function readLane(access: LaneAccess): Promise<StoredLane> {
  const { prefix, redis } = access;
  const multi = redis.multi().time().hgetall(`${prefix}:lane`).zcard(`${prefix}:x:denied`);
  for (const status of OPEN_STATUSES) multi.zcard(`${prefix}:x:${status}`);
  let answers: unknown[];
  try {
    answers = ((await multi.exec()) ?? []).map(([error, value]) => {
      if (error !== null) throw error;
      return value;
    });
  } catch (error) {
    throw toJournalError(error);
  }
  const [time, fields, redrivable, ...counts] = answers;
  const [seconds, microseconds] = time as [string, string];
  const hash = fields as Readonly<Record<string, string>>;
  const now = Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
  return {
    state: readLaneState(hash),
    counts: Object.fromEntries(
      OPEN_STATUSES.map((status, index) => [status, Number(counts[index])]),
    ) as Record<OpenStatus, number>,
    redrivableCount: Number(redrivable),
    baseUrl: hash["bu"] ?? null,
    otherBaseUrl: hash["bn"] ?? null,
    ...readPace(hash, now),
    submitWorkerSeenAt: numberOrNull(hash["ss"]),
    statusWorkerSeenAt: numberOrNull(hash["ps"]),
    now,
  };
}

/** The fields are those of `lua/include/adaptive-pace.lua`. */
function readPace(
  hash: Readonly<Record<string, string>>,
  now: number,
): Pick<StoredLane, "pace" | "pausedUntil" | "outageProbeAt"> {
  const [pace] = hash["ad"]?.split(",") ?? [];
  const [, , , pauseMs, probeAt] = hash["br"]?.split(",") ?? [];
  const pausedUntil = Number(hash["pu"] ?? 0);
  return {
    pace: numberOrNull(pace),
    pausedUntil: pausedUntil > now ? pausedUntil : null,
    outageProbeAt: Number(pauseMs ?? 0) > 0 ? numberOrNull(probeAt) : null,
  };
}

/** Reads the part of the hash that `laneTransition` knows. */
function readLaneState(hash: Readonly<Record<string, string>>): LaneState {
  const reason = HALT_REASONS.find((known) => known === hash["h"]);
  return {
    epoch: Number(hash["ep"] ?? 0),
    halt:
      reason === undefined
        ? null
        : {
            reason,
            since: Number(hash["ha"]),
            words: hash["hw"] ?? null,
            nextProbeAt: numberOrNull(hash["np"]),
            probeIntervalMs: numberOrNull(hash["pi"]),
          },
    haltedMs: Number(hash["th"] ?? 0),
    refusedPolls:
      hash["pr"] === undefined
        ? null
        : { since: Number(hash["pr"]), nextProbeAt: numberOrNull(hash["pn"]) },
    pollsRefusedMs: Number(hash["tp"] ?? 0),
  };
}

/**
 * Whether work waits for a worker that nobody has seen lately: for a submit worker where something is
 * queued, for a status worker where something runs.
 */
export function isUnserved(lane: StoredLane): boolean {
  const isGone = (seenAt: number | null): boolean =>
    seenAt === null || lane.now - seenAt > WORKER_GONE_MS;
  return (
    (lane.counts.queued > 0 && isGone(lane.submitWorkerSeenAt)) ||
    (lane.counts.running > 0 && isGone(lane.statusWorkerSeenAt))
  );
}

function numberOrNull(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
