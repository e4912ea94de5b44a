import { createHash } from "node:crypto";

import { type Blow, canSuffer, CRASH_POINTS, type CrashPoint } from "./points.ts";

/** `hold` without callbacks, or `resubmit` with them: what becomes of an attempt of unknown outcome. */
type Policy = "hold" | "callbacks";

/** One crash point, one blow, one policy, on a lane of its own. */
export interface CrashCase {
  readonly point: CrashPoint;
  readonly blow: Blow;
  readonly policy: Policy;
  readonly lane: string;
  readonly prompts: readonly string[];
}

const BLOWS: readonly Blow[] = ["kill", "term", "block", "redis"];
const POLICIES: readonly Policy[] = ["hold", "callbacks"];
/** Many times what a task takes here. */
export const CALLBACK_GRACE_MS = 12_000;
/** More than one: a batch has a middle. */
const BATCH = 3;

/** @returns every case: C1 to C19 and C23 as kills, C22 as terms, C20 as blocks, C21 as restarts of Redis. */
export function allCases(): CrashCase[] {
  return CRASH_POINTS.flatMap((point) =>
    BLOWS.filter((blow) => canSuffer(point, blow)).flatMap((blow) =>
      POLICIES.filter((policy) => policy === "callbacks" || point.needsCallbacks !== true).map(
        (policy) => {
          const lane = `${point.id.toLowerCase()}-${blow}-${policy}`;
          const count = point.victim === "rescuer" ? BATCH : 1;
          const prompts = Array.from({ length: count }, (_, n) => `${lane}-${n}`);
          return { point, blow, policy, lane, prompts };
        },
      ),
    ),
  );
}

/** @returns what the case may come to; null where the protocol leaves a choice. */
export function expectedStatus({ point, blow, policy }: CrashCase): string {
  return blow === "kill" && policy === "hold" ? point.underHold : "succeeded";
}

/** @returns the fault rules of a case, for its prompts alone and its first attempts alone. */
export function faultRules({ point, prompts }: CrashCase): object[] {
  const { fault } = point;
  if (fault === undefined) return [];
  return prompts.map((prompt) => ({
    on: "submit",
    kind: fault,
    times: 1,
    match: { prompt_sha256: sha256(prompt) },
  }));
}

/** As the ledger and the books name a prompt. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
