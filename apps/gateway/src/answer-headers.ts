import type { MiddlewareHandler } from "hono";

/**
 * What every answer says to whatever stands between: no cache keeps a record, no browser guesses a
 * type, and no other site may embed it. There are no CORS headers, so that no page may read one.
 */
export const answerHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  c.header("cache-control", "no-store");
  c.header("x-content-type-options", "nosniff");
  c.header("cross-origin-resource-policy", "same-origin");
};
