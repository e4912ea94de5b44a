import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

import { DOCUMENT } from "../documented.ts";
import type { FuzzRequest } from "./request-arbitrary.ts";

/** What a request got. */
export interface FuzzAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What any path may answer where the document has no call: guards and refusals. */
const ANYWHERE: Readonly<Record<number, readonly string[]>> = {
  400: ["malformed_request"],
  401: ["unauthorized"],
  403: ["forbidden_host", "forbidden_origin", "forbidden_scope"],
  404: ["not_found"],
  405: ["method_not_allowed"],
};

/** Headers that only some answers have. */
const SPECIAL = ["retry-after", "location"];

interface Media {
  readonly pointer: string;
}

const ajv = new Ajv2020({ strict: false, allErrors: false });
addFormats.default(ajv);
ajv.addSchema(JSON.parse(JSON.stringify(DOCUMENT)) as object, "document");
const validators = new Map<string, ValidateFunction>();

function validatorAt({ pointer }: Media): ValidateFunction {
  const known = validators.get(pointer) ?? ajv.compile({ $ref: `document#${pointer}` });
  validators.set(pointer, known);
  return known;
}

const escaped = (part: string): string =>
  encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));

const TEMPLATES = Object.keys(DOCUMENT.paths).map((template) => ({
  template,
  expression: new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
}));

/** The paths that a target may stand for: as it is sent, as URLs are read, and as it is decoded. */
function pathsOf(target: string): ReadonlySet<string> {
  const raw = target.split(/[?#]/)[0] ?? "";
  const { pathname } = new URL(`http://localhost${target}`);
  return new Set([pathname, decoded(pathname), raw, decoded(raw)]);
}

function decoded(path: string): string {
  // Each part that can be: one that cannot stands as it is.
  return path.replaceAll(/(?:%[0-9a-f]{2})+/gi, (part) => {
    try {
      return decodeURI(part);
    } catch {
      return part;
    }
  });
}

/** @returns what the document does not explain about an answer; null when it explains all of it. */
export function unexplained(
  { method, target, way }: Pick<FuzzRequest, "method" | "target" | "way">,
  answer: FuzzAnswer,
): string | null {
  const { status, headers, text } = answer;
  if (status >= 500) return `a ${status}`;
  const type = (headers.get("content-type") ?? "").split(";")[0] ?? "";
  // What Node's own parser refuses never reaches the gateway.
  if (way === "socket" && status === 400 && type === "" && text === "") return null;
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(headers.get("x-request-id") ?? "")) return "no X-Request-Id";
  const readings = [...pathsOf(target)].map((path) => {
    const template = TEMPLATES.find(({ expression }) => expression.test(path))?.template;
    const what = template === undefined ? null : difference(template, method, answer, type);
    return template === undefined || what === NO_METHOD ? anywhere(answer, type) : what;
  });
  return readings.includes(null) ? null : (readings[0] ?? null);
}

const NO_METHOD = "no such method";

function difference(
  template: string,
  method: string,
  { status, headers, text }: FuzzAnswer,
  type: string,
): string | null {
  const name = method === "HEAD" ? "get" : method.toLowerCase();
  const operation = DOCUMENT.paths[template]?.[name];
  if (operation === undefined) return NO_METHOD;
  const response = operation.responses[status];
  if (response === undefined) return `a status that is not documented: ${status}`;
  const documented = Object.keys(response["headers"] as object).map((one) => one.toLowerCase());
  for (const header of SPECIAL) {
    if (headers.has(header) && !documented.includes(header)) return `an undocumented ${header}`;
  }
  const content = response["content"] as Readonly<Record<string, unknown>> | undefined;
  if (content === undefined) return text === "" ? null : "a body where none is documented";
  if (content[type] === undefined) return `an undocumented content-type: ${type}`;
  if (method === "HEAD") return text === "" ? null : "a body behind HEAD";
  if (!type.endsWith("json")) return null;
  const at = ["paths", template, name, "responses", String(status), "content", type, "schema"];
  const validate = validatorAt({ pointer: at.map((part) => `/${escaped(part)}`).join("") });
  const body = parsed(text);
  if (body === undefined) return "a body that is no JSON";
  return validate(body) ? null : `a body that does not fit: ${ajv.errorsText(validate.errors)}`;
}

function anywhere({ status, text, headers }: FuzzAnswer, type: string): string | null {
  const codes = ANYWHERE[status];
  if (codes === undefined) return `a ${status} where there is no call`;
  if (status === 405 && !headers.has("allow")) return "a 405 without Allow";
  if (text === "") return null;
  const body = parsed(text) as { readonly code?: unknown; readonly error?: unknown } | undefined;
  if (type === "application/json")
    return body?.code === status && body.error !== undefined ? null : "no upstream error";
  if (type !== "application/problem+json") return `no problem: ${type}`;
  return codes.includes(String(body?.code)) ? null : `an unexpected code: ${String(body?.code)}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
