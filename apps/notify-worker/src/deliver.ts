import { isTerminal } from "@apidot-queue/core";
import type { Journal, NextDelivery, Notification, StoredGeneration } from "@apidot-queue/journal";
import {
  messageBody,
  messageId,
  nextDeliveryDelayMs,
  type Sender,
  type SendReport,
  signatureHeaders,
  tenantSecrets,
} from "@apidot-queue/notify";
import { toRecord } from "@apidot-queue/producer";

import type { ShareLimit } from "./share-limit.ts";

/** What deliveries are done with. */
export interface DeliveryParts {
  readonly journal: Pick<Journal, "get" | "noteDelivery" | "postponeNotification">;
  /** So that one receiver that hangs does not hold up the others. */
  readonly hosts: ShareLimit;
  /** So that one tenant with many receivers does not hold up the others. */
  readonly tenants: ShareLimit;
  readonly sender: Pick<Sender, "send">;
  /** Of the installation, the newest first. */
  readonly secrets: readonly string[];
  readonly observer: DeliveryObserver;
  readonly random: () => number;
  /** Milliseconds since the epoch: receivers compare it with theirs. */
  readonly now: () => number;
  /** The pause behind each failure; tests shrink them. @defaultValue from 5 s to 8 h */
  readonly delaysMs?: readonly number[];
}

/** Hears of deliveries; decides nothing. */
export interface DeliveryObserver {
  delivered(notification: Notification, report: SendReport, next: NextDelivery): void;
}

/**
 * Delivers one notification that was claimed: signed with the secret of its tenant, the same id each
 * time. What follows is stored before it is forgotten here: who dies in between delivers it again.
 *
 * @returns milliseconds until it is due again, or null when it is over
 */
export async function deliver(
  notification: Notification,
  parts: DeliveryParts,
): Promise<number | null> {
  const { journal } = parts;
  const stored = await journal.get(notification.generationId);
  const url = stored?.options.notifyUrl ?? null;
  // Forgotten behind its retention: its entry goes as well.
  if (stored === null || url === null) return null;
  const entered = enter(url, stored.options.tenant, parts);
  if ("waitMs" in entered) {
    await journal.postponeNotification(notification, entered.waitMs);
    return entered.waitMs;
  }
  try {
    return await sendTo(url, stored, notification, parts);
  } finally {
    entered.leave();
  }
}

/** Takes a place of the tenant and one of the host, or neither. */
function enter(url: string, tenant: string, { hosts, tenants }: DeliveryParts) {
  const ofTenant = tenants.enter(tenant);
  if ("waitMs" in ofTenant) return ofTenant;
  const ofHost = hosts.enter(URL.canParse(url) ? new URL(url).host : "");
  if ("waitMs" in ofHost) {
    ofTenant.leave();
    return ofHost;
  }
  return {
    leave: () => {
      ofHost.leave();
      ofTenant.leave();
    },
  };
}

async function sendTo(
  url: string,
  stored: StoredGeneration,
  notification: Notification,
  parts: DeliveryParts,
): Promise<number | null> {
  const { journal, sender, observer } = parts;
  const { tenant, notifyShape = "standard" } = stored.options;
  // It was sent again since: the upstream tells of ends alone, and the next one is told by itself.
  if (notifyShape === "upstream" && !isTerminal(stored.generation.status)) {
    const nothingSent = { outcome: "superseded", httpStatus: null, durationMs: 0 };
    await journal.noteDelivery(notification, nothingSent, { state: "gone" });
    return null;
  }
  const body = messageBody(notification, toRecord(stored), notifyShape);
  const id = messageId(notification.generationId, notification.version);
  const timestamp = Math.floor(parts.now() / 1_000);
  const headers = signatureHeaders({ id, timestamp, body }, tenantSecrets(parts.secrets, tenant));
  const report = await sender.send(url, headers, body);
  const next = nextOf(notification, report, parts);
  await journal.noteDelivery(notification, report, next);
  observer.delivered(notification, report, next);
  return next.state === "pending" ? next.delayMs : null;
}

function nextOf(
  { attempts, attemptsBefore }: Notification,
  { outcome, retryAfterMs }: SendReport,
  { random, delaysMs }: DeliveryParts,
): NextDelivery {
  if (outcome === "delivered" || outcome === "gone") return { state: outcome };
  const failures = attempts - attemptsBefore + 1;
  const delayMs = nextDeliveryDelayMs(failures, retryAfterMs, random, delaysMs);
  return delayMs === null ? { state: "given_up" } : { state: "pending", delayMs };
}
