import { lanePrefix } from "./keys.ts";
import { createScriptRunner, type JournalConnection, type Reply } from "./run-script.ts";
import type { ScriptSet, Verb } from "./scripts.ts";

/**
 * How long after a wake-up hint is due the rescuer asks whether it came. Long enough for a producer
 * to add its job after the record, short enough that a lost hint costs seconds.
 */
export const HINT_SLACK_MS = 10_000;

/** One lane's scripts and keys: what every part of the journal works through. */
export interface LaneAccess {
  readonly lane: string;
  readonly prefix: string;
  readonly redis: JournalConnection;
  /** @throws {JournalError} */
  run(verb: Verb, ...args: readonly (string | number)[]): Promise<Reply>;
  /** A script over a key outside of the lane. @throws {JournalError} */
  runAt(key: string, verb: Verb, ...args: readonly (string | number)[]): Promise<Reply>;
  /** @throws {JournalError} */
  runMany(verb: Verb, calls: readonly (readonly (string | number)[])[]): Promise<Reply[]>;
}

/** @returns access to `lane` over a connection that stays the caller's. */
export function accessLane(redis: JournalConnection, lane: string, scripts: ScriptSet): LaneAccess {
  const runner = createScriptRunner(redis, scripts);
  const prefix = lanePrefix(lane);
  return {
    lane,
    prefix,
    redis,
    run: (verb, ...args) => runner.run(verb, prefix, args),
    runAt: (key, verb, ...args) => runner.run(verb, key, args),
    runMany: (verb, calls) => runner.runMany(verb, prefix, calls),
  };
}

/** @returns the text at `index` of a script's answer; empty when it is absent. */
export function textAt(reply: Reply, index: number): string {
  return String(reply[index] ?? "");
}
