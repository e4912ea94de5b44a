import { z } from "zod";

import { LANE_NAME } from "../identity/index.ts";
import type { Priority } from "../lifecycle/generation.ts";
import { checkAgainst, checkUnknownFields, isRecord } from "./check-fields.ts";
import { mergeFieldErrors } from "./field-error.ts";
import type { FieldError, Refused } from "./field-error.ts";
import { httpUrlSchema } from "./http-url.ts";
import { jsonPointer } from "./json-pointer.ts";
import { jsonProblem } from "./plain-json.ts";
import { describeType } from "./wording.ts";

/** What metadata may hold: small facts to find a generation by, not documents. */
export const METADATA_LIMITS = { maxKeys: 50, maxBytes: 4096, maxDepth: 8 };

/** Bounds of a deadline, milliseconds: one second and seven days. */
const DEADLINE_LIMITS = { minMs: 1_000, maxMs: 7 * 24 * 60 * 60 * 1_000 };

/** How a caller wants one generation treated. Every field is optional. */
export interface EnqueueOptions {
  /** The caller's own user, for lists and fair shares; 1 to 128 characters. */
  readonly userId?: string | undefined;
  /** Free facts that come back with the record, within {@link METADATA_LIMITS}; kept as given. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Where the notification goes; http or https, at most 2,048 characters. */
  readonly notifyUrl?: string | undefined;
  /** How soon it is served among those that wait. */
  readonly priority?: Priority | undefined;
  /** The lane that works it. */
  readonly lane?: string | undefined;
  /** How long the task may run once submitted, milliseconds within {@link DEADLINE_LIMITS}. */
  readonly deadlineMs?: number | undefined;
}

const userId = z.string().min(1, { error: "must not be empty" }).max(128);

/** Its limits are checked on the given value, because a parsed copy has lost `__proto__` keys. */
const metadata = z.record(z.string(), z.unknown()).meta({
  description: "Any JSON object: at most 50 keys, 4,096 bytes serialised, 8 levels deep.",
});
const priority = z.enum(["high", "normal", "low"]) satisfies z.ZodType<Priority>;
const lane = z.string().regex(LANE_NAME, {
  error: "must be 1 to 24 of the characters a-z, 0-9 and -",
});
const deadline = z.int().min(DEADLINE_LIMITS.minMs).max(DEADLINE_LIMITS.maxMs);

/** The options as TypeScript callers write them. */
export const enqueueOptionsSchema = z
  .strictObject({
    userId: userId.optional(),
    metadata: metadata.optional(),
    notifyUrl: httpUrlSchema.optional(),
    priority: priority.optional(),
    lane: lane.optional(),
    deadlineMs: deadline.optional(),
  })
  .meta({ id: "EnqueueOptions" });

/** The same options as they stand in a body of the gateway, beside `model` and `input`. */
export const wireOptionsSchema = z
  .strictObject({
    user_id: userId.optional(),
    metadata: metadata.optional(),
    notify_url: httpUrlSchema.optional(),
    priority: priority.optional(),
    lane: lane.optional(),
    deadline_ms: deadline.optional(),
  })
  .meta({ id: "WireOptions" });

type WireOptions = z.infer<typeof wireOptionsSchema>;

/** The options may be used. */
export interface AcceptedOptions {
  readonly ok: true;
  /** Without the absent ones; values as given. */
  readonly options: EnqueueOptions;
}

/**
 * Checks the options of a TypeScript caller and names every wrong one; pointers have their names as
 * written there, such as `/notifyUrl`. Never throws.
 */
export function validateOptions(value: unknown): AcceptedOptions | Refused {
  if (!isRecord(value)) {
    const message = `must be an object, got ${describeType(value)}`;
    return { ok: false, errors: [{ pointer: "", code: "invalid_type", message }] };
  }
  const errors = mergeFieldErrors(
    checkAgainst(enqueueOptionsSchema, known(value, enqueueOptionsSchema.shape), []),
    checkMetadata(value),
    checkUnknownFields(value, Object.keys(enqueueOptionsSchema.shape)),
  );
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, options: withoutAbsent(value) };
}

/** @returns what is wrong with the options in a body of the gateway; other fields are left alone. */
export function checkWireOptions(body: Readonly<Record<string, unknown>>): readonly FieldError[] {
  const options = known(body, wireOptionsSchema.shape);
  // Most bodies have none.
  if (Object.keys(options).length === 0) return [];
  return [...checkAgainst(wireOptionsSchema, options, []), ...checkMetadata(body)];
}

/** Takes the options out of a body that {@link checkWireOptions} has nothing against. */
export function optionsOfBody(body: Readonly<Record<string, unknown>>): EnqueueOptions {
  const wire: WireOptions = known(body, wireOptionsSchema.shape);
  return withoutAbsent({
    userId: wire.user_id,
    metadata: wire.metadata,
    notifyUrl: wire.notify_url,
    priority: wire.priority,
    lane: wire.lane,
    deadlineMs: wire.deadline_ms,
  });
}

function checkMetadata(options: Readonly<Record<string, unknown>>): readonly FieldError[] {
  const given = Object.hasOwn(options, "metadata") ? options["metadata"] : undefined;
  if (!isRecord(given)) return [];
  const { maxKeys } = METADATA_LIMITS;
  const keyCount = Object.keys(given).length;
  if (keyCount > maxKeys) {
    const message = `takes at most ${maxKeys} keys, got ${keyCount}`;
    return [{ pointer: "/metadata", code: "too_many", message }];
  }
  const problem = jsonProblem(given, METADATA_LIMITS);
  if (problem === null) return [];
  const { path, code, message } = problem;
  return [{ pointer: jsonPointer(["metadata", ...path]), code, message }];
}

/** Own fields only: nothing of an option may come from a prototype. */
function known(
  value: Readonly<Record<string, unknown>>,
  shape: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const own: Record<string, unknown> = {};
  for (const key of Object.keys(shape)) if (Object.hasOwn(value, key)) own[key] = value[key];
  return withoutAbsent(own);
}

function withoutAbsent<T extends object>(value: T): T {
  const present: Partial<T> = {};
  for (const key of Object.keys(value) as (keyof T)[]) {
    if (value[key] !== undefined) present[key] = value[key];
  }
  return present as T;
}
