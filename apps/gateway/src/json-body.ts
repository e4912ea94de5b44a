import type { Context } from "hono";

import { problem } from "./problem.ts";

/** The largest body, bytes. */
export const MAX_BODY_BYTES = 256 * 1024;

/** A body, or the answer that refuses it. */
export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly response: Response };

/** Reads a JSON body; its size is limited before it gets here. */
export async function readJsonBody(c: Context): Promise<JsonBody> {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    return { ok: false, response: problem("unsupported_media_type") };
  }
  const text = await c.req.text();
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, response: problem("invalid_json") };
  }
}
