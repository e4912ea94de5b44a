import { type ListFilters, readListCursor, wireRecord } from "@apidot-queue/producer";

import type { Given, Handler } from "../answer-call.ts";
import type { RequestError } from "../request-error.ts";
import type { ListParameters } from "../schemas/list-schema.ts";
import type { HandlerParts } from "./handlers.ts";
import { checkKnownLane, refuseLane } from "./known-lane.ts";

/** `GET /v1/generations` */
export function listGenerations({ lanes }: HandlerParts): Handler {
  return ({ caller, query }) => {
    const given: ListParameters = query.values;
    const errors = [...checkKnownLane(given.lane, lanes, IN_QUERY), ...checkCursor(query)];
    if (errors.length > 0) return errors;
    const refused = refuseLane(given.lane, caller);
    if (refused !== null) return () => refused;
    return async (c) => {
      const { limit, cursor } = given;
      const page = await caller.producer.list({ ...filtersOf(given), limit, cursor });
      return c.json({ data: page.records.map(wireRecord), next_cursor: page.nextCursor });
    };
  };
}

const IN_QUERY = { in: "query" } as const;

function filtersOf({
  lane,
  user_id: userId,
  status: statuses,
  model,
}: ListParameters): ListFilters {
  return { lane, userId, statuses, model };
}

/** Whether it belongs to the filters can be told only when these are right. */
function checkCursor({ values, errors }: Given["query"]): RequestError[] {
  const given: ListParameters = values;
  if (given.cursor === undefined) return [];
  const areFiltersWrong = errors.some(({ pointer }) => !AFTER_FILTERS.has(pointer));
  const read = readListCursor(given.cursor, areFiltersWrong ? null : filtersOf(given));
  if (!("problem" in read)) return [];
  return [{ ...IN_QUERY, pointer: "/cursor", code: "invalid_value", message: read.problem }];
}

const AFTER_FILTERS: ReadonlySet<string> = new Set(["/limit", "/cursor"]);
