import { type ResumeRequest, validateHalt, validateResume } from "@apidot-queue/core";
import {
  type JournalConnection,
  type KnownHalt,
  listLanes,
  type Redriven,
} from "@apidot-queue/journal";

import { type LaneRecord, toLaneRecord } from "./lane-record.ts";
import type { ProducerLanes } from "./lanes.ts";
import type { Call } from "./link.ts";
import { asking } from "./outage.ts";
import { InvalidRequestError } from "./producer-error.ts";
import type { Store } from "./store.ts";

/** What a resume came to. */
export interface LaneResumed {
  readonly lane: LaneRecord;
  /** How many generations are queued again by this call. */
  readonly redrivenCount: number;
  /** More are left than one call takes: hand it to the next one. Null when all are done. */
  readonly nextCursor: string | null;
}

/** How much one call redrives: all of it is done before it answers. */
export interface RedriveLimits {
  readonly most: number;
  /** Generations a script: few enough that it holds nobody up for long. */
  readonly batch: number;
}

/** @see RedriveLimits */
const REDRIVE_LIMITS: RedriveLimits = { most: 10_000, batch: 100 };

/** Every lane that ever stored a generation, and `also`, in the order of their names. */
export async function readLanes(
  redis: JournalConnection,
  also: string,
  call: Call,
  lanes: ProducerLanes,
): Promise<LaneRecord[]> {
  const known = await asking(() => call.step(() => listLanes(redis)));
  const names = [...new Set([...known, also])].toSorted();
  return Promise.all(names.map((lane) => readLane(lane, call, lanes)));
}

/** @see Producer.haltLane */
export async function haltLane(
  lane: string,
  reason: string,
  call: Call,
  lanes: ProducerLanes,
  store: Store,
): Promise<LaneRecord> {
  const valid = validateHalt({ reason });
  if (!valid.ok) throw new InvalidRequestError(valid.errors);
  await asking(() => store.onDisk(() => lanes.journal(lane).haltLane(valid.reason), call));
  return readLane(lane, call, lanes);
}

/**
 * First the redrive, then the opening: who dies in between leaves a lane that is still halted, and
 * the call can be repeated. A call that goes on by a cursor opens nothing.
 *
 * @see Producer.resumeLane
 */
export async function resumeLane(
  lane: string,
  { redrive = false, cursor }: ResumeRequest,
  call: Call,
  lanes: ProducerLanes,
  limits: RedriveLimits = REDRIVE_LIMITS,
): Promise<LaneResumed> {
  const body = { redrive, ...(cursor === undefined ? {} : { cursor }) };
  const valid = validateResume(body);
  if (!valid.ok) throw new InvalidRequestError(valid.errors);
  const until = cursor === undefined ? null : Number(cursor);
  const { state } = await asking(() => call.step(() => lanes.journal(lane).laneState()));
  const done = redrive
    ? await redriveAll(lane, until, call, lanes, limits)
    : { redrivenCount: 0, nextCursor: null };
  // A cursor comes from a call that opened it. Whatever halted it since was not known to the caller.
  if (cursor === undefined && state.halt !== null) await open(lane, state.halt, call, lanes);
  return { lane: await readLane(lane, call, lanes), ...done };
}

async function open(
  lane: string,
  halt: KnownHalt,
  call: Call,
  lanes: ProducerLanes,
): Promise<void> {
  await asking(() => call.step(() => lanes.journal(lane).resumeLane(halt)));
  // Workers look again within seconds by themselves.
  await call.step(() => lanes.queue(lane).endRest()).catch(() => undefined);
}

async function redriveAll(
  lane: string,
  from: number | null,
  call: Call,
  lanes: ProducerLanes,
  { most, batch }: RedriveLimits,
): Promise<Pick<LaneResumed, "redrivenCount" | "nextCursor">> {
  const journal = lanes.journal(lane);
  let until = from;
  let redrivenCount = 0;
  let part: Redriven;
  do {
    const limit = Math.min(batch, most - redrivenCount);
    part = await asking(() => call.step(() => journal.redrive(until, limit)));
    // What fails from now on is another matter.
    until = part.until;
    redrivenCount += part.hints.length;
    const hints = part.hints.map((hint) => ({ ...hint, delayMs: 0 }));
    await lanes.addHints(lane, hints, call);
  } while (part.hasMore && redrivenCount < most);
  return { redrivenCount, nextCursor: part.hasMore ? String(until) : null };
}

/** @see Producer.lane */
export async function readLane(
  lane: string,
  call: Call,
  lanes: ProducerLanes,
): Promise<LaneRecord> {
  const journal = lanes.journal(lane);
  return toLaneRecord(lane, await asking(() => call.step(() => journal.laneState())));
}
