import { CliError } from "../cli-error.ts";
import { inTermsOfFlags } from "../request/wrong-input.ts";
import type { Surroundings } from "../surroundings.ts";
import { type GatewayFailure, toCliError } from "./failure.ts";
import type { GatewayAnswer } from "./gateway.ts";
import type { GenerationJson } from "./record.ts";

/** How often one submit is sent at most; each time with the same key. */
const MAX_TRIES = 4;
/** The pause before the second try; it doubles. */
const FIRST_PAUSE_MS = 500;
/** A gateway that asks for more is not waited for: the caller is told instead. */
const LONGEST_PAUSE_MS = 30_000;

/** What is sent, and what hears of it. */
export interface EnqueueCall {
  /** Sends it once; every time the same, under the same key. */
  readonly send: () => Promise<GatewayAnswer<GenerationJson>>;
  readonly idempotencyKey: string;
  readonly rawFields: ReadonlySet<string>;
  readonly signal: AbortSignal;
  /** Gets a line before each further try. */
  readonly note: (text: string) => void;
}

/**
 * Enqueues or retries, with a few tries under one idempotency key, so that none of them makes a second
 * generation.
 *
 * @throws {CliError} `unavailable` only when no try can have been stored, `unknown` as soon as one
 * may have been; both with the key and how to go on
 */
export async function enqueueSafely(
  call: EnqueueCall,
  pause: Surroundings["pause"],
): Promise<GenerationJson> {
  const { send, idempotencyKey, rawFields, signal, note } = call;
  let mayBeStored = false;
  let generationId: string | null = null;
  for (let count = 1; ; count += 1) {
    const answer = await send();
    if (answer.kind === "ok") return answer.value;
    if (answer.kind === "aborted") throw interrupted(idempotencyKey);
    const { failure } = answer;
    mayBeStored ||= failure.exitClass === "unknown";
    generationId ??= idOf(failure.location);
    const pauseMs = Math.max(failure.retryAfterMs ?? 0, FIRST_PAUSE_MS * 2 ** (count - 1));
    if (!failure.isTransient || count === MAX_TRIES || pauseMs > LONGEST_PAUSE_MS) {
      throw finalError(failure, { mayBeStored, generationId, idempotencyKey, rawFields });
    }
    note(`${failure.message}; trying again with the same idempotency key`);
    await pause(pauseMs, signal);
    if (signal.aborted) throw mayBeStored ? interrupted(idempotencyKey) : nothingSent();
  }
}

function finalError(
  failure: GatewayFailure,
  known: {
    readonly mayBeStored: boolean;
    readonly generationId: string | null;
    readonly idempotencyKey: string;
    readonly rawFields: ReadonlySet<string>;
  },
): CliError {
  const { mayBeStored, generationId, idempotencyKey, rawFields } = known;
  const { problem } = failure;
  const details = {
    wrong: inTermsOfFlags(problem?.errors ?? [], rawFields),
    ...(generationId === null ? {} : { generationId }),
  };
  if (problem?.code === "idempotency_key_reused") {
    const advice = [...holderOf(generationId), "another request needs another key"];
    return toCliError(failure, { ...details, idempotencyKey, advice });
  }
  if (mayBeStored) {
    const message = `${failure.message}; whether it was stored is not known`;
    const advice = [...maybe(generationId), ...again(idempotencyKey)];
    return toCliError(
      { ...failure, exitClass: "unknown", message },
      { ...details, idempotencyKey, advice },
    );
  }
  const refusal = { ...failure, message: `${failure.message}; nothing was stored` };
  if (failure.exitClass !== "unavailable") return toCliError(refusal, details);
  return toCliError(refusal, { ...details, idempotencyKey, advice: again(idempotencyKey) });
}

function holderOf(id: string | null): string[] {
  return id === null ? [] : [`the key made this one: apidot-queue get ${id}`];
}

function maybe(id: string | null): string[] {
  return id === null ? [] : [`it may be this one: apidot-queue get ${id}`];
}

function again(idempotencyKey: string): string[] {
  return [
    `to go on, run the same command with --idempotency-key ${quoted(idempotencyKey)}`,
    "however often it is run, that key makes one generation",
  ];
}

/** As a shell takes it in one piece. */
function quoted(text: string): string {
  return /^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function interrupted(idempotencyKey: string): CliError {
  return new CliError("interrupted", "interrupted; whether it was stored is not known", {
    idempotencyKey,
    advice: again(idempotencyKey),
  });
}

function nothingSent(): CliError {
  return new CliError("interrupted", "interrupted; nothing was stored");
}

const PATH_OF_ID = /^\/v1\/generations\/([a-z0-9-]{1,24}_[0-9a-z]{26})$/;

function idOf(location: string | null): string | null {
  return PATH_OF_ID.exec(location ?? "")?.[1] ?? null;
}
