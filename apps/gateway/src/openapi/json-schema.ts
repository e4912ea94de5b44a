import { z } from "zod";

/** A JSON Schema 2020-12, which OpenAPI 3.1 takes as it is. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Schemas of a document: each one that has a name stands once, among the components. */
export interface SchemaBook {
  /** @returns the schema to put in place, a reference where it has a name. */
  of(schema: z.ZodType): JsonSchema;
  /** Every named schema that was asked for, with all that they refer to. */
  components(): Readonly<Record<string, JsonSchema>>;
}

const COMPONENTS = "#/components/schemas/";

/** An empty book. */
export function openSchemaBook(): SchemaBook {
  const components = new Map<string, JsonSchema>();
  return {
    of: (schema) => {
      // Of the input, although answers are among them: none has two forms, and an answer may grow.
      const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", override });
      const { $schema: _dialect, $defs = {}, ...rest } = json;
      for (const [name, definition] of Object.entries($defs)) {
        components.set(name, withReferences(definition));
      }
      return withReferences(rest);
    },
    components: () => Object.fromEntries(components),
  };
}

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>["override"]>;

/** What zod leaves out or says too much of. */
const override: Override = ({ zodSchema, jsonSchema }) => {
  const { def } = zodSchema._zod;
  // The pattern of a format repeats it at length.
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (def.type === "record" && def.keyType._zod.def.type === "string")
    delete jsonSchema.propertyNames;
  if (def.type === "object") dropAbsentFields(zodSchema, jsonSchema);
  if (def.type === "union") addDiscriminator(def, jsonSchema);
};

/**
 * A field that a mode does not take is `undefined` in the schema that validates. JSON has no such
 * value: the field is not there, and nothing else is let in.
 */
function dropAbsentFields(schema: z.core.$ZodTypes, json: z.core.JSONSchema.BaseSchema): void {
  const { shape } = schema._zod.def as z.core.$ZodObjectDef;
  for (const [name, field] of Object.entries(shape)) {
    if (isAbsent(field)) delete json.properties?.[name];
  }
}

function isAbsent(schema: z.core.$ZodType): boolean {
  const { def } = schema._zod as z.core.$ZodTypes["_zod"];
  if (def.type === "optional") return isAbsent(def.innerType);
  return def.type === "literal" && def.values.every((value) => value === undefined);
}

/**
 * Only where every arm has a value of it: OpenAPI requires the property, and the text mode is told
 * by the absence of `generate_type`.
 */
function addDiscriminator(
  def: z.core.$ZodUnionDef,
  json: z.core.JSONSchema.BaseSchema & { discriminator?: unknown },
): void {
  const { discriminator } = def as Partial<z.core.$ZodDiscriminatedUnionDef>;
  if (discriminator === undefined) return;
  const arms = def.options.map((arm) => {
    const name = z.globalRegistry.get(arm)?.id;
    const values = [...(arm._zod.propValues?.[discriminator] ?? [])];
    return values.map((value) => [value, `${COMPONENTS}${name ?? ""}`] as const);
  });
  const mapping = arms.flat();
  if (!mapping.every(([value]) => typeof value === "string")) return;
  json.discriminator = { propertyName: discriminator, mapping: Object.fromEntries(mapping) };
}

function withReferences<T>(schema: T): T {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === "$ref" && typeof value === "string" ? value.replace("#/$defs/", COMPONENTS) : value,
  );
  return JSON.parse(text) as T;
}
