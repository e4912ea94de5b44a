import { createHash } from "node:crypto";
import { fingerprintKey } from "../accounts.ts";
import type { CallFacts } from "../faults/fault-plan.ts";
import { isObject } from "./submit-request.ts";

const MAX_MODEL_LENGTH = 100;

/**
 * Reads what the ledger and the faults want to know of a submit, however wrong it is, and does
 * not judge it. `body` is undefined when the bytes are not JSON.
 */
export function readSubmitFacts(
  token: string | undefined,
  bytes: Buffer,
): CallFacts & { readonly body: unknown } {
  const body = parseJson(bytes);
  const { model, input } = isObject(body) ? body : {};
  const prompt = isObject(input) ? input["prompt"] : undefined;
  return {
    body,
    key: token === undefined ? "none" : fingerprintKey(token),
    model: typeof model === "string" ? model.slice(0, MAX_MODEL_LENGTH) : undefined,
    promptSha256:
      typeof prompt === "string" ? createHash("sha256").update(prompt).digest("hex") : undefined,
    task: undefined,
    ordinal: undefined,
  };
}

/** @returns the value, undefined when the bytes are not JSON. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
