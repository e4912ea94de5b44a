import { type FieldErrorCode, jsonPointer } from "@apidot-queue/core";
import type { z } from "zod";

import type { RequestError } from "./request-error.ts";

/** Parameters as their schema wants them, and what is wrong with them. */
export interface Parameters {
  /** Trustworthy only without errors. */
  readonly values: Readonly<Record<string, unknown>>;
  /** One for each wrong parameter. */
  readonly errors: readonly RequestError[];
}

/** Reads a query by its schema. A parameter that the schema does not know is a mistake. */
export function readQuery(query: URLSearchParams, schema: z.ZodObject): Parameters {
  const values: [string, unknown][] = [];
  const errors: RequestError[] = [];
  const known = Object.keys(schema.shape);
  for (const name of new Set(query.keys())) {
    const texts = query.getAll(name);
    const kind = known.includes(name) ? kindOf(schema.shape[name]) : "unknown";
    if (kind === "unknown") {
      const message =
        known.length === 0
          ? "unknown parameter; there are none here"
          : `unknown parameter; the parameters here are ${known.join(", ")}`;
      errors.push(wrong("query", name, "unknown_field", message));
    } else if (kind === "list") {
      values.push([name, texts.flatMap((text) => text.split(","))]);
    } else if (texts.length > 1) {
      errors.push(wrong("query", name, "invalid_value", "must be given once"));
    } else {
      const [text = ""] = texts;
      values.push([name, kind === "number" && /^-?\d+$/.test(text) ? Number(text) : text]);
    }
  }
  const checked = check("query", Object.fromEntries(values), schema);
  return { ...checked, errors: [...errors, ...checked.errors] };
}

/** Reads the header fields that the schema names; all others are left alone. */
export function readHeaders(headers: Headers, schema: z.ZodObject): Parameters {
  const given = Object.keys(schema.shape).flatMap((name) => {
    const text = headers.get(name);
    return text === null ? [] : [[name, text] as const];
  });
  return check("header", Object.fromEntries(given), schema);
}

function kindOf(field: z.core.$ZodType | undefined): "list" | "number" | "text" {
  const { def } = (field as z.ZodType)._zod as z.core.$ZodTypes["_zod"];
  if (def.type === "optional") return kindOf(def.innerType);
  if (def.type === "array") return "list";
  return def.type === "number" ? "number" : "text";
}

type Place = NonNullable<RequestError["in"]>;

const NOTHING: Parameters = { values: {}, errors: [] };

function check(place: Place, values: Parameters["values"], schema: z.ZodObject): Parameters {
  if (Object.keys(values).length === 0 && isAllOptional(schema)) return NOTHING;
  // An issue without words of its schema keeps an empty message, and gets ours.
  const result = schema.safeParse(values, { error: () => "" });
  if (result.success) return { values, errors: [] };
  const byName = new Map<string, RequestError>();
  for (const issue of result.error.issues) {
    const name = String(issue.path[0] ?? "");
    const [code, words] = finding(issue);
    if (byName.has(name)) continue;
    byName.set(name, wrong(place, name, code, issue.message === "" ? words : issue.message));
  }
  return { values, errors: [...byName.values()] };
}

function isAllOptional(schema: z.ZodObject): boolean {
  return Object.values(schema.shape).every((field) => field._zod.def.type === "optional");
}

/** Nothing of what was given is told: a parameter may hold anything. */
function finding(issue: z.core.$ZodIssue): readonly [FieldErrorCode, string] {
  if (issue.code === "invalid_type") return ["invalid_type", "must be a whole number"];
  if (issue.code === "invalid_value") {
    return ["invalid_value", `must be among ${issue.values.join(", ")}`];
  }
  const isOfText = "origin" in issue && issue.origin === "string";
  if (issue.code === "too_big" && isOfText) {
    return ["too_long", `must have at most ${issue.maximum} characters`];
  }
  if (issue.code === "too_big") return ["out_of_range", `must be at most ${issue.maximum}`];
  if (issue.code === "too_small" && !isOfText) {
    return ["out_of_range", `must be at least ${issue.minimum}`];
  }
  return ["invalid_value", "is not allowed"];
}

function wrong(place: Place, name: string, code: FieldErrorCode, message: string): RequestError {
  return { in: place, pointer: jsonPointer([name]), code, message };
}
