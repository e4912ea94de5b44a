import { describe, expect, it } from "vitest";

import { HALT_ADVICE } from "./halt-advice.ts";
import type { LaneEvent } from "./lane-event.ts";
import {
  FRESH_LANE,
  HALT_REASONS,
  haltedMsUntil,
  type LaneState,
  pollsRefusedMsUntil,
} from "./lane-state.ts";
import { laneTransition, mayProbe } from "./lane-transition.ts";

const POLL_PROBE_MS = 60_000;

const after = (...events: readonly LaneEvent[]): LaneState =>
  events.reduce(laneTransition, FRESH_LANE);

const refused = (
  at: number,
  reason: Extract<LaneEvent, { type: "submit_refused" }>["reason"],
  epoch = 0,
): LaneEvent => ({ type: "submit_refused", at, reason, epoch, firstProbeMs: 60 });
const pollRefused = (
  at: number,
  reason: Extract<LaneEvent, { type: "poll_refused" }>["reason"],
  epoch = 0,
): LaneEvent => ({
  type: "poll_refused",
  at,
  reason,
  epoch,
  firstProbeMs: 60,
  pollProbeMs: POLL_PROBE_MS,
});
const probe = (at: number): LaneEvent => ({
  type: "probe_begun",
  at,
  firstProbeMs: 60,
  longestProbeMs: 200,
});
const byHand = (at: number, words = "maintenance"): LaneEvent => ({
  type: "halted_by_hand",
  at,
  words,
});
const resumed = (at: number): LaneEvent => ({ type: "resumed", at });
const credits = "insufficient_credits";
const auth = "authentication_error";

describe("a halt", () => {
  it("begins with a refusal of the account and says since when", () => {
    expect(after(refused(10, credits)).halt).toEqual({
      reason: credits,
      since: 10,
      words: null,
      nextProbeAt: 70,
      probeIntervalMs: 60,
    });
  });

  it("plans a probe for credits alone, and only where that is on", () => {
    expect(after(refused(10, auth)).halt).toMatchObject({ nextProbeAt: null });
    const off = laneTransition(FRESH_LANE, {
      type: "submit_refused",
      at: 10,
      reason: credits,
      epoch: 0,
      firstProbeMs: null,
    });
    expect(off.halt).toMatchObject({ nextProbeAt: null, probeIntervalMs: null });
  });

  it("gives way to a stronger reason, never to a weaker one, and keeps its beginning", () => {
    for (const [first, one] of HALT_REASONS.slice(0, 3).entries()) {
      for (const [second, other] of HALT_REASONS.slice(0, 3).entries()) {
        const halt = after(refused(1, one as typeof credits), refused(2, other as typeof credits));
        expect(halt.halt).toMatchObject({ reason: second > first ? other : one, since: 1 });
      }
    }
  });

  it("by hand takes new words, and gives way to a changed base URL alone", () => {
    const state = after(refused(1, credits), byHand(2), byHand(3, "later"), refused(4, auth));
    const doubted = laneTransition(state, { type: "base_url_changed", at: 5 });
    expect(doubted.halt).toMatchObject({ reason: "base_url_changed", since: 1, words: null });
    expect(laneTransition(doubted, byHand(6)).halt).toBe(doubted.halt);
    expect(state.halt).toEqual({
      reason: "by_hand",
      since: 1,
      words: "later",
      nextProbeAt: null,
      probeIntervalMs: null,
    });
  });

  it("does not come from an attempt of an older epoch", () => {
    const open = after(refused(1, credits), resumed(5));
    expect(laneTransition(open, refused(6, credits, 0))).toBe(open);
    expect(laneTransition(open, refused(6, credits, 1)).halt).toMatchObject({ since: 6 });
    expect(laneTransition(open, pollRefused(6, auth, 0))).toBe(open);
  });

  it("has advice for every reason", () => {
    for (const reason of HALT_REASONS) expect(HALT_ADVICE[reason]).toMatch(/\.$/);
  });
});

describe("opening", () => {
  it("raises the epoch and adds up the halted time", () => {
    const state = after(refused(10, credits), resumed(30), byHand(50), resumed(55));
    expect(state).toMatchObject({ epoch: 2, halt: null, haltedMs: 25 });
    expect(haltedMsUntil(state, 100)).toBe(25);
    expect(haltedMsUntil(laneTransition(state, byHand(100)), 107)).toBe(32);
  });

  it("changes nothing where the lane is open", () => {
    expect(laneTransition(FRESH_LANE, resumed(5))).toBe(FRESH_LANE);
  });

  it("comes from a new key only where the key was the trouble", () => {
    const replaced: LaneEvent = { type: "key_replaced", at: 9 };
    expect(after(refused(1, auth), replaced)).toMatchObject({ epoch: 1, halt: null });
    expect(after(refused(1, credits), replaced).halt).toMatchObject({ reason: credits });
    expect(after(replaced)).toBe(FRESH_LANE);
  });
});

