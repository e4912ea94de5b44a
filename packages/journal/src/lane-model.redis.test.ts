import {
  type AccountCode,
  FRESH_LANE,
  type LaneEvent,
  type LaneState,
  laneTransition,
  mayProbe,
} from "@apidot-queue/core";
import {
  buildNewGeneration,
  type ClockedJournal,
  connectTestRedis,
  openClockedJournal,
} from "@apidot-queue/testkit";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";

import type { AttemptOf } from "./attempts.ts";
import { POLL_PROBE_MS } from "./polls.ts";

const redis = connectTestRedis();
beforeAll(() => redis.ping());
afterAll(() => redis.disconnect());

const PROBES = { firstMs: 60_000, longestMs: 900_000 };
const GENERATIONS = 8;

/** One thing that happens to a lane; `pick` chooses among its generations. */
type Step = { readonly pick: number } & (
  | { readonly verb: "advance"; readonly ms: number }
  | { readonly verb: "begin"; readonly isProbing: boolean; readonly url: string }
  | { readonly verb: "deny"; readonly code: AccountCode; readonly isProbing: boolean }
  | { readonly verb: "misconfigured" | "not_sent" | "accept" }
  | { readonly verb: "halt"; readonly words: string }
  | { readonly verb: "resume" | "answered" | "claim" }
  | { readonly verb: "poll_refused"; readonly code: AccountCode; readonly isOld: boolean }
  | { readonly verb: "serve"; readonly url: string; readonly key: string }
);

/** Elsewhere is rare: it halts the lane for good. */
const url = fc.nat(29).map((n) => (n === 0 ? "http://b" : "http://a"));
const credits = "insufficient_credits" as const;
const anyCode = fc.constantFrom(credits, credits, credits, "authentication_error" as const);
const single: fc.Arbitrary<Step> = fc
  .oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        verb: fc.constant("advance" as const),
        ms: fc.constantFrom(1, 60_000, 60_000, 700_000),
      }),
    },
    {
      weight: 12,
      arbitrary: fc.record({
        verb: fc.constant("begin" as const),
        isProbing: fc.constantFrom(true, true, false),
        url,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        verb: fc.constant("deny" as const),
        code: anyCode,
        isProbing: fc.boolean(),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        verb: fc.constantFrom("misconfigured" as const, "not_sent" as const, "accept" as const),
      }),
    },
    fc.record({ verb: fc.constant("halt" as const), words: fc.constantFrom("tea", "dinner") }),
    {
      weight: 4,
      arbitrary: fc.record({
        verb: fc.constantFrom("resume" as const, "answered" as const, "claim" as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        verb: fc.constant("poll_refused" as const),
        code: anyCode,
        isOld: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        verb: fc.constant("serve" as const),
        url,
        key: fc.constantFrom("old", "new"),
      }),
    },
  )
  .chain((step) => fc.nat(20).map((pick) => ({ ...step, pick })));

const HERE = "http://a";
/** What a walk seldom comes to by itself, up to the last step, which then is anything. */
const SCENES: readonly (readonly Step[])[] = [
  [
    { pick: 0, verb: "resume" },
    { pick: 0, verb: "begin", isProbing: true, url: HERE },
    { pick: 0, verb: "deny", code: credits, isProbing: true },
    { pick: 0, verb: "advance", ms: 60_000 },
    { pick: 0, verb: "begin", isProbing: true, url: HERE },
  ],
  [
    { pick: 0, verb: "resume" },
    { pick: 0, verb: "begin", isProbing: true, url: HERE },
    { pick: 0, verb: "accept" },
    { pick: 0, verb: "poll_refused", code: "authentication_error", isOld: false },
    { pick: 0, verb: "advance", ms: 60_000 },
    { pick: 0, verb: "claim" },
  ],
];

const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: single.map((step): readonly Step[] => [step]) },
      { weight: 1, arbitrary: fc.constantFrom(...SCENES) },
    ),
    { minLength: 5, maxLength: 60, size: "max" },
  )
  .map((parts) => parts.flat());

/** A generation as far as its lane is concerned. */
interface Known {
  readonly id: string;
  open: { readonly attempt: AttemptOf; readonly epoch: number; readonly isProbe: boolean } | null;
  isDone: boolean;
}

/** How often the walks met what is rare: a test that never does proves nothing. */
const met = { probes: 0, refusedProbes: 0, openingProbes: 0, newKeys: 0, pollProbes: 0 };

/** Applies a step to the real journal and the event that it stands for to the pure rule. */
class LaneSideBySide {
  readonly #clocked: ClockedJournal;
  readonly #known: readonly Known[];
  state: LaneState = FRESH_LANE;
  #url: string | null = null;
  #otherUrl: string | null = null;
  #refusedKey: string | null = null;
  #fence = 0;
  #last: Known | null = null;

