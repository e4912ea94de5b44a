import {
  type AcceptedEnqueue,
  type FieldWarning,
  type UncheckedRequest,
  validateEnqueue,
  type ValidateOptions,
} from "@apidot-queue/core";

import { CliError } from "../cli-error.ts";
import type { Surroundings } from "../surroundings.ts";
import { type GivenFlags, inputFromFlags } from "./input-flags.ts";
import { optionsFromFlags } from "./option-flags.ts";
import { readRawInput } from "./raw-input.ts";
import { inTermsOfFlags } from "./wrong-input.ts";

/** A request that core has nothing against. */
export interface ReadyRequest {
  /** The body of `POST /v1/generations`. */
  readonly body: object;
  readonly request: UncheckedRequest;
  readonly warnings: readonly FieldWarning[];
  /** Fields of the input that came with `--input` and with no flag. */
  readonly rawFields: ReadonlySet<string>;
}

/** What a command line asks for. */
export interface RequestFlags {
  readonly model: string;
  readonly prompt: string | undefined;
  readonly given: GivenFlags;
  readonly rules: Required<ValidateOptions>;
}

/**
 * Makes the request of a command line and checks it before anything is sent. Flags are laid over
 * the fields of `--input`.
 *
 * @throws {CliError} `invalid` with every wrong field in terms of the flags; `usage` for a text
 * that does not have the form of its flag
 */
export async function readRequest(
  { model, prompt, given, rules }: RequestFlags,
  surroundings: Pick<Surroundings, "readFile" | "readStdin">,
): Promise<ReadyRequest> {
  const options = optionsFromFlags(given);
  const fromFlags = inputFromFlags(prompt, given);
  const raw = given["input"];
  const base = typeof raw === "string" ? await readRawInput(raw, surroundings) : {};
  // A base that is no object goes to core as it is, which says what it should be.
  const isObject = typeof base === "object" && base !== null && !Array.isArray(base);
  const input: unknown = isObject ? { ...base, ...fromFlags } : base;
  const rawFields = new Set(
    isObject ? Object.keys(base).filter((field) => !Object.hasOwn(fromFlags, field)) : [],
  );
  const body = { model, input, ...options };
  const valid: AcceptedEnqueue<UncheckedRequest> | ReturnType<typeof validateEnqueue> =
    validateEnqueue(body, rules);
  if (valid.ok) return { body, request: valid.request, warnings: valid.warnings, rawFields };
  throw new CliError("invalid", "the request is not valid; nothing was sent", {
    wrong: inTermsOfFlags(valid.errors, rawFields),
  });
}
