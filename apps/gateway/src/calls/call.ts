import type { z } from "zod";

import type { Access } from "../access/access.ts";
import type { ProblemCode } from "../problem.ts";

/** An example by its name in the document. */
export type Examples = Readonly<Record<string, unknown>>;

/** An answer that is no problem. */
export interface CallAnswer {
  readonly status: 200 | 202 | 204 | 503;
  readonly description: string;
  /** Null: it has no body. @defaultValue "application/json" */
  readonly contentType?: string | null;
  /** @defaultValue any text */
  readonly schema?: z.ZodType;
  readonly examples?: Examples;
  /** Whether `text/plain` is offered beside it. @defaultValue false */
  readonly alsoAsText?: boolean;
  /** Whether it carries `Location`. @defaultValue false */
  readonly hasLocation?: boolean;
}

/**
 * One call of the gateway, as data: the routes are made of these and the OpenAPI document too, so
 * that neither has a call that the other lacks.
 */
export interface Call {
  /** The `operationId`; the handler has the same name. */
  readonly id: string;
  readonly method: "get" | "post";
  /** As OpenAPI writes it: `/v1/generations/{id}`. */
  readonly path: `/${string}`;
  /** What it belongs to; a gateway exposes some of them. @defaultValue "api" */
  readonly surface?: "callbacks";
  /** Whether its problems are told in the upstream's form. @defaultValue as problem+json */
  readonly form?: "upstream";
  /** Who may make it, where the gateway has tokens. */
  readonly access: Access;
  readonly tag: "generations" | "catalog" | "drop-in" | "callbacks" | "operations";
  readonly summary: string;
  readonly description?: string;
  /** Its parameters; null lets any through, for probes that add their own. */
  readonly query: z.ZodObject | null;
  /** Header fields that are checked, by their names in lower case. */
  readonly headers?: z.ZodObject;
  readonly body?: CallBody;
  readonly answers: readonly CallAnswer[];
  readonly problems: readonly ProblemCode[];
}

/** The body that a call takes; it is JSON. */
interface CallBody {
  readonly schema: z.ZodType;
  readonly isRequired: boolean;
  readonly examples: Examples;
}
