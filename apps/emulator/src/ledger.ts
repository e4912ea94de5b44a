import { appendFileSync, closeSync, openSync } from "node:fs";

/** What the ledger records. */
export type LedgerEvent = "submit" | "accepted" | "refused" | "charged" | "settled" | "callback";

/**
 * How the sending of a callback ended. `answered`: with a status. `timeout`, `unreachable`: without
 * one. `stopped`: by the emulator's stop. Not sent at all: `lost` by a fault, or `not_loopback`.
 * `given_up`: the last delivery was in vain.
 */
type CallbackEnd =
  | "answered"
  | "timeout"
  | "unreachable"
  | "stopped"
  | "lost"
  | "not_loopback"
  | "given_up";

/** One line of the ledger. It never holds a key, a prompt or a URL. */
export interface LedgerEntry {
  /**
   * ISO 8601 UTC. For `charged` and `settled` the moment the task ended, not the moment it was
   * noticed; for `callback` the moment its outcome was known.
   */
  readonly at: string;
  readonly event: LedgerEvent;
  /** First 8 hex digits of the key's SHA-256; `none` for a call without a key. */
  readonly key: string;
  /** As sent, at most 100 characters; empty when the body named none. */
  readonly model: string;
  /** `callback`: the task whose true end was told; absent where something else was. */
  readonly task_id?: string;
  /**
   * `refused`: the code that was answered, absent when none was. `settled`: 200 finished, 500
   * failed. `callback`: the HTTP status that the receiver answered, absent when it did not.
   */
  readonly code?: number;
  /** `accepted`: reserved. `charged`: taken. `settled`: what the task cost in the end, 0 if it failed. */
  readonly credits?: number;
  /** SHA-256 of `input.prompt` in hex, when that is a string. */
  readonly prompt_sha256?: string;
  /** `callback`: how it ended. */
  readonly ended?: CallbackEnd;
  /** `callback`: 1 for the first delivery; absent on copies, forgeries and what was not sent. */
  readonly delivery?: number;
  /** `callback`: what was sent beside the real one. */
  readonly sent_as?: "copy" | "forged";
  /** `callback`, forged: the task whose callback URL was used. */
  readonly url_task_id?: string;
  /** `callback`, forged: the task that the body named. */
  readonly claimed_task_id?: string;
}

/** An entry on its way into the ledger. */
export type LedgerNote = Pick<LedgerEntry, "event" | "key" | "model"> & {
  readonly [K in OptionalField]?: LedgerEntry[K] | undefined;
} & { readonly atMs: number };

/** In the order in which they are written. */
const OPTIONAL_FIELDS = [
  "task_id",
  "code",
  "credits",
  "prompt_sha256",
  "ended",
  "delivery",
  "sent_as",
  "url_task_id",
  "claimed_task_id",
] as const satisfies readonly (keyof LedgerEntry)[];

type OptionalField = (typeof OPTIONAL_FIELDS)[number];

/**
 * Append-only record of what really happened, the judge of every test that counts money. Each
 * line is written before the call it belongs to is answered, so that killing anything else,
 * client or server, leaves the file whole.
 */
export class Ledger {
  readonly #entries: LedgerEntry[] = [];
  #fileHandle: number | undefined;

  /**
   * @param file path of the file of JSON lines to append to; its folder must be there.
   * @throws the system's error when the file cannot be opened.
   */
  constructor(file?: string) {
    if (file === undefined) return;
    this.#fileHandle = openSync(file, "a");
  }

  /** Adds an entry at the end; its fields are always in the same order. */
  append(note: LedgerNote): void {
    const entry: LedgerEntry = {
      at: new Date(note.atMs).toISOString(),
      event: note.event,
      key: note.key,
      model: note.model,
      ...Object.fromEntries(
        OPTIONAL_FIELDS.filter((name) => note[name] !== undefined).map((name) => [
          name,
          note[name],
        ]),
      ),
    };
    this.#entries.push(entry);
    if (this.#fileHandle !== undefined) {
      appendFileSync(this.#fileHandle, `${JSON.stringify(entry)}\n`);
    }
  }

  /** @returns every entry so far, oldest first: a copy. */
  entries(): readonly LedgerEntry[] {
    return this.#entries.slice();
  }

  close(): void {
    if (this.#fileHandle === undefined) return;
    closeSync(this.#fileHandle);
    this.#fileHandle = undefined;
  }
}
