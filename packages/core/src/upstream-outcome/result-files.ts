import { z } from "zod";
import type { ResultFile } from "./status-outcome.ts";

/** Longer than any signed URL of a storage service; what exceeds it is no URL to keep. */
const MAX_RESULT_URL_CHARACTERS = 8_192;

const fileSchema = z.object({
  file_url: z.string().trim().max(MAX_RESULT_URL_CHARACTERS).refine(isHttpAddress),
  file_type: z.string().trim().min(1).max(32).catch("unknown"),
});

const placesSchema = z.object({
  output: z.object({ files: z.array(z.unknown()).catch([]) }).catch({ files: [] }),
  files: z.array(z.unknown()).catch([]),
});

/**
 * The result files of a task: at `output.files` [doc] or `files` [seen], whichever holds a usable
 * one, in this order. An entry without an absolute http(s) URL is skipped: a task that was paid for
 * is not lost because one of its entries is odd.
 */
export function readResultFiles(task: unknown): readonly ResultFile[] {
  const places = placesSchema.safeParse(task);
  if (!places.success) return [];
  const documented = usable(places.data.output.files);
  return documented.length > 0 ? documented : usable(places.data.files);
}

function usable(entries: readonly unknown[]): readonly ResultFile[] {
  return entries.flatMap((entry) => {
    const file = fileSchema.safeParse(entry);
    return file.success ? [{ url: file.data.file_url, type: file.data.file_type }] : [];
  });
}

function isHttpAddress(text: string): boolean {
  return /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);
}
