import type { Journal } from "@apidot-queue/journal";
import { addressGuard, openSender, readNetworks } from "@apidot-queue/notify";
import { startDueLoop } from "@apidot-queue/queue";
import {
  beginAtZero,
  createStopSteps,
  type RunningApp,
  unlessAway,
  type WorkerContext,
} from "@apidot-queue/runtime";

import { deliver, type DeliveryObserver } from "./deliver.ts";
import { shareLimit } from "./share-limit.ts";

/** How a notify worker is set up. */
export interface NotifyWorkerOptions {
  readonly context: WorkerContext;
  readonly journal: Journal;
  /** What the secret of each tenant is derived from, the newest first. */
  readonly secrets: readonly string[];
  /** CIDRs that may be reached besides global addresses; null for none. */
  readonly allowNetworks: readonly string[] | null;
  /** Deliveries at a time. @defaultValue 128 */
  readonly concurrency?: number;
  /** Laid over the defaults; tests shrink them. */
  readonly timing?: Partial<NotifyTiming>;
}

/** Durations in milliseconds. */
interface NotifyTiming {
  /** How long a claimed notification belongs to its claimer. @defaultValue 60000 */
  readonly leaseMs: number;
  /** The longest pause between two looks at what is due. @defaultValue 500 */
  readonly idleMs: number;
  /** One delivery, the answer included; must stay below the lease. @defaultValue 15000 */
  readonly timeoutMs: number;
  /** The pause behind each failure. @defaultValue from 5 s to 8 h */
  readonly delaysMs?: readonly number[];
}

const DEFAULT_TIMING: NotifyTiming = { leaseMs: 60_000, idleMs: 500, timeoutMs: 15_000 };
/** Deliveries to one host at a time. */
const PER_HOST = 8;
const MAX_SILENCE_MS = 30_000;

/** Starts delivering the notifications of a lane. */
export function startNotifyWorker(options: NotifyWorkerOptions): RunningApp {
  const { context, journal, secrets, concurrency = 128 } = options;
  const { logger, metrics, health } = context;
  const timing = { ...DEFAULT_TIMING, ...options.timing };
  const sender = openSender({ guard: guardOf(options), timeoutMs: timing.timeoutMs });
  beginAtZero(metrics, ["notifications"]);
  const observer: DeliveryObserver = {
    delivered: (notification, { outcome, httpStatus, durationMs }, next) => {
      metrics.notifications.inc({ outcome });
      const { generationId, kind, attempts } = notification;
      const facts = { generationId, lane: journal.lane, kind, attempt: attempts + 1, outcome };
      const more = { httpStatus, durationMs: Math.round(durationMs) };
      if (next.state === "given_up") {
        metrics.notifications.inc({ outcome: "given_up" });
        logger.error({ ...facts, ...more }, "notification given up");
        return;
      }
      const level = outcome === "delivered" ? "info" : "warn";
      logger[level]({ ...facts, ...more }, "notification sent");
    },
  };
  const parts = {
    journal,
    sender,
    hosts: shareLimit(PER_HOST),
    // Half of what is in hand: a single tenant has enough of it, and no second one waits.
    tenants: shareLimit(Math.max(PER_HOST, concurrency / 2)),
    secrets,
    observer,
    random: Math.random,
    now: Date.now,
    ...(timing.delaysMs === undefined ? {} : { delaysMs: timing.delaysMs }),
  };
  const progress = health.progress("notify loop", MAX_SILENCE_MS);
  const loop = startDueLoop({
    concurrency,
    idleMs: timing.idleMs,
    claim: async (limit) => {
      const claimed = await journal.claimNotifications(limit, timing.leaseMs);
      return { items: claimed.notifications, nextDueMs: claimed.nextDueMs };
    },
    handle: (notification) => deliver(notification, parts),
    onError: (error) => {
      const level = context.redis.status === "ready" ? "error" : "debug";
      logger[level]({ error, lane: journal.lane }, "notify loop failed");
    },
    onProgress: () => progress.mark(),
  });
  logger.info({ lane: journal.lane, concurrency }, "notify worker started");

  const steps = createStopSteps(logger);
  steps.onStop("notify loop", timing.timeoutMs + 5_000, () =>
    unlessAway(context.redis, loop.drain()),
  );
  steps.onStop("sender", 1_000, async () => {
    progress.stop();
    await sender.close();
  });
  return steps;
}

function guardOf({ allowNetworks }: NotifyWorkerOptions): ReturnType<typeof addressGuard> {
  if (allowNetworks === null) return addressGuard();
  const networks = readNetworks(allowNetworks.join(","));
  if ("wrong" in networks) throw new RangeError("a network that may be reached is no CIDR");
  return addressGuard(networks);
}
