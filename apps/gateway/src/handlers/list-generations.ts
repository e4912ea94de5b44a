import { type ListFilters, readListCursor, wireRecord } from "@apidot-queue/producer";

import type { Caller } from "../access/caller.ts";
import type { Given, Handler } from "../answer-call.ts";
import { problem } from "../problem.ts";
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
    const refused = refuseLane(given.lane, caller) ?? refuseTenant(given.tenant, caller);
    if (refused !== null) return () => refused;
    return async (c) => {
      const { limit, cursor } = given;
      const page = await caller.producer.list({ ...filtersOf(given), limit, cursor });
      return c.json({ data: page.records.map(wireRecord), next_cursor: page.nextCursor });
    };
  };
}

function refuseTenant(tenant: string | undefined, caller: Caller): Response | null {
  if (tenant === undefined || tenant === caller.tenant || caller.scopes.includes("admin")) {
    return null;
  }
  return problem("forbidden_scope", { detail: "Only admin lists what another tenant has." });
}

const IN_QUERY = { in: "query" } as const;

function filtersOf({
  lane,
  tenant,
  user_id: userId,
  status: statuses,
  model,
}: ListParameters): ListFilters {
  return { lane, tenant, userId, statuses, model };
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
