import type { Journal } from "@apidot-queue/journal";
import type { StatusReport } from "@apidot-queue/upstream";
import { expect, it, vi } from "vitest";

import { lookAtTask } from "./look-at-task.ts";

const LOOK = {
  id: "default_01kat5k3v8q2x7m4n9p0r1s2t3",
  taskId: "task-1",
  misses: 0,
  isLate: false,
  laneEpoch: 0,
};

function setup(outcome: StatusReport["outcome"]) {
  const confirm = vi.fn<Journal["confirm"]>(() =>
    Promise.resolve({ kind: "changed", status: "running", became: "bound" }),
  );
  const missLook = vi.fn<Journal["missLook"]>(() => Promise.resolve("kept"));
  const refusePolls = vi.fn<Journal["refusePolls"]>(() => Promise.resolve(true));
  const halted = vi.fn<(reason: string) => void>();
  const report = { outcome, durationMs: 1, httpStatus: 200, sent: true };
  const look = () =>
    lookAtTask(LOOK, {
      journal: { confirm, missLook, refusePolls } as unknown as Journal,
      upstream: {
        status: () => Promise.resolve(report),
        account: { keyDigest: "k", baseUrl: "http://upstream.example" },
      },
      generationDeadlineMs: 60_000,
      firstProbeMs: null,
      pollProbeMs: 60_000,
      observer: { confirmed: () => undefined, missed: () => undefined, halted },
    });
  return { look, confirm, missLook, refusePolls, halted };
}

const unavailable = (detail: string) =>
  ({ kind: "unavailable", detail, retryAfterMs: null }) as const;

it("a task that has ended and has no files yet exists: it is bound, and its deadline counts", async () => {
  const { look, confirm, missLook } = setup(unavailable("finished_without_files"));
  expect(await look()).toBeNull();
  expect(confirm).toHaveBeenCalledExactlyOnceWith(LOOK, { kind: "running" }, 60_000, 3_600_000);
  expect(missLook).not.toHaveBeenCalled();
});

it.each([
  [401, "authentication_error"],
  [402, "insufficient_credits"],
] as const)("a status call that is answered with %s halts the lane", async (httpStatus, code) => {
  const { look, missLook, refusePolls, halted } = setup({ kind: "denied", httpStatus });
  await look();
  expect(refusePolls.mock.calls).toMatchObject([[{ code, laneEpoch: 0, keyDigest: "k" }]]);
  expect(halted).toHaveBeenCalledExactlyOnceWith(code);
  expect(missLook).toHaveBeenCalledOnce();
});

it("a status call that is answered with 403 may be about its task alone, and halts nothing", async () => {
  const { look, missLook, refusePolls } = setup({ kind: "denied", httpStatus: 403 });
  await look();
  expect(refusePolls).not.toHaveBeenCalled();
  expect(missLook).toHaveBeenCalledOnce();
});

it("a status call that is rejected denies no task: it may be paid for", async () => {
  const { look, missLook } = setup({ kind: "rejected", httpStatus: 422 });
  expect(await look()).toBe(10_000);
  expect(missLook).toHaveBeenCalledExactlyOnceWith(LOOK, "unavailable", 10_000);
});

it.each(["other_task", "http_5xx", "schema_drift"])("%s says nothing of it", async (detail) => {
  const { look, confirm, missLook } = setup(unavailable(detail));
  expect(await look()).toBe(10_000);
  expect(confirm).not.toHaveBeenCalled();
  expect(missLook).toHaveBeenCalledExactlyOnceWith(LOOK, "unavailable", 10_000);
});
