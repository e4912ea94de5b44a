import { createHash } from "node:crypto";

import { taskOf } from "@apidot-queue/core";
import type { LedgerEntry } from "@apidot-queue/emulator";
import type { Journal, StoredGeneration } from "@apidot-queue/journal";

/** What journal and ledger together say of one generation. */
export interface Balance {
  readonly id: string;
  readonly status: string;
  readonly attempts: number;
  /** POSTs that reached the upstream. */
  readonly submits: number;
  /** Tasks that the upstream accepted, by its own ledger. */
  readonly accepted: readonly string[];
  /** Tasks that the journal knows: the bound one and the extra ones. */
  readonly known: readonly string[];
  /** Attempts of which the journal says that they may have been paid. */
  readonly unresolved: number;
}

/**
 * Compares the books, generation by generation. Each needs a prompt of its own: that is what the
 * ledger tells submits apart by.
 */
export async function balance(
  journal: Journal,
  ids: readonly string[],
  ledger: readonly LedgerEntry[],
): Promise<Balance[]> {
  const rows: Balance[] = [];
  for (const id of ids) {
    const stored = await journal.get(id);
    if (stored === null) throw new Error(`the journal does not know ${id}`);
    rows.push(balanceOf(stored, ledger));
  }
  return rows;
}

function balanceOf({ generation, request }: StoredGeneration, ledger: readonly LedgerEntry[]) {
  const fingerprint = promptSha256(String(request.input["prompt"]));
  const own = ledger.filter((entry) => entry.prompt_sha256 === fingerprint);
  const accepted = own.flatMap((e) => (e.event === "accepted" ? [e.task_id ?? ""] : []));
  const task = taskOf(generation);
  return {
    id: generation.id,
    status: generation.status,
    attempts: generation.attempt,
    submits: own.filter((entry) => entry.event === "submit").length,
    accepted,
    known: [...(task === null ? [] : [task.taskId]), ...generation.extraTaskIds],
    unresolved: generation.unresolved.length,
  };
}

/** How the ledger and the emulator's `match` name a prompt. */
export function promptSha256(prompt: string): string {
  return createHash("sha256").update(prompt).digest("hex");
}

/**
 * What does not add up: a task that the journal made up, a payment that it does not admit, more
 * POSTs than attempts.
 *
 * @returns one sentence per contradiction; empty when the books agree
 */
export function contradictions(rows: readonly Balance[]): string[] {
  return rows.flatMap((row) => {
    const { id, accepted, known, unresolved, attempts, submits } = row;
    const found: string[] = [];
    const unknown = accepted.filter((task) => !known.includes(task));
    const invented = known.filter((task) => !accepted.includes(task));
    if (invented.length > 0)
      found.push(`${id} has tasks that were never accepted: ${invented.join(", ")}`);
    if (unknown.length > unresolved) {
      found.push(`${id} was accepted ${accepted.length} times and admits ${unresolved} unresolved`);
    }
    if (submits > attempts) found.push(`${id} was sent ${submits} times in ${attempts} attempts`);
    if (new Set(known).size !== known.length) found.push(`${id} counts a task twice`);
    return found;
  });
}
