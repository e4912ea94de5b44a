import type { AccountCode } from "../lifecycle/event.ts";

/** Everything that can happen to a lane. `at` is the journal's time, milliseconds since the epoch. */
export type LaneEvent =
  /** The upstream refused the account, or is not the API, in answer to a submit (T5a). */
  | {
      readonly type: "submit_refused";
      readonly at: number;
      readonly reason: AccountCode | "upstream_misconfigured";
      /** In which the attempt began. */
      readonly epoch: number;
      /** After which credits are first probed; null where that is off. */
      readonly firstProbeMs: number | null;
    }
  /** The same in answer to a status call (T13c). */
  | {
      readonly type: "poll_refused";
      readonly at: number;
      readonly reason: AccountCode;
      /** In which the poll was claimed. */
      readonly epoch: number;
      readonly firstProbeMs: number | null;
      /** How often one poll goes through while the key is refused. */
      readonly pollProbeMs: number;
    }
  /** A status call was answered with anything that the account allows. */
  | { readonly type: "poll_answered"; readonly at: number }
  /** One poll goes through while the others wait. */
  | { readonly type: "poll_probed"; readonly at: number; readonly pollProbeMs: number }
  /** One attempt goes through a halted lane, to find out whether credits are back. */
  | {
      readonly type: "probe_begun";
      readonly at: number;
      readonly firstProbeMs: number;
      readonly longestProbeMs: number;
    }
  /** A probe was accepted. */
  | { readonly type: "probe_accepted"; readonly at: number; readonly epoch: number }
  /** A worker came with another base URL while work was open. */
  | { readonly type: "base_url_changed"; readonly at: number }
  /** A worker came with another key than the one that was refused. */
  | { readonly type: "key_replaced"; readonly at: number }
  /** A person halts the lane. */
  | { readonly type: "halted_by_hand"; readonly at: number; readonly words: string }
  /** A person opens it. */
  | { readonly type: "resumed"; readonly at: number };
