import { monotonicFactory } from "ulid";

import { isLaneName } from "./lane.ts";

const ULID = /^[0-9a-hjkmnp-tv-z]{26}$/;
const nextUlid = monotonicFactory(randomShare);

/** Drawn by the thousand: one at a time costs more than all else about an id. */
let words: number[] = [];

/** @returns a share of 1, below 1, unpredictable. */
function randomShare(): number {
  const word = words.pop();
  if (word !== undefined) return word / 2 ** 32;
  words = [...crypto.getRandomValues(new Uint32Array(1_024))];
  return randomShare();
}

/** A generation's id, taken apart. */
export interface GenerationIdParts {
  readonly lane: string;
  /** 26 characters of lower-case ULID; the part that keys and indexes of a lane use. */
  readonly ulid: string;
}

/**
 * Makes the id of a new generation: `<lane>_<ulid>`. Ids of one process sort by the time they were
 * made. The id exists before anything is written, so that a repeated enqueue is recognised.
 *
 * @param lane - a valid lane name
 * @param nowMs - milliseconds since the epoch
 * @throws {RangeError} when the lane name is not valid: a caller's mistake.
 */
export function newGenerationId(lane: string, nowMs: number): string {
  if (!isLaneName(lane)) throw new RangeError(`not a lane name: ${JSON.stringify(lane)}`);
  return `${lane}_${nextUlid(nowMs).toLowerCase()}`;
}

/** @returns the parts of `id`, or null when it is not the id of a generation. */
export function parseGenerationId(id: string): GenerationIdParts | null {
  const at = id.indexOf("_");
  if (at < 0) return null;
  const lane = id.slice(0, at);
  const ulid = id.slice(at + 1);
  return isLaneName(lane) && ULID.test(ulid) ? { lane, ulid } : null;
}

/** @returns the lane of an id that is known to be one. */
export function laneOf(id: string): string {
  return id.slice(0, id.indexOf("_"));
}

/** @returns the ULID of an id that is known to be one; keys and indexes of a lane carry no more. */
export function ulidOf(id: string): string {
  return id.slice(id.indexOf("_") + 1);
}