  private constructor(clocked: ClockedJournal, known: readonly Known[]) {
    this.#clocked = clocked;
    this.#known = known;
  }

  static async start(): Promise<LaneSideBySide> {
    const clocked = await openClockedJournal(redis);
    const generations = Array.from({ length: GENERATIONS }, () =>
      buildNewGeneration(clocked.journal.lane),
    );
    await clocked.journal.enqueue(generations);
    return new LaneSideBySide(
      clocked,
      generations.map(({ id }) => ({ id, open: null, isDone: false })),
    );
  }

  async step(step: Step): Promise<void> {
    const { journal } = this.#clocked;
    const at = this.#clocked.now();
    const waiting = this.#known.filter((one) => one.open === null && !one.isDone);
    const under = this.#known.filter((one) => one.open !== null);
    const first = waiting[step.pick % Math.max(1, waiting.length)];
    // Every other report is about what was begun last.
    const begun =
      step.pick % 2 === 0 && this.#last?.open
        ? this.#last
        : under[step.pick % Math.max(1, under.length)];
    switch (step.verb) {
      case "advance":
        return this.#clocked.advance(step.ms);
      case "begin":
        return first === undefined ? undefined : this.#begin(first, step, at);
      case "halt":
        await journal.haltLane(step.words);
        return this.#compare({ type: "halted_by_hand", at, words: step.words });
      case "resume": {
        const before = this.state.halt?.reason ?? null;
        expect(await journal.resumeLane()).toBe(before);
        if (before !== null && this.#otherUrl !== null) this.#url = this.#otherUrl;
        if (before !== null) this.#forget();
        return this.#compare({ type: "resumed", at });
      }
      case "answered":
        await journal.allowPolls();
        return this.#compare({ type: "poll_answered", at });
      case "claim":
        return this.#claim(at);
      case "poll_refused": {
        const epoch = step.isOld ? this.state.epoch - 1 : this.state.epoch;
        const { code } = step;
        await journal.refusePolls({
          code,
          laneEpoch: epoch,
          firstProbeMs: 5,
          keyDigest: "old",
          pollProbeMs: POLL_PROBE_MS,
        });
        if (!step.isOld && code === "authentication_error") this.#refusedKey = "old";
        return this.#compare({
          type: "poll_refused",
          at,
          reason: code,
          epoch,
          firstProbeMs: 5,
          pollProbeMs: POLL_PROBE_MS,
        });
      }
      case "serve":
        return this.#serve(step, at);
      case "accept":
      case "deny":
      case "misconfigured":
      case "not_sent":
        return begun?.open === undefined || begun.open === null
          ? undefined
          : this.#report(begun, begun.open, step, at);
    }
  }

  async #begin(known: Known, step: Extract<Step, { verb: "begin" }>, at: number): Promise<void> {
    const isElsewhere = this.#url !== null && this.#url !== step.url;
    this.#url ??= step.url;
    if (isElsewhere) this.#otherUrl = step.url;
    if (isElsewhere) this.state = laneTransition(this.state, { type: "base_url_changed", at });
    const mayBegin =
      this.state.halt === null || (step.isProbing && mayProbe(this.state, at, PROBES.firstMs));
    const isProbe = mayBegin && this.state.halt !== null;
    const begun = await this.#clocked.journal.begin(known.id, `f${this.#fence++}`, {
      sendWithinMs: 2_000,
      answerWithinMs: 50_000,
      submitDeadlineMs: 0,
      policy: "resubmit",
      probes: step.isProbing ? PROBES : null,
      baseUrl: step.url,
    });
    // I9: a halted lane starts no attempt but its one probe.
    if (!mayBegin) {
      expect(begun).toMatchObject({ kind: "busy", reason: "halted" });
      return this.#compare(null);
    }
    if (begun.kind === "early") return this.#compare(null);
    if (begun.kind !== "begun") throw new Error(`not begun: ${JSON.stringify(begun)}`);
    expect(begun.isProbe).toBe(isProbe);
    this.#last = known;
    if (isProbe) met.probes += 1;
    known.open = { attempt: begun.attempt, epoch: this.state.epoch, isProbe };
    const { firstMs: firstProbeMs, longestMs: longestProbeMs } = PROBES;
    return this.#compare(
      isProbe ? { type: "probe_begun", at, firstProbeMs, longestProbeMs } : null,
    );
  }

  async #report(
    known: Known,
    { attempt, epoch, isProbe }: NonNullable<Known["open"]>,
    step: Step,
    at: number,
  ): Promise<void> {
    const { journal } = this.#clocked;
    known.open = null;
    if (step.verb === "accept") {
      known.isDone = true;
      const times = { deadlineMs: 60_000, firstPollMs: 0 };
      const outcome = await journal.accept(attempt, `task-${attempt.id}`, times);
      const before = this.state.epoch;
      await this.#compare(isProbe ? { type: "probe_accepted", at, epoch } : null);
      expect(outcome.isLaneOpened).toBe(this.state.epoch > before);
      if (outcome.isLaneOpened) {
        met.openingProbes += 1;
        this.#forget();
      }
    } else if (step.verb === "misconfigured") {
      const outcome = await journal.requeue(attempt, "upstream_misconfigured", 0);
      const before = this.state.halt?.reason;
      const reason = "upstream_misconfigured";
      await this.#compare({ type: "submit_refused", at, reason, epoch, firstProbeMs: null });
      expect(outcome.isLaneHalted).toBe(this.state.halt?.reason !== before);
    } else if (step.verb === "deny") {
      const firstProbeMs = step.isProbing ? PROBES.firstMs : null;
      const rules = { policy: "fail", firstProbeMs, keyDigest: "old" } as const;
      const outcome = await journal.deny(attempt, step.code, "", rules);
      if (epoch === this.state.epoch && step.code === "authentication_error") {
        this.#refusedKey = "old";
      }
      // A probe is always parked.
      expect(outcome).toMatchObject({ kind: "changed", status: isProbe ? "queued" : "failed" });
      known.isDone = !isProbe;
      if (isProbe) met.refusedProbes += 1;
      const before = this.state.halt?.reason;
      const { code: reason } = step;
      await this.#compare({ type: "submit_refused", at, reason, epoch, firstProbeMs });
      expect(outcome.isLaneHalted).toBe(this.state.halt?.reason !== before);
      expect(outcome.isLaneOpen).toBe(this.state.halt === null);
    } else {
      await journal.requeue(attempt, "not_sent", 0);
      await this.#compare(null);
    }
  }

  async #claim(at: number): Promise<void> {
    const { journal } = this.#clocked;
    const dueCount = this.#known.filter((one) => one.isDone).length;
    const { polls } = await journal.claimPolls(100, 0);
    const { refusedPolls, halt } = this.state;
    const nextAt = refusedPolls?.nextProbeAt ?? null;
    if (refusedPolls !== null && halt?.reason === "base_url_changed") {
      expect(polls).toEqual([]);
    } else if (nextAt !== null) {
      expect(polls.length).toBeLessThanOrEqual(at >= nextAt ? 1 : 0);
      met.pollProbes += polls.length;
    } else {
      expect(polls.length).toBeLessThanOrEqual(dueCount);
    }
    for (const poll of polls) {
      expect(poll.laneEpoch).toBe(this.state.epoch);
      expect(poll.isLaneRefused).toBe(refusedPolls !== null);
    }
    await this.#compare(
      polls.length > 0 ? { type: "poll_probed", at, pollProbeMs: POLL_PROBE_MS } : null,
    );
  }

  async #serve(step: Extract<Step, { verb: "serve" }>, at: number): Promise<void> {
    const { journal } = this.#clocked;
    const hasOpenWork = this.#known.some((one) => !one.isDone) || (await this.#runningCount()) > 0;
    if (this.#url !== null && this.#url !== step.url && hasOpenWork) {
      this.#otherUrl = step.url;
      this.state = laneTransition(this.state, { type: "base_url_changed", at });
    } else {
      this.#url = step.url;
      this.#otherUrl = null;
    }
    const account = { baseUrl: step.url, keyDigest: step.key };
    const served = await journal.serveLane("submit", account, true);
    const isNewKey = this.#refusedKey !== null && this.#refusedKey !== step.key;
    await this.#compare(isNewKey ? { type: "key_replaced", at } : null);
    expect(served.halt).toBe(this.state.halt?.reason ?? null);
    if (served.change !== "opened") return;
    met.newKeys += 1;
    this.#forget();
  }

  async #runningCount(): Promise<number> {
    return (await this.#clocked.journal.laneState()).counts.running;
  }

  #forget(): void {
    this.#refusedKey = null;
    this.#otherUrl = null;
  }

  async #compare(event: LaneEvent | null): Promise<void> {
    if (event !== null) this.state = laneTransition(this.state, event);
    const stored = await this.#clocked.journal.laneState();
    expect(stored.state).toEqual(this.state);
    expect(stored.otherBaseUrl).toBe(this.#otherUrl);
    expect(stored.baseUrl).toBe(this.#url);
  }
}

it("the scripts do to a lane what laneTransition does, and a halted lane starts nothing but its probe", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const both = await LaneSideBySide.start();
      for (const step of all) await both.step(step);
    }),
    { numRuns: 100 },
  );
  expect(Math.min(...Object.values(met))).toBeGreaterThan(0);
}, 120_000);
