import type { ProblemCode } from "./problem.ts";

/** The largest body, bytes. */
const MAX_BODY_BYTES = 256 * 1024;

/** A body, or the problem that it is. */
export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly code: Extract<
        ProblemCode,
        "invalid_json" | "body_too_large" | "unsupported_media_type"
      >;
    };

const UNSUPPORTED = { ok: false, code: "unsupported_media_type" } as const;
const INVALID_JSON = { ok: false, code: "invalid_json" } as const;

/** Reads a JSON body, up to its limit. */
export async function readJsonBody(request: Request): Promise<JsonBody> {
  return isJson(request.headers) ? parse(await readBytes(request)) : UNSUPPORTED;
}

/** The same where a body may be absent: its value is undefined then. */
export async function readOptionalJsonBody(request: Request): Promise<JsonBody> {
  const bytes = await readBytes(request);
  if (bytes instanceof Uint8Array && bytes.length === 0) return { ok: true, value: undefined };
  return isJson(request.headers) ? parse(bytes) : UNSUPPORTED;
}

function isJson(headers: Headers): boolean {
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  const coding = headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  return type === "application/json" && coding === "identity";
}

/** A caller that breaks off is no failure of ours, and nobody reads what it is answered. */
async function readBytes(request: Request): Promise<Uint8Array | "too large" | "broke off"> {
  const length = request.headers.get("content-length");
  if (Number(length) > MAX_BODY_BYTES) return "too large";
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  try {
    // The parser holds a body to the length that it has: it can be taken at once.
    if (length !== null) return upToLimit(new Uint8Array(await request.arrayBuffer()));
    for await (const chunk of request.body ?? []) {
      byteCount += chunk.length;
      if (byteCount > MAX_BODY_BYTES) return "too large";
      chunks.push(chunk);
    }
  } catch {
    return "broke off";
  }
  return Buffer.concat(chunks);
}

function upToLimit(bytes: Uint8Array): Uint8Array | "too large" {
  return bytes.length > MAX_BODY_BYTES ? "too large" : bytes;
}

/** Strict: a byte that is not UTF-8 would be stored as another character than was sent. */
function parse(bytes: Awaited<ReturnType<typeof readBytes>>): JsonBody {
  if (bytes === "too large") return { ok: false, code: "body_too_large" };
  if (bytes === "broke off") return INVALID_JSON;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return INVALID_JSON;
  }
}