describe("a probe for credits", () => {
  it("may begin when its time has come, and only then", () => {
    const state = after(refused(10, credits));
    expect([mayProbe(state, 69, 60), mayProbe(state, 70, 60)]).toEqual([false, true]);
    expect(laneTransition(state, probe(69))).toBe(state);
    expect(mayProbe(FRESH_LANE, 70, 60)).toBe(false);
    expect(laneTransition(FRESH_LANE, probe(70))).toBe(FRESH_LANE);
    expect(mayProbe(after(refused(10, auth)), 1_000, 60)).toBe(false);
  });

  it("doubles the pause before the next one, up to the longest", () => {
    const pauses: (number | null | undefined)[] = [];
    let state = after(refused(0, credits));
    for (let n = 0; n < 4; n++) {
      state = laneTransition(state, probe(state.halt?.nextProbeAt ?? 0));
      pauses.push(state.halt?.probeIntervalMs);
    }
    expect(pauses).toEqual([120, 200, 200, 200]);
    expect(state.halt?.nextProbeAt).toBe(60 + 120 + 200 + 200 + 200);
  });

  it("waits no longer than its pause, however far the clock stepped back", () => {
    const state = after(refused(1_000, credits));
    expect([mayProbe(state, 1_000, 60), mayProbe(state, 999, 60)]).toEqual([false, true]);
    expect(laneTransition(state, probe(500)).halt).toMatchObject({ nextProbeAt: 620 });
  });

  it("is planned by whoever probes, where the halt planned none", () => {
    const state = after({
      type: "submit_refused",
      at: 10,
      reason: credits,
      epoch: 0,
      firstProbeMs: null,
    });
    expect(mayProbe(state, 69, 60)).toBe(false);
    expect(laneTransition(state, probe(70)).halt).toMatchObject({ nextProbeAt: 190 });
  });

  it("opens the lane when it is accepted, unless the lane has gone on since", () => {
    const accepted = (epoch: number): LaneEvent => ({ type: "probe_accepted", at: 100, epoch });
    const halted = after(refused(10, credits), probe(70));
    expect(laneTransition(halted, accepted(0))).toMatchObject({ epoch: 1, halt: null });
    const again = [resumed(80), refused(90, credits, 1)].reduce(laneTransition, halted);
    expect(laneTransition(again, accepted(0))).toBe(again);
    const other = laneTransition(halted, byHand(80));
    expect(laneTransition(other, accepted(0))).toBe(other);
    expect(laneTransition(FRESH_LANE, accepted(0))).toBe(FRESH_LANE);
  });
});

describe("refused polls", () => {
  const answered = (at: number): LaneEvent => ({ type: "poll_answered", at });
  const probed = (at: number): LaneEvent => ({
    type: "poll_probed",
    at,
    pollProbeMs: POLL_PROBE_MS,
  });

  it("wait for a refused key, but for one a minute", () => {
    const state = after(pollRefused(10, auth));
    expect(state.halt).toMatchObject({ reason: auth });
    expect(state.refusedPolls).toEqual({ since: 10, nextProbeAt: 10 + POLL_PROBE_MS });
    expect(laneTransition(state, probed(20))).toBe(state);
    const later = laneTransition(state, probed(10 + POLL_PROBE_MS));
    expect(later.refusedPolls).toEqual({ since: 10, nextProbeAt: 10 + 2 * POLL_PROBE_MS });
    // The refusal of the probe itself plans nothing sooner or later.
    expect(laneTransition(later, pollRefused(POLL_PROBE_MS + 11, auth))).toEqual(later);
    expect(laneTransition(FRESH_LANE, probed(10))).toBe(FRESH_LANE);
    // The clock stepped back.
    expect(laneTransition(later, probed(9)).refusedPolls).toMatchObject({
      nextProbeAt: 9 + POLL_PROBE_MS,
    });
  });

  it("go on where credits are the trouble, and the clock stands still all the same", () => {
    const state = after(pollRefused(10, credits));
    expect(state.halt).toMatchObject({ reason: credits, nextProbeAt: 70 });
    expect(state.refusedPolls).toEqual({ since: 10, nextProbeAt: null });
    expect(laneTransition(state, probed(99))).toBe(state);
    expect(laneTransition(state, pollRefused(30, auth)).refusedPolls).toEqual({
      since: 10,
      nextProbeAt: 30 + POLL_PROBE_MS,
    });
    expect(pollsRefusedMsUntil(state, 25)).toBe(15);
  });

  it("end with an answer; the submits stay halted", () => {
    const state = after(pollRefused(10, auth), answered(40));
    expect(state).toMatchObject({ refusedPolls: null, pollsRefusedMs: 30 });
    expect(state.halt).toMatchObject({ reason: auth });
    expect(pollsRefusedMsUntil(state, 99)).toBe(30);
    expect(laneTransition(FRESH_LANE, answered(1))).toBe(FRESH_LANE);
  });

  it("end with the halt", () => {
    expect(after(pollRefused(10, auth), resumed(40))).toMatchObject({
      epoch: 1,
      refusedPolls: null,
      pollsRefusedMs: 30,
    });
  });

  it("wait for a person where the base URL changed, whatever is answered meanwhile", () => {
    const state = after({ type: "base_url_changed", at: 10 });
    expect(state.halt).toMatchObject({ reason: "base_url_changed", since: 10 });
    expect(state.refusedPolls).toEqual({ since: 10, nextProbeAt: null });
    expect(laneTransition(state, answered(20))).toBe(state);
    expect(laneTransition(state, probed(20))).toBe(state);
    const known = after(pollRefused(5, auth), { type: "base_url_changed", at: 10 });
    expect(known.refusedPolls).toMatchObject({ since: 5 });
  });
});
