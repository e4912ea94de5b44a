import type { ResultFile } from "./status-outcome.ts";
import { listOf, recordOf, textOf } from "./tolerant.ts";

/** Longer than any signed URL of a storage service; what exceeds it is no URL to keep. */
const MAX_RESULT_URL_CHARACTERS = 8_192;

const MAX_TYPE_CHARACTERS = 32;

/**
 * The result files of a task: at `output.files` [doc] or `files` [seen], whichever holds a usable
 * one, in this order. An entry without an absolute http(s) URL is skipped: a task that was paid for
 * is not lost because one of its entries is odd.
 */
export function readResultFiles(task: Readonly<Record<string, unknown>>): readonly ResultFile[] {
  const documented = usable(listOf(recordOf(task["output"])?.["files"]));
  return documented.length > 0 ? documented : usable(listOf(task["files"]));
}

function usable(entries: readonly unknown[]): readonly ResultFile[] {
  return entries.flatMap((entry) => {
    const file = recordOf(entry);
    const url = textOf(file?.["file_url"]);
    if (url === null || !isHttpAddress(url)) return [];
    const type = textOf(file?.["file_type"]);
    return [{ url, type: type === null || type.length > MAX_TYPE_CHARACTERS ? "unknown" : type }];
  });
}

function isHttpAddress(text: string): boolean {
  if (text.length > MAX_RESULT_URL_CHARACTERS) return false;
  return /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);
}
