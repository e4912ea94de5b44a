import type { ProblemCode } from "../problem.ts";

/** What any call may meet before it is looked at, and a failure of ours. */
export const ANY_CALL = [
  "malformed_request",
  "forbidden_host",
  "forbidden_origin",
  "internal",
] as const satisfies readonly ProblemCode[];

/** What any call with a JSON body may meet. */
export const ANY_JSON_BODY = [
  "invalid_json",
  "body_too_large",
  "unsupported_media_type",
] as const satisfies readonly ProblemCode[];
