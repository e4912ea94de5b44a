import { createHash } from "node:crypto";

import { LIST_POSITION } from "@apidot-queue/journal";

import type { ListFilters } from "./list.ts";

/** Changes when cursors of before cannot be read any more. */
const FORMAT = "1";
/** Enough to notice another filter; a cursor is no secret and grants nothing. */
const DIGEST_BYTES = 9;
const CURSOR = /^[A-Za-z0-9_-]{1,120}$/;

/** Where a list goes on, and for which filters. */
interface CursorFacts {
  readonly position: string;
  readonly digest: string;
}

/** @returns the cursor of the page that begins behind `position`, bound to `filters`. */
export function writeListCursor(position: string, filters: ListFilters): string {
  return encode({ position, digest: digestOf(filters) });
}

/**
 * @param filters - those of the list that is to go on; null when they cannot be told
 * @returns the position, or what is wrong with the cursor
 */
export function readListCursor(
  cursor: string,
  filters: ListFilters | null,
): { readonly position: string } | { readonly problem: string } {
  const facts = decode(cursor);
  if (facts === null) return { problem: "must be the next_cursor of a page, as it was given" };
  if (filters !== null && facts.digest !== digestOf(filters)) {
    return { problem: "belongs to other filters: repeat them, or leave it out" };
  }
  return { position: facts.position };
}

function encode({ position, digest }: CursorFacts): string {
  return Buffer.from([FORMAT, position, digest].join(".")).toString("base64url");
}

function decode(cursor: string): CursorFacts | null {
  if (!CURSOR.test(cursor)) return null;
  const [format, position = "", digest = ""] = Buffer.from(cursor, "base64url")
    .toString("latin1")
    .split(".");
  if (format !== FORMAT || !LIST_POSITION.test(position)) return null;
  // Only what was written here is read: nothing is appended, nothing left out.
  return encode({ position, digest }) === cursor ? { position, digest } : null;
}

/** The same statuses in another order, or twice, are the same filter. */
function digestOf({ lane, tenant, userId, statuses = [], model }: ListFilters): string {
  const sorted = [...new Set(statuses)].toSorted();
  const filters = [lane ?? null, userId ?? null, sorted, model ?? null];
  // At the end, where cursors of before have nothing.
  const text = JSON.stringify(tenant === undefined ? filters : [...filters, tenant]);
  return createHash("sha256").update(text).digest().subarray(0, DIGEST_BYTES).toString("base64url");
}
