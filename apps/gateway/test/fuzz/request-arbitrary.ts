import fc from "fast-check";

import type { JsonSchema } from "../../src/openapi/json-schema.ts";
import { DOCUMENT } from "../documented.ts";
import { HEADER_LISTS } from "./header-arbitrary.ts";
import { bodiesOf } from "./odd-json.ts";
import { valuesOf } from "./schema-arbitrary.ts";
import { targetsOf } from "./target-arbitrary.ts";

/** One request, as bytes as possible. */
export interface FuzzRequest {
  /** Of a gateway without tokens, or of one with them. */
  readonly door: "open" | "tokens";
  /** Through a socket, or to the app in this process. */
  readonly way: "socket" | "app";
  readonly method: string;
  /** Path and query. `~id3~`, `~cursor3~` and the like stand for what answers have told. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | null;
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Requests around one call of the document. */
function requestsOf(path: string, method: string): fc.Arbitrary<FuzzRequest> {
  const operation = DOCUMENT.paths[path]?.[method];
  const media = operation?.requestBody?.["content"] as
    | { readonly "application/json": { readonly schema: JsonSchema } }
    | undefined;
  const schema = media?.["application/json"].schema ?? {};
  const bodies = bodiesOf(valuesOf(schema, DOCUMENT.components.schemas));
  return fc
    .record({
      door: fc.constantFrom("open" as const, "tokens" as const),
      way: fc.oneof(
        { weight: 9, arbitrary: fc.constant("app" as const) },
        { weight: 1, arbitrary: fc.constant("socket" as const) },
      ),
      method: fc.oneof(
        { weight: 15, arbitrary: fc.constant(method.toUpperCase()) },
        { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
      ),
      target: targetsOf(path, operation?.parameters ?? []),
      headers: HEADER_LISTS,
      body: fc.option(bodies, { freq: 12 }),
    })
    .map((request) => (BODILESS.has(request.method) ? { ...request, body: null } : request));
}

/** A client in this process cannot send a body with these. */
const BODILESS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

const CALLS = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => ({ path, method })),
);

/** Made once: expensive to build, cheap to draw from. What stores something comes more often. */
export const FUZZ_REQUESTS: fc.Arbitrary<FuzzRequest> = fc.oneof(
  ...CALLS.map(({ path, method }) => ({
    weight: method === "post" && path.includes("generat") ? 3 : 1,
    arbitrary: requestsOf(path, method),
  })),
);
