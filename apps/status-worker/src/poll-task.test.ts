import { DEFAULT_DOUBT_LIMITS, NO_POLLS, type PollFacts } from "@apidot-queue/core";
import type { DuePoll, Journal } from "@apidot-queue/journal";
import type { StatusReport, Upstream } from "@apidot-queue/upstream";
import { expect, it, vi } from "vitest";

import { pollTask } from "./poll-task.ts";

const MINUTE_MS = 60_000;
const CLAIMED_AT = 10 * MINUTE_MS;
const POLL: DuePoll = {
  id: "default_01kat5k3v8q2x7m4n9p0r1s2t3",
  taskId: "task-1",
  model: "veo3.1-lite",
  dueAt: CLAIMED_AT,
  claimedAt: CLAIMED_AT,
  submittedAt: 0,
  deadlineAt: 60 * MINUTE_MS,
  facts: NO_POLLS,
  laneEpoch: 0,
  isLaneRefused: false,
};

function setup(facts: PollFacts, isLaneRefused = false) {
  const changed = { kind: "changed", status: "running" } as const;
  const snoozePoll = vi.fn<Journal["snoozePoll"]>(() => Promise.resolve(changed));
  const hold = vi.fn<Journal["hold"]>(() => Promise.resolve({ kind: "changed", status: "held" }));
  const refusePolls = vi.fn<Journal["refusePolls"]>(() => Promise.resolve(true));
  const report: StatusReport = {
    outcome: { kind: "denied", httpStatus: 403 },
    durationMs: 1,
    httpStatus: 403,
    sent: true,
  };
  const poll = () =>
    pollTask(
      { ...POLL, facts, isLaneRefused },
      {
        journal: { snoozePoll, hold, refusePolls } as unknown as Journal,
        upstream: {
          status: () => Promise.resolve(report),
          account: { keyDigest: "k", baseUrl: "http://upstream.example" },
        } as unknown as Upstream,
        settings: {
          schedule: { baseMs: 2_000, factor: 1.5, capMs: 15_000, minMs: 1_000 },
          ...DEFAULT_DOUBT_LIMITS,
        },
        observer: { polled: () => undefined, halted: () => undefined },
        random: () => 0.5,
        monotonicMs: () => 0,
        firstProbeMs: null,
        pollProbeMs: MINUTE_MS,
      },
    );
  return { poll, snoozePoll, hold, refusePolls };
}

it("a refused status call halts the lane, and is remembered as a doubt about its task", async () => {
  const { poll, snoozePoll, refusePolls } = setup(NO_POLLS);
  await poll();
  expect(refusePolls).toHaveBeenCalledOnce();
  const doubt = { kind: "denied", count: 1, since: CLAIMED_AT };
  expect(snoozePoll.mock.calls[0]?.[2]).toMatchObject({ doubt });
});

it("a task that is refused again and again behind a lane that is not asks a person, and halts nothing", async () => {
  const doubt = { kind: "denied", count: 2, since: CLAIMED_AT - 2 * MINUTE_MS } as const;
  const { poll, hold, refusePolls } = setup({ ...NO_POLLS, doubt });
  await poll();
  expect(hold.mock.calls[0]?.[1]).toBe("status_rejected");
  expect(refusePolls).not.toHaveBeenCalled();
  const refused = setup({ ...NO_POLLS, doubt }, true);
  await refused.poll();
  expect(refused.hold).not.toHaveBeenCalled();
  expect(refused.refusePolls).toHaveBeenCalledOnce();
});
