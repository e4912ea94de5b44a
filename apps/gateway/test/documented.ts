import { z } from "zod";

import { CALLS } from "../src/calls/calls.ts";
import { openApiDocument } from "../src/openapi/document.ts";

/** The document that the gateway serves. */
export const DOCUMENT = openApiDocument(CALLS);

const POINTER = /"#\/components\/schemas\//g;

/** Made anew from the JSON of the document: nothing of the schemas that validate is in it. */
const DEFINITIONS = JSON.parse(
  JSON.stringify(DOCUMENT.components.schemas).replaceAll(POINTER, '"#/$defs/'),
) as Record<string, never>;

/** A validator for a schema of the document. */
export function validatorOf(schema: unknown): z.ZodType {
  const local = JSON.parse(JSON.stringify(schema).replaceAll(POINTER, '"#/$defs/')) as object;
  return z.fromJSONSchema({ $defs: DEFINITIONS, ...local });
}

/** The parts of a response in the document that tests look at. */
export interface DocumentedResponse {
  readonly headers: Readonly<Record<string, unknown>>;
  /** Absent where there is no body. */
  readonly content?: Readonly<
    Record<string, { schema: unknown; examples?: Record<string, { value: unknown }> }>
  >;
}

/** What a test got. */
export interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const validators = new Map<unknown, z.ZodType>();

/** @returns how an answer differs from what the document says of its call; null when it does not. */
export function differenceFromDocument(method: string, target: string, got: Got): string | null {
  const what = `${method} ${target}: ${got.status} ${got.text.slice(0, 300)}`;
  if (!got.headers.has("x-request-id")) return `${what} has no X-Request-Id`;
  const { pathname } = new URL(target, "http://localhost");
  const path = Object.keys(DOCUMENT.paths).find((template) =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(pathname),
  );
  const operations = path === undefined ? undefined : DOCUMENT.paths[path];
  const operation = operations?.[method === "HEAD" ? "get" : method.toLowerCase()];
  if (operation === undefined) {
    const expected = operations === undefined ? "not_found" : "method_not_allowed";
    const isGuarded = got.status === 403;
    return isGuarded || got.text.includes(`"code":"${expected}"`)
      ? null
      : `${what} is no ${expected}`;
  }
  const response = operation.responses[got.status] as DocumentedResponse | undefined;
  if (response === undefined) return `${what} has a status that is not documented`;
  const type = (got.headers.get("content-type") ?? "").split(";")[0] ?? "";
  if (response.content === undefined) return got.text === "" ? null : `${what} has a body`;
  const media = response.content[type];
  if (media === undefined) return `${what} has a type that is not documented: ${type}`;
  for (const header of ["retry-after", "location"]) {
    const isDocumented = Object.keys(response.headers).some(
      (name) => name.toLowerCase() === header,
    );
    if (got.headers.has(header) && !isDocumented) return `${what} has an undocumented ${header}`;
  }
  if (!type.endsWith("json") || method === "HEAD") return null;
  const validator = validators.get(media) ?? validatorOf(media.schema);
  validators.set(media, validator);
  const read = validator.safeParse(JSON.parse(got.text));
  return read.success ? null : `${what} does not fit its schema: ${read.error.message}`;
}
