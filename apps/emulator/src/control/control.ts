import { z } from "zod";
import { parseJson } from "../api/submit-facts.ts";
import { type CreditChange } from "../accounts.ts";
import { FaultRulesError, parseFaultRules } from "../faults/parse-fault-rules.ts";
import type { Answer } from "../http/answer.ts";
import { apiError } from "../http/api-error.ts";
import type { EmulatorState } from "../state.ts";

const key = z.string().min(1).optional();

const creditChange: z.ZodType<CreditChange> = z.union([
  z.strictObject({ key, credits: z.number().min(0).nullable() }),
  z.strictObject({ key, add: z.number() }),
]);

/** `POST /emulator/faults`: the list in the body replaces the rules in force. */
export function postFaults(state: EmulatorState, body: Buffer): Answer {
  const value = parseJson(body);
  if (value === undefined) return apiError(400, "the body is not JSON");
  try {
    state.replaceFaults(parseFaultRules(value));
  } catch (error) {
    if (error instanceof FaultRulesError) return apiError(400, error.message);
    throw error;
  }
  return getFaults(state);
}

/** `GET /emulator/faults`: the rules in force, and how often each has matched and struck. */
export function getFaults(state: EmulatorState): Answer {
  const faults = state.faults.counts().map(({ rule, matchedCount, struckCount }) => ({
    rule,
    matched: matchedCount,
    struck: struckCount,
  }));
  return control({ faults });
}

/** `POST /emulator/credits`: `{ key?, credits }` sets, `{ key?, add }` adds. */
export function postCredits(state: EmulatorState, body: Buffer): Answer {
  const parsed = creditChange.safeParse(parseJson(body));
  if (!parsed.success) {
    return apiError(400, "the body must be { key?, credits } or { key?, add }, with numbers");
  }
  state.catchUp();
  state.accounts.change(parsed.data);
  return getCredits(state);
}

/** `GET /emulator/credits`: balance and reserved credits of every key seen so far. */
export function getCredits(state: EmulatorState): Answer {
  state.catchUp();
  return control({ accounts: state.accounts.view() });
}

/** `GET /emulator/ledger`: JSON lines, oldest first. */
export function getLedger(state: EmulatorState): Answer {
  state.catchUp();
  const lines = state.ledger.entries().map((entry) => `${JSON.stringify(entry)}\n`);
  return {
    status: 200,
    headers: { "content-type": "application/x-ndjson" },
    body: lines.join(""),
  };
}

/** `GET /emulator/healthz`. */
export function getHealth(): Answer {
  return { status: 200, headers: { "content-type": "text/plain" }, body: "ok\n" };
}

function control(body: Readonly<Record<string, unknown>>): Answer {
  return { status: 200, body: `${JSON.stringify(body)}\n` };
}
