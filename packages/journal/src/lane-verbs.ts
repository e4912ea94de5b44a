import type { AccountCode, HaltReason, LaneState, Priority } from "@apidot-queue/core";

import { HINT_SLACK_MS, type LaneAccess, textAt } from "./lane-access.ts";
import { priorityOf } from "./record-fields.ts";
import { readLane, type StoredLane } from "./stored-lane.ts";

/** Where a worker sends its calls, and with which key. */
export interface LaneAccount {
  readonly baseUrl: string;
  /** A digest, never the key itself. */
  readonly keyDigest: string;
}

/** What a worker learns when it says that it serves a lane. */
interface Served {
  /** Null while the lane is open. */
  readonly halt: HaltReason | null;
  /** What came of it: another base URL halts the lane, another key opens it. */
  readonly change: "halted" | "opened" | null;
}

/** A status call that was refused for the account's sake. */
export interface PollRefusal {
  readonly code: AccountCode;
  /** Of the claim. */
  readonly laneEpoch: number;
  /** After which credits are first probed, or null. Milliseconds. */
  readonly firstProbeMs: number | null;
  readonly keyDigest: string;
  /** How often one poll goes through while the key is refused, milliseconds. */
  readonly pollProbeMs: number;
}

/** A part of a redrive. */
export interface Redriven {
  /** The hints that are now due. */
  readonly hints: readonly {
    readonly id: string;
    readonly wake: number;
    readonly attempt: number;
    readonly priority: Priority;
  }[];
  /** What failed later is not meant: hand it to the next part. Milliseconds since the epoch. */
  readonly until: number;
  readonly hasMore: boolean;
}

/** By what a halt is known to a person: one that was made since has another reason or other words. */
export type KnownHalt = Pick<NonNullable<LaneState["halt"]>, "reason" | "words">;

/** The verbs of the lane as a whole; docs/decisions/0007 has the table of its states. */
export interface LaneVerbs {
  /** @returns the state of the lane and what is in it. @throws {JournalError} */
  laneState(): Promise<StoredLane>;
  /** A person halts the lane, and says why. @throws {JournalError} */
  haltLane(words: string): Promise<void>;
  /**
   * A person opens it.
   *
   * @param known - the halt that is to end: another one stays. @defaultValue whichever it is
   * @returns the reason of the halt that ends, or null
   * @throws {JournalError}
   */
  resumeLane(known?: KnownHalt): Promise<HaltReason | null>;
  /**
   * T16: queues what failed for the account again, at most `limit`, the oldest failure first.
   *
   * @param until - only what failed until then; null for now
   * @throws {JournalError}
   */
  redrive(until: number | null, limit: number): Promise<Redriven>;
  /**
   * A worker serves the lane: at its start, with its key, and every few seconds.
   * @throws {JournalError}
   */
  serveLane(worker: ServingWorker, account: LaneAccount, isStart: boolean): Promise<Served>;
  /** T13c. @returns whether this halted the lane. @throws {JournalError} */
  refusePolls(refusal: PollRefusal): Promise<boolean>;
  /** A status call was answered although polls were refused. @throws {JournalError} */
  allowPolls(): Promise<void>;
}

/** Which kind of worker serves a lane. */
export type ServingWorker = "submit" | "status";

/** @returns the verbs of one lane. */
export function laneVerbs(access: LaneAccess): LaneVerbs {
  return {
    laneState: () => readLane(access),
    haltLane: async (words) => {
      await access.run("halt-lane", words);
    },
    resumeLane: async (known) => {
      const halt = known === undefined ? [] : [known.reason, known.words ?? ""];
      const reply = await access.run("resume-lane", ...halt);
      return textAt(reply, 0) === "changed" ? (textAt(reply, 1) as HaltReason) : null;
    },
    redrive: async (until, limit) => {
      const reply = await access.run("redrive", until ?? "", limit, HINT_SLACK_MS);
      const rows = reply.slice(2).flatMap((row) => (typeof row === "string" ? [] : [row]));
      return {
        until: Number(textAt(reply, 0)),
        hasMore: textAt(reply, 1) === "1",
        hints: rows.map((row) => ({
          id: `${access.lane}_${textAt(row, 0)}`,
          wake: Number(textAt(row, 1)),
          attempt: Number(textAt(row, 2)),
          priority: priorityOf(textAt(row, 3)),
        })),
      };
    },
    serveLane: async (worker, { baseUrl, keyDigest }, isStart) => {
      const reply = await access.run("serve-lane", worker, baseUrl, isStart ? keyDigest : "");
      return {
        halt: orNull(textAt(reply, 0) as HaltReason | ""),
        change: orNull(textAt(reply, 1) as "halted" | "opened" | ""),
      };
    },
    refusePolls: async ({ code, laneEpoch, firstProbeMs, keyDigest, pollProbeMs }) => {
      const args = [code, laneEpoch, firstProbeMs ?? "", keyDigest, pollProbeMs];
      const reply = await access.run("refuse-polls", ...args);
      return textAt(reply, 0) === "changed" && textAt(reply, 1) === "halted";
    },
    allowPolls: async () => {
      await access.run("allow-polls");
    },
  };
}

function orNull<T extends string>(word: T | ""): T | null {
  return word === "" ? null : word;
}
