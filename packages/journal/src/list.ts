import { DEFAULT_TENANT, type Status, STATUSES } from "@apidot-queue/core";

import { userIndex } from "./keys.ts";
import { type LaneAccess, textAt } from "./lane-access.ts";
import type { RecordHash } from "./record-fields.ts";
import type { Reply } from "./run-script.ts";
import { type StoredGeneration, toStored } from "./stored-generation.ts";

/** What a list is narrowed to, and where it goes on. */
export interface ListQuery {
  /** One user's generations; they have an index of their own. */
  readonly user?: { readonly tenant: string; readonly userId: string } | undefined;
  /** One tenant's; of a user's it says nothing more. Absent is every tenant's. */
  readonly tenant?: string | undefined;
  /** Any of these, as of now: a generation that changes between two pages may be in none or both. */
  readonly statuses?: readonly Status[] | undefined;
  readonly model?: string | undefined;
  /** At most this many, from 1 to 100. */
  readonly limit: number;
  /** The `next` of the page before; absent or null begins at the newest. */
  readonly after?: string | null | undefined;
}

/** One page: the newest first. */
export interface StoredPage {
  /** May be fewer than asked for, or none, although more follow: the work per page is bounded. */
  readonly generations: readonly StoredGeneration[];
  /** Where the next page begins; null when there is nothing behind this one. */
  readonly next: string | null;
}

/** Bounds of the work for one page. */
export interface ListBounds {
  /** Entries that one script looks at; 1,000 take Redis a few milliseconds. */
  readonly entriesPerScript: number;
  readonly scripts: number;
  /** Bytes of requests after which a page ends, so that it ends below this and one request more. */
  readonly bytes: number;
}

/** What a page may cost: 10,000 entries looked at, in ten steps between which others are served. */
export const LIST_BOUNDS: ListBounds = { entriesPerScript: 1_000, scripts: 10, bytes: 1_048_576 };

/** What a position in a list looks like: milliseconds and a number within them, never both 0. */
export const LIST_POSITION = /^(?!0+-0+$)\d{1,15}-\d{1,15}$/;

/**
 * One page of a lane. Positions are places in an index that only grows at its newest end, so pages
 * that follow each other neither repeat nor skip anything, whatever is added meanwhile.
 *
 * @throws {JournalError}
 */
export async function listStored(
  access: LaneAccess,
  query: ListQuery,
  bounds: ListBounds = LIST_BOUNDS,
): Promise<StoredPage> {
  const { statuses = [], model = "", limit } = query;
  const index = indexOf(query);
  // The default tenant has no index of its own: most lanes have no other one.
  const isDefaultAlone = index === "created" && query.tenant === DEFAULT_TENANT;
  // Every status is no filter.
  const filter = STATUSES.every((status) => statuses.includes(status)) ? [] : statuses;
  const generations: StoredGeneration[] = [];
  let position = query.after ?? "";
  let bytesLeft = bounds.bytes;
  for (let script = 0; script < bounds.scripts; script += 1) {
    const [next, bytes, ...rows] = await access.run(
      "list",
      index,
      position,
      limit - generations.length,
      bounds.entriesPerScript,
      bytesLeft,
      filter.length === 0 ? "" : `,${filter.join(",")},`,
      model,
      isDefaultAlone ? "1" : "",
    );
    generations.push(...rows.map((row) => readRow(access.lane, row)));
    position = String(next);
    bytesLeft -= Number(bytes);
    if (position === "") return { generations, next: null };
    if (generations.length >= limit || bytesLeft <= 0) break;
  }
  return { generations, next: position };
}

function indexOf({ user, tenant = DEFAULT_TENANT }: ListQuery): string {
  if (user !== undefined) return `user:${userIndex(user.tenant, user.userId)}`;
  return tenant === DEFAULT_TENANT ? "created" : `tenant:${tenant}`;
}

function readRow(lane: string, row: Reply[number]): StoredGeneration {
  const parts = typeof row === "string" ? [] : row;
  const part = (at: number): string | null => (textAt(parts, at) === "" ? null : textAt(parts, at));
  return toStored(`${lane}_${textAt(parts, 0)}`, lane, {
    record: recordOf(parts[1]),
    request: part(2),
    options: part(3),
    files: part(4),
    message: part(5),
  });
}

/** Scripts give a hash as one list, names and values in turn. */
export function recordOf(reply: Reply[number] | undefined): RecordHash {
  const flat = reply === undefined || typeof reply === "string" ? [] : reply;
  const fields: Record<string, string> = {};
  for (let at = 0; at < flat.length; at += 2) fields[textAt(flat, at)] = textAt(flat, at + 1);
  return fields;
}
