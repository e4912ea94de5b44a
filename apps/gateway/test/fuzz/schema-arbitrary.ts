import fc from "fast-check";

import type { JsonSchema } from "../../src/openapi/json-schema.ts";

/** The parts of a schema that requests of the document have. */
interface Parts {
  readonly $ref?: string;
  readonly oneOf?: readonly Parts[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Parts;
  readonly properties?: Readonly<Record<string, Parts>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

const URLS = [
  "https://files.example/first.png",
  "http://127.0.0.1:9/x",
  "https://b.example/?a=1#b",
];

/** The gateway's own lane, mostly: no schema knows its name. */
const LANES = fc.nat(20).map((n) => `~lane${n}~`);

/** @returns values that a schema of the document takes, made from the schema alone. */
export function valuesOf(
  schema: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
): fc.Arbitrary<unknown> {
  const of = (parts: Parts): fc.Arbitrary<unknown> => {
    if (parts.$ref !== undefined) return of(schemas[parts.$ref.split("/").at(-1) ?? ""] as Parts);
    if (parts.oneOf !== undefined) return fc.oneof(...parts.oneOf.map(of));
    if ("const" in parts) return fc.constant(parts.const);
    if (parts.enum !== undefined) return fc.constantFrom(...parts.enum);
    switch (parts.type) {
      case "string":
        return textsOf(parts);
      case "integer":
      case "number":
        return fc.integer({ min: parts.minimum ?? -1_000, max: parts.maximum ?? 1_000_000 });
      case "boolean":
        return fc.boolean();
      case "array":
        return fc.array(of(parts.items ?? {}), {
          minLength: parts.minItems ?? 0,
          maxLength: parts.maxItems ?? 4,
        });
      case "object":
        return objectsOf(parts);
      case undefined:
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  };
  const objectsOf = ({ properties = {}, required = [] }: Parts): fc.Arbitrary<unknown> => {
    const names = Object.keys(properties);
    if (names.length === 0) {
      return fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), {
        maxKeys: 4,
      });
    }
    const fields = names.map((name) => {
      return [name, name === "lane" ? LANES : of(properties[name] ?? {})] as const;
    });
    return fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
  };
  return of(schema);
}

function textsOf({ format, pattern, minLength = 0, maxLength = 200 }: Parts): fc.Arbitrary<string> {
  if (format === "uri") return fc.constantFrom(...URLS);
  const limits = { minLength, maxLength: Math.min(maxLength, 60) };
  if (pattern === undefined) return fc.string({ ...limits, unit: "binary" });
  const expression = new RegExp(pattern, "u");
  // What a pattern lets through by its first alternative; a look-ahead cannot be generated from.
  if (pattern.includes("(?")) return fc.stringMatching(/^[\w-]{1,20}$/);
  if (!pattern.startsWith("^")) {
    return fc
      .string({ ...limits, minLength: 1, unit: "grapheme" })
      .map((text) => (expression.test(text) ? text : `x${text}`));
  }
  return fc.stringMatching(expression);
}
