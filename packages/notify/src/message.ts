import { parseGenerationId } from "@apidot-queue/core";
import type { NotificationKind } from "@apidot-queue/journal";
import { type GenerationRecord, wireRecord, wireTask } from "@apidot-queue/producer";

/** In whose words a caller is told: ours, or the upstream's for clients of the drop-in. */
export type NotifyShape = "standard" | "upstream";

/** The id of a notification: the same for every delivery of it, and no other one has it. */
export function messageId(generationId: string, version: number): string {
  return `${generationId}_${version}`;
}

/** @returns what an id names, or null when it is none. */
export function parseMessageId(
  id: string,
): { readonly generationId: string; readonly version: number } | null {
  const [, generationId = "", version = ""] = /^(.+)_(\d{1,15})$/.exec(id) ?? [];
  if (parseGenerationId(generationId) === null) return null;
  return { generationId, version: Number(version) };
}

/**
 * The body of a notification.
 *
 * - `standard`: `{ type: "generation.<kind>", timestamp, data }` with the record as the gateway gives
 *   it in the moment of the delivery.
 * - `upstream`: `{ code: 200, data }` with the task as the upstream tells of it [doc, seen].
 */
export function messageBody(
  { kind, at }: { readonly kind: NotificationKind; readonly at: number },
  record: GenerationRecord,
  shape: NotifyShape,
): string {
  if (shape === "upstream") return JSON.stringify({ code: 200, data: wireTask(record) });
  const type = `generation.${kind}`;
  const timestamp = new Date(at).toISOString();
  return JSON.stringify({ type, timestamp, data: wireRecord(record) });
}
