import { DEFAULT_TENANT, ulidOf } from "@apidot-queue/core";

import type { StoredOptions } from "./enqueue.ts";
import { idempotencyKey as keyOf, MIN_KEY_LIFE_MS, userIndex } from "./keys.ts";
import { type LaneAccess, textAt } from "./lane-access.ts";
import { readOutcome, type VerbOutcome } from "./outcome.ts";

/** A settled generation whose retention is over. */
export interface Outlived {
  readonly id: string;
  readonly tenant: string;
  readonly userId: string | null;
  readonly idempotencyKey: string | null;
}

/** The verbs of the retention. */
export interface RetentionVerbs {
  /**
   * Settled generations that nobody may want any more, the oldest first, at most `limit`. Events of
   * the lane that are as old are forgotten.
   * @throws {JournalError}
   */
  listOutlived(retentionMs: number, limit: number): Promise<Outlived[]>;
  /**
   * Removes generations with all their keys and index entries, and their idempotency keys with them. A
   * generation that is wanted again by then keeps its key. @throws {JournalError}
   */
  forget(outlived: readonly Outlived[], retentionMs: number): Promise<VerbOutcome[]>;
}

/** @returns the verbs of the retention for one lane. */
export function retentionVerbs(access: LaneAccess): RetentionVerbs {
  return {
    listOutlived: async (retentionMs, limit) => {
      const rows = await access.run("list-settled", retentionMs, limit, MIN_KEY_LIFE_MS);
      return rows.flatMap((row) => {
        if (typeof row === "string") return [];
        const options = textAt(row, 1);
        const { tenant, userId, idempotencyKey } =
          options === "" ? NO_OPTIONS : (JSON.parse(options) as StoredOptions);
        return [{ id: `${access.lane}_${textAt(row, 0)}`, tenant, userId, idempotencyKey }];
      });
    },
    forget: async (outlived, retentionMs) => {
      const releaseKeys = (stepOf: (at: number) => "end" | "release" | "keep") =>
        Promise.all(
          outlived.map(async ({ id, tenant, idempotencyKey }, at) => {
            if (idempotencyKey === null) return;
            await access.runAt(keyOf(tenant, idempotencyKey), "release-key", id, stepOf(at));
          }),
        );
      // Who dies behind this leaves a key with an end, of a record that the next round removes.
      await releaseKeys(() => "end");
      const calls = outlived.map(({ id, tenant, userId }) => [
        ulidOf(id),
        retentionMs,
        userId === null ? "" : userIndex(tenant, userId),
      ]);
      const outcomes = (await access.runMany("forget", calls)).map(readOutcome);
      // Unknown is what another process has forgotten meanwhile.
      const isKept = (outcome: VerbOutcome | undefined): boolean =>
        outcome?.kind === "ignored" && outcome.reason !== "unknown";
      await releaseKeys((at) => (isKept(outcomes[at]) ? "keep" : "release"));
      return outcomes;
    },
  };
}

const NO_OPTIONS = { tenant: DEFAULT_TENANT, userId: null, idempotencyKey: null };
