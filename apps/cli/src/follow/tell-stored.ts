import { CliError } from "../cli-error.ts";
import type { ExitClass } from "../exit-codes.ts";
import type { GenerationJson } from "../gateway/record.ts";
import { creditsText } from "../output/credits.ts";
import type { Output } from "../output/output.ts";
import { printable } from "../output/printable.ts";
import { waitFor, type WaitOptions } from "./wait-for.ts";

/**
 * Tells of a generation that was stored just now, and follows it to its end where that is asked for.
 *
 * @param wait - how long at most, null in it for as long as it takes; null for no wait
 */
export async function tellStored(
  stored: GenerationJson,
  wait: { readonly timeoutMs: number | null } | null,
  parts: Pick<WaitOptions, "gateway" | "surroundings" | "output" | "detach">,
): Promise<ExitClass> {
  const { output } = parts;
  let record = stored;
  if (wait === null) {
    output.document(record);
    output.line(printable(record.id));
    output.note(storedText(record));
    return "ok";
  }
  output.note(`${printable(record.id)}  ${storedText(record)}`);
  const ids = [record.id];
  const onRecord = (latest: GenerationJson): void => void (record = latest);
  try {
    return await waitFor({ ...parts, ...wait, ids, onRecord });
  } catch (error) {
    return cutOff(error, record, output);
  } finally {
    output.document(record);
  }
}

function storedText(record: GenerationJson): string {
  const { estimated, catalog_date: date } = record.credits;
  return `${printable(record.status)}, ${creditsText(estimated, date)}`;
}

/**
 * It is stored, so no trouble of the wait may look like a submit that failed: whoever repeated it
 * would pay twice.
 */
function cutOff(error: unknown, { id }: GenerationJson, output: Output): ExitClass {
  if (!(error instanceof CliError)) throw error;
  output.note(`${error.message}; ${printable(id)} is stored and goes on`);
  for (const line of error.details.advice ?? []) output.note(line);
  return "waitTimedOut";
}

/** Whoever was told to stop says by which signal. */
export function bySignal(error: unknown, exitClass: "interrupted" | "terminated"): unknown {
  if (!(error instanceof CliError) || error.exitClass !== "interrupted") return error;
  return new CliError(exitClass, error.message, error.details);
}
