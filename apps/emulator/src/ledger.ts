import { appendFileSync, closeSync, openSync } from "node:fs";

/** What the ledger records; `callback` is reserved for the sending of callbacks. */
export type LedgerEvent = "submit" | "accepted" | "refused" | "charged" | "settled" | "callback";

/** One line of the ledger. It never holds a key, a prompt or a URL. */
export interface LedgerEntry {
  /** ISO 8601 UTC. For `charged` and `settled` the moment the task ended, not the moment it was noticed. */
  readonly at: string;
  readonly event: LedgerEvent;
  /** First 8 hex digits of the key's SHA-256; `none` for a call without a key. */
  readonly key: string;
  /** As sent, at most 100 characters; empty when the body named none. */
  readonly model: string;
  readonly task_id?: string;
  /** `refused`: the code that was answered, absent when none was. `settled`: 200 finished, 500 failed. */
  readonly code?: number;
  /** `accepted`: reserved. `charged`: taken. `settled`: what the task cost in the end, 0 if it failed. */
  readonly credits?: number;
  /** SHA-256 of `input.prompt` in hex, when that is a string. */
  readonly prompt_sha256?: string;
}

/** An entry on its way into the ledger. */
export interface LedgerNote {
  readonly atMs: number;
  readonly event: LedgerEvent;
  readonly key: string;
  readonly model: string;
  readonly task_id?: string | undefined;
  readonly code?: number | undefined;
  readonly credits?: number | undefined;
  readonly prompt_sha256?: string | undefined;
}

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
      ...(note.task_id === undefined ? {} : { task_id: note.task_id }),
      ...(note.code === undefined ? {} : { code: note.code }),
      ...(note.credits === undefined ? {} : { credits: note.credits }),
      ...(note.prompt_sha256 === undefined ? {} : { prompt_sha256: note.prompt_sha256 }),
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
