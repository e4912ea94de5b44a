import { ulidOf } from "@apidot-queue/core";

import { toJournalError } from "./journal-error.ts";
import { type LaneAccess, textAt } from "./lane-access.ts";
import { readOutcome } from "./outcome.ts";

/** What a caller is told of. `corrected`: what had failed succeeded after all. */
export const NOTIFICATION_KINDS = ["succeeded", "failed", "canceled", "held", "corrected"] as const;

/** @see NOTIFICATION_KINDS */
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** Whether a notification is still to be delivered, and if not, why. */
export type NotificationState = "pending" | "delivered" | "gone" | "given_up";

/** A notification; the same id for every delivery of it. Times are milliseconds. */
export interface Notification {
  readonly generationId: string;
  /** Of the generation, when it became what is told; with the id it names the notification. */
  readonly version: number;
  readonly kind: NotificationKind;
  /** When the generation became what is told. */
  readonly at: number;
  readonly attempts: number;
  /** How many of them were before it was replayed. */
  readonly attemptsBefore: number;
  /** How often it was replayed by then. */
  readonly replays: number;
  readonly state: NotificationState;
}

/** What came of one delivery. */
export interface Delivery {
  /** From 1. */
  readonly attempt: number;
  readonly at: number;
  /** One word. */
  readonly outcome: string;
  /** Null without an answer. */
  readonly httpStatus: number | null;
  readonly durationMs: number;
}

/** A notification with what came of its last deliveries, the oldest first. */
export interface LoggedNotification extends Notification {
  readonly deliveries: readonly Delivery[];
}

/** What follows a delivery: another one, or the end. */
export type NextDelivery =
  | { readonly state: "pending"; readonly delayMs: number }
  | { readonly state: "delivered" | "gone" | "given_up" };

/** The verbs of notifications. They are planned by the scripts that change a generation. */
export interface NotificationVerbs {
  /**
   * Takes at most `limit` due notifications and leases them for `leaseMs`. `nextDueMs`: until the next
   * one of the lane is due, null when none is planned. @throws {JournalError}
   */
  claimNotifications(
    limit: number,
    leaseMs: number,
  ): Promise<{
    readonly notifications: readonly Notification[];
    readonly nextDueMs: number | null;
  }>;
  /** It was not sent, and is due again after `delayMs`. @throws {JournalError} */
  postponeNotification(
    notification: Pick<Notification, "generationId" | "version">,
    delayMs: number,
  ): Promise<void>;
  /** @throws {JournalError} */
  noteDelivery(
    notification: Pick<Notification, "generationId" | "version" | "replays">,
    delivery: Pick<Delivery, "outcome" | "httpStatus" | "durationMs">,
    next: NextDelivery,
  ): Promise<void>;
  /** @returns all of one generation, the oldest first. @throws {JournalError} */
  listNotifications(id: string): Promise<LoggedNotification[]>;
  /** Delivers it once more. @returns false when there is none. @throws {JournalError} */
  replayNotification(id: string, version: number): Promise<boolean>;
}

/** @returns the verbs of notifications for one lane. */
export function notificationVerbs(access: LaneAccess): NotificationVerbs {
  return {
    claimNotifications: async (limit, leaseMs) => {
      const reply = await access.run("claim-notifications", limit, leaseMs);
      const next = textAt(reply, 0);
      const rows = reply.slice(1).flatMap((row) => (typeof row === "string" ? [] : [row]));
      return {
        nextDueMs: next === "" ? null : Number(next),
        notifications: rows.map((row) =>
          readLine(`${access.lane}_${textAt(row, 0)}`, textAt(row, 1), textAt(row, 2)),
        ),
      };
    },
    postponeNotification: async ({ generationId, version }, delayMs) => {
      const args = [ulidOf(generationId), version, Math.round(delayMs)];
      await access.run("postpone-notification", ...args);
    },
    noteDelivery: async ({ generationId, version, replays }, delivery, next) => {
      await access.run(
        "note-delivery",
        ulidOf(generationId),
        version,
        delivery.outcome,
        delivery.httpStatus ?? "",
        Math.round(delivery.durationMs),
        next.state === "pending" ? Math.round(next.delayMs) : "",
        next.state,
        replays === 0 ? "" : replays,
      );
    },
    listNotifications: async (id) => {
      try {
        const fields = await access.redis.hgetall(`${access.prefix}:m:${ulidOf(id)}`);
        return readAll(id, fields);
      } catch (error) {
        throw toJournalError(error);
      }
    },
    replayNotification: async (id, version) => {
      const reply = await access.run("replay-notification", ulidOf(id), version);
      return readOutcome(reply).kind === "changed";
    },
  };
}

function readLine(generationId: string, version: string, line: string): Notification {
  const [kind, at, attempts, attemptsBefore, state, replays = "0"] = line.split(",");
  return {
    generationId,
    version: Number(version),
    kind: kind as NotificationKind,
    at: Number(at),
    attempts: Number(attempts),
    attemptsBefore: Number(attemptsBefore),
    replays: Number(replays),
    state: state as NotificationState,
  };
}

function readAll(id: string, fields: Readonly<Record<string, string>>): LoggedNotification[] {
  const entries = Object.entries(fields);
  const deliveriesOf = (version: string): Delivery[] =>
    entries
      .filter(([name]) => name.startsWith(`${version}.`))
      .map(([name, line]) => {
        const [at, outcome = "", httpStatus, durationMs] = line.split(",");
        return {
          attempt: Number(name.slice(version.length + 1)),
          at: Number(at),
          outcome,
          httpStatus: httpStatus === "" ? null : Number(httpStatus),
          durationMs: Number(durationMs),
        };
      })
      .toSorted((a, b) => a.attempt - b.attempt);
  return entries
    .filter(([name]) => !name.includes("."))
    .map(([version, line]) => ({
      ...readLine(id, version, line),
      deliveries: deliveriesOf(version),
    }))
    .toSorted((a, b) => a.version - b.version);
}
