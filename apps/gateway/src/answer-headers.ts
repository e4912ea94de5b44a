import type { MiddlewareHandler } from "hono";

/**
 * What every answer says to whatever stands between: no cache keeps a record, no browser guesses a
 * type, and no other site may embed it. There are no CORS headers, so that no page may read one.
 */
export const answerHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  // Set on the answer itself: `c.header` would make a new one around its body each time.
  const { headers } = c.res;
  headers.set("cache-control", "no-store");
  headers.set("x-content-type-options", "nosniff");
  headers.set("cross-origin-resource-policy", "same-origin");
};
