import type { Journal } from "@apidot-queue/journal";
import type { StatusReport, Upstream } from "@apidot-queue/upstream";

/** What the refusal of a lane's account needs to be told. */
export interface LaneRefusal {
  readonly journal: Pick<Journal, "refusePolls">;
  readonly upstream: Pick<Upstream, "account">;
  /** After which credits are first probed, milliseconds; null for never. */
  readonly firstProbeMs: number | null;
  /** How often one poll goes through while the key is refused, milliseconds. */
  readonly pollProbeMs: number;
  readonly observer: {
    /** A refused status call halted the lane. */
    halted(reason: string): void;
  };
}

/**
 * T13c. A status call that is refused for the account's sake halts the lane, whoever made it.
 *
 * @param laneEpoch - of the lane, when the call was claimed: an older one halts nothing
 * @throws {JournalError}
 */
export async function haltIfDenied(
  outcome: StatusReport["outcome"],
  laneEpoch: number,
  { journal, upstream, firstProbeMs, pollProbeMs, observer }: LaneRefusal,
): Promise<void> {
  if (outcome.kind !== "denied") return;
  const code = outcome.httpStatus === 402 ? "insufficient_credits" : "authentication_error";
  const { keyDigest } = upstream.account;
  const refusal = { code, laneEpoch, firstProbeMs, keyDigest, pollProbeMs } as const;
  if (await journal.refusePolls(refusal)) observer.halted(code);
}
