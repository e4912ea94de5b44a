import { z } from "zod";

import { CliError, type CliErrorDetails } from "../cli-error.ts";
import type { ExitClass } from "../exit-codes.ts";
import { printable } from "../output/printable.ts";
import type { CallOutcome } from "./call.ts";

/** RFC 9457, as the gateway answers. */
const problemSchema = z.looseObject({
  code: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  errors: z
    .array(z.looseObject({ pointer: z.string(), code: z.string(), message: z.string() }))
    .optional(),
});

/** @see problemSchema */
type Problem = z.infer<typeof problemSchema>;

/** What a call was for: it decides what is known after it has failed. */
export type Intent = "read" | "change";

/** Why a call gave no usable answer. */
export interface GatewayFailure {
  readonly exitClass: ExitClass;
  /** One sentence without a full stop, fit for a terminal. */
  readonly message: string;
  /** Whether the same call may come through a little later. */
  readonly isTransient: boolean;
  readonly retryAfterMs: number | null;
  readonly problem: Problem | null;
  /** The path that the gateway names, where it names one. */
  readonly location: string | null;
  /** What to do about it; none where the message says it all. */
  readonly advice: readonly string[];
}

/**
 * Judges what is no success. `unavailable` is said only where nothing can have been changed; after
 * a change without an answer, or with one that nobody can read, it is `unknown`.
 *
 * @param outcome - not one that was aborted
 */
export function failureOf(
  outcome: Exclude<CallOutcome, { readonly kind: "aborted" }>,
  url: string,
  intent: Intent,
): GatewayFailure {
  const doubt: ExitClass = intent === "change" ? "unknown" : "unavailable";
  const base = { retryAfterMs: null, problem: null, location: null, advice: [] };
  if (outcome.kind !== "answered") {
    return {
      ...base,
      exitClass: outcome.kind === "not_sent" ? "unavailable" : doubt,
      message: `the gateway at ${url} does not answer (${printable(outcome.reason)})`,
      isTransient: true,
    };
  }
  const { status, retryAfterMs, location } = outcome;
  const read = problemSchema.safeParse(outcome.body);
  const problem = read.success ? read.data : null;
  const facts = { retryAfterMs, problem, location, advice: adviceFor(status, problem) };
  if (problem === null) {
    const isTransient = status >= 500 || status === 429;
    // Only a success may hide a change that somebody else's page stands before.
    const exitClass = status < 300 || status >= 500 ? doubt : classOfForeign(status);
    return { ...facts, exitClass, message: foreign(url, status), isTransient };
  }
  return {
    ...facts,
    exitClass: classOf(status, problem.code, doubt),
    message: sentence(problem),
    isTransient: status >= 500 || status === 429 || problem.code === "idempotency_key_in_use",
  };
}

/** @returns the failure as an error, with what else is known. */
export function toCliError(failure: GatewayFailure, details: CliErrorDetails = {}): CliError {
  const { exitClass, message, advice } = failure;
  return new CliError(exitClass, message, {
    ...details,
    advice: [...advice, ...(details.advice ?? [])],
  });
}

function adviceFor(status: number, problem: Problem | null): string[] {
  if (problem?.code === "forbidden_host") {
    return ["a gateway without tokens takes calls for 127.0.0.1 and localhost only: use a tunnel"];
  }
  if (status === 401) return ["set APIDOT_QUEUE_TOKEN to a token of this gateway"];
  if (status === 405) return ["is the gateway older than this command line?"];
  return [];
}

function classOf(status: number, code: string, doubt: ExitClass): ExitClass {
  if (status === 404) return "notFound";
  if (status === 401 || status === 403) return "refused";
  if (status === 429 || code === "not_stored") return "unavailable";
  if (code === "idempotency_key_in_use") return doubt;
  if (status >= 500) return doubt;
  return "invalid";
}

function classOfForeign(status: number): ExitClass {
  return status === 401 || status === 403 ? "refused" : "unavailable";
}

function foreign(url: string, status: number): string {
  if (status >= 300 && status < 400) {
    return `${url} redirects elsewhere (${status}), which is not followed: is it the gateway's address`;
  }
  return `${url} does not answer like a gateway (${status}): is it the gateway's address`;
}

function sentence({ code, title, detail }: Problem): string {
  if (code === "not_found") return "no such generation";
  const text = detail === undefined ? title : `${title}: ${detail}`;
  return printable(text).replace(/\.$/, "");
}
