import { readFileSync } from "node:fs";

import type { GenerationJson } from "../src/gateway/record.ts";

/** Statuses of which `docs/records` has an example. */
export type ExampleStatus =
  | "queued"
  | "submitting"
  | "unconfirmed"
  | "held"
  | "running"
  | "succeeded"
  | "failed"
  | "canceled";

/** @returns the documented example of a record, with parts of it replaced. */
export function exampleRecord(
  status: ExampleStatus,
  parts: Partial<GenerationJson> = {},
): GenerationJson {
  const path = new URL(`../../../docs/records/${status}.json`, import.meta.url);
  const record = JSON.parse(readFileSync(path, "utf8")) as GenerationJson;
  return { ...record, ...parts };
}

/** @returns an answer with a JSON body. */
export function jsonAnswer(status: number, body: unknown, headers: object = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** @returns a problem as the gateway tells it. */
export function problemAnswer(
  status: number,
  code: string,
  more: { readonly headers?: object; readonly errors?: readonly unknown[] } = {},
): Response {
  const { headers = {}, errors } = more;
  const body = {
    type: `urn:apidot-queue:problem:${code}`,
    title: `title of ${code}`,
    status,
    code,
  };
  return jsonAnswer(status, { ...body, ...(errors === undefined ? {} : { errors }) }, headers);
}

/** @returns the error with which `fetch` fails, its reason in the cause. */
export function fetchFailure(code: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
}
