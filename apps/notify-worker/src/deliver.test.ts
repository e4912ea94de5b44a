import type { Notification, StoredGeneration } from "@apidot-queue/journal";
import type { SendReport } from "@apidot-queue/notify";
import { describe, expect, it, vi } from "vitest";

import { deliver, type DeliveryParts } from "./deliver.ts";
import { shareLimit } from "./share-limit.ts";

const ID = "default_01kat5k3v8q2x7m4n9p0r1s2t3";
const NOTIFICATION: Notification = {
  generationId: ID,
  version: 4,
  kind: "canceled",
  at: Date.parse("2026-06-14T12:00:00Z"),
  attempts: 0,
  attemptsBefore: 0,
  replays: 0,
  state: "pending",
};

const STORED = {
  generation: {
    id: ID,
    lane: "default",
    model: "veo3.1-lite",
    priority: "normal",
    status: "canceled",
    createdAt: 0,
    settledAt: 1,
    version: 4,
    attempt: 0,
    settlement: 1,
    cancelRequestedAt: null,
    extraTaskIds: [],
    unresolved: [],
    task: null,
  },
  request: { model: "veo3.1-lite", input: { prompt: "a boat" } },
  options: {
    tenant: "shop",
    userId: null,
    metadata: null,
    notifyUrl: "https://me.example/hook",
    idempotencyKey: null,
  },
  estimate: null,
  submittedAt: null,
  deadlineAt: null,
  deadlineMs: null,
  polls: { pollCount: 0, progress: null },
  files: [],
  message: null,
  retryOf: null,
} as unknown as StoredGeneration;

function setup(
  report: Partial<SendReport>,
  stored: StoredGeneration | null = STORED,
  { perHost = 8, perTenant = 8 } = {},
) {
  const postponeNotification = vi.fn<DeliveryParts["journal"]["postponeNotification"]>(() =>
    Promise.resolve(),
  );
  const send = vi.fn<DeliveryParts["sender"]["send"]>(() =>
    Promise.resolve({
      outcome: "delivered",
      httpStatus: 200,
      retryAfterMs: null,
      durationMs: 5,
      ...report,
    }),
  );
  const noteDelivery = vi.fn<DeliveryParts["journal"]["noteDelivery"]>(() => Promise.resolve());
  const parts: DeliveryParts = {
    journal: { get: () => Promise.resolve(stored), noteDelivery, postponeNotification },
    hosts: shareLimit(perHost),
    tenants: shareLimit(perTenant),
    sender: { send },
    secrets: ["new", "old"],
    observer: { delivered: () => undefined },
    random: () => 0.5,
    now: () => 1_700_000_000_123,
  };
  return { parts, send, noteDelivery, postponeNotification };
}

describe("a delivery", () => {
  it("is signed by both secrets of the tenant, with one id and the time of the delivery", async () => {
    const { parts, send } = setup({});
    expect(await deliver(NOTIFICATION, parts)).toBeNull();
    const [url, headers, body] = send.mock.calls[0] ?? [];
    expect(url).toBe("https://me.example/hook");
    expect(headers).toMatchObject({ "webhook-id": `${ID}_4`, "webhook-timestamp": "1700000000" });
    expect(headers?.["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+$/);
    expect(JSON.parse(body ?? "")).toMatchObject({
      type: "generation.canceled",
      timestamp: "2026-06-14T12:00:00.000Z",
      data: { id: ID, status: "canceled" },
    });
  });

  it("that fails is planned again, later each time, and given up behind the last", async () => {
    const { parts, noteDelivery } = setup({ outcome: "failed", httpStatus: 502 });
    expect(await deliver(NOTIFICATION, parts)).toBe(5_000);
    expect(await deliver({ ...NOTIFICATION, attempts: 3 }, parts)).toBe(600_000);
    // What was before a replay does not count.
    expect(await deliver({ ...NOTIFICATION, attempts: 11, attemptsBefore: 11 }, parts)).toBe(5_000);
    expect(await deliver({ ...NOTIFICATION, attempts: 10 }, parts)).toBeNull();
    expect(noteDelivery.mock.calls.map(([, , next]) => next.state)).toEqual([
      "pending",
      "pending",
      "pending",
      "given_up",
    ]);
  });

  it("waits as long as the receiver asks for, and ends where it wants no more", async () => {
    const later = setup({ outcome: "rejected", httpStatus: 429, retryAfterMs: 90_000 });
    expect(await deliver(NOTIFICATION, later.parts)).toBe(90_000);
    const gone = setup({ outcome: "gone", httpStatus: 410 });
    expect(await deliver(NOTIFICATION, gone.parts)).toBeNull();
    expect(gone.noteDelivery.mock.calls[0]?.[2]).toEqual({ state: "gone" });
  });

  it.each([
    ["to a host", { perHost: 0 }],
    ["of a tenant", { perTenant: 0 }],
  ])("%s that has enough in hand is put off, and no attempt is counted", async (_, limits) => {
    const { parts, send, noteDelivery, postponeNotification } = setup({}, STORED, limits);
    const waitMs = await deliver(NOTIFICATION, parts);
    expect(waitMs).toBeGreaterThan(0);
    expect(postponeNotification).toHaveBeenCalledExactlyOnceWith(NOTIFICATION, waitMs);
    expect([send.mock.calls, noteDelivery.mock.calls]).toEqual([[], []]);
  });

  it("that is put off or done leaves its place to the next of the tenant", async () => {
    const one = setup({}, STORED, { perTenant: 1 });
    for (const _ of [1, 2]) expect(await deliver(NOTIFICATION, one.parts)).toBeNull();
    const full = setup({}, STORED, { perHost: 0, perTenant: 1 });
    for (const _ of [1, 2]) await deliver(NOTIFICATION, full.parts);
    expect(full.parts.tenants.enter("shop")).toHaveProperty("leave");
    expect(one.send).toHaveBeenCalledTimes(2);
  });

  it("in the upstream's words tells of no generation that goes on again", async () => {
    const options = { ...STORED.options, notifyShape: "upstream" as const };
    const generation = { ...STORED.generation, status: "queued", wakeAt: 0 };
    const stored = { ...STORED, options, generation } as unknown as StoredGeneration;
    const { parts, send, noteDelivery } = setup({}, stored);
    expect(await deliver(NOTIFICATION, parts)).toBeNull();
    expect(send).not.toHaveBeenCalled();
    expect(noteDelivery.mock.calls[0]?.[2]).toEqual({ state: "gone" });
  });

  it("of a generation that is forgotten is none", async () => {
    const { parts, send } = setup({}, null);
    expect(await deliver(NOTIFICATION, parts)).toBeNull();
    expect(send).not.toHaveBeenCalled();
  });
});
