import {
  type FieldError,
  isLaneName,
  isTenantName,
  type Status,
  STATUSES,
} from "@apidot-queue/core";
import type { ListQuery } from "@apidot-queue/journal";

import type { GenerationRecord } from "./generation-record.ts";
import { readListCursor } from "./list-cursor.ts";

/** How many records a page may hold. */
export const LIST_LIMITS = { min: 1, max: 100, default: 20 };

/** What a list is narrowed to. */
export interface ListFilters {
  /** @defaultValue the producer's lane */
  readonly lane?: string | undefined;
  /** One tenant; another one than its own for a producer that sees all. @defaultValue all that it sees */
  readonly tenant?: string | undefined;
  /** One user of that tenant, or of the producer's where none is named. */
  readonly userId?: string | undefined;
  /** Any of these. @defaultValue all */
  readonly statuses?: readonly Status[] | undefined;
  readonly model?: string | undefined;
}

/** A page that is asked for. */
export interface ListOptions extends ListFilters {
  /** Within {@link LIST_LIMITS}. @defaultValue 20 */
  readonly limit?: number | undefined;
  /** The `nextCursor` of the page before, with the same filters. @defaultValue the newest */
  readonly cursor?: string | undefined;
}

/** One page of a list. */
export interface GenerationPage {
  /** Newest first. A page may be short, or empty, although more follow. */
  readonly records: readonly GenerationRecord[];
  /** For the next page; null, and nothing else, means that there is none. */
  readonly nextCursor: string | null;
}

/** @returns what the journal is asked, or everything that is wrong. */
export function checkList(
  options: ListOptions,
  tenant: string,
  isEverybodys: boolean,
): ListQuery | FieldError[] {
  const { lane, userId, statuses, model, limit = LIST_LIMITS.default, cursor } = options;
  const errors: FieldError[] = [];
  const wanted = options.tenant;
  if (wanted !== undefined && !isTenantName(wanted)) {
    const message = "must be 1 to 48 letters, digits, dots, - or _";
    errors.push({ pointer: "/tenant", code: "invalid_value", message });
  } else if (wanted !== undefined && wanted !== tenant && !isEverybodys) {
    errors.push({ pointer: "/tenant", code: "invalid_value", message: "must be the own one" });
  }
  if (lane !== undefined && !isLaneName(lane)) {
    const message = "must be 1 to 24 of the characters a-z, 0-9 and -";
    errors.push({ pointer: "/lane", code: "invalid_value", message });
  }
  const { min, max } = LIST_LIMITS;
  if (!Number.isInteger(limit) || limit < min || limit > max) {
    const message = `must be a whole number from ${min} to ${max}`;
    errors.push({ pointer: "/limit", code: "out_of_range", message });
  }
  if (statuses?.every((status) => STATUSES.includes(status)) === false) {
    const message = `must be among ${STATUSES.join(", ")}`;
    errors.push({ pointer: "/statuses", code: "invalid_value", message });
  }
  const read = cursor === undefined ? { position: null } : readListCursor(cursor, options);
  if ("problem" in read) {
    return [...errors, { pointer: "/cursor", code: "invalid_value", message: read.problem }];
  }
  if (errors.length > 0) return errors;
  const user = userId === undefined ? undefined : { tenant: wanted ?? tenant, userId };
  const narrowed = wanted === undefined && isEverybodys ? {} : { tenant: wanted ?? tenant };
  return { ...narrowed, user, statuses, model, limit, after: read.position };
}
