import type { Context, MiddlewareHandler } from "hono";

import { problem } from "./problem.ts";

const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;
const FOREIGN_SITES = new Set(["cross-site", "same-site"]);

/**
 * Whether a gateway without tokens may listen at `host`: its own address must pass its guard.
 * 127.0.0.2 is loopback too, and would answer 403 to whoever uses it.
 */
export function isLocalHost(host: string): boolean {
  const inUrl = host.includes(":") ? `[${host}]` : host;
  return URL.canParse(`http://${inUrl}`) && LOCAL_HOST.test(new URL(`http://${inUrl}`).host);
}

/**
 * Guards a gateway without tokens. It listens on loopback, but a web page in a browser on the same
 * machine reaches that too, and a foreign name may be pointed at it: so the Host must be a local
 * one, and a request that a foreign page made is refused. No page may spend credits.
 */
export const localOnly: MiddlewareHandler = async (c, next) => refuseForeign(c) ?? next();

/** @returns the refusal of a request that no program of this machine made, or null. */
export function refuseForeign(c: Context): Response | null {
  const host = c.req.header("host") ?? "";
  // A target in absolute form overrides the header.
  const { host: target } = new URL(c.req.url);
  if (!LOCAL_HOST.test(host) || !LOCAL_HOST.test(target)) return problem("forbidden_host");
  const origin = c.req.header("origin");
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return problem("forbidden_origin");
  }
  if (FOREIGN_SITES.has(c.req.header("sec-fetch-site") ?? "")) return problem("forbidden_origin");
  return null;
}
