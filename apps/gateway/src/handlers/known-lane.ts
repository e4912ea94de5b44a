import { isLaneName } from "@apidot-queue/core";

import type { Caller } from "../access/caller.ts";
import { problem } from "../problem.ts";
import type { RequestError } from "../request-error.ts";

/**
 * Checks a lane that is well named against those that somebody works.
 *
 * @param value - as given; one that is no lane name at all is named by its schema already
 */
export function checkKnownLane(
  value: unknown,
  lanes: readonly string[],
  where: Pick<RequestError, "in"> = {},
): RequestError[] {
  if (typeof value !== "string" || !isLaneName(value) || lanes.includes(value)) return [];
  const message = `must be one of: ${lanes.join(", ")}`;
  return [{ ...where, pointer: "/lane", code: "invalid_value", message }];
}

/**
 * @param lane - of the request; undefined is the caller's own
 * @returns the refusal of a lane that the caller may not use, or null
 */
export function refuseLane(lane: string | undefined, { lanes }: Caller): Response | null {
  if (lane === undefined ? lanes.length > 0 : lanes.includes(lane)) return null;
  const detail =
    lanes.length === 0
      ? "The token may use no lane of this gateway."
      : `The token may use: ${lanes.join(", ")}.`;
  return problem("forbidden_lane", { detail });
}

/** @returns the `lane` of a body, if it is an object that has one. */
export function laneOfBody(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, "lane")) return undefined;
  return (body as { readonly lane: unknown }).lane;
}
