import type { FieldError } from "@apidot-queue/core";

/**
 * One mistake of a request. Without `in` its pointer leads into the body; with it, into the object
 * of the query's parameters or of the headers, their names in lower case.
 */
export interface RequestError extends FieldError {
  readonly in?: "query" | "header";
}
