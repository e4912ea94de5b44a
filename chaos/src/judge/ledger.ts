import { readFile } from "node:fs/promises";

/** One line of the upstream's own ledger, as docs/emulator.md tells of it. */
export interface LedgerLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly event: string;
  readonly taskId: string | null;
  /** What was answered, or how the task or the callback ended. */
  readonly code: number | null;
  /** SHA-256 of the prompt; every generation of a run has a prompt of its own. */
  readonly prompt: string | null;
}

/** Reads a ledger; a line that a kill cut short is the last one, and none. */
export async function readLedger(file: string): Promise<LedgerLine[]> {
  const lines = (await readFile(file, "utf8")).split("\n");
  return lines.slice(0, -1).map((line) => {
    const entry = JSON.parse(line) as Record<string, unknown>;
    return {
      at: Date.parse(String(entry["at"])),
      event: String(entry["event"]),
      taskId: typeof entry["task_id"] === "string" ? entry["task_id"] : null,
      code: typeof entry["code"] === "number" ? entry["code"] : null,
      prompt: typeof entry["prompt_sha256"] === "string" ? entry["prompt_sha256"] : null,
    };
  });
}
